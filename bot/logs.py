"""Logs: one line per event, for people or for machines, and never a secret in it.

Our own events go through structlog straight to the stream; what libraries say through the standard library is
drawn the same way. The last step of both strikes out secrets, so it sees the line exactly as it would be written.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, Literal, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

STRUCK = "[redacted]"

# Shapes that are secret wherever they turn up, whether or not this installation knows their value.
_SHAPES = re.compile(
    r"""
      (?P<slack_token> \b(?: xox[a-z](?:\.xox[a-z])? | xapp )-[\w%-]+ )
    | (?P<authorization> \b(?:Bearer|Basic)\s+[\w.~+/=%-]+ )
    | (?P<signature> \bv0=[0-9a-f]{64}\b )
    | (?P<hook> (?<=hooks\.slack\.com/) [^\s"'<>\\]+ )
    | (?P<url_password> (?<=://) [^\s/:@"']* : [^\s/@"']+ (?=@) )
    | (?P<query> (?<=[?&]) (?:code|state|ticket|token)= [^\s&"'\\]+ )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A field that is secret by its name, in a form, in JSON (in a string too) or in a repr: the name stays.
_FIELDS = re.compile(
    r"""
    (\b(?: client_secret | refresh_token | access_token | signing_secret | password ) \\?["']? \s* [:=] \s* \\?["']?)
    [^\s"'&,;)}\\]+
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Each match of the two holds one of these. Almost no line does, and looking for them costs a tenth of the expressions.
_HINTS = (
    "xox", "xapp-", "bearer", "basic", "v0=", "hooks.slack.com/", "://", "code=", "state=", "ticket=", "token=",
    "client_secret", "refresh_token", "access_token", "signing_secret", "password",
)  # fmt: skip
# Line ends, terminal commands and direction marks in what a person wrote would forge or hide lines of the console.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ESCAPES = str.maketrans({"\n": "\\n", "\r": "\\r", "\t": "\\t"})
_MANY_LINES = frozenset({"exception", "stack"})


class Redaction:
    """A structlog processor behind the renderer: takes the finished line and strikes out every secret."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # A secret of a few letters would strike out half the log; no real one is that short.
        spellings = {form for secret in secrets if len(secret) >= 6 for form in _spellings(secret)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    def __call__(self, _logger: WrappedLogger, _method: str, line: Any) -> str:
        return self.clean(str(line))

    def clean(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(STRUCK, text)
        if text.isascii() and not _suspect(text.lower()):
            return text
        return _FIELDS.sub(rf"\1{STRUCK}", _SHAPES.sub(STRUCK, text))


def _suspect(text: str) -> bool:
    return any(hint in text for hint in _HINTS)


def _spellings(secret: str) -> set[str]:
    """The secret as text, as a JSON string holds it, and as Python's repr shows it."""
    return {secret, json.dumps(secret)[1:-1], orjson.dumps(secret).decode()[1:-1], repr(secret)[1:-1]}


def configure_logging(
    log_format: Literal["console", "json"],
    secrets: Iterable[str] = (),
    out: TextIO | None = None,
    *,
    least: int = logging.INFO,
) -> None:
    """Set up structlog and the standard library's logging for this process.

    `secrets` are struck out wherever they appear (Settings.secret_values); `out` is standard error if not given;
    `least` is the lowest level of our own events that is written.
    """
    stream = out or sys.stderr
    redaction = Redaction(secrets)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    drawn: list[Processor] = [*_renderers(log_format, colours=stream.isatty()), redaction]
    structlog.configure(
        processors=[*shared, *drawn],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_library_formatter(shared, drawn))
    logging.basicConfig(level=LIBRARIES, handlers=[handler], force=True)
    logging.getLogger("cabbot").setLevel(least)  # what our own storage/ says, which knows no structlog
    logging.captureWarnings(True)


# Slack's libraries write whole request bodies at INFO when a signature is wrong, and tokens at DEBUG. Bolt copies the
# root logger's level into each of its own, so the root is the place that holds.
LIBRARIES = logging.WARNING


def _library_formatter(shared: list[Processor], drawn: list[Processor]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *drawn],
    )


def _renderers(log_format: Literal["console", "json"], *, colours: bool) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.JSONRenderer(serializer=_json)]
    # Plain tracebacks: the pretty ones show local variables, and secrets are among them.
    console = structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)
    return [_one_line_each, console]


def _json(event: MutableMapping[str, Any], **_options: Any) -> str:
    return orjson.dumps(event, default=repr).decode()


def _one_line_each(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, str) and key not in _MANY_LINES and _CONTROL.search(value):
            event[key] = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", value.translate(_ESCAPES))
    return event
