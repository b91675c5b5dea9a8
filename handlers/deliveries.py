"""`/release deliveries`: what waits, what failed and why, who knows of a release; and trying again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.kit import find, read
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.command import command
from handlers.kit.living import namer
from messages.card import Button
from messages.delivery import SHOWN, ledger_card, open_card
from messages.refusal import told
from messages.words import PLATFORMS
from storage.posting import Posting
from storage.records import Records
from storage.terms import Platform, PostingState, Role

_MANAGERS = (Role.RELEASE_MANAGER, Role.CHANGE_MANAGER, Role.PROCESS_OWNER)
_OPEN = (PostingState.WAITING, PostingState.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class Of:
    release: int | None = argument(
        "Release", find.optional_release, positional=True, pointer=True, default=None, example="REL-42"
    )


@dataclass(frozen=True, slots=True)
class One:
    number: int = argument("Number", read.whole, positional=True, pointer=True)


@command(
    "deliveries", "See what was told to whom, what waits and what failed", title="Look at deliveries", submit="Look", group="Look", roles=_MANAGERS, reads=True,
    example="/release deliveries REL-42",
)  # fmt: skip
def deliveries(call: Call, arguments: Of, records: Records) -> Reply:
    """Without a release: what isn't delivered yet. With one: who knows of it."""
    if arguments.release is None:
        postings = records.postings
        most = SHOWN + 1
        waiting, doubtful, dead = (postings.in_state(state, limit=most) for state in (*_OPEN, PostingState.DEAD))
        return Reply(card=open_card(waiting, doubtful, dead, call.zone, _who(records)))
    found = find.release(records, arguments.release)
    open_ = [each for each in records.postings.of(found.key) if each.state in _OPEN]
    return Reply(card=ledger_card(found.key, records.postings.tellings(found.key), open_, call.zone, _who(records)))


def _who(records: Records) -> Callable[[Posting], str]:
    """The person behind a direct message's account, or the channel's name; the id where nobody knows one.

    A platform shows its own channels by their ids, and knows nothing of another's; where there are several, the name
    says which.
    """
    name = namer(records)
    several = len(records.workspaces.platforms()) > 1
    channels = {(each.platform, each.workspace, each.channel): each.channel_name for each in records.links.all()}

    def who(posting: Posting) -> str:
        return f"{called(posting)} ({PLATFORMS[posting.platform]})" if several else called(posting)

    def called(posting: Posting) -> str:
        place = (posting.platform, posting.workspace, posting.channel)
        if not posting.direct:
            return channels.get(place) or _conversation(records, *place) or posting.channel
        account = records.people.account(*place)
        return name(account.person_id) if account else f"@{posting.channel}"

    return who


def _conversation(records: Records, platform: Platform, workspace: str, channel: str) -> str:
    known = records.conversations.of(platform, workspace, channel)
    return known.name if known else ""


@command(
    "deliveries retry",
    "Try a failed delivery again",
    title="Retry a delivery",
    submit="Retry",
    group="Look",
    roles=_MANAGERS,
)
def retry(call: Call, arguments: One, records: Records) -> Reply:
    """It goes out now, however late."""
    posting = records.postings.get(arguments.number)
    if posting is None or posting.state not in (PostingState.DEAD, PostingState.EXPIRED, *_OPEN):
        raise Refused(f"Delivery {arguments.number} isn't one that failed.", ways=(Button("Deliveries", "deliveries"),))
    records.postings.retry(posting, call.at)
    sentence = f"Delivery {posting.id} of {posting.subject} is tried again."
    return Reply(
        card=told("Trying again", sentence),
        trail=Trail(posting.subject, {"delivery": posting.state.value}, {"delivery": "waiting"}),
    )
