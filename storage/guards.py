"""What the database itself refuses: the audit trail and the delivery ledger are only ever added to.

A guard against slips and careless tools. Whoever owns the database can take it away, which is why the trail is
chained besides and its head is told outside (storage/verify.py, bot/anchor.py).
"""

from __future__ import annotations

from sqlalchemy import Connection, text

APPEND_ONLY = {"journal": "the audit trail", "told": "the delivery ledger"}

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION cabbot_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: its rows are neither changed nor removed', TG_ARGV[0]
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def install(connection: Connection) -> list[str]:
    """Put the triggers there that are missing; answers their names. Belongs into the transaction of a migration.

    Needed after every migration: SQLite drops a table's triggers when alembic's batch mode rebuilds the table.
    """
    present = installed(connection)
    missing = {name: sql for name, sql in _wanted(connection.dialect.name).items() if name not in present}
    if missing and connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
    for sql in missing.values():
        connection.execute(text(sql))
    return sorted(missing)


def missing(connection: Connection) -> set[str]:
    """The triggers that should be there and are not."""
    return set(_wanted(connection.dialect.name)) - installed(connection)


def installed(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        return set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    own = "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
    return set(connection.execute(text(f"{own} AND c.relnamespace = current_schema()::regnamespace")).scalars())


def _wanted(dialect: str) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for table, name in APPEND_ONLY.items():
        wanted |= _sqlite(table, name) if dialect == "sqlite" else _postgres(table, name)
    return wanted


def _sqlite(table: str, name: str) -> dict[str, str]:
    return {
        f"{table}_refuses_{verb.lower()}": f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} BEGIN "
        f"SELECT RAISE(ABORT, '{name} is append-only: its rows are neither changed nor removed'); END"
        for verb in ("UPDATE", "DELETE")
    }


def _postgres(table: str, name: str) -> dict[str, str]:
    does = f"EXECUTE FUNCTION cabbot_append_only('{name}')"
    return {
        f"{table}_refuses_change": f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW {does}",
        f"{table}_refuses_truncate": f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT {does}",
    }
