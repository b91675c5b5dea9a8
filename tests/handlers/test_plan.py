"""The deployment plan in chat: written as lines, shown numbered, changed step by step."""

from __future__ import annotations

import pytest

from storage.content import PlanStep
from storage.terms import BallotState, State
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.plans import TEXT, texts, write
from tests.handlers.town import Town, sentence_of, told


async def test_s3_lines_become_stages_of_steps_with_owner_minutes_and_check(town: Town) -> None:
    await stories.drafted(town)
    typed = (
        "Pilot:\n1. Drain the queue | @ana | 10 min | check: depth is 0\n2. Deploy to one node | 20m\n"
        "full:\n- Deploy to the rest | owner: Bo\n- kubectl get pods | grep pay | 5 min"
    )
    answer = await town.say("ana", f'plan REL-1 lines="{typed}"')
    assert sentence_of(answer) == "REL-1 is at revision 2: deployment plan changed."
    ana, bo = town.people["ana"], town.people["bo"]
    assert town.release().plan == [
        PlanStep(text="Drain the queue", stage="Pilot", owner=ana, owner_name="Ana", minutes=10, verify="depth is 0"),
        PlanStep(text="Deploy to one node", stage="Pilot", minutes=20),
        PlanStep(text="Deploy to the rest", stage="Full", owner=bo, owner_name="Bo"),
        PlanStep(text="kubectl get pods | grep pay", stage="Full", minutes=5),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "plan REL-1\n{}",
        "plan REL-1   \r\n{}",
        "plan insert REL-1 1\n{}",
        "plan insert REL-1 end\n\n{}\n",
        "plan REL-1\n```\n{}```",
        "plan stage REL-1 Pilot\n{}",
    ],
)
async def test_lines_are_typed_or_pasted_below_the_command_as_they_stand(town: Town, line: str) -> None:
    await town.all(("ana", "new Refunds service=payments"))
    pasted = 'Pilot:\n1. Say "go" to the desk | @bo\n2. Set env=prod; look | 10\u00a0min | check: it’s “up”\u200b\n'
    words = pasted.removeprefix("Pilot:\n") if "stage" in line else pasted
    await town.all(("ana", line.format(words)))
    assert town.release().plan == [
        PlanStep(text='Say "go" to the desk', stage="Pilot", owner=town.people["bo"], owner_name="Bo"),
        PlanStep(text="Set env=prod; look", stage="Pilot", minutes=10, verify="it’s “up”"),
    ]


async def test_what_is_said_in_the_commands_own_line_is_no_plan(town: Town) -> None:
    await stories.drafted(town)
    for line in ("plan REL-1 please", "plan REL-1 please\n1. x", "plan REL-1\npage=2\nx"):
        assert (await town.say("ana", line)).refused, line
    assert texts(town) == ["drain", "deploy", "check"]
    await town.all(("ana", "plan REL-1 1. drain\n2. deploy\n3. look"))  # the first of them is a line of the list
    assert texts(town) == ["drain", "deploy", "look"]
    await town.all(("ana", "plan strike REL-1 3"), ("ana", "plan insert REL-1 3 check"))
    await town.all(("ana", "plan insert REL-1 1 warn\n- tell\n- wait"))
    assert texts(town) == ["warn", "tell", "wait", "drain", "deploy", "check"]


async def test_the_other_plans_take_lines_below_the_command_too(town: Town) -> None:
    await stories.drafted(town)
    await town.all(
        ("ana", "backout REL-1 minutes=20\n1. switch back\n2. redeploy 2.3.9; look"),
        ("ana", "test plan REL-1\nfunctional: refunds\nunit: all"),
        ("ana", "change add REL-1\nCHG-1 Refund | fix\nCHG-2 Invoice"),
    )
    found = town.release()
    assert (found.back_out, found.content.back_out_minutes) == (["switch back", "redeploy 2.3.9; look"], 20)
    assert [each.text for each in found.content.tests] == ["refunds", "all"]
    assert [each.ref for each in found.change_requests] == ["CHG-1", "CHG-2"]


async def test_a_page_that_is_copied_and_pasted_back_changes_nothing(town: Town) -> None:
    await write(town)
    shown = told(await town.say("ana", "plan show REL-1")).split("\n\n", 2)[2].partition("\n\nChange the plan")[0]
    assert shown.startswith("PILOT · 2 STEPS")
    answer = await town.say("ana", f"plan REL-1\n{shown}")
    assert sentence_of(answer) == "Nothing is different, so REL-1 stays as it is."


async def test_it_is_shown_numbered_over_all_stages_with_the_sum_of_minutes(town: Town) -> None:
    await write(town)
    for who, line in (("ana", "plan REL-1"), ("st", "plan show REL-1")):
        text = told(await town.say(who, line))
        assert "4 steps, 35 min together and 1 step without a time" in text
        assert "PILOT · 2 STEPS · 30 MIN\n1. Drain the queue | @Ana | 10 min | check: depth is 0" in text
        assert "FULL · 2 STEPS · 5 MIN\n3. Deploy to the rest | @Bo\n4. kubectl get pods | grep pay | 5 min" in text


