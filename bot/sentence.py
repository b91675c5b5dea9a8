"""What an edge hands to the door, and what it gets back. Edges translate to and from these, and decide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.kit.call import Place
from messages.card import Card
from messages.form import Form
from storage.terms import AccountKind, Origin, Platform


@dataclass(frozen=True, slots=True)
class Speaker:
    """An account as the platform's verified envelope names it; never as a card or a form says.

    `directory_id` is the account in the organisation's own directory, `zone` what their device says: empty if unsaid.
    """

    platform: Platform
    workspace: str
    external: str
    handle: str = ""
    kind: AccountKind = AccountKind.MEMBER
    directory_id: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing said: `line` is what stands after /release, `values` what a form's fields add to it.

    `id` must be the same for every delivery of the same act (a trigger id, an event id, a view id), and differ
    between two acts. People are mentioned as `<@EXTERNAL>`, channels as `<#EXTERNAL|name>`, on every platform.
    """

    id: str
    speaker: Speaker
    line: str
    origin: Origin
    place: Place | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The private answer: a card to show, or a form to open. `refused` when nothing changed.

    A form that was filled in wrongly comes back as `form` with the errors in its fields. `again` is the form whose
    answers were refused as a whole, for a platform where the refusal would take its place.
    """

    card: Card | None = None
    form: Form | None = None
    again: Form | None = None
    refused: bool = False
    repeated: bool = False

    @property
    def has_field_errors(self) -> bool:
        return self.form is not None and any(each.error for each in self.form.fields)
