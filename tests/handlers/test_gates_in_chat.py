"""The whole table of section 5, asked for by the policy and fulfilled in chat by the people whose part it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.policy.rules import Gates, Rules
from storage.posting import TOLD, Told
from storage.records import Records
from storage.store import Store
from storage.terms import State, ToldHow
from tests.handlers.town import NEW, PLANS, Town, sentence_of, told

STRICT = Rules(gates=Gates(tests=("functional", "user_acceptance")))
"""What the process asks for, and one more type of test."""
BOARD = ("bo", "cy", "cm")
MEDIUM = "risk REL-1 users=2 tier=2 reversibility=2 novelty=1 coverage=1 dependencies=1"
CRITICAL = "risk REL-1 users=4 tier=4 reversibility=4 novelty=1 coverage=1 dependencies=1"
TO_SUBMIT = (
    ("a goal and scope", "ana", 'edit REL-1 goal="Refunds within a day"'),
    ("an authorised change request", "ana", "change add REL-1 CHG-1 authorised_by=Dana"),
    ("a deployment plan", "ana", 'edit REL-1 plan="drain; deploy"'),
    ("a back-out plan", "ana", 'edit REL-1 backout="redeploy 2.3.9"'),
    ("the back-out plan's trigger and time", "ana", 'backout REL-1 trigger="errors over 1 %" minutes=10'),
    ("a risk assessment", "ana", CRITICAL),
)
TO_START = (
    ("the back-out plan validated", "ana", "backout validated REL-1"),
    ("the required tests passed (functional, user acceptance)", "dee", "test result REL-1 functional passed"),
    ("the required tests passed (user acceptance)", "dee", "test result REL-1 user_acceptance passed"),
    ("the testing coordinator's sign-off", "dee", "test signoff REL-1"),
    ("training ready", "ana", "prepared REL-1 training two-evenings"),
    ("support ready", "ana", "prepared REL-1 support stands-by"),
)


@pytest.fixture
def strict(database: Store) -> Town:
    return Town(database, STRICT)


async def test_s5_every_row_to_submit_is_given_in_chat(strict: Town) -> None:
    await strict.all(("ana", NEW))
    for label, who, line in TO_SUBMIT:
        assert label in sentence_of(await strict.say("ana", "submit REL-1"))
        await strict.all((who, line))
    assert not (await strict.say("ana", "submit REL-1")).refused


async def test_s5_every_row_to_start_is_given_in_chat(strict: Town) -> None:
    await _approved(strict)
    for label, who, line in TO_START:
        text = told(await strict.say("st", "checklist REL-1"))
        assert f"✕ {label[:1].upper()}{label[1:]}" in text, text
        await strict.all((who, line))
    assert sentence_of(await strict.say("ana", "start REL-1")) == (
        "REL-1 isn't ready to start: it needs stakeholders told ahead."
    )
    _announced(strict, timedelta(hours=25))
    assert sentence_of(await strict.say("ana", "start REL-1")).startswith("REL-1 has started")
    assert strict.release().state is State.DEPLOYING


async def test_s5_told_too_late_is_not_told_ahead(strict: Town) -> None:
    await _approved(strict)
    await strict.all(*((who, line) for _, who, line in TO_START))
    _announced(strict, timedelta(hours=23))
    assert (await strict.say("ana", "start REL-1")).refused


@pytest.mark.parametrize("start, enough", [("2026-12-01 20:30", False), ("2026-12-01 21:10", True)])
async def test_s5_told_of_a_later_window_is_not_told_ahead(strict: Town, start: str, enough: bool) -> None:
    """A window that was moved up is told anew; one that was put off was told of in time."""
    await _approved(strict)
    _announced(strict, timedelta(days=3))
    await strict.all(
        ("ana", f'edit REL-1 start="{start}"'), ("ana", "submit REL-1"), *((who, "approve REL-1") for who in BOARD),
        *((who, line) for _, who, line in TO_START),
    )  # fmt: skip
    await strict.later(minutes=15)
    answer = await strict.say("ana", "start REL-1")
    assert answer.refused is not enough
    assert enough or sentence_of(answer) == "REL-1 isn't ready to start: it needs stakeholders told ahead."


async def test_s5_a_change_of_the_content_asks_for_the_sign_off_anew(strict: Town) -> None:
    await _approved(strict)
    await strict.all(*((who, line) for _, who, line in TO_START), ("ana", "edit REL-1 impact=Pause"))
    text = told(await strict.say("st", "checklist REL-1"))
    assert "✕ The testing coordinator's sign-off" in text
    assert "✓ The back-out plan validated" in text


@pytest.mark.parametrize(
    "board, starts", [(("bo", "cm"), True), (("bo", "cy", "cm"), True), (("bo", "cy", "dee", "cm"), False)]
)
async def test_s5_a_small_team_starts_after_one_approval_in_the_window(
    database: Store, board: tuple[str, ...], starts: bool
) -> None:
    """The rest is in the checklist as a warning; a board of four has the whole table."""
    town = Town(database, by_the_book=True)
    absent = [each for each in ("bo", "cy", "dee") if each not in board]
    await town.all(*(("own", f"role revoke <@{each}> cab_member") for each in absent), ("ana", f"{NEW} {PLANS}"))
    answer = await town.say("ana", "submit REL-1")
    assert answer.refused is not starts
    if starts:
        assert "the policy doesn't ask for them: a goal and scope" in told(answer)
        await town.all(("bo", "approve REL-1"))
        assert "⚠ The required tests passed" in told(await town.say("st", "checklist REL-1"))
        await town.later(hours=33)
        await town.all(("ana", "start REL-1"))


async def _approved(town: Town) -> None:
    """With media, which are approved content; announced, and its window has opened."""
    await town.all(
        ("ana", NEW), *((who, line) for _, who, line in TO_SUBMIT), ("ana", "testing REL-1 <@dee>"),
        ("ana", f"media add REL-1 oci://registry/payments:2.4.0 sha256={'a' * 64} licence=MIT"), ("ana", "submit REL-1"),
        *((who, "approve REL-1") for who in BOARD), ("ana", "announce REL-1"),
    )  # fmt: skip
    await town.later(hours=33)


def _announced(town: Town, before: timedelta) -> None:
    """What the courier writes down when the announcement has reached its channel."""
    starts_at = town.release().starts_at
    assert starts_at is not None

    def write(records: Records) -> None:
        hanging = records.postings.in_slot("announcement:REL-1")[0]
        line = Told(
            organisation_id=records.organisation.id,
            posting_id=hanging.id,
            at=starts_at - before,
            outcome=ToldHow.SENT,
            revision=1,
        )
        TOLD.add(records._tx, line)

    town.write(write)
