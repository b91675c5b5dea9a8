"""`/release test`: what is tested, how it ended, and the testing coordinator's sign-off (process sections 3 and 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.kit import draft, find, read
from handlers.kit.arguments import argument, release_argument, revision_argument
from handlers.kit.call import Call, NotTheirs, Refused, Reply, Trail
from handlers.kit.command import command, of_release
from handlers.kit.evidence import recordable
from handlers.kit.living import event_posts
from handlers.kit.part import changeable, standing
from handlers.kit.planned import in_a_field
from handlers.kit.proven import recorder, said_argument, state
from handlers.kit.rows import Turned
from handlers.kit.tested import required_types, with_tests
from handlers.kit.tested_pages import page_of_tests, ways_of_tests
from handlers.policy.proof import not_passed, sign_off_digest, signs_tests, testers
from messages.card import Button, button
from messages.form import Choice, FieldKind
from messages.release import changed_card
from messages.testing_lines import TYPE_NAMES, read_tests, read_type, write_tests
from storage.content import PlannedTest, TestType
from storage.evidence import TestOutcome, TestResult, Topic
from storage.records import Records
from storage.release import Release
from storage.terms import FollowLevel

_TYPES = tuple(Choice(kind.value, name.capitalize()) for kind, name in TYPE_NAMES.items())
_OUTCOMES = tuple(Choice(each.value, each.value.capitalize()) for each in TestOutcome)


@dataclass(frozen=True, slots=True)
class Tests:
    release: int = release_argument()
    lines: tuple[PlannedTest, ...] | None = argument(
        "Tests", read_tests, kind=FieldKind.TEXT, default=None, blank=(), limit=draft.TEXT_LIMIT, below=True,
        hint="One a line with its type: functional: refunds in the shop",
        example='"functional: refunds in the shop; regression: checkout"',
    )  # fmt: skip
    revision: int | None = revision_argument()


@dataclass(frozen=True, slots=True)
class Result:
    release: int = release_argument()
    type: TestType = argument(
        "Type", read_type, kind=FieldKind.CHOICE, positional=True, choices=_TYPES, example="functional"
    )
    outcome: TestOutcome = argument(
        "How it ended", read.one_of(TestOutcome), kind=FieldKind.CHOICE, positional=True, choices=_OUTCOMES,
        example="passed",
    )  # fmt: skip
    evidence: str = said_argument("Evidence", "Where to see it: a run, a report")


@dataclass(frozen=True, slots=True)
class SignedOff:
    release: int = release_argument()
    words: str = said_argument("Words", "What the board should know of it")


# ---- the plan


@command(
    "test show", "Show tests and results", title="Show tests", submit="Show", group="Look", reads=True,
    example="/release test show REL-42",
)  # fmt: skip
def show_tests(call: Call, arguments: Turned, records: Records) -> Reply:
    return Reply(card=page_of_tests(call, find.release(records, arguments.release), records, arguments.page))


def _stands(call: Call, values: Mapping[str, Any], records: Records) -> dict[str, str]:
    found = changeable(call, values["release"], records)
    instead = "Change single tests instead: /release test edit or strike."
    lines = in_a_field(f"The test plan of {found.key}", write_tests(found.content.tests), instead=instead)
    return standing(found, {"lines": lines})


@command(
    "test plan", "Show or write the test plan", title="Test plan", group="Plan", stands=_stands,
    example='/release test plan REL-42 lines="functional: refunds in the shop; regression: checkout"',
    whose=of_release(changeable),
)  # fmt: skip
def test_plan(call: Call, arguments: Tests, records: Records) -> Reply:
    """Without lines it's shown. The plan is approved content; its results are not."""
    if arguments.lines is None:
        return Reply(card=page_of_tests(call, find.release(records, arguments.release), records))
    found = changeable(call, arguments.release, records, arguments.revision)
    return with_tests(call, found, records, arguments.lines)


# ---- results


