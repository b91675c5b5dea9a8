"""Whatever people say in whatever order, what the process promises holds.

EXAMPLES=1000 tries more orders; SHRINK=1 makes one that fails short, which takes minutes.
"""

from __future__ import annotations

import asyncio
import os
import re
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, event, given, note, settings
from hypothesis import strategies as st

from bot.sentence import Answer
from bot.understood import read_line
from handlers.kit.command import Command, catalogue
from handlers.policy.lifecycle import TABLE, moves
from handlers.policy.rules import Approval, ApprovalRules, Emergency, Gates, Rules, Status
from messages.form import FieldKind
from storage.posting import TOLD, Told
from storage.records import Records
from storage.store import Store
from storage.terms import AccountKind, ToldHow
from tests.handlers.buttons import labels
from tests.handlers.policy.releases import release
from tests.handlers.promises import Promises
from tests.handlers.sentences import BODIES, SAID_BY_PEOPLE, There, sentence
from tests.handlers.town import EMERGENCY, NOON, PLANS, Town, sentence_of

SELDOM = Approval(emergency=ApprovalRules(1, 30, (10,), 0, 600))
"""Pages that come seldom, as hundreds of them would show nothing new."""
LEAN = Gates(submit=("service", "window", "plan", "back_out"), start=(), start_medium=(), start_high=())
GATES = (Gates(), LEAN)
PEOPLE = ("ana", "bo", "cy", "dee", "eve", "cm", "rm", "oc", "own", "st", "gu")
VOTERS = ("bo", "cy", "dee", "cm", "eve")
VERBS = tuple(dict.fromkeys(rule.verb for rule in TABLE if rule.verb))
MOVES = tuple(verb for verb in VERBS if verb != "edit")
"""Verbs whose refusals are about the release and those who may, never about how a value is written."""
CHANGING = tuple(made for made in SAID_BY_PEOPLE if not made.reads)


def _weighs(made: Command) -> int:
    """What authorises, what is for few people, and what names somebody is said more often than the rest."""
    names = any(each.kind is FieldKind.PERSON for each in made.arguments)
    return 4 if made.roles or made.group == "Authorise" or names else 1


