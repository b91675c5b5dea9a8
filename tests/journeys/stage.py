"""Where a story is played: the same words, presses and eyes on every platform.

A story is a function over a `Stage`, written once; each platform has a stage of its own. What a story asserts is what
people see: words, buttons, threads. Channels are named as people name them, conversations with Cabbot by the person.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from storage.terms import Role


@dataclass(frozen=True, slots=True)
class Citizen:
    """A person of the stories. `zone` is what their device says."""

    handle: str
    name: str
    zone: str
    roles: tuple[Role, ...] = ()


ZONE = "Europe/Berlin"
CITIZENS = (
    Citizen("ana", "Ana", ZONE),
    Citizen("ben", "Ben", "Europe/London", (Role.CAB_MEMBER, Role.ECAB_MEMBER)),
    Citizen("chiara", "Chiara", "Europe/Rome", (Role.CAB_MEMBER,)),
    Citizen("devika", "Devika", "Asia/Kolkata", (Role.CHANGE_MANAGER, Role.CAB_MEMBER, Role.ECAB_MEMBER)),
    Citizen("jun", "Jun", "Asia/Seoul", (Role.ON_CALL,)),
    Citizen("marta", "Marta", ZONE, (Role.PROCESS_OWNER, Role.RELEASE_MANAGER)),
    Citizen("sofia", "Sofia", "America/New_York"),
)
CHANNELS: Mapping[str, str] = {
    "releases": "releases",
    "cab": "cab",
    "ecab": "ecab",
    "announcements": "announcements",
    "payments": "service:payments",
}
"""The channels and the audience that hears through each."""
SERVICES = (("payments", "2.3.1"), ("checkout", "5.11.0"), ("search", "0.9.3"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as it hangs there now: its words, a line a paragraph; its buttons; the replies under it."""

    words: str
    buttons: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back to the one who acted: a private answer, or a form with its fields and what stands in them."""

    words: str = ""
    buttons: tuple[str, ...] = ()
    form: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


class Stage(Protocol):
    """One platform with the people of the stories, and Cabbot at work on it.

    Every act returns when all that it causes is shown.
    """

    async def says(self, who: str, line: str, channel: str = "releases") -> Heard:
        """Type a command; in `channel`, or with channel="me" in the conversation with Cabbot."""
        ...

    async def presses(self, who: str, label: str, on: str, channel: str) -> Heard:
        """Press a button of the newest message whose words hold `on`; channel="me" is the person's own conversation."""
        ...

    async def follows_up(self, who: str, label: str) -> Heard:
        """Press a button of the private answer that came last."""
        ...

    async def sends(self, who: str, **answers: str) -> Heard:
        """Fill in the open form and send it; what isn't named stays as it was filled in beforehand."""
        ...

    async def chooses(self, who: str, shortcut: str) -> Heard:
        """Take a way to a form that needs no command: `new` or `emergency`."""
        ...

    async def all_press(self, who: list[str], label: str, on: str, channel: str) -> list[Heard]:
        """Several people, at the same moment."""
        ...

    def keeps(self, on: str, channel: str, who: str = "") -> Any:
        """The message as it hangs now, the platform's own, to be pressed when it has long changed."""
        ...

    async def presses_old(self, who: str, label: str, old: Any) -> Heard:
        """Press a button that was there when the message was kept: a client that was offline does that."""
        ...

    def channel(self, name: str) -> list[Seen]:
        """What everybody in the channel sees, oldest first."""
        ...

    def direct(self, who: str) -> list[Seen]:
        """What Cabbot has written to this person alone, oldest first; private answers aside."""
        ...

    def now(self) -> datetime: ...

    async def later(self, *, hours: float = 0, minutes: float = 0) -> None:
        """Time passes; what falls due is said at its moment."""
        ...

    async def until(self, local: str) -> None:
        """Time passes until that wall time in Berlin, `2026-12-01 22:00`."""
        ...

    async def turns_a_page(self) -> None:
        """Between two parts of a story something may happen that nobody must notice: a restart, a storm."""
        ...

    async def sleeps(self, *, hours: float) -> None:
        """Cabbot is switched off for that long, and on again."""
        ...

    async def trail(self) -> list[str]:
        """The audit trail, verified: `ana new REL-1`, with ` refused` where it was."""
        ...


Story = Callable[[Stage], Awaitable[None]]
POLICIES: dict[str, str] = {}
"""The policy.toml of stories that need one of their own, by the story's name."""


def under(policy: str) -> Callable[[Story], Story]:
    """Tell this story under a policy other than the built-in one."""

    def mark(story: Story) -> Story:
        POLICIES[story.__name__] = policy
        return story

    return mark


def find(seen: list[Seen], words: str) -> Seen:
    """The only message that holds these words."""
    found = [each for each in seen if words in each.words]
    assert len(found) == 1, f"“{words}” is in {len(found)} of {len(seen)} messages:\n" + "\n---\n".join(
        each.words for each in seen
    )
    return found[0]


def holds(text: str, *words: str) -> None:
    """The text has all of these words."""
    missing = [each for each in words if each not in text]
    assert not missing, f"{missing} isn't in:\n{text}"
