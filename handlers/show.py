"""`/release show` and `/release list`: look at one release, or at many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from handlers.kit import find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import command
from handlers.kit.living import namer, offers, release_facts, standing
from handlers.kit.own_act import own_act, shown_act
from handlers.kit.plans_shown import plan_sections
from handlers.policy import approval
from messages.approval import ballot_buttons, votes_part
from messages.card import Button
from messages.home import act_parts
from messages.line import compose
from messages.own_release import own_button
from messages.record import Beside, record_parts
from messages.release import full_card, list_card
from messages.words import STATES
from storage.records import Records
from storage.release import BEFORE_ALL, Release
from storage.terms import BallotState, State

PAGE = 10
MOST_ROUNDS = 200
"""How many open rounds are looked through for those that wait for one person."""


@dataclass(frozen=True, slots=True)
class Show:
    release: int = release_argument()


@dataclass(frozen=True, slots=True)
class Which:
    which: str = argument(
        "Which",
        default="all",
        positional=True,
        hint="mine, shared, waiting, or a state such as approved",
        example="mine",
    )
    service: str = argument("Service", default="", example="payments")
    before: int = argument("Before", read.whole, default=BEFORE_ALL, hidden=True)
    after: int = argument("After so many", read.whole, default=0, hidden=True)


@command("show", "Show a release", group="Look", reads=True, example="/release show REL-42")
def show(call: Call, arguments: Show, records: Records) -> Reply:
    """Everything recorded of it, and what can be done with it now."""
    found = find.release(records, arguments.release)
    name = namer(records)
    ballot = records.ballots.latest(found.id)
    extra = plan_sections(call, found, records, name)
    votes: tuple[Button, ...] = ()
    if ballot is not None:
        extra += votes_part(standing(call, found, ballot, records), name)
        able = not approval.may_not_vote(call.person.id, call.roles, found, ballot.board)
        if ballot.state is BallotState.OPEN and able:
            votes = ballot_buttons(found, ballot)[:3]
    extra += record_parts(found, _beside(found, records), name)
    act = shown_act(own_act(call, found, records))
    offered = [each for each in offers(found, call) if not each.say.startswith("show ")]
    own = votes if votes and act and act.asks_for_vote else own_button(act, offered)
    buttons = [each for each in (*votes, *offered, *_blocks(found)) if each not in own]
    card = full_card(found, name, buttons, extra, release_facts(found, records, name, call.at, call.rules.risk))
    return Reply(card=replace(card, parts=(*act_parts(act, own, call.zone), *card.parts)))


def _blocks(found: Release) -> Iterator[Button]:
    """The way to the checklist, while anything is asked of the release."""
    if found.state in (State.DRAFT, State.IN_REVIEW, State.APPROVED):
        yield Button("What blocks us", f"checklist {found.key}")


def _beside(found: Release, records: Records) -> Beside:
    kept = records.evidence
    return Beside(
        kept.participants.of(found.id),
        kept.stakeholders.of(found.id),
        kept.risks.of(found.id),
        kept.statements.of(found.id),
    )


@command("list", "List releases", group="Look", reads=True, example="/release list waiting")
def list_releases(call: Call, arguments: Which, records: Records) -> Reply:
    """Mine, those I take part in, those that wait for my vote, those in a state, those of a service; newest first, in pages."""
    title, page, empty = _page(call, arguments, records)
    more = None
    if len(page) > PAGE:
        page = page[:PAGE]
        more = _more(arguments, page[-1].number)
    return Reply(card=list_card(title, page, namer(records), more, empty))


def _more(arguments: Which, last: int) -> Button:
    """The next page: what waits by deadline and what is shared is counted, everything else begins below the last number."""
    which = arguments.which.strip().lower()
    if which in _COUNTED and not arguments.service:
        return Button("More", compose("list", which, after=arguments.after + PAGE))
    return Button("Older", compose("list", arguments.which, service=arguments.service or None, before=last))


_COUNTED = ("waiting", "shared")


def _page(call: Call, arguments: Which, records: Records) -> tuple[str, list[Release], str]:
    which, limit, before = arguments.which.strip().lower(), PAGE + 1, arguments.before
    if arguments.service:
        service = find.service(records, arguments.service)
        return (
            f"Releases of {service}",
            records.releases.of_service(service, before, limit),
            f"No release changes {service}.",
        )
    if which == "mine":
        return (
            "My releases",
            records.releases.coordinated_by(call.person.id, before, limit),
            "You coordinate no release. Register one: /release new.",
        )
    if which == "shared":
        return (
            "Releases I take part in",
            records.taking_part.of(call.person.id, arguments.after + limit)[arguments.after :],
            "You have no part in a release that others coordinate.",
        )
    if which == "waiting":
        return "Waiting for my vote", _waiting(call, records)[arguments.after :], "Nothing waits for your vote."
    if which == "all":
        return "Releases", records.releases.page(before, limit), "There is no release yet. Register one: /release new."
    state = _state(which)
    return (
        f"Releases: {STATES[state].lower()}",
        records.releases.in_state(state, before, limit),
        f"No release is {STATES[state].lower()}.",
    )


def _state(word: str) -> State:
    try:
        return State(word.replace(" ", "_").replace("-", "_"))
    except ValueError:
        known = ", ".join(state.value.replace("_", "-") for state in State)
        raise Refused(
            f"I can list all, mine, shared, waiting, service=NAME, or a state: {known}. “{word}” is none of them."
        ) from None


def _waiting(call: Call, records: Records) -> list[Release]:
    """Open rounds in which this person may vote and hasn't, the nearest deadline first."""
    found = []
    for ballot in records.ballots.open(MOST_ROUNDS):
        release = records.releases.get(ballot.release_id)
        voted = any(vote.person_id == call.person.id for vote in records.ballots.votes(ballot.id))
        if not voted and not approval.may_not_vote(call.person.id, call.roles, release, ballot.board):
            found.append(release)
    return found
