"""From what Slack delivered to the sentence that was said, with the speaker and the place that the envelope vouches for."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from bot.sentence import Sentence, Speaker
from bot.slack import words
from bot.slack.envelope import (
    Command,
    Envelope,
    Id,
    Interaction,
    MaybeId,
    Name,
    Press,
    Shape,
    Shortcut,
    Submission,
    Text,
    Word,
)
from handlers.kit.call import Place
from messages.block_kit_form import values
from storage.terms import AccountKind, Origin, Platform

DIRECT = "directmessage"
"""What Slack calls a conversation of two in a slash command's `channel_name`."""

SHORTCUTS = {"new": "new form=yes", "emergency": "emergency form=yes"}
"""The global shortcuts of the manifest, as sentences."""


class Message(Shape):
    """The event of a mention, or of a message to the bot. `thread_ts` is set inside a thread."""

    type: Name
    subtype: Name = ""
    user: MaybeId = ""
    bot_id: MaybeId = ""
    text: Text = ""
    channel: Id
    channel_type: Name = ""
    thread_ts: Word = ""
    team: MaybeId = ""
    user_team: MaybeId = ""

    @property
    def direct(self) -> bool:
        return self.channel_type == "im" or self.channel.startswith("D")

    @property
    def by_a_person(self) -> bool:
        """Somebody wrote it just now: no edit, no join, no word of a bot, ours among them."""
        return bool(self.user) and not self.subtype and not self.bot_id


def of_command(said: Command, workspace: str, kind: AccountKind) -> Sentence:
    direct = said.channel_name == DIRECT or said.channel_id.startswith("D")
    return Sentence(
        id=_act(said, said.trigger_id),
        speaker=_speaker(workspace, said.user_id, said.user_name, kind),
        line=words.plain(said.text),
        origin=Origin.TYPED,
        place=_place(workspace, said.channel_id, "" if direct else said.channel_name, direct=direct),
    )


def of_press(pressed: Press, workspace: str, kind: AccountKind) -> Sentence:
    """The first action's value is the pre-typed sentence; Slack sends one action at a time for buttons."""
    action = pressed.actions[0]
    return Sentence(
        id=_act(pressed, pressed.trigger_id, action.action_ts),
        speaker=_by(pressed, workspace, kind),
        line=action.said,
        origin=Origin.PRESSED,
        place=_where(pressed, workspace) or (unpacked(pressed.view.private_metadata)[1] if pressed.view else None),
    )


def of_submission(sent: Submission, workspace: str, kind: AccountKind) -> Sentence:
    """A form sent again after a time-out is the same act; sent again with other answers it is another."""
    line, place = unpacked(sent.view.private_metadata)
    given = {name: word.replace("\x00", "") for name, word in values(sent.view.state).items()}
    return Sentence(
        id=_act(sent, sent.view.id, sent.view.hash, _digest(given)),
        speaker=_by(sent, workspace, kind),
        line=line,
        origin=Origin.FILLED,
        place=place,
        values=given,
    )


def of_shortcut(chosen: Shortcut, workspace: str, kind: AccountKind) -> Sentence:
    """A shortcut that isn't ours is the request for help."""
    line = SHORTCUTS.get(chosen.callback_id, "help")
    return Sentence(_act(chosen, chosen.trigger_id), _by(chosen, workspace, kind), line, Origin.PRESSED)


def of_message(event_id: str, message: Message, bot: str, workspace: str, kind: AccountKind) -> Sentence:
    return Sentence(
        id=f"slack:{event_id}",
        speaker=_speaker(workspace, message.user, "", kind),
        line=words.plain(words.addressed_to(bot, message.text)),
        origin=Origin.TYPED,
        place=_place(workspace, message.channel, "", direct=message.direct),
    )


def of_home(mark: str, user: str, workspace: str, kind: AccountKind) -> Sentence:
    """The home tab asks for what stands on it. It only reads, so nothing depends on its `mark`."""
    return Sentence(f"slack:home:{mark}", _speaker(workspace, user, "", kind), "home", Origin.PRESSED)


def is_outside(envelope: Interaction, workspace: str) -> bool:
    """The account belongs to another workspace: a shared channel lets it see our buttons."""
    org = envelope.enterprise.id if envelope.enterprise else ""
    return envelope.user.team_id not in ("", workspace, org) and org != workspace


# ---- what a modal carries unseen: its sentence, and where it was opened


def packed(say: str, place: Place | None) -> str:
    """The `private_metadata` of a form; the place is left out where there is no room for it."""
    if place is None:
        return say
    whole = orjson.dumps({"say": say, "in": place.workspace, "at": place.channel, "name": place.name}).decode()
    return whole if len(whole.encode("utf-16-le")) // 2 <= 3_000 else say


def unpacked(metadata: str) -> tuple[str, Place | None]:
    """The sentence, and the place if there is one. A sentence never begins with a brace."""
    if not metadata.startswith("{"):
        return metadata, None
    try:
        found: dict[str, Any] = orjson.loads(metadata)
        say, workspace, channel, name = (str(found[key]) for key in ("say", "in", "at", "name"))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return metadata, None
    return say, _place(workspace, channel, name, direct=channel.startswith("D"))


# ---- shared


def _by(envelope: Interaction, workspace: str, kind: AccountKind) -> Speaker:
    outside = is_outside(envelope, workspace)
    handle = envelope.user.username or envelope.user.name
    return _speaker(workspace, envelope.user.id, handle, AccountKind.FOREIGN if outside else kind)


def _speaker(workspace: str, user: str, handle: str, kind: AccountKind) -> Speaker:
    return Speaker(Platform.SLACK, workspace, user, handle, kind)


def _where(envelope: Interaction, workspace: str) -> Place | None:
    channel = envelope.channel
    if channel is None:
        return None
    direct = channel.id.startswith("D") or channel.name == DIRECT
    return _place(workspace, channel.id, "" if direct else channel.name, direct=direct)


def _place(workspace: str, channel: str, name: str, *, direct: bool) -> Place:
    return Place(Platform.SLACK, workspace, channel, name, direct)


def _act(envelope: Envelope, *marks: str) -> str:
    """The same for every delivery of one act; where Slack gave no mark of its own, the content has to serve."""
    return f"slack:{':'.join(marks)}" if any(marks) else f"slack:{_digest(envelope.model_dump())}"


def _digest(values: object) -> str:
    return hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
