"""The stories' stage on Slack: people of the fake workspace act, and what they see is read from its channels."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes.slack import Ack, FakeSlack
from tests.fakes.slack_world import Message, View
from tests.journeys.house import House
from tests.journeys.played import Played, Weather, fair
from tests.journeys.played import slack_user as user_of
from tests.journeys.stage import CHANNELS, CITIZENS, SERVICES, ZONE, Heard, Seen


def populate(slack: FakeSlack) -> None:
    """The people and channels of the stories, before Cabbot comes."""
    slack.add_user("U0BOT", "cabbot", bot=True)
    for each in CITIZENS:
        slack.add_user(
            user_of(each.handle), each.handle, real_name=each.name, email=f"{each.handle}@example.org", tz=each.zone
        )
    for name in CHANNELS:
        slack.add_channel(name)


class SlackStage(Played):
    """Implements tests.journeys.stage.Stage."""

    def __init__(self, house: House, weather: Weather = fair) -> None:
        super().__init__(house, weather)
        self.slack = house.slack

    # ---- acting

    async def says(self, who: str, line: str, channel: str = "releases") -> Heard:
        user = user_of(who)
        where = self.slack.direct(user).id if channel == "me" else f"#{channel}"
        return await self._answered(user, lambda: self.slack.command(user, where, "/release", line))

    async def presses(self, who: str, label: str, on: str, channel: str) -> Heard:
        message = self._message(on, channel, who, label)
        return await self._answered(user_of(who), lambda: self.slack.press(user_of(who), message, label))

    async def follows_up(self, who: str, label: str) -> Heard:
        user = user_of(who)
        views = self.slack.world.open_views(user)
        where: Message | View = views[-1] if views else self._private(user)[-1]
        return await self._answered(user, lambda: self.slack.press(user, where, label), closing=False)

    async def sends(self, who: str, **answers: str) -> Heard:
        user = user_of(who)
        answers = {name: self._as_slack_asks(name, word) for name, word in answers.items()}
        view = self.slack.view_of(user)
        ack = await self.slack.submit(user, view, **answers)
        assert ack.status == 200, ack
        await self.house.settled()
        open_now = self.slack.world.open_views(user)
        return _of_view(open_now[-1], ack.errors) if open_now else Heard()

    def _as_slack_asks(self, name: str, word: str) -> Any:
        if name != "start":
            return word
        return int(datetime.fromisoformat(word).replace(tzinfo=ZoneInfo(ZONE)).timestamp())

    async def chooses(self, who: str, shortcut: str) -> Heard:
        return await self._answered(user_of(who), lambda: self.slack.shortcut(user_of(who), shortcut))

    async def all_press(self, who: list[str], label: str, on: str, channel: str) -> list[Heard]:
        users = [user_of(each) for each in who]
        message, before = self._message(on, channel, "", label), {user: len(self._private(user)) for user in users}
        acks = await asyncio.gather(*(self.slack.press(user, message, label) for user in users))
        assert {ack.status for ack in acks} == {200}
        await self.house.settled()
        answers = [each for user in before for each in self._private(user)[before[user] :]]
        return [self._heard(each) for each in answers]

    def keeps(self, on: str, channel: str, who: str = "") -> Message:
        return copy.deepcopy(self._message(on, channel, who))

    async def presses_old(self, who: str, label: str, old: Message) -> Heard:
        return await self._answered(user_of(who), lambda: self.slack.press(user_of(who), old, label))

    async def _answered(self, user: str, act: Callable[[], Awaitable[Ack]], *, closing: bool = True) -> Heard:
        """Act, and hear what comes of it: with the acknowledgement or behind it, as a message or a form."""
        if closing:
            self.slack.world.open_views(user).clear()  # whoever acts elsewhere has closed what was open
        before, views = len(self._private(user)), [view.hash for view in self.slack.world.open_views(user)]
        ack = await act()
        assert ack.status == 200, ack
        await self.house.settled()
        opened = [view for view in self.slack.world.open_views(user) if view.hash not in views]
        if opened:
            return _of_view(opened[-1], {})
        answers = self._private(user)[before:]
        assert len(answers) == 1, f"{user} got {len(answers)} answers: {[each.shown for each in answers]}"
        return self._heard(answers[0])

    # ---- seeing

    def channel(self, name: str) -> list[Seen]:
        return self._seen(self.slack.channel(f"#{name}").id)

    def direct(self, who: str) -> list[Seen]:
        return self._seen(self.slack.direct(user_of(who)).id)

    def _seen(self, channel: str) -> list[Seen]:
        found = self.slack.channel(channel)
        return [
            Seen(self._words(each), tuple(each.buttons), tuple(self._words(reply) for reply in found.thread(each.ts)))
            for each in found.messages
        ]

    def _heard(self, answer: Message) -> Heard:
        return Heard(self._words(answer), tuple(answer.buttons))

    def _words(self, message: Message) -> str:
        """What is read there: a mention shows a name."""
        words = message.shown
        for user in self.slack.world.users.values():
            words = words.replace(f"@{user.id}", f"@{user.real_name}")
        for channel in self.slack.world.channels.values():
            words = words.replace(f"#{channel.id}", f"#{channel.name}")
        return words

    def _message(self, on: str, channel: str, who: str, label: str = "") -> Message:
        """The newest that holds the words and the button, in the channel or in its threads."""
        found = self.slack.direct(user_of(who)) if channel == "me" else self.slack.channel(f"#{channel}")
        holding = [each for each in found.history if on in each.shown and not each.only_for and not each.deleted]
        assert holding, f"nothing in {channel} says “{on}”"
        with_button = [each for each in holding if label in each.buttons] if label else holding
        assert with_button, f"no “{label}” on “{on}” in {channel}: {[each.buttons for each in holding]}"
        return with_button[-1]

    def _private(self, user: str) -> list[Message]:
        """Private answers, wherever they were given, oldest first."""
        found = [each for channel in self.slack.world.channels.values() for each in channel.ephemerals(user)]
        return sorted(found, key=lambda each: float(each.ts))


def _of_view(view: View, errors: dict[str, str]) -> Heard:
    fields = {name: _value(element) for name, element in view.inputs.items()}
    return Heard(view.shown, tuple(view.buttons), form=view.title if fields else "", fields=fields, errors=errors)


def _value(element: dict[str, Any]) -> str:
    option = element.get("initial_option") or {}
    for name in ("initial_value", "initial_date_time", "initial_user", "initial_conversation"):
        if element.get(name) is not None:
            return str(element[name])
    return str(option.get("value", ""))


# ---- moving in


async def move_in(stage: SlackStage) -> None:
    """What a process owner does on the first day, in commands."""
    for channel, audience in CHANNELS.items():
        if not audience.startswith("service:"):
            await stage.says("marta", f"link {audience}", channel)
    for name, version in SERVICES:
        await stage.says("marta", f"service add {name} version={version} owner=<@{user_of('ana')}|ana>")
    await stage.says("marta", "link service:payments", "payments")
    for each in CITIZENS:
        for role in each.roles:
            if (each.handle, role.value) != ("marta", "process_owner"):
                await stage.says("marta", f"role grant <@{user_of(each.handle)}|{each.handle}> {role.value}")
