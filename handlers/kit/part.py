"""One part of the approved content and the form that changes it: what the commands of plans have in common."""

from __future__ import annotations

from handlers.kit import ask, find
from handlers.kit.call import Call, Refused, Reply
from handlers.kit.command import catalogue
from handlers.kit.revise import change_move
from handlers.policy.lifecycle import actors, rule_for
from messages.card import Button, button
from storage.records import Records
from storage.release import Release
from storage.terms import Move


def changeable(call: Call, number: int, records: Records, revision: int | None = None) -> Release:
    """The release, if this person may change it now, and if it's still at the revision that their form showed."""
    found = find.release(records, number)
    find.permitted(call, records, found, change_move(found))
    if revision is not None and revision != found.revision:
        raise Refused(
            f"{found.key} was changed by somebody else meanwhile (revision {found.revision} now); look at it and try again.",
            ways=(Button(f"Show {found.key}", f"show {found.key}"),),
        )
    return found


def may_change(call: Call, found: Release) -> bool:
    """Whether this person is offered a change now; what they press is checked again."""
    rule = rule_for(found, change_move(found), call.rules)
    return call.member and rule is not None and bool(actors(call.person.id, call.roles, found) & set(rule.who))


def change_button(found: Release, label: str, *words: str) -> Button:
    """A way to a form that changes approved content; where that has a price, it says so."""
    return button(priced(found, label), *words, form="yes")


def priced(found: Release, label: str) -> str:
    """The label of a change of approved content."""
    return f"{label} (voids the approval)" if change_move(found) is Move.REVISE else label


def filled_in(name: str, found: Release, words: dict[str, str]) -> Reply:
    """The command's form with what stands; it knows of which revision that was."""
    return Reply(form=ask.form(catalogue()[name], standing(found, words), zone=found.zone))


def standing(found: Release, words: dict[str, str]) -> dict[str, str]:
    """What a form begins with: the words that aren't empty, whose they are, and at which revision."""
    told = {name: word for name, word in words.items() if word}
    return {"release": found.key, "revision": str(found.revision), **told}
