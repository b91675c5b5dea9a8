"""Accounts, by Ana: a draft at high risk whose checklist hangs in #releases, with rows missing."""

from __future__ import annotations

from bot.playground.story.line import Line, Window


def lines(_window: Window) -> list[Line]:
    return [*_registered(), *_people(), *_today()]


def _registered() -> list[Line]:
    return [
        Line(
            -4, "15:20", "ana", "releases",
            'new "Sign in with a passkey" service=identity version=1.8.0 '
            'goal="A first step away from passwords. Passwords stay for who wants them." '
            'plan="[Pilot]; Offer it to colleagues | @jun | 15 min | check: ten of them sign in; '
            '[Full]; Offer it to everybody | @ana | 10 min" backout="Hide the offer, and passwords work as before"',
        ),
        Line(
            -4, "15:20", "ana", "releases",
            'change add REL-4 lines="CHG-141 Passkeys beside passwords | enhancement; '
            'CHG-142 A way back for a lost phone | requirement"',
        ),
        Line(
            -4, "15:20", "ana", "releases",
            'test plan REL-4 lines="functional: sign in and out on five kinds of phone; regression: passwords"',
        ),
        Line(
            -4, "15:20", "ana", "releases",
            "risk REL-4 users=3 tier=4 reversibility=2 novelty=2 coverage=2 dependencies=2",
        ),
    ]  # fmt: skip


def _people() -> list[Line]:
    return [
        Line(-4, "15:30", "ana", "releases", 'application add REL-4 @jun area="sign-in"'),
        Line(-4, "15:30", "ana", "releases", "testing REL-4 @tomas"),
        Line(-4, "15:30", "ana", "releases", "stakeholder add REL-4 @sofia required=yes"),
        Line(-4, "15:30", "ana", "releases", "stakeholder add REL-4 #payments"),
        Line(-4, "15:30", "ana", "releases", "prepared REL-4 support The desk has an answer to the ten likeliest questions."),
        Line(-4, "15:30", "ana", "releases", "checklist keep REL-4"),
    ]  # fmt: skip


def _today() -> list[Line]:
    return [
        Line(0, "09:31", "jun", "payments", "The refund queue is empty, for the first time this month.", say=False),
        Line(0, "09:34", "ana", "payments", "Then let us plan the faster refunds. I'll write the release today.", say=False),
        Line(0, "09:56", "marta", "releases", "nudge REL-4 changes"),
    ]  # fmt: skip
