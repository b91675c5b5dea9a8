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
from messages.directory import Directory
from tests.messages.samples_home import FOUND, HOME
from tests.messages.samples_media import CHECKED, DIFFERS
from tests.messages.samples_plans import BACK_OUT, OWN_STEPS, PLAN, TESTS
from tests.messages.samples_record import CHECKLIST, RECORD, RISK
from tests.messages.samples_setting_up import GROUPS, JOIN_CODE, ME, POLICY, SERVICE, WHY

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

CARDS = {
    "media_check": CHECKED,
    "media_differs": DIFFERS,
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
    "own_steps": OWN_STEPS,
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
