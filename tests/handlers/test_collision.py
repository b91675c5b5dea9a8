"""Two releases overlap, and their coordinators say whether they may (process section 5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.kit.readiness import LOOKED_AT
from handlers.policy.rules import Rules
from storage.store import Store
from storage.terms import State
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import FEW, NEW, PLANS, Town, sentence_of, told

RULES = Rules(gates=replace(FEW, start=("collision",), tests=()))
SECOND = 'new "Statements" service=payments start="2026-12-01 22:00" hours=2 zone=UTC'
ACCEPT = 'collision accept REL-1 REL-2 "other tables"'


@pytest.fixture
async def crowded(database: Store) -> Town:
    """Ana's first and Ida's second release overlap; Ana's may start but for that."""
    town = Town(database, RULES)
    town.add("ida")
    await town.all(("ana", f"{NEW} {PLANS}"), ("ida", f"{SECOND} {PLANS}"), ("ana", "submit REL-1"))
    await town.all(("bo", "approve REL-1"), ("cy", "approve REL-1"))
    await town.later(hours=33)
    return town


async def test_s5_accepted_by_both_coordinators_it_may_start(crowded: Town) -> None:
    assert sentence_of(await crowded.say("ana", "start REL-1")) == (
        "REL-1 isn't ready to start: it needs a window free of collisions."
    )
    answer = await crowded.say("ana", ACCEPT)
    assert sentence_of(answer) == "Ana accepts that REL-1 and REL-2 overlap. Ida is asked for REL-2."
    assert (await crowded.say("ana", "start REL-1")).refused
    assert (
        "Ana accepts that REL-1 Faster refunds overlaps with your REL-2 Statements. Do you?" in crowded.heard("ida")[-1]
    )
    await crowded.all(("ida", 'collision accept REL-2 REL-1 "I watch both"'))
    assert "REL-1 and REL-2 may overlap." in crowded.heard("ida")[-1]
    assert "accepted with REL-2" in told(await crowded.say("st", "checklist REL-1"))
    await crowded.all(("ana", "start REL-1"))
    assert crowded.release().state is State.DEPLOYING


async def test_s5_a_release_in_flight_is_not_hidden_by_however_many_younger_ones(crowded: Town) -> None:
    await crowded.all(*[("st", f"new Filler{number} service=payments") for number in range(LOOKED_AT)])
    await crowded.all(("ida", f"{SECOND} {PLANS}"))
    key = crowded.look(lambda records: records.releases.page(limit=1)[0].key)
    assert "REL-1 " in told(await crowded.say("ida", f"collision {key}"))


async def test_s5_or_by_the_change_manager_alone(crowded: Town) -> None:
    await crowded.all(("cm", ACCEPT), ("ana", "start REL-1"))


async def test_s5_who_coordinates_both_says_it_once(database: Store) -> None:
    town = Town(database, RULES)
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", f"{SECOND} {PLANS}"), ("ana", ACCEPT))
    assert "everybody accepts that" in sentence_of(await town.say("st", "collision REL-2"))


async def test_s5_submit_warns_of_a_collision_that_nobody_has_accepted(crowded: Town) -> None:
    warning = "REL-2 overlaps REL-1. See it, and accept it: /release collision REL-2."
    assert warning in told(await crowded.all(("ida", "submit REL-2")))
    await crowded.all(("ida", "recall REL-2"), ("cm", ACCEPT))
    assert "overlaps" not in told(await crowded.all(("ida", "submit REL-2")))


@pytest.mark.parametrize("rules", [RULES, Rules(gates=FEW)])
async def test_s5_a_standard_release_is_warned_too_and_whatever_the_policy_asks_for(
    database: Store, rules: Rules
) -> None:
    town = Town(database, rules)
    body = "title: Renew\nplan: install\nbackout: put it back"
    await town.all(("ana", f"{NEW} {PLANS}"), ("rm", f'template write certificates body="{body}"'))
    await town.all(("cm", "template approve certificates"))
    await town.all(("ana", 'template use certificates service=payments start="2026-12-01 22:00"'))
    answer = await town.all(("ana", "submit REL-2"))
    assert town.release(2).state is State.APPROVED
    assert "REL-2 overlaps REL-1." in told(answer)


async def test_s5_a_moved_window_makes_it_void(crowded: Town) -> None:
    await crowded.all(("cm", ACCEPT), ("ida", 'edit REL-2 start="2026-12-01 20:30"'))
    assert (await crowded.say("ana", "start REL-1")).refused
    await crowded.all(("ida", 'edit REL-2 start="2026-12-03 20:30"'), ("ana", "start REL-1"))


