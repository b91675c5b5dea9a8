from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.models.views import View

from messages.block_kit_form import errors, values, view
from messages.card import Link, PersonRef
from messages.form import Choice, FieldKind, Form, FormField
from tests.messages import samples, samples_forms
from tests.messages.block_kit_rules import violations

HERE = samples.DIRECTORY


def block(field: FormField, *others: FormField, zone: str = "UTC") -> dict[str, Any]:
    return dict(view(Form("T", "say", (field, *others), zone=zone), HERE)["blocks"][0])


def element(kind: FieldKind, value: str = "", **more: Any) -> dict[str, Any]:
    return dict(block(FormField("f", "Field", kind, value, **more))["element"])


def choices(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"v{n}", f"Choice {n}") for n in range(count))


@pytest.mark.parametrize("name", samples_forms.FORMS)
def test_samples_keep_slacks_rules_and_those_of_its_sdk(name: str) -> None:
    drawn = view(samples_forms.FORMS[name], HERE)
    assert violations(drawn) == []
    View(**drawn).validate_json()


def test_the_modal_carries_the_sentence_and_names_its_fields() -> None:
    drawn = view(samples_forms.NEW_RELEASE, HERE)
    assert (drawn["callback_id"], drawn["private_metadata"]) == ("form", 'new "Faster refunds"')
    names = [each["block_id"] for each in drawn["blocks"] if each["type"] == "input"]
    assert names == [field.name for field in samples_forms.NEW_RELEASE.fields]
    assert {each["element"]["action_id"] for each in drawn["blocks"] if each["type"] == "input"} == {"value"}
    assert (drawn["submit"]["text"], drawn["close"]["text"]) == ("Create", "Cancel")


def test_an_introduction_is_rich_text_with_people_and_links() -> None:
    form = Form("T", "say", (FormField("f", "F"),), intro=(PersonRef(2, "Ben", notify=True), Link("https://a.b", "x")))
    drawn = view(form, HERE)["blocks"][0]
    assert [leaf["type"] for leaf in drawn["elements"][0]["elements"]] == ["user", "link"]


@pytest.mark.parametrize(
    "kind, type_",
    [
        (FieldKind.LINE, "plain_text_input"),
        (FieldKind.TEXT, "plain_text_input"),
        (FieldKind.NUMBER, "number_input"),
        (FieldKind.MOMENT, "datetimepicker"),
        (FieldKind.PERSON, "users_select"),
        (FieldKind.CHANNEL, "conversations_select"),
        (FieldKind.FLAG, "checkboxes"),
        (FieldKind.CHOICE, "plain_text_input"),  # nothing to choose from
    ],
)
def test_each_kind_has_its_element(kind: FieldKind, type_: str) -> None:
    assert element(kind)["type"] == type_
    assert block(FormField("f", "F", kind))["optional"] is True
    assert block(FormField("f", "F", kind, required=True))["optional"] is (kind is FieldKind.FLAG)


def test_texts() -> None:
    assert element(FieldKind.LINE, "a")["multiline"] is False
    assert element(FieldKind.TEXT, "a\nb") == {
        "type": "plain_text_input", "multiline": True, "max_length": 3000, "initial_value": "a\nb", "action_id": "value",
    }  # fmt: skip
    assert element(FieldKind.LINE, max_length=150)["max_length"] == 150
    assert element(FieldKind.TEXT, max_length=9_999)["max_length"] == 3_000
    assert "initial_value" not in element(FieldKind.LINE, "")


def test_a_text_that_is_too_long_is_shortened_and_says_so() -> None:
    drawn = block(FormField("f", "F", FieldKind.TEXT, "x" * 5_000))
    assert drawn["element"]["initial_value"].endswith("… (shortened)")
    assert drawn["hint"]["text"] == "Shortened to the 3,000 characters that fit here."


@pytest.mark.parametrize(
    "value, initial", [("2", "2"), (" 1.5 ", "1.5"), ("-3", "-3"), ("two", None), ("1e9", None), ("٣", None)]
)
def test_numbers(value: str, initial: str | None) -> None:
    assert element(FieldKind.NUMBER, value).get("initial_value") == initial


@pytest.mark.parametrize(
    "value, zone, seconds",
    [
        ("2026-12-01 22:00", "Europe/Berlin", 1796158800),
        ("2026-12-01T22:00", "Europe/Berlin", 1796158800),
        ("2026-12-01 21:00", "UTC", 1796158800),
        ("@1796158800", "Europe/Berlin", 1796158800),
        ("tomorrow", "UTC", None),
        ("", "UTC", None),
        ("@12", "UTC", None),  # Slack takes ten digits
        ("2026-12-01 22:00", "Nowhere/Land", 1796162400),
    ],
)
def test_moments(value: str, zone: str, seconds: int | None) -> None:
    drawn = block(FormField("f", "F", FieldKind.MOMENT, value), zone=zone)
    assert drawn["element"].get("initial_date_time") == seconds
    assert drawn["hint"]["text"] == "In your own time zone."


def test_a_zone_that_the_form_asks_for_goes_before_the_readers() -> None:
    start = FormField("start", "Start", FieldKind.MOMENT, "2026-12-01 22:00")
    drawn = block(start, FormField("zone", "Zone", value="Europe/Berlin"), zone="America/New_York")
    assert drawn["element"]["initial_date_time"] == 1796158800


def test_a_few_required_choices_are_radio_buttons_and_others_a_menu() -> None:
    few = element(FieldKind.CHOICE, "v2", choices=choices(4), required=True)
    assert (few["type"], few["initial_option"]["value"]) == ("radio_buttons", "v2")
    assert element(FieldKind.CHOICE, choices=choices(4))["type"] == "static_select"
    assert element(FieldKind.CHOICE, choices=choices(5), required=True)["type"] == "static_select"
    assert "initial_option" not in element(FieldKind.CHOICE, "gone", choices=choices(5))