WEIGHTY = tuple(made for made in CHANGING for _ in range(_weighs(made)))
NEW = f'new Refunds service=payments start="2026-12-01 14:00" hours=700 goal="Within a day" {PLANS}'
READY = (
    ("ana", "change add REL-2 CHG-1 authorised_by=Dana"),
    ("ana", 'backout REL-2 trigger="errors over 1 %" minutes=10'),
    ("ana", f"media add REL-2 oci://registry/payments:2 sha256={'a' * 64} licence=MIT"),
    ("ana", "backout validated REL-2"),
    ("ana", "test result REL-2 functional passed"),
    ("ana", "prepared REL-2 training two-evenings"),
    ("ana", "prepared REL-2 support stands-by"),
)
"""What the process asks of the second release, a normal one, besides its risk and what comes of that."""
RISKS = tuple(
    f"risk REL-2 users={n} tier={n} reversibility={n} novelty={n} coverage={n} dependencies={n}" for n in (1, 3)
)
DECIDED = (
    ("ana", "submit REL-2"),
    *((who, "approve REL-2") for who in ("bo", "cy", "dee", "cm")),
    ("ana", "announce REL-2"),
)
WRITTEN = f'template write certificates body="{BODIES[0]}"'
STANDARD = (
    ("cm", "template approve certificates"),
    ("ana", 'template use certificates service=web start="2026-11-30 12:00" hours=700'),
)
SELDOM_SAID = ("cancel", "recall", "reject")
STEPS = 25
many = settings(
    max_examples=int(os.environ.get("EXAMPLES", "25")),
    phases=(Phase.reuse, Phase.generate, *((Phase.shrink,) if "SHRINK" in os.environ else ())),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("made", SAID_BY_PEOPLE, ids=lambda made: str(made.name))
def test_every_command_is_said_as_it_declares(made: Command) -> None:
    there = There((release(),), PEOPLE, Rules(), NOON)
    for seed in range(10):
        said = read_line(sentence(made, there, Random(seed)), {})
        assert (said.command.name, said.parsed.errors, said.parsed.missing) == (made.name, {}, ())


@many
@given(
    chance=st.randoms(use_true_random=False),
    deploy_first=st.booleans(),
    gates=st.sampled_from(GATES),
    prepared=st.integers(0, 2),
)
def test_s4_s5_s7_no_order_of_words_breaks_a_promise(
    database: Store, chance: Random, deploy_first: bool, gates: Gates, prepared: int
) -> None:
    """Above all: nothing is deployed without a valid authorisation of exactly that revision."""
    emergency, status = Emergency(deploy_first=deploy_first), Status(600, 600)
    town = Town(database, Rules(emergency=emergency, approval=SELDOM, status=status, gates=gates), by_the_book=True)
    asyncio.run(_tried(town, chance, prepared))


async def _tried(town: Town, chance: Random, prepared: int) -> None:
    """Everybody says something, mostly what they may; some of it happened before."""
    await _settled(town, chance, prepared)
    promises, last = Promises(town), ("own", catalogue()["role grant"])
    for _ in range(STEPS):
        if chance.random() < 0.15:
            await town.later(hours=chance.choice((1, 25, 49)))
            promises.hold("")
        who, line = _said(town, chance, last)
        note(f"{who}: {line}")
        said = read_line(line, {})
        last = (who, said.command)
        promises.before(said.command.name, said.parsed.values.get("release") or 0)
        answer = await town.say(who, line)
        event(f"{said.command.name} {'refused' if answer.refused else 'done'}")
        if answer.refused:
            _names_a_rule(answer, said.command)
        promises.hold(who)
    promises.the_trail_is_whole()


async def _settled(town: Town, chance: Random, prepared: int) -> None:
    """An emergency, a normal release, a template, perhaps a standard release of it, and what comes before a start.

    Ana and on-call sit on the boards that decide on what they coordinate.
    """
    town.add("gu", kind=AccountKind.GUEST)
    town.write(lambda records: records.groups.read(town.platform, town.workspace, "S777", ["st", "eve"], town.clock.at))
    await town.all(("own", "role grant <@ana> cab_member"), ("own", "role grant <@oc> ecab_member"))
    await town.all(("oc", EMERGENCY), ("ana", NEW), ("rm" if prepared else chance.choice(("rm", "cm")), WRITTEN))
    if prepared:
        await town.all(*STANDARD, *READY, ("ana", chance.choice(RISKS)), ("rm", "test signoff REL-2"))
    if prepared == 2:
        for who, line in DECIDED:
            await town.say(who, line)
        town.write(lambda records: _told(records, town))
        await town.later(hours=26)


def _told(records: Records, town: Town) -> None:
    """What the courier writes down when the announcement has reached its channel."""
    hanging = records.postings.in_slot("announcement:REL-2")[0]
    line = Told(
        organisation_id=records.organisation.id,
        posting_id=hanging.id,
        at=town.clock.at - timedelta(minutes=1),
        outcome=ToldHow.SENT,
        revision=1,
    )
    TOLD.add(records._tx, line)


# ---- what a refusal says


def _names_a_rule(answer: Answer, made: Command) -> None:
    """A refusal is a sentence about the process, never about code, and it has a way out."""
    said = [each.error for each in answer.form.fields if each.error] if answer.form else [sentence_of(answer)]
    for each in said:
        assert _SENTENCE.match(each), f"{made.name}: {each}"
        assert not _BROKEN.search(each), f"{made.name}: {each}"
        assert made.name not in MOVES or _RULES.search(each), f"{made.name}: {each}"
    assert answer.form or labels(answer.card), said


_SENTENCE = re.compile(r"\S.*(?:[.!?]|: /release .*)\Z", re.DOTALL)
_BROKEN = re.compile(r"went wrong|Traceback|Error\b|<[a-z]| at 0x|None|_id\b|\{|\[")
_RULES = re.compile(
    r"REL-\d+|That is for|is for the|Only (?:full )?members|It takes \d approval|There is no|standard release"
)


# ---- who says what


def _said(town: Town, chance: Random, last: tuple[str, Command]) -> tuple[str, str]:
    """A move that can be made now, by those whose part it is; a move by anybody; what was gone about before, by the same
    person; or any command at all.
    """
    releases = tuple(town.look(lambda records: records.releases.page()))
    there = There(releases, PEOPLE, town.door.rules, town.clock.at)
    found, kind = chance.choice(releases), chance.random()
    owner = next(handle for handle, person in town.people.items() if person == found.coordinator_id)
    verbs = [rule.verb for rule in moves(found, town.door.rules) if rule.verb]
    if kind < 0.35 and verbs:
        verb = chance.choice([each for each in verbs for _ in range(1 if each in SELDOM_SAID else 4)])
        who = chance.choice(VOTERS) if verb in ("approve", "reject") else owner
        return who, sentence(catalogue()[verb], there, chance, found)
    if kind < 0.42:
        return chance.choice(PEOPLE), sentence(catalogue()[chance.choice(VERBS)], there, chance, found)
    if kind < 0.55:
        family = [made for made in CHANGING if made.name.split()[0] == last[1].name.split()[0]]
        return last[0], sentence(chance.choice(family or CHANGING), there, chance, found)
    made = chance.choice(WEIGHTY if chance.random() < 0.9 else SAID_BY_PEOPLE)
    return _who(made, town, owner, chance), sentence(made, there, chance, found)


def _who(made: Command, town: Town, owner: str, chance: Random) -> str:
    """Somebody who may say it, mostly."""
    if chance.random() < 0.2:
        return chance.choice(PEOPLE)
    if not made.roles:
        return owner
    holders = town.look(lambda records: {each.id for role in made.roles for each in records.people.holders(role)})
    return chance.choice([handle for handle, person in town.people.items() if person in holders] or list(PEOPLE))
