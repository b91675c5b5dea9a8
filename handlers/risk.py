"""`/release risk`: assess the risk of a release by six questions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.kit import ask
from handlers.kit.arguments import argument, release_argument, revision_argument
from handlers.kit.boards import seats
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import catalogue, command, of_release
from handlers.kit.part import changeable, standing
from handlers.kit.readiness import assessed, known, shown_risk
from handlers.kit.revise import change_move, revised
from handlers.policy import approval, gates, risk
from handlers.policy.content import approved_content
from messages.card import Button
from messages.form import Choice, FieldKind
from messages.risk import risk_card
from messages.words import BOARDS, count
from storage.records import Records
from storage.release import Release
from storage.terms import Move


def _question(question: risk.Question) -> Any:
    choices = tuple(Choice(str(number), f"{number}: {answer}") for number, answer in enumerate(question.answers, 1))
    return argument(question.label, kind=FieldKind.CHOICE, default=None, choices=choices, example="2")


_BY_NAME = {question.name: question for question in risk.QUESTIONS}


@dataclass(frozen=True, slots=True)
class Answers:
    release: int = release_argument()
    users: str | None = _question(_BY_NAME["users"])
    tier: str | None = _question(_BY_NAME["tier"])
    reversibility: str | None = _question(_BY_NAME["reversibility"])
    novelty: str | None = _question(_BY_NAME["novelty"])
    coverage: str | None = _question(_BY_NAME["coverage"])
    dependencies: str | None = _question(_BY_NAME["dependencies"])
    revision: int | None = revision_argument()


def _stands(call: Call, values: Mapping[str, Any], records: Records) -> dict[str, str]:
    found = changeable(call, values["release"], records)
    return standing(found, {name: str(answer) for name, answer in _known(found, records).items()})


def _known(found: Release, records: Records) -> dict[str, int]:
    """The answers that stand, over what the services' records suggest."""
    services = [service for each in found.services if (service := records.services.by_name(each.name))]
    needed = {name for service in services for name in service.dependencies}
    return risk.prefilled([each.tier for each in services], len(needed)) | found.content.risk


@command(
    "risk",
    "Assess the risk of a release",
    group="Plan",
    title="Assess the risk",
    submit="Assess",
    example="/release risk REL-42 users=3 tier=2 reversibility=2 novelty=1 coverage=2 dependencies=2",
    stands=_stands,
    whose=of_release(changeable),
)
def risk_of(call: Call, arguments: Answers, records: Records) -> Reply:
    """Without words it opens the questionnaire, filled in with what is known."""
    found = changeable(call, arguments.release, records, arguments.revision)
    given = {name: int(answer) for name in _BY_NAME if (answer := getattr(arguments, name)) is not None}
    if not given:
        return Reply(form=_form(call, found, records))
    answers = found.content.risk | given
    if missing := [question.label.lower() for question in risk.QUESTIONS if question.name not in answers]:
        raise Refused(
            f"The risk of {found.key} isn't assessed yet: {', '.join(missing)} also need an answer from 1 to 4.",
            ways=(Button("Answer them", f"risk {found.key} form=yes"),),
        )
    return _answered(call, found, records, answers)


def _form(call: Call, found: Release, records: Records) -> Any:
    words = _stands(call, {"release": found.number}, records)
    return ask.form(catalogue()["risk"], words, zone=call.zone, title=f"Risk of {found.key}"[:24])


def _answered(call: Call, found: Release, records: Records, answers: dict[str, int]) -> Reply:
    before, voided = approved_content(found), change_move(found) is Move.REVISE
    if answers == found.content.risk:
        raise Refused(
            f"Those are the answers that stand; {found.key} stays as it is.",
            ways=(Button(f"Show {found.key}", f"show {found.key}"),),
        )
    found.content = found.content.model_copy(update={"risk": answers})
    reply = revised(call, found, records, before)
    assessment = assessed(found, records, call.at, call.rules.risk)
    shown = shown_risk(assessment)
    assert assessment is not None  # every question has its answer
    assert shown is not None
    sentence = f"The risk of {found.key} is {shown.level} ({assessment.score} of 16), revision {found.revision}."
    card = risk_card(
        found,
        shown,
        answers=[(question.label, question.answers[answers[question.name] - 1]) for question in risk.QUESTIONS],
        requires=_requires(call, found, records),
        sentence=sentence + (" Its approval is void; submit it again." if voided else ""),
        buttons=(Button("What blocks us", f"checklist {found.key}"), Button("Details", f"show {found.key}")),
    )
    return dataclasses.replace(reply, card=card)


def _requires(call: Call, found: Release, records: Records) -> list[str]:
    """Who must authorise it, until when, and what has to be there before it starts."""
    now = known(call, found, records)
    board, asked = approval.asked(found, call.rules, now.level)
    asked = approval.for_team(asked, len(seats(records, board)), call.rules)
    whose = ", the change manager's among them" if asked.change_manager else ""
    lines = [
        f"{count(asked.quorum, 'approval')} of the {BOARDS[board]}{whose}, within {asked.deadline_minutes / 60:g} h"
    ]
    if rows := gates.asked_for(now):
        lines.append(f"Before it starts: {', '.join(rows)}")
    return lines