async def test_the_form_gives_exactly_the_same_text_back(town: Town) -> None:
    await write(town)
    for who, line in (("ana", "plan REL-1 form=yes"), ("rm", "edit REL-1")):
        form = (await town.say(who, line)).form
        assert form is not None
        values = {field.name: field.value for field in form.fields}
        assert values.get("lines", values.get("plan")) == TEXT
        assert sentence_of(await town.fill(who, form)) == "Nothing is different, so REL-1 stays as it is."


async def test_the_edit_form_loses_nothing_of_a_plan(town: Town) -> None:
    await write(town)
    before = town.release().plan
    form = (await town.say("ana", "edit REL-1")).form
    await town.fill("ana", form, title="Other", plan=TEXT.replace("20 min", "25 min"))
    after = town.release().plan
    assert (after[1].minutes, [after[0], *after[2:]]) == (25, [before[0], *before[2:]])


async def test_new_takes_the_same_lines(town: Town) -> None:
    await town.all(("ana", 'new Faster service=payments plan="[Pilot]\ndrain | @bo\n[Full]\ndeploy | 1 h"'))
    found = town.release().plan
    assert [(step.stage, step.owner_name, step.minutes) for step in found] == [("Pilot", "Bo", 0), ("Full", "", 60)]


async def test_an_emergency_takes_them_too(town: Town) -> None:
    await town.all(("oc", 'emergency Stop service=web reason=x backout=y plan="restart | 5 min; look | @oc"'))
    assert [(step.text, step.minutes, step.owner_name) for step in town.release().plan] == [
        ("restart", 5, ""), ("look", 0, "Oc"),
    ]  # fmt: skip


# ---- long plans

LONG = [PlanStep(text=f"step {number} {'x' * 80}", stage="Pilot" if number < 20 else "Full") for number in range(1, 61)]


async def lengthened(town: Town) -> None:
    await stories.drafted(town)
    for at in range(0, 60, 20):
        lines = "\n".join(step.text for step in LONG[at : at + 20])
        await town.all(("ana", f'plan insert REL-1 end "[{LONG[at + 19].stage}]\n{lines}"'))


async def test_a_long_plan_is_paged_and_never_cut(town: Town) -> None:
    await lengthened(town)
    seen, answer = "", await town.say("st", "plan show REL-1")
    for _ in range(9):
        seen += told(answer)
        after = [each for each in buttons(answer.card) if each.label.startswith("Steps")]
        if not after or (len(after) == 1 and seen.count("together") + seen.count("these are") > 1):
            break
        answer = await town.press("st", after[-1])
    assert all(f"{number}. {step.text}" in seen for number, step in enumerate(town.release().plan, 1))
    assert len(town.release().plan) == 63


async def test_a_plan_too_long_for_a_form_is_changed_stage_by_stage(town: Town) -> None:
    await lengthened(town)
    answer = await town.say("ana", "plan REL-1 form=yes")
    assert "longer than a field of a form (3000 characters)" in sentence_of(answer)
    assert labels(answer.card) == ["Change Pilot", "Change Full"]
    form = (await town.press("ana", next(buttons((await town.say("ana", "plan REL-1")).card)))).form
    assert form is None  # the first button turns the page


async def test_the_edit_form_leaves_a_plan_alone_that_it_cannot_hold(town: Town) -> None:
    await lengthened(town)
    before = town.release().plan
    form = (await town.say("ana", "edit REL-1")).form
    assert form is not None
    (field,) = [each for each in form.fields if each.name == "plan"]
    assert field.value.startswith("(This plan is longer than the field.")
    await town.fill("ana", form, title="Other")
    assert (town.release().title, town.release().plan) == ("Other", before)
    form = (await town.say("ana", "edit REL-1")).form
    answer = await town.fill("ana", form, plan=f"{field.value}\nand this")
    assert answer.refused
    assert town.release().plan == before


async def test_there_is_an_end_to_it(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", f'plan insert REL-1 1 "{"x;" * 197}"'))
    answer = await town.say("ana", "plan insert REL-1 1 more")
    assert sentence_of(answer) == "A plan has at most 200 steps; this would make 201."


# ---- what it means for the approval


async def test_s3_a_change_to_the_deployment_plan_makes_a_new_revision_and_voids_the_approval(town: Town) -> None:
    await stories.approved(town)
    answer = await town.say("ana", "plan step REL-1 1 minutes=15")
    assert sentence_of(answer) == (
        "REL-1 is at revision 2: deployment plan changed. Its approval is void; submit it again."
    )
    assert (town.release().state, town.ballot().state) == (State.DRAFT, BallotState.VOID)
    assert "drain · 15 min" in town.heard("cab")[-1]


async def test_the_trail_keeps_the_steps_that_went_and_came(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "plan strike REL-1 2"))
    entry = town.last()
    assert (entry.command, entry.subject) == ("plan strike", "REL-1")
    assert (len(entry.before["plan"]), len(entry.after["plan"])) == (3, 2)


