"""The menu beside each row of a list: change, strike, move; never the wrong row, and the list as it is then."""

from __future__ import annotations

import pytest

from bot.sentence import Answer
from messages import plain_text
from messages.card import Tone
from storage.content import ChangeKind, ChangeRequest, Medium
from tests.handlers import stories
from tests.handlers.buttons import act, buttons, labels, menus
from tests.handlers.plans import texts, write
from tests.handlers.town import Town, sentence_of, told

A = "ab" * 32
URI = "oci://registry.example/payments"


async def filled(town: Town) -> None:
    """REL-1 with two of everything."""
    await stories.drafted(town)
    await town.all(
        ("ana", 'change add REL-1 lines="CHG-1 Refund | fix\nCHG-2 Invoice"'),
        ("ana", f"media add REL-1 {URI}:1 licence=MIT"),
        ("ana", f"media add REL-1 {URI}:2 sha256={A}"),
        ("ana", 'test plan REL-1 lines="functional: refunds\nregression: checkout"'),
        ("ana", 'register add REL-1 "The queue may be full"'),
        ("ana", 'register add REL-1 "Nobody is there" owner=@st'),
    )


async def press(town: Town, answer: Answer, row: int, label: str, who: str = "ana") -> Answer:
    return await town.press(who, act(answer.card, row, label))


def left(town: Town) -> dict[str, list[str]]:
    found = town.release()
    return {
        "plan show": texts(town),
        "change list": [each.ref for each in found.change_requests],
        "media list": [each.uri for each in found.content.media],
        "test show": [each.text for each in found.content.tests],
    }


LISTS = ("plan show", "change list", "media list", "test show")


# ---- strike


@pytest.mark.parametrize("listed", LISTS)
async def test_strike_asks_first_then_shows_the_list_without_it(town: Town, listed: str) -> None:
    await filled(town)
    before = left(town)[listed]
    asked = await press(town, await town.say("ana", f"{listed} REL-1"), 2, "Strike")
    assert asked.card is not None
    assert (asked.card.tone, left(town)[listed]) == (Tone.WARNING, before)
    assert before[1] in told(asked)
    assert labels(asked.card) == ["Strike it", "Keep it"]
    strike, keep = buttons(asked.card)
    assert before[1] in told(await town.press("ana", keep))
    answer = await town.press("ana", strike)
    assert left(town)[listed] == [*before[:1], *before[2:]]
    assert sentence_of(answer).startswith("REL-1 is at revision ")
    assert before[0] in told(answer)
    assert len([each for each in menus(answer.card) if each]) == len(before) - 1


@pytest.mark.parametrize("listed", LISTS)
async def test_an_act_on_an_outdated_list_strikes_nothing_and_shows_the_fresh_one(town: Town, listed: str) -> None:
    await filled(town)
    shown = await town.say("ana", f"{listed} REL-1")
    strike = next(buttons((await press(town, shown, 1, "Strike")).card))
    await town.press("ana", strike)
    before = left(town)
    for outdated in (strike, act(shown.card, 1, "Strike"), act(shown.card, 1, "Change")):
        answer = await town.press("ana", outdated)
        assert answer.refused
        assert "has changed since that list was shown" in sentence_of(answer)
        assert left(town) == before
        assert before[listed][0] in told(answer)
        await press(town, answer, 1, "Strike")  # the list below the refusal is the fresh one
    assert town.last().outcome.value == "refused"


async def test_the_refusal_says_what_stands_there_now(town: Town) -> None:
    await write(town)
    shown = await town.say("ana", "plan show REL-1")
    await town.all(("rm", "plan strike REL-1 3"))
    answer = await press(town, shown, 3, "Strike")
    assert sentence_of(answer) == (
        "REL-1 has changed since that list was shown (revision 3 now), so nothing was done; step 3 is now "
        "“kubectl get pods | grep pay | 5 min”. This is how it stands:"
    )
    assert "there is no step 4 any more" in sentence_of(await press(town, shown, 4, "Change"))


async def test_a_form_that_was_open_meanwhile_changes_no_other_row(town: Town) -> None:
    await write(town)
    form = (await press(town, await town.say("ana", "plan show REL-1"), 1, "Change")).form
    await town.all(("rm", "plan strike REL-1 1"))
    before = texts(town)
    answer = await town.fill("ana", form, text="Another")
    assert "step 1 is now “Deploy to one node | 20 min”" in sentence_of(answer)
    assert (texts(town), answer.again is not None) == (before, True)


async def test_what_is_typed_needs_no_revision(town: Town) -> None:
    await filled(town)
    await town.all(
        ("ana", "plan strike REL-1 1"), ("ana", "media strike REL-1 1"), ("ana", f"media strike REL-1 {URI}:2"),
        ("ana", "test strike REL-1 2"), ("ana", "change strike REL-1 chg-1"),
    )  # fmt: skip
    assert left(town) == {
        "plan show": ["deploy", "check"], "change list": ["CHG-2"], "media list": [], "test show": ["refunds"],
    }  # fmt: skip


# ---- change


