"""A database comes to this program's version as a whole, or stays as it was; and what isn't ours is left alone."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, event, inspect, text
from sqlmodel import SQLModel

import storage.outbox
import storage.records  # noqa: F401 - registers the tables
from storage import guards
from storage.migrate import VERSIONS, WrongDatabase, current, migrate, newest
from storage.postgres_store import postgres_engine
from storage.sqlite_store import sqlite_engine
from storage.store import Store
from tests.fakes.outbox import organisation, posting, say

NEXT = (*VERSIONS, Path(__file__).parent / "next_version")
EMPTY = [
    pytest.param("empty_sqlite_url", id="sqlite"),
    pytest.param("empty_postgres_url", id="postgres", marks=pytest.mark.postgres),
]


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new' / 'cabbot.db'}"


@pytest.fixture(params=EMPTY)
def empty_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def engine_of() -> Iterator[Callable[[str], Engine]]:
    made: list[Engine] = []

    def make(url: str) -> Engine:
        made.append(postgres_engine(url) if url.startswith("postgresql") else sqlite_engine(url))
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()


def shape(connection: Connection) -> dict[str, Any]:
    """Everything that makes a schema, as the database itself tells it."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))
        return {f"{kind} {name}": " ".join(sql.split()) for kind, name, sql in found if name != "alembic_version"}
    asked = {
        "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length "
        "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'",
        "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
        "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'",
        "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    }
    return {kind: sorted(map(tuple, connection.execute(text(query)))) for kind, query in asked.items()}


def test_an_empty_database_gets_the_schema_once(empty_url: str) -> None:
    assert current(empty_url) is None
    assert migrate(empty_url) is True
    assert current(empty_url) == newest()
    assert migrate(empty_url) is False


def test_asking_for_the_version_makes_no_file(tmp_path: Path) -> None:
    assert current(f"sqlite:///{tmp_path / 'none.db'}") is None
    assert list(tmp_path.iterdir()) == []


def test_the_migrated_schema_is_that_of_the_records(empty_url: str, engine_of: Callable[[str], Engine]) -> None:
    migrate(empty_url)
    with engine_of(empty_url).connect() as connection:
        opts = {"compare_type": True, "compare_server_default": True, "include_name": _declared}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, SQLModel.metadata) == []
        assert guards.missing(connection) == set()


def _declared(name: str | None, _kind: str, _parents: object) -> bool:
    """What full text search adds on each database isn't declared as a table: the next tests hold it to the letter."""
    return name is None or not name.startswith(("search_words", "search_entry_words"))


def test_fresh_and_migrated_schema_are_the_same_to_the_letter(
    sqlite_url: str, tmp_path: Path, engine_of: Callable[[str], Engine]
) -> None:
    with engine_of(sqlite_url).connect() as connection:
        migrated = shape(connection)
    with engine_of(f"sqlite:///{tmp_path / 'fresh.db'}").begin() as connection:
        SQLModel.metadata.create_all(connection)
        guards.install(connection)
        fresh = shape(connection)
    assert _without_order(migrated) == _without_order(fresh)


def test_fresh_and_migrated_schema_are_the_same_on_postgresql(
    postgres_url: str, empty_postgres_url: str, engine_of: Callable[[str], Engine]
) -> None:
    with engine_of(postgres_url).connect() as connection:
        migrated = shape(connection)
    with engine_of(empty_postgres_url).begin() as connection:
        SQLModel.metadata.create_all(connection)
        guards.install(connection)
        assert shape(connection) == migrated


def _without_order(schema: dict[str, str]) -> dict[str, list[str]]:
    """Constraints stand in another order in the two; what they say is what counts."""
    return {name: sorted(part.strip(" ()") for part in sql.split(", ")) for name, sql in schema.items()}


def test_a_newer_database_is_refused_with_a_sentence(database_url: str) -> None:
    migrate(database_url, NEXT)
    with pytest.raises(WrongDatabase, match=r"schema version 0002; this program knows versions up to 0001\. Install"):
        migrate(database_url)
    assert current(database_url) == "0002"