async def test_s4_while_deploying_the_plan_stands_and_stages_go_on(town: Town) -> None:
    await write(town)
    before = town.release().plan
    await town.all(("ana", "submit REL-1"), ("bo", "approve REL-1"), ("cy", "approve REL-1"))
    await town.later(hours=33)
    started = told(await town.say("ana", "start REL-1"))
    assert "PILOT · 2 STEPS · 30 MIN\n1. Drain the queue" in started
    assert "Deploy to the rest" not in started
    assert "FULL · 2 STEPS · 5 MIN\n3. Deploy to the rest" in told(await town.say("ana", "step REL-1"))
    await town.all(("ana", "complete REL-1"))
    assert (town.release().plan, town.release().state) == (before, State.DEPLOYED)
    assert "PILOT · 2 STEPS" in told(await town.say("ana", "plan show REL-1"))


# ---- refusals


@pytest.mark.parametrize(
    "line, sentence",
    [
        ('plan REL-1 lines="[Piolt]\ndrain"',
         "REL-1 has no stage “Piolt”; its stages are Pilot, Full. Correct the name, or add the stage: /release edit REL-1 "
         'stages="Pilot, Full, Piolt". A step that ends in a colon needs a bar behind it: “Piolt: |”.'),
        ('plan REL-1 lines="drain\ndeploy | @nobody"',
         "Step 2: I don't know who “nobody” is; mention the person with @, or write their full name."),
        ('plan REL-1 lines="drain | 1 min | 2 min"', "Step 1: “1” and “2” are both its minutes; a step has one."),
        ("plan strike REL-1 7", "The plan has steps 1 to 3; there is no place 7."),
        ("plan move REL-1 1 7", "The plan has steps 1 to 3; there is no place 7."),
        ("plan step REL-1 7 text=x", "The plan has steps 1 to 3; there is no place 7."),
        ("plan insert REL-1 7 x", "The plan has steps 1 to 3; there is no place 7. Say end to put it behind the last."),
        ("plan step REL-1 1 check='a | 10 min |'",
         "Bars set the details of a step apart, and a number or bullet begins one; write it without."),
        ("plan stage REL-1 Canary", None),
        ('plan stage REL-1 Full lines="[Pilot]\nx"', "These are the steps of Full; name no other stage among them."),
        ("edit REL-1 stages=Half,Full", None),
    ],
)  # fmt: skip
async def test_what_cannot_be(town: Town, line: str, sentence: str | None) -> None:
    await stories.drafted(town)
    await town.all(("ana", 'plan REL-1 lines="[Pilot]\na\nb\nc"'))
    answer = await town.say("ana", line.replace("'", '"'))
    assert answer.refused
    assert sentence is None or sentence_of(answer) == sentence
    assert texts(town) == ["a", "b", "c"]


async def test_a_stage_with_steps_is_not_taken_away_from_under_them(town: Town) -> None:
    await write(town)
    answer = await town.say("ana", "edit REL-1 stages=Canary,Full")
    assert sentence_of(answer).startswith(
        "The plan has steps of the stage “Pilot”, which REL-1 wouldn't have any more."
    )
    await town.all(("ana", "edit REL-1 stages=Full,Pilot"))
    assert [step.stage for step in town.release().plan] == ["Full", "Full", "Pilot", "Pilot"]


@pytest.mark.parametrize(
    "line", ["plan REL-1 lines=x", "plan strike REL-1 1", "plan REL-1 form=yes", "plan step REL-1 1"]
)
async def test_only_coordinator_and_release_manager_change_it(town: Town, line: str) -> None:
    await stories.drafted(town)
    answer = await town.say("st", line)
    assert sentence_of(answer) == "That is for the coordinator (Ana) or the release manager."


async def test_somebody_elses_change_meanwhile_is_not_overwritten(town: Town) -> None:
    await write(town)
    form = (await town.say("ana", "plan REL-1 form=yes")).form
    await town.all(("rm", "plan strike REL-1 1"))
    answer = await town.fill("ana", form, lines="other")
    assert "was changed by somebody else meanwhile (revision 3 now)" in sentence_of(answer)
    assert texts(town)[0] == "Deploy to one node"


async def test_who_may_not_change_it_is_offered_no_change(town: Town) -> None:
    await stories.deploying(town)
    assert labels((await town.say("ana", "plan REL-1")).card) == []


async def test_a_release_without_a_plan(town: Town) -> None:
    await town.all(("ana", "new Other service=web"))
    answer = await town.say("ana", "plan REL-1")
    assert "REL-1 has no deployment plan yet." in told(answer)
    assert labels(answer.card) == ["Write the plan"]


async def test_a_change_that_voids_the_approval_says_so_on_its_button(town: Town) -> None:
    await stories.approved(town)
    for line, label in (
        ("plan", "Change the plan"),
        ("backout", "Change the back-out plan"),
        ("test plan", "Change the test plan"),
    ):
        assert f"{label} (voids the approval)" in labels((await town.say("ana", f"{line} REL-1")).card)
        assert labels((await town.say("st", f"{line} REL-1")).card) == []