@command(
    "test result", "Record how tests ended", title="Test result", submit="Record", group="Plan",
    example='/release test result REL-42 functional passed evidence="run 118"',
    whose=of_release(recorder),
)  # fmt: skip
def test_result(call: Call, arguments: Result, records: Records) -> Reply:
    """The newest result of a type counts. It's no part of the revision, and ends a sign-off that was given before it."""
    found = recorder(call, arguments.release, records)
    before = _recorded(call, found, arguments, records)
    kind, outcome = TYPE_NAMES[arguments.type], arguments.outcome.value
    sentence = f"{found.key}: {kind} tests {outcome}."
    failed = arguments.outcome is TestOutcome.FAILED
    posts = event_posts(
        call, found, records, "tested", [sentence], words=arguments.evidence,
        level=FollowLevel.PROBLEMS if failed else FollowLevel.ALL, public=False,
    )  # fmt: skip
    after = {arguments.type.value: outcome, "evidence": arguments.evidence}
    ways = (*ways_of_tests(call, found, records), Button("All tests", f"test show {found.key}"))
    return Reply(
        card=changed_card(found, "Recorded", sentence, ways), posts=tuple(posts), trail=Trail(found.key, before, after)
    )


def _recorded(call: Call, found: Release, said: Result, records: Records) -> dict[str, object]:
    """Write the result down; answers the one that it takes the place of."""
    results = records.evidence.results
    made = TestResult(
        organisation_id=records.organisation.id, release_id=found.id, type=said.type, outcome=said.outcome,
        evidence=said.evidence, person_id=call.person.id, at=call.at,
    )  # fmt: skip
    known = next((each for each in results.of(found.id) if each.type is said.type), None)
    if known is None:
        results.add(made)
        return {}
    results.save(made.model_copy(update={"id": known.id}))
    return {said.type.value: known.outcome.value, "evidence": known.evidence}


# ---- the sign-off


def _signer(call: Call, number: int, records: Records) -> Release:
    """The release, if its tests are this person's to sign off."""
    found = find.release(records, number)
    participants = records.evidence.participants.of(found.id)
    if not signs_tests(call.person.id, call.roles, participants):
        named = ", ".join(records.people.get(each).name for each in testers(participants))
        who = (
            f"the testing coordinator ({named})"
            if named
            else "the release manager, as it has no testing coordinator yet"
        )
        raise NotTheirs(f"The tests of {found.key} are signed off by {who}.", people=testers(participants))
    recordable(call, found, [call.person.id])
    return found


@command(
    "test signoff", "Sign off the tests", title="Sign off the tests", submit="Sign off", group="Plan",
    example='/release test signoff REL-42 "all of it, on the build of today"',
    whose=of_release(_signer),
)  # fmt: skip
def test_signoff(call: Call, arguments: SignedOff, records: Records) -> Reply:
    """By the testing coordinator, for the content and the results of this moment."""
    found = _signer(call, arguments.release, records)
    results = records.evidence.results.of(found.id)
    _passed(call, found, results)
    before = state(
        call, found, records, Topic.TESTS_SIGNED_OFF, digest=sign_off_digest(found, results), words=arguments.words,
        at=call.at,
    )  # fmt: skip
    sentence = f"{found.key}: the tests are signed off by {call.person.name}, for revision {found.revision}."
    posts = event_posts(
        call, found, records, "signed_off", [sentence], words=arguments.words, level=FollowLevel.ALL, public=False
    )
    return Reply(
        card=changed_card(found, "Signed off", sentence, (Button("All tests", f"test show {found.key}"),)),
        posts=tuple(posts),
        trail=Trail(found.key, before, {Topic.TESTS_SIGNED_OFF.value: found.revision}, why=arguments.words),
    )


def _passed(call: Call, found: Release, results: list[TestResult]) -> None:
    required = required_types(call, found)
    if not required and not results:
        raise Refused(
            f"{found.key} has no test plan and no result, so there is nothing to sign off.",
            ways=(button("Write the test plan", "test", "plan", found.key, form="yes"),),
        )
    for kind, outcome in not_passed(required, results):
        name = TYPE_NAMES[kind]
        why = f"{name} tests failed" if outcome else f"there is no result of its {name} tests yet"
        raise Refused(
            f"{found.key} can't be signed off: {why}. Record the result when they have passed: "
            f'/release test result {found.key} "{name}" passed.',
            ways=(button("Record a result", "test", "result", found.key, type=kind.value, form="yes"),),
        )
