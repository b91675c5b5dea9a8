"""Forms as dialogs and as cards with inputs, and what they answer."""

import json
from dataclasses import replace
from typing import Any

import pytest

from messages import block_kit_form
from messages.adaptive_card import size
from messages.adaptive_card_form import MOST_BYTES, dialog, inline, values
from messages.directory import Directory
from messages.form import FieldKind, Form, FormField
from tests.messages import samples, samples_forms
from tests.messages.adaptive_card_rules import schema_violations, violations, walk

Json = dict[str, Any]
NOBODY = Directory()
HERE = Directory("teams", "t", people={"29:ana": "Ana", "29:ben": "Ben"}, channels={"19:r@thread.tacv2": "re<l>|eases"})


def form_of(*fields: FormField, zone: str = samples.BERLIN) -> Form:
    return Form("Title", "edit REL-42", fields, zone=zone)


def card_of(form: Form, directory: Directory = HERE) -> Json:
    content: Json = dialog(form, directory)["card"]["content"]
    return content


def inputs(content: Json) -> list[Json]:
    return [each for each in walk(content["body"]) if str(each.get("type")).startswith("Input.")]


def the_input(field: FormField, directory: Directory = HERE) -> Json:
    (drawn,) = inputs(card_of(form_of(field), directory))
    return drawn


def submit(content: Json, **answers: Any) -> Json:
    """What a client sends: what is filled in already and what a person changes; nothing for what is empty."""
    (action,) = content["body"][-1]["actions"]
    stands = {each["id"]: each["value"] for each in inputs(content) if "value" in each}
    changed = {f"field.{name}".replace("__", "."): answer for name, answer in answers.items()}
    return {key: value for key, value in {**stands, **changed, **action["data"]}.items() if value is not None}


@pytest.mark.parametrize("directory", [samples.TEAMS, NOBODY], ids=["known", "unknown"])
@pytest.mark.parametrize("name", samples_forms.FORMS)
def test_every_form_is_one_that_teams_takes(name: str, directory: Directory) -> None:
    for drawn in (card_of(samples_forms.FORMS[name], directory), inline(samples_forms.FORMS[name], directory)):
        assert violations(drawn) == []
        assert schema_violations(drawn) == []


def test_a_dialog_has_a_title_a_size_and_a_card() -> None:
    drawn = dialog(samples_forms.REJECT, NOBODY)
    assert (drawn["title"], drawn["height"], drawn["width"]) == ("Reject REL-42", "medium", "medium")
    assert drawn["card"]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert dialog(samples_forms.NEW_RELEASE, NOBODY)["height"] == "large"


def test_a_dialog_is_submitted_and_an_inline_form_is_executed() -> None:
    (sent,) = card_of(samples_forms.REJECT)["body"][-1]["actions"]
    assert (sent["type"], sent["title"]) == ("Action.Submit", "Reject")
    (executed,) = inline(samples_forms.REJECT, NOBODY)["body"][-1]["actions"]
    assert (executed["type"], executed["verb"]) == ("Action.Execute", "form")
    assert sent["data"] == executed["data"] == executed["fallback"]["data"]
    assert sent["data"] == {"say": "reject REL-42 revision=2", "form": True, "asks": {"why": "text"}}


def test_an_inline_form_says_its_title_itself() -> None:
    assert inline(samples_forms.REJECT, NOBODY)["body"][0]["text"] == "Reject REL-42"


def test_a_line_and_a_text_have_their_words_and_their_limits() -> None:
    line = the_input(FormField("title", "Title", value="a *b*", max_length=150, required=True))
    assert line == {
        "type": "Input.Text", "id": "field.title", "label": "Title", "isRequired": True,
        "errorMessage": "Title is needed.", "maxLength": 150, "value": "a *b*",
    }  # fmt: skip
    long = the_input(FormField("goal", "Goal", FieldKind.TEXT))
    assert (long["isMultiline"], long["maxLength"]) == (True, 3_000)
    assert "isRequired" not in long


def test_hints_in_a_row_are_sentences() -> None:
    field = FormField("start", "Start", FieldKind.MOMENT, hint="When it begins")
    body = card_of(form_of(field, zone="Europe/Berlin"))["body"]
    assert body[2]["inlines"][0]["text"] == "When it begins. Time zone: Europe/Berlin."


