"""Cabbot's Teams edge as it is, over a door that answers a press at once: everything of a turn but the work itself.

`python -m benchmarks.teams.edge PORT QUIET FOLDER`. There is a database, as the edge remembers in it where it was spoken
to; a press that tells nothing new doesn't touch it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from benchmarks.teams.serving import ANSWER, application, serve
from benchmarks.teams.signed import APP_ID, METADATA, PASSWORD, TENANT
from bot.app import opened
from bot.clock import SystemClock
from bot.dispatch import Door
from bot.logs import configure_logging
from bot.outbound import Outbound
from bot.policy_file import load_rules
from bot.sentence import Answer, Sentence
from bot.settings import Settings
from bot.teams.edge import TeamsEdge, purposes


class AtOnce(Door):
    """Answers every sentence alike."""

    async def say(self, sentence: Sentence) -> Answer:
        return Answer(card=ANSWER)


def make_app(quiet: str, folder: Path) -> web.Application:
    settings = Settings(
        _env_file=None,
        database_url=SecretStr(f"sqlite:///{folder / 'edge.db'}"),
        teams_app_id=APP_ID,
        teams_app_password=SecretStr(PASSWORD),
        teams_tenant_id=TENANT,
        teams_openid_metadata_url=quiet + METADATA,
        teams_login_url=quiet,
        teams_service_urls=(quiet,),
    )
    configure_logging("json", settings.secret_values())
    app = application()
    app.cleanup_ctx.append(lambda _app: _alive(settings, app))
    return app


async def _alive(settings: Settings, app: web.Application) -> AsyncIterator[None]:
    store, clock, outbound = await opened(settings), SystemClock(), Outbound(purposes(settings))
    edge = TeamsEdge(settings, store, AtOnce(store, clock, load_rules(None)), clock, outbound)
    edge.routes(app)
    await edge.start()
    yield
    await edge.stop()
    await outbound.close()
    await asyncio.to_thread(store.close)


if __name__ == "__main__":
    serve(make_app(sys.argv[2], Path(sys.argv[3])), sys.argv[1])
