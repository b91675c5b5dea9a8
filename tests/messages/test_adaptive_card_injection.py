"""User text is data in Teams too: whatever it is, and wherever it stands, it changes words and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from messages import adaptive_card, adaptive_card_form
from messages.adaptive_card_form import values
from messages.adaptive_card_text import calm, shown
from messages.card import Bold, Card, PersonRef, Plain, Text
from messages.directory import Directory
from messages.safety import one_line, web_address
from tests.messages import samples
from tests.messages.adaptive_card_rules import MARKDOWN, MENTION, markdown, schema_violations, violations, walk
from tests.messages.everywhere import card_of, form_of
from tests.messages.test_injection import HIDDEN
from tests.messages.texts import HOSTILE, many, wild

pytestmark = pytest.mark.timeout(900)  # 10,000 examples on a build server

Json = dict[str, Any]

MARKUP = (
    "<at>Ana</at>", "</at>", "<AT id=\"1\">", "<at", "{{DATE(2026-01-01T00:00:00Z, SHORT)}}", "{{TIME(2026-01-01T00:00:00Z)}}",
    "{{{{DATE(", "{", "**b**", "__b__", "[x](https://evil.example)", "[x]: https://evil.example", "www.evil.example",
    "evil.example", "a@b.c", "- item", "1. item", "# head", "| a |", "\\*", "&lt;at&gt;", "&#42;", "*", "1) x", "    code",
)  # fmt: skip
wild_here = st.one_of(
    wild,
    st.lists(st.one_of(st.sampled_from((*MARKUP, *HOSTILE)), st.text(max_size=6)), max_size=6).map("".join),
    st.text(st.sampled_from("abc 12.-+*_[]()<>{}@/:&|\\#`"), max_size=30),
)
"""Any text at all, more often one with the signs that Teams acts on."""
EVERYBODY = Directory("teams", "t", {1: "29:ana", 2: "29:ben"}, {"29:ana": "Ana"}, {"19:x@thread.tacv2": "x"})


def content(words: str) -> Json:
    drawn: Json = adaptive_card.card(card_of(words), EVERYBODY)
    return drawn


def texts(node: Any) -> list[str]:
    return [str(each[key]) for each in walk(node) for key in ("text", "title", "label", "errorMessage") if key in each]


@many
@given(words=wild_here)
@example(words="<at>Ana</at> {{DATE(2026-01-01T00:00:00Z, SHORT)}}")
@example(words="{{{TIME(2026-01-01T00:00:00Z)}}")
@example(words="1. one")
def test_a_message_keeps_teams_rules(words: str) -> None:
    drawn = adaptive_card.message(card_of(words), EVERYBODY)
    assert violations(drawn) == []
    assert [each for each in texts(drawn["attachments"][0]["content"]["body"]) if HIDDEN.search(each)] == []


@many
@given(words=wild_here)
@example(words="-")
def test_a_form_keeps_teams_rules(words: str) -> None:
    form = form_of(words)
    drawn = adaptive_card_form.dialog(form, EVERYBODY)
    assert violations(drawn["card"]["content"]) == []
    assert violations(adaptive_card_form.inline(form, EVERYBODY)) == []
    assert not HIDDEN.search(drawn["title"])


@settings(many, max_examples=many.max_examples // 20)
@given(words=wild_here)
def test_the_official_schema_takes_whatever_is_written(words: str) -> None:
    assert schema_violations(content(words)) == []
    assert schema_violations(adaptive_card_form.inline(form_of(words), EVERYBODY)) == []


@many
@given(words=wild_here)
def test_words_mention_and_link_nobody_else(words: str) -> None:
    drawn = content(words)
    assert [each["mentioned"]["id"] for each in drawn["msteams"]["entities"]] == ["29:ben"]
    blocks = [each["text"] for each in walk(drawn["body"]) if each.get("type") == "TextBlock"]
    assert {found for text in blocks for found in MENTION.findall(text)} <= {
        drawn["msteams"]["entities"][0]["mentioned"]["name"]
    }
    links = {each["url"] for each in walk(drawn["body"]) if each.get("type") == "Action.OpenUrl"}
    assert links == {"https://example.org/"} | ({words} if web_address(words) else set())


def kinds(node: Json) -> list[str]:
    """What acts in a card, in order: all that words must not change."""
    return [
        each["type"]
        for each in walk(node["body"])
        if str(each.get("type")).startswith(("Action", "Column", "Container"))
    ]


HARMLESS = kinds(content("words"))


@many
@given(words=wild_here)
def test_words_change_nothing_but_words(words: str) -> None:
    assume(one_line(words) and web_address(words) is None and len(words) < 200)
    drawn = content(words)
    assert kinds(drawn) == HARMLESS
    assert shown(words).strip() in {text.strip() for text in texts(drawn["body"])}


@many
@given(words=wild_here)
def test_calm_words_are_those_that_no_markdown_has_a_meaning_for(words: str) -> None:
    if calm(words):
        assert not MARKDOWN.search(words)
        assert shown(words) == words


@many
@given(before=wild_here, name=wild_here, bold=wild_here, after=wild_here)
@example(before="1", name="Ben", bold="x", after="x")
@example(before="1", name="Ben", bold=".", after=" x")
@example(before="evil.", name="example", bold="example", after="")
@example(before="", name="evil.example", bold="", after=".example")
@example(before="http:", name="/", bold="/", after="evil")
@example(before="-", name="Ben", bold="", after=" x")
@example(before="", name="0", bold="", after=".")
def test_a_mention_brings_no_markup_with_its_neighbours(before: str, name: str, bold: str, after: str) -> None:
    row = Text((Plain(before), Bold(bold), PersonRef(2, name, notify=True), Plain(after)))
    drawn = adaptive_card.card(Card("T", (row,)), EVERYBODY)
    assert violations(drawn) == []
    for block in (each["text"] for each in walk(drawn["body"]) if each.get("type") == "TextBlock"):
        assert not MARKDOWN.search(markdown(block))


@many
@given(say=wild_here)
def test_a_button_says_exactly_its_sentence(say: str) -> None:
    assume(len(say.encode("utf-16-le", "surrogatepass")) <= 4_000)
    drawn = adaptive_card.card(card_of("words", say), EVERYBODY)
    acting = [each for each in walk(drawn["body"]) if each.get("type") in ("Action.Execute", "Action.Submit")]
    assert {each["data"]["say"] for each in acting} == {say}


@many
@given(words=wild_here)
def test_what_is_typed_into_a_form_comes_back_as_it_is(words: str) -> None:
    asked = {"title": "line", "why": "text", "risk": "choice"}
    sent = {"say": "new", "form": True, "asks": asked, "field.title": words, "field.why": words, "field.risk": words}
    assume(words != "-")
    assert values(sent) == {"title": words, "why": words, "risk": words}


def test_hostile_words_are_shown_as_they_are() -> None:
    for words in (*HOSTILE, *MARKUP):
        if one_line(words):
            top = adaptive_card.card(Card(words), samples.TEAMS)["body"][0]["items"][0]
            plain = "".join(texts(top))
            assert plain.replace("\u2060", "").removeprefix("**").strip() == one_line(words).removeprefix("**")
