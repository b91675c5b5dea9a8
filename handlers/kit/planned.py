"""From the words of a plan to its steps: whose they are, and to which stage they belong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from handlers.kit import find
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.revise import revised
from handlers.policy.content import approved_content
from handlers.policy.plan_steps import in_order
from messages.card import Button
from messages.limits import length
from messages.line import compose
from messages.plan_lines import MOST_STEPS, StepWords, read_plan, unknown_stages, write_plan
from messages.safety import one_line
from storage.content import PlanStep
from storage.people import Person
from storage.records import Records
from storage.release import Release

TEXT_LIMIT = 3000
"""The most characters of a text field (Slack's plain_text_input, Block Kit reference)."""
_TOO_LONG = "(This plan is longer than the field. Leave this line as it is, and change the plan with"


def planned(
    call: Call, found: Release, records: Records, words: Sequence[StepWords], *, field: str = "lines"
) -> list[PlanStep]:
    """The steps with their people, stage by stage. Raises Refused for a stage or a person that there isn't."""
    _known_stages(found, words, field)
    owners = known_owners(found)
    stood = {(each.text, each.owner_name): each.owner for each in found.plan if each.owner}
    names = {stage.casefold(): stage for stage in found.stages}
    steps = []
    for number, each in enumerate(words, 1):
        text = with_names(call, records, each.text)
        same = stood.get((text, each.owner))  # two people may have one name: this step keeps its own
        known = owners if same is None else {each.owner: same}
        owner, name = owned(call, records, each.owner, known, field=field, where=f"Step {number}: ")
        steps.append(
            PlanStep(
                text=text,
                stage=names.get(each.stage.casefold(), ""),
                owner=owner,
                owner_name=name,
                minutes=each.minutes,
                verify=with_names(call, records, each.verify),
            )
        )
    return in_order(steps, found.stages)


def known_owners(found: Release) -> dict[str, int]:
    """The people in the plan by the names that stand there, as far as a name means one person."""
    people: dict[str, set[int]] = {}
    for step in found.plan:
        if step.owner:
            people.setdefault(step.owner_name, set()).add(step.owner)
    return {name: next(iter(ids)) for name, ids in people.items() if len(ids) == 1}


def owned(
    call: Call, records: Records, word: str, known: Mapping[str, int], *, field: str, where: str = ""
) -> tuple[int, str]:
    """The person's id and name, as the plan keeps them; a name that stands in the plan already means the same person."""
    if not word:
        return 0, ""
    name = word.removeprefix("@")
    if name in known:
        return known[name], name
    try:
        person = find.person(call, records, name, field=field)
    except Refused as refused:
        raise Refused(f"{where}{refused.sentence}", field=field) from refused
    return person.id, plan_name(person)


def with_names(call: Call, records: Records, words: str) -> str:
    """The words with people's names in the place of mentions, which no card of another place could show."""

    def named(mention: re.Match[str]) -> str:
        try:
            return f"@{plan_name(find.person(call, records, mention[0]))}"
        except Refused:
            return mention[0]

    return _MENTION.sub(named, words) if "<@" in words else words


_MENTION = re.compile(r"<@[A-Za-z0-9_.:-]+(?:\|[^<>]*)?>")


def plan_name(person: Person) -> str:
    """The name as it stands in a line of a plan, where bars and brackets have their own meaning."""
    return " ".join(one_line(person.name).translate(_OWN_MEANING).split()) or f"person {person.id}"


_OWN_MEANING = str.maketrans("|<>@;", "/    ")


def _known_stages(found: Release, words: Sequence[StepWords], field: str) -> None:
    """A stage that is misspelt would be rolled out by nobody, so none is added by being named in a plan."""
    unknown = unknown_stages(words, found.stages)
    if unknown:
        raise Refused(stage_sentence(found, unknown[0]), field=field)


def stage_sentence(found: Release, name: str) -> str:
    add = compose("edit", found.key, stages=", ".join([*found.stages, name]))
    return (
        f"{found.key} has no stage “{name}”; its stages are {', '.join(found.stages)}. Correct the name, or add the stage: "
        f"/release {add}. A step that ends in a colon needs a bar behind it: “{name}: |”."
    )


def stages_kept(found: Release) -> None:
    """The plan in the order of the release's new stages. Raises Refused when it has steps of one that is gone."""
    gone = unknown_stages(found.plan, found.stages)
    if gone:
        raise Refused(
            f"The plan has steps of the stage “{gone[0]}”, which {found.key} wouldn't have any more. Give those steps "
            f"another stage first: /release plan {found.key}.",
            field="stages",
            ways=(Button("Show the plan", f"plan show {found.key}"),),
        )
    found.plan = in_order(found.plan, found.stages)


def with_plan(call: Call, found: Release, records: Records, steps: list[PlanStep]) -> Reply:
    """The release with this plan, as a new revision."""
    if len(steps) > MOST_STEPS:
        raise Refused(f"A plan has at most {MOST_STEPS} steps; this would make {len(steps)}.", field="lines")
    before = approved_content(found)
    found.plan = steps
    return revised(call, found, records, before)


# ---- as text


def plan_words(found: Release) -> str:
    """The plan as text for a field; a longer one is replaced by a line that means “as it is”."""
    text = write_plan(found.plan)
    return text if length(text) <= TEXT_LIMIT else f"{_TOO_LONG} /release plan {found.key}.)"


def stands_already(found: Release, words: Sequence[StepWords]) -> bool:
    """Whether the words are those of the plan as it stands. Raises Refused when the line that stands for it was amended."""
    if tuple(words) == read_plan(plan_words(found)):
        return True
    if any(each.text.startswith(_TOO_LONG) for each in words):
        raise Refused(
            f"The plan of {found.key} is longer than the field; change it with /release plan {found.key}.", field="plan"
        )
    return False


STEP_BY_STEP = "Change single steps instead: /release plan step, insert, move or strike."


def in_a_field(what: str, text: str, ways: tuple[Button, ...] = (), instead: str = STEP_BY_STEP) -> str:
    """The text, if a field of a form holds it. Raises Refused that says what to do instead, with the ways that lead there."""
    if length(text) <= TEXT_LIMIT:
        return text
    raise Refused(f"{what} is longer than a field of a form ({TEXT_LIMIT} characters). {instead}", ways=ways)
