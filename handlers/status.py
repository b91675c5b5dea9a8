"""`/release status`: words about a release on its way, and the updates that go out by themselves while it deploys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.announce import keep_words
from handlers.kit import find
from handlers.kit.arguments import OneRelease, argument, release_argument
from handlers.kit.call import Call, Direct, NotTheirs, Post, Reply, Trail, WhereverItHangs, minutes
from handlers.kit.command import command
from handlers.kit.living import announcement_posts, announcement_slot, release_slot
from handlers.kit.overview import overview
from handlers.kit.progress import plan_facts, plan_status
from handlers.policy.calendar import Wall, read_wall
from handlers.policy.lifecycle import Actor, actors
from messages.announcement import ask_words_card, progress_card, status_card
from messages.card import Card, PersonRef
from messages.form import FieldKind
from messages.release import changed_card
from storage.records import Records
from storage.release import Release
from storage.terms import Delivery, State

_ON_ITS_WAY = (State.DEPLOYING, State.ROLLING_BACK)


@dataclass(frozen=True, slots=True)
class Status:
    release: int | None = argument(
        "Release", find.optional_release, positional=True, pointer=True, default=None, example="REL-42"
    )
    words: str = argument("Words", kind=FieldKind.TEXT, default="", rest=True, blank="", limit=2000, hint="How it goes")


@dataclass(frozen=True, slots=True)
class Facts:
    release: int = release_argument()
    since: Wall = argument("Since", read_wall, hidden=True)


def _told_by(call: Call, found: Release) -> None:
    if not actors(call.person.id, call.roles, found) & {Actor.COORDINATOR, Actor.RELEASE_MANAGER, Actor.ON_CALL}:
        sentence = f"The status of {found.key} is told by its coordinator or the release manager."
        raise NotTheirs(sentence, people=(found.coordinator_id,))


def _whose(call: Call, values: Mapping[str, Any], records: Records) -> None:
    """Whoever names no release only looks."""
    if (number := values.get("release")) is not None:
        _told_by(call, find.release(records, number))


@command(
    "status",
    "Say how a release goes, or see how all stand",
    title="Say how it goes",
    group="Communicate",
    submit="Post",
    whose=_whose,
)
def status(call: Call, arguments: Status, records: Records) -> Reply:
    """With words they are posted at once; without a release it shows how everything stands."""
    if arguments.release is None:
        return Reply(card=status_card(overview(records, call.at), call.at, call.zone))
    found = find.release(records, arguments.release)
    if not arguments.words:
        return Reply(card=progress_card(found, call.at, "", None) if found.started_at else _no_progress(found))
    _told_by(call, found)
    keep_words(call, found, arguments.words, records)
    card = progress_card(found, call.at, arguments.words, PersonRef(call.person.id, call.person.name))
    return Reply(
        card=changed_card(found, "Posted", f"Your status of {found.key} is posted."),
        posts=(*announcement_posts(found, records), *_progress_posts(call, found, card)),
        trail=Trail(found.key, after={"status": arguments.words}),
    )


def _no_progress(found: Release) -> Card:
    return changed_card(
        found, found.key, f"{found.key} hasn't started. Say words about it: /release status {found.key} …"
    )


def _progress_posts(call: Call, found: Release, card: Card) -> list[Post]:
    slot = f"progress:{call.id}"
    parents = (release_slot(found), announcement_slot(found))
    return [Post(WhereverItHangs(), card, slot, found.key, Delivery.REPLY, parent) for parent in parents]


@command("ask-status", "Ask the coordinator how it goes", group="Clock", clock=True)
def ask_status(call: Call, arguments: OneRelease, records: Records) -> Reply:
    """Words are asked for; if none come in time, the facts go out."""
    found = find.release(records, arguments.release)
    if found.state not in _ON_ITS_WAY:
        return Reply(trail=Trail(found.key, why="not asked: it isn't on its way any more"))
    plan_facts(call, found, records)
    plan_status(call, found, records)
    patience = call.rules.status.patience_minutes
    card, until = ask_words_card(found, patience), call.at + minutes(patience)
    return Reply(
        posts=(Post(Direct(found.coordinator_id), card, f"ask:{call.id}", found.key, until=until),),
        trail=Trail(found.key, after={"asked": found.coordinator_id}),
    )


@command("post-facts", "Post the bare facts of a deployment", group="Clock", clock=True)
def post_facts(call: Call, arguments: Facts, records: Records) -> Reply:
    """The coordinator was asked and said nothing."""
    found = find.release(records, arguments.release)
    latest = records.releases.last_update(found.id)
    if found.state not in _ON_ITS_WAY or (latest is not None and latest.at >= arguments.since.at("UTC")):
        return Reply(trail=Trail(found.key, why="not needed: words came, or it isn't on its way any more"))
    card = progress_card(found, call.at, "", None)
    return Reply(posts=tuple(_progress_posts(call, found, card)), trail=Trail(found.key, after={"posted": "facts"}))
