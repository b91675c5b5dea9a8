"""Cards about one organisation on two platforms: the code, what came along, who I am, my ballot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from bot.postings import card_text
from messages.approval import ballot_card
from messages.card import Card, PersonRef
from messages.card_json import from_json
from messages.joining import code_card, joined_card, welcome_card, what_came
from messages.me import Home, me_card
from messages.own_ballot import Reader, own_ballot_card
from storage.people import Person
from storage.terms import BallotState, Role
from tests.handlers.policy.releases import BO, CY, NOW, vote
from tests.messages.records import labels, name, release, standing, words

BO_HIMSELF = Person(id=BO, name="Bo", joined_at=NOW)


def test_the_code_is_on_the_card_and_not_in_its_summary() -> None:
    card = code_card("K0D1-AAAA-BBBB-CCCC", NOW + timedelta(minutes=15), "Europe/Berlin")
    assert "link organisation K0D1-AAAA-BBBB-CCCC" in words(card)
    assert "Good once, until 13:15 CET" in words(card)
    assert "K0D1" not in card.summary + card.title


@pytest.mark.parametrize(
    "counts, sentence",
    [
        ((1, 0, 0, 0), "1 person came along, 0 linked channels, 0 services."),
        ((2, 1, 1, 1), "2 people came along (1 was known already), 1 linked channel, 1 service."),
        ((9, 2, 3, 4), "9 people came along (2 were known already), 3 linked channels, 4 services."),
    ],
)
def test_what_came_along_is_counted(counts: tuple[int, int, int, int], sentence: str) -> None:
    assert what_came(*counts) == sentence


def test_both_sides_hear_that_roles_stay_behind() -> None:
    assert "Roles didn't come along" in words(joined_card("tenant", "Acme", "1 person came along.", ["Own", "Eva"]))
    assert "Ask Own, Eva." in words(joined_card("tenant", "Acme", "1 person came along.", ["Own", "Eva"]))
    assert "Nobody brought a role along" in words(welcome_card("tenant", ["Globex"], "Ana", "1 person came along."))


def test_who_i_am() -> None:
    person = BO_HIMSELF.model_copy(update={"email": "bo@example.org"})
    homes = [Home("Slack", "Acme", "bo"), Home("Microsoft Teams", "Microsoft Teams", "")]
    card = me_card(person, {Role.CAB_MEMBER}, homes, homes[1], follows=1, zone="Europe/Berlin")
    text = words(card)
    assert "Accounts: Slack, Acme (bo); Microsoft Teams" in text
    assert "Follows: 1 release or service" in text
    assert "Notices go to: Microsoft Teams" in text
    assert labels(card) == ["Write to me elsewhere"]
    assert "Notices go to: nowhere" in words(me_card(BO_HIMSELF, (), (), None, follows=0, zone="UTC"))


# ---- the ballot


def reader(**changes: object) -> Reader:
    return replace(Reader(BO_HIMSELF, None, "", "Europe/Berlin"), **changes)  # type: ignore[arg-type] # fields by name


def test_the_living_ballot_carries_how_to_ask_for_ones_own() -> None:
    found = release()
    card = ballot_card(found, replace(standing(found), on_board=(BO, CY)), name)
    assert card.refresh is not None
    assert (card.refresh.say, card.refresh.people) == ("ballot REL-42", (PersonRef(BO, "Bo"), PersonRef(CY, "Cy")))
    assert as_kept(card) == card
    decided = standing(found, state=BallotState.APPROVED)
    assert ballot_card(found, replace(decided, on_board=(BO,)), name).refresh is None


def as_kept(card: Card) -> Card:
    """The card after its way through the database."""
    kept: Card = from_json(orjson.loads(card_text(card)))
    return kept


def test_ones_own_vote_stands_on_top_in_ones_own_time() -> None:
    found = release()
    mine = vote(BO)
    card = own_ballot_card(found, standing(found, [mine]), name, reader(vote=mine))
    assert "You approved, 13:00 CET." in words(card)
    assert labels(card) == ["Approve with a comment", "Reject", "Show everything"]


def test_the_reason_stands_where_the_buttons_would_be() -> None:
    found = release()
    card = own_ballot_card(found, standing(found), name, reader(why_not="Only members of the CAB vote on REL-42."))
    assert "Only members of the CAB vote on REL-42." in words(card)
    assert labels(card) == ["Show everything"]


def test_without_a_reader_of_note_it_is_the_living_one() -> None:
    found = release()
    own, living = own_ballot_card(found, standing(found), name, reader()), ballot_card(found, standing(found), name)
    assert replace(own, refresh=None) == replace(living, refresh=None)
