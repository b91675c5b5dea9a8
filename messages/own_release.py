"""The release card as one person should see it: their one next act at its head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from messages.card import Button, Buttons, ButtonStyle, Card, Part, PersonRef, Refresh, note
from messages.home import Act, act_parts
from messages.line import compose
from storage.release import Release


def asking(release: Release) -> str:
    """The sentence by which a living release card asks for its reader's own version."""
    return compose("next", release.key)


@dataclass(frozen=True, slots=True)
class Own:
    """Who looks, in which time zone, and what they do next with it, if anything. `said`: they asked for it in words."""

    reader: PersonRef
    zone: str
    act: Act | None
    said: bool = False


def own_release_card(release: Release, living: Card, own: Own) -> Card:
    """The living card with the button of the act as it offers it, once and first; whoever has nothing to do sees it as it is."""
    offered = [each for part in living.parts if isinstance(part, Buttons) for each in part.buttons]
    first = own_button(own.act, offered)
    head: list[Part] = act_parts(own.act, first, own.zone)
    if own.act is None and own.said:
        head = [note("Nothing of it waits for you now.")]
    rest = tuple(part for each in living.parts if (part := _without(each, first)) is not None)
    refresh = Refresh(asking(release), (own.reader,)) if living.refresh else None
    return replace(living, parts=(*head, *rest), refresh=refresh)


def own_button(act: Act | None, offered: Sequence[Button]) -> tuple[Button, ...]:
    """The button of the reader's next act, as the card offers it where it does: with its question and its colour."""
    if act is None or not act.say:
        return ()
    return (next((each for each in offered if each.say == act.say), Button(act.label, act.say, ButtonStyle.PRIMARY)),)


def _without(part: Part, taken: Sequence[Button]) -> Part | None:
    if not isinstance(part, Buttons):
        return part
    left = tuple(each for each in part.buttons if each not in taken)
    return Buttons(left) if left else None
