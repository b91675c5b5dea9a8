"""`/release start`, `step` and `complete`: the rollout, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.announce import keep_words
from handlers.kit import find
from handlers.kit.arguments import OneRelease, argument, release_argument
from handlers.kit.call import Call, Post, Refused, Reply, Trail, minutes
from handlers.kit.checklist import needs, ways_out
from handlers.kit.command import command
from handlers.kit.living import announcement_posts, ballot_posts, event_posts, offers, release_post
from handlers.kit.production import Versions, deploy_versions, restore_versions
from handlers.kit.progress import plan_status, stop_status
from handlers.kit.readiness import checklist
from handlers.kit.rounds import plan, round_subject
from handlers.policy.calendar import outside_window
from handlers.policy.content import digest
from handlers.policy.gate_table import Phase
from handlers.policy.gates import missing
from messages.form import FieldKind
from messages.plan import beginning_card
from messages.release import changed_card, stage_text
from messages.words import STATES
from storage.records import Records
from storage.release import Release
from storage.terms import BallotState, FollowLevel, Move, ReleaseType, State


@dataclass(frozen=True, slots=True)
class WithWords:
    release: int = release_argument()
    words: str = argument("Words", kind=FieldKind.TEXT, default="", rest=True, blank="", limit=1000)


@command("start", "Start the deployment", group="Deploy", submit="Start", example="/release start REL-42")
def start(call: Call, arguments: OneRelease, records: Records) -> Reply:
    """Inside the window, for exactly the revision that was approved; an emergency may go first where policy allows."""
    found = find.release(records, arguments.release)
    rule = find.permitted(call, records, found, Move.START)
    first = rule.emergency_only
    if found.type is not ReleaseType.EMERGENCY:
        outside = outside_window(found, call.at, minutes(call.rules.deployment.tolerance_minutes))
        if outside:
            raise Refused(outside)
    posts = _deploy_first(call, found, records) if first else _authorised(call, found, records)
    before = _where(found)
    found.state, found.stage, found.started_at, found.unauthorised_start = State.DEPLOYING, 0, call.at, first
    records.releases.save(found)
    plan_status(call, found, records)
    ahead = " before its authorisation, which is now due after the fact" if first else ""
    sentence = f"{found.key} has started{ahead}: {stage_text(found)}."
    return _moved(call, found, records, event="started", sentence=sentence, before=before, extra=posts, publish=True)


def _authorised(call: Call, found: Release, records: Records) -> list[Post]:
    """The database's last word: an approved state without an approved round of this content doesn't deploy.

    Neither does one whose checklist lacks what the policy asks for.
    """
    ballot = records.ballots.latest(found.id)
    if ballot is None or (ballot.state, ballot.digest) != (BallotState.APPROVED, digest(found)):
        raise Refused(f"{found.key} has no approval for its present content; submit it again.")
    if lacking := missing(checklist(call, found, records), Phase.START):
        raise Refused(f"{found.key} isn't ready to start: it needs {needs(lacking)}.", ways=ways_out(found, lacking))
    return []


def _deploy_first(call: Call, found: Release, records: Records) -> list[Post]:
    """The round goes on as a retroactive one, with its own deadline."""
    ballot = records.ballots.latest(found.id)
    assert ballot is not None  # a release in review has a round
    records.dues.withdraw(round_subject(ballot), call.at)
    ballot.retroactive = True
    ballot.deadline_at = call.at + timedelta(hours=call.rules.emergency.retroactive_hours)
    records.ballots.save(ballot)
    plan(records, found, ballot, "escalate", ballot.deadline_at)
    return ballot_posts(call, found, ballot, records)


@command(
    "step",
    "Move on to the next stage",
    title="Begin the next stage",
    submit="Begin",
    group="Deploy",
    example="/release step REL-42",
)
def step(call: Call, arguments: WithWords, records: Records) -> Reply:
    """The stage before it is done."""
    found = find.release(records, arguments.release)
    find.permitted(call, records, found, Move.STEP)
    before, done = _where(found), found.stages[found.stage]
    found.stage += 1
    records.releases.save(found)
    sentence = f"{found.key}: {done} is done, {stage_text(found)} begins."
    return _moved(call, found, records, event="stage", sentence=sentence, before=before, words=arguments.words)


@command(
    "complete",
    "Complete the deployment, or the back-out",
    title="Complete a deployment",
    submit="Complete",
    group="Deploy",
    example="/release complete REL-42",
)
def complete(call: Call, arguments: WithWords, records: Records) -> Reply:
    """After the last stage the release is deployed and its services have the new version; while rolling back, the
    previous state is restored, and with it the versions.
    """
    found = find.release(records, arguments.release)
    backing_out = found.state is State.ROLLING_BACK
    find.permitted(call, records, found, Move.ROLLED_BACK if backing_out else Move.COMPLETE)
    before = _where(found)
    found.state = State.ROLLED_BACK if backing_out else State.DEPLOYED
    found.completed_at = call.at
    records.releases.save(found)
    stop_status(call, found, records)
    versions = (restore_versions if backing_out else deploy_versions)(found, records)
    done = "is rolled back; the previous state is restored" if backing_out else "is deployed"
    return _moved(
        call,
        found,
        records,
        event="completed",
        sentence=f"{found.key} {done}.",
        before=before,
        versions=versions,
        words=arguments.words,
        problem=backing_out,
    )


_BEGINS = ("started", "stage")
"""Events with which a stage begins."""


def _where(found: Release) -> dict[str, Any]:
    """Where the release stands, as the trail keeps it."""
    return {"state": found.state.value, "stage": found.stage}


_TITLES = {"started": "Started", "stage": "Next stage"}


def _moved(
    call: Call,
    found: Release,
    records: Records,
    *,
    event: str,
    sentence: str,
    before: dict[str, Any],
    versions: tuple[Versions, Versions] = ({}, {}),
    words: str = "",
    publish: bool = False,
    problem: bool = False,
    extra: list[Post] | None = None,
) -> Reply:
    level = FollowLevel.PROBLEMS if problem else FollowLevel.MILESTONES
    old, new = ({"versions": each} if each else {} for each in versions)
    if words:
        keep_words(call, found, words, records)
    card = changed_card(found, _TITLES.get(event, STATES[found.state]), sentence, offers(found, call))
    return Reply(
        card=beginning_card(card, found) if event in _BEGINS else card,
        posts=(
            *(extra or []),
            release_post(call, found, records),
            *announcement_posts(found, records, publish=publish),
            *event_posts(call, found, records, event, [sentence], words=words, level=level),
        ),
        trail=Trail(found.key, before | old, _where(found) | new, why=words),
    )
