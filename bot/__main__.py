"""The command line: `cabbot serve`, `demo`, `doctor`, `migrate`, `restored`, `manifest`, `policy check`, `audit verify`.

Each command imports what it needs when it runs, so that `cabbot --help` answers at once.
Exit codes: 0 done, 1 something is broken, 2 wrong use or wrong settings, 3 another process serves this database.
"""

import asyncio
import errno
import importlib.util
import json
import logging
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Never

import typer

from bot.logs import configure_logging
from bot.settings import Settings, SettingsError, load_settings

BROKEN, WRONG_USE, LOCKED = 1, 2, 3

app = typer.Typer(
    name="cabbot",
    help="Release management in chat: CAB approvals, announcements and scheduled status updates.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they show local variables, and secrets are among them
)
manifest_app = typer.Typer(help="Make what a chat platform has to know of Cabbot.", no_args_is_help=True)
policy_app = typer.Typer(help="The process's own rules.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit trail.", no_args_is_help=True)
app.add_typer(manifest_app, name="manifest")
app.add_typer(policy_app, name="policy")
app.add_typer(audit_app, name="audit")


def _stop(sentence: str, code: int) -> Never:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def _settings() -> Settings:
    """The settings, with logs set up as they say; without them, the sentences and an exit."""
    try:
        settings = load_settings()
    except SettingsError as error:
        _stop(str(error), WRONG_USE)
    configure_logging(settings.log_format, settings.secret_values())
    return settings


