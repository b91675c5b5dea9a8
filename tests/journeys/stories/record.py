"""The story of a record: everybody who has a part in a release writes down their own, in chat."""

from __future__ import annotations

from tests.journeys.stage import Stage, find, holds
from tests.journeys.stories.normal import NEW

LINES = "\n".join(f"CHG-{number} Refund {number} | fix | authorised by Dana 2026-11-20" for number in range(103, 109))


async def everybody_writes_down_their_part(stage: Stage) -> None:
    """Changes pasted into the form, people named and told, a risk, a statement; one look shows all of it."""
    await stage.says("ana", NEW)
    await _changes_are_pasted(stage)
    await stage.turns_a_page()
    await _people_are_named(stage)
    await stage.turns_a_page()
    await stage.says("ben", 'register add REL-1 "The queue may be full" priority=1')
    holds(find(stage.direct("ana"), "The queue may be full").words, "Risk #1 of REL-1")
    await stage.says("chiara", 'prepared REL-1 training "Two evenings for the desk"')
    await _one_look_shows_it(stage)


async def _changes_are_pasted(stage: Stage) -> None:
    opened = await stage.says("ana", "change add REL-1")
    assert opened.form == "Add change requests"
    wrong = await stage.sends("ana", lines=f"{LINES}\nlater")
    holds(wrong.errors["lines"], "Line 7 (“later”): it begins with no reference.")
    heard = await stage.sends("ana", lines=LINES)
    holds(heard.words, "REL-1 is at revision 2: change requests changed.")


async def _people_are_named(stage: Stage) -> None:
    await stage.says("ana", "application add REL-1 Ben area=checkout")
    await stage.says("ana", "testing REL-1 Chiara")
    await stage.says("sofia", "follow payments problems")  # from now on Cabbot knows who Sofia is
    await stage.says("ana", "stakeholder add REL-1 Sofia required=yes")
    holds(find(stage.direct("ben"), "REL-1").words, "You are application coordinator for checkout of REL-1")
    holds(find(stage.direct("chiara"), "REL-1").words, "You are testing coordinator of REL-1")
    holds(find(stage.direct("sofia"), "REL-1").words, "You are a stakeholder of REL-1", "required to accept it")
    refused = await stage.says("sofia", "testing REL-1 Sofia")
    holds(refused.words, "That is for the coordinator of REL-1 or a release manager.")


async def _one_look_shows_it(stage: Stage) -> None:
    shown = await stage.says("marta", "show REL-1")
    holds(
        shown.words, "Application coordinators", "Ben", "checkout", "Testing coordinator", "Chiara", "Sofia", "required",
        "The queue may be full", "Two evenings for the desk", "CHG-103 Refund 103", "… and 3 more",
    )  # fmt: skip
    whole = await stage.follows_up("marta", "Change requests: all 8")
    holds(whole.words, "CHG-101", "CHG-108 Refund 108", "not authorised yet")
