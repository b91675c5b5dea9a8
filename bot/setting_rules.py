"""What a right value of each setting looks like. A wrong one gets half a sentence: what follows the variable's name."""

import ipaddress
import os
import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr

# For failures that pydantic finds itself, before a rule of this file is asked.
EXPECTED = {
    "log_format": "should be console (for people) or json (for machines).",
    "slack_client_id": 'should be the Client ID of the app\'s "Basic Information" page: two numbers with a dot between.',
}
POSTGRESQL = "postgresql+psycopg"
DATABASE_SCHEMES = {
    "sqlite": "sqlite",
    "postgres": POSTGRESQL,
    "postgresql": POSTGRESQL,
    POSTGRESQL: POSTGRESQL,
}


def split_at_commas(value: object) -> object:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return value


def database_url(value: SecretStr) -> SecretStr:
    """The address with the driver that Cabbot speaks through."""
    scheme, separator, rest = value.get_secret_value().partition("://")
    if not separator or scheme not in DATABASE_SCHEMES:
        raise ValueError("should be sqlite:///path/to/file.db or postgresql://user:password@host/database.")
    if scheme == "sqlite" and rest.strip("/") in {"", ":memory:"}:
        raise ValueError("should name a file (sqlite:///cabbot.db): a database in memory forgets every release.")
    return SecretStr(f"{DATABASE_SCHEMES[scheme]}://{rest}")


def password_of(url: str) -> str | None:
    try:
        password = urlsplit(url).password
    except ValueError:  # an address too odd to have one
        return None
    return unquote(password) if password else None


def port(value: object) -> object:
    text = str(value)
    if text.startswith("tcp://"):
        raise ValueError(
            "should be a number. Kubernetes has set it for a Service named cabbot: "
            "put enableServiceLinks: false into the pod, or name the Service differently."
        )
    if not re.fullmatch(r"\d{1,5}", text) or int(text) > 65_535:
        raise ValueError("should be a port number from 1 to 65535, such as 8080 (0 takes any free one).")
    return int(text)


def public_url(value: str | None) -> str | None:
    """The address without a slash at its end."""
    if value is None:
        return None
    parts = _address(value)
    if parts is None or parts.query or parts.fragment or parts.username:
        raise ValueError("should be the address at which Slack reaches Cabbot, such as https://cabbot.example.org.")
    return value.rstrip("/")


def api_url(value: str) -> str:
    """The address with one slash at its end, as methods are appended to it."""
    if _address(value) is None:
        raise ValueError("should be an https address such as https://slack.com/api/ (plain http only on this machine).")
    return value.rstrip("/") + "/"


def _address(value: str) -> SplitResult | None:
    """The address in parts when it is https, or http that doesn't leave this machine: tokens travel there."""
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        _ = parts.port  # a port that is no number raises here
    except ValueError:
        return None
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    return parts if safe and host and not re.search(r"\s", value) else None


def is_loopback(host: str) -> bool:
    """The name or address stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def token(*prefixes: str) -> Callable[[SecretStr | None], SecretStr | None]:
    """A rule for a Slack token of one kind: people paste the wrong one of three."""

    def check(value: SecretStr | None) -> SecretStr | None:
        if value is None or re.fullmatch(rf"({'|'.join(map(re.escape, prefixes))})[\w-]+", value.get_secret_value()):
            return value
        raise ValueError(f"should be the token that begins with {prefixes[0]}.")

    return check


def signing_secrets(values: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    """One, or two while it is being replaced; either is accepted."""
    for value in values:
        text = value.get_secret_value()
        if len(text) < 16 or text.startswith("xox") or not text.isascii() or not text.isalnum():
            raise ValueError(
                'should be the Signing Secret of the app\'s "Basic Information" page: 32 letters and digits, no token.'
            )
    return values


def encryption_keys(values: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    """Fernet keys: the first one encrypts, all of them decrypt, so a key is replaced without losing a token."""
    for value in values:
        try:
            size = len(urlsafe_b64decode(value.get_secret_value()))
        except (NotBase64, ValueError):
            size = 0
        if size != 32:
            raise ValueError("should be one or more Fernet keys with commas between; make one with: cabbot new-key")
    return values


def admins(values: tuple[str, ...]) -> tuple[str, ...]:
    """E-mail addresses in small letters, and account ids of a chat platform as they are."""
    for value in values:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+|[UW][A-Z0-9]{2,}", value):
            raise ValueError(
                "should be e-mail addresses or Slack member ids with commas between: ana@example.org, U024BE7LH."
            )
    return tuple(value.lower() if "@" in value else value for value in values)


def readable_file(value: Path | None) -> Path | None:
    if value is not None and not (value.is_file() and os.access(value, os.R_OK)):
        raise ValueError("should name a file that Cabbot can read; there is none at that path.")
    return value


def writable_place(value: Path | None) -> Path | None:
    if value is None or (value.is_file() and os.access(value, os.W_OK)):
        return value
    if value.exists() or not value.parent.is_dir() or not os.access(value.parent, os.W_OK):
        raise ValueError("should name a file that Cabbot can write, in a directory that is there.")
    return value


def contradictions(
    *,
    bot_token: bool,
    signing_secret: bool,
    app_token: bool,
    client_id: bool,
    client_secret: bool,
    encryption_key: bool,
    public_url: bool,
) -> list[str]:
    """Each argument says whether that setting is given; the answer is a whole sentence per missing counterpart."""
    oauth = client_id or client_secret
    wrong = {
        "CABBOT_SLACK_BOT_TOKEN needs CABBOT_SLACK_SIGNING_SECRET beside it (requests over HTTP) "
        "or CABBOT_SLACK_APP_TOKEN (Socket Mode): without either Slack can't reach Cabbot safely.": bot_token
        and not (signing_secret or app_token),
        "CABBOT_SLACK_SIGNING_SECRET is set, but nothing to answer with: "
        "add CABBOT_SLACK_BOT_TOKEN, or CABBOT_SLACK_CLIENT_ID and CABBOT_SLACK_CLIENT_SECRET.": signing_secret
        and not (bot_token or oauth),
        "CABBOT_SLACK_APP_TOKEN is set, but nothing to answer with: "
        "add CABBOT_SLACK_BOT_TOKEN, or CABBOT_SLACK_CLIENT_ID and CABBOT_SLACK_CLIENT_SECRET.": app_token
        and not (bot_token or oauth),
        "CABBOT_SLACK_CLIENT_ID and CABBOT_SLACK_CLIENT_SECRET belong together; one of them is missing.": (
            client_id != client_secret
        ),
        "CABBOT_ENCRYPTION_KEY is needed where workspaces install Cabbot themselves (CABBOT_SLACK_CLIENT_ID): "
        "their tokens are kept encrypted. Make one with: cabbot new-key": oauth and not encryption_key,
        "CABBOT_PUBLIC_URL is needed where workspaces install Cabbot themselves (CABBOT_SLACK_CLIENT_ID): "
        "Slack sends the installing person back to it.": oauth and not public_url,
        "CABBOT_SLACK_CLIENT_ID needs CABBOT_SLACK_SIGNING_SECRET (requests over HTTP) "
        "or CABBOT_SLACK_APP_TOKEN (Socket Mode) beside it.": oauth and not (signing_secret or app_token),
    }
    return [sentence for sentence, is_wrong in wrong.items() if is_wrong]
