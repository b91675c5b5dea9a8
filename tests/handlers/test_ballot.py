"""The ballot as it is for whoever looks at it."""

from __future__ import annotations

import pytest

from messages.card import Buttons
from storage.store import Store
from storage.terms import AccountKind
from tests.handlers import stories
from tests.handlers.buttons import labels
from tests.handlers.town import NEW, PLANS, Town, card_of, sentence_of, told
from tests.handlers.two_platforms import house

EVERY = ["Approve", "Approve with a comment", "Reject", "Show everything"]


async def test_a_member_who_has_not_voted_may_do_everything(town: Town) -> None:
    await stories.submitted(town)
    answer = await town.say("bo", "ballot REL-1")
    assert labels(answer.card) == EVERY
    assert "You " not in told(answer).splitlines()[1]


async def test_a_member_who_has_voted_sees_it_and_may_change_it(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("bo", "approve REL-1 fine"))
    answer = await town.say("bo", "ballot REL-1")
    assert "You approved, 12:00 UTC." in told(answer)
    assert labels(answer.card) == EVERY[1:]
    assert labels((await town.say("cy", "ballot REL-1")).card) == EVERY
    assert "You approved" not in told(await town.say("cy", "ballot REL-1"))


@pytest.mark.parametrize(
    "who, why",
    [
        ("st", "Only members of the CAB vote on REL-1."),
        ("eve", "Only members of the CAB vote on REL-1."),
        ("ana", "You coordinate or requested REL-1, so somebody else on the CAB decides on it."),
    ],
)
async def test_who_may_not_vote_sees_why_and_no_buttons_for_it(town: Town, who: str, why: str) -> None:
    await stories.submitted(town)
    answer = await town.say(who, "ballot REL-1")
    assert why in told(answer)
    assert labels(answer.card) == ["Show everything"]
    assert sentence_of(await town.say(who, "approve REL-1")) == why


async def test_a_guest_reads_it(town: Town) -> None:
    await stories.submitted(town)
    answer = await town.say("bo", "ballot REL-1", kind=AccountKind.GUEST)
    assert labels(answer.card) == ["Show everything"]


async def test_on_two_platforms_an_unknown_member_is_told_so(database: Store) -> None:
    both = await house(database)
    both.both("cy", "dee")
    await both.slack.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"))
    answer = await both.slack.say("bo", "ballot REL-1")
    assert "Your e-mail isn't known yet" in told(answer)
    assert labels(answer.card) == ["Show everything"]


async def test_a_decided_one_has_nothing_to_press(town: Town) -> None:
    await stories.approved(town)
    for who, own in (("bo", "You approved, 12:00 UTC."), ("st", "Bo approved")):
        answer = await town.say(who, "ballot REL-1")
        assert own in told(answer)
        assert labels(answer.card) == []
        assert answer.card is not None
        assert answer.card.refresh is None
    assert "Only members" not in told(await town.say("st", "ballot REL-1"))


async def test_what_was_never_submitted(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("bo", "ballot REL-1")
    assert sentence_of(answer) == "REL-1 isn't up for a decision; it was never submitted."
    assert labels(answer.card) == ["Show REL-1"]
    assert sentence_of(await town.say("bo", "ballot REL-9")) == "There is no REL-9."


async def test_it_changes_nothing_and_leaves_no_trail(town: Town) -> None:
    await stories.submitted(town)
    before = len(town.journal())
    await town.say("bo", "ballot REL-1")
    assert len(town.journal()) == before


async def test_the_living_ballot_offers_each_member_their_own(town: Town) -> None:
    await stories.submitted(town)
    (posting,) = town.postings("cab", "ballot:")
    refresh = card_of(posting).refresh
    assert refresh is not None
    assert refresh.say == "ballot REL-1"
    assert [person.name for person in refresh.people] == ["Bo", "Cy", "Dee", "Cm"]
    own = await town.say("bo", refresh.say)
    assert own.card is not None
    assert own.card.refresh is not None
    assert [person.name for person in own.card.refresh.people] == ["Bo"]
    assert own.card.title == card_of(posting).title
    assert [part for part in own.card.parts if isinstance(part, Buttons)] == [
        part for part in card_of(posting).parts if isinstance(part, Buttons)
    ]


async def test_once_decided_it_is_the_same_for_all(town: Town) -> None:
    await stories.approved(town)
    assert [card_of(posting).refresh for posting in town.postings(slot="ballot:")] == [None] * 5
