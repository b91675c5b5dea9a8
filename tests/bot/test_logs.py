import io
import json
import logging
import warnings
from typing import Literal

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.logs import STRUCK, Redaction, configure_logging

KNOWN = 'k"nown-é-s3cret\\'
SHAPES = [
    "xoxb-123456-abcDEF",
    "xoxp-1-2-3",
    "xapp-1-A0B1-2-abcdef",
    "xoxe-1-My0xLTEy",
    "xoxe.xoxb-1-MS0yLTEyMw",
    "Bearer abc.def-ghi_jkl==",
    "v0=" + "0f" * 32,
]

pytestmark = pytest.mark.usefixtures("own_logging")


@pytest.fixture(params=["console", "json"])
def written(request: pytest.FixtureRequest) -> io.StringIO:
    log_format: Literal["console", "json"] = request.param
    out = io.StringIO()
    configure_logging(log_format, [KNOWN], out)
    return out


def test_one_event_is_one_line_with_its_values() -> None:
    configure_logging("json", out=(out := io.StringIO()))
    structlog.get_logger().info("call", command="approve", milliseconds=1.5)
    (line,) = out.getvalue().splitlines()
    event = json.loads(line)
    assert (event["event"], event["command"], event["milliseconds"], event["level"]) == ("call", "approve", 1.5, "info")
    assert event["timestamp"].endswith("Z")


def test_what_is_bound_to_the_context_is_on_every_line(written: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(call_id="c-17"):
        structlog.get_logger().info("first")
        logging.getLogger("library").warning("second")
    assert written.getvalue().count("c-17") == 2


@pytest.mark.parametrize("secret", [*SHAPES, KNOWN])
def test_a_secret_is_struck_out_wherever_it_stands(written: io.StringIO, secret: str) -> None:
    log = structlog.get_logger()
    sentence = f"said {secret} aloud"
    log.info(sentence)
    log.info("event", value=secret, nested={"list": ["x", secret]}, unknown_object=Holder(secret), **{secret: "key"})
    logging.getLogger("library").warning("of a library: %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        log.exception("crashed")
        logging.getLogger("library").exception("crashed too")
    assert secret not in written.getvalue()
    assert json.dumps(secret)[1:-1] not in written.getvalue()
    assert repr(secret)[1:-1] not in written.getvalue()
    assert written.getvalue().count(STRUCK) >= 8


class Holder:
    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return f"Holder({self._secret!r})"


@pytest.mark.parametrize(
    "text, left",
    [
        ("https://hooks.slack.com/commands/T1/22/abcDEF", f"https://hooks.slack.com/{STRUCK}"),
        ("postgresql://cabbot:hunter2@db/cabbot", f"postgresql://{STRUCK}@db/cabbot"),
        ("GET /slack/oauth_redirect?code=1.2.abc&state=xyz HTTP", f"GET /slack/oauth_redirect?{STRUCK}&{STRUCK} HTTP"),
        ("wss://wss.slack.com/link/?ticket=abc&app_id=A1", f"wss://wss.slack.com/link/?{STRUCK}&app_id=A1"),
        ('{"client_secret":"abc","ok":true}', f'{{"client_secret":"{STRUCK}","ok":true}}'),
        (r'"{\"refresh_token\": \"abc\"}"', rf'"{{\"refresh_token\": \"{STRUCK}\"}}"'),
        ("password=hunter2&user=ana", f"password={STRUCK}&user=ana"),
        ("Authorization: Basic dXNlcjpwYXNz", f"Authorization: {STRUCK}"),
    ],
)
def test_only_the_secret_part_of_an_address_or_a_form_goes(text: str, left: str) -> None:
    assert Redaction().clean(text) == left


@pytest.mark.parametrize(
    "text",
    ["approve REL-42", "boxing-day", "ana@example.org", "https://example.org/a?page=2", "the password was wrong"],
)
def test_ordinary_words_stay(text: str) -> None:
    assert Redaction().clean(text) == text


@given(st.text(min_size=6))
def test_any_known_secret_is_found_in_text_json_and_repr(secret: str) -> None:
    clean = Redaction([secret]).clean
    for spelling in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]):
        assert clean(f"<{spelling}>") == f"<{STRUCK}>"


@pytest.mark.timeout(60)  # in steps that grow with the square of the length these would take hours
@pytest.mark.parametrize("hard", ["a", "xox", "xoxb-", "password=", "//:", "://a", "Bearer ", "?code=", "v0="])
def test_a_long_hostile_line_is_cleaned_all_the_same(hard: str) -> None:
    assert Redaction([KNOWN]).clean(hard * 300_000)


def test_a_person_cannot_forge_a_line_of_the_console() -> None:
    configure_logging("console", out=(out := io.StringIO()))
    structlog.get_logger().info("call", title="x\n2026-12-01 [info] approved\x1b[2K\u202egnihton")
    (line,) = out.getvalue().splitlines()
    assert "\x1b" not in line
    assert "\u202e" not in line
    assert r"\n2026-12-01" in line


async def test_bolt_keeps_the_body_of_a_forged_request_to_itself(written: io.StringIO) -> None:
    app = AsyncApp(signing_secret="s" * 32, token="xoxb-valid", request_verification_enabled=True)
    forged = AsyncBoltRequest(body="command=%2Frelease&text=canary-in-body", headers={"x-slack-signature": ["v0=00"]})
    response = await app.async_dispatch(forged)
    assert response.status == 401
    assert "canary-in-body" not in written.getvalue()


@pytest.mark.parametrize("name", ["slack_sdk.web.async_client", "slack_bolt.App", "aiohttp.access", "alembic.runtime"])
def test_libraries_are_heard_from_warnings_on(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("chatter")
    logging.getLogger(name).warning("trouble")
    assert "chatter" not in written.getvalue()
    assert "trouble" in written.getvalue()


def test_our_own_storage_is_heard_from_information_on(written: io.StringIO) -> None:
    logging.getLogger("cabbot.migrate").info("copied the database")
    assert "copied the database" in written.getvalue()


def test_python_warnings_are_log_lines(written: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("deprecated thing", UserWarning, stacklevel=1)
    assert "deprecated thing" in written.getvalue()
