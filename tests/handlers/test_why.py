"""“Why may I not?” is answered by the rules that refuse: all reasons at once, for the person who asks."""

from __future__ import annotations

import pytest

from handlers.policy.rules_file import parse_rules
from messages.card import Items
from storage.organisation import Connection, Connections
from storage.store import Store
from storage.terms import AccountKind, Platform
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import EMERGENCY, Town, sentence_of, told


async def reasons(town: Town, who: str, line: str) -> list[str]:
    card = (await town.say(who, line)).card
    assert card is not None
    items = next(part for part in card.parts if isinstance(part, Items))
    return ["".join(piece.text for piece in row.pieces if hasattr(piece, "text")) for row in items.rows]


async def test_who_may_is_told_so_with_the_button(town: Town) -> None:
    await stories.submitted(town)
    answer = await town.say("bo", "why approve REL-1")
    assert sentence_of(answer) == "You may approve REL-1 now."
    form = (await town.press("bo", next(buttons(answer.card)))).form
    assert not (await town.fill("bo", form)).refused


async def test_s7_segregation_of_duties_and_the_role_are_both_named(town: Town) -> None:
    await stories.submitted(town)
    assert await reasons(town, "ana", "why approve REL-1") == [
        "You coordinate or requested REL-1, so somebody else on the CAB decides on it.",
        "Only members of the CAB vote on REL-1.",
    ]
    assert await reasons(town, "st", "why reject REL-1") == ["Only members of the CAB vote on REL-1."]


async def test_s4_the_state_comes_with_the_role(town: Town) -> None:
    await stories.drafted(town)
    assert await reasons(town, "st", "why approve REL-1") == [
        "REL-1 is a draft; approving is possible while it's in review.",
        "Only members of the CAB vote on REL-1.",
    ]
    assert await reasons(town, "st", "why complete REL-1") == [
        "REL-1 is a draft; completing is possible while it's deploying.",
        "That is for the coordinator (Ana) or the release manager.",
    ]


async def test_s5_what_the_gate_asks_for(town: Town) -> None:
    await town.all(("ana", 'new "Refunds" service=payments'))
    answer = await town.say("ana", "why submit REL-1")
    assert "REL-1 needs a window, a deployment plan, a back-out plan." in told(answer)
    assert "Add it" in labels(answer.card)


async def test_s7_too_few_who_could_vote(database: Store) -> None:
    town = Town(database, parse_rules("approval.normal.quorum = 9"))
    await stories.drafted(town)
    (reason,) = await reasons(town, "ana", "why submit REL-1")
    assert reason.startswith("It takes 9 approvals, and the CAB has 4 members who may vote on it.")


async def test_s4_a_start_before_the_window_on_hold_and_by_a_stranger(town: Town) -> None:
    await stories.approved(town)
    assert await reasons(town, "ana", "why start REL-1") == [
        "The window of REL-1 opens 2026-12-01 21:00 (UTC); wait for it, or move it with /release edit."
    ]
    await town.all(("ana", "hold REL-1 because"))
    found = await reasons(town, "st", "why start REL-1")
    assert found[0] == "REL-1 is on hold (because). Resume it first: /release resume REL-1."
    assert found[1] == "That is for the coordinator (Ana) or the release manager."
    await town.all(("ana", "resume REL-1"))
    await town.later(hours=33)
    assert sentence_of(await town.say("ana", "why start REL-1")) == "You may start REL-1 now."


async def test_s8_an_emergency_waits_for_its_approval(town: Town) -> None:
    await town.all(("oc", EMERGENCY))
    assert (await reasons(town, "oc", "why start REL-1"))[0] == (
        "REL-1 is in review; a start is possible while it's approved."
    )


async def test_s7_who_is_not_vouched_for(town: Town) -> None:
    town.write(
        lambda records: Connections(records._tx).add(
            Connection(
                organisation_id=town.organisation,
                platform=Platform.TEAMS,
                workspace=f"{town.workspace}-t",
                installed_at=town.clock.at,
            )
        )
    )
    await stories.drafted(town)
    for who in ("bo", "cy"):
        town.known_by(who, f"{who}@example.org")
    await town.all(("ana", "submit REL-1"))
    (reason,) = await reasons(town, "dee", "why approve REL-1")
    assert reason.startswith("Your e-mail isn't known yet, and this organisation uses more than one chat platform")


async def test_guests_read_the_answer_too(town: Town) -> None:
    await stories.submitted(town)
    town.add("gus", kind=AccountKind.GUEST)
    assert await reasons(town, "gus", "why approve REL-1") == [
        "Only full members change releases; guests and outside accounts read along.",
        "Only members of the CAB vote on REL-1.",
    ]


@pytest.mark.parametrize(
    "verb", ["edit", "submit", "recall", "start", "step", "complete", "rollback", "hold", "cancel"]
)
@pytest.mark.parametrize("story", ["drafted", "submitted", "approved", "deploying", "deployed", "rolling_back"])
async def test_it_says_no_exactly_where_the_command_would(town: Town, verb: str, story: str) -> None:
    await getattr(stories, story)(town)
    words = "because" if verb in ("hold", "cancel", "rollback") else ""
    for who in ("st", "rm", "ana"):
        said = sentence_of(await town.say(who, f"why {verb} REL-1"))
        line = f'edit REL-1 goal="another {who}"' if verb == "edit" else f"{verb} REL-1 {words}"
        answer = await town.say(who, line)
        assert answer.refused == (said != f"You may {verb} REL-1 now."), (said, told(answer))
        if not answer.refused:
            break
