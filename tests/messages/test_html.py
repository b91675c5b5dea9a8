from html.parser import HTMLParser

import pytest

from messages import html, html_form
from messages.card import Button, Buttons, ButtonStyle, Card, Confirm, Link, Mark, Step, Stepper, Tone, text
from messages.form import Choice, FieldKind, Form, FormField
from messages.html import card_html
from messages.html_form import form_html
from tests.messages import samples, samples_forms

VOID = {"br", "hr", "input"}


class Page(HTMLParser):
    """Elements in order with their attributes; refuses tags that don't nest."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute stands twice in {tag}"
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def form_page(field: FormField, **more: object) -> Page:
    return Page(form_html(Form("T", "say", (field,), zone="Europe/Berlin"), **more))  # type: ignore[arg-type]  # whatever form_html has


@pytest.mark.parametrize("name", samples.CARDS)
def test_cards_nest_well_and_use_only_the_classes_of_the_contract(name: str) -> None:
    page = Page(card_html(samples.CARDS[name]))
    contract = html.__doc__ or ""
    for _, attributes in page.found:
        for each in (attributes.get("class") or "").split():
            stem = each.partition("--")[0]
            assert f".{each}" in contract or f".{stem}--" in contract, each


@pytest.mark.parametrize("name", samples_forms.FORMS)
def test_forms_nest_well_and_use_only_the_classes_of_the_contract(name: str) -> None:
    page = Page(form_html(samples_forms.FORMS[name], samples_forms.PEOPLE, samples_forms.CHANNELS))
    contract = (html_form.__doc__ or "") + (html.__doc__ or "")
    for _, attributes in page.found:
        for each in (attributes.get("class") or "").split():
            assert f".{each}" in contract or f".{each.partition('--')[0]}--" in contract, each


@pytest.mark.parametrize("name", samples_forms.FORMS)
def test_labels_hints_and_errors_belong_to_their_controls(name: str) -> None:
    page = Page(form_html(samples_forms.FORMS[name], samples_forms.PEOPLE, samples_forms.CHANNELS))
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    pointed = [
        attributes[name] for _, attributes in page.found for name in ("for", "aria-describedby") if name in attributes
    ]
    assert {each for value in pointed for each in (value or "").split()} <= set(ids)


def test_the_current_step_is_marked_for_screen_readers() -> None:
    steps = Page(card_html(Card("T", (Stepper((Step("a", Mark.DONE), Step("b", Mark.CURRENT))),)))).all("li")
    assert [step.get("aria-current") for step in steps] == [None, "step"]


def test_a_tone_has_a_class_and_a_spoken_icon() -> None:
    page = Page(card_html(Card("T", tone=Tone.EMERGENCY)))
    assert page.all("article") == [{"class": "card card--emergency", "aria-label": "T"}]
    assert page.all("span") == [{"class": "card-icon", "role": "img", "aria-label": "Emergency"}]


def test_a_moment_is_an_instant_with_a_fallback() -> None:
    drawn = card_html(samples.REFUSED)
    assert (
        '<time class="card-moment" datetime="2026-12-01T21:00:00Z" data-style="date_time">Tue 1 Dec 2026, 22:00 CET</time>'
        in drawn
    )


def test_a_button_has_its_sentence_and_its_question() -> None:
    asked = Confirm('Sure "now"?', "a\nb", "Yes", "No")
    (drawn,) = Page(card_html(Card("T", (Buttons((Button("Go", "go x", ButtonStyle.DANGER, asked),)),)))).all("button")
    assert drawn == {
        "type": "button",
        "class": "button button--danger",
        "data-say": "go x",
        "data-confirm-title": 'Sure "now"?',
        "data-confirm-text": "a\nb",
        "data-confirm-yes": "Yes",
        "data-confirm-no": "No",
    }


def test_line_ends_in_an_attribute_are_written_as_references_because_browsers_change_bare_ones() -> None:
    assert html.attribute("data-say", 'a\r\nb"') == ' data-say="a&#13;&#10;b&quot;"'


def test_only_web_addresses_are_linked_and_the_page_is_not_handed_over() -> None:
    links = Page(card_html(Card("T", (text(Link("https://a.b/?x=1&y", "a"), Link("javascript:x", "b")),)))).all("a")
    assert links == [
        {"class": "card-link", "href": "https://a.b/?x=1&y", "target": "_blank", "rel": "noopener noreferrer"}
    ]


# ---- forms


def test_an_error_is_spoken_and_marks_its_control() -> None:
    page = form_page(FormField("f", "F", hint="h", error="wrong"))
    assert page.all("input")[0]["aria-invalid"] == "true"
    assert page.all("input")[0]["aria-describedby"] == "field-f-hint field-f-error"
    assert {"class": "form-error", "role": "alert", "id": "field-f-error"} in page.all("p")


def test_a_moment_is_wall_time_of_the_forms_zone() -> None:
    page = form_page(FormField("f", "F", FieldKind.MOMENT, "@1796158800"))
    assert (page.all("input")[0]["type"], page.all("input")[0]["value"]) == ("datetime-local", "2026-12-01T22:00")
    assert "Time zone: Europe/Berlin." in form_html(
        Form("T", "say", (FormField("f", "F", FieldKind.MOMENT),), zone="Europe/Berlin")
    )


def test_people_and_channels_are_chosen_from_what_the_page_offers() -> None:
    page = form_page(FormField("f", "F", FieldKind.PERSON, "<@U2>"), people=samples_forms.PEOPLE)
    assert [each.get("value") for each in page.all("option")] == ["", "<@U1>", "<@U2>"]
    assert ["selected" in each for each in page.all("option")] == [False, False, True]
    assert form_page(FormField("f", "F", FieldKind.CHANNEL)).all("input")[0]["type"] == "text"


def test_what_was_typed_and_is_not_offered_stays() -> None:
    page = form_page(FormField("f", "F", FieldKind.CHOICE, "gone", choices=(Choice("a", "A"),)))
    assert [each["value"] for each in page.all("option")] == ["", "gone", "a"]


def test_a_required_menu_without_an_answer_begins_blank() -> None:
    many = tuple(Choice(each, each) for each in "abcde")
    assert len(form_page(FormField("f", "F", FieldKind.CHOICE, "", required=True, choices=many)).all("option")) == 6
    assert len(form_page(FormField("f", "F", FieldKind.CHOICE, "a", required=True, choices=many)).all("option")) == 5


def test_a_few_required_choices_are_radio_buttons() -> None:
    page = form_page(
        FormField("f", "F", FieldKind.CHOICE, "a", required=True, choices=(Choice("a", "A"), Choice("b", "B")))
    )
    assert [(each["type"], "checked" in each) for each in page.all("input")] == [("radio", True), ("radio", False)]
    assert len(page.all("fieldset")) == len(page.all("legend")) == 1


def test_a_flag_that_is_not_ticked_says_no() -> None:
    page = form_page(FormField("f", "F", FieldKind.FLAG, "yes"))
    assert [(each["type"], each["value"], "checked" in each) for each in page.all("input")] == [
        ("hidden", "no", False),
        ("checkbox", "yes", True),
    ]


def test_a_text_keeps_its_line_breaks() -> None:
    assert "<textarea" in (drawn := form_html(Form("T", "say", (FormField("f", "F", FieldKind.TEXT, "\na\nb"),))))
    assert ">\n\na\nb</textarea>" in drawn  # a browser drops the first line break
