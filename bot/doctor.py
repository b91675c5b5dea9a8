"""`cabbot doctor`: line by line what is configured, reachable and missing, and how to mend it.

Each check is a small function that yields findings; none of them changes anything.
"""

import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from sqlalchemy.engine import make_url

from bot.doctor_slack import slack_findings
from bot.finding import Finding, Mark
from bot.logs import configure_logging
from bot.policy_file import load_rules
from bot.settings import Settings, SettingsError, load_settings
from handlers.policy.rules_file import RulesError
from storage import migrate


async def examine(settings: Settings, clock: Callable[[], datetime], *, patience: float = 5) -> AsyncIterator[Finding]:
    """Every finding as soon as it is known; the ones that wait on a network, `patience` seconds each, come last."""
    for check in (_database, _encryption, _policy, _admins, _address, _anchor, _media):
        for finding in check(settings):
            yield finding
    async for finding in slack_findings(settings, clock, patience):
        yield finding
    async for finding in _teams(settings, patience):
        yield finding


def _database(settings: Settings) -> Iterator[Finding]:
    url = make_url(settings.database_url.get_secret_value())
    where = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        yield _sqlite_place(Path(str(url.database)))
        return
    try:
        there, wanted = migrate.current(settings.database_url.get_secret_value()), migrate.newest()
    except Exception as error:  # whatever the driver says, the reader wants it as a finding
        yield Finding(Mark.BROKEN, "database", f"{where}: {_first_line(error)}", "Check CABBOT_DATABASE_URL.")
        return
    yield Finding(Mark.OK, "database", f"{where} answers")
    yield _schema(there, wanted)


def _sqlite_place(path: Path) -> Finding:
    if os.access(path.absolute().parent, os.W_OK):
        return Finding(Mark.OK, "database", f"{path} isn't there yet; the first start makes it")
    mend = "Make the directory writable for Cabbot, or set CABBOT_DATABASE_URL."
    return Finding(Mark.BROKEN, "database", f"{path} can't be made: its directory is missing or not writable", mend)


def _schema(there: str | None, wanted: str) -> Finding:
    if there == wanted:
        return Finding(Mark.OK, "schema", f"version {there}, as this program needs it")
    if there is None:
        return Finding(Mark.OK, "schema", "none yet; the first start makes it")
    fact = f"version {there}; this program needs {wanted}"
    if there > wanted:  # revisions are numbered
        return Finding(Mark.BROKEN, "schema", fact, "The database is newer than this program: install a newer Cabbot.")
    return Finding(Mark.WARNING, "schema", fact, "The next start brings it up to date; or run: cabbot migrate")


def _encryption(settings: Settings) -> Iterator[Finding]:
    keys = settings.encryption_key
    if keys:
        older = f", and {len(keys) - 1} older to decrypt with" if len(keys) > 1 else ""
        yield Finding(Mark.OK, "encryption", f"one key to encrypt with{older}")
    else:
        yield Finding(Mark.OFF, "encryption", "no key; needed only where workspaces install Cabbot themselves")


def _policy(settings: Settings) -> Iterator[Finding]:
    if settings.policy_file is None:
        yield Finding(Mark.OK, "policy", "the built-in rules; CABBOT_POLICY_FILE would name your own")
        return
    try:
        load_rules(settings.policy_file)
    except RulesError as error:
        yield Finding(
            Mark.BROKEN, "policy", str(error), f"Mend it, then run: cabbot policy check {settings.policy_file}"
        )
    else:
        yield Finding(Mark.OK, "policy", f"{settings.policy_file} is well formed")


def _admins(settings: Settings) -> Iterator[Finding]:
    if settings.admins:
        yield Finding(Mark.OK, "admins", ", ".join(settings.admins))
    else:
        mend = "Set CABBOT_ADMINS to your e-mail address or Slack member id."
        yield Finding(Mark.WARNING, "admins", "nobody holds the first role, so nobody can grant one", mend)


def _address(settings: Settings) -> Iterator[Finding]:
    if settings.public_url:
        yield Finding(Mark.OK, "public address", settings.public_url)
    elif settings.teams_app_id:
        mend = "Set CABBOT_PUBLIC_URL: Teams has no other way to Cabbot."
        yield Finding(Mark.WARNING, "public address", "none: the app package can't name one to Teams", mend)
    elif settings.socket_mode or not settings.slack:
        yield Finding(Mark.OFF, "public address", "none; only Slack over HTTP and Teams need one")
    else:
        mend = "Set CABBOT_PUBLIC_URL, or use Socket Mode (CABBOT_SLACK_APP_TOKEN)."
        yield Finding(Mark.WARNING, "public address", "none: the manifest can't name one to Slack", mend)
    yield _port(settings.host, settings.port)


