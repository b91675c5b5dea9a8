"""Whose vote counts, and of which card."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from messages.card import button
from storage.terms import AccountKind, Role, State
from tests.handlers import stories
from tests.handlers.buttons import buttons
from tests.handlers.town import Town, card_of, sentence_of

# ---- who


@pytest.mark.parametrize("line", ["approve REL-1", "reject REL-1 no"])
@pytest.mark.parametrize("who", ["st", "own", "rm", "oc", "eve"])
async def test_who_is_not_on_the_cab_does_not_vote(town: Town, who: str, line: str) -> None:
    await stories.submitted(town)
    answer = await town.say(who, line)
    assert sentence_of(answer) == "Only members of the CAB vote on REL-1."
    assert town.votes() == []
    assert (town.last().command, town.last().outcome) == (line.split(maxsplit=1)[0], "refused")


async def test_the_change_manager_votes(town: Town) -> None:
    await stories.submitted(town)
    assert not (await town.say("cm", "approve REL-1")).refused


@pytest.mark.parametrize("line", ["approve REL-1", "reject REL-1 no"])
async def test_nobody_votes_on_their_own_release(town: Town, line: str) -> None:
    await town.all(("own", "role grant <@ana> cab_member"), ("own", "role grant <@ana> change_manager"))
    await stories.submitted(town)
    answer = await town.say("ana", line)
    assert sentence_of(answer) == ("You coordinate or requested REL-1, so somebody else on the CAB decides on it.")
    assert town.votes() == []
    assert "Ana is awaited" not in town.heard("cab")[0]


async def test_a_person_is_one_vote_by_whichever_account(town: Town) -> None:
    town.second_account("bo-at-home", of="bo")
    await stories.submitted(town)
    await town.say("bo", "approve REL-1 from work")
    answer = await town.say("bo-at-home", "approve REL-1 from home")
    assert sentence_of(answer) == "You approved REL-1; 1 approval still missing."
    assert [(vote.person_id, vote.comment) for vote in town.votes()] == [(town.people["bo"], "from home")]


async def test_the_coordinators_second_account_is_the_coordinator(town: Town) -> None:
    await town.all(("own", "role grant <@ana> cab_member"))
    town.second_account("ana-at-home", of="ana")
    await stories.submitted(town)
    assert (await town.say("ana-at-home", "approve REL-1")).refused


async def test_s2_a_role_taken_back_is_gone_at_the_next_press(town: Town) -> None:
    await stories.submitted(town)
    approve = next(buttons(card_of(town.postings("bo", "ballot:")[0])))
    await town.all(("own", "role revoke <@bo> cab_member"))
    assert sentence_of(await town.press("bo", approve)) == "Only members of the CAB vote on REL-1."


async def test_the_vote_of_who_left_the_board_no_longer_counts(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("bo", "approve REL-1"), ("own", "role revoke <@bo> cab_member"), ("cy", "approve REL-1"))
    assert town.release().state is State.IN_REVIEW
    await town.all(("dee", "approve REL-1"))
    assert town.release().state is State.APPROVED


@pytest.mark.parametrize("kind", [AccountKind.GUEST, AccountKind.FOREIGN, AccountKind.BOT])
async def test_s2_guests_and_outsiders_only_read_whatever_role_they_hold(town: Town, kind: AccountKind) -> None:
    await stories.submitted(town)
    town.add("zed", Role.CAB_MEMBER, kind=kind)
    answer = await town.say("zed", "approve REL-1")
    assert sentence_of(answer) == ("Only full members change releases; guests and outside accounts read along.")
    assert town.votes() == []
    assert not (await town.say("zed", "show REL-1")).refused


async def test_what_the_envelope_says_of_an_account_holds_over_our_record(town: Town) -> None:
    await stories.submitted(town)
    answer = await town.say("bo", "approve REL-1", kind=AccountKind.FOREIGN)
    assert answer.refused
    assert town.votes() == []


# ---- pointers


async def test_s2_a_card_of_an_older_revision_changes_nothing(town: Town) -> None:
    await stories.submitted(town)
    old = next(buttons(card_of(town.postings("bo", "ballot:")[0])))
    await town.all(("ana", "recall REL-1"), ("ana", "edit REL-1 impact=None"), ("ana", "submit REL-1"))
    answer = await town.press("bo", old)
    assert sentence_of(answer) == "REL-1 is at revision 2 now; that card shows revision 1. Use the newest card."
    assert town.votes() == []
    assert town.last().outcome == "refused"


@pytest.mark.parametrize(
    "pointer, sentence",
    [
        ({"revision": 1, "digest": "0" * 16}, "REL-1 has changed since that card was made. Use the newest card."),
        ({"revision": 7}, "REL-1 is at revision 1 now; that card shows revision 7. Use the newest card."),
    ],
)
async def test_a_button_that_was_tampered_with_changes_nothing(
    town: Town, pointer: dict[str, Any], sentence: str
) -> None:
    await stories.submitted(town)
    answer = await town.press("bo", button("Approve", "approve", "REL-1", **pointer))
    assert sentence_of(answer) == sentence
    assert town.votes() == []


async def test_the_digest_of_another_release_does_not_open_this_one(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("ana", "new Other"))
    other = town.release(2).digest
    answer = await town.press("bo", button("Approve", "approve", "REL-1", revision=1, digest=other))
    assert answer.refused
    assert town.votes() == []


@pytest.mark.parametrize(
    "ended, sentence",
    [
        ("recall REL-1", "That round is over: REL-1 was recalled."),
        ("cancel REL-1 not needed", "That round is over: REL-1 was recalled."),
    ],
)
async def test_a_closed_round_takes_no_vote(town: Town, ended: str, sentence: str) -> None:
    await stories.submitted(town)
    await town.all(("ana", ended))
    assert sentence_of(await town.say("bo", "approve REL-1")) == sentence


async def test_what_was_never_submitted_takes_no_vote(town: Town) -> None:
    await stories.drafted(town)
    assert sentence_of(await town.say("bo", "approve REL-1")) == (
        "REL-1 isn't up for a decision; it was never submitted."
    )


async def test_ten_people_press_at_once(town: Town) -> None:
    """Each vote counts once, one of them decides, and the rest hear that it is over."""
    members = [f"m{number}" for number in range(10)]
    for member in members:
        town.add(member, Role.CAB_MEMBER)
    await stories.submitted(town)
    answers = await asyncio.gather(*(town.say(member, "approve REL-1") for member in members))
    assert sum(not answer.refused for answer in answers) == 2
    assert len(town.votes()) == 2
    assert [text for text in town.heard("ana") if "approved" in text] == ["The CAB approved REL-1, revision 1."]
    assert sum("round is over" in sentence_of(answer) for answer in answers) == 8
