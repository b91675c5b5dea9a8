"""What Slack sends, checked once against the shapes that we understand: nothing behind this file meets an odd value.

Every envelope names the workspaces whose installation it may be for, in the order in which they are to be tried: the
payload of a shared channel or of an organisation-wide installation names several.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from yarl import URL

Json = dict[str, Any]


class Odd(Exception):
    """Signed by Slack, and yet nothing that Slack documents; the text is a sentence without the payload in it."""


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")  # PostgreSQL keeps no text with a NUL in it


Id = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9_-]{1,64}\z")]
MaybeId = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9_-]{0,64}\z")]
Name = Annotated[str, StringConstraints(max_length=255), AfterValidator(_without_nul)]
Word = Annotated[str, StringConstraints(max_length=3_000)]
Text = Annotated[str, StringConstraints(max_length=40_000), AfterValidator(_without_nul)]


class Shape(BaseModel):
    """Unknown keys are left out; a value that is null counts as missing where there is a default."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        return {key: value for key, value in given.items() if value is not None} if type(given) is dict else given


class Envelope(Shape):
    """Something that Slack delivered. `listener` names who takes it; without one it is acknowledged and dropped."""

    listener: ClassVar[str] = ""

    @property
    def workspaces(self) -> tuple[str, ...]:
        return ()

    def bolt(self) -> Json:
        """The few keys by which Bolt finds the listener."""
        return {"type": self.listener}


class Command(Envelope):
    """A slash command."""

    listener: ClassVar[str] = "command"
    command: Name
    text: Text = ""
    team_id: Id
    enterprise_id: MaybeId = ""
    is_enterprise_install: bool = False
    user_id: Id
    user_name: Name = ""
    channel_id: Id
    channel_name: Name = ""
    trigger_id: Word = Field("", repr=False)
    response_url: Word = Field("", repr=False)

    @property
    def workspaces(self) -> tuple[str, ...]:
        return _tried(self.enterprise_id if self.is_enterprise_install else "", self.team_id)

    def bolt(self) -> Json:
        return {"command": self.command, "team_id": self.team_id, "user_id": self.user_id}


class _Named(Shape):
    id: Id
    name: Name = ""


class _User(Shape):
    id: Id
    username: Name = ""
    name: Name = ""
    team_id: MaybeId = ""


class Interaction(Envelope):
    """What every press, submission and shortcut carries."""

    team: _Named | None = None
    enterprise: _Named | None = None
    is_enterprise_install: bool = False
    user: _User
    channel: _Named | None = None
    trigger_id: Word = Field("", repr=False)
    response_url: Word = Field("", repr=False)

    @property
    def workspaces(self) -> tuple[str, ...]:
        org = self.enterprise.id if self.enterprise and self.is_enterprise_install else ""
        return _tried(org, self.team.id if self.team else "", self.user.team_id)

    def bolt(self) -> Json:
        return {"type": self.listener, "user": {"id": self.user.id}, "callback_id": ""}


class _Option(Shape):
    value: Text = ""


class _Action(Shape):
    """What was pressed: a button has a value, a menu the option that was chosen in it."""

    action_id: Name = ""
    type: Name = ""
    value: Text = ""
    selected_option: _Option | None = None
    action_ts: Word = ""

    @property
    def said(self) -> str:
        return self.selected_option.value if self.selected_option else self.value


class View(Shape):
    """An open modal, or somebody's home tab (`type`). `state` are its inputs, `app_installed_team_id` the workspace whose
    installation opened it.
    """

    id: Id
    type: Name = ""
    hash: Word = ""
    callback_id: Name = ""
    private_metadata: Text = ""
    state: Json = {}
    app_installed_team_id: MaybeId = ""


class _Message(Shape):
    team: MaybeId = ""


