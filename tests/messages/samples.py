"""Cards and forms to draw: one with every part and piece, and some as people see them."""

from __future__ import annotations

from datetime import UTC, datetime

from messages.card import (
    Bold,
    Buttons,
    ButtonStyle,
    Card,
    ChannelRef,
    Code,
    Confirm,
    Divider,
    Facts,
    Heading,
    Items,
    Link,
    Mark,
    Moment,
    MomentStyle,
    PersonRef,
    Plain,
    Refresh,
    Step,
    Stepper,
    Tone,
    button,
    fact,
    item,
    note,
    quote,
    text,
)
from messages.checklist import Line, checklist_card
from messages.directory import Directory
from messages.form import Choice, FieldKind, Form, FormField
from messages.joining import code_card
from messages.me import Home, me_card
from messages.risk import SIGNALS, Risk, risk_card
from storage.people import Person
from storage.release import Release
from storage.terms import ReleaseType, Role
from tests.messages.samples_home import FOUND, HOME
from tests.messages.samples_plans import BACK_OUT, PLAN, TESTS
from tests.messages.samples_record import RECORD
from tests.messages.samples_setting_up import GROUPS, POLICY, SERVICE, WHY

START = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)
END = datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"
ANA, BEN, CHLOE = (
    PersonRef(1, "Ana"),
    PersonRef(2, "Ben", notify=True),
    PersonRef(3, "Chloé", notify=True),
)
RELEASES = ChannelRef("slack", "T1", "C1", "releases")
ELSEWHERE = ChannelRef("slack", "T2", "C2", "releases-other")
DIRECTORY = Directory("slack", "T1", {1: "U1", 2: "U2"})  # Chloé has no account there
TEAMS = Directory(
    "teams",
    "tenant-1",
    {1: "29:ana", 2: "29:ben"},
    people={"29:ana": "Ana", "29:ben": "Ben", "U2": "Ben of Slack"},
    channels={"19:rel@thread.tacv2": "releases", "C1": "releases"},
    zone=BERLIN,
)

EVERYTHING = Card(
    "Every part and piece",
    (
        Heading("Pieces"),
        text(
            "Plain, ", Bold("bold"), ", ", Code("code"), ", ", Link("https://example.org/r/42?a=1&b=2", "a link"), "."
        ),
        text("By name ", ANA, ", mentioned ", BEN, ", without an account ", CHLOE, "."),
        text("In ", RELEASES, " and ", ELSEWHERE, "."),
        text(
            "At ",
            Moment(START, zone=BERLIN),
            ", on ",
            Moment(START, MomentStyle.DATE, BERLIN),
            ", at ",
            Moment(START, MomentStyle.TIME, BERLIN),
            ", ",
            Moment(START, MomentStyle.AGO, BERLIN),
            ".",
        ),
        quote("Two lines\nof a person's ", Bold("own"), " words."),
        Facts((fact("Service", "payments"), fact("Window", Moment(START, zone=BERLIN)), fact("Risk"))),
        Heading("Bullets"),
        Items((item("one"), item(Bold("two")))),
        Items((item("first"), item("then", mark=Mark.DONE)), ordered=True),
        Heading("Marks"),
        Items(tuple(item(mark.value, mark=mark) for mark in Mark)),
        Stepper(tuple(Step(mark.value.title(), mark) for mark in Mark if mark is not Mark.BULLET)),
        Divider(),
        note("Small print."),
        note("Small print of ", Moment(START, zone=BERLIN), " by ", ANA, "."),
        Buttons(
            (
                button("Show", "show", "REL-42"),
                button("Approve", "approve", "REL-42", style=ButtonStyle.PRIMARY, revision=2),
                button(
                    "Cancel it",
                    "cancel",
                    "REL-42",
                    style=ButtonStyle.DANGER,
                    confirm=Confirm("Cancel REL-42?", "It can't be taken up again.", "Cancel it"),
                ),
            )
        ),
    ),
    Tone.INFO,
    summary="Every part and piece, in one line",
)

ACTIVITIES = ("Plan", "Build & test", "Authorise", "Prepare", "Deploy", "Evaluate", "Closed")


def steps(now: int) -> Stepper:
    marks = [Mark.DONE if at < now else Mark.CURRENT if at == now else Mark.TODO for at in range(len(ACTIVITIES))]
    return Stepper(tuple(Step(label, mark) for label, mark in zip(ACTIVITIES, marks, strict=True)))


