"""The judge of payloads finds each fault; one that found none would pass everything."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from messages import block_kit, block_kit_form
from tests.messages import samples, samples_forms
from tests.messages.block_kit_rules import violations

MESSAGE = block_kit.message(samples.EVERYTHING, samples.DIRECTORY)
VIEW = block_kit_form.view(samples_forms.NEW_RELEASE, samples.DIRECTORY)


def plain(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False, **more}


def rich(*leaves: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(leaves)}]}


def press(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Go"), "action_id": "a", "value": "v", **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


FAULTS: list[tuple[str, list[dict[str, Any]], str]] = [
    ("too many blocks", [{"type": "divider"}] * 51, "51, more than 50"),
    ("unknown block", [{"type": "markdown", "text": "x"}], "'markdown' is no block"),
    ("input in a message", [{"type": "input"}], "'input' is no block"),
    ("long header", [{"type": "header", "text": plain("x" * 151)}], "151 characters"),
    ("long header in UTF-16", [{"type": "header", "text": plain("🙂" * 76)}], "152 characters"),
    ("blank header", [{"type": "header", "text": plain("  ")}], "blank"),
    ("markup", [{"type": "section", "text": {"type": "mrkdwn", "text": "*x*"}}], "must be plain_text"),
    ("emoji on", [{"type": "section", "text": plain("x", emoji=True)}], "emoji must be off"),
    ("long section", [{"type": "section", "text": plain("x" * 3001)}], "3001 characters"),
    ("empty section", [{"type": "section"}], "neither text nor fields"),
    ("unknown key", [{"type": "divider", "colour": "red"}], "'colour' is unknown"),
    ("missing key", [{"type": "header"}], "'text' is missing"),
    ("eleven in a context", [{"type": "context", "elements": [plain("x")] * 11}], "11 of them"),
    ("26 actions", [actions(*[press(action_id=f"a{n}") for n in range(26)])], "26 of them"),
    ("no actions", [actions()], "0 of them"),
    ("no button", [actions({"type": "overflow"})], "'overflow' is not expected"),
    ("long button", [actions(press(text=plain("x" * 76)))], "76 characters"),
    ("long value", [actions(press(value="x" * 2001))], "2001 characters"),
    ("unknown style", [actions(press(style="red"))], "style"),
    ("bare confirm", [actions(press(confirm={"title": plain("x")}))], "'deny' is missing"),
    ("same action twice", [actions(press()), actions(press())], "'a' stands 2 times"),
    ("same block id twice", [{"type": "divider", "block_id": "b"}] * 2, "'b' stands 2 times"),
    ("long block id", [{"type": "divider", "block_id": "b" * 256}], "256 characters"),
    ("empty leaf", [rich({"type": "text", "text": ""})], "0 characters"),
    ("empty section of rich text", [rich()], "0 of them"),
    ("broadcast", [rich({"type": "broadcast", "range": "channel"})], "'broadcast' is not expected"),
    ("odd link", [rich({"type": "link", "url": "javascript:x"})], "neither http"),
    ("odd date", [rich({"type": "date", "timestamp": "1", "format": "x"})], "a date needs"),
    ("odd style", [rich({"type": "text", "text": "x", "style": {"huge": True}})], "style"),
    ("odd list", [{"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": []}]}], "style: None"),
    ("odd rich text", [{"type": "rich_text", "elements": [{"type": "text", "text": "x"}]}], "no element of rich text"),
    ("much text", [rich({"type": "text", "text": "x" * 2_900}) for _ in range(5)], "characters of text in all"),
    ("much JSON", [rich(*[{"type": "text", "text": "x"}] * 500)], "characters of JSON in all"),
]  # fmt: skip


@pytest.mark.parametrize("blocks, fault", [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_fault_in_a_message_is_found(blocks: list[dict[str, Any]], fault: str) -> None:
    assert fault in "\n".join(violations({"text": "x", "blocks": blocks}))


@pytest.mark.parametrize(
    "text, fault",
    [(None, "needs it"), (" ", "needs it"), ("<!channel>", "bare <"), ("a > b", "bare <"), ("é" * 2001, "4002 bytes")],
)
def test_a_fault_in_the_text_of_a_message_is_found(text: str | None, fault: str) -> None:
    assert fault in "\n".join(violations({"text": text}))


def test_attachments_are_found() -> None:
    assert violations({"text": "x", "attachments": []}) == ["attachments: blocks say it all"]


def test_taking_an_answer_back_needs_no_text() -> None:
    assert violations({"delete_original": True}) == []


def element(**change: Any) -> dict[str, Any]:
    return {"blocks": [{"type": "input", "label": plain("L"), "element": {"action_id": "value", **change}}]}


OPTION = {"text": plain("One"), "value": "1"}


@pytest.mark.parametrize(
    "change, fault",
    [
        ({"title": plain("x" * 25)}, "title.text: 25"),
        ({"submit": None}, "must be plain_text"),
        ({"private_metadata": "x" * 3001}, "3001 characters"),
        ({"callback_id": "x" * 256}, "256 characters"),
        ({"blocks": [{"type": "divider"}] * 101}, "101, more than 100"),
        ({"mood": "good"}, "'mood' is unknown"),
        (element(type="email_text_input"), "not expected in an input"),
        (element(type="plain_text_input", max_length=3001), "max_length"),
        (element(type="plain_text_input", max_length=2, initial_value="abc"), "longer than max_length"),
        (element(type="datetimepicker", initial_date_time=1), "ten digits"),
        (element(type="static_select", options=[]), "0 of them"),
        (element(type="static_select", options=[OPTION] * 2), "stands 2 times"),
        (element(type="radio_buttons", options=[{**OPTION, "value": str(n)} for n in range(11)]), "11 of them"),
        (
            element(type="static_select", options=[OPTION], initial_option={**OPTION, "value": "2"}),
            "none of the options",
        ),
        (element(type="static_select", options=[{**OPTION, "value": "x" * 151}]), "151 characters"),
        (element(type="static_select", option_groups=[]), "option_groups: 0 of them"),
        (element(type="users_select", placeholder=plain("x" * 151)), "151 characters"),
    ],
)
def test_a_fault_in_a_view_is_found(change: dict[str, Any], fault: str) -> None:
    assert fault in "\n".join(violations({**VIEW, **change}))


def test_a_modal_with_inputs_needs_a_button_to_submit() -> None:
    view = copy.deepcopy(VIEW)
    del view["submit"]
    assert violations(view) == ["submit: a modal with inputs needs it"]


def test_a_view_of_a_quarter_megabyte_is_too_large() -> None:
    view = {**VIEW, "blocks": [{"type": "section", "text": plain("語" * 3_000)}] * 20}
    assert "more than 250000" in "\n".join(violations(view))


def test_good_payloads_pass() -> None:
    assert violations(MESSAGE) == []
    assert violations(VIEW) == []
    assert violations({"type": "home", "blocks": MESSAGE["blocks"]}) == []
