"""Change requests: what a release implements, by words, lines, table and form."""

from __future__ import annotations

from datetime import date

import pytest

from messages.line import compose
from storage.content import ChangeKind, ChangeRequest
from storage.terms import State
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town, sentence_of, told

ADD = (
    'change add REL-1 CHG-101 "Refund at once" kind=fix problem=PRB-7 link=https://example.org/chg/101?a=1 '
    'authorised_by="Dana" authorised_on=2026-11-20'
)
WHOLE = ChangeRequest(
    ref="CHG-101",
    title="Refund at once",
    kind=ChangeKind.FIX,
    link="https://example.org/chg/101?a=1",
    problem="PRB-7",
    authorised_by="Dana",
    authorised_on=date(2026, 11, 20),
)


async def test_s1_a_change_request_has_reference_title_kind_link_problem_and_who_authorised_it(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", ADD)
    assert sentence_of(answer) == "REL-1 is at revision 2: change requests changed."
    assert town.release().change_requests == [WHOLE]
    assert town.last().after == {
        "change_requests": [WHOLE.model_dump(mode="json", exclude_defaults=True)],
    }


@pytest.mark.parametrize("kind", ["fix", "enhancement", "requirement", "infrastructure", "service change"])
async def test_s1_what_a_change_request_may_ask_for(town: Town, kind: str) -> None:
    await stories.drafted(town)
    await town.all(("ana", f'change add REL-1 CHG-5 Refunds kind="{kind}"'))
    assert town.release().change_requests == [
        ChangeRequest(ref="CHG-5", title="Refunds", kind=ChangeKind(kind.replace(" ", "_")))
    ]
    assert kind in told(await town.say("st", "change list REL-1"))


async def test_s3_adding_one_to_an_approved_release_makes_a_new_revision_and_voids_the_approval(town: Town) -> None:
    await stories.approved(town)
    answer = await town.say("ana", ADD)
    assert sentence_of(answer).endswith("Its approval is void; submit it again.")
    assert (town.release().state, town.release().revision) == (State.DRAFT, 2)
    assert any("CHG-101 · Refund at once · fix" in each for each in town.heard("cab", "changed:"))


async def test_only_its_owners_define_a_release_and_only_before_it_is_decided(town: Town) -> None:
    await stories.drafted(town)
    assert sentence_of(await town.say("st", ADD)) == "That is for the coordinator (Ana) or the release manager."
    await town.all(("ana", "submit REL-1"))
    refused = await town.say("ana", ADD)
    assert refused.refused
    assert "recall it before you change it" in sentence_of(refused)


async def test_several_lines_at_once(town: Town) -> None:
    await stories.drafted(town)
    lines = "1. CHG-101 Refund at once | fix | authorised by Dana 2026-11-20\n- CHG-102: Night run"
    await town.all(("ana", compose("change", "add", "REL-1", lines=lines)))
    assert [(each.ref, each.title, each.authorised_by) for each in town.release().change_requests] == [
        ("CHG-101", "Refund at once", "Dana"),
        ("CHG-102", "Night run", ""),
    ]


async def test_the_same_again_completes_what_is_there_and_keeps_the_rest(town: Town) -> None:
    await town.all(("ana", "new Refunds changes=CHG-101,CHG-102"), ("ana", ADD))
    await town.all(("ana", 'change add REL-1 chg-101 "Refund within a day"'))
    first, second = town.release().change_requests
    assert first == WHOLE.model_copy(update={"title": "Refund within a day"})
    assert second == ChangeRequest(ref="CHG-102")


async def test_a_line_that_cannot_be_read_is_named_beside_its_field(town: Town) -> None:
    await stories.drafted(town)
    form = (await town.say("ana", "change add REL-1")).form
    answer = await town.fill("ana", form, lines="CHG-1 One\nCHG-2 Two | later")
    assert answer.refused
    assert answer.form is not None
    (wrong,) = [each.error for each in answer.form.fields if each.error]
    assert wrong.startswith("Line 2 (“CHG-2 Two | later”): A kind is one of fix, enhancement,")
    assert town.release().change_requests == []


async def test_who_is_mentioned_as_authoriser_is_written_down_by_name(town: Town) -> None:
    await stories.drafted(town)
    lines = "CHG-2 Two | authorised by @cy 2026-11-20"
    await town.all(
        ("ana", "change add REL-1 CHG-1 authorised_by=@bo"), ("ana", compose("change", "add", "REL-1", lines=lines))
    )
    assert [each.authorised_by for each in town.release().change_requests] == ["Bo", "Cy"]
    assert "I don't know who" in sentence_of(await town.say("ana", "change add REL-1 CHG-3 authorised_by=@who"))


async def test_a_problem_makes_a_fix(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "change add REL-1 CHG-1 problem=PRB-9"))
    assert town.release().change_requests[0].kind is ChangeKind.FIX


