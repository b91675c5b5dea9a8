"""From what Teams delivered to the sentence that was said, with the speaker and the place that the envelope vouches for."""

from __future__ import annotations

import hashlib

import orjson

from bot.sentence import Sentence, Speaker
from bot.teams import words
from bot.teams.envelope import Activity, DialogAsked, DialogSent, Executed, Installed, Json, Said, Submitted
from handlers.kit.call import Place
from handlers.policy.calendar import zones
from messages.adaptive_card_form import values
from storage.terms import AccountKind, Origin, Platform

LONGEST_LINE = 40_000
"""Characters of a line that a button or a form hands back; ours are far shorter, and nobody else's counts."""


def of_words(said: Said, kind: AccountKind) -> Sentence:
    return Sentence(
        id=_act(said), speaker=speaker(said, kind), line=words.spoken(said), origin=Origin.TYPED, place=place(said)
    )


def of_data(activity: Activity, data: Json, kind: AccountKind) -> Sentence:
    """A press, or a form that was filled in: what the button or the form carries, and what was answered."""
    filled = is_form(data)
    answers = {name: word.replace("\x00", "") for name, word in values(data).items()} if filled else {}
    return Sentence(
        id=_act(activity, data),
        speaker=speaker(activity, kind),
        line=_line(data),
        origin=Origin.FILLED if filled else Origin.PRESSED,
        place=place(activity),
        values=answers,
    )


def of_greeting(installed: Installed, kind: AccountKind) -> Sentence:
    """Whoever adds Cabbot for themself asks by that what waits for them."""
    return Sentence(
        id=_act(installed), speaker=speaker(installed, kind), line="home", origin=Origin.PRESSED, place=place(installed)
    )


def data_of(activity: Submitted | Executed | DialogAsked | DialogSent) -> Json:
    """What the pressed button, or the form that was sent, carries."""
    match activity:
        case Submitted():
            return activity.value
        case Executed():
            return activity.value.action.data
        case _:
            return activity.value.data


def is_form(data: Json) -> bool:
    """What was sent are the answers to a form's questions."""
    return data.get("form") is True


def speaker(activity: Activity, kind: AccountKind) -> Speaker:
    """The account by Teams' own id. In a shared channel somebody of another tenant may write or press."""
    sender = activity.sender
    outside = sender.tenant not in ("", activity.tenant)
    return Speaker(
        Platform.TEAMS,
        activity.tenant,
        sender.id,
        sender.name,
        AccountKind.FOREIGN if outside else kind,
        directory_id=sender.object_id,
        zone=zone(activity),
    )


def place(activity: Activity) -> Place:
    name = activity.channel_data.channel.name or activity.conversation.name
    return Place(Platform.TEAMS, activity.tenant, activity.base, "" if activity.direct else name, activity.direct)


def zone(activity: Activity) -> str:
    """The IANA zone of the writer's device, empty when Teams doesn't say one that we know."""
    return activity.local_zone if activity.local_zone in zones() else ""


def _line(data: Json) -> str:
    say = data.get("say")
    return say.replace("\x00", "")[:LONGEST_LINE] if isinstance(say, str) and say else "help"


def _act(activity: Activity, data: Json | None = None) -> str:
    """The same for every delivery of one act: Teams repeats an invoke under the id that it had."""
    about: list[object] = [activity.tenant, activity.conversation.id, _plainly(data)]
    if not activity.id:
        about += [activity.sender.id, activity.reply_to, activity.text if isinstance(activity, Said) else ""]
    return f"teams:{activity.id}:{_digest(about)}"


def _plainly(data: Json | None) -> Json | None:
    """As much of it as is ever read: a client can send anything, and nest it as deep as it likes."""
    if data is None:
        return None
    asks = data.get("asks")
    return _scalars(data) | ({"asks": _scalars(asks)} if isinstance(asks, dict) else {})


def _scalars(values: Json) -> Json:
    return {name: value for name, value in values.items() if isinstance(value, str | int | float)}


def _digest(values: object) -> str:
    return hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
