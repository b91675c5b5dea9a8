"""Sentences of any command, made from what it declares: a new command is said here without a line about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from handlers.kit.arguments import Argument
from handlers.kit.command import Command, catalogue
from handlers.policy.content import digest
from handlers.policy.rules import Rules
from handlers.policy.rules_file import WORDS, numbers
from handlers.policy.tailored import as_toml
from messages.form import FieldKind
from messages.line import compose
from storage.release import Release

SAID_BY_PEOPLE = tuple(made for made in catalogue().values() if not made.clock)
BODIES = (
    "title: Renew {{ service }}\ngoal: Valid for a year\nplan: order; install\nbackout: put the old one back",
    "title: Renew {{ service }}\ngoal: Valid for two years\nplan: order; install; look\nbackout: put the old one back",
)
"""Texts of a template for releases; what is made from one says of which it is by its goal."""
_POOL = (
    "all well", "2", "1", "10", "payments", "2.5", "drain; deploy", "Pilot, Full", "functional: refunds; unit: sums",
    "CHG-7 Refund at once", "2026-11-20", "a" * 64, f"{'a' * 64}  payments.tar", "Europe/Berlin", "0 9 * * MON-FRI",
    "name,owner,tier,needs,version\nweb,,2,,1.9", "me", "mine", "end", "https://board.example.org/7",
)  # fmt: skip
"""Words of every kind; an argument takes one that its reader takes."""


@dataclass(frozen=True, slots=True)
class There:
    """What there is to speak of."""

    releases: tuple[Release, ...]
    people: tuple[str, ...]
    rules: Rules
    at: datetime


def sentence(made: Command, there: There, chance: Random, about: Release | None = None) -> str:
    """The command with all that it needs and some of what it takes, about one release if it's about any."""
    about, more = about or chance.choice(there.releases), chance.choice((0.1, 0.5, 1))
    given = {
        each.name: _word(each, made, there, chance, about)
        for each in made.arguments
        if each.required or chance.random() < _wished(each, made, more)
    }
    if "key" in given:
        given["value"] = _value(given["key"], there.rules, chance)
    return compose(*made.name.split(), **{name: word for name, word in given.items() if _takes(made, name)})


def _wished(each: Argument, made: Command, more: float) -> float:
    """How often an argument is given that needn't be: a window that moves all the time lets nothing start."""
    if each.name in ("revision", "digest") and not _takes(made, "release"):
        return 0  # those of a release would be wrong
    return {"start": 0.1, "hours": 0.1, "zone": 0.1, "page": 0.1, "before": 0, "after": 0, "body": 1}.get(
        each.name, more
    )


def _takes(made: Command, name: str) -> bool:
    return any(each.name == name for each in made.arguments)


def _word(each: Argument, made: Command, there: There, chance: Random, about: Release) -> str:
    if each.choices:
        return chance.choice(each.choices).value
    named = {
        "release": about.key,
        "revision": str(about.revision),
        "digest": digest(about)[:16],
        "chat_group": "<&S777|@team>",
        "body": chance.choice(BODIES),
        "other": chance.choice(there.releases).key if _takes(made, "release") else _mention(there, chance),
        "owner": _mention(there, chance),
        "name": _name(made, chance),
        "ref": chance.choice(("CHG-1", "CHG-2", "https://board.example.org/CHG-3")),
        "service": chance.choice(("payments 2.4.0", "web 2", "payments, web", "web")),
        "uri": "oci://registry/payments:2",
        "code": "wrong-code",
        "audience": chance.choice(("cab", "announcements")),
    }
    if each.name in named:
        return named[each.name]
    match each.kind:
        case FieldKind.PERSON:
            return _mention(there, chance)
        case FieldKind.CHANNEL:
            return "<#shop|shop>"
        case FieldKind.MOMENT:
            return f"{(there.at + timedelta(hours=chance.choice((-1, 1, 30)))).astimezone(UTC):%Y-%m-%d %H:%M}"
        case _:
            return chance.choice([word for word in _POOL if _reads(each, word)])


def _reads(each: Argument, word: str) -> bool:
    try:
        each.read(word)
    except ValueError:
        return False
    return not each.limit or len(word) <= each.limit


def _mention(there: There, chance: Random) -> str:
    return f"<@{chance.choice(there.people)}>"


def _name(made: Command, chance: Random) -> str:
    """Of a template or of a service."""
    names = ("certificates",) * 3 + ("rollout",) if made.name.startswith("template") else ("payments", "web")
    return chance.choice(names)


def _value(key: str, rules: Rules, chance: Random) -> str:
    """A value that the policy takes. Times stay as they are: shorter ones would only make the clock say more."""
    held = dict(numbers(rules))[key]
    if key in WORDS:
        return as_toml(tuple(word for word in WORDS[key] if chance.random() < 0.4))
    if isinstance(held, bool):
        return chance.choice(("yes", "no"))
    if key.endswith(("quorum", "small_team")):
        return chance.choice("1234")
    return as_toml(held)