REFUSED = {
    "change add REL-1 CHG-1 authorised_on=2026-11-20": "CHG-1 has a day but nobody who authorised it; say authorised_by=.",
    "change add REL-1 CHG-1 authorised_by=Dana authorised_on=2026-12-24": "2026-12-24 lies ahead; CHG-1 isn't authorised then.",
    "change add REL-1 CHG-1 authorised_on=soon": "A day is written like 2026-11-20; “soon” isn't one.",
    "change add REL-1 CHG-1 authorised_by=D authorised_on=0001-01-01": "A day lies between the years 2000 and 2099; “0001-01-01” doesn't.",
    "change add REL-1 CHG-1 link=javascript:alert(1)": "A link begins with https:// and has no spaces; “javascript:alert(1)” doesn't fit.",
    'change add REL-1 "CHG-1, CHG-2"': "A reference is written like CHG-101, in up to 60 signs; “CHG-1, CHG-2” isn't one.",
    "change add REL-1 title=Refunds": "What is the change called? Give its reference, such as CHG-101.",
    "change add REL-1 CHG-1 kind=fun": (
        "Kind is one of fix, enhancement, requirement, infrastructure, service_change; “fun” isn't."
    ),
    "change edit REL-1 CHG-9 title=X": "REL-1 has no change request “CHG-9”.",
    "change edit REL-1 title=X": "REL-1 has several change requests; say which by its reference.",
    "change strike REL-1 CHG-9": "REL-1 has no change request “CHG-9”.",
}


@pytest.mark.parametrize("line", REFUSED)
async def test_what_is_refused_says_what_would_be_right(town: Town, line: str) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", line)
    assert (answer.refused, sentence_of(answer)) == (True, REFUSED[line])
    assert town.release().revision == 1


async def test_edit_keeps_what_is_not_said_and_a_dash_empties(town: Town) -> None:
    await town.all(("ana", "new Refunds"), ("ana", ADD))
    await town.all(("ana", "change edit REL-1 CHG-101 kind=requirement authorised_by=- link=-"))
    assert town.release().change_requests == [
        ChangeRequest(ref="CHG-101", title="Refund at once", kind=ChangeKind.REQUIREMENT, problem="PRB-7")
    ]


async def test_edit_without_words_opens_the_form_with_what_stands(town: Town) -> None:
    await town.all(("ana", "new Refunds"), ("ana", ADD))
    form = (await town.say("ana", "change edit REL-1 CHG-101")).form
    assert form is not None
    assert {each.name: each.value for each in form.fields}["authorised_on"] == "2026-11-20"
    same = await town.fill("ana", form)
    assert sentence_of(same) == "Nothing is different, so REL-1 stays as it is."
    assert not (await town.fill("ana", form, title="Refund within a day")).refused
    assert town.release().change_requests == [WHOLE.model_copy(update={"title": "Refund within a day"})]


async def test_strike(town: Town) -> None:
    await town.all(("ana", "new Refunds changes=CHG-1,CHG-2"), ("ana", "change strike REL-1 chg-1"))
    assert [each.ref for each in town.release().change_requests] == ["CHG-2"]


async def test_references_alone_by_new_and_edit_keep_the_rest_of_what_is_recorded(town: Town) -> None:
    await town.all(("ana", "new Refunds"), ("ana", ADD), ("ana", "edit REL-1 changes=CHG-102,CHG-101"))
    assert town.release().change_requests == [ChangeRequest(ref="CHG-102"), WHOLE]


async def test_a_long_list_is_paged_and_show_has_a_way_to_all(town: Town) -> None:
    lines = "\n".join(f"CHG-{number} Change {number}" for number in range(1, 46))
    await town.all(("ana", "new Refunds"), ("ana", compose("change", "add", "REL-1", lines=lines)))
    shown = await town.say("st", "show REL-1")
    assert "… and 40 more" in told(shown)
    answer = await town.press(
        "st", next(each for each in buttons(shown.card) if each.label == "Change requests: all 45")
    )
    seen = told(answer)
    while "More" in labels(answer.card):
        answer = await town.press("st", next(each for each in buttons(answer.card) if each.label == "More"))
        seen += told(answer)
    assert all(f"CHG-{number} Change {number}" in seen for number in range(1, 46))
    assert "41 to 45 of 45" in seen


async def test_so_many_that_edit_could_not_show_them_are_refused(town: Town) -> None:
    await town.all(("ana", "new Refunds"))
    for start in (0, 100):
        lines = "\n".join(f"C{number}" for number in range(start, start + 100))
        await town.all(("ana", compose("change", "add", "REL-1", lines=lines)))
    assert "at most 200 change requests; this would make 201" in sentence_of(
        await town.say("ana", "change add REL-1 C-1")
    )
    assert (await town.say("ana", "edit REL-1 form=yes")).form is not None


async def test_references_that_are_too_long_together_are_told_as_such(town: Town) -> None:
    await town.all(("ana", "new Refunds"))
    first, more = ("\n".join(f"C{number:0>49}" for number in range(at, at + 30)) for at in (0, 30))
    await town.all(("ana", compose("change", "add", "REL-1", lines=first)))
    answer = await town.say("ana", compose("change", "add", "REL-1", lines=more))
    assert "fit into 3000 characters; these would need 3118" in sentence_of(answer)
    assert len(town.release().change_requests) == 30


async def test_what_nobody_authorised_says_so(town: Town) -> None:
    await town.all(("ana", "new Refunds"), ("ana", ADD), ("ana", "change add REL-1 CHG-2"))
    text = told(await town.say("st", "change list REL-1"))
    assert "CHG-101 Refund at once · fix · ends PRB-7 · authorised by Dana on 2026-11-20 · https://example.org" in text
    assert "CHG-2 · not authorised yet" in text
    assert text.count("not authorised yet") == 1