@contextmanager
def _database_in_words() -> Iterator[None]:
    """A database that can't be used ends the program with a sentence; a traceback would tell nothing more."""
    from sqlalchemy.exc import DBAPIError

    from storage.lock import Locked
    from storage.migrate import WrongDatabase
    from storage.statement import Unavailable

    try:
        yield
    except Locked as error:
        _stop(str(error), LOCKED)
    except WrongDatabase as error:
        _stop(str(error), BROKEN)
    except (DBAPIError, Unavailable) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        _stop(f"The database can't be used: {reason}. Check CABBOT_DATABASE_URL; cabbot doctor says more.", BROKEN)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop where there is one (not on Windows)."""
    factory = None
    if importlib.util.find_spec("uvloop"):
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(work)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cabbot {version('cabbot')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@app.command()
def serve() -> None:
    """Serve the chat platforms that are configured."""
    settings = _settings()
    if not (settings.slack or settings.teams):
        _stop(
            "No chat platform is configured: set CABBOT_SLACK_BOT_TOKEN or CABBOT_TEAMS_APP_ID and their companions "
            "(.env.example explains them), or look around without an account: cabbot demo",
            WRONG_USE,
        )
    from bot.app import serve as serve_platforms
    from handlers.policy.rules_file import RulesError

    try:
        with _database_in_words():
            _run(serve_platforms(settings))
    except (RulesError, SettingsError) as error:
        _stop(str(error), WRONG_USE)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes any free one.")] = 8080,
    host: Annotated[str, typer.Option(help="127.0.0.1, ::1 or localhost; nothing beyond this machine.")] = "127.0.0.1",
    keep: Annotated[
        Path | None, typer.Option(file_okay=False, help="Go on where this directory was left, instead of anew.")
    ] = None,
) -> None:
    """Open the playground: a chat page in the browser with everything but a chat account."""
    configure_logging("console", least=logging.WARNING)  # the page is what there is to see
    from bot.playground import NotLoopback, run_demo

    try:
        with _database_in_words():
            _run(run_demo(port=port, host=host, keep=keep))
    except NotLoopback as error:
        _stop(str(error), WRONG_USE)
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES}:
            raise
        reason = os.strerror(error.errno)
        _stop(f"The playground can't be opened on port {port}: {reason}. Choose another one with --port.", BROKEN)


@app.command()
def doctor() -> None:
    """Say line by line what is configured, reachable and missing, and how to mend it."""
    from bot.doctor import report

    if not asyncio.run(report(lambda: datetime.now(UTC))):
        raise typer.Exit(BROKEN)


@app.command()
def migrate() -> None:
    """Bring the database to the shape that this version needs; `serve` does it by itself."""
    settings = _settings()
    from storage.migrate import migrate as migrate_database

    with _database_in_words():
        changed = migrate_database(settings.database_url.get_secret_value())
    typer.echo("The database is up to date now." if changed else "The database was up to date.")


@app.command()
def restored() -> None:
    """After a restore from a backup, before `serve`: what waits in the copy may have been sent since.

    Every message is then looked for before it is sent.
    """
    settings = _settings()
    from storage.migrate import migrate as migrate_database
    from storage.outbox import doubt_everything
    from storage.store import open_store

    url = settings.database_url.get_secret_value()
    with _database_in_words():
        store = open_store(url)
        try:
            migrate_database(url)
            count = store.write_now(doubt_everything)
        finally:
            store.close()
    typer.echo(f"{count} messages will be looked for before they are sent.")


@app.command("new-key")
def new_key() -> None:
    """Print a fresh key for CABBOT_ENCRYPTION_KEY."""
    from cryptography.fernet import Fernet

    typer.echo(Fernet.generate_key().decode())


@manifest_app.command("slack")
def manifest_slack(
    socket_mode: Annotated[
        bool | None, typer.Option("--socket-mode/--http", help="Instead of what the settings say.")
    ] = None,
) -> None:
    """Print the Slack app manifest, to paste into "Create an app" > "From a manifest"."""
    from bot.slack.manifest import slack_manifest

    try:
        manifest = slack_manifest(_settings(), socket_mode=socket_mode)
    except ValueError as error:
        _stop(str(error), WRONG_USE)
    typer.echo(json.dumps(manifest, indent=2, ensure_ascii=False))


@manifest_app.command("teams")
def manifest_teams(
    output: Annotated[Path, typer.Option(dir_okay=False, help="The file to write.")] = Path("cabbot-teams.zip"),
) -> None:
    """Write the Teams app package, to upload in Teams under "Apps" > "Manage your apps"."""
    from bot.teams.manifest import app_package

    try:
        output.write_bytes(app_package(_settings()))
    except ValueError as error:
        _stop(str(error), WRONG_USE)
    except OSError as error:
        _stop(f"{output} can't be written: {error.strerror}. Name another file with --output.", BROKEN)
    typer.echo(f"{output} is written.")


@policy_app.command("check")
def policy_check(file: Annotated[Path | None, typer.Argument(help="Instead of CABBOT_POLICY_FILE.")] = None) -> None:
    """Check a policy file; an error names the key and the line."""
    from bot.policy_file import load_rules
    from handlers.policy.rules_file import RulesError

    path = file or _settings().policy_file
    if path is None:
        _stop("Name a policy file, or set CABBOT_POLICY_FILE; policy.example.toml shows one.", WRONG_USE)
    try:
        load_rules(path)
    except RulesError as error:
        _stop(str(error), BROKEN)
    typer.echo(f"{path} is well formed.")


@audit_app.command("verify")
def audit_verify(
    head: Annotated[
        list[str] | None,
        typer.Option(help="A head as it was posted in the audit channel: NUMBER:HASH. May be given several times."),
    ] = None,
) -> None:
    """Walk the audit trail and name every entry that was edited, removed, put elsewhere or cut off."""
    settings = _settings()
    from bot.audit import AnchorError, HeadError, verify
    from storage.migrate import current, newest

    with _database_in_words():
        if current(settings.database_url.get_secret_value()) != newest():
            _stop("There is no audit trail in the shape of this version; run cabbot migrate, then verify.", BROKEN)
        try:
            troubles = verify(settings, head or ())
        except HeadError as error:
            _stop(str(error), WRONG_USE)
        except AnchorError as error:
            _stop(str(error), BROKEN)
    for trouble in troubles:
        typer.echo(trouble)
    if troubles:
        raise typer.Exit(BROKEN)
    typer.echo("The audit trail is whole.")


def main() -> None:
    """Run the command line; a crash is one log entry without secrets, not a bare traceback."""
    configure_logging("console")
    try:
        app()
    except Exception:
        import structlog

        structlog.get_logger().exception("crashed", command=" ".join(sys.argv[1:2]))
        sys.exit(BROKEN)


if __name__ == "__main__":
    main()
