"""What each platform's renderers make of a card and of a form, tried out: the cells of docs/parity.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from handlers.kit.ask import form as form_of
from handlers.kit.command import Command, catalogue
from messages import adaptive_card, adaptive_card_form, block_kit, block_kit_form
from messages.card import Button, Buttons, Card, Items
from messages.directory import Directory
from messages.form import Choice, FieldKind, Form, FormField
from messages.html import card_html
from messages.html_form import form_html
from messages.moments import unix_of
from messages.words import count
from tests.fakes import slack_world, teams_cards, teams_forms
from tests.fakes.slack_forms import state_of
from tests.fakes.slack_world import View
from tests.messages import adaptive_card_rules, block_kit_rules

PLATFORMS = ("Slack", "Teams", "Playground")
ZONE = "Europe/Berlin"
ANSWERS = {
    FieldKind.LINE: "payments 2.4.0",
    FieldKind.TEXT: "Drain the queue\nDeploy <b>2.4.0</b> & *check*",
    FieldKind.NUMBER: "2",
    FieldKind.MOMENT: "2026-12-01 22:00",
    FieldKind.FLAG: "yes",
}
MENTIONS = {
    "Slack": ("<@U2>", "<#C1>"),
    "Teams": ("<@29:1ben-0Xw>", "<#19:0a1b2c@thread.tacv2|releases>"),
    "Playground": ("<@ben>", "<#releases|releases>"),
}
TEAMS = Directory(
    "teams", "t1", people={"29:1ben-0Xw": "Ben"}, channels={"19:0a1b2c@thread.tacv2": "releases"}, zone=ZONE
)


def commands() -> list[Command]:
    """What people can say, by name."""
    return sorted((made for made in catalogue().values() if not made.clock), key=lambda made: made.name)


# ---- cards


def drawn(platform: str, card: Card) -> str:
    """The cell of a card: drawn within the platform's limits and rules, with all of its buttons."""
    says = [each.say for each in _buttons(card)]
    return f"drawn, {count(len(says), 'button')}" if _CARDS[platform](card, says) else ""


def _on_slack(card: Card, says: list[str]) -> bool:
    message = block_kit.message(card, Directory("slack", "T1", {2: "U2"}))
    pressed = [each["value"] for each in slack_world.buttons_in(message["blocks"])]
    return block_kit_rules.violations(message) == [] and pressed == says


def _on_teams(card: Card, says: list[str]) -> bool:
    message = adaptive_card.message(card, replace(TEAMS, accounts={2: "29:1ben-0Xw"}))
    content = message["attachments"][0]["content"]
    wrong = adaptive_card_rules.violations(message) + adaptive_card_rules.schema_violations(content)
    shown = teams_cards.actions(content)
    doing = (each for pressed in shown for each in teams_cards.doing(content, pressed))
    return wrong == [] and [each["data"]["say"] for each in doing] == says


def _on_the_page(card: Card, says: list[str]) -> bool:
    page = Page(card_html(card))
    return [each["data-say"] for each in page.tags if "data-say" in each] == says


_CARDS: Mapping[str, Callable[[Card, list[str]], bool]] = {
    "Slack": _on_slack,
    "Teams": _on_teams,
    "Playground": _on_the_page,
}


def _buttons(card: Card) -> Iterator[Button]:
    for part in card.parts:
        if isinstance(part, Buttons):
            yield from part.buttons
        if isinstance(part, Items):
            yield from (button for row in part.rows for button in row.buttons)


# ---- forms


def asked(made: Command, platform: str) -> Form:
    """The command's form with something in each field."""
    return answered(form_of(made, {}, zone=ZONE), platform)


def answered(form: Form, platform: str) -> Form:
    return replace(form, fields=tuple(_with_answer(each, platform) for each in form.fields))


def _with_answer(field: FormField, platform: str) -> FormField:
    person, channel = MENTIONS[platform]
    answers = ANSWERS | {FieldKind.PERSON: person, FieldKind.CHANNEL: channel}
    value = field.choices[-1].value if field.choices else answers[field.kind]
    return replace(field, value=ZONE if field.name == "zone" else value[: field.max_length or None])


def filled(platform: str, form: Form) -> str:
    """The cell of a form: drawn by the platform's renderer, and what stands in it read back by its reader."""
    way, read = _FORMS[platform](form)
    meant = {each.name: _meant(each.kind, each.value) for each in form.fields}
    told = {each.name: _meant(each.kind, read.get(each.name, "")) for each in form.fields}
    return f"{way}, {count(len(read), 'field')}" if read.keys() == meant.keys() and told == meant else ""


def _meant(kind: FieldKind, words: str) -> object:
    """What a field's words mean, however a platform writes them: an instant, a channel with or without its name."""
    if kind is FieldKind.MOMENT:
        return unix_of(words, ZONE)
    return words.partition("|")[0].rstrip(">") if kind is FieldKind.CHANNEL else words


def _modal(form: Form) -> tuple[str, dict[str, str]]:
    view = block_kit_form.view(form, Directory("slack", "T1"))
    assert block_kit_rules.violations(view) == []
    return "modal", block_kit_form.values({"values": state_of(View("V1", "T1", view), {})})


def _dialog(form: Form) -> tuple[str, dict[str, str]]:
    """As a dialog, and as a card with the same questions for clients that open none."""
    cards = adaptive_card_form.dialog(form, TEAMS)["card"]["content"], adaptive_card_form.inline(form, TEAMS)
    found = [_submitted(each) for each in cards]
    assert found[0] == found[1]
    return "dialog and card", found[0]


def _submitted(card: dict[str, Any]) -> dict[str, str]:
    wrong = adaptive_card_rules.violations(card) + adaptive_card_rules.schema_violations(card)
    assert wrong == []
    action = teams_cards.actions(card)[-1]
    return adaptive_card_form.values({**teams_forms.filled(card, {}), **action["data"]})


def _page(form: Form) -> tuple[str, dict[str, str]]:
    people, channels = (Choice("<@ben>", "Ben"),), (Choice("<#releases|releases>", "#releases"),)
    return "page", Page(form_html(form, people, channels)).controls()


_FORMS: Mapping[str, Callable[[Form], tuple[str, dict[str, str]]]] = {
    "Slack": _modal,
    "Teams": _dialog,
    "Playground": _page,
}


class Page(HTMLParser):
    """The tags of a fragment, and what its named controls would send, the later of two with one name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[dict[str, str]] = []
        self._sent: dict[str, str] = {}
        self._select = self._area = ""
        self.feed(html)

    def controls(self) -> dict[str, str]:
        return {name: value.removeprefix("\n") for name, value in self._sent.items()}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.tags.append(given)
        if tag == "input" and (given["type"] not in ("radio", "checkbox") or "checked" in given):
            self._sent[given["name"]] = given.get("value", "")
        elif tag == "textarea":
            self._area = given["name"]
            self._sent[self._area] = ""
        elif tag == "select":
            self._select = given["name"]
            self._sent[self._select] = ""
        elif tag == "option" and "selected" in given:
            self._sent[self._select] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self._sent[self._area] += data
