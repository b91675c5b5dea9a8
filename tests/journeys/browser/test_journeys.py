"""Whole stories through the playground, by the hands of its people."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.browser.conftest import Opens
from tests.journeys.browser.demo import Apart
from tests.journeys.browser.visitor import Visitor

NEW = (
    '/release new "Faster refunds" service=payments version=2.4.0 start="2026-12-01 14:00" hours=2 '
    'goal="Refunds in minutes" plan="Deploy to one region; Deploy everywhere" backout="Switch the old worker on"'
)
RELEASE, BALLOT = "REL-8 Faster refunds", "CAB: REL-8 Faster refunds"


def submitted(opens: Opens) -> Visitor:
    """Ana has registered a release, made it ready and put it before the CAB."""
    ana = opens("ana", "releases").says(NEW)
    made_ready(ana)
    ana.presses(ana.card(RELEASE), "Submit to the CAB").hears("REL-8 is with the CAB, revision 4")
    return ana


def made_ready(ana: Visitor) -> None:
    """What the town's policy asks for to submit, one word each."""
    ana.presses(ana.sees(RELEASE, "Draft"), "Submit to the CAB").hears("REL-8 isn't ready for the CAB")
    ana.says("/release change add REL-8 CHG-131 authorised_by=Dana").hears("revision 2")
    ana.says('/release backout REL-8 trigger="A refund fails" minutes=10').hears("revision 3")
    ana.says("/release risk REL-8 users=2 tier=3 reversibility=1 novelty=1 coverage=1 dependencies=1").hears("medium")


def proven(visitor: Visitor) -> None:
    """What it asks for to start: the way back tried, the tests passed and signed off."""
    visitor.says("/release backout validated REL-8").hears("was validated by Ana")
    visitor.says("/release testing REL-8 @tomas").hears("Tomas")
    visitor.becomes("Tomas").says("/release test result REL-8 functional passed").hears("functional tests passed")
    visitor.says("/release test signoff REL-8").hears("signed off by Tomas")


def approved(visitor: Visitor) -> None:
    """Two of the board approve, by its buttons."""
    visitor.becomes("Ben").goes_to("cab")
    visitor.presses(visitor.sees(BALLOT, "2 approvals missing of 2"), "Approve", sure="Approve")
    visitor.becomes("Chiara")
    visitor.presses(visitor.sees(BALLOT, "1 approval missing of 2"), "Approve", sure="Approve")
    visitor.sees(BALLOT, "approved")


def started(visitor: Visitor) -> Locator:
    """The window has come, and Ana starts."""
    visitor.becomes("Ana").goes_to("releases")
    proven(visitor)
    visitor.becomes("Ana")
    for _ in range(4):
        visitor.moves_the_clock("+1 h")
    visitor.presses(visitor.sees(RELEASE, "Approved"), "Start", sure="Start")
    return visitor.sees(RELEASE, "Pilot (stage 1 of 2)")


def step(card: Locator) -> Locator:
    return card.locator("[aria-current=step]")


def test_a_normal_release_is_approved_and_deployed(opens: Opens) -> None:
    ana = opens("ana", "releases").says('/release new service=payments version=2.4.0 start="2026-12-01 14:00"')
    expect(ana.form.get_by_label("Services")).to_have_value("payments")
    ana.fills_in(
        "Register",
        Title="Faster refunds",
        Goal_and_scope="Refunds in minutes",
        Deployment_plan="One region\nEverywhere",
        Back_out_plan="Switch back",
    )
    expect(step(ana.sees(RELEASE, "payments 2.4.0"))).to_contain_text("Plan")
    made_ready(ana)
    ana.presses(ana.card(RELEASE), "Submit to the CAB").hears("REL-8 is with the CAB")
    approved(ana)
    expect(ana.card(BALLOT).get_by_role("button")).to_have_count(0)
    ana.becomes("Ana").goes_to("announcements").says('/release announce REL-8 "Refunds in minutes."')
    ana.sees(RELEASE, "Refunds in minutes.")
    expect(step(started(ana))).to_contain_text("Deploy")
    ana.says('/release status REL-8 "No errors in the first region."').hears("posted")
    ana.presses(ana.card(RELEASE), "Next stage: Full")
    ana.presses(ana.sees(RELEASE, "Full (stage 2 of 2)"), "Complete", sure="Complete")
    expect(step(ana.sees(RELEASE, "Deployed"))).to_contain_text("Evaluate")
    thread = ana.reads_the_thread_of(RELEASE)
    expect(thread).to_contain_text("No errors in the first region.")
    expect(thread).to_contain_text("REL-8 is deployed.")
    ana.becomes("Sofia").goes_to("announcements").sees(RELEASE, "Done; the new version is in production")


