"""The warehouse, by Marta: one release cancelled, one authorised at high risk, and what collides with it."""

from __future__ import annotations

from bot.playground.story.line import Line, Window

_DIGEST = "9f2b6c1d" * 8


def lines(window: Window) -> list[Line]:
    return [
        *_cancelled(window(1, "06:00")),
        *_registered(window(2, "22:00")),
        *_recorded(),
        *_collides(window(2, "23:00")),
    ]


def _cancelled(start: str) -> list[Line]:
    return [
        Line(
            -6, "13:30", "marta", "releases",
            f'new "Labels through the new printer driver" service=warehouse version=3.1.1 start="{start}" hours=3 '
            'plan="Install the driver in hall 1; Print a hundred labels; Install it in halls 2 and 3" '
            'backout="Put the old driver back"',
        ),
        Line(-6, "13:41", "marta", "releases", "submit REL-2"),
        Line(
            -5, "09:55", "devika", "cab",
            'reject REL-2 "Nobody has tried to put the old driver back yet. Show me that it works."',
        ),
        Line(-4, "09:20", "marta", "releases", 'cancel REL-2 "The vendor mends the driver first."'),
    ]  # fmt: skip


def _registered(start: str) -> list[Line]:
    return [
        Line(
            -5, "14:45", "marta", "releases",
            f'new "Pick lists on tablets" service=warehouse version=3.2.0 start="{start}" hours=4 '
            'goal="The night shift picks from tablets; paper stays as a fallback for a week." '
            'impact="Parcels ordered after 21:00 leave the next morning." stages="Hall 1,All halls" '
            'plan="[Hall 1]; Put the new version on the hall servers | @jun | 30 min | check: each answers its health page; '
            "Sign in the tablets of hall 1 | @marta | 20 min; Pick ten lists | 30 min | check: no list is picked twice; "
            '[All halls]; Sign in the other tablets | @marta | 1 h; Put the paper aside | 5 min" '
            'backout="Print paper lists again; Roll the hall servers back to 3.1.0"',
        ),
        Line(
            -5, "14:45", "marta", "releases",
            'change add REL-3 lines="CHG-121 Pick lists on tablets | requirement | authorised by Devika; '
            'CHG-124 Lists that are never picked twice | fix | problem PRB-9 | authorised by Devika"',
        ),
        Line(
            -5, "14:45", "marta", "releases",
            'backout REL-3 trigger="A list is picked twice, or a hall stands still for ten minutes" minutes=25',
        ),
        Line(
            -5, "14:45", "marta", "releases",
            'test plan REL-3 lines="functional: a list from picking to packing; operational: a hall server falls out"',
        ),
        Line(
            -5, "14:45", "marta", "releases",
            f'media add REL-3 oci://registry/warehouse:3.2.0 sha256={_DIGEST} licence="Vendor contract V-2031"',
        ),
        Line(
            -5, "14:45", "marta", "releases",
            "risk REL-3 users=3 tier=3 reversibility=2 novelty=2 coverage=2 dependencies=2",
        ),
        Line(-5, "14:50", "marta", "releases", "testing REL-3 @tomas"),
        Line(-5, "14:50", "marta", "releases", "backout validated REL-3 Rolled back in the training hall in 18 minutes."),
        Line(-5, "15:10", "marta", "releases", "submit REL-3"),
        Line(-5, "16:12", "ben", "cab", "approve REL-3"),
        Line(-4, "08:50", "chiara", "cab", 'approve REL-3 "Good that paper stays for a week."'),
    ]  # fmt: skip


def _recorded() -> list[Line]:
    """Beside the approved content: it stays as it is."""
    return [
        Line(-4, "10:30", "marta", "releases", "stakeholder add REL-3 @sofia required=yes"),
        Line(
            -4, "10:30", "marta", "releases",
            "prepared REL-3 training Both night shifts had an evening with the tablets; the rest learn it from them.",
        ),
        Line(-1, "10:10", "tomas", "releases", "test result REL-3 functional passed Run 118, forty lists"),
        Line(-1, "10:10", "tomas", "releases", "test result REL-3 operational passed Run 119, a server pulled out"),
        Line(-1, "11:00", "marta", "announcements", "announce REL-3"),
        Line(-1, "11:00", "marta", "announcements", 'status schedule "0 9 * * MON-FRI" zone=Europe/Berlin'),
        Line(-1, "17:55", "marta", "releases", "nudge REL-3 sign_off"),
        Line(
            0, "09:57", "sofia", "releases",
            'register add REL-3 "Customers will ask for parcels that leave a night later" priority=2 owner=@marta '
            'mitigation="An answer stands ready for the desk"',
        ),
    ]  # fmt: skip


def _collides(start: str) -> list[Line]:
    """A standard release in the same night: the warehouse needs the service whose certificates it renews."""
    return [
        Line(
            -1, "10:20", "jun", "releases",
            f'template use certificates service="identity 1.7.3" start="{start}" zone=Europe/Berlin',
        ),
        Line(-1, "10:20", "jun", "releases", "testing REL-6 @tomas"),
        Line(-1, "10:22", "jun", "releases", "submit REL-6"),
        Line(
            -1, "11:40", "marta", "releases",
            'collision accept REL-3 REL-6 "The tablets sign in before eleven, and stay signed in."',
        ),
        Line(
            -1, "15:10", "devika", "cab",
            'waive REL-3 support "The vendor stands in the hall that night; no hotline is needed."',
        ),
    ]  # fmt: skip
