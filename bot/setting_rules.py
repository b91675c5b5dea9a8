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
    "teams_insecure_local": "should be 1, for a trial on this machine alone, or 0.",
    "slack_client_id": 'should be the Client ID of the app\'s "Basic Information" page: two numbers with a dot between.',
}
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
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
        raise ValueError(
            "should be the address at which Slack and Teams reach Cabbot, such as https://cabbot.example.org."
        )
    return value.rstrip("/")


def api_url(value: str) -> str:
    """The address with one slash at its end, as methods are appended to it."""
    if _address(value) is None:
        raise ValueError("should be an https address such as https://slack.com/api/ (plain http only on this machine).")
    return value.rstrip("/") + "/"


def login_url(value: str) -> str:
    """The address without a slash at its end, as the tenant is appended to it."""
    return _origin(value, "https://login.microsoftonline.com")


def issuer(value: str) -> str:
    """As it stands in tokens: without a slash at its end."""
    return _origin(value, "https://api.botframework.com")


def metadata_url(value: str) -> str:
    if _address(value) is None:
        raise ValueError(
            "should be an https address such as https://login.botframework.com/v1/.well-known/openidconfiguration "
            "(plain http only on this machine)."
        )
    return value


def origins(values: tuple[str, ...]) -> tuple[str, ...]:
    """Scheme, host and port of each, in small letters."""
    return tuple(_origin(value, "https://teams-proxy.example.org") for value in values)


def media_origins(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_origin(value, "https://artifacts.example.org") for value in values)


def media_folders(values: tuple[str, ...]) -> tuple[str, ...]:
    """Absolute, and not the whole disk: whoever may read an artifact learns the digest of any file in there."""
    for value in values:
        path = Path(value)
        if not path.is_absolute() or ".." in path.parts or path == Path(path.anchor):
            raise ValueError("should be absolute paths of folders with commas between, such as /srv/artifacts.")
    return values


def media_max_bytes(value: object) -> object:
    text = str(value)
    if not re.fullmatch(r"\d{1,13}", text) or int(text) == 0:
        raise ValueError("should be a number of bytes above 0, such as 2147483648 for 2 GiB.")
    return int(text)


def _origin(value: str, example: str) -> str:
    parts = _address(value)
    if parts is None or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError(f"should be an https address without a path, such as {example} (plain http only on loopback).")
    return f"{parts.scheme}://{parts.netloc}".lower()


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


def guid(of: str) -> Callable[[str | None], str | None]:
    """A rule for an id that Entra gives, kept in small letters; `of` says where it stands."""

    def check(value: str | None) -> str | None:
        if value is None or GUID.fullmatch(value):
            return value and value.lower()
        raise ValueError(f"should be the {of}: 32 hexadecimal digits in five groups, with hyphens between.")

    return check


def client_secret(value: SecretStr | None) -> SecretStr | None:
    text = value.get_secret_value() if value else ""
    if GUID.fullmatch(text):
        raise ValueError('should be the "Value" of the client secret; this is its "Secret ID".')
    if re.search(r"\s", text):
        raise ValueError('should be the "Value" of the client secret, which has no spaces in it.')
    return value


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