@pytest.mark.parametrize("who", ["bo", "st", "rm", "own"])
async def test_s2_it_is_for_the_two_coordinators_and_the_change_manager(crowded: Town, who: str) -> None:
    answer = await crowded.say(who, ACCEPT)
    assert answer.refused
    assert sentence_of(answer) == (
        "That is for the coordinator of REL-1 (Ana), the coordinator of REL-2 (Ida), or the change manager."
    )
    assert (await crowded.say(who, "collision undo REL-1 REL-2")).refused


@pytest.mark.parametrize(
    "line, sentence",
    [
        ('collision accept REL-1 REL-1 "x"', "REL-1 can't collide with itself; name the other release."),
        ('collision accept REL-1 REL-9 "x"', "There is no REL-9."),
        ("collision undo REL-1 REL-2", "Nothing of yours says that REL-1 and REL-2 may overlap."),
    ],
)
async def test_what_cannot_be_accepted(crowded: Town, line: str, sentence: str) -> None:
    assert sentence_of(await crowded.say("ana", line)) == sentence


async def test_what_does_not_collide_needs_no_word(crowded: Town) -> None:
    await crowded.all(("ida", "cancel REL-2 later"))
    assert "don't collide" in sentence_of(await crowded.say("ana", ACCEPT))
    assert sentence_of(await crowded.say("ana", "collision REL-1")) == (
        "REL-1 overlaps with no release of the same or a dependent service."
    )


async def test_it_is_accepted_once_and_can_be_taken_back(crowded: Town) -> None:
    await crowded.all(("ana", ACCEPT))
    assert "accepted already" in sentence_of(await crowded.say("ana", ACCEPT))
    await crowded.all(("cm", ACCEPT))
    assert "Nothing of yours" in sentence_of(await crowded.say("ida", "collision undo REL-1 REL-2"))
    await crowded.all(("cm", "collision undo REL-1 REL-2"))
    assert (await crowded.say("ana", "start REL-1")).refused


async def test_taking_back_says_whose_word_still_holds(crowded: Town) -> None:
    await crowded.all(("ana", ACCEPT), ("cm", 'collision accept REL-2 REL-1 "fine"'))
    answer = await crowded.say("ana", "collision undo REL-1 REL-2")
    assert sentence_of(answer) == "Ana took back that REL-1 and REL-2 may overlap. Cm still accepts it for both."


@pytest.mark.parametrize("line", [ACCEPT, "collision undo REL-1 REL-2"])
async def test_whoever_may_not_is_told_who_may(crowded: Town, line: str) -> None:
    answer = await crowded.say("st", line)
    assert answer.card is not None
    why = next(each for each in buttons(answer.card) if each.label == "Why?")
    assert "Who may: Ana, Ida, Cm" in told(await crowded.press("st", why))


async def test_the_card_has_the_way_out(crowded: Town) -> None:
    answer = await crowded.say("ana", "collision REL-1")
    assert sentence_of(answer) == "REL-1 overlaps with 1 release, not accepted yet."
    assert labels(answer.card) == ["Accept it", "Move the window", "What blocks us", "Show REL-1"]
    text = told(answer)
    assert "Not accepted yet for REL-1 by Ana and for REL-2 by Ida" in text
    await crowded.all(("ana", ACCEPT))
    text = told(await crowded.say("ana", "collision REL-1"))
    assert "other tables" in text
    assert "Not accepted yet for REL-2 by Ida" in text


async def test_s5_whoever_owes_their_word_is_nudged(crowded: Town) -> None:
    await crowded.all(("ana", ACCEPT), ("ana", "nudge REL-1 collision"))
    assert "a window free of collisions" in crowded.heard("ida")[-1]


async def test_s2_the_coordinator_of_this_moment(crowded: Town) -> None:
    await crowded.all(("ida", "coordinator REL-2 <@st>"))
    assert (await crowded.say("ida", ACCEPT)).refused
    await crowded.all(("st", ACCEPT))


async def test_another_organisation_has_nothing_to_do_with_it(crowded: Town, database: Store) -> None:
    other = Town(database, RULES)
    await other.all(("ana", f"{NEW} {PLANS}"))
    await crowded.all(("ana", ACCEPT), ("ida", ACCEPT))
    assert "overlaps with no release" in sentence_of(await other.say("ana", "collision REL-1"))
    first = crowded.release().id
    assert other.look(lambda records: records.collisions.concerning(first)) == []
