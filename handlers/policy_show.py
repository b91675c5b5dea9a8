"""`/release policy`: the policy in words, and the numbers of it that process owners change (process section 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.kit import read
from handlers.kit.arguments import argument
from handlers.kit.boards import seats
from handlers.kit.call import Audience, Call, Post, Refused, Reply, Trail
from handlers.kit.command import command
from handlers.kit.living import namer
from handlers.policy import approval
from handlers.policy.gate_table import gates_set
from handlers.policy.risk import IN_ORDER, out_of_order
from handlers.policy.rules import Rules
from handlers.policy.rules_file import RulesError, numbers
from handlers.policy.tailored import as_toml, changeable, value_of, with_value
from messages.card import Button
from messages.form import Choice, FieldKind
from messages.policy import Number, changed_card, in_words, label, policy_card
from messages.refusal import told
from messages.words import BOARDS, count
from storage.policy import PolicyChange
from storage.records import Records
from storage.terms import Board, Role

PAGE = 14
"""Numbers on one card, more or less: a group is never torn apart."""

_CHOICES = tuple(Choice(key, f"{label(key)[:50]} ({key})"[:75]) for key in changeable())


@dataclass(frozen=True, slots=True)
class Shown:
    part: str = argument("Part", default="", rest=True, hint="approval, gates, status…; all if left empty")
    page: int = argument("Page", read.whole, default=1, example="2")


def _key_argument() -> Any:
    return argument(
        "Number", kind=FieldKind.CHOICE, positional=True, choices=_CHOICES, example="approval.normal.quorum"
    )


@dataclass(frozen=True, slots=True)
class Set:
    key: str = _key_argument()
    value: str = argument(
        "Value", positional=True, limit=500, example="3", hint="As policy.toml has it: 3, yes, 60, 15"
    )
    why: str = argument("Why", read.needed, rest=True, limit=500, hint="It stands in the audit trail")


@dataclass(frozen=True, slots=True)
class Back:
    key: str = _key_argument()
    why: str = argument("Why", default="", blank="", rest=True, limit=500)


@command("policy", "See the rules in words", group="Look", reads=True, example="/release policy approval")
def show(call: Call, arguments: Shown, records: Records) -> Reply:
    """Every number with its key, and who set it."""
    part = arguments.part.strip().lower().rstrip(".")
    rows = [each for each in _numbers(call, records) if f"{each.key}.".startswith(f"{part}." if part else "")]
    if not rows:
        known = ", ".join(dict.fromkeys(key.partition(".")[0] for key, _ in numbers(call.rules)))
        raise Refused(f"There is no “{part}” in the policy. Its parts are {known}.", ways=(Button("All", "policy"),))
    pages = _pages(rows)
    page = min(arguments.page, len(pages))
    asked = part.partition(".")[0]
    small = _small_boards(call, records) if page == 1 and "approval".startswith(asked) else []
    small += _small_gates(call, records) if page == 1 and "gates".startswith(asked) else []
    return Reply(card=policy_card(pages[page - 1], small=small, page=page, pages=len(pages), part=part))


@command(
    "policy set",
    "Change a number of the policy",
    title="Change the policy",
    submit="Change",
    group="Set up",
    roles=(Role.PROCESS_OWNER,),
    example='/release policy set approval.normal.quorum 3 "we have grown"',
)
def change(call: Call, arguments: Set, records: Records) -> Reply:
    """It holds from the next command on; what is being voted on keeps what it asked for."""
    try:
        value = value_of(arguments.key, arguments.value)
    except RulesError as wrong:
        raise Refused(str(wrong), field="value", subject="policy") from None
    if arguments.key in call.rules.said and value == _value(call.rules, arguments.key):
        raise Refused(f"{arguments.key} is {in_words(arguments.key, value)} already.", field="value", subject="policy")
    return _changed(call, records, arguments.key, value, words=as_toml(value), why=arguments.why)


@command(
    "policy reset",
    "Give a number back to policy.toml",
    title="Reset a number",
    submit="Reset",
    group="Set up",
    roles=(Role.PROCESS_OWNER,),
    example="/release policy reset approval.normal.quorum",
)
def reset(call: Call, arguments: Back, records: Records) -> Reply:
    """What the file says holds again, or what is built in."""
    if arguments.key not in records.policy.holding():
        raise Refused(f"{arguments.key} wasn't changed in chat; it is what policy.toml says, or built in.", field="key")
    file = call.rules.file or call.rules
    value = _value(file, arguments.key)
    return _changed(call, records, arguments.key, value, words="", why=arguments.why)


def _changed(call: Call, records: Records, key: str, value: Any, *, words: str, why: str) -> Reply:
    before = _value(call.rules, key)
    if out_of_order(with_value(call.rules, key, value).risk):
        raise Refused(f"{key} {IN_ORDER}.", field="value", subject="policy", ways=(Button("Risk", "policy risk"),))
    records.policy.add(
        PolicyChange(
            organisation_id=records.organisation.id, key=key, value=words, why=why, person_id=call.person.id, at=call.at
        )
    )
    card = changed_card(key, before, value, (call.person.id, call.person.name), why)
    return Reply(
        card=told("The policy was changed", f"{label(key)}: {in_words(key, before)} → {in_words(key, value)} ({key})."),
        posts=(Post(Audience("audit"), card, f"policy:{call.id}", "policy"),),
        trail=Trail("policy", {key: _plainly(before)}, {key: _plainly(value), "reset": not words}, why=why),
    )


def _plainly(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _value(rules: Rules, key: str) -> Any:
    return dict(numbers(rules))[key]


def _numbers(call: Call, records: Records) -> list[Number]:
    changes, name = records.policy.holding(), namer(records)
    said = (call.rules.file or call.rules).said
    found = []
    for key, value in numbers(call.rules):
        made = changes.get(key)
        by = None if made is None else (made.person_id, name(made.person_id))
        found.append(Number(key, value, key in said, by, made.at if made else None, made.why if made else ""))
    if held := tuple(each.name for each in call.rules.templates):
        found.append(Number("templates", held, from_file=True))
    return found


def _pages(rows: Sequence[Number]) -> list[list[Number]]:
    """Whole groups, as many as fit."""
    pages: list[list[Number]] = [[]]
    for group in dict.fromkeys(each.key.rpartition(".")[0] for each in rows):
        members = [each for each in rows if each.key.rpartition(".")[0] == group]
        if pages[-1] and len(pages[-1]) + len(members) > PAGE:
            pages.append([])
        pages[-1] += members
    return pages


def _small_boards(call: Call, records: Records) -> list[str]:
    """Which boards decide by one approval because they are small, and how that ends."""
    keys = {Board.CAB: "normal", Board.ECAB: "emergency"}
    found = []
    for board, name in keys.items():
        people, asked = len(seats(records, board)), getattr(call.rules.approval, name)
        if approval.for_team(asked, people, call.rules) != asked:
            found.append(
                f"The {BOARDS[board]} has {count(people, 'member')} now, so one approval is enough, by somebody else "
                f"than the coordinator. Setting approval.{name}.quorum ends that."
            )
    return found


def _small_gates(call: Call, records: Records) -> list[str]:
    """That little is asked for because the CAB is small, and how that ends."""
    people = len(seats(records, Board.CAB))
    if gates_set(call.rules) or people >= call.rules.approval.small_team:
        return []
    lean = in_words("gates.lean", call.rules.gates.lean)
    return [
        f"The CAB has {count(people, 'member')} now, so only these must be there: {lean}; of the rest everybody is warned. "
        "Setting gates.submit or gates.start ends that."
    ]