def test_a_release_is_rejected_edited_and_approved(opens: Opens) -> None:
    ana = submitted(opens)
    ana.becomes("Devika").goes_to("cab")
    ana.presses(ana.sees(BALLOT, "Votes"), "Reject").fills_in("Reject", Reason="Say how long the way back takes.")
    expect(ana.sees(BALLOT, "rejected").get_by_role("button")).to_have_count(0)
    ana.becomes("Ana").goes_to("Cabbot")
    expect(ana.page.locator("#list")).to_contain_text("Say how long the way back takes.")
    ana.goes_to("releases").presses(ana.sees(RELEASE, "Draft"), "Edit")
    ana.fills_in("Save", Back_out_plan="Switch the old worker on, ten minutes").hears("revision 5")
    ana.presses(ana.sees(RELEASE, "revision 5"), "Submit to the CAB").hears("revision 5")
    approved(ana)
    ana.goes_to("releases").sees(RELEASE, "Approved")


def test_a_change_after_the_approval_voids_it(opens: Opens) -> None:
    ana = submitted(opens)
    approved(ana)
    ana.becomes("Ana").goes_to("releases").says('/release edit REL-8 plan="Deploy everywhere at once"')
    ana.hears("Its approval is void")
    expect(ana.sees(RELEASE, "Draft").get_by_role("button", name="Start")).to_have_count(0)
    ana.says("/release start REL-8").hears("a start is possible while it's approved")
    ana.becomes("Ben").goes_to("cab")
    ana.sees(BALLOT, "void, the release was changed")
    ana.sees("REL-8 Faster refunds was changed after its approval", "Deploy everywhere at once")
    ana.becomes("Ana").says("/release submit REL-8").hears("revision 5")
    approved(ana)
    ana.goes_to("releases").sees(RELEASE, "Approved · Normal · revision 5")


def test_a_deployment_is_rolled_back(opens: Opens) -> None:
    ana = submitted(opens)
    approved(ana)
    ana.presses(started(ana), "Roll back").fills_in("Roll back", Reason="Refunds arrive twice.")
    ana.hears("Switch the old worker on")
    ana.presses(ana.sees(RELEASE, "Rolling back"), "Back-out done")
    ana.sees(RELEASE, "Rolled back")
    ana.becomes("Sofia").goes_to("announcements").sees(RELEASE, "The previous version is back in production")


def test_an_emergency_is_one_form_and_one_press(opens: Opens) -> None:
    jun = opens("jun", "payments")
    jun.page.get_by_role("button", name="Shortcuts").click()
    jun.page.get_by_role("button", name="Emergency release").click()
    jun.fills_in("Ask the ECAB", Title="Card payments fail", Service="payments")
    expect(jun.form.get_by_role("alert").first).to_have_text("This is needed.")
    jun.fills_in("Ask the ECAB", Reason="INC-77", Back_out="Redeploy 2.3.1").hears("REL-8")
    jun.becomes("Ben").goes_to("Cabbot")
    ballot = "ECAB: REL-8 Card payments fail"
    jun.presses(jun.sees(ballot, "INC-77"), "Approve").hears("The ECAB approved REL-8")
    expect(jun.sees(ballot, "approved").get_by_role("button")).to_have_count(0)
    jun.becomes("Jun").goes_to("releases")
    jun.presses(jun.sees("REL-8 Card payments fail", "Approved · Emergency"), "Start", sure="Start")
    jun.sees("REL-8 Card payments fail", "Deploying")


