"""What the town's people said before the playground opened: six releases, one in each state that a visitor may meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.playground.town import TOWN, ZONE


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody says, `days` before or after the opening at `clock` in the town's zone. Without a command (`say`
    false) it is talk among people.
    """

    days: int
    clock: str
    who: str
    channel: str
    words: str
    say: bool = True

    def at(self, opens: datetime) -> datetime:
        hour, minute = self.clock.split(":")
        day = opens.astimezone(ZoneInfo(ZONE)) + timedelta(days=self.days)
        return day.replace(hour=int(hour), minute=int(minute))


def story(opens: datetime) -> list[Line]:
    """The lines, release by release. `opens` is in the town's zone; windows are written in it."""

    def window(days: int, clock: str) -> str:
        return f"{opens + timedelta(days=days):%Y-%m-%d} {clock}"

    return [
        *_setting_up(),
        *_deployed(window(-6, "20:00")),
        *_cancelled(window(1, "06:00")),
        *_approved(window(2, "22:00")),
        *_draft(),
        *_in_review(window(6, "21:00")),
        *_deploying(window(0, "09:45")),
    ]


def _setting_up() -> list[Line]:
    services = [
        Line(-9, "10:05", "marta", "releases", f"service add {name} version={version} owner=@{owner}")
        for name, version, owner in TOWN.services
    ]
    return [
        *services,
        Line(-9, "10:06", "marta", "payments", "link service:payments #payments"),
        Line(
            -9, "10:07", "marta", "cab",
            'policy set approval.normal.quorum 2 why="Three people sit on our CAB; two of them decide."',
        ),
        Line(-9, "10:09", "sofia", "announcements", "follow checkout milestones"),
        Line(0, "09:59", "marta", "releases", "link audit #audit"),
    ]  # fmt: skip


def _deployed(start: str) -> list[Line]:
    return [
        Line(
            -8, "10:12", "tomas", "releases",
            f'new "Search forgives typos" service=search version=0.9.4 start="{start}" hours=2 changes=CHG-118 '
            'goal="People find what they mean, even when their fingers don\'t. The ranking stays as it is." '
            'impact="Search may answer a little slower for some minutes." '
            'plan="Build the new index beside the old one; Switch one in ten searches; Switch the rest" '
            'backout="Switch back to the old index; It stays warm for a day, so this takes two minutes"',
        ),
        Line(-8, "11:20", "tomas", "releases", "submit REL-1"),
        Line(
            -8, "14:02", "chiara", "cab",
            'approve REL-1 "The old index stays warm: that is a back-out I can believe in."',
        ),
        Line(-7, "08:40", "devika", "cab", "approve REL-1"),
        Line(-7, "09:15", "tomas", "releases", 'announce REL-1 "Search learns to read typos on Wednesday evening."'),
        Line(-6, "20:02", "tomas", "releases", "start REL-1"),
        Line(
            -6, "20:25", "tomas", "releases",
            'status REL-1 "One in ten searches uses the new index. Answers are as fast as before."',
        ),
        Line(-6, "20:48", "tomas", "releases", "step REL-1"),
        Line(-6, "21:14", "tomas", "releases", 'complete REL-1 "All searches use the new index."'),
    ]  # fmt: skip


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


def _approved(start: str) -> list[Line]:
    return [
        Line(
            -5, "14:45", "marta", "releases",
            f'new "Pick lists on tablets" service=warehouse version=3.2.0 start="{start}" hours=4 changes=CHG-121,CHG-124 '
            'goal="The night shift picks from tablets; paper stays as a fallback for a week." '
            'impact="Parcels ordered after 21:00 leave the next morning." '
            'plan="Put the new version on the hall servers; Sign in the tablets of hall 1; Sign in the others" '
            'backout="Print paper lists again; Roll the hall servers back to 3.1.0, twenty minutes" '
            'stages="Hall 1,All halls"',
        ),
        Line(-5, "15:10", "marta", "releases", "submit REL-3"),
        Line(-5, "16:12", "ben", "cab", "approve REL-3"),
        Line(-4, "08:50", "chiara", "cab", 'approve REL-3 "Good that paper stays for a week."'),
        Line(-1, "11:00", "marta", "announcements", "announce REL-3"),
        Line(-1, "11:30", "marta", "announcements", 'status schedule "0 9 * * MON-FRI" zone=Europe/Berlin'),
    ]  # fmt: skip


def _draft() -> list[Line]:
    return [
        Line(
            -4, "15:20", "ana", "releases",
            'new "Sign in with a passkey" service=identity version=1.8.0 goal="A first step away from passwords."',
        ),
        Line(0, "09:31", "jun", "payments", "The refund queue is empty, for the first time this month.", say=False),
        Line(0, "09:34", "ana", "payments", "Then let us plan the faster refunds. I'll write the release today.", say=False),
    ]  # fmt: skip


def _in_review(start: str) -> list[Line]:
    return [
        Line(
            -1, "09:20", "tomas", "releases",
            f'new "Suggestions while you type" service=search version=0.10.0 start="{start}" hours=2 changes=CHG-130 '
            'goal="Five suggestions under the search box, from what others searched for. No personal data leaves the index." '
            'impact="A new list appears under the search box." '
            'plan="Fill the suggestion index; Show suggestions to colleagues; Show them to everybody" '
            'backout="Hide the list with its switch, one minute"',
        ),
        Line(-1, "16:30", "tomas", "releases", "submit REL-5"),
        Line(-1, "17:25", "ben", "cab", 'approve REL-5 "Nice and small."'),
    ]  # fmt: skip


def _deploying(start: str) -> list[Line]:
    return [
        Line(
            -1, "10:40", "ana", "releases",
            f'new "Checkout on one page" service=checkout version=5.12.0 start="{start}" hours=3 changes=CHG-126,CHG-127 '
            'goal="Address, delivery and payment on one page instead of four." '
            'impact="Open baskets stay; the checkout looks different from one moment to the next." '
            'plan="Open the page for one in twenty; Watch orders a minute for half an hour; Open it for everybody" '
            'backout="Close the page with its switch; Orders on their way go through the old one, five minutes"',
        ),
        Line(-1, "10:50", "ana", "releases", "submit REL-6"),
        Line(-1, "13:20", "chiara", "cab", "approve REL-6"),
        Line(
            -1, "15:05", "devika", "cab",
            'approve REL-6 "Watch the orders a minute, not the errors: an empty page throws none."',
        ),
        Line(-1, "15:20", "ana", "announcements", 'announce REL-6 "Tuesday morning, while it is quiet."'),
        Line(0, "09:47", "ana", "releases", "start REL-6"),
        Line(
            0, "09:55", "ana", "releases",
            'status REL-6 "One in twenty sees the new page, and they buy as they did before."',
        ),
        Line(0, "09:56", "sofia", "announcements", "No calls about it yet. I keep an eye on the queue.", say=False),
    ]  # fmt: skip
