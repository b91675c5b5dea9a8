"""A story of what blocks a release: the checklist that hangs in a channel, a nudge, the risk, a waiver."""

from __future__ import annotations

from tests.journeys.stage import Stage, find, holds, under
from tests.journeys.stories.normal import BALLOT, CARD

BARE = (
    'new "Faster refunds" service=payments version=2.4.0 start="2026-12-01 22:00" hours=2 zone=Europe/Berlin '
    'goal="Refunds reach the card in minutes." plan="Drain the queue; Deploy 2.4.0"'
)
CHECKLIST = "Checklist: REL-1 Faster refunds"
ANSWERS = {"users": "2", "tier": "2", "reversibility": "2", "novelty": "1", "coverage": "1", "dependencies": "1"}


@under('[gates]\nsubmit = ["service", "window", "plan", "back_out", "risk"]\nstart = ["media"]\ntests = []\n')
async def what_blocks_us(stage: Stage) -> None:
    """Everybody sees what is missing and who must act; the press that gives it makes the list shorter."""
    await stage.says("ana", BARE)
    heard = await stage.says("ana", "submit REL-1")
    holds(heard.words, "REL-1 isn't ready for the CAB: it needs a risk assessment, a back-out plan.")
    assert heard.buttons == ("Assess the risk", "Back-out plan", "What blocks us")
    await _kept(stage)
    await stage.turns_a_page()
    await _nudged(stage)
    await _assessed(stage)
    await stage.turns_a_page()
    await _waived(stage)
    await stage.presses("ana", "Start", CARD, "releases")
    holds(find(stage.channel("payments"), CHECKLIST).words, "nothing has to be there any more")


async def _kept(stage: Stage) -> None:
    heard = await stage.says("sofia", "checklist REL-1", "payments")
    holds(heard.words, CHECKLIST, "A back-out plan: ", "A risk assessment: ", "Ana")
    await stage.follows_up("sofia", "Keep it in the channel")
    holds(find(stage.channel("payments"), CHECKLIST).words, "4 things missing")


async def _nudged(stage: Stage) -> None:
    await stage.says("sofia", "nudge REL-1 back_out")
    holds(find(stage.direct("ana"), "something waits for you").words, "Sofia", "waits for a back-out plan")
    heard = await stage.says("ben", "nudge REL-1 back_out")
    holds(heard.words, "That was asked lately", "again from")
    form = await stage.presses("ana", "Back-out plan", "something waits for you", "me")
    assert set(form.fields) == {"lines", "trigger", "minutes"}
    await stage.sends("ana", lines="Redeploy 2.3.1")
    holds(find(stage.channel("payments"), CHECKLIST).words, "3 things missing")


async def _assessed(stage: Stage) -> None:
    form = await stage.presses("ana", "Assess the risk", CHECKLIST, "payments")
    assert set(form.fields) == set(ANSWERS)
    heard = await stage.sends("ana", **ANSWERS)
    holds(heard.words, "The risk of REL-1 is medium (6 of 16)", "The back-out plan isn't validated")
    holds(find(stage.channel("releases"), CARD).words, "medium (impact 2 × likelihood 3)")
    await stage.says("ana", "submit REL-1")
    holds(find(stage.channel("cab"), BALLOT).words, "medium (impact 2")


async def _waived(stage: Stage) -> None:
    heard = await stage.says("ana", 'waive REL-1 media "Built from a tag."')
    holds(heard.words, "is for the change manager")
    await stage.says("devika", 'waive REL-1 media "Built from a tag."')
    holds(find(stage.channel("cab"), BALLOT).words, "Waived: media", "Built from a tag.", "Devika")
    for who in ("ben", "chiara"):
        await stage.says(who, "approve REL-1", "me")
    holds(find(stage.channel("payments"), CHECKLIST).words, "waived by", "1 thing missing")
    await stage.says("ana", "backout validated REL-1 on=2026-11-20 restored in staging")
    holds(find(stage.channel("payments"), CHECKLIST).words, "Nothing blocks REL-1")
    holds(find(stage.channel("payments"), CHECKLIST).words, "The window of REL-1 opens 2026-12-01 22:00")
    await stage.until("2026-12-01 22:02")
    assert "opens" not in find(stage.channel("payments"), CHECKLIST).words, "time alone opened it"
