"""`/release rollback`: use the back-out plan."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.announce import keep_words
from handlers.kit import find, read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Reply, Trail
from handlers.kit.command import command
from handlers.kit.living import announcement_posts, event_posts, offers, release_post
from handlers.kit.progress import plan_status, stop_status
from messages.card import Part
from messages.form import FieldKind
from messages.release import changed_card, numbered
from storage.records import Records
from storage.terms import FollowLevel, Move, State


@dataclass(frozen=True, slots=True)
class Rollback:
    release: int = release_argument()
    reason: str = argument("Reason", read.needed, kind=FieldKind.TEXT, rest=True, limit=1000, hint="What went wrong")


@command(
    "rollback",
    "Roll a release back",
    group="Deploy",
    submit="Roll back",
    example='/release rollback REL-42 "errors rise"',
)
def rollback(call: Call, arguments: Rollback, records: Records) -> Reply:
    """The back-out plan is carried out now; `complete` says that it is done."""
    found = find.release(records, arguments.release)
    find.permitted(call, records, found, Move.ROLLBACK)
    before = found.state.value
    found.state, found.completed_at, found.hold = State.ROLLING_BACK, None, ""
    records.releases.save(found)
    keep_words(call, found, arguments.reason, records)
    stop_status(call, found, records)
    plan_status(call, found, records)
    sentence = f"{found.key} is being rolled back."
    card = changed_card(found, "Rolling back", sentence, offers(found, call))
    plan: list[Part] = numbered("Back-out plan", found.back_out)
    return Reply(
        card=type(card)(card.title, (card.parts[0], *plan, *card.parts[1:]), card.tone, card.summary),
        posts=(
            release_post(call, found, records),
            *announcement_posts(found, records, publish=True),
            *event_posts(
                call, found, records, "rolling_back", [sentence], words=arguments.reason, level=FollowLevel.PROBLEMS
            ),
        ),
        trail=Trail(found.key, {"state": before}, {"state": "rolling_back"}, why=arguments.reason),
    )
