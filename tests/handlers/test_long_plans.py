"""Long plans on both platforms: paged and never cut silently, wherever the release is shown and in its forms."""

from __future__ import annotations

import json

import pytest

from bot.sentence import Answer
from messages import adaptive_card, block_kit, block_kit_form
from messages.card import Card, Items
from messages.directory import Directory
from messages.limits import length
from messages.plain_text import line
from messages.tokens import SHORTENED
from storage.content import PlannedTest, PlanStep, TestType
from storage.records import Records
from storage.terms import Platform
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town, card_of, sentence_of, told
from tests.messages import adaptive_card_rules, block_kit_rules

SLACK, TEAMS = Directory(Platform.SLACK, "T1"), Directory(Platform.TEAMS, "T1")
STEPS = [
    PlanStep(text=f"Step {number} {'x' * 290}", stage="Pilot" if number < 60 else "Full", minutes=5)
    for number in range(1, 201)
]


def with_steps(records: Records, steps: list[PlanStep]) -> None:
    """As a template or an older version may have left it."""
    found = records.releases.by_number(1)
    assert found is not None
    found.plan = steps
    found.back_out = [f"Back {number} {'y' * 40}" for number in range(1, 60)]
    tests = tuple(PlannedTest(type=TestType.UNIT, text=f"case {number} {'z' * 30}") for number in range(1, 60))
    found.content = found.content.model_copy(update={"tests": tests})
    records.releases.save(found)


def with_longer_ones(records: Records) -> None:
    """Longer than is taken today."""
    found = records.releases.by_number(1)
    assert found is not None
    found.back_out = ["y" * 300] * 20
    found.content = found.content.model_copy(update={"tests": (PlannedTest(type=TestType.UNIT, text="z" * 300),) * 20})
    records.releases.save(found)


async def long(town: Town) -> None:
    await stories.drafted(town)
    town.write(lambda records: with_steps(records, STEPS))


def drawn(card: Card) -> tuple[str, str]:
    """As Slack and Teams get it, every rule of theirs kept."""
    message, activity = block_kit.message(card, SLACK), adaptive_card.message(card, TEAMS)
    assert block_kit_rules.violations(message) == []
    assert adaptive_card_rules.violations(activity) == []
    return json.dumps(message["blocks"], ensure_ascii=False), json.dumps(activity, ensure_ascii=False)


async def turned(town: Town, answer: Answer, what: str) -> list[Card]:
    """Every page, one after the other, by their buttons."""
    assert answer.card is not None
    pages, shown = [answer.card], int(_firsts(answer.card)[0])
    while after := [each for each in buttons(pages[-1]) if each.label.startswith(what) and _number(each.label) > shown]:
        card = (await town.press("ana", after[0])).card
        assert card is not None
        pages.append(card)
        shown = int(_firsts(card)[0])
    return pages


def _number(label: str) -> int:
    return int(label.split()[1])


def _firsts(card: Card) -> list[int]:
    return [part.first for part in card.parts if isinstance(part, Items) and part.ordered]


@pytest.mark.parametrize("show, what, count", [("plan show", "Step", 200), ("test show", "Test", 59)])
async def test_s3_every_page_of_a_long_plan_is_whole_and_leads_to_the_next(
    town: Town, show: str, what: str, count: int
) -> None:
    await long(town)
    pages = await turned(town, await town.say("ana", f"{show} REL-1"), what)
    rows = [
        line(row.pieces)
        for page in pages
        for part in page.parts
        if isinstance(part, Items) and part.ordered
        for row in part.rows
    ]
    assert len(rows) == count
    for page in pages:
        for platform in drawn(page):
            assert SHORTENED not in platform
    found = town.release()
    wanted = [each.text for each in (found.plan if what == "Step" else found.content.tests)]
    assert all(text in row for text, row in zip(wanted, rows, strict=True))


async def test_s3_where_the_whole_release_is_shown_its_plans_say_how_long_they_are_and_lead_to_the_rest(
    town: Town,
) -> None:
    await long(town)
    answer = await town.say("ana", "show REL-1")
    assert answer.card is not None
    assert "200 steps" in told(answer)
    ways = {each.label: each.say for each in buttons(answer.card)}
    assert ways["The whole plan: 200 steps"] == "plan show REL-1"
    assert ways["The whole test plan: 59 tests"] == "test show REL-1"
    assert ways["The whole back-out plan: 59 steps"] == "backout show REL-1"
    for platform in drawn(answer.card):
        assert SHORTENED not in platform
        assert "The whole plan: 200 steps" in platform


async def test_s3_the_ballot_and_every_other_card_of_it_keep_the_platforms_limits(town: Town) -> None:
    await long(town)
    await town.all(("ana", "submit REL-1"))
    cards = [card_of(posting) for posting in town.postings()]
    assert len(cards) > 3
    for card in cards:
        drawn(card)
    (ballot,) = [each for each in cards if "Approve" in labels(each)][:1]
    assert any(each.say.startswith("show REL-1") for each in buttons(ballot))


async def test_the_longest_back_out_plan_is_shown_whole(town: Town) -> None:
    await long(town)
    answer = await town.say("ana", "backout show REL-1")
    assert answer.card is not None
    for platform in drawn(answer.card):
        assert SHORTENED not in platform


# ---- forms


@pytest.mark.parametrize(
    "line, instead",
    [
        ("plan REL-1 form=yes", "/release plan step, insert, move or strike"),
        ("plan stage REL-1 Full", "/release plan step, insert, move or strike"),
        ("backout REL-1 form=yes", "/release backout REL-1"),
        ("test plan REL-1 form=yes", "/release test edit or strike"),
    ],
)
async def test_a_form_that_could_not_hold_it_is_not_opened_and_says_what_to_do_instead(
    town: Town, line: str, instead: str
) -> None:
    await long(town)
    town.write(with_longer_ones)
    answer = await town.say("ana", line)
    assert answer.form is None
    assert "is longer than a field of a form (3000 characters)" in sentence_of(answer)
    assert instead in sentence_of(answer)


async def test_the_edit_form_leaves_what_it_cannot_hold_as_it_is(town: Town) -> None:
    await long(town)
    before = town.release()
    form = (await town.say("ana", "edit REL-1")).form
    assert form is not None
    assert SHORTENED not in str(block_kit_form.view(form, SLACK))
    await town.fill("ana", form, title="Other")
    after = town.release()
    assert (after.title, after.plan, after.back_out) == ("Other", before.plan, before.back_out)


async def test_signs_that_count_twice_on_slack_count_twice_here(town: Town) -> None:
    """A field of Slack's holds 3,000 UTF-16 units: 1,600 of these would be cut in the form and lost when it's sent."""
    await stories.drafted(town)
    answer = await town.say("ana", f'plan REL-1 lines="{"🙂" * 1600}"')
    assert "takes at most 3000 characters; this has 3200." in sentence_of(answer)
    await town.all(("ana", f'plan REL-1 lines="{"🙂" * 1400}"'), ("ana", f'plan insert REL-1 1 "{"🙂" * 200}"'))
    assert length("\n".join(step.text for step in town.release().plan)) > 3000
    assert (await town.say("ana", "plan REL-1 form=yes")).refused
