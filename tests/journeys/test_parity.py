"""What can be said on one platform can be said on the others: docs/parity.md is what was tried here.

RECORD=1 writes the page anew; a cell that is empty fails the test.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.playground.demo import open_playground
from bot.playground.pages import Pages
from handlers.kit.command import Command
from messages.card import Card
from messages.form import Form
from storage.organisation import Organisations
from storage.statement import Transaction
from tests.bot.playground.opened import OPENS
from tests.journeys.house import House
from tests.journeys.parity import PLATFORMS, answered, asked, commands, drawn, filled
from tests.journeys.slack_stage import SlackStage
from tests.journeys.stage import Stage
from tests.journeys.teams_stage import TeamsStage
from tests.messages import samples, samples_forms

PAGE = Path(__file__).parents[2] / "docs" / "parity.md"
HEAD = """# The same on every platform

Made by tests/journeys/test_parity.py with `RECORD=1`; a cell says what was tried there, and an empty one fails the test.

- **typed**: the command's example was said to Cabbot as people say it there, and answered: a slash command over Slack's
  signed HTTP, a mention over Teams' authenticated HTTP, a line in the playground's page.
- **modal, dialog and card, page**: its form was opened there, drawn, and what stood in each field was read back unchanged.
  In Teams a form is a dialog, and a card with the same questions where a client opens none.
- **drawn**: the card was drawn within the platform's limits and rules, and each of its buttons says what it said before.
"""
Say = Callable[[str], Awaitable[tuple[str, bool]]]
"""Say a line; the words that answer it, and whether a form opened."""


def example(made: Command) -> str:
    return made.example.removeprefix("/release ") or made.name


def on(stage: Stage, person: str, channel: str) -> Say:
    """Marta says it; people and channels are mentioned as they are on that platform."""

    async def say(line: str) -> tuple[str, bool]:
        where = "me" if line.startswith("link organisation") else "releases"
        heard = await stage.says("marta", line.replace("@ana", person).replace("#cab", channel), where)
        return heard.words, bool(heard.form)

    return say


async def tried(say: Say) -> dict[str, tuple[bool, bool]]:
    """By command: whether its example was answered, and whether its form opened."""
    found = {}
    await say("role grant me change_manager")  # some forms open for the change manager alone
    first = sorted(commands(), key=lambda made: made.name != "new")
    for made in first:
        words, form = await say(example(made))
        opened = (await say(f"{made.name} form=yes"))[1] if made.asks else True
        lost = "Something went wrong" in words or "I don't know “" in words
        found[made.name] = (bool(words or form) and not lost, opened)
    return found


def forty_one_releases_ago(tx: Transaction) -> None:
    """The next release is REL-42, of which the examples speak."""
    for each in Organisations(tx).all():
        Organisations(tx).save(each.model_copy(update={"last_number": 41}))


def row(name: str, cells: list[str]) -> str:
    assert all(cells), f"{name}: {dict(zip(PLATFORMS, cells, strict=True))}"
    return f"| {name} | {' | '.join(cells)} |"


def table(title: str, rows: list[str]) -> str:
    return f"\n## {title}\n\n| | {' | '.join(PLATFORMS)} |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"


def command_row(made: Command, said: dict[str, dict[str, tuple[bool, bool]]]) -> str:
    cells = []
    for platform in PLATFORMS:
        typed, opened = said[platform][made.name]
        form = f"; {filled(platform, asked(made, platform))}" if made.asks else ""
        cells.append(f"typed{form}" if typed and opened and form != "; " else "")
    return row(f"`{made.name}`", cells)


def form_row(name: str, form: Form) -> str:
    return row(name.replace("_", " "), [filled(each, answered(form, each)) for each in PLATFORMS])


def card_row(name: str, card: Card) -> str:
    return row(name.replace("_", " "), [drawn(each, card) for each in PLATFORMS])


@pytest.fixture
async def said(cabbot_on_both: House, tmp_path: Path) -> dict[str, dict[str, tuple[bool, bool]]]:
    """By platform and command."""
    await cabbot_on_both.apps[0].store.write(forty_one_releases_ago)
    found = {
        "Slack": await tried(on(SlackStage(cabbot_on_both), "<@UANA|ana>", "<#CCAB|cab>")),
        "Teams": await tried(on(TeamsStage(cabbot_on_both), "<at>Ana</at>", "<at>cab</at>")),
    }
    acts = itertools.count()
    async with (
        open_playground(tmp_path / "playground", OPENS) as house,
        TestClient(TestServer(Pages(house).application(), host="127.0.0.1")) as client,
    ):

        async def say(line: str) -> tuple[str, bool]:
            body = {"as": "marta", "id": f"act-{next(acts):06}", "line": line, "channel": "releases"}
            answer = await (await client.post("/api/say", json=body)).json()
            return answer["card"], bool(answer["form"])

        found["Playground"] = await tried(say)
    return found


async def test_every_command_card_and_form_works_on_every_platform(
    said: dict[str, dict[str, tuple[bool, bool]]],
) -> None:
    page = (
        HEAD
        + table("Commands", [command_row(made, said) for made in commands()])
        + table("Forms", [form_row(name, form) for name, form in samples_forms.FORMS.items()])
        + table("Cards", [card_row(name, card) for name, card in samples.CARDS.items()])
    )
    if os.environ.get("RECORD") == "1":
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page
