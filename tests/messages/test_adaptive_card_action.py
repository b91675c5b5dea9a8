"""Buttons of an Adaptive Card: their sentences, their forms, and the questions asked first."""

from typing import Any

import pytest

from messages.adaptive_card import card
from messages.adaptive_card_action import action, asks_for_form
from messages.card import Button, Buttons, ButtonStyle, Card, Confirm, button, text
from messages.directory import Directory
from tests.messages.adaptive_card_rules import schema_violations, violations, walk

Json = dict[str, Any]
SURE = Confirm("Cancel REL-42?", "It can't be taken up again.", "Cancel it", "Keep it")
CANCEL = button("Cancel", "cancel", "REL-42", style=ButtonStyle.DANGER, confirm=SURE)


def drawn(*buttons: Button) -> Json:
    return card(Card("", (text("x"), Buttons(buttons))), Directory())


def sets(content: Json) -> list[Json]:
    return [each for each in walk(content["body"]) if each.get("type") == "ActionSet"]


def press(content: Json, title: str) -> Json:
    """The card after a press on a button that shows and hides: what is left to be seen."""
    (pressed,) = [each for each in visible(content) if each.get("title") == title]
    shows = {each["elementId"]: each["isVisible"] for each in pressed["targetElements"]}
    body = [
        {**each, "isVisible": shows.get(each.get("id", ""), each.get("isVisible", True))} for each in content["body"]
    ]
    return {**content, "body": body}


def visible(content: Json) -> list[Json]:
    return [node for each in content["body"] if each.get("isVisible", True) for node in walk(each)]


def offered(content: Json) -> list[str]:
    return [
        each["title"]
        for actions in visible(content)
        if actions.get("type") == "ActionSet"
        for each in actions["actions"]
    ]


def test_a_button_says_its_sentence_and_an_older_client_says_the_same() -> None:
    made = action(button("Approve", "approve", "REL-42", style=ButtonStyle.PRIMARY, revision=2))
    assert (made["type"], made["verb"], made["title"], made["style"]) == (
        "Action.Execute",
        "say",
        "Approve",
        "positive",
    )
    assert made["data"] == made["fallback"]["data"] == {"say": "approve REL-42 revision=2"}
    assert made["fallback"]["type"] == "Action.Submit"


def test_the_styles_are_teams_own() -> None:
    styles = [action(Button("x", "x", style)).get("style") for style in ButtonStyle]
    assert styles == [None, "positive", "destructive"]


@pytest.mark.parametrize(
    "say, asks",
    [
        ("reject REL-42 form=yes", True),
        ('new "Faster refunds" form="yes"', True),
        ("reject REL-42 form=no", False),
        ('new "form=yes"', False),
        ("reject REL-42", False),
        ('new "unclosed form=yes', False),
    ],
)
def test_a_sentence_that_asks_for_a_form_opens_a_dialog(say: str, asks: bool) -> None:
    assert asks_for_form(say) is asks
    made = action(Button("x", say))
    assert (made["type"] == "Action.Submit") is asks
    assert made["data"] == ({"msteams": {"type": "task/fetch"}, "say": say} if asks else {"say": say})


def test_a_sentence_too_long_for_a_button_is_the_cards_mistake() -> None:
    assert action(Button("x", "s" * 2_000))["data"]["say"] == "s" * 2_000
    with pytest.raises(ValueError, match=r"says 2001 characters; a button carries at most 2000"):
        action(Button("x", "s" * 2_001))


def test_a_label_is_one_short_line() -> None:
    assert action(Button("a\nb {{TIME(x)}}", "x"))["title"] == "a b {\u2060{TIME(x)}}"
    assert action(Button("long " * 30, "x"))["title"].endswith("… (shortened)")
    assert action(Button(" ", "x"))["title"] == "—"


@pytest.mark.parametrize("count, rows", [(1, [1]), (6, [6]), (7, [6, 1]), (14, [6, 6, 2])])
def test_no_row_holds_more_than_teams_shows(count: int, rows: list[int]) -> None:
    content = drawn(*(button(f"Show {number}", "show", f"REL-{number}") for number in range(count)))
    assert [len(each["actions"]) for each in sets(content)] == rows
    assert violations(content) == schema_violations(content) == []


def test_a_question_takes_the_place_of_the_buttons_and_gives_it_back() -> None:
    content = drawn(button("Show", "show", "REL-42"), CANCEL)
    assert offered(content) == ["Show", "Cancel"]
    asked = press(content, "Cancel")
    assert offered(asked) == ["Cancel it", "Keep it"]
    assert {"Cancel REL-42?", "It can't be taken up again."} <= {each.get("text") for each in visible(asked)}
    assert offered(press(asked, "Keep it")) == ["Show", "Cancel"]


def test_only_yes_says_the_sentence() -> None:
    content = drawn(CANCEL)
    saying = [each["title"] for each in walk(content["body"]) if each.get("verb") == "say"]
    assert saying == ["Cancel it"]
    assert violations(content) == schema_violations(content) == []


def test_each_question_has_its_own_place() -> None:
    other = Button("Recall", "recall REL-42", confirm=Confirm("Recall it?", "The board is told.", "Recall"))
    content = card(Card("", (text("x"), Buttons((CANCEL, other)), Buttons((CANCEL,) * 8))), Directory())
    assert violations(content) == schema_violations(content) == []
    first = drawn(CANCEL, other)
    assert offered(press(first, "Recall")) == ["Recall", "Not now"]
