"""The next act of whoever asks, from what the records show now."""

from __future__ import annotations

from handlers.kit.call import Call, minutes
from handlers.kit.readiness import checklist
from handlers.policy import approval
from handlers.policy.next_act import NextAct, Situation, next_act
from handlers.policy.step_act import step_act
from messages.home import Act
from storage.approval import Ballot
from storage.records import Records
from storage.release import Release
from storage.terms import BallotState, State

_ASKED_FOR = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
_ON_ITS_WAY = (State.DEPLOYING, State.ROLLING_BACK)
_FACTS = "post-facts "
"""What is said when no words came in time; it waits while they are."""


def own_act(call: Call, found: Release, records: Records) -> NextAct | None:
    """None when the one who asks has nothing to do with the release now, or may only read."""
    if not call.member:
        return None
    vote = owes_vote(call, found, records.ballots.latest(found.id), records)
    asked_for = not vote and found.state in _ASKED_FOR
    known = Situation(
        release=found,
        person_id=call.person.id,
        roles=call.roles,
        at=call.at,
        owes_vote=vote,
        owes_words=owes_words(call, found, records),
        rows=checklist(call, found, records) if asked_for else (),
    )
    return next_act(known, call.rules) or step_act(found, call.person.id, call.at)


def owes_vote(call: Call, found: Release, ballot: Ballot | None, records: Records) -> bool:
    """A round is open in which the person may vote and hasn't."""
    if ballot is None or ballot.state is not BallotState.OPEN:
        return False
    if approval.may_not_vote(call.person.id, call.roles, found, ballot.board):
        return False
    return all(vote.person_id != call.person.id for vote in records.ballots.votes(ballot.id))


def owes_words(call: Call, found: Release, records: Records) -> bool:
    """The coordinator was asked how it goes, and the facts haven't gone out in place of an answer."""
    if found.state not in _ON_ITS_WAY or call.person.id != found.coordinator_id:
        return False
    patience = minutes(call.rules.status.patience_minutes)
    asked = [each.at - patience for each in records.dues.of(f"status:{found.key}") if each.line.startswith(_FACTS)]
    last = records.releases.last_update(found.id)
    return any(last is None or last.at < at for at in asked)


def shown_act(act: NextAct | None) -> Act | None:
    """A person's next act in the words of the cards."""
    return Act(act.sentence, act.label, act.say, act.at) if act else None
