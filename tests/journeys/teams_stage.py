"""The stories' stage on Teams: people of the fake tenant act, and what they see is read from their conversations.

Every device shows moments in Berlin's time here, in which the stories are told.
"""

from __future__ import annotations

import asyncio
import copy
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.fakes import teams_cards as cards
from tests.fakes import teams_forms as forms
from tests.fakes.teams import FakeTeams, Shown
from tests.fakes.teams_world import Conversation, Dialog, Json, Message
from tests.journeys.house import House
from tests.journeys.played import Played, Weather, fair
from tests.journeys.played import teams_user as user_of
from tests.journeys.stage import CHANNELS, CITIZENS, SERVICES, ZONE, Heard, Seen

OPEN = "Open the form"
"""The only button of an answer that can't be a form itself: words open no dialog in Teams."""
_AT = re.compile(r"(\d{4}) at (\d\d:\d\d)")


def populate(teams: FakeTeams) -> None:
    """The people and channels of the stories, before Cabbot comes."""
    for each in CITIZENS:
        teams.add_user(user_of(each.handle), each.name, email=f"{each.handle}@example.org", zone=each.zone)
    for name in CHANNELS:
        teams.add_channel(name)


@dataclass
class Answer:
    """The private answer that somebody got last: a card, on the message in whose place or as which it is shown."""

    on: Message
    card: Json | None


