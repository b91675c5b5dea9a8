"""bot -> handlers -> messages -> storage: a room imports only rooms to its right, and only the libraries it may know."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "handlers", "messages", "storage")

# Libraries by room, beside the standard library. bot/ may know them all.
LIBRARIES: dict[str, set[str]] = {
    "handlers": {"cronsim", "jinja2"},  # pure readers: of cron expressions, and of the templates that people write
    "messages": set(),
    "storage": {"sqlmodel", "sqlalchemy", "alembic", "pydantic"},
}
# Of storage, what messages/ and handlers/policy/ may see: words and records, never a connection.
PURE_STORAGE_BANNED = {"storage.store", "storage.records", "storage.statement", "storage.migrate", "storage.verify"}


def imported(source: str) -> Iterator[str]:
    """Full names of all modules that the source imports, wherever in it; `from a import b` gives `a` and `a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which room is meant"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def trespasses(room: str, modules: Iterator[str]) -> set[str]:
    """Imports that this room may not have."""
    allowed_rooms = set(ROOMS[ROOMS.index(room) :])
    found = set()
    for module in modules:
        top = module.partition(".")[0]
        if top in ROOMS:
            if top not in allowed_rooms:
                found.add(module)
        elif top not in sys.stdlib_module_names and room != "bot" and top not in LIBRARIES[room]:
            found.add(module)
    return found


def files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize("path", files(*ROOMS), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_room_imports_only_rooms_to_its_right(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert trespasses(room, imported(path.read_text())) == set()


@pytest.mark.parametrize(
    "path", files("messages", "handlers/policy"), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_what_is_pure_sees_words_and_records_but_no_transaction(path: Path) -> None:
    seen = set(imported(path.read_text()))
    assert {module for module in seen if ".".join(module.split(".")[:2]) in PURE_STORAGE_BANNED} == set()


@pytest.mark.parametrize("path", files(*ROOMS), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_bot_waits_on_clocks_and_networks(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    edges = {"socket", "http", "urllib.request", "smtplib", "ssl"}
    if room in {"handlers", "messages"}:
        edges |= {"asyncio", "threading"}
    seen = {module for module in imported(path.read_text()) if module in edges or module.partition(".")[0] in edges}
    assert room == "bot" or seen == set()


def test_teams_sdk_stays_in_its_folder() -> None:
    """It is archived: whatever replaces it one day is a change of that folder (docs/decisions/0013)."""
    sdk = {"botbuilder", "botframework", "msrest", "msal", "requests"}
    knowing = {path for path in files(*ROOMS) if {each.partition(".")[0] for each in imported(path.read_text())} & sdk}
    assert knowing
    assert {path.parent for path in knowing} == {ROOT / "bot" / "teams"}


def test_the_map_names_whatever_several_verbs_share() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [path.name for path in files("handlers/kit") if f"`{path.name}`" not in told] == ["__init__.py"]


@pytest.mark.parametrize(
    "room, line, is_wrong",
    [
        ("handlers", "from bot.dispatch import Dispatcher", True),
        ("storage", "import messages.card", True),
        ("messages", "from storage.terms import State", False),
        ("messages", "import sqlalchemy", True),
        ("handlers", "def late():\n    import slack_sdk", True),
        ("storage", "import sqlmodel, json", False),
        ("bot", "import aiohttp, handlers", False),
    ],
)
def test_the_rule_itself_sees_a_trespasser(room: str, line: str, is_wrong: bool) -> None:
    assert bool(trespasses(room, imported(line))) is is_wrong
