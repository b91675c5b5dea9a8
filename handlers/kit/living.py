"""The living cards of a release, made anew after a change, and the event that everybody who follows it hears of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from handlers.kit.boards import members, seats
from handlers.kit.call import Audience, Call, Direct, Place, Post, WhereverItHangs
from handlers.kit.readers import own_versions
from handlers.kit.readiness import assessed, shown_risk
from handlers.kit.rules_then import rules_then
from handlers.kit.stakeholders import stakeholder_people, stakeholder_places
from handlers.policy import approval
from handlers.policy.lifecycle import Rule, moves
from handlers.policy.risk import RiskRules, answered
from messages.announcement import announcement_card
from messages.approval import Standing, asked_no_more_card, ballot_card
from messages.card import Button, ButtonStyle, Card, Confirm, Fact, Piece, button
from messages.checklist import waiver_facts
from messages.release import event_card, release_card
from messages.risk import risk_facts
from storage.approval import Ballot
from storage.records import Records
from storage.release import Release
from storage.terms import BallotState, Delivery, FollowLevel, Move, ReleaseType, Role


def namer(records: Records) -> Callable[[int], str]:
    """From a person's id to the name; each person is read once."""
    known: dict[int, str] = {}

    def name(person_id: int) -> str:
        if person_id not in known:
            known[person_id] = records.people.get(person_id).name
        return known[person_id]

    return name


# ---- the release card


def release_post(call: Call, found: Release, records: Records) -> Post:
    """The release card in the releases channel, as it stands now."""
    return Post(Audience("releases"), living_card(call, found, records), release_slot(found), found.key)


def living_card(call: Call, found: Release, records: Records) -> Card:
    """The release for everybody; where a platform can, it asks for the version of whoever may have an act in it."""
    name = namer(records)
    facts = release_facts(found, records, name, call.at, call.rules.risk)
    card = release_card(found, name, offers(found, call), facts)
    return replace(card, refresh=own_versions(found, records, name))


def release_facts(
    found: Release, records: Records, name: Callable[[int], str], at: datetime, rules: RiskRules
) -> list[Fact]:
    """What is shown wherever the release is: its risk at that moment, when it was assessed, and what was waived."""
    return [
        *risk_facts(shown_risk(assessed(found, records, at, rules))),
        *waiver_facts(records.evidence.waivers.of(found.id), name),
    ]


def release_slot(found: Release) -> str:
    return f"release:{found.key}"


_LABELS = {
    Move.EDIT: "Edit",
    Move.SUBMIT: "Submit to the CAB",
    Move.RECALL: "Recall",
    Move.START: "Start",
    Move.REVISE: "Change (voids the approval)",
    Move.STEP: "Next stage",
    Move.COMPLETE: "Complete",
    Move.ROLLBACK: "Roll back",
    Move.ROLLED_BACK: "Back-out done",
    Move.HOLD: "Hold",
    Move.RESUME: "Resume",
    Move.CANCEL: "Cancel",
}
_FORWARD = (Move.SUBMIT, Move.START, Move.STEP, Move.COMPLETE, Move.ROLLED_BACK, Move.RESUME)
_DANGEROUS = (Move.ROLLBACK, Move.CANCEL)
_BY_FORM = (Move.EDIT, Move.REVISE, Move.HOLD, Move.ROLLBACK, Move.CANCEL)
_VOTES = (Move.APPROVE, Move.REJECT)


def offers(found: Release, call: Call) -> tuple[Button, ...]:
    """A button for exactly the moves that the lifecycle allows now; votes are offered by the ballot."""
    allowed = [rule for rule in moves(found, call.rules) if rule.verb and rule.move not in _VOTES]
    return (*(_offer(rule, found) for rule in allowed), Button("Details", f"show {found.key}"))


def _offer(rule: Rule, found: Release) -> Button:
    label = _LABELS[rule.move]
    if rule.move is Move.STEP:
        label = f"Next stage: {found.stages[found.stage + 1]}"
    if rule.move is Move.SUBMIT and found.type is ReleaseType.EMERGENCY:
        label = "Submit to the ECAB"
    style = ButtonStyle.PRIMARY if rule.move in _FORWARD else ButtonStyle.PLAIN
    if rule.move in _DANGEROUS:
        style = ButtonStyle.DANGER
    extra = {"form": "yes"} if rule.move in _BY_FORM else {}
    return button(label, rule.verb, found.key, style=style, confirm=_confirm(rule, found), **extra)


def _confirm(rule: Rule, found: Release) -> Confirm | None:
    if rule.move is Move.START:
        return Confirm(f"Start {found.key}?", f"The deployment of {found.title} begins now."[:280], "Start")
    if rule.move is Move.COMPLETE:
        return Confirm(f"Complete {found.key}?", "The new version is in production and works."[:280], "Complete")
    return None


# ---- the ballot


def standing(call: Call, found: Release, ballot: Ballot, records: Records) -> Standing:
    """The round with its votes, who is awaited, and how many approvals are missing."""
    votes = records.ballots.votes(ballot.id)
    counted = approval.tally(ballot, votes, members(records, ballot.board), found, managers(records, ballot))
    on_board = tuple(person.id for person in seats(records, ballot.board))
    facts = release_facts(found, records, namer(records), ballot.opened_at, _risk_then(call, found, ballot, records))
    return Standing(ballot, votes, counted.awaited, counted.missing, on_board, facts, counted.lacks_manager)


