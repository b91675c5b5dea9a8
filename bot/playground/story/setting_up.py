"""How the town set itself up: its services, its policy, a template for what is done every year."""

from __future__ import annotations

from bot.playground.story.line import Line, Window
from bot.playground.town import TOWN

_TEMPLATE = """title: Renew certificates of {{ service }}
goal: New certificates before the old ones end. Nothing else changes.
impact: None.
hours: 1
plan: Put the new certificates beside the old ones
Switch one host, and look at its handshake
Switch the others
backout: Switch back to the old certificates, which hold for two weeks more"""


def _services() -> str:
    """The table that another CMDB would give out."""
    rows = [f"{each.name};@{each.owner};{each.tier};{each.needs};{each.version}" for each in TOWN.services]
    return "\n".join(["name;owner;tier;needs;version", *rows])


def lines(_window: Window) -> list[Line]:
    return [
        Line(-8, "09:05", "marta", "releases", f'service import "{_services()}"'),
        Line(-8, "09:05", "marta", "payments", "link service:payments #payments"),
        Line(-8, "09:07", "sofia", "announcements", "follow checkout milestones"),
        Line(
            -8, "09:20", "marta", "cab",
            'policy set approval.normal.quorum 2 why="Three people sit on our CAB; two of them decide."',
        ),
        Line(-8, "09:40", "marta", "releases", f'template write certificates body="{_TEMPLATE}"'),
        Line(-8, "10:05", "devika", "cab", "template approve certificates"),
        Line(-1, "17:45", "marta", "releases", "link audit #audit"),
        Line(
            -1, "17:50", "marta", "releases",
            'policy set gates.start "collision, tests, sign_off" '
            'why="Few as we are, we know the process: its whole table to submit, and nothing starts untested."',
        ),
    ]  # fmt: skip
