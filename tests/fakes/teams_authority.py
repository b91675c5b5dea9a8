"""A local stand-in for two of Microsoft's services: the issuer of the tokens that Teams sends, and the login for ours.

Tokens are real RS256 ones and the keys are fetched over real HTTP. It runs in a thread of its own, since MSAL blocks
whoever calls it.
"""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.algorithms import RSAAlgorithm

from bot.teams.tokens import ISSUER

Json = dict[str, Any]

APP_ID = "8f3a6d1e-52f4-4f0c-9d55-0c4b7f1f2a10"
APP_PASSWORD = "made-up~secret.of-the-app"
TENANT = "0d9b6f6c-7d5a-4b57-9f0e-4f1f4a3a7c11"
SERVICE_URL = "https://smba.trafficmanager.net/emea/"

METADATA, JWKS = "/v1/.well-known/openidconfiguration", "/v1/.well-known/keys"


@cache
def private_key(number: int) -> rsa.RSAPrivateKey:
    """The same few keys for all tests of a process: making one takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def base64url(given: bytes) -> str:
    return urlsafe_b64encode(given).rstrip(b"=").decode()


def published(kid: str, key: rsa.RSAPrivateKey, endorsements: tuple[str, ...] | None) -> Json:
    """A key as it stands in the issuer's list."""
    numbers = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    listed = {"kty": "RSA", "use": "sig", "kid": kid, "x5t": kid, "n": numbers["n"], "e": numbers["e"]}
    return listed if endorsements is None else {**listed, "endorsements": list(endorsements)}


@dataclass
class Authority:
    """What it answers may be changed while it runs. `asked` counts requests by path."""

    app_id: str = APP_ID
    issuer: str = ISSUER
    password: str = APP_PASSWORD
    kid: str = "key-0"
    keys: list[Json] = field(default_factory=lambda: [published("key-0", private_key(0), ("msteams", "webchat"))])
    asked: Counter[str] = field(default_factory=Counter)
    out: bool = False
    """Both services answer 503."""
    refusing: bool = False
    """The login answers that the secret is wrong, whatever it is."""
    slow: float = 0.0
    """Seconds before each answer."""
    metadata: Json = field(default_factory=dict)
    """Keys put over those of the OpenID metadata."""
    login_origin: str = ""
    """Where the login says that its endpoints are; MSAL wants https. Empty: https at the name it was asked by."""
    tokens_live: int = 3600
    """Seconds for which a login is good."""
    issued: set[str] = field(default_factory=set)
    url: str = ""
    _number: int = 0
    _server: ThreadingHTTPServer | None = None

    @property
    def metadata_url(self) -> str:
        return self.url + METADATA

    def admits(self, authorization: str) -> bool:
        """The header carries a token that this login gave out."""
        return authorization.removeprefix("Bearer ") in self.issued

    # ---- tokens as the Bot Framework makes them

    def token(
        self,
        service_url: str = SERVICE_URL,
        *,
        without: str = "",
        kid: str | None = None,
        key: Any = None,
        algorithm: str = "RS256",
        header: Json | None = None,
        **claims: Any,
    ) -> str:
        """A good token, but for what is asked to be different: `without` names one claim that is left out."""
        now = int(time.time())
        good = {"iss": self.issuer, "aud": self.app_id, "nbf": now - 10, "exp": now + 3600, "serviceurl": service_url}
        payload = {name: value for name, value in (good | claims).items() if name != without}
        named = {"kid": self.kid if kid is None else kid, "x5t": self.kid} | (header or {})
        return jwt.encode(payload, private_key(self._number) if key is None else key, algorithm, headers=named)

    def authorization(self, service_url: str = SERVICE_URL, **changes: Any) -> str:
        return f"Bearer {self.token(service_url, **changes)}"

    def rotate(self, endorsements: tuple[str, ...] | None = ("msteams",), *, keep: bool = True) -> None:
        """Sign with a new key from now on; with `keep` the old one stays published beside it."""
        self._number += 1
        self.kid = f"key-{self._number}"
        fresh = published(self.kid, private_key(self._number), endorsements)
        self.keys = [*(self.keys if keep else []), fresh]

    def signed(self, header: Json | bytes, payload: Json | bytes, number: int | None = None) -> str:
        """A token of whatever is given, signed as RS256 is, for what no library would write."""
        text = ".".join(
            base64url(each if isinstance(each, bytes) else json.dumps(each).encode()) for each in (header, payload)
        )
        key = private_key(self._number if number is None else number)
        return f"{text}.{base64url(key.sign(text.encode(), PKCS1v15(), SHA256()))}"

    # ---- HTTP

    def start(self) -> None:
        authority = self

        class Handler(_Handler):
            served = authority

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    @contextmanager
    def running(self) -> Iterator[Authority]:
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def answer(self, path: str, host: str, form: dict[str, list[str]]) -> tuple[int, Json]:
        self.asked[path] += 1
        if self.slow:
            time.sleep(self.slow)
        if self.out:
            return 503, {"error": "temporarily_unavailable"}
        if path == METADATA:
            return 200, {"issuer": self.issuer, "jwks_uri": self.url + JWKS, **self.metadata}
        if path == JWKS:
            return 200, {"keys": self.keys}
        tenant, _, rest = path.lstrip("/").partition("/")
        if rest == "v2.0/.well-known/openid-configuration":
            return 200, _login(f"{self.login_origin or f'https://{host}'}/{tenant}")
        if rest == "oauth2/v2.0/token":
            return self._logged_in(form)
        return 404, {"error": "not_found"}

    def _logged_in(self, form: dict[str, list[str]]) -> tuple[int, Json]:
        given = {name: values[0] for name, values in form.items()}
        if self.refusing or (given.get("client_id"), given.get("client_secret")) != (self.app_id, self.password):
            return 401, {
                "error": "invalid_client",
                "error_description": "AADSTS7000215: Invalid client secret provided.",
            }
        if given.get("grant_type") != "client_credentials" or given.get("scope") != f"{self.issuer}/.default":
            return 400, {"error": "invalid_request", "error_description": "AADSTS900144: not what a bot asks for"}
        self.asked["logins"] += 1
        made = f"made-up-access-token-{self.asked['logins']}"
        self.issued.add(made)
        return 200, {"token_type": "Bearer", "expires_in": self.tokens_live, "access_token": made}


def _login(base: str) -> Json:
    return {
        "issuer": f"{base}/v2.0",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "jwks_uri": f"{base}/discovery/v2.0/keys",
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: Authority

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._answer(parse_qs(body.decode("ascii", "replace")))

    def _answer(self, form: dict[str, list[str]]) -> None:
        """Head and body go out together, or the peer's delayed acknowledgement costs 40 ms."""
        path = self.path.partition("?")[0]
        status, answer = self.served.answer(path, self.headers.get("Host", ""), form)
        body = json.dumps(answer).encode()
        head = f"HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *_given: object) -> None:
        pass