def test_a_hint_and_an_error_stand_at_their_field() -> None:
    field = FormField("why", "Why?", hint="In *one* line.", error="A rejection needs a reason.")
    asked, hint, error = card_of(form_of(field, FormField("other", "Other")))["body"][:3]
    assert asked["id"] == "field.why"
    assert hint["inlines"][0]["text"] == "In *one* line."
    assert error["inlines"][0]["text"] == "⚠ A rejection needs a reason."
    assert error["inlines"][0]["color"] == "attention"


def test_a_number_is_filled_in_where_it_is_one() -> None:
    shown = [the_input(FormField("n", "N", FieldKind.NUMBER, value)).get("value") for value in ("2", "1.5", "two", "")]
    assert shown == [2, 1.5, None, None]


def test_a_moment_is_a_day_and_a_time_in_the_forms_zone() -> None:
    field = FormField("start", "Start", FieldKind.MOMENT, "@1796158800")
    content = card_of(form_of(field))
    day, clock = inputs(content)
    assert (day["label"], day["value"], clock["label"], clock["value"]) == (
        "Start, day", "2026-12-01", "Start, time", "22:00",
    )  # fmt: skip
    assert "Time zone: Europe/Berlin." in json.dumps(content)
    tokyo = FormField("zone", "Zone", value="Asia/Tokyo")
    assert [each.get("value") for each in inputs(card_of(form_of(tokyo, field)))][1:] == ["2026-12-02", "06:00"]


def test_few_choices_are_radio_buttons_and_more_are_a_menu() -> None:
    risk = FormField("risk", "Risk", FieldKind.CHOICE, "low", required=True, choices=samples_forms.RISKS)
    assert (the_input(risk)["style"], the_input(risk)["value"]) == ("expanded", "low")
    assert the_input(replace(risk, choices=samples_forms.SERVICES, value=""))["style"] == "compact"
    signs = tuple(replace(each, label="*" + each.label) for each in samples_forms.RISKS)
    assert the_input(replace(risk, choices=signs))["style"] == "compact"


def test_an_answer_that_may_be_left_out_can_be_taken_back() -> None:
    field = FormField("risk", "Risk", FieldKind.CHOICE, "low", choices=samples_forms.RISKS)
    drawn = the_input(field)
    assert drawn["choices"][0] == {"title": "—", "value": "-"}
    content = card_of(form_of(field))
    assert values(submit(content)) == {"risk": "low"}
    assert values(submit(content, risk="-")) == {"risk": ""}


def test_a_person_is_chosen_among_those_who_are_known() -> None:
    drawn = the_input(FormField("tester", "Tester", FieldKind.PERSON, "<@29:ben|Ben>", required=True))
    assert drawn["choices"] == [{"title": "Ana", "value": "<@29:ana>"}, {"title": "Ben", "value": "<@29:ben>"}]
    assert drawn["value"] == "<@29:ben>"


def test_a_channel_is_chosen_by_its_name() -> None:
    drawn = the_input(FormField("channel", "Channel", FieldKind.CHANNEL, "<#19:r@thread.tacv2>", required=True))
    assert drawn["choices"] == [{"title": "#re l eases", "value": "<#19:r@thread.tacv2|re l eases>"}]
    assert drawn["value"] == drawn["choices"][0]["value"]


def test_what_is_filled_in_and_not_offered_stays() -> None:
    drawn = the_input(FormField("tester", "Tester", FieldKind.PERSON, "<@29:gone>"))
    assert (drawn["value"], drawn["choices"][-1]) == ("<@29:gone>", {"title": "As it is", "value": "<@29:gone>"})


def test_a_person_is_typed_where_nobody_or_too_many_are_known() -> None:
    field = FormField("tester", "Tester", FieldKind.PERSON, "ana@example.org")
    assert the_input(field, NOBODY)["type"] == "Input.Text"
    crowd = Directory("teams", "t", people={f"29:{number}": f"Person {number}" for number in range(500)})
    typed = the_input(field, crowd)
    assert (typed["type"], typed["value"]) == ("Input.Text", "ana@example.org")
    hint = card_of(form_of(field), NOBODY)["body"][1]
    assert hint["inlines"][0]["text"] == "Write their e-mail address, or me."


def test_a_flag_is_ticked_or_not() -> None:
    for word in ("yes", "True", "on", "1"):
        assert the_input(FormField("f", "F", FieldKind.FLAG, word, required=True))["value"] == "yes"
    off = the_input(FormField("f", "F", FieldKind.FLAG, required=True))
    assert (off["value"], off["valueOn"], off["valueOff"]) == ("no", "yes", "no")
    assert "isRequired" not in off


