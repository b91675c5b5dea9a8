"""Plans as lines: what is read, what is said of bad lines, and that nothing is lost on the way there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.policy.plan_steps import in_order
from messages.card import Heading, Items
from messages.plain_text import line
from messages.plan import plan_card, plan_pages
from messages.plan_lines import (
    StepWords,
    read_minutes,
    read_plan,
    read_step,
    read_steps,
    readable,
    unknown_stages,
    write_plan,
    write_step,
)
from storage.content import PlanStep
from tests.handlers.policy.releases import release

FULL = "Drain the queue | @ana | 10 min | check: depth is 0"


@pytest.mark.parametrize(
    "line, step",
    [
        (FULL, StepWords("Drain the queue", "", "ana", 10, "depth is 0")),
        ("Drain|check: depth is 0|10m|@ana", StepWords("Drain", "", "ana", 10, "depth is 0")),
        ("Drain | <@U1|ana> | 1.5 h", StepWords("Drain", "", "<@U1>", 90)),
        ("Drain | <@29:1ben-0Xw>", StepWords("Drain", "", "<@29:1ben-0Xw>")),
        ("Drain it <@U1|ana>", StepWords("Drain it", "", "<@U1>")),
        ("Drain it <@U1|ana> | 10 min", StepWords("Drain it", "", "<@U1>", 10)),
        ("kubectl get | grep x <@29:1ben-0Xw>", StepWords("kubectl get | grep x", "", "<@29:1ben-0Xw>")),
        ("Ask <@U1|ana> first", StepWords("Ask <@U1|ana> first")),
        ("Tell <@U1> | <@U2>", StepWords("Tell <@U1>", "", "<@U2>")),
        ("<@U1> | 10 min", StepWords("<@U1>", minutes=10)),
        ("Drain | owner: Ana Smith", StepWords("Drain", "", "Ana Smith")),
        ("Drain | @Ana Smith | 2 hours", StepWords("Drain", "", "Ana Smith", 120)),
        ("Drain | Verify: see a | b", StepWords("Drain", verify="see a | b")),
        ("Drain | check: see a | b | 5 minutes", StepWords("Drain", minutes=5, verify="see a | b")),
        ("Drain\u00a0it | @ana\u00a0| 10\u00a0min | Verify:\u00a0it’s “empty”",
         StepWords("Drain\u00a0it", "", "ana", 10, "it’s “empty”")),
        ("Drain\t@ana\t1 h 30\tcheck: depth is 0", StepWords("Drain", "", "ana", 90, "depth is 0")),
        ("Drain | 1 hour 5 min", StepWords("Drain", minutes=65)),
        ("kubectl get pods | grep pay", StepWords("kubectl get pods | grep pay")),
        ("kubectl get pods | grep pay | @ana", StepWords("kubectl get pods | grep pay", "", "ana")),
        ("make || stop", StepWords("make || stop")),
        ("echo | 10 min |", StepWords("echo | 10 min")),
        ("echo | 10 min | | @ana", StepWords("echo | 10 min", "", "ana")),
        ("Wait 10 min", StepWords("Wait 10 min")),
        ("Ask | check:", StepWords("Ask | check:")),
    ],
)  # fmt: skip
def test_a_step(line: str, step: StepWords) -> None:
    assert read_step(line) == step


@pytest.mark.parametrize(
    "text, steps",
    [
        ("drain; deploy ;check", [("drain", ""), ("deploy", ""), ("check", "")]),
        ("1. drain\n2) deploy\n- check; twice\n\n* four\n• five",
         [("drain", ""), ("deploy", ""), ("check; twice", ""), ("four", ""), ("five", "")]),
        ("1. drain; 2. deploy", [("drain", ""), ("deploy", "")]),
        ("1. drain; then wait", [("drain; then wait", "")]),
        ("(1) drain\r\n 2.) deploy\r\n◦ check\r\n– tell\r\n", [("drain", ""), ("deploy", ""), ("check", ""), ("tell", "")]),
        ("1.\u00a0drain\n2.\tdeploy\n", [("drain", ""), ("deploy", "")]),
        ("Pilot · 2 steps · 35 min\n1. drain\n2. look\nFULL · 1 step\n3. deploy",
         [("drain", "Pilot"), ("look", "Pilot"), ("deploy", "FULL")]),
        ("Wait · 2 steps aside", [("Wait · 2 steps aside", "")]),
        ("prepare\nPilot:\n- drain\n[Full]\n- deploy", [("prepare", ""), ("drain", "Pilot"), ("deploy", "Full")]),
        ("Pilot:; drain; Full:; deploy", [("drain", "Pilot"), ("deploy", "Full")]),
        ("[ Pilot ]\ndrain\n[]\ndeploy", [("drain", "Pilot"), ("deploy", "")]),
        ("[]\na; b", [("a; b", "")]),
        ("[Pilot]\nRun this: |\n[x] |", [("Run this:", "Pilot"), ("[x]", "Pilot")]),
        ("10.5 is the version\n3 nodes", [("10.5 is the version", ""), ("3 nodes", "")]),
        ("", []),
        (" ; ;\n", []),
    ],
)  # fmt: skip
def test_a_plan(text: str, steps: list[tuple[str, str]]) -> None:
    assert [(step.text, step.stage) for step in read_plan(text)] == steps


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("drain\n| 10 min", "Step 2: a step needs words before its first bar."),
        ("-|", "Step 1: a step needs words before its first bar."),
        ("drain | @ana | @bo", "Step 1: “ana” and “bo” are both its owner; a step has one."),
        ("drain | 5 min | 10 min", "Step 1: “5” and “10” are both its minutes; a step has one."),
        ("drain | 0 min", "Step 1: a step takes from 1 to 10080 minutes; 0 doesn't fit."),
        ("drain | 200 h", "Step 1: a step takes from 1 to 10080 minutes; 12000 doesn't fit."),
        ("x\n" * 201, "A plan has at most 200 steps; this has 201."),
    ],
)
def test_what_is_wrong_is_said(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as wrong:
        read_plan(text)
    assert str(wrong.value) == sentence


def test_a_plan_without_steps_where_one_is_needed() -> None:
    with pytest.raises(ValueError, match="at least one step"):
        read_steps("[Pilot]")


@pytest.mark.parametrize(
    "word, minutes",
    [
        ("10", 10),
        ("10 min", 10),
        ("1,5 h", 90),
        ("1.5h", 90),
        ("1 h 30", 90),
        ("1h30m", 90),
        ("2 hrs", 120),
        ("none", 0),
        ("-", 0),
    ],
)
def test_minutes(word: str, minutes: int) -> None:
    assert read_minutes(word) == minutes


@pytest.mark.parametrize("word", ["soon", "0", "99999", "-5", "٣"])
def test_what_no_minutes_are(word: str) -> None:
    with pytest.raises(ValueError, match="minutes"):
        read_minutes(word)


@pytest.mark.parametrize(
    "steps, text",
    [
        ([], ""),
        ([PlanStep(text="drain"), PlanStep(text="deploy")], "drain\ndeploy"),
        (
            [PlanStep(text="Drain the queue", stage="Pilot", owner=1, owner_name="ana", minutes=10, verify="depth is 0"),
             PlanStep(text="deploy", stage="Full")],
            f"[Pilot]\n{FULL}\n[Full]\ndeploy",
        ),
        ([PlanStep(text="a; b")], "[]\na; b"),
        ([PlanStep(text="Run this:", minutes=5)], "Run this: | | 5 min"),
        ([PlanStep(text="echo | 10 min")], "echo | 10 min |"),
    ],
)  # fmt: skip
def test_a_plan_as_text(steps: list[PlanStep], text: str) -> None:
    assert write_plan(steps) == text


PIECES = st.sampled_from(
    ["a", "Run", "-", "1.", " ", "|", " | ", ";", ":", "1. ", "- ", "[", "]", "[Pilot]", "Pilot:", "@ana", "owner: Bo", "10 min", "2h",
     "check: ", "check: ok", "verify:", "<@U1|x>", "\n", "||", "ü"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def steps_of(text: str) -> list[PlanStep] | None:
    try:
        read = read_plan(text)
    except ValueError:
        return None
    return [
        PlanStep(text=each.text, stage=each.stage, owner=bool(each.owner), owner_name=each.owner,
                 minutes=each.minutes, verify=each.verify)
        for each in read
    ]  # fmt: skip


@given(TEXTS)
def test_what_was_read_is_written_and_read_back_the_same(text: str) -> None:
    steps = steps_of(text)
    if steps is None or "<@" in text:
        return  # a mention is looked up and written as a name
    written = write_plan(steps)
    again = steps_of(written)
    assert again == steps
    assert write_plan(again) == written
    assert all(readable(step) for step in steps)


@pytest.mark.parametrize(
    "step",
    [
        PlanStep(text="a", verify="b |"),
        PlanStep(text="a", verify="b | 10 min"),
        PlanStep(text="a", owner=1, owner_name="Ana | Bo"),
        PlanStep(text="- a"),
    ],
)
def test_what_cannot_be_read_back_is_known(step: PlanStep) -> None:
    assert not readable(step), write_step(step)


def test_stages_that_the_release_has_not() -> None:
    steps = read_plan("[pilot]\na\n[Canary]\nb\n[All]\nc\n[]\nd\n[Canary]\ne")
    assert unknown_stages(steps, ["Pilot", "Full"]) == ["Canary", "All"]


@pytest.mark.timeout(30)  # in steps that grow with the cube of the length this would take minutes
def test_a_bracket_before_thousands_of_spaces_is_read_all_the_same() -> None:
    line = f"[{' ' * 12_000}x"
    assert read_plan(line) == (StepWords(line),)
    assert read_plan(f"[ Pilot{' ' * 2_900}]\na") == (StepWords("a", "Pilot"),)


def copied(steps: list[PlanStep], mark: str, end: str) -> str:
    """What a person copies of all pages of a plan; each platform writes numbers, bullets and line ends its own way."""
    found = release(plan=steps, stages=list(dict.fromkeys(step.stage for step in steps)))
    lines: list[str] = []
    for page in plan_pages(steps):
        for part in plan_card(found, page, ()).parts:
            if isinstance(part, Heading):
                lines.append(part.text)
            if isinstance(part, Items):
                rows = enumerate(part.rows, part.first)
                lines += [mark.format(number) + line(row.pieces) for number, row in rows]
    return end.join(lines)


@given(TEXTS, st.sampled_from(["{}. ", "{}) ", " {}.\t", "- ", "• ", "◦ ", ""]), st.sampled_from(["\n", "\r\n"]))
def test_what_is_shown_can_be_copied_and_pasted_back(text: str, mark: str, end: str) -> None:
    steps = steps_of(text)
    if not steps or "<@" in text or (len(steps) == 1 and ";" in text):
        return
    stages = list(dict.fromkeys(step.stage or "Pilot" for step in steps))
    plan = in_order(steps, stages)
    assert steps_of(copied(plan, mark, end)) == plan


def test_a_long_plan_is_pasted_back_page_by_page() -> None:
    plan = [
        PlanStep(text=f"Step {number}: {'x' * 280}", stage="Pilot" if number < 100 else "Full", owner=1, owner_name="Ana",
                 minutes=number, verify="depth is 0; and more")
        for number in range(1, 201)
    ]  # fmt: skip
    assert len(plan_pages(plan)) > 20
    assert steps_of(copied(plan, "{}. ", "\r\n")) == plan