BALLOT = Card(
    "REL-42 · Faster refunds: your vote",
    (
        text(ANA, " asks the CAB to authorise revision 2. Two approvals carry it, one rejection stops it."),
        Facts(
            (
                fact("Services", "payments 2.4.0, ledger 1.9.2"),
                fact("Window", Moment(START, zone=BERLIN), " to ", Moment(END, MomentStyle.TIME, BERLIN)),
                fact("Impact", "Refunds pause for about four minutes"),
                fact("Deadline", Moment(START, zone=BERLIN)),
            )
        ),
        Heading("Plan"),
        text("Drain the queue, migrate the ledger, deploy payments to pilot, then to all."),
        Heading("Back-out"),
        text("Redeploy 2.3.7 and replay the queue; 10 minutes; when refunds fail for more than 1 %."),
        Heading("Votes"),
        Items(
            (
                item(BEN, " approves: “Tested the replay myself.”", mark=Mark.YES),
                item(CHLOE, " is awaited", mark=Mark.WAITING),
                item(PersonRef(4, "Dmitri"), " is awaited", mark=Mark.WAITING),
            )
        ),
        Buttons(
            (
                button("Approve", "approve", "REL-42", style=ButtonStyle.PRIMARY, revision=2),
                button("Reject", "reject", "REL-42", style=ButtonStyle.DANGER, revision=2),
                button("Ask a question", "ask", "REL-42"),
                button("Show all", "show", "REL-42"),
            )
        ),
        note("Revision 2, digest 9f3a61c0. Silence isn't consent."),
    ),
    Tone.INFO,
    summary="REL-42 Faster refunds: the CAB is asked to authorise it",
)

RELEASE = Card(
    "REL-42 · Faster refunds",
    (
        steps(2),
        Facts(
            (
                fact("Coordinator", ANA),
                fact("Services", "payments 2.4.0, ledger 1.9.2"),
                fact("Window", Moment(START, zone=BERLIN), " to ", Moment(END, MomentStyle.TIME, BERLIN)),
                fact("State", Bold("in review"), ", 1 of 2 approvals"),
            )
        ),
        Buttons(
            (
                button("Recall", "recall", "REL-42"),
                button("Edit", "edit", "REL-42"),
                button("Follow", "follow", "REL-42"),
            )
        ),
    ),
    Tone.INFO,
)

ANNOUNCEMENT = Card(
    "Faster refunds is being deployed",
    (
        text("REL-42 began ", Moment(START, MomentStyle.AGO, BERLIN), ". Refunds pause for about four minutes."),
        steps(4),
        Items(
            (
                item("Pilot: 5 % of traffic", mark=Mark.DONE),
                item("Full: all traffic", mark=Mark.CURRENT),
            )
        ),
        quote("Pilot is clean, going on with all traffic."),
        note("Contact ", ANA, " in ", RELEASES, ". Last change ", Moment(END, MomentStyle.TIME, BERLIN), "."),
    ),
    Tone.INFO,
    summary="REL-42 Faster refunds is being deployed: stage 2 of 2",
)

EMERGENCY = Card(
    "REL-43 · Emergency: card payments fail",
    (
        text("On-call asks the ECAB. ", Bold("One approval starts it.")),
        Facts((fact("Reason", "INC-2011, 30 % of payments refused"), fact("Back-out", "Switch back to gateway A"))),
        Buttons((button("Authorise", "approve", "REL-43", style=ButtonStyle.PRIMARY),)),
    ),
    Tone.EMERGENCY,
)
REFUSED = Card(
    "That didn't work",
    (
        text(
            "REL-42 is in review; only an approved release can start. The CAB has until ",
            Moment(START, zone=BERLIN),
            ".",
        ),
    ),
    Tone.WARNING,
)
DONE = Card("REL-42 is deployed", (text("All stages in 41 minutes, 4 less than planned."),), Tone.GOOD)
ROLLED_BACK = Card("REL-42 was rolled back", (quote("Refund errors over 1 %."),), Tone.BAD)

OWN_BALLOT = Card(
    BALLOT.title,
    (text(Bold("You approved"), ", ", Moment(START, MomentStyle.TIME, BERLIN), "."), *BALLOT.parts),
    Tone.INFO,
    BALLOT.summary,
    Refresh("ballot REL-42", (ANA, BEN)),
)
JOIN_CODE = code_card("K0D1-7F3A-9QXZ-2M4B", START, BERLIN)
ME = me_card(
    Person(id=1, name="Ana Silva", email="ana@example.org", joined_at=START),
    {Role.CAB_MEMBER, Role.RELEASE_MANAGER},
    [Home("Slack", "Acme", "ana"), Home("Microsoft Teams", "Acme Ltd", "Ana Silva")],
    Home("Microsoft Teams", "Acme Ltd", "Ana Silva"),
    follows=3,
    zone=BERLIN,
)