def test_a_press_on_a_dead_card_changes_nothing_and_says_so(opens: Opens) -> None:
    """A window that was left open without a connection still shows the buttons of a round that is over."""
    ana = submitted(opens)
    late = opens("devika", "releases")
    late.page.context.set_offline(True)  # nothing that happens from now on reaches it
    late.page.context.set_offline(False)
    late.goes_to("cab")
    late.sees(BALLOT, "2 approvals missing")
    late.page.evaluate("document.querySelector('#list .message:last-child').id = 'kept'")
    kept = late.page.evaluate("document.querySelector('#kept').outerHTML")
    approved(ana)
    expect(late.sees(BALLOT, "approved").get_by_role("button")).to_have_count(0)
    late.page.evaluate("html => { document.querySelector('#list').lastElementChild.outerHTML = html }", kept)
    late.presses(late.page.locator("#kept"), "Approve", sure="Approve").hears("That round is over: REL-8 was approved.")
    late.presses(late.page.locator("#kept"), "Reject").fills_in("Reject", Reason="Too late")
    expect(late.page.get_by_role("dialog").get_by_role("alert")).to_contain_text("That round is over")
    late.page.keyboard.press("Escape")
    ana.sees(BALLOT, "approved")
    expect(ana.card(BALLOT)).not_to_contain_text("Devika")


def test_a_stranger_presses_and_nothing_happens(opens: Opens) -> None:
    ana = submitted(opens)
    sofia = opens("sofia", "cab")
    sofia.presses(sofia.sees(BALLOT, "Votes"), "Approve", sure="Approve")
    sofia.hears("Only members of the CAB vote on REL-8.")
    ana.becomes("Ana").goes_to("cab")
    ana.presses(ana.card(BALLOT), "Approve", sure="Approve").hears("somebody else on the CAB decides on it")
    expect(ana.card(BALLOT)).to_contain_text("2 approvals missing of 2")
    sofia.goes_to("releases").presses(sofia.card(RELEASE), "Recall").hears("That is for the coordinator (Ana)")


def test_everybody_sees_a_change_as_it_happens(opens: Opens) -> None:
    ana = submitted(opens)
    ben, chiara = opens("ben", "cab"), opens("chiara", "cab")
    ben.presses(ben.sees(BALLOT, "Ben is awaited"), "Approve with a comment").fills_in("Approve", Comment="Go on.")
    message = chiara.page.locator("#list > .message").last
    expect(message).to_contain_text("Ben approved: Go on.")
    expect(message).to_contain_text(re.compile(r"edited \d\d:\d\d"))
    ana.goes_to("cab").sees(BALLOT, "Ben approved: Go on.")


@pytest.mark.parametrize("demo", [Apart], indirect=True, ids=["apart"])
@pytest.mark.parametrize("how", ["kill", "stop"])
def test_a_restart_in_the_middle_loses_nothing(opens: Opens, demo: Apart, how: str) -> None:
    ana = submitted(opens)
    ana.becomes("Ben").goes_to("cab")
    ana.presses(ana.sees(BALLOT, "2 approvals missing"), "Approve", sure="Approve")
    ana.sees(BALLOT, "1 approval missing of 2")
    messages = ana.page.locator("#list > .message").count()
    getattr(demo, how)()
    expect(ana.page.get_by_role("alert")).to_contain_text("Cabbot doesn't answer")
    demo.start()
    expect(ana.page.locator("#lost")).to_be_empty()
    ana.troubles.clear()  # that the server was away
    ana.becomes("Chiara")
    ana.presses(ana.sees(BALLOT, "1 approval missing of 2"), "Approve", sure="Approve")
    ana.sees(BALLOT, "approved")
    expect(ana.page.locator("#list > .message")).to_have_count(messages)  # the card that hung there was edited
    started(ana)
