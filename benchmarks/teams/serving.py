"""How the compared servers run: all alike, as `cabbot serve` does it, so that only their own code makes a difference."""

from __future__ import annotations

import gc

import uvloop
from aiohttp import web

from bot.app import COLLECT_AFTER, KEEP_ALIVE_SECONDS
from bot.slack.guard import MOST_BODY
from bot.teams import answers
from messages import adaptive_card
from messages.card import Button, Buttons, Card, Tone, text
from messages.directory import Directory
from storage.terms import Platform

ANSWER = Card(
    "Your vote counts",
    (text("You approved REL-42; 1 approval still missing."), Buttons((Button("Show REL-42", "show REL-42"),))),
    Tone.INFO,
    "You approved REL-42; 1 approval still missing.",
)
"""What a press is answered with: a typical small card."""


def drawn(tenant: str) -> dict[str, object]:
    """The whole body of that answer, as Cabbot's edge draws it."""
    card = adaptive_card.card(ANSWER, Directory(Platform.TEAMS, tenant))
    return {"statusCode": 200, "type": answers.CARD, "value": card}


def application() -> web.Application:
    return web.Application(client_max_size=MOST_BODY)


def serve(app: web.Application, port: str) -> None:
    async def spare_the_collector(_app: web.Application) -> None:
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)

    app.on_startup.append(spare_the_collector)
    web.run_app(
        app,
        host="127.0.0.1",
        port=int(port),
        access_log=None,
        print=None,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
        loop=uvloop.new_event_loop(),
    )
