"""User text is data: whatever it is, and wherever it stands, it changes words and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import assume, example, given

from messages import block_kit, block_kit_form, plain_text
from messages.html import card_html
from messages.html_form import form_html
from messages.safety import one_line, web_address
from tests.messages import samples
from tests.messages.block_kit_rules import violations
from tests.messages.everywhere import card_of, form_of
from tests.messages.texts import HOSTILE, many, wild

pytestmark = pytest.mark.timeout(900)  # 10,000 examples on a build server
HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ACTIVE = re.compile(r"<[!@#a-z]|(?i:@(here|channel|everyone|group)\b)|&(?!amp;|lt;|gt;)")


def frame(node: Any) -> Any:
    """A payload without its words: all that an unchanged card or form keeps whatever is written in it."""
    if isinstance(node, list):
        return [frame(each) for each in node]
    if isinstance(node, dict):
        return {key: _frame_of(key, each) for key, each in node.items() if key not in ("block_id", "initial_value")}
    return node


def _frame_of(key: str, value: Any) -> Any:
    return "" if key in ("text", "fallback") and isinstance(value, str) else frame(value)


@many
@given(words=wild)
@example(words="<!channel> &lt;@U1> @here")
def test_a_message_keeps_slacks_rules(words: str) -> None:
    message = block_kit.message(card_of(words), samples.DIRECTORY)
    assert violations(message) == []
    assert not ACTIVE.search(message["text"])
    assert [each for each in texts(message) if HIDDEN.search(each)] == []


HARMLESS_BLOCKS = frame(block_kit.message(card_of("words"), samples.DIRECTORY)["blocks"])


@many
@given(words=wild)
def test_words_change_nothing_but_words_in_a_message(words: str) -> None:
    assume(one_line(words) and web_address(words) is None and len(words) < 200)
    drawn = block_kit.message(card_of(words), samples.DIRECTORY)
    assert frame(drawn["blocks"]) == HARMLESS_BLOCKS


@many
@given(words=wild)
def test_a_modal_keeps_slacks_rules(words: str) -> None:
    form = form_of(words)
    view = block_kit_form.view(form, samples.DIRECTORY)
    assert violations(view) == []
    assert set(block_kit_form.errors(form)) <= {field.name for field in form.fields}


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (node[key] for key in ("text", "fallback") if isinstance(node.get(key), str))
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from texts(each)


@pytest.mark.parametrize("words", [each for each in HOSTILE if one_line(each)])
def test_words_stand_only_where_nothing_is_parsed(words: str) -> None:
    message = json.dumps(block_kit.message(card_of(words), samples.DIRECTORY))
    assert "mrkdwn" not in message
    assert '"broadcast"' not in message
    assert '"usergroup"' not in message
    assert message.count('"user_id"') == message.count('"user_id": "U2"') > 0


# ---- HTML


class Reader(HTMLParser):
    """What a browser would make of a fragment: its tags with their attributes' names, its text, its sentences."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.words: list[str] = []
        self.sentences: list[str | None] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.sentences += [value for name, value in attrs if name == "data-say"]

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(("/" + tag, ()))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("!", ()))

    def handle_decl(self, decl: str) -> None:
        self.tags.append(("!", ()))

    def handle_pi(self, data: str) -> None:
        self.tags.append(("?", ()))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


HARMLESS_CARD = Reader(card_html(card_of("words"))).tags
HARMLESS_FORM = Reader(form_html(form_of("words"))).tags


@many
@given(words=wild)
@example(words='"><script>alert(1)</script>')
def test_words_bring_no_tag_and_no_attribute_into_a_page(words: str) -> None:
    assume(one_line(words) and web_address(words) is None)
    drawn = Reader(card_html(card_of(words)))
    assert drawn.tags == HARMLESS_CARD
    shown = "".join(drawn.words)
    assert one_line(words) in one_line(shown)
    assert not HIDDEN.search(shown)


@many
@given(words=wild)
def test_words_bring_no_tag_and_no_attribute_into_a_form(words: str) -> None:
    assume(one_line(words) and web_address(words) is None)
    assume(words.strip().lower() not in ("yes", "true", "on", "1"))
    assert Reader(form_html(form_of(words))).tags == HARMLESS_FORM


@many
@given(say=wild)
def test_a_button_in_a_page_says_exactly_its_sentence(say: str) -> None:
    assert Reader(card_html(card_of("words", say))).sentences == [say] * 3
    assert Reader(form_html(form_of("words", say))).sentences == [say]


# ---- plain text


@many
@given(words=wild)
def test_a_summary_is_one_line_without_controls(words: str) -> None:
    line = plain_text.summary(card_of(words))
    assert not HIDDEN.search(line)
    assert "\n" not in line
