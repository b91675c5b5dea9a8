"""What Teams sends, checked once against the shapes that we understand: nothing behind this file meets an odd value.

Parsed only after the request's token was found genuine. Names are the Bot Framework's Activity schema in our spelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

Json = dict[str, Any]

CHANNEL = "msteams"
"""The only channel of the Bot Framework that we serve: in others (web chat, Direct Line) a writer chooses their name."""


class Odd(Exception):
    """Sent with a genuine token, and yet nothing that Teams documents; the text is a sentence without the payload."""


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")  # PostgreSQL keeps no text with a NUL in it


Id = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9_.:;@=~/+-]{1,300}\z")]
MaybeId = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9_.:;@=~/+-]{0,300}\z")]
Name = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_without_nul)]
Text = Annotated[str, StringConstraints(max_length=100_000), AfterValidator(_without_nul)]
Address = Annotated[str, StringConstraints(max_length=2_000)]


class Shape(BaseModel):
    """Unknown keys are left out; a value that is null counts as missing where there is a default."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        if type(given) is not dict or None not in given.values():
            return given
        return {key: value for key, value in given.items() if value is not None}


class Account(Shape):
    """A person or a bot in a conversation. `id` is for this bot alone; `object_id` is Entra's, set for people."""

    id: Id
    name: Name = ""
    object_id: MaybeId = Field("", alias="aadObjectId")
    tenant: MaybeId = Field("", alias="tenantId")
    targeted: bool = Field(False, alias="isTargeted")


class _Conversation(Shape):
    id: Id
    kind: Name = Field(alias="conversationType")
    name: Name = ""
    tenant: MaybeId = Field("", alias="tenantId")

    @model_validator(mode="before")
    @classmethod
    def _of_a_kind(cls, given: Any) -> Any:
        """Some invokes don't say it. Only a bot's talk with one person has an id that doesn't begin with 19."""
        if type(given) is not dict or given.get("conversationType") or given.get("kind"):
            return given
        key = str(given.get("id"))
        channel = "@thread.tacv2" in key or "@thread.skype" in key
        kind = "channel" if channel else "groupChat" if key.startswith("19:") else "personal"
        return {**given, "conversationType": kind}


class _Named(Shape):
    id: MaybeId = ""
    name: Name = ""


class _ChannelData(Shape):
    tenant: _Named = _Named()
    team: _Named = _Named()
    channel: _Named = _Named()
    event: Name = Field("", alias="eventType")


class Entity(Shape):
    """A mention, or something that we don't look at. `text` is the mention as it stands in the message's text."""

    type: Name = ""
    text: Text = ""
    mentioned: _Named = _Named()


class Activity(Shape):
    """Something that Teams delivered. What isn't of one of the kinds below is acknowledged and dropped."""

    invoke: ClassVar[bool] = False
    """Whether Teams waits for a body."""

    type: Name
    id: MaybeId = ""
    channel: Name = Field("", alias="channelId")
    service_url: Address = Field("", alias="serviceUrl")
    sender: Account = Field(alias="from")
    recipient: Account
    conversation: _Conversation
    channel_data: _ChannelData = Field(_ChannelData(), alias="channelData")
    reply_to: MaybeId = Field("", alias="replyToId")
    local_zone: Name = Field("", alias="localTimezone")

    @property
    def tenant(self) -> str:
        """Entra's tenant of the conversation, which is where the bot is installed."""
        return self.channel_data.tenant.id or self.conversation.tenant

    @property
    def direct(self) -> bool:
        return self.conversation.kind == "personal"

    @property
    def base(self) -> str:
        """The conversation without the thread: a channel's own id."""
        return self.conversation.id.partition(";messageid=")[0]

    @property
    def thread(self) -> str:
        """The id of the message that began the thread, empty outside one."""
        return self.conversation.id.partition(";messageid=")[2]


class Said(Activity):
    """Words to the bot: a mention in a channel or group chat, anything in a personal one."""

    text: Text = ""
    entities: list[Entity] = []


class Submitted(Activity):
    """A press that came as a message: `Action.Submit`, from clients that don't know `Action.Execute`."""

    value: Json


class _ActionValue(Shape):
    verb: Name = ""
    data: Json = {}


class _ExecuteValue(Shape):
    action: _ActionValue = _ActionValue()
    trigger: Name = ""


class Executed(Activity):
    """`adaptiveCard/action`: a press, or a card that refreshes itself (`trigger` is then `automatic`)."""

    invoke = True
    value: _ExecuteValue


class _TaskValue(Shape):
    data: Json = {}


class DialogAsked(Activity):
    """`task/fetch`: a button that opens a dialog."""

    invoke = True
    value: _TaskValue


class DialogSent(Activity):
    """`task/submit`: a dialog that was filled in and sent."""

    invoke = True
    value: _TaskValue


class OtherInvoke(Activity):
    """An invoke that nothing of ours asks for; Teams hears that it isn't implemented."""

    invoke = True


class Changed(Activity):
    """`conversationUpdate`: members came or went, a channel or team was made, renamed, restored, removed."""

    added: list[Account] = Field([], alias="membersAdded")
    removed: list[Account] = Field([], alias="membersRemoved")


class Installed(Activity):
    """`installationUpdate`: the app was added to a conversation or taken out of it."""

    action: Name = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The HTTP answer to a delivery: an invoke's has a body."""

    status: int = 200
    body: Json | None = None


INVOKES: dict[str, type[Activity]] = {
    "adaptiveCard/action": Executed,
    "task/fetch": DialogAsked,
    "task/submit": DialogSent,
}
KINDS: dict[str, type[Activity]] = {"conversationUpdate": Changed, "installationUpdate": Installed}


def read(body: bytes) -> Activity:
    """The activity. Raises Odd for what isn't one."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Odd("The body isn't JSON.") from None
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        raise Odd("The body isn't an activity: an object with a type.")
    try:
        return _kind(given).model_validate(given)
    except ValidationError as invalid:
        where = ".".join(str(each) for each in invalid.errors()[0]["loc"])
        raise Odd(f"The activity's {where or 'shape'} isn't as Teams documents it.") from None


def _kind(given: Json) -> type[Activity]:
    kind, name = given["type"], given.get("name")
    if kind == "invoke":
        return INVOKES.get(name, OtherInvoke) if isinstance(name, str) else OtherInvoke
    if kind == "message":
        pressed = isinstance(given.get("value"), dict) and not str(given.get("text") or "").strip()
        return Submitted if pressed else Said
    return KINDS.get(kind, Activity)
