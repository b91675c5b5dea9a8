"""The story of the whole table: release manager, coordinators, testers and stakeholders, each with their own part."""

from __future__ import annotations

from tests.journeys.stage import Stage, find, holds
from tests.journeys.stories.normal import BALLOT, CARD

NEW = (
    'new "Faster refunds" service=payments version=2.4.0 start="2026-12-01 22:00" hours=2 zone=Europe/Berlin '
    'goal="Refunds reach the card in minutes." impact="Refunds pause for ten minutes."'
)
CHANGES = (
    "CHG-101 Refunds at once | fix | problem PRB-7 | authorised by Dana 2026-11-20\nCHG-102 Show them | enhancement"
)
PLAN = "[Pilot]\nDrain the queue | @Ben | 10 min | check: depth is 0\n[Full]\nDeploy 2.4.0 | 20 min"
RISK = {"users": "2", "tier": "2", "reversibility": "2", "novelty": "1", "coverage": "1", "dependencies": "1"}
DIGEST = "a1" * 32


async def each_does_their_part(stage: Stage) -> None:
    """Four sit on the CAB, so everything in the process's table has to be there, and everybody gives what is theirs."""
    await stage.says("marta", "role grant Jun cab_member", "me")
    await stage.says("sofia", "me", "me")  # from now on Cabbot knows who Sofia is
    await _the_coordinator_plans(stage)
    await stage.turns_a_page()
    await _the_application_coordinator(stage)
    await _before_the_cab(stage)
    await stage.turns_a_page()
    await _the_testing_coordinator(stage)
    await _the_release_manager(stage)
    await stage.turns_a_page()
    await _the_stakeholder(stage)
    await stage.until("2026-12-01 22:02")
    await stage.presses("ana", "Start", CARD, "releases")
    holds(find(stage.channel("announcements"), CARD).words, "Deployment is under way")


async def _the_coordinator_plans(stage: Stage) -> None:
    await stage.says("ana", NEW)
    heard = await stage.presses("ana", "Submit to the CAB", CARD, "releases")
    holds(
        heard.words, "it needs an authorised change request, a risk assessment, a deployment plan, a back-out plan, "
        "the back-out plan's trigger and time.",
    )  # fmt: skip
    await stage.follows_up("ana", "Change requests")
    await stage.follows_up("ana", "Add")
    await stage.sends("ana", lines=CHANGES)
    await stage.says("ana", "plan REL-1 form=yes")
    holds((await stage.sends("ana", lines=PLAN)).words, "REL-1 is at revision 3: deployment plan changed.")
    await stage.says("ana", "backout REL-1 form=yes")
    await stage.sends("ana", lines="Redeploy 2.3.1; Replay the queue", trigger="errors over 2 %", minutes="20")
    await stage.says("ana", f"media add REL-1 oci://registry/payments:2.4.0 sha256={DIGEST} licence=MIT")
    await stage.says("ana", "application add REL-1 Ben area=checkout")
    await stage.says("ana", "testing REL-1 Jun")
    await stage.says("ana", "stakeholder add REL-1 Sofia required=yes")


async def _the_application_coordinator(stage: Stage) -> None:
    holds(find(stage.direct("ben"), "You are application coordinator").words, "for checkout of REL-1")
    home = await stage.says("ben", "", "me")
    holds(home.words, "REL-1 Faster refunds", "application coordinator")
    await stage.says("ben", 'register add REL-1 "The queue may be full" priority=1', "me")
    await stage.says("ben", "prepared REL-1 support The desk knows the new screen", "me")
    holds((await stage.says("ben", "plan show REL-1", "me")).words, "Drain the queue", "2 steps, 30 min together")
    refused = await stage.says("ben", "submit REL-1", "me")
    holds(refused.words, "That is for the coordinator (Ana)")


async def _before_the_cab(stage: Stage) -> None:
    await stage.says("ana", "risk REL-1")
    holds((await stage.sends("ana", **RISK)).words, "The risk of REL-1 is medium (6 of 16)")
    await stage.presses("ana", "Submit to the CAB", CARD, "releases")
    for who in ("ben", "chiara"):
        await stage.presses(who, "Approve", BALLOT, "me")
    holds(find(stage.channel("releases"), CARD).words, "Approved")


async def _the_testing_coordinator(stage: Stage) -> None:
    holds(find(stage.direct("jun"), "You are testing coordinator").words, "REL-1")
    home = await stage.says("jun", "", "me")
    holds(home.words, "testing coordinator", "the required tests passed")
    await stage.says("jun", "test result REL-1 functional", "me")
    await stage.sends("jun", outcome="passed", evidence="run 118")
    await stage.says("jun", "", "me")
    await stage.follows_up("jun", "REL-1: Sign off")
    holds((await stage.sends("jun", words="All green.")).words, "the tests are signed off by Jun")
    holds((await stage.says("jun", "", "me")).words, "Nothing waits for you.")


async def _the_release_manager(stage: Stage) -> None:
    heard = await stage.says("marta", "checklist REL-1", "me")
    holds(heard.words, "2 things missing", "The back-out plan validated", "Stakeholders told ahead")
    await stage.says("marta", "nudge REL-1 back_out_validated", "me")
    await stage.presses("ana", "Validate it", "something waits for you", "me")
    await stage.sends("ana", on="2026-11-20", words="restored in staging")


async def _the_stakeholder(stage: Stage) -> None:
    await stage.says("ana", "announce REL-1", "announcements")
    holds((await stage.says("sofia", "", "me")).words, "REL-1 Faster refunds", "required stakeholder")
    holds(
        (await stage.says("sofia", "checklist REL-1", "me")).words, "Nothing blocks REL-1.", "The window of REL-1 opens"
    )
    refused = await stage.says("sofia", "test signoff REL-1 fine", "me")
    holds(refused.words, "testing coordinator (Jun)")
