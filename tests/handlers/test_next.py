"""The release card as it is for whoever looks at it, and whose differs from everybody's."""

from __future__ import annotations

import pytest

from messages.card import Refresh
from storage.terms import AccountKind, Origin, Role
from tests.handlers import plans, stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import EMERGENCY, NEW, PLANS, Town, card_of, told


def refresh(town: Town, number: int = 1) -> Refresh | None:
    (posting,) = town.postings("releases", slot=f"release:REL-{number}")
    return card_of(posting).refresh


def named(town: Town, number: int = 1) -> list[str]:
    asked = refresh(town, number)
    return [each.name for each in asked.people] if asked else []


async def test_it_is_the_living_card_with_the_readers_act_at_its_head(town: Town) -> None:
    await stories.submitted(town)
    living = card_of(town.postings("releases", slot="release:")[0])
    answer = await town.say("bo", "next REL-1")
    assert answer.card is not None
    assert told(answer).split("\n\n")[1].startswith("Next for you: Your vote is asked for.")
    assert labels(answer.card) == ["Vote", *labels(living)]
    assert (answer.card.title, answer.card.tone) == (living.title, living.tone)


async def test_its_button_stands_once_first_and_as_the_card_offers_it(town: Town) -> None:
    await stories.in_window(town)
    (first, *rest) = buttons((await town.say("ana", "next REL-1")).card)
    assert (first.say, first.confirm is not None) == ("start REL-1", True)
    assert "start REL-1" not in [each.say for each in rest]


async def test_who_only_waits_sees_for_what(town: Town) -> None:
    await stories.submitted(town)
    answer = await town.say("ana", "next REL-1")
    assert "Next for you: It waits for the votes of the board." in told(answer)
    assert labels(answer.card) == labels(card_of(town.postings("releases", slot="release:")[0]))


@pytest.mark.parametrize("kind", [AccountKind.MEMBER, AccountKind.GUEST])
async def test_who_has_nothing_to_do_sees_everybodys_card(town: Town, kind: AccountKind) -> None:
    await stories.submitted(town)
    living = card_of(town.postings("releases", slot="release:")[0])
    answer = await town.say("st", "next REL-1", origin=Origin.PRESSED, kind=kind)
    assert answer.card is not None
    assert answer.card.parts == living.parts
    assert "Nothing of it waits for you now." in told(await town.say("st", "next REL-1", kind=kind))


async def test_looking_leaves_no_trail(town: Town) -> None:
    await stories.submitted(town)
    trail = len(town.journal())
    await town.say("bo", "next REL-1")
    assert len(town.journal()) == trail


# ---- the card that asks for it


async def test_the_living_card_asks_for_the_version_of_whoever_may_act(town: Town) -> None:
    await plans.write(town)
    await town.all(("ana", "testing REL-1 @st"), ("ana", "edit REL-1 goal=faster"))
    assert refresh(town) is not None
    assert named(town) == ["Ana", "St", "Bo", "Rm"], "coordinator, participants, owners of steps, release managers"
    asked = refresh(town)
    assert asked is not None
    assert asked.say == "next REL-1"
    own = (await town.say("ana", asked.say)).card
    assert own is not None
    assert own.refresh == Refresh("next REL-1", tuple(each for each in asked.people if each.name == "Ana"))


async def test_in_review_the_board_is_among_them_before_the_others(town: Town) -> None:
    await stories.submitted(town)
    assert named(town) == ["Ana", "Bo", "Cy", "Dee", "Cm", "Rm"]


async def test_on_hold_and_in_an_emergency_those_who_may_go_on_are(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", "hold REL-1 wait"), ("rm", EMERGENCY))
    assert named(town) == ["Ana", "Rm", "Cm"]
    assert {"Eve", "Oc"} < set(named(town, 2))


async def test_what_is_over_is_the_same_for_everybody(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "cancel REL-1 no"))
    assert refresh(town) is None
    own = (await town.say("ana", "next REL-1")).card
    assert own is not None
    assert own.refresh is None


async def test_no_more_than_a_platform_refreshes_for(town: Town) -> None:
    for number in range(70):
        town.add(f"m{number}", Role.CAB_MEMBER)
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"))
    assert len(named(town)) == 60
    assert named(town)[0] == "Ana"