def test_tables_without_a_version_are_not_ours(empty_url: str, engine_of: Callable[[str], Engine]) -> None:
    if empty_url.startswith("sqlite"):
        Path(empty_url.removeprefix("sqlite:///")).parent.mkdir()
    with engine_of(empty_url).begin() as connection:
        connection.execute(text("CREATE TABLE organisation (id INTEGER)"))
    with pytest.raises(WrongDatabase, match="no schema version"):
        migrate(empty_url)


def test_rows_survive_and_the_triggers_are_there_again_after_a_rebuilt_table(
    database_url: str, open_stores: Callable[[str], Store], engine_of: Callable[[str], Engine]
) -> None:
    store = open_stores(database_url)
    say(store, posting(organisation(store), "C1", "kept"))
    store.close()
    assert migrate(database_url, NEXT) is True
    with engine_of(database_url).connect() as connection:
        assert guards.missing(connection) == set()
        assert connection.execute(text("SELECT count(*) FROM posting")).scalar() == 1
        assert inspect(connection).has_table("thing")


def test_a_trigger_that_somebody_took_away_is_put_back(database_url: str, engine_of: Callable[[str], Engine]) -> None:
    engine = engine_of(database_url)
    with engine.begin() as connection:
        name = sorted(guards.installed(connection))[0]
        table = "" if connection.dialect.name == "sqlite" else f" ON {name.split('_')[0]}"
        connection.execute(text(f"DROP TRIGGER {name}{table}"))
    assert migrate(database_url) is True
    with engine.connect() as connection:
        assert guards.missing(connection) == set()


def test_a_sqlite_file_is_copied_before_it_is_changed(sqlite_url: str, tmp_path: Path) -> None:
    assert migrate(sqlite_url, NEXT)
    [copy] = tmp_path.glob("cabbot.db.0001-*.backup")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    connection.close()


class Cut(Exception):
    """The database failed in the middle of a migration."""


@pytest.mark.parametrize("versions", [VERSIONS, NEXT], ids=["first", "next"])
def test_a_migration_that_fails_at_any_statement_leaves_the_old_schema(
    request: pytest.FixtureRequest,
    versions: tuple[Path, ...],
    database_kind: str,
    engine_of: Callable[[str], Engine],
) -> None:
    url = str(request.getfixturevalue(f"{'empty_' if versions is VERSIONS else ''}{database_kind}_url"))
    engine = engine_of(url)
    with engine.connect() as connection:
        old = shape(connection)
    failed, at = 0, 0
    while True:
        with _failing(at):
            try:
                migrate(url, versions)
                break
            except Cut:
                failed += 1
        with engine.connect() as connection:
            assert shape(connection) == old
        at += 1
    assert current(url) == newest(versions)
    assert failed > (40 if versions is VERSIONS else 3)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    (tmp_path / "new").mkdir()
    return str(request.param)


class _failing:  # noqa: N801 - reads as a condition
    """The database fails right after the statement of this number, of those that change something."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __enter__(self) -> None:
        event.listen(Engine, "after_cursor_execute", self._cut)

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "after_cursor_execute", self._cut)

    def _cut(self, _connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().split(" ")[0].upper() in {"CREATE", "ALTER", "INSERT", "UPDATE", "DELETE", "DROP"}:
            if self.left == 0:
                raise Cut(statement)
            self.left -= 1


async def test_replicas_that_start_together_migrate_once(empty_postgres_url: str) -> None:
    changed = await asyncio.gather(*(asyncio.to_thread(migrate, empty_postgres_url) for _ in range(4)))
    assert sorted(changed) == [False, False, False, True]


async def test_processes_on_one_file_migrate_once(empty_sqlite_url: str) -> None:
    changed = await asyncio.gather(*(asyncio.to_thread(migrate, empty_sqlite_url) for _ in range(4)))
    assert sorted(changed) == [False, False, False, True]
