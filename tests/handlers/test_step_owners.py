"""Owners of plan steps hear of them by direct message when the release is approved (process section 3)."""

from __future__ import annotations

import pytest

from storage.terms import State
from tests.handlers import plans
from tests.handlers.town import NEW, PLANS, Town, card_of

TEXT = "[Pilot]\nDrain the queue | @St | 10 min | check: depth is 0\nDeploy | 20 min\n[Full]\nDeploy to the rest | @St\nLook | @Rm"
APPROVE = (("ana", "submit REL-1"), ("bo", "approve REL-1"), ("cy", "approve REL-1"))


async def approved(town: Town, text: str = TEXT) -> None:
    await plans.write(town, text)
    await town.all(*APPROVE)
    assert town.release().state is State.APPROVED


def told(town: Town, who: str) -> list[str]:
    return town.heard(who, "steps:")


async def test_s3_each_owner_is_told_which_steps_are_theirs(town: Town) -> None:
    await plans.write(town, TEXT)
    await town.all(*APPROVE[:2])
    assert told(town, "st") == [], "not before it's approved"
    await town.all(APPROVE[2])
    (words,) = told(town, "st")
    assert "Your steps in REL-1 Faster refunds" in words
    assert "REL-1 is approved, revision 2; 2 steps of its plan are yours." in words
    assert "1. Drain the queue · Pilot · 10 min · check: depth is 0" in words
    assert "3. Deploy to the rest · Full" in words
    assert "Look" not in words
    assert "4. Look · Full" in told(town, "rm")[0]
    assert {each.channel for each in town.postings(slot="steps:")} == {"st", "rm"}


async def test_s3_the_window_is_in_their_own_time_zone_and_the_plan_a_press_away(town: Town) -> None:
    town.lives_in("st", "America/New_York")
    await approved(town)
    assert "Tue 1 Dec 2026, 16:00 EST until Tue 1 Dec 2026, 18:00 EST" in told(town, "st")[0]
    assert "21:00 UTC" in told(town, "rm")[0]
    assert "See the plan: /release plan show REL-1" in told(town, "st")[0]


async def test_s3_the_coordinator_hears_of_the_decision_itself(town: Town) -> None:
    await approved(town, TEXT.replace("@Rm", "@Ana"))
    assert told(town, "ana") == []
    assert told(town, "rm") == []


async def test_s3_whoever_decides_and_owns_a_step_is_told_like_the_others(town: Town) -> None:
    await approved(town, TEXT.replace("@Rm", "@Cy"))
    assert "4. Look" in told(town, "cy")[0]


async def test_s3_a_change_after_the_approval_takes_it_back_where_it_was_told(town: Town) -> None:
    await approved(town)
    await town.all(("ana", "edit REL-1 goal=faster"))
    (words,) = told(town, "st")
    assert "REL-1 was changed, so the approval of revision 2 is void: don't carry your steps out." in words
    assert "Drain" not in words


async def test_s3_approved_anew_they_are_told_anew_and_once(town: Town) -> None:
    await approved(town)
    await town.all(("ana", f'plan REL-1 lines="{TEXT.replace("@Rm", "@Dee")}"'), *APPROVE)
    void, new = told(town, "st")
    assert "is void" in void
    assert "revision 3; 2 steps" in new
    assert ["is void" in each for each in told(town, "rm")] == [True]
    assert "4. Look" in told(town, "dee")[0]


@pytest.mark.parametrize("line", ["hold REL-1 wait", "resume REL-1"])
async def test_what_changes_nothing_in_the_approval_leaves_it(town: Town, line: str) -> None:
    await approved(town)
    before = told(town, "st")
    await town.all(("ana", "hold REL-1 wait"))
    if line.startswith("resume"):
        await town.all(("ana", line))
    assert told(town, "st") == before


async def test_s3_a_release_that_is_withdrawn_says_so(town: Town) -> None:
    await approved(town)
    await town.all(("ana", "cancel REL-1 no"))
    assert "REL-1 was withdrawn; nothing of it has to be done any more." in told(town, "st")[0]


async def test_what_was_not_sent_yet_is_not_sent_as_void(town: Town) -> None:
    await approved(town)
    await town.all(("ana", "edit REL-1 goal=faster"))
    (posting,) = town.postings("st", "steps:")
    assert posting.until is not None
    assert posting.until <= town.clock.now()


async def test_nobody_is_told_of_a_plan_without_owners_or_that_is_rejected(town: Town) -> None:
    await town.all(("ana", f"{NEW} {PLANS}"), *APPROVE)
    assert town.postings(slot="steps:") == []
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", 'plan REL-2 lines="look | @St"'), ("ana", "submit REL-2"))
    await town.all(("bo", "reject REL-2 no"))
    assert town.postings(slot="steps:") == []


async def test_a_long_plan_is_cut_visibly(town: Town) -> None:
    await approved(town, "\n".join(f"Step {number} | @St" for number in range(1, 21)))
    card = card_of(town.postings("st", "steps:")[0])
    assert "20 steps of its plan are yours." in card.summary
    assert "… and 5 more steps; the plan has them all." in told(town, "st")[0]