def test_many_choices_stand_in_groups() -> None:
    drawn = element(FieldKind.CHOICE, "v240", choices=choices(250))
    assert [len(group["options"]) for group in drawn["option_groups"]] == [100, 100, 50]
    assert drawn["option_groups"][1]["label"]["text"] == "Choice 100 to Choice 199"
    assert drawn["initial_option"]["value"] == "v240"


def test_too_many_choices_are_cut_visibly() -> None:
    field = FormField("f", "F", FieldKind.CHOICE, choices=choices(600))
    drawn = view(Form("T", "say", (field,)), HERE)
    assert violations(drawn) == []
    assert drawn["blocks"][0]["hint"]["text"] == "The first 500 are listed; type the command for another."


def test_choices_that_slack_would_refuse_are_left_out() -> None:
    odd = (Choice("", "None"), Choice("a", ""), Choice("a", "Twice"), Choice("x" * 151, "Long"), Choice("b", "B" * 200))
    drawn = view(Form("T", "say", (FormField("f", "F", FieldKind.CHOICE, choices=odd),)), HERE)
    assert violations(drawn) == []
    assert [each["value"] for each in drawn["blocks"][0]["element"]["options"]] == ["a", "b"]


def test_people_and_channels_that_slack_knows_are_filled_in() -> None:
    assert element(FieldKind.PERSON, "<@U2>")["initial_user"] == "U2"
    assert element(FieldKind.PERSON, "<@W2|ben>")["initial_user"] == "W2"
    assert "initial_user" not in element(FieldKind.PERSON, "<@ben>")
    assert element(FieldKind.CHANNEL, "<#C1|releases>")["initial_conversation"] == "C1"
    assert "initial_conversation" not in element(FieldKind.CHANNEL, "#releases")
    assert element(FieldKind.CHANNEL)["filter"] == {"include": ["public", "private"], "exclude_bot_users": True}


def test_flags() -> None:
    assert "initial_options" not in element(FieldKind.FLAG, "no")
    assert element(FieldKind.FLAG, "yes")["initial_options"] == element(FieldKind.FLAG)["options"]


def test_an_error_shows_in_a_modal_that_is_opened_and_in_one_that_stays_open() -> None:
    drawn = view(samples_forms.NEW_RELEASE, HERE)
    hint = next(each["hint"]["text"] for each in drawn["blocks"] if each["block_id"] == "hours")
    assert hint == "⚠ “two” isn't a number; write 2 or 1.5."
    assert errors(samples_forms.NEW_RELEASE) == {"hours": "“two” isn't a number; write 2 or 1.5."}
    assert errors(Form("T", "say", (FormField("f", "F"),))) == {}


def test_forms_that_no_modal_can_carry_are_refused() -> None:
    with pytest.raises(ValueError, match="carries 3001 characters; Slack's limit is 3,000"):
        view(Form("T", "x" * 3_001, (FormField("f", "F"),)), HERE)
    with pytest.raises(ValueError, match="has 0 fields; a modal holds 1 to 99"):
        view(Form("T", "say", ()), HERE)
    most = Form("T", "say", tuple(FormField(f"f{n}", "F") for n in range(99)), intro=samples_forms.NEW_RELEASE.intro)
    assert violations(view(most, HERE)) == []
    with pytest.raises(ValueError, match="has 100 fields"):
        view(Form("T", "say", tuple(FormField(f"f{n}", "F") for n in range(100))), HERE)


# ---- what comes back


def test_values_are_words() -> None:
    state = {
        "values": {
            "title": {"value": {"type": "plain_text_input", "value": "Faster refunds"}},
            "goal": {"value": {"type": "plain_text_input", "value": None}},
            "hours": {"value": {"type": "number_input", "value": "1.5"}},
            "start": {"value": {"type": "datetimepicker", "selected_date_time": 1796158800}},
            "end": {"value": {"type": "datetimepicker", "selected_date_time": None}},
            "service": {"value": {"type": "static_select", "selected_option": {"text": {}, "value": "payments"}}},
            "area": {"value": {"type": "static_select", "selected_option": None}},
            "risk": {"value": {"type": "radio_buttons", "selected_option": {"text": {}, "value": "low"}}},
            "tester": {"value": {"type": "users_select", "selected_user": "U123"}},
            "owner": {"value": {"type": "users_select", "selected_user": None}},
            "channel": {"value": {"type": "conversations_select", "selected_conversation": "C123"}},
            "announce": {"value": {"type": "checkboxes", "selected_options": [{"value": "yes"}]}},
            "force": {"value": {"type": "checkboxes", "selected_options": []}},
        }
    }
    assert values(state) == {
        "title": "Faster refunds",
        "goal": "",
        "hours": "1.5",
        "start": "@1796158800",
        "end": "",
        "service": "payments",
        "area": "",
        "risk": "low",
        "tester": "<@U123>",
        "owner": "",
        "channel": "<#C123>",
        "announce": "yes",
        "force": "no",
    }


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"values": None},
        {"values": []},
        {"values": {"f": None}},
        {"values": {"f": {"other": {"type": "plain_text_input", "value": "x"}}}},
        {"values": {"f": {"value": "x"}}},
    ],
)
def test_an_odd_state_gives_no_values(state: dict[str, Any]) -> None:
    assert values(state) == {}


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "static_select", "selected_option": "x"},
        {"type": "plain_text_input", "value": {"a": 1}},
        {"type": "users_select", "selected_user": ["U1"]},
        {},
    ],
)
def test_an_odd_element_is_empty(odd: dict[str, Any]) -> None:
    assert values({"values": {"f": {"value": odd}}}) == {"f": ""}