CHECKLIST = checklist_card(
    Release(
        organisation_id=1, id=7, number=42, key="REL-42", title="Faster refunds", type=ReleaseType.NORMAL, coordinator_id=1,
        requester_id=1, created_at=START,
    ),
    [
        Line("submit", "a service", Mark.DONE),
        Line("submit", "a goal and scope", Mark.WARNING),
        Line(
            "submit", "a back-out plan", Mark.NO, who=(ANA,),
            buttons=(button("Add it", "edit", "REL-42", form="yes"), button("Nudge Ana", "nudge", "REL-42", "back_out")),
        ),
        Line("start", "a window free of collisions", Mark.NO, "overlaps REL-40", (ANA,), (button("Move the window", "edit", "REL-42", form="yes"),)),
        Line("start", "media with digest and licence", Mark.WAITING, waiver=("waived by ", BEN, ": built from a <tag>")),
    ],
    (button("Keep it in the channel", "checklist", "keep", "REL-42"),),
)  # fmt: skip
RISK = risk_card(
    Release(
        organisation_id=1, id=7, number=42, key="REL-42", title="Faster refunds", type=ReleaseType.NORMAL, coordinator_id=1,
        requester_id=1, created_at=START,
    ),
    Risk("high", 3, 3, (SIGNALS["soon"],)),
    answers=(("Users affected", "Many"), ("Novelty", "Done before")),
    requires=("3 approvals of the CAB, the change manager's among them, within 72 h",),
    sentence="The risk of REL-42 is high (9 of 16), revision 2.",
    buttons=(button("What blocks us", "checklist", "REL-42"),),
)  # fmt: skip
CARDS = {
    "checklist": CHECKLIST,
    "risk": RISK,
    "everything": EVERYTHING,
    "ballot": BALLOT,
    "release": RELEASE,
    "announcement": ANNOUNCEMENT,
    "emergency": EMERGENCY,
    "refused": REFUSED,
    "done": DONE,
    "rolled_back": ROLLED_BACK,
    "own_ballot": OWN_BALLOT,
    "join_code": JOIN_CODE,
    "me": ME,
    "record": RECORD,
    "plan": PLAN,
    "back_out_plan": BACK_OUT,
    "tests": TESTS,
    "home": HOME,
    "found": FOUND,
    "policy": POLICY,
    "service": SERVICE,
    "groups": GROUPS,
    "why": WHY,
    "title_only": Card("Only a title"),
    "small_print_only": Card("", (note("Only small print"),)),
}

RISKS = tuple(Choice(each.lower(), each) for each in ("Low", "Medium", "High"))
SERVICES = tuple(Choice(f"service-{n}", f"Service {n}") for n in range(1, 9))

NEW_RELEASE = Form(
    "New release",
    'new "Faster refunds"',
    (
        FormField("title", "Title", value="Faster refunds", required=True, max_length=150),
        FormField("goal", "Goal and scope", FieldKind.TEXT, hint="What changes for whom, and what does not."),
        FormField("service", "Service", FieldKind.CHOICE, value="service-3", required=True, choices=SERVICES),
        FormField("risk", "Risk", FieldKind.CHOICE, value="medium", required=True, choices=RISKS),
        FormField("start", "Start", FieldKind.MOMENT, value="2026-12-01 22:00", required=True),
        FormField("hours", "Hours", FieldKind.NUMBER, value="two", error="“two” isn't a number; write 2 or 1.5."),
        FormField("tester", "Testing coordinator", FieldKind.PERSON, value="<@U2>"),
        FormField("channel", "Channel", FieldKind.CHANNEL, value="<#C1|releases>"),
        FormField("announce", "Announce it at once", FieldKind.FLAG, value="yes"),
    ),
    submit="Create",
    intro=(Plain("Times are in your own zone. "), Bold("Nothing is sent yet.")),
    zone=BERLIN,
)
REJECT = Form(
    "Reject REL-42",
    "reject REL-42 revision=2",
    (FormField("why", "What must change?", FieldKind.TEXT, required=True, error="A rejection needs a reason."),),
    submit="Reject",
)
FORMS = {"new_release": NEW_RELEASE, "reject": REJECT}
PEOPLE = (Choice("<@U1>", "Ana"), Choice("<@U2>", "Ben"))
CHANNELS = (Choice("<#C1|releases>", "#releases"), Choice("<#C2|cab>", "#cab"))
