"""What blocks us, who must act, and the nudge (process section 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.policy.rules import Rules
from storage.store import Store
from storage.terms import State
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import EMERGENCY, FEW, NEW, PLANS, Town, sentence_of, told

BARE = 'new "Refunds" service=payments'
MEDIA = Rules(gates=replace(FEW, start=("media",), tests=()))
RISKY = Rules(gates=replace(FEW, submit=("service", "window", "plan", "back_out", "goal", "risk"), tests=()))


async def test_s5_each_row_says_what_is_missing_and_who_must_act(town: Town) -> None:
    await town.all(("ana", BARE))
    answer = await town.say("st", "checklist REL-1")
    assert sentence_of(answer) == "REL-1: 4 things missing."
    for fragment in ("✓ A service", "✕ A window: Ana", "✕ A deployment plan: Ana", "✕ A back-out plan: Ana"):
        assert fragment in told(answer)
    assert "A goal and scope: not there (optional)" in told(answer)


async def test_s5_each_row_has_the_button_that_does_it_or_a_nudge(town: Town) -> None:
    await town.all(("ana", BARE))
    asked = {each.label: each.say for each in buttons((await town.say("st", "checklist REL-1")).card)}
    assert asked["Add it"] == "edit REL-1 form=yes"
    assert (asked["Deployment plan"], asked["Back-out plan"]) == ("plan REL-1 form=yes", "backout REL-1 form=yes")
    assert asked["Nudge Ana"].startswith("nudge REL-1 ")
    own = labels((await town.say("ana", "checklist REL-1")).card)
    assert "Add it" in own
    assert "Nudge Ana" not in own, "nobody nudges themself"


async def test_s5_nothing_blocks_what_has_everything(town: Town) -> None:
    await stories.in_window(town)
    answer = await town.say("st", "checklist REL-1")
    assert sentence_of(answer) == "Nothing blocks REL-1."
    assert "✓ The approval of this revision" in told(answer)


async def test_s5_what_is_on_its_way_needs_nothing(town: Town) -> None:
    await stories.deploying(town)
    assert sentence_of(await town.say("st", "checklist REL-1")) == (
        "REL-1 is deploying; nothing has to be there any more."
    )


async def test_s5_in_review_the_board_must_act(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("bo", "approve REL-1"))
    assert "✕ The approval of this revision: Cm, Cy, Dee" in _sorted(told(await town.say("st", "checklist REL-1")))


def _sorted(text: str) -> str:
    """With the names of a row in alphabetical order."""
    lines = []
    for line in text.splitlines():
        label, colon, people = line.partition(": ")
        lines.append(f"{label}{colon}{', '.join(sorted(people.split(', ')))}")
    return "\n".join(lines)


# ---- the living card


async def test_s5_the_checklist_is_kept_in_a_channel_and_stays_true(town: Town) -> None:
    await town.all(("ana", BARE))
    answer = await town.say("st", "checklist REL-1", channel="pay")
    keep = next(each for each in buttons(answer.card) if each.label == "Keep it in the channel")
    await town.say("st", keep.say, channel="pay")
    assert "✕ A back-out plan: Ana" in town.heard("pay", "checklist:REL-1")[0]
    await town.all(("ana", f"edit REL-1 {PLANS}"))
    assert "✓ A back-out plan" in town.heard("pay", "checklist:REL-1")[0]
    await town.all(("ana", 'edit REL-1 start="2026-12-01 21:00"'), ("ana", "submit REL-1"))
    assert "✕ The approval of this revision" in town.heard("pay", "checklist:REL-1")[0]
    assert len(town.postings("pay", "checklist:")) == 1


async def test_s5_said_between_the_two_of_us_it_hangs_where_release_cards_do(town: Town) -> None:
    await town.all(("ana", BARE))
    await town.say("st", "checklist keep REL-1", direct=True, channel="st")
    assert [each.channel for each in town.postings(slot="checklist:REL-1")] == ["releases"]


async def test_nobody_keeps_a_checklist_unasked(town: Town) -> None:
    await stories.deployed(town)
    assert town.postings(slot="checklist:") == []


# ---- submit and start obey


async def test_s5_submit_names_every_missing_row_with_its_button(database: Store) -> None:
    town = Town(database, RISKY)
    await town.all(("ana", BARE))
    answer = await town.say("ana", "submit REL-1")
    assert sentence_of(answer) == (
        "REL-1 isn't ready for the CAB: it needs a goal and scope, a window, a risk assessment, a deployment plan, a back-out plan."
    )
    assert labels(answer.card) == ["Add it", "Assess the risk", "Deployment plan", "Back-out plan", "What blocks us"]
    assert town.release().state is State.DRAFT


async def test_s5_submit_warns_of_what_the_policy_does_not_ask_for(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", "submit REL-1")
    assert "the policy doesn't ask for them: a goal and scope, an authorised change request, a risk assessment" in told(
        answer
    )


async def test_s5_start_names_every_missing_row_with_its_button(database: Store) -> None:
    town = Town(database, MEDIA)
    await stories.in_window(town)
    answer = await town.say("ana", "start REL-1")
    assert sentence_of(answer) == "REL-1 isn't ready to start: it needs media with digest and licence."
    assert "What blocks us" in labels(answer.card)
    assert town.release().state is State.APPROVED
    await town.all(("cm", 'waive REL-1 media "built from a tag"'), ("ana", "start REL-1"))


async def test_s5_at_higher_risk_more_is_asked_before_the_start(database: Store) -> None:
    town = Town(database, Rules(gates=replace(FEW, start_medium=("media",), tests=())))
    await stories.drafted(town)
    await town.all(
        ("ana", "risk REL-1 users=2 tier=2 reversibility=2 novelty=1 coverage=1 dependencies=1"), ("ana", "submit REL-1"),
    )  # fmt: skip
    await town.all(("bo", "approve REL-1"), ("cy", "approve REL-1"))
    await town.later(hours=33)
    assert sentence_of(await town.say("ana", "start REL-1")) == (
        "REL-1 isn't ready to start: it needs media with digest and licence."
    )


async def test_s5_a_collision_stands_in_the_way_where_the_policy_says_so(database: Store) -> None:
    town = Town(database, Rules(gates=replace(FEW, start=("collision",), tests=())))
    await town.all(("ana", f"{NEW} {PLANS}"))
    await stories_of_second(town)
    answer = await town.say("ana", "start REL-1")
    assert sentence_of(answer) == "REL-1 isn't ready to start: it needs a window free of collisions."
    assert "overlaps REL-2" in told(await town.say("ana", "checklist REL-1"))
    await town.all(("ana", "cancel REL-2 no"), ("ana", "start REL-1"))


async def stories_of_second(town: Town) -> None:
    """A second release in the window of the first, which is approved and may start."""
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"), ("bo", "approve REL-1"), ("cy", "approve REL-1"))
    await town.later(hours=33)


async def test_s8_an_emergency_starts_without_the_paperwork(database: Store) -> None:
    town = Town(database, Rules(gates=replace(FEW, start=("media", "collision", "tests", "sign_off"))))
    await town.all(("oc", EMERGENCY), ("eve", "approve REL-1"), ("oc", "start REL-1"))


# ---- the nudge


async def test_s5_a_nudge_tells_the_right_person_directly(town: Town) -> None:
    await town.all(("ana", BARE))
    answer = await town.say("st", "nudge REL-1 back_out")
    assert sentence_of(answer) == "Ana is asked for a back-out plan of REL-1."
    heard = town.heard("ana", "nudge:")[0]
    assert "St asks: REL-1 waits for a back-out plan, which is yours to give." in heard
    assert "Back-out plan: /release backout REL-1 form=yes" in heard


async def test_s5_the_board_is_nudged_for_its_votes(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("bo", "approve REL-1"), ("st", "nudge REL-1 approval"))
    assert {each.channel for each in town.postings(slot="nudge:")} == {"cy", "dee", "cm"}


async def test_s5_a_nudge_comes_at_most_once_in_the_policys_hours(town: Town) -> None:
    await town.all(("ana", BARE), ("st", "nudge REL-1 back_out"))
    answer = await town.say("bo", "nudge REL-1 back_out")
    assert sentence_of(answer) == (
        "That was asked lately; Ana can be asked for a back-out plan of REL-1 again from 2026-11-30 16:00 (UTC)."
    )
    await town.all(("st", "nudge REL-1 plan"))
    await town.later(hours=4)
    await town.all(("bo", "nudge REL-1 back_out"))
    assert len(town.postings("ana", "nudge:")) == 3


@pytest.mark.parametrize(
    "who, line, sentence",
    [
        ("ana", "nudge REL-1 plan", "A deployment plan of REL-1 waits for you."),
        ("st", "nudge REL-1 service", "A service of REL-1 is there already; nobody has to act."),
        ("st", "nudge REL-1 training", "“training” isn't asked of REL-1 now."),
        (
            "st",
            "nudge REL-1 media",
            "Media with digest and licence of REL-1 isn't asked for by the policy; nobody has to act.",
        ),
    ],
)
async def test_s5_a_nudge_that_helps_nobody(town: Town, who: str, line: str, sentence: str) -> None:
    await town.all(("ana", BARE))
    assert sentence_of(await town.say(who, line)) == sentence


async def test_the_trail_of_a_nudge(town: Town) -> None:
    await town.all(("ana", BARE), ("st", "nudge REL-1 plan"))
    after: dict[str, Any] = town.last().after
    assert after == {"nudged": "Ana", "row": "plan"}


async def test_a_checklist_is_as_of_now(town: Town) -> None:
    await stories.approved(town)
    waits = told(await town.say("st", "checklist REL-1"))
    assert "◔ An open window" in waits
    assert "Nothing blocks REL-1." in waits
    assert "comes with time" in sentence_of(await town.say("st", "nudge REL-1 in_window"))
    town.clock.at += timedelta(hours=33)
    assert "✓ An open window" in told(await town.say("st", "checklist REL-1"))


async def test_s5_the_kept_checklist_hears_of_evidence_too(town: Town) -> None:
    """Whatever changes: no command has to think of it."""
    await stories.drafted(town)
    await town.all(("ana", "risk REL-1 users=4 tier=4 reversibility=4 novelty=1 coverage=1 dependencies=1"))
    await town.say("st", "checklist keep REL-1", channel="pay")
    assert "⚠ Training ready" in town.heard("pay", "checklist:")[0]
    await town.all(("ana", 'prepared REL-1 training "two evenings"'))
    assert "✓ Training ready" in town.heard("pay", "checklist:")[0]
