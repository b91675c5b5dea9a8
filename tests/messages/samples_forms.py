"""Forms to draw: one with every kind of field, one of a single question; and who and what may be picked in them."""

from __future__ import annotations

from messages.card import Bold, Plain
from messages.form import Choice, FieldKind, Form, FormField

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
    zone="Europe/Berlin",
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