def test_a_form_of_many_people_is_small_enough() -> None:
    crowd = Directory("teams", "t", people={f"29:{number:0>90}": f"Person {number}" for number in range(190)})
    one = form_of(FormField("p", "P", FieldKind.PERSON))
    many = form_of(*(FormField(f"p{number}", "P", FieldKind.PERSON) for number in range(6)))
    assert len(the_input(one.fields[0], crowd)["choices"]) == 191
    assert {each["type"] for each in inputs(card_of(many, crowd))} == {"Input.Text"}
    assert size(card_of(many, crowd)) <= MOST_BYTES


# ---- what comes back


def test_the_same_answers_are_the_same_words_as_from_slack() -> None:
    def state(kind: str, **element: Any) -> Json:
        return {"value": {"type": kind, **element}}

    slack = block_kit_form.values({"values": {
        "title": state("plain_text_input", value="Faster refunds"),
        "goal": state("plain_text_input", value=None),
        "service": state("static_select", selected_option={"value": "service-3"}),
        "risk": state("radio_buttons", selected_option={"value": "high"}),
        "hours": state("number_input", value="2"),
        "tester": state("users_select", selected_user="U2"),
        "announce": state("checkboxes", selected_options=[]),
    }})  # fmt: skip
    shown = card_of(samples_forms.NEW_RELEASE, samples.TEAMS)
    answered = values(submit(shown, risk="high", hours=2, announce="no"))
    assert {name: answered[name] for name in slack} == slack
    assert answered["start"] == "2026-12-01 22:00"
    assert answered["channel"] == "<#C1|releases>"
    assert list(answered) == [field.name for field in samples_forms.NEW_RELEASE.fields]


@pytest.mark.parametrize(
    "day, clock, words",
    [
        ("2026-12-01", "22:00", "2026-12-01 22:00"),
        ("2026-12-01", None, "2026-12-01"),
        (None, "22:00", "22:00"),
        (None, None, ""),
        ("", "", ""),
    ],
)
def test_a_moment_is_its_day_and_its_time(day: str | None, clock: str | None, words: str) -> None:
    content = card_of(form_of(FormField("start", "Start", FieldKind.MOMENT)))
    assert values(submit(content, start__date=day, start__time=clock)) == {"start": words}


@pytest.mark.parametrize("sent, words", [("2", "2"), (2, "2"), (2.0, "2"), (1.5, "1.5"), (None, ""), ([2], "")])
def test_a_number_comes_as_a_number_or_as_a_string(sent: Any, words: str) -> None:
    content = card_of(form_of(FormField("hours", "Hours", FieldKind.NUMBER)))
    assert values(submit(content, hours=sent)) == {"hours": words}


@pytest.mark.parametrize("sent, words", [("yes", "yes"), (True, "yes"), ("true", "yes"), (False, "no"), (None, "no")])
def test_a_flag_is_yes_or_no_however_a_client_says_it(sent: Any, words: str) -> None:
    content = card_of(form_of(FormField("announce", "Announce", FieldKind.FLAG)))
    assert values(submit(content, announce=sent)) == {"announce": words}


def test_what_is_left_out_was_emptied() -> None:
    content = card_of(form_of(FormField("title", "Title", value="x"), FormField("tester", "T", FieldKind.PERSON)))
    assert values(submit(content, title=None, tester=None)) == {"title": "", "tester": ""}


@pytest.mark.parametrize("name", ["say", "form", "asks", "msteams"])
def test_a_field_may_have_the_name_of_a_key_of_ours(name: str) -> None:
    content = card_of(form_of(FormField(name, "Label", value="own words")))
    sent = submit(content)
    assert sent["say"] == "edit REL-42"
    assert values(sent) == {name: "own words"}


@pytest.mark.parametrize("data", [{}, {"say": "x"}, {"asks": "title"}, {"asks": ["title"]}, {"asks": None}])
def test_data_that_is_no_form_has_no_values(data: Json) -> None:
    assert values(data) == {}


def test_a_kind_that_is_not_known_is_read_as_words() -> None:
    assert values({"asks": {"x": {"odd": 1}, "y": "later"}, "field.x": "a", "field.y": "b"}) == {"x": "a", "y": "b"}
