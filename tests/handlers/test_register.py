"""The risk register of a release."""

from __future__ import annotations

import pytest

from messages.line import compose
from storage.evidence import RiskItem, RiskKind, RiskStatus
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town, sentence_of, told

ADD = 'register add REL-1 "The queue may be full" priority=2 owner=@st mitigation="Drain it first"'


def entries(town: Town) -> list[RiskItem]:
    release = town.release()
    return town.look(lambda records: records.evidence.risks.of(release.id))


async def test_s6_an_entry_has_kind_priority_owner_mitigation_and_status(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", ADD)
    assert sentence_of(answer) == "Risk #1 of REL-1 (priority 2, open): The queue may be full"
    (made,) = entries(town)
    assert (made.number, made.kind, made.priority, made.status) == (1, RiskKind.RISK, 2, RiskStatus.OPEN)
    assert (made.owner_id, made.mitigation) == (town.people["st"], "Drain it first")
    assert "Risk #1 of REL-1 (priority 2, open): The queue may be full" in town.heard("st")[0]
    assert town.last().after["owner"] == "St"


async def test_s3_the_register_touches_no_revision_and_no_approval(town: Town) -> None:
    await stories.approved(town)
    before = town.release()
    await town.all(("ana", ADD), ("ana", "register edit REL-1 1 priority=1"), ("ana", "register close REL-1 1"))
    assert town.release() == before


async def test_numbers_go_on_whatever_was_closed(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", ADD), ("ana", "register close REL-1 1"), ("ana", ADD))
    assert [each.number for each in entries(town)] == [1, 2]


async def test_who_has_a_part_adds_and_the_coordinator_hears_it(town: Town) -> None:
    await stories.drafted(town)
    assert (await town.say("bo", "register add REL-1 Odd")).refused
    await town.all(("ana", "application add REL-1 @bo"), ("bo", "register add REL-1 Odd kind=issue"))
    assert entries(town)[0].owner_id == town.people["bo"]
    assert "Issue #1 of REL-1 (priority 3, open): Odd" in town.heard("ana")[-1]
    await town.all(("ana", "stakeholder add REL-1 @eve"), ("eve", "register add REL-1 Too"))


async def test_its_owner_changes_and_closes_it_and_nobody_else_without_a_part(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", ADD))
    assert (await town.say("bo", "register close REL-1 1")).refused
    await town.all(
        ("st", "register edit REL-1 1 priority=1"), ("st", "register close REL-1 1 status=mitigated Drained")
    )
    (entry,) = entries(town)
    assert (entry.priority, entry.status) == (1, RiskStatus.MITIGATED)
    assert (town.last().before["status"], town.last().after["status"], town.last().why) == (
        "open",
        "mitigated",
        "Drained",
    )
    assert "Drained" in town.heard("ana")[-1]


async def test_a_new_owner_hears_of_it(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", ADD), ("ana", "register edit REL-1 1 owner=@bo"))
    assert "Yours to look after" in town.heard("bo")[0]


async def test_edit_without_words_opens_the_form_with_what_stands(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", ADD))
    form = (await town.say("ana", "register edit REL-1 1")).form
    assert sentence_of(await town.fill("ana", form)) == "Nothing is different, so #1 stays as it is."
    await town.fill("ana", form, words="It is full", kind="issue")
    assert (entries(town)[0].words, entries(town)[0].kind, entries(town)[0].priority) == (
        "It is full",
        RiskKind.ISSUE,
        2,
    )


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("register close REL-1 9", "The register of REL-1 has no #9."),
        ("register add REL-1 Odd priority=7", "Priority is one of 1, 2, 3, 4; “7” isn't."),
        ("register close REL-1 1 status=open", "How it ended is one of closed, mitigated, accepted; “open” isn't."),
    ],
)
async def test_what_is_refused_says_what_would_be_right(town: Town, line: str, sentence: str) -> None:
    await stories.drafted(town)
    await town.all(("ana", ADD))
    assert sentence_of(await town.say("ana", line)) == sentence


async def test_the_list_is_paged_open_and_urgent_ones_first_and_show_leads_to_it(town: Town) -> None:
    await stories.drafted(town)
    for number in range(1, 24):
        await town.all(
            ("ana", compose("register", "add", "REL-1", f"Thing {number}", priority=1 if number == 20 else 3))
        )
    await town.all(("ana", "register close REL-1 20 status=accepted"), ("ana", "register edit REL-1 21 priority=1"))
    shown = await town.say("eve", "show REL-1")
    answer = await town.press(
        "eve", next(each for each in buttons(shown.card) if each.label == "Risk register: all 23")
    )
    first = told(answer)
    assert first.index("Thing 21") < first.index("Thing 1 ")
    assert "Thing 20" not in first
    assert labels(answer.card)[0] == "More"
    while "More" in labels(answer.card):
        answer = await town.press("eve", next(each for each in buttons(answer.card) if each.label == "More"))
    assert "Thing 20" in told(answer)


async def test_a_closed_record_takes_no_more(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "cancel REL-1 no"))
    assert sentence_of(await town.say("ana", ADD)) == "REL-1 is cancelled; its record stays as it is."
