"""Cards about two workspaces that become one organisation, and two accounts that are one person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from messages.card import Card, Code, Moment, MomentStyle, Tone, note, text
from messages.words import count


def code_card(code: str, until: datetime, zone: str) -> Card:
    """A code, shown once to one person. The summary is kept in the audit trail, so the code isn't in it."""
    return Card(
        "A code to join this organisation",
        (
            text("In the Slack workspace or Teams tenant that is to join, one of its process owners says:"),
            text(Code(f"link organisation {code}")),
            text(
                "In Slack behind “/release”, in Teams to Cabbot directly. Its people, channels and services come along; "
                "its roles don't, and it must have no releases."
            ),
            note("Good once, until ", Moment(until, MomentStyle.TIME, zone), ". Nobody can show this code again."),
        ),
        Tone.INFO,
        "A code was shown; with it a workspace or tenant can join this organisation.",
    )


def joined_card(home: str, organisation: str, came: str, owners: Sequence[str]) -> Card:
    """To the one who typed the code. `home` is what their platform calls the place, see messages/words.py."""
    who = ", ".join(owners)
    return Card(
        "Joined",
        (
            text(f"This {home} belongs to the organisation “{organisation}” now. {came}"),
            text(f"Roles didn't come along: a process owner there grants them, /release role grant. Ask {who}."),
            note("Who was known there by the same e-mail is one person now, with one vote."),
        ),
        Tone.GOOD,
        f"This {home} joined the organisation “{organisation}”.",
    )


def welcome_card(home: str, workspaces: Sequence[str], person: str, came: str) -> Card:
    """To the one who showed the code."""
    names = " and ".join(f"“{name}”" for name in workspaces)
    return Card(
        f"A {home} has joined",
        (
            text(f"{names} joined this organisation; {person} typed the code that you were shown. {came}"),
            text("Nobody brought a role along. Grant them: /release role grant @name cab_member"),
            note("On more than one platform people vote once their e-mail is known."),
        ),
        Tone.GOOD,
        f"{names} joined this organisation.",
    )


def what_came(people: int, known: int, channels: int, services: int) -> str:
    """`3 people came along (1 was known already), 2 channels and no services.`"""
    there = f" ({count(known, 'was', 'were')} known already)" if known else ""
    return (
        f"{count(people, 'person', 'people')} came along{there}, {count(channels, 'linked channel')}, "
        f"{count(services, 'service')}."
    )
