"""The plan step by step: inserted, moved, struck, changed; and whose the steps are."""

from __future__ import annotations

import pytest

from storage.content import PlanStep
from tests.handlers import stories
from tests.handlers.plans import TEXT, renamed, texts, write
from tests.handlers.town import Town, sentence_of


@pytest.mark.parametrize(
    "line, after",
    [
        ('plan insert REL-1 2 "warn | 5 min"', ["drain", "warn", "deploy", "check"]),
        ("plan insert REL-1 1 look at it", ["look at it", "drain", "deploy", "check"]),
        ('plan insert REL-1 end "warn; tell"', ["drain", "deploy", "check", "warn", "tell"]),
        ("plan insert REL-1 4 warn", ["drain", "deploy", "check", "warn"]),
        ("plan move REL-1 3 1", ["check", "drain", "deploy"]),
        ("plan move REL-1 1 3", ["deploy", "check", "drain"]),
        ("plan strike REL-1 2", ["drain", "check"]),
        ("plan step REL-1 2 text=install", ["drain", "install", "check"]),
    ],
)
async def test_insert_move_strike_step(town: Town, line: str, after: list[str]) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", line)
    assert sentence_of(answer) == "REL-1 is at revision 2: deployment plan changed."
    assert texts(town) == after


async def test_an_inserted_or_moved_step_goes_into_the_stage_of_its_place(town: Town) -> None:
    await write(town)
    await town.all(("ana", "plan insert REL-1 3 warn"), ("ana", "plan move REL-1 1 5"))
    assert [(step.text, step.stage) for step in town.release().plan] == [
        ("Deploy to one node", "Pilot"), ("warn", "Full"), ("Deploy to the rest", "Full"),
        ("kubectl get pods | grep pay", "Full"), ("Drain the queue", "Full"),
    ]  # fmt: skip


async def test_details_of_a_step_are_said_one_by_one_and_the_rest_stays(town: Town) -> None:
    await write(town)
    await town.all(("ana", "plan step REL-1 1 minutes=15"), ("ana", "plan step REL-1 2 owner=@bo check='it answers'"))
    first, second, *_ = town.release().plan
    assert (first.text, first.owner_name, first.minutes, first.verify) == ("Drain the queue", "Ana", 15, "depth is 0")
    assert (second.owner, second.minutes) == (town.people["bo"], 20)
    await town.all(("ana", "plan step REL-1 1 owner=none minutes=none check=-"))
    assert town.release().plan[0] == PlanStep(text="Drain the queue", stage="Pilot")


async def test_the_form_of_a_step_begins_with_what_stands_and_empties_what_is_emptied(town: Town) -> None:
    await write(town)
    form = (await town.say("ana", "plan step REL-1 1")).form
    assert form is not None
    assert {field.name: field.value for field in form.fields} == {
        "text": "Drain the queue", "owner": "Ana", "minutes": "10", "check": "depth is 0",
    }  # fmt: skip
    await town.fill("ana", form, owner="", check="")
    assert town.release().plan[0] == PlanStep(text="Drain the queue", stage="Pilot", minutes=10)


async def test_a_form_asks_first_which_step_it_is_about(town: Town) -> None:
    await write(town)
    form = (await town.say("ana", "plan step form=yes")).form
    form = (await town.fill("ana", form, release="REL-1", number="1")).form
    await town.fill("ana", form, minutes="12")
    step = town.release().plan[0]
    assert (step.owner_name, step.minutes, step.verify) == ("Ana", 12, "depth is 0")


async def test_the_steps_of_one_stage(town: Town) -> None:
    await write(town)
    form = (await town.say("ana", "plan stage REL-1 full")).form
    assert form is not None
    assert [field.value for field in form.fields] == ["Deploy to the rest | @Bo\nkubectl get pods | grep pay | 5 min"]
    await town.fill("ana", form, lines="Deploy everywhere | @Bo")
    assert [(step.text, step.stage) for step in town.release().plan] == [
        ("Drain the queue", "Pilot"), ("Deploy to one node", "Pilot"), ("Deploy everywhere", "Full"),
    ]  # fmt: skip


# ---- whose they are


async def test_an_owner_who_was_renamed_stays_the_same_person(town: Town) -> None:
    await write(town)
    renamed(town, "ana", "Ana Smith")
    form = (await town.say("ana", "plan REL-1 form=yes")).form
    await town.fill("ana", form, lines=TEXT.replace("20 min", "25 min"))
    assert town.release().plan[0].owner == town.people["ana"]


@pytest.mark.parametrize("name, shown", [("Ana | Bo", "Ana / Bo"), ("@Ana <x>; y", "Ana x y"), ("<>", "person ")])
async def test_a_name_with_signs_of_the_grammar_is_written_without_them(town: Town, name: str, shown: str) -> None:
    await stories.drafted(town)
    renamed(town, "bo", name)
    await town.all(("ana", 'plan REL-1 lines="drain | @bo | 5 min"'))
    (step,) = town.release().plan
    assert (step.owner, step.owner_name.startswith(shown), step.minutes) == (town.people["bo"], True, 5)
    form = (await town.say("ana", "plan REL-1 form=yes")).form
    assert sentence_of(await town.fill("ana", form)) == "Nothing is different, so REL-1 stays as it is."


@pytest.mark.parametrize("word", ["<@bo>", "<@bo|Bo>", "@Bo", "owner: bo", "owner: Bo"])
async def test_an_owner_is_named_by_mention_handle_or_full_name(town: Town, word: str) -> None:
    await stories.drafted(town)
    await town.all(("ana", f'plan insert REL-1 1 "warn | {word}"'))
    assert town.release().plan[0].owner == town.people["bo"]


async def test_a_mention_ends_a_step_as_its_owner_and_inside_it_is_a_name(town: Town) -> None:
    await stories.drafted(town)
    await town.all(
        ("ana", "plan REL-1\n1. Ask <@bo|bo> whether <@cy> sleeps <@dee>\n2. Wait | check: <@bo> says so"),
        ("ana", "plan step REL-1 2 text='Wait for <@cy>'".replace("'", '"')),
    )
    first, second = town.release().plan
    assert (first.text, first.owner) == ("Ask @Bo whether @Cy sleeps", town.people["dee"])
    assert (second.text, second.owner, second.verify) == ("Wait for @Cy", 0, "@Bo says so")
    await town.all(("ana", "plan insert REL-1 end Look at <@nobody> there"))
    assert texts(town)[-1] == "Look at @nobody there"


async def test_two_of_the_same_name_stay_who_they_are_in_the_form(town: Town) -> None:
    await stories.drafted(town)
    renamed(town, "bo", "Kim")
    renamed(town, "cy", "Kim")
    await town.all(("ana", 'plan REL-1 lines="drain | <@bo>; deploy | <@cy>; look"'))
    form = (await town.say("ana", "plan REL-1 form=yes")).form
    await town.fill("ana", form, lines="drain | @Kim | 5 min\ndeploy | @Kim\nlook")
    bo, cy = town.people["bo"], town.people["cy"]
    assert [step.owner for step in town.release().plan] == [bo, cy, 0]
    form = (await town.say("ana", "plan REL-1 form=yes")).form
    answer = await town.fill("ana", form, lines="drain | @Kim\ndeploy | @Kim\nlook | @Kim")
    assert answer.form is not None
    assert [field.error for field in answer.form.fields] == [
        "Step 3: 2 people are called “Kim”; mention the one you mean, or write their e-mail."
    ]
