"""The story of the plans: written as lines, changed step by step, tested, signed off, the way back tried out."""

from __future__ import annotations

from tests.journeys.stage import Stage, find, holds
from tests.journeys.stories.normal import NEW

OWN_STEPS = "Your steps in REL-1"
LINES = "[Pilot]\nDrain the queue | @Ben | 10 min | check: depth is 0\n[Full]\nkubectl get pods | grep pay | 5 min"

PASTED = (
    "Pilot:\r\n1.\u00a0Drain the queue | owner: Ben\u00a0| 10\u00a0min | verify: depth is 0\r\n"
    "Full · 1 step · 5 min\r\n  • kubectl get pods | grep pay | 5 mins\r\n"
)
"""The same, as it comes from a document with Windows' line ends and from a card of Cabbot's."""


async def plans_are_lines_that_come_back(stage: Stage) -> None:
    """The coordinator plans, the testing coordinator signs off; nothing that was written is lost on the way."""
    await stage.says("ben", "plan show REL-1")  # from now on Cabbot knows who Ben and Chiara are
    await stage.says("chiara", "me")
    await stage.says("ana", NEW)
    await _written(stage)
    await stage.turns_a_page()
    await _tested(stage)
    await stage.turns_a_page()
    heard = await stage.says("ana", 'backout REL-1 trigger="errors over 2 %" minutes=20')
    holds(heard.words, "back-out trigger, back-out minutes changed")
    await stage.says("ana", "backout validated REL-1 on=2026-11-20 restored in staging")
    holds(
        (await stage.says("sofia", "backout show REL-1")).words,
        "errors over 2 %",
        "20 min",
        "Ana",
        "restored in staging",
    )
    await stage.turns_a_page()
    await _owner_told(stage)


async def _owner_told(stage: Stage) -> None:
    """Ben owns a step: he hears of it when the release is approved, and when that holds no more."""
    await stage.says("ana", "submit REL-1")
    for member in ("chiara", "devika"):
        await stage.says(member, "approve REL-1")
    told = find(stage.direct("ben"), OWN_STEPS)
    holds(told.words, "1 step of its plan is yours", "1. Drain the queue · Pilot · 10 min · check: depth is 0", "Ana")
    holds((await stage.presses("ben", "See the plan", OWN_STEPS, "me")).words, "kubectl get pods | grep pay")
    await stage.says("ana", 'edit REL-1 goal="Refunds in a minute"')
    holds(find(stage.direct("ben"), OWN_STEPS).words, "is void: don't carry your steps out")


async def _written(stage: Stage) -> None:
    opened = await stage.says("ana", "plan REL-1 form=yes")
    assert opened.form == "Deployment plan"
    wrong = await stage.sends("ana", lines=LINES.replace("Pilot", "Piolt"))
    holds(wrong.errors["lines"], "REL-1 has no stage “Piolt”")
    holds((await stage.sends("ana", lines=LINES)).words, "REL-1 is at revision 2: deployment plan changed.")
    assert (await stage.says("ana", "plan REL-1 form=yes")).fields["lines"] == LINES
    await stage.says("ana", "plan insert REL-1 2 Tell the service desk | 5 min")
    opened = await stage.says("ana", "plan step REL-1 2")
    assert dict(opened.fields) == {"text": "Tell the service desk", "owner": "", "minutes": "5", "check": ""}
    await stage.sends("ana", check="they answer")
    heard = await stage.says("sofia", "plan show REL-1")
    holds(
        heard.words, "3 steps, 20 min together", "Drain the queue", "check: they answer", "kubectl get pods | grep pay"
    )
    await _by_the_menu_of_a_row(stage)


async def _by_the_menu_of_a_row(stage: Stage) -> None:
    """Each row has its own; on a list that has changed since, nothing is struck."""
    await stage.says("ana", "plan insert REL-1 end Go home; Sleep")
    await stage.says("ana", "plan show REL-1")
    opened = await stage.follows_up("ana", "Go home -> Change")
    assert (opened.form, opened.fields["text"]) == ("Change a step", "Go home")
    heard = await stage.sends("ana", text="Go home early", minutes="1 h 30")
    holds(heard.words, "deployment plan changed", "Go home early | 90 min")
    await stage.says("marta", "plan show REL-1")
    await stage.says("ana", "plan strike REL-1 1")
    heard = await stage.follows_up("marta", "Sleep -> Strike")
    holds(heard.words, "has changed since that list was shown", "there is no step 5 any more", "Sleep")
    holds((await stage.follows_up("marta", "Sleep -> Strike")).words, "Strike step 4 of REL-1?", "Sleep")
    heard = await stage.follows_up("marta", "Strike it")
    holds(heard.words, "deployment plan changed", "Go home early")
    assert "Sleep" not in heard.words
    await stage.says("ana", f"plan REL-1\n{PASTED}")
    assert (await stage.says("ana", "plan REL-1 form=yes")).fields["lines"] == LINES


async def _tested(stage: Stage) -> None:
    await stage.says("ana", 'test plan REL-1 lines="functional: refunds in the shop; regression: checkout"')
    await stage.says("ana", "testing REL-1 Chiara")
    await stage.says("chiara", "test result REL-1 functional passed run 118")
    heard = await stage.says("chiara", "test signoff REL-1")
    holds(heard.words, "there is no result of its regression tests yet")
    await stage.follows_up("chiara", "Record a result")
    await stage.sends("chiara", outcome="passed")
    holds((await stage.says("marta", "test signoff REL-1")).words, "signed off by the testing coordinator (Chiara)")
    holds((await stage.says("chiara", "test signoff REL-1 fine")).words, "the tests are signed off by Chiara")
