"""The checkout, by Ana: on its way while the playground opens, tested and signed off."""

from __future__ import annotations

from bot.playground.story.line import Line, Window


def lines(window: Window) -> list[Line]:
    return [*_registered(window(0, "09:45")), *_proved(), *_deploying()]


def _registered(start: str) -> list[Line]:
    return [
        Line(
            -1, "10:40", "ana", "releases",
            f'new "Checkout on one page" service=checkout version=5.12.0 start="{start}" hours=3 '
            'goal="Address, delivery and payment on one page instead of four." '
            'impact="Open baskets stay; the checkout looks different from one moment to the next." '
            'plan="[Pilot]; Open the page for one in twenty | @jun | 5 min | check: the new page counts visits; '
            "Watch orders a minute | @ben | 30 min | check: as many as before; Watch the calls | @sofia | 30 min; "
            '[Full]; Open it for everybody | @ana | 5 min" '
            'backout="Close the page with its switch; Orders on their way go through the old one"',
        ),
        Line(
            -1, "10:40", "ana", "releases",
            'change add REL-7 lines="CHG-126 One page instead of four | enhancement | authorised by Sofia; '
            'CHG-127 Addresses survive a reload | fix | problem PRB-14 | authorised by Sofia"',
        ),
        Line(
            -1, "10:40", "ana", "releases",
            'backout REL-7 trigger="A tenth fewer orders a minute, for five minutes" minutes=5',
        ),
        Line(
            -1, "10:40", "ana", "releases",
            'test plan REL-7 lines="functional: an order with each way to pay; regression: vouchers and returns"',
        ),
        Line(
            -1, "10:40", "ana", "releases",
            "risk REL-7 users=3 tier=4 reversibility=1 novelty=1 coverage=1 dependencies=1",
        ),
        Line(-1, "10:45", "ana", "releases", "testing REL-7 @tomas"),
        Line(-1, "10:45", "ana", "releases", "backout validated REL-7 Closed and opened on Friday, with orders running."),
        Line(-1, "10:50", "ana", "releases", "submit REL-7"),
    ]  # fmt: skip


def _proved() -> list[Line]:
    return [
        Line(-1, "13:20", "chiara", "cab", "approve REL-7"),
        Line(
            -1, "15:05", "devika", "cab",
            'approve REL-7 "Watch the orders a minute, not the errors: an empty page throws none."',
        ),
        Line(-1, "15:20", "ana", "announcements", 'announce REL-7 "Tuesday morning, while it is quiet."'),
        Line(-1, "15:40", "tomas", "releases", "test result REL-7 functional passed Run 204: card, invoice, voucher"),
        Line(-1, "15:40", "tomas", "releases", "test result REL-7 regression passed Run 205"),
        Line(-1, "15:41", "tomas", "releases", "test signoff REL-7 All of it, on the build of today."),
    ]  # fmt: skip


def _deploying() -> list[Line]:
    return [
        Line(0, "09:47", "ana", "releases", "start REL-7"),
        Line(
            0, "09:50", "ana", "releases",
            'register add REL-7 "Old browsers may show an empty page" priority=2 owner=@ben '
            'mitigation="They keep the four pages until we know"',
        ),
        Line(
            0, "09:55", "ana", "releases",
            'status REL-7 "One in twenty sees the new page, and they buy as they did before."',
        ),
        Line(0, "09:58", "sofia", "announcements", "No calls about it yet. I keep an eye on the queue.", say=False),
    ]  # fmt: skip