def _port(host: str, port: int) -> Finding:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        mend = "If it isn't Cabbot that is running there, set CABBOT_HOST and CABBOT_PORT."
        return Finding(Mark.WARNING, "listening", f"{host}:{port} can't be taken ({error.strerror})", mend)
    return Finding(Mark.OK, "listening", f"{host}:{port} is free")


def _anchor(settings: Settings) -> Iterator[Finding]:
    if settings.audit_anchor_file:
        yield Finding(Mark.OK, "audit anchor", f"heads of the audit trail go to {settings.audit_anchor_file}")
    else:
        fact = "no file; link an audit channel (/release link audit #channel) or set CABBOT_AUDIT_ANCHOR_FILE"
        yield Finding(Mark.OFF, "audit anchor", fact)


def _media(settings: Settings) -> Iterator[Finding]:
    if not settings.media_origins and not settings.media_folders:
        fact = "read nowhere; CABBOT_MEDIA_ORIGINS and CABBOT_MEDIA_FOLDERS would name where"
        yield Finding(Mark.OFF, "artifacts", fact)
    if settings.media_origins:
        yield Finding(Mark.OK, "artifacts", f"read from {', '.join(settings.media_origins)}")
    for folder in settings.media_folders:
        if Path(folder).is_dir() and os.access(folder, os.R_OK | os.X_OK):
            yield Finding(Mark.OK, "artifacts", f"read from {folder}")
        else:
            mend = "Make the folder there and readable for Cabbot, or take it out of CABBOT_MEDIA_FOLDERS."
            yield Finding(Mark.WARNING, "artifacts", f"{folder} is no folder that can be read", mend)


async def _teams(settings: Settings, patience: float) -> AsyncIterator[Finding]:
    if not settings.teams:
        yield Finding(Mark.OFF, "Teams", "not configured; CABBOT_TEAMS_APP_ID and its companions would do it")
        return
    try:
        from bot.doctor_teams import teams_findings  # noqa: PLC0415  # it loads the SDK, which takes half a second
    except ImportError as missing:
        mend = "Install Cabbot again with its locked requirements."
        yield Finding(Mark.BROKEN, "Teams SDK", f"can't be loaded: {missing}", mend)
        return
    async for finding in teams_findings(settings, patience):
        yield finding


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


async def report(clock: Callable[[], datetime], console: Console | None = None) -> bool:
    """Print every finding about this process's settings, and the sum; false when something is broken."""
    console, findings = console or Console(), list[Finding]()
    async for finding in _from_the_start(clock):
        findings.append(finding)
        show(finding, console)
    console.print(summary(findings))
    return all(finding.mark is not Mark.BROKEN for finding in findings)


async def _from_the_start(clock: Callable[[], datetime]) -> AsyncIterator[Finding]:
    try:
        settings = load_settings()
    except SettingsError as error:
        for sentence in error.sentences:
            yield Finding(Mark.BROKEN, "settings", sentence)
        return
    configure_logging("console", settings.secret_values(), least=logging.ERROR)  # the findings tell what goes wrong
    yield Finding(Mark.OK, "settings", "are well formed")
    async for finding in examine(settings, clock):
        yield finding


COLOURS = {Mark.OK: "green", Mark.OFF: "dim", Mark.WARNING: "yellow", Mark.BROKEN: "red"}
MEND_COLUMN = 28


def show(finding: Finding, console: Console) -> None:
    """One line, and one more that says how to mend it. The mark is a word: colours may not be seen."""
    colour = COLOURS[finding.mark]
    head = f"[{colour}]{finding.mark:<8}[/{colour}] {finding.subject:<18}"
    console.print(f"{head} {escape(finding.fact)}", highlight=False, soft_wrap=True)
    if finding.mend:
        console.print(f"{'':{MEND_COLUMN}}→ {escape(finding.mend)}", highlight=False, soft_wrap=True)


def summary(findings: Iterable[Finding]) -> str:
    marks = [finding.mark for finding in findings]
    broken, warnings = marks.count(Mark.BROKEN), marks.count(Mark.WARNING)
    if broken:
        return f"{broken} broken, {warnings} to look at. Cabbot won't work as it should."
    return f"Nothing is broken, {warnings} to look at." if warnings else "All is well."
