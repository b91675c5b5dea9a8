"""Cabbot as a user would run it, an organisation set up in it by signed commands, and releases to vote on."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import create_engine, func, select, table, text

from benchmarks import signed
from benchmarks.load import all_of, drive
from benchmarks.process import Server
from messages import block_kit
from messages.card_json import from_json
from messages.directory import Directory

NEW = (
    'new "Faster refunds" service=payments version=2.4.0 start="2036-12-01 22:00" hours=2 zone=Europe/Berlin '
    'goal="Refunds within a day" plan="Drain the queue; Deploy; Watch for an hour" backout="Deploy 2.3.9"'
)
SETTING_UP = (
    (signed.OWNER, f"role grant <@{signed.BEN}|ben> cab_member"),
    (signed.OWNER, f"role grant <@{signed.CID}|cid> cab_member"),
    (signed.OWNER, f"role grant <@{signed.DEE}|dee> cab_member"),
    (signed.OWNER, 'policy set approval.normal.quorum 2 "three vote, and two decide"'),
    (signed.OWNER, "service add payments version=2.3.9"),
    (signed.OWNER, "link releases <#C0001|releases>"),
    (signed.OWNER, "link cab <#C0002|cab>"),
    (signed.OWNER, 'policy set approval.normal.quorum 2 why="A press on Approve leaves the round open."'),
)
_KEY = re.compile(rb"REL-(\d+)")


class Town:
    """One organisation; `acked` counts what was acknowledged, to be held against the rows of the database."""

    def __init__(self, slack: Server, database: str, folder: Path) -> None:
        self.slack, self.database, self._folder = slack, database, folder
        self.beside: dict[str, str] = {}
        """Further settings of the process."""
        self.server: Server | None = None
        self.acked = {"release": 0, "ballot": 0, "vote": 0}
        self._drafts: list[int] = []
        self._engine = create_engine(database)

    # ---- the process

    async def start(self) -> float:
        """Seconds from the start of the process to the first answer to a signed command."""
        environment = {
            "CABBOT_DATABASE_URL": self.database,
            "CABBOT_PORT": "{port}",
            "CABBOT_SLACK_BOT_TOKEN": signed.TOKEN,
            "CABBOT_SLACK_SIGNING_SECRET": signed.SIGNING_SECRET,
            "CABBOT_SLACK_API_URL": f"{self.slack.address}/api/",
            "CABBOT_ADMINS": signed.OWNER,
            "CABBOT_LOG_FORMAT": "json",
            **self.beside,
        }
        started = time.perf_counter()
        self.server = Server([str(Path(sys.executable).with_name("cabbot")), "serve"], environment, self.log)
        self.server.listens()
        while True:
            load = await drive(self.port, iter([signed.command(signed.OWNER, "help", self.slack.address)]), 1, 10)
            if any(b"What Cabbot can do" in body for body in load.bodies):
                return time.perf_counter() - started
            if time.perf_counter() - started > 30:
                raise RuntimeError(f"Cabbot didn't answer: {load.bodies} {load.failures}; see {self.log}")

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()

    @property
    def running(self) -> Server:
        assert self.server is not None, "Cabbot isn't started"
        return self.server

    @property
    def port(self) -> int:
        return self.running.port

    @property
    def log(self) -> Path:
        return self._folder / "cabbot.log"

    def log_errors(self) -> list[str]:
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if '"level":"error"' in line or not line.startswith("{")]

    async def set_up(self) -> None:
        for user, line in SETTING_UP:
            body = (await all_of(self.port, [signed.command(user, line, self.slack.address)], 1))[0]
            if json.loads(body)["blocks"][0].get("type") is None or b"is for the process owner" in body:
                raise RuntimeError(f"“{line}” was refused: {body.decode()}")

    # ---- what is said

    def news(self) -> Iterator[bytes]:
        while True:
            yield signed.command(signed.ANA, NEW, self.slack.address)

    def registered(self, bodies: list[bytes]) -> None:
        """Take the acknowledged releases. Raises RuntimeError for an answer that names no new one."""
        numbers = [int(found[1]) for body in bodies if (found := _KEY.search(body))]
        if len(numbers) != len(bodies) or len(set(numbers) | set(self._drafts)) != len(numbers) + len(self._drafts):
            raise RuntimeError(f"{len(bodies)} commands were acknowledged for {len(set(numbers))} new releases")
        self._drafts += numbers
        self.acked["release"] += len(numbers)

    async def presses(self, count: int) -> list[bytes]:
        """Presses on Approve, each on a ballot of its own that waits for two votes."""
        if (short := count - len(self._drafts)) > 0:
            news = self.news()
            self.registered(await all_of(self.port, [next(news) for _ in range(short)]))
        numbers, self._drafts = self._drafts[:count], self._drafts[count:]
        slack = self.slack.address
        await all_of(self.port, [signed.command(signed.ANA, f"submit REL-{number}", slack) for number in numbers])
        self.acked["ballot"] += len(numbers)
        return [self._press(card) for card in await asyncio.to_thread(self._cards, numbers)]

    def _press(self, card: str) -> bytes:
        message = block_kit.message(from_json(json.loads(card)), Directory())
        buttons = [each for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]]
        value = next(each["value"] for each in buttons if each["text"]["text"] == "Approve")
        return signed.press(signed.BEN, value, message, self.slack.address)

    # ---- what the database has

    def _cards(self, numbers: list[int]) -> list[str]:
        """The ballots as they were posted to the CAB's channel."""
        wanted = text("SELECT subject, card FROM posting WHERE channel = 'C0002' AND slot LIKE 'ballot:%'")
        with self._engine.connect() as connection:
            cards = {row.subject: row.card for row in connection.execute(wanted)}
        return [cards[f"REL-{number}"] for number in numbers]

    def judge(self) -> list[str]:
        """What isn't as it was acknowledged; empty when all is well."""
        rows = self.rows()
        lost = [f"{self.acked[name]} × {name} acknowledged, {rows[name]} in the database"
                for name in rows if rows[name] != self.acked[name]]  # fmt: skip
        return lost + self.log_errors()

    def rows(self) -> dict[str, int]:
        with self._engine.connect() as connection:
            counts = {name: connection.execute(select(func.count()).select_from(table(name))) for name in self.acked}
            return {name: count.scalar_one() for name, count in counts.items()}

    async def answers(self) -> dict[str, Any]:
        """What the quiet Slack has counted."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.slack.address}/counted") as response:
            counted: dict[str, Any] = await response.json()
            return counted