class TeamsStage(Played):
    """Implements tests.journeys.stage.Stage."""

    def __init__(self, house: House, weather: Weather = fair) -> None:
        super().__init__(house, weather)
        self.teams = house.teams
        self._last: dict[str, Answer] = {}

    # ---- acting

    async def says(self, who: str, line: str, channel: str = "releases") -> Heard:
        user, where = user_of(who), "me" if channel == "me" else f"#{channel}"
        answer = await self._answered(user, lambda: self.teams.say(user, where, line))
        if answer.buttons == (OPEN,):
            return await self.follows_up(who, OPEN)
        return answer

    async def presses(self, who: str, label: str, on: str, channel: str) -> Heard:
        user, message = user_of(who), self._message(on, channel, who, label)
        self.teams.close_dialogs(user)
        return await self._pressed(user, message, lambda: self.teams.press(user, message, label))

    async def follows_up(self, who: str, label: str) -> Heard:
        user = user_of(who)
        if self.teams.world.dialogs.get(user):
            return await self._pressed(user, None, lambda: self.teams.press_in_dialog(user, label))
        last = self._last[user]
        assert last.card is not None
        action = cards.action(last.card, label)
        return await self._pressed(user, last.on, lambda: self.teams.act(user, last.on, action, {}))

    async def sends(self, who: str, **answers: str) -> Heard:
        user = user_of(who)
        if self.teams.world.dialogs.get(user):
            return await self._pressed(user, None, lambda: self.teams.send(user, **answers))
        last = self._last[user]
        assert last.card is not None
        action, inputs = cards.actions(last.card)[-1], forms.filled(last.card, answers)
        return await self._pressed(user, last.on, lambda: self.teams.act(user, last.on, action, inputs))

    async def chooses(self, who: str, shortcut: str) -> Heard:
        """The command menu writes its word into the box; the rest is asked for."""
        return await self.says(who, shortcut, "me")

    async def all_press(self, who: list[str], label: str, on: str, channel: str) -> list[Heard]:
        message = self._message(on, channel, "", label)
        users = [user_of(each) for each in who]
        shown = await asyncio.gather(*(self.teams.press(user, message, label) for user in users))
        await self.house.settled()
        return [self._heard(user, each, message) for user, each in zip(users, shown, strict=True)]

    def keeps(self, on: str, channel: str, who: str = "") -> Message:
        return copy.deepcopy(self._message(on, channel, who))

    async def presses_old(self, who: str, label: str, old: Message) -> Heard:
        user = user_of(who)
        self.teams.close_dialogs(user)
        old.views.clear()  # it comes into sight as it was kept, whatever was answered there before
        return await self._pressed(user, old, lambda: self.teams.press(user, old, label))

    async def _answered(self, user: str, act: Callable[[], Awaitable[object]]) -> Heard:
        """Say something, and hear the one message that answers it."""
        self.teams.close_dialogs(user)
        before = len(self._private(user))
        await act()
        await self.house.settled()
        answers = self._private(user)[before:]
        assert len(answers) == 1, f"{user} got {len(answers)} answers: {[each.words() for each in answers]}"
        self._last[user] = Answer(answers[0], answers[0].card(user))
        return self._of_card(user, answers[0].card(user), answers[0].words(user, ZONE))

    async def _pressed(self, user: str, on: Message | None, act: Callable[[], Awaitable[Shown]]) -> Heard:
        shown = await act()
        assert shown.got.status == 200, shown.got
        await self.house.settled()
        return self._heard(user, shown, on)

    def _heard(self, user: str, shown: Shown, on: Message | None) -> Heard:
        if shown.dialog is not None:
            return self._of_dialog(user, shown.dialog)
        if shown.card is not None and on is not None:
            self._last[user] = Answer(on, shown.card)
            return self._of_card(user, shown.card, cards.words(shown.card, ZONE))
        return Heard(shown.text)

    def _of_dialog(self, user: str, dialog: Dialog) -> Heard:
        return Heard(
            _told(cards.words(dialog.card, ZONE)),
            tuple(dialog.buttons),
            form=dialog.title if dialog.inputs else "",
            fields=forms.standing(dialog.card),
            errors=forms.errors(dialog.card),
        )

    def _of_card(self, user: str, card: Json | None, words: str) -> Heard:
        if card is None:
            return Heard(_told(words))
        fields = forms.standing(card)
        buttons = tuple(str(each["title"]) for each in cards.actions(card))
        title = words.partition("\n")[0] if fields else ""
        return Heard(_told(words), buttons, form=title, fields=fields, errors=forms.errors(card))

    # ---- seeing

    def channel(self, name: str) -> list[Seen]:
        found = self.teams.conversation(f"#{name}")
        return self._seen(found, [each for each in found.messages if each.sender == self.teams.world.bot])

    def direct(self, who: str) -> list[Seen]:
        found = self.teams.personal(user_of(who))
        return self._seen(found, [each for each in found.messages if self._is_posted(each)], user_of(who))

    def _seen(self, where: Conversation, messages: list[Message], user: str = "") -> list[Seen]:
        return [
            Seen(
                _told(each.words(user, ZONE)),
                tuple(each.buttons(user)),
                tuple(_told(reply.words(user, ZONE)) for reply in where.replies(each.id)),
            )
            for each in messages
        ]

    def _message(self, on: str, channel: str, who: str, label: str = "") -> Message:
        """The newest that holds the words and the button, in the conversation or its threads."""
        user = user_of(who) if who else ""
        found = self.teams.personal(user) if channel == "me" else self.teams.conversation(f"#{channel}")
        shown = [each for each in found.history if not each.only_for and not each.deleted]
        holding = [each for each in shown if on in _told(each.words(user, ZONE))]
        assert holding, f"nothing in {channel} says “{on}”: {[each.words(user) for each in shown]}"
        with_button = [each for each in holding if label in each.buttons(user)] if label else holding
        assert with_button, f"no “{label}” on “{on}” in {channel}: {[each.buttons(user) for each in holding]}"
        return with_button[-1]

    def _private(self, user: str) -> list[Message]:
        """What answered this person alone, wherever, oldest first."""
        seen = [each for where in self.teams.world.conversations.values() for each in where.targeted(user)]
        own = self.teams.personal(user).messages
        answers = [each for each in own if each.sender == self.teams.world.bot and not self._is_posted(each)]
        return sorted([*seen, *answers], key=lambda each: int(each.id))

    def _is_posted(self, message: Message) -> bool:
        """By the courier: in somebody's own conversation answers stand beside such messages."""
        return f"{message.conversation}/{message.id}" in self.house.posted


def _told(words: str) -> str:
    """As the stories tell it: day and hour with a comma between; Teams puts words there."""
    return _AT.sub(r"\1, \2", words)


# ---- moving in


async def move_in(stage: TeamsStage) -> None:
    """What a process owner does on the first day: add the app to the team, then the commands."""
    await stage.teams.install(user_of("marta"))
    await stage.house.settled()
    for channel, audience in CHANNELS.items():
        if not audience.startswith("service:"):
            await stage.says("marta", f"link {audience}", channel)
    for name, version in SERVICES:
        await stage.says("marta", f"service add {name} version={version} owner=<at>Ana</at>")
    await stage.says("marta", "link service:payments", "payments")
    for each in CITIZENS:
        for role in each.roles:
            if (each.handle, role.value) != ("marta", "process_owner"):
                await stage.says("marta", f"role grant <at>{each.name}</at> {role.value}")
