"""`/release prepared`: that people, support, communication, resources and budget are ready for a release (process section 3)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import read
from handlers.kit.arguments import argument, release_argument
from handlers.kit.call import Call, Post, Refused, Reply, Trail
from handlers.kit.command import command, of_release
from handlers.kit.evidence import direct_word
from handlers.kit.proven import recorder
from messages.card import Button
from messages.form import Choice, FieldKind
from messages.record import PREPARED
from messages.release import changed_card
from storage.evidence import Stated, Topic
from storage.records import Records
from storage.release import Release

_TOPICS = tuple(Choice(topic.value, label) for topic, label in PREPARED.items())
TAKEN_BACK = "-"


@dataclass(frozen=True, slots=True)
class Prepared:
    release: int = release_argument()
    topic: Topic = argument(
        "What is prepared",
        read.one_of(Topic),
        kind=FieldKind.CHOICE,
        positional=True,
        choices=_TOPICS,
        example="training",
    )
    words: str = argument(
        "How", read.needed, kind=FieldKind.TEXT, rest=True, limit=2000,
        hint="Who was trained, who stands by, what was booked; - takes it back", example='"Two evenings for the desk"',
    )  # fmt: skip


@command(
    "prepared",
    "Say what is prepared for a release",
    title="What is prepared",
    submit="State it",
    group="Plan",
    whose=of_release(recorder),
    example='/release prepared REL-42 training "Two evenings for the service desk"',
)
def prepared(call: Call, arguments: Prepared, records: Records) -> Reply:
    """Whoever says it stands for it with their name; said again, it's the newest word that counts."""
    found = recorder(call, arguments.release, records)
    topic, label = arguments.topic, PREPARED[arguments.topic].lower()
    known = next((each for each in records.evidence.statements.of(found.id) if each.topic is topic), None)
    before: dict[str, object] = {topic.value: known.words} if known else {}
    if arguments.words == TAKEN_BACK:
        return _taken_back(call, found, known, label, records)
    said = Stated(
        organisation_id=records.organisation.id, release_id=found.id, topic=topic, words=arguments.words, digest=found.digest,
        person_id=call.person.id, at=call.at,
    )  # fmt: skip
    _keep(known, said, records)
    sentence = f"{call.person.name} states for {found.key}, {label}: {arguments.words}"
    return Reply(
        card=changed_card(found, "Stated", sentence, _ways(found)),
        posts=_told(call, found, sentence),
        trail=Trail(found.key, before, {topic.value: arguments.words}),
    )


def _keep(known: Stated | None, said: Stated, records: Records) -> None:
    if known is None:
        records.evidence.statements.add(said)
    else:
        records.evidence.statements.save(said.model_copy(update={"id": known.id}))


def _taken_back(call: Call, found: Release, known: Stated | None, label: str, records: Records) -> Reply:
    if known is None:
        raise Refused(f"Nothing is stated for {found.key}, {label}, that could be taken back.", field="words")
    records.evidence.statements.remove(known)
    sentence = f"{call.person.name} took back what was stated for {found.key}, {label}."
    return Reply(
        card=changed_card(found, "Taken back", sentence, _ways(found)),
        posts=_told(call, found, sentence),
        trail=Trail(found.key, before={known.topic.value: known.words}),
    )


def _told(call: Call, found: Release, sentence: str) -> tuple[Post, ...]:
    return tuple(direct_word(call, found, found.coordinator_id, f"Preparation of {found.key}", sentence))


def _ways(found: Release) -> tuple[Button, ...]:
    return (Button(f"Show {found.key}", f"show {found.key}"),)