class Press(Interaction):
    """A button in a message, or in a modal or the home tab (then there is a view and no response_url)."""

    listener: ClassVar[str] = "block_actions"
    actions: Annotated[list[_Action], Field(min_length=1)]
    view: View | None = None
    message: _Message | None = None

    @property
    def workspaces(self) -> tuple[str, ...]:
        installed = self.view.app_installed_team_id if self.view else self.message.team if self.message else ""
        return tuple(dict.fromkeys((*_tried(installed), *super().workspaces)))

    def bolt(self) -> Json:
        return {**super().bolt(), "actions": [{"action_id": self.actions[0].action_id, "block_id": ""}]}


class Submission(Interaction):
    """A modal that was filled in and sent."""

    listener: ClassVar[str] = "view_submission"
    view: View

    @property
    def workspaces(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*_tried(self.view.app_installed_team_id), *super().workspaces)))

    def bolt(self) -> Json:
        return {**super().bolt(), "view": {"type": "modal", "callback_id": self.view.callback_id}}


class Suggestion(Interaction):
    """A menu asks for its options."""

    listener: ClassVar[str] = "block_suggestion"

    def bolt(self) -> Json:
        return {**super().bolt(), "action_id": "", "block_id": ""}


class Shortcut(Interaction):
    """One of the two global shortcuts."""

    listener: ClassVar[str] = "shortcut"
    callback_id: Name

    def bolt(self) -> Json:
        return {**super().bolt(), "callback_id": self.callback_id}


class _Authorization(Shape):
    team_id: MaybeId = ""
    enterprise_id: MaybeId = ""
    is_enterprise_install: bool = False


class Event(Envelope):
    """An event of the Events API; `event` is checked by whoever handles that type."""

    listener: ClassVar[str] = "event_callback"
    team_id: MaybeId = ""
    event_id: Id
    event: Json
    authorizations: list[_Authorization] = []

    @property
    def workspaces(self) -> tuple[str, ...]:
        first = self.authorizations[0] if self.authorizations else _Authorization()
        org = first.enterprise_id if first.is_enterprise_install else ""
        return _tried(org, first.team_id, self.team_id)

    @property
    def type(self) -> str:
        kind = self.event.get("type")
        return kind if isinstance(kind, str) else ""

    def bolt(self) -> Json:
        return {"type": self.listener, "event": {"type": self.type}}


class Challenge(Envelope):
    """Slack asks whether this address is the app's."""

    challenge: Word


class Ignored(Envelope):
    """A kind of payload that Cabbot doesn't subscribe to (a closed modal, ssl_check): acknowledged, so not repeated."""


KINDS: dict[str, type[Envelope]] = {
    "block_actions": Press,
    "view_submission": Submission,
    "block_suggestion": Suggestion,
    "shortcut": Shortcut,
    "event_callback": Event,
    "url_verification": Challenge,
}


def read(body: bytes, content_type: str) -> Envelope:
    """The envelope in a verified request's body. Raises Odd."""
    if content_type.startswith("application/json"):
        return understood(_object(body))
    if not content_type.startswith("application/x-www-form-urlencoded"):
        raise Odd("A body is a form or JSON.")
    try:
        fields = URL.build(query_string=body.decode("ascii"), encoded=True).query
    except ValueError:
        raise Odd("A form is written in ASCII.") from None
    if "payload" in fields:
        return understood(_object(fields["payload"]))
    return understood(dict(fields))


def understood(payload: Json) -> Envelope:
    """The envelope in a payload that was parsed already. Raises Odd."""
    if "command" in payload:
        kind: type[Envelope] = Command
    elif "ssl_check" in payload:
        return Ignored()
    elif not isinstance(named := payload.get("type"), str):
        raise Odd("A payload says of which type it is.")
    else:
        kind = KINDS.get(named, Ignored)
    try:
        return kind.model_validate(payload)
    except ValidationError as unfit:
        places = sorted({".".join(map(str, error["loc"][:3])) for error in unfit.errors(include_input=False)})
        raise Odd(f"This payload isn't one that Slack documents; look at {', '.join(places)[:200]}.") from None


def _object(text: bytes | str) -> Json:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Odd("The payload isn't valid JSON.") from None
    if not isinstance(found, dict):
        raise Odd("The payload is a JSON object.")
    return found


def _tried(*workspaces: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in workspaces if each))
