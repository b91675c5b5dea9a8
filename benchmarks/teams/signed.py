"""Deliveries as Teams sends them, whole, with real RS256 tokens, ready for a socket."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bot.teams.tokens import ISSUER

Json = dict[str, Any]

APP_ID, PASSWORD = "8f3a6d1e-52f4-4f0c-9d55-0c4b7f1f2a10", "made-up~secret.of-the-app"
TENANT = "0d9b6f6c-7d5a-4b57-9f0e-4f1f4a3a7c11"
BOT, KID = f"28:{APP_ID}", "bench-key"
TEAM, RELEASES, CAB = "19:team@thread.tacv2", "19:releases@thread.tacv2", "19:cab@thread.tacv2"
OWNER, ANA, BEN, CID, DEE = "29:own", "29:ana", "29:ben", "29:cid", "29:dee"
OWNER_EMAIL = "own@example.org"
PATH, METADATA, JWKS = "/api/messages", "/v1/.well-known/openidconfiguration", "/v1/.well-known/keys"
LIFETIME = 3_600

_acts = itertools.count(1)


def person(user: str) -> Json:
    """The account as an activity has it."""
    return {"id": user, "name": user[3:].capitalize(), "aadObjectId": str(uuid.uuid5(uuid.NAMESPACE_OID, user))}


@dataclass
class Issuer:
    """Signs as the Bot Framework does. `service_url` is the connector's."""

    service_url: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def published(self) -> Json:
        """The list of keys as the Bot Framework publishes it."""
        numbers = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        listed = {"kty": "RSA", "use": "sig", "kid": KID, "x5t": KID, "n": numbers["n"], "e": numbers["e"]}
        return {"keys": [{**listed, "endorsements": ["msteams"]}]}

    def token(self) -> str:
        """No two are alike."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": APP_ID, "nbf": now - 10, "exp": now + LIFETIME, "serviceurl": self.service_url}
        return jwt.encode({**claims, "jti": uuid.uuid4().hex}, self.key, "RS256", headers={"kid": KID, "x5t": KID})

    # ---- deliveries

    def said(self, user: str, channel: str, words: str, *named: str) -> Json:
        """Words to the bot in a channel; `named` are people whom the words mention as `<at>Ben</at>`."""
        key = str(1_700_000_000_000 + next(_acts))
        mentions = [(BOT, "Cabbot"), *((each, person(each)["name"]) for each in named)]
        return {
            **self._envelope("message", user, channel, key),
            "id": key,
            "textFormat": "plain",
            "text": f"<at>Cabbot</at>&nbsp;{words}\n",
            "attachments": [{"contentType": "text/html", "content": f"<div><div>{words}</div></div>"}],
            "entities": [
                {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": each, "name": name}}
                for each, name in mentions
            ],
        }

    def pressed(self, user: str, channel: str, message: str, action: Json) -> Json:
        """A press on an Action.Execute of a message's card."""
        kept = {name: action[name] for name in ("type", "verb", "title", "data")}
        return {
            **self._envelope("invoke", user, channel, message),
            "name": "adaptiveCard/action",
            "value": {"action": kept, "trigger": "manual"},
            "replyToId": message,
            "entities": [{"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Windows"}],
        }

    def _envelope(self, kind: str, user: str, channel: str, thread: str) -> Json:
        conversation = {"isGroup": True, "conversationType": "channel", "tenantId": TENANT}
        return {
            "type": kind,
            "id": f"f:{next(_acts):08d}-3f1e-4a55-9c1c-5d1f0a7a3b21",
            "timestamp": "2026-11-30T09:00:00.123Z",
            "localTimestamp": "2026-11-30T10:00:00.123+01:00",
            "localTimezone": "Europe/Berlin",
            "locale": "en-GB",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": person(user),
            "recipient": {"id": BOT, "name": "Cabbot"},
            "conversation": {**conversation, "id": f"{channel};messageid={thread}"},
            "channelData": {
                "teamsChannelId": channel,
                "teamsTeamId": TEAM,
                "channel": {"id": channel},
                "team": {"id": TEAM},
                "tenant": {"id": TENANT},
                "source": {"name": "message"},
            },
        }


def request(activity: Json, token: str) -> bytes:
    body = json.dumps(activity).encode()
    return _head(len(body), token) + body


def presses(activity: Json, tokens: Iterator[str]) -> Iterator[bytes]:
    """The same press again and again, each an act of its own; written so that the generator costs little."""
    before, _, after = json.dumps(activity).partition(activity["id"])
    for token, act in zip(tokens, _acts, strict=False):
        body = f"{before}f:{act:08d}-3f1e-4a55-9c1c-5d1f0a7a3b21{after}".encode()
        yield _head(len(body), token) + body


def _head(length: int, token: str) -> bytes:
    return (
        f"POST {PATH} HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        "User-Agent: Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {length}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    ).encode()
