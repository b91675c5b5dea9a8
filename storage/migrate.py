"""The schema's versions: bring a database up to this program's, or say why not.

One migrator at a time (a lock of PostgreSQL's, or SQLite's own for writing), all or nothing (one transaction), and a
copy of a SQLite file beside it before it is changed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.engine import make_url

from storage import guards
from storage.postgres_store import postgres_engine
from storage.sqlite_store import sqlite_engine

log = logging.getLogger("cabbot.migrate")

HOME = Path(__file__).parent / "migrations"
VERSIONS = (HOME / "versions",)
PATIENCE_SECONDS = 60
"""How long a replica waits for another one's migration."""
_LOCK = 0x43_41_42_42_4F_54
"""The advisory lock of migrations: "CABBOT" in ASCII."""


class WrongDatabase(Exception):
    """This program can't use the database as it is; the text says what to do."""


def newest(versions: Sequence[Path] = VERSIONS) -> str:
    """The schema version that this program needs."""
    head = _scripts(tuple(versions)).get_current_head()
    assert head is not None  # a program without a schema is not shipped
    return head


def current(url: str) -> str | None:
    """The schema version of the database, None when it is empty. Makes no file."""
    path = _sqlite_path(url)
    if path is not None and not path.exists():
        return None
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return _version(connection)
    finally:
        engine.dispose()


def migrate(url: str, versions: Sequence[Path] = VERSIONS) -> bool:
    """Bring the database to the newest version; true when something was changed.

    Raises WrongDatabase when it is newer than the program, or isn't Cabbot's.
    """
    path = _sqlite_path(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            there = _checked(connection, versions)
            if there == newest(versions) and not guards.missing(connection):
                return False
            connection.rollback()
            if path is not None and there not in (None, newest(versions)):
                _copy(connection, path, there)
            return _upgrade(connection, versions)
    finally:
        engine.dispose()


def _upgrade(connection: Connection, versions: Sequence[Path]) -> bool:
    with connection.begin():
        _wait_for_turn(connection)
        there = _checked(connection, versions)  # again: another replica may have done it while we waited
        _run(connection, _scripts(tuple(versions)))
        made = guards.install(connection)
        _references_hold(connection)
    if there != newest(versions):
        log.info("schema brought from version %s to %s", there, newest(versions))
    return bool(made) or there != newest(versions)


def _run(connection: Connection, scripts: ScriptDirectory) -> None:
    """What alembic's upgrade command does, without reading every version from the disk once more."""
    config = Config()
    config.attributes["connection"] = connection
    with EnvironmentContext(config, scripts, fn=lambda there, _context: scripts._upgrade_revs("head", there)):
        scripts.run_env()


def _wait_for_turn(connection: Connection) -> None:
    """On SQLite the transaction began IMMEDIATE, so it has waited already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config('lock_timeout', :wait, true)"), {"wait": f"{PATIENCE_SECONDS}s"})
        connection.execute(text("SELECT set_config('statement_timeout', '0', true)"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _checked(connection: Connection, versions: Sequence[Path]) -> str | None:
    there = _version(connection)
    if there is None and inspect(connection).has_table("organisation"):
        raise WrongDatabase(
            "The database has tables but no schema version, so it wasn't made by this program. "
            "Name an empty database in CABBOT_DATABASE_URL, or restore a backup."
        )
    known = {script.revision for script in _scripts(tuple(versions)).walk_revisions()}
    if there is not None and there not in known:
        raise WrongDatabase(
            f"The database has schema version {there}; this program knows versions up to {newest(versions)}. "
            "Install the Cabbot that it was last used with or a newer one, or restore a backup from before."
        )
    return there


def _references_hold(connection: Connection) -> None:
    """Foreign keys are off on SQLite while a migration may rebuild tables; so look before the commit."""
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        if broken:
            raise WrongDatabase(
                f"After the migration a row of {broken[0][0]} would refer to nothing; nothing was changed."
            )


def _copy(connection: Connection, path: Path, there: str | None) -> None:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = path.with_name(f"{path.name}.{there}-{stamp}.backup")
    driver: Any = connection.connection.driver_connection
    driver.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    log.info("copied the database to %s before the migration", target)


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "postgresql":
        return postgres_engine(url, 1)
    engine = sqlite_engine(url)

    @event.listens_for(engine, "connect")
    def _for_migrations(raw: Any, _record: Any) -> None:
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute(f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}")

    return engine


def _sqlite_path(url: str) -> Path | None:
    address = make_url(url)
    return Path(str(address.database)) if address.get_backend_name() == "sqlite" else None


@cache
def _scripts(versions: tuple[Path, ...]) -> ScriptDirectory:
    config = Config()
    for name, value in {
        "script_location": str(HOME),
        "path_separator": "os",
        "version_locations": os.pathsep.join(map(str, versions)),
    }.items():
        config.set_main_option(name, value.replace("%", "%%"))
    return ScriptDirectory.from_config(config)