async def test_a_form_for_each_row_is_filled_in_with_it(town: Town) -> None:
    await filled(town)
    for listed, about, words in (
        ("plan show", "Step 2", {"text": "deploy", "owner": "", "minutes": "", "check": ""}),
        ("change list", "CHG-2", {"title": "Invoice", "kind": "enhancement"}),
        ("media list", "Artifact 2", {"uri": f"{URI}:2", "sha256": A, "licence": ""}),
        ("test show", "Test 2", {"type": "regression", "text": "checkout"}),
        ("register list", "Number 2", {"words": "Nobody is there", "priority": "3", "kind": "risk"}),
    ):
        form = (await press(town, await town.say("ana", f"{listed} REL-1"), 2, "Change")).form
        assert form is not None, listed
        assert plain_text.line(form.intro) == f"REL-1 · {about}"
        values = {field.name: field.value for field in form.fields}
        assert words.items() <= values.items()
        assert "release" not in values
        assert "revision" not in values


@pytest.mark.parametrize(
    "listed, said, shown",
    [
        ("plan show", {"text": "Deploy slowly", "minutes": "1 h 30"}, "2. Deploy slowly | 90 min"),
        ("change list", {"title": "Invoices"}, "CHG-2 Invoices · enhancement"),
        ("media list", {"licence": "MIT"}, f"2. {URI}:2 · SHA-256 {A} · licence MIT"),
        ("test show", {"type": "unit"}, "2. unit: checkout"),
    ],
)
async def test_the_form_is_answered_with_the_list_as_it_is_then(
    town: Town, listed: str, said: dict[str, str], shown: str
) -> None:
    await filled(town)
    form = (await press(town, await town.say("ana", f"{listed} REL-1"), 2, "Change")).form
    answer = await town.fill("ana", form, **said)
    assert sentence_of(answer).startswith("REL-1 is at revision ")
    assert shown in told(answer)
    again = (await press(town, answer, 2, "Change")).form
    assert again is not None


async def test_what_is_emptied_in_the_form_of_a_row_is_emptied(town: Town) -> None:
    await filled(town)
    await town.all(("ana", "change edit REL-1 CHG-2 problem=PRB-7 authorised_by=Dana authorised_on=2026-11-20"))
    form = (await press(town, await town.say("ana", "change list REL-1"), 2, "Change")).form
    await town.fill("ana", form, problem="", authorised_by="", authorised_on="")
    assert town.release().change_requests[1] == ChangeRequest(ref="CHG-2", title="Invoice", kind=ChangeKind.FIX)
    form = (await press(town, await town.say("ana", "media list REL-1"), 1, "Change")).form
    await town.fill("ana", form, licence="")
    assert town.release().content.media[0] == Medium(uri=f"{URI}:1")


async def test_a_step_is_inserted_and_moved_from_its_menu(town: Town) -> None:
    await filled(town)
    shown = await town.say("ana", "plan show REL-1")
    form = (await press(town, shown, 2, "Insert before it")).form
    assert form is not None
    assert [field.name for field in form.fields] == ["lines"]
    answer = await town.fill("ana", form, lines="warn | 5 min")
    assert texts(town) == ["drain", "warn", "deploy", "check"]
    form = (await press(town, answer, 4, "Move")).form
    assert form is not None
    assert [field.name for field in form.fields] == ["to"]
    answer = await town.fill("ana", form, to="1")
    assert texts(town) == ["check", "drain", "warn", "deploy"]
    assert "1. check\n2. drain" in told(answer)


async def test_an_entry_of_the_register_is_closed_from_its_menu(town: Town) -> None:
    await filled(town)
    form = (await press(town, await town.say("st", "register list REL-1"), 2, "Close", "st")).form
    answer = await town.fill("st", form, status="accepted")
    assert "accepted" in sentence_of(answer)


# ---- who sees a menu


@pytest.mark.parametrize("listed", LISTS)
async def test_who_may_not_change_it_sees_no_menu(town: Town, listed: str) -> None:
    await filled(town)
    shown = await town.say("ana", f"{listed} REL-1")
    assert all(menus((await town.say("st", f"{listed} REL-1")).card)) is False
    assert not any(menus((await town.say("st", f"{listed} REL-1")).card))
    assert (await press(town, shown, 1, "Strike", "st")).refused


async def test_of_the_register_one_sees_the_menu_of_ones_own_entries(town: Town) -> None:
    await filled(town)
    assert [bool(each) for each in menus((await town.say("st", "register list REL-1")).card)] == [False, True]
    assert all(menus((await town.say("ana", "register list REL-1")).card))


async def test_a_strike_that_voids_the_approval_says_so(town: Town) -> None:
    await stories.approved(town)
    shown = await town.say("ana", "plan show REL-1")
    assert "This voids the approval." in told(await press(town, shown, 1, "Strike"))
    assert act(shown.card, 1, "Change (voids the approval)").say.endswith("form=yes")


# ---- what can't be


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("media strike REL-1 3", "REL-1 has no artifact “3”."),
        ("media edit REL-1 s3://no/x licence=MIT", "REL-1 has no artifact “s3://no/x”."),
        (f"media edit REL-1 1 uri={URI}:2", f"REL-1 has an artifact “{URI}:2” already; strike one of them."),
        ("test edit REL-1 3 text=x", "The test plan of REL-1 has tests 1 to 2; there is no test 3."),
        ("test strike REL-1 3", "The test plan of REL-1 has tests 1 to 2; there is no test 3."),
        ("test edit REL-1 1 text=refunds", "Nothing is different, so REL-1 stays as it is."),
        (
            'test edit REL-1 1 text="x; unit: y"',
            "A number, a bullet or a semicolon sets tests apart; write it without.",
        ),
    ],
)
async def test_what_cannot_be(town: Town, line: str, sentence: str) -> None:
    await filled(town)
    before = left(town)
    assert sentence_of(await town.say("ana", line)) == sentence
    assert left(town) == before
