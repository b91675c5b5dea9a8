"""A deployment plan as lines of text: how they are read, and how a plan is written so that it's read back the same.

    [Pilot]
    Drain the queue | @ana | 10 min | check: depth is 0

A stage's heading is its name in brackets, or before a colon that ends the line. Details stand behind bars at a step's
end. What isn't a detail belongs to the words (`kubectl get pods | grep pay`); a bar that ends them keeps what looks
like a detail in the words (`echo | 10 min |`). One line alone may hold several steps, set apart by semicolons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.content import PlanStep

MOST_STEPS = 200
MOST_MINUTES = 7 * 24 * 60
"""A step that is expected to take more than a week is a release of its own."""

_MARKS = re.compile(r"\A\s*(?:(?:[0-9]{1,3}(?:[.)]|\.\))|\([0-9]{1,3}\)|[-*•◦▪▫‣·–—●○■□])\s+)+")
"""Numbers and bullets as people, Slack, Teams and word processors write them."""
_NUMBERED = re.compile(r"\s*[0-9]{1,3}[.)]\s")
_NEXT = re.compile(r";(?=\s{0,9}[0-9]{1,3}[.)]\s)")
_SHOWN_HEADING = re.compile(r"(.+?) · [0-9]{1,3} steps?(?: · [0-9]{1,6} min)?\Z", re.IGNORECASE)
"""How a stage is headed where the plan is shown: what is copied from there is read again."""
_IN_BRACKETS = re.compile(r"\[([^\[\]]*)\]\Z")
_MINUTES = re.compile(r"([0-9]{1,6})\s*(?:m|min|mins|minutes?)\.?\Z", re.IGNORECASE)
_HOURS = re.compile(r"([0-9]{1,4}(?:[.,][0-9]{1,2})?)\s*(?:h|hrs?|hours?)\.?\Z", re.IGNORECASE)
_BOTH = re.compile(
    r"([0-9]{1,4})\s*(?:h|hrs?|hours?)\s*(?:and\s+)?([0-9]{1,2})\s*(?:m|min|mins|minutes?)?\.?\Z", re.IGNORECASE
)
_CHECK = re.compile(r"(?:check|verify)\s*:\s*(?=\S)", re.IGNORECASE)
_CHECK_BEHIND_A_BAR = re.compile(r"\|\s*(?:check|verify)\s*:\s*(?=\S)", re.IGNORECASE)
_OWNER = re.compile(r"(?:owner\s*:\s*@?|@)(?=\S)", re.IGNORECASE)
_MENTION = re.compile(r"<@[^<>|]+>\Z")
_NAMED_MENTION = re.compile(r"\|\s*<@([^<>|]+)\|[^<>]*>")  # Slack's own way to write one has a bar in it


@dataclass(frozen=True, slots=True)
class StepWords:
    """A step as it was written. `stage` and `owner` are names that nobody has looked up yet, "" for none."""

    text: str
    stage: str = ""
    owner: str = ""
    minutes: int = 0
    verify: str = ""


# ---- reading


def read_plan(words: str) -> tuple[StepWords, ...]:
    """The steps of a text. Raises ValueError with a sentence for the person who wrote it."""
    lines = words.splitlines() if "\n" in words.strip() else _parts(words)
    steps: list[StepWords] = []
    stage = ""
    for line in lines:
        bare = without_marks(line)
        if (heading := _heading(bare)) is not None:
            stage = heading
        elif bare:
            steps.append(_read_numbered(bare, stage, len(steps) + 1))
    if len(steps) > MOST_STEPS:
        raise ValueError(f"A plan has at most {MOST_STEPS} steps; this has {len(steps)}.")
    return tuple(steps)


def _parts(line: str) -> list[str]:
    """The steps of one line: where the first has a number, each of the others has one too."""
    return _NEXT.split(line) if _NUMBERED.match(line) else line.split(";")


def read_steps(words: str) -> tuple[StepWords, ...]:
    """Like `read_plan`, where there must be a step."""
    steps = read_plan(words)
    if not steps:
        raise ValueError(
            "A plan needs at least one step, one a line: Drain the queue | @ana | 10 min | check: depth is 0."
        )
    return steps


def read_minutes(word: str) -> int:
    """`10`, `10 min`, `1.5 h` or `1 h 30` in minutes, up to a week; `none` is 0."""
    stripped = word.strip()
    if stripped.lower() in ("none", "-"):
        return 0
    found = _spoken_minutes(f"{stripped} min" if re.fullmatch("[0-9]{1,6}", stripped) else stripped)
    if found is None:
        raise ValueError(f"That takes minutes such as 10 or 10 min, or hours such as 1.5 h; “{word}” is neither.")
    return _possible(found)


def without_marks(line: str) -> str:
    """The line without the numbers or bullets before it."""
    return _MARKS.sub("", f"{line.strip()} ").strip()


def _heading(line: str) -> str | None:
    if found := _IN_BRACKETS.match(line):
        return found.group(1).strip()
    if found := _SHOWN_HEADING.match(line):
        name = found.group(1)
    elif line.endswith(":"):
        name = _without_colons(line)
    else:
        return None
    return name if name and not set("[]|") & set(name) else None


def _without_colons(line: str) -> str:
    while line != (line := line.rstrip().removesuffix(":")):
        pass
    return line


def _read_numbered(line: str, stage: str, number: int) -> StepWords:
    try:
        return read_step(line, stage)
    except ValueError as wrong:
        raise ValueError(f"Step {number}: {wrong}") from wrong


def read_step(line: str, stage: str = "") -> StepWords:
    """One step with its details, which are recognised from the end of the line."""
    cells = " | ".join(cell.strip() for cell in line.split("\t") if cell.strip())  # a row of a table
    rest, found = _NAMED_MENTION.sub(r"| <@\1>", cells), dict[str, str]()
    while "|" in rest:
        head, _, tail = rest.rpartition("|")
        if not tail.strip():
            rest = head.rstrip()
            break
        detail = _detail(tail.strip())
        if detail is None and "verify" not in found and (checks := list(_CHECK_BEHIND_A_BAR.finditer(rest))):
            head, detail = rest[: checks[-1].start()], ("verify", rest[checks[-1].end() :])
        if detail is None:
            rest = _without_mention(rest, found)
            break
        if detail[0] in found:
            raise ValueError(
                f"“{detail[1]}” and “{found[detail[0]]}” are both its {_NAMES[detail[0]]}; a step has one."
            )
        found[detail[0]] = detail[1]
        rest = head.rstrip()
    else:
        rest = _without_mention(rest, found)
    if not without_marks(rest):
        raise ValueError("a step needs words before its first bar.")
    minutes = _possible(int(found["minutes"])) if "minutes" in found else 0
    return StepWords(rest, stage, found.get("owner", ""), minutes, found.get("verify", ""))


def _without_mention(words: str, found: dict[str, str]) -> str:
    """The words without the mention that ends them: that is its owner, where no other is named."""
    head, opening, tail = words.rpartition("<@")
    name, closing, more = tail.partition(">")
    if "owner" in found or not (opening and closing) or more or not head.strip() or not head[-1].isspace():
        return words
    found["owner"] = f"<@{name.partition('|')[0]}>"
    return head.rstrip()


_NAMES = {"owner": "owner", "minutes": "minutes", "verify": "check"}


def _detail(part: str) -> tuple[str, str] | None:
    """Which detail it is, with its value; None for words."""
    if _MENTION.match(part):
        return "owner", part
    if found := _OWNER.match(part):
        return "owner", part[found.end() :]
    if found := _CHECK.match(part):
        return "verify", part[found.end() :]
    minutes = _spoken_minutes(part)
    return None if minutes is None else ("minutes", str(minutes))


def _spoken_minutes(part: str) -> int | None:
    if found := _MINUTES.match(part):
        return int(found.group(1))
    if found := _BOTH.match(part):
        return int(found.group(1)) * 60 + int(found.group(2))
    if found := _HOURS.match(part):
        return round(float(found.group(1).replace(",", ".")) * 60)
    return None


def _possible(minutes: int) -> int:
    if not 0 < minutes <= MOST_MINUTES:
        raise ValueError(f"a step takes from 1 to {MOST_MINUTES} minutes; {minutes} doesn't fit.")
    return minutes


# ---- writing


def write_plan(steps: Sequence[PlanStep]) -> str:
    """The text that `read_plan` reads as these steps: a heading where the stage changes, a line for each step."""
    lines: list[str] = []
    stage = ""
    for step in steps:
        if step.stage != stage:
            stage = step.stage
            lines.append(f"[{stage}]")
        lines.append(write_step(step))
    if len(lines) == 1 and ";" in lines[0]:
        lines.insert(0, "[]")  # one line alone would be taken apart at its semicolons
    return "\n".join(lines)


def write_step(step: PlanStep) -> str:
    """`Drain the queue | @Ana | 10 min | check: depth is 0`."""
    details = [f"@{step.owner_name}"] if step.owner_name else []
    details += [f"{step.minutes} min"] if step.minutes else []
    details += [f"check: {step.verify}"] if step.verify else []
    return " | ".join([step.text if _plain(step.text) else f"{step.text} |", *details])


def _plain(text: str) -> bool:
    """Whether the words alone are read as just these words."""
    try:
        return _heading(text) is None and read_step(text) == StepWords(text)
    except ValueError:
        return False


def readable(step: PlanStep) -> bool:
    """Whether the step is read back as it's written; a check that ends in a bar, for one, isn't."""
    try:
        again = read_plan(write_plan([step]))
    except ValueError:
        return False
    return again == (StepWords(step.text, step.stage, step.owner_name, step.minutes, step.verify),)


def unknown_stages(steps: Iterable[StepWords | PlanStep], stages: Sequence[str]) -> list[str]:
    """The stages that the plan names and the release hasn't."""
    known = {stage.casefold() for stage in stages}
    return list(dict.fromkeys(step.stage for step in steps if step.stage and step.stage.casefold() not in known))