def _risk_then(call: Call, found: Release, ballot: Ballot, records: Records) -> RiskRules:
    """The numbers by which the risk was weighed when the round was opened: it keeps what it asked for."""
    is_assessed = answered(found.content.risk)
    return rules_then(call, records, ballot.opened_at).risk if is_assessed else call.rules.risk


def managers(records: Records, ballot: Ballot) -> list[int]:
    """The change managers, for a round that needs one of them."""
    return [person.id for person in records.people.holders(Role.CHANGE_MANAGER)] if ballot.change_manager else []


def ballot_slot(found: Release, ballot: Ballot) -> str:
    return f"ballot:{found.key}:{ballot.id}"


def ballot_posts(call: Call, found: Release, ballot: Ballot, records: Records, *, opening: bool = False) -> list[Post]:
    """The ballot in its board's channel and with each member who owes a vote; later the same cards, edited."""
    now = standing(call, found, ballot, records)
    card = ballot_card(found, now, namer(records))
    slot = ballot_slot(found, ballot)
    posts = [Post(Audience(ballot.board.value), card, slot, found.key, priority=0)]
    if opening:
        posts += [Post(Direct(person), card, slot, found.key, priority=0) for person in now.awaited]
    if ballot.state is not BallotState.OPEN:
        posts += _asked_no_more(found, ballot, records)
    return posts


def shown_posts(call: Call, found: Release, records: Records) -> list[Post]:
    """The release where it's shown for everybody: its card, and its ballot while that is open."""
    ballot = records.ballots.latest(found.id)
    asked = ballot_posts(call, found, ballot, records) if ballot and ballot.state is BallotState.OPEN else []
    return [release_post(call, found, records), *asked]


def reminder_slot(ballot: Ballot, occasion: int) -> str:
    return f"reminder:{ballot.id}:{occasion}"


def escalation_slot(ballot: Ballot, occasion: int) -> str:
    return f"escalation:{ballot.id}:{occasion}"


def _asked_no_more(found: Release, ballot: Ballot, records: Records) -> list[Post]:
    """Reminders and escalations of a round that is over lose their buttons; what wasn't sent yet isn't any more."""
    card = asked_no_more_card(found, ballot)
    begins = (f"reminder:{ballot.id}:", f"escalation:{ballot.id}:")
    slots = dict.fromkeys(each.slot for each in records.postings.of(found.key) if each.slot.startswith(begins))
    return [Post(WhereverItHangs(), card, slot, found.key, until=ballot.decided_at) for slot in slots]


# ---- the announcement


def announcement_slot(found: Release) -> str:
    return f"announcement:{found.key}"


def announcement_posts(found: Release, records: Records, words: str = "", *, publish: bool = False) -> list[Post]:
    """The living announcement: published where stakeholders read, or edited where it hangs already."""
    card = announcement_card(found, namer(records), words, records.releases.last_update(found.id))
    slot = announcement_slot(found)
    if not publish:
        return [Post(WhereverItHangs(), card, slot, found.key)]
    audiences = ["announcements", *(f"service:{each.name}" for each in found.services)]
    # A channel that is linked and named gets it once: the slot has it there already.
    readers: list[Audience | Place] = [*map(Audience, audiences), *stakeholder_places(records, found)]
    return [Post(to, card, slot, found.key) for to in readers]


# ---- events


def event_posts(
    call: Call,
    found: Release,
    records: Records,
    event: str,
    sentence: Sequence[Piece | str],
    *,
    words: str = "",
    level: FollowLevel = FollowLevel.MILESTONES,
    public: bool = True,
    until: datetime | None = None,
) -> list[Post]:
    """One event of the call: a reply under the release card, under the announcement (when it's for the public), and a direct
    message to the coordinator, to its stakeholders (likewise), and to whoever follows the release or one of its services
    at that level, but not to who did it. One slot for all of them: a channel where both cards hang hears it once.
    """
    card = event_card(found, sentence, words)
    slot = _event_slot(call, event)
    parents = [release_slot(found), *([announcement_slot(found)] if public else [])]
    posts = [Post(WhereverItHangs(), card, slot, found.key, Delivery.REPLY, parent, until) for parent in parents]
    named = stakeholder_people(records, found) if public else []
    heard = [found.coordinator_id, *named, *_followers(found, records, level)]
    return [*posts, *(Post(Direct(each), card, slot, found.key, until=until) for each in _others(call, heard))]


def registered_posts(call: Call, found: Release, records: Records) -> list[Post]:
    """A new release, to those who follow one of its services. Its card in the channel speaks for itself."""
    followers = _others(call, _followers(found, records, FollowLevel.ALL))
    if not followers:
        return []
    card = event_card(found, [f"{found.key} was registered: {found.title}"])
    return [Post(Direct(each), card, _event_slot(call, "registered"), found.key) for each in followers]


def _others(call: Call, people: Iterable[int]) -> list[int]:
    """Each person once, without the one who did it."""
    return [each for each in dict.fromkeys(people) if each != call.person.id]


def _event_slot(call: Call, event: str) -> str:
    return f"event:{call.id}:{event}"


_HEARS = {
    FollowLevel.ALL: (FollowLevel.ALL,),
    FollowLevel.MILESTONES: (FollowLevel.ALL, FollowLevel.MILESTONES),
    FollowLevel.PROBLEMS: (FollowLevel.ALL, FollowLevel.MILESTONES, FollowLevel.PROBLEMS),
}


def _followers(found: Release, records: Records, level: FollowLevel) -> list[int]:
    subjects = [found.key, *(f"service:{each.name}" for each in found.services)]
    follows = [follow for subject in subjects for follow in records.follows.of(subject)]
    return [follow.person_id for follow in follows if follow.level in _HEARS[level]]
