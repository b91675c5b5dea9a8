"""Each rule for Adaptive Cards catches what it is there for."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from messages.adaptive_card import message
from messages.adaptive_card_form import inline
from messages.card import Buttons, Card, Confirm, Link, PersonRef, Refresh, button, text
from messages.form import Choice, FieldKind, Form, FormField
from tests.messages import samples
from tests.messages.adaptive_card_rules import schema_violations, violations

Json = dict[str, Any]

SURE = Confirm("Sure?", "Really?", "Yes")
GOOD = message(
    Card(
        "Title",
        (
            text("Words for ", samples.BEN),
            text(Link("https://example.org/", "a link")),
            Buttons((button("Show", "show"), button("Stop", "stop", confirm=SURE))),
        ),
        refresh=Refresh("show", (PersonRef(1, "Ana"),)),
    ),
    samples.TEAMS,
)
RISK = FormField("risk", "Risk", FieldKind.CHOICE, "a", required=True, choices=(Choice("a", "A"), Choice("b", "B")))
FORM = inline(Form("Title", "edit", (FormField("title", "Title", required=True), RISK)), samples.TEAMS)


def content(payload: Json) -> Json:
    card: Json = payload["attachments"][0]["content"] if "attachments" in payload else payload
    return card


def at(payload: Json, *path: str | int) -> Any:
    """Some inner thing of the card."""
    found: Any = content(payload)
    for step in path:
        found = found[step]
    return found


def test_what_is_good_is_good() -> None:
    assert violations(GOOD) == violations(FORM) == []
    assert schema_violations(content(GOOD)) == schema_violations(FORM) == []
    kinds = [each["type"] for each in content(GOOD)["body"]]
    assert kinds == ["Container", "TextBlock", "RichTextBlock", "ActionSet", "Container"]


Spoil = Callable[[Json], Any]
SPOILT: list[tuple[str, Spoil]] = [
    ("summary: a notification", lambda good: good.update(summary=" ")),
    ("summary: a live sign", lambda good: good.update(summary="<at>Ben</at>")),
    ("text: it would be shown", lambda good: good.update(text="**x**")),
    ("attachments: not one", lambda good: good.update(attachments=[])),
    ("attachments: not one", lambda good: good["attachments"][0].update(contentType="text/html")),
    ("bytes, more than 28000", lambda good: at(good, "body", 2, "inlines", 0).update(text="é" * 14_000)),
    ("type: ", lambda good: content(good).pop("type")),
    ("version: ", lambda good: content(good).pop("version")),
    ("version: ", lambda good: content(good).update(version="1.6")),
    ("body: empty", lambda good: content(good).update(body=[])),
    ("fallbackText: ", lambda good: content(good).pop("fallbackText")),
    ("msteams.width", lambda good: content(good).pop("msteams")),
    ("actions: they stand", lambda good: content(good).update(actions=[])),
    ("TextBlock: no text", lambda good: at(good, "body", 1).update(text="")),
    ("RichTextBlock: no inlines", lambda good: at(good, "body", 2).update(inlines=[])),
    ("Container: no items", lambda good: at(good, "body", 0).update(items=[])),
    ("'Image' is no element", lambda good: at(good, "body").append({"type": "Image", "url": "https://example.org/"})),
    ("'Action.ShowCard' is no", lambda good: at(good, "body", 3, "actions", 0).update(type="Action.ShowCard")),
    ("TextRun.text: no words", lambda good: at(good, "body", 2, "inlines", 0).update(text="")),
    ("TextRun.text: a live sign", lambda good: at(good, "body", 2, "inlines", 0).update(text="{{DATE(2026, X)}}")),
    ("TextRun.text: a live sign", lambda good: at(good, "body", 2, "inlines", 0).update(text="</AT>")),
    ("TextBlock: markdown", lambda good: at(good, "body", 1).update(text="<at>Ben</at> *x*")),
    ("TextBlock: markdown", lambda good: at(good, "body", 1).update(text="<at>Ben</at> [x](y)")),
    ("TextBlock: markdown", lambda good: at(good, "body", 1).update(text="1. <at>Ben</at>")),
    ("TextBlock: markdown", lambda good: at(good, "body", 1).update(text="<at>Ben</at> evil.example")),
    ("TextBlock: markdown", lambda good: at(good, "body", 1).update(text="<at>Ben</at> &amp;")),
    ("Container.style: 7", lambda good: at(good, "body", 0).update(style=7)),
    ("TextBlock.color: '#ff0000'", lambda good: at(good, "body", 1).update(color="#ff0000")),
    ("TextBlock: cut off", lambda good: at(good, "body", 1).pop("wrap")),
    ("has no entity", lambda good: at(good, "msteams").update(entities=[])),
    ("is mentioned nowhere", lambda good: at(good, "body", 1).update(text="Words")),
    ("mentions with the same text", lambda good: at(good, "msteams", "entities").append(at(good, "msteams", "entities", 0))),
    ("a mention of nobody", lambda good: at(good, "msteams", "entities", 0).update(mentioned={"id": "", "name": "Ben"})),
    ("Action.OpenUrl: 'java", lambda good: at(good, "body", 2, "inlines", 0, "selectAction").update(url="javascript:x")),
    ("Action.OpenUrl: a button", lambda good: at(good, "body", 2, "inlines", 0, "selectAction").update(title="x")),
    ("title of 0 characters", lambda good: at(good, "body", 3, "actions", 0).pop("title")),
    ("title of 61 characters", lambda good: at(good, "body", 3, "actions", 0).update(title="x" * 61)),
    ("title: a live sign", lambda good: at(good, "body", 3, "actions", 0).update(title="<at>x</at>")),
    ("says nothing", lambda good: at(good, "body", 3, "actions", 0).update(data={})),
    ("older client can't", lambda good: at(good, "body", 3, "actions", 0).pop("fallback")),
    ("older client can't", lambda good: at(good, "body", 3, "actions", 0, "fallback").update(data={"say": "stop"})),
    ("verb 'shout'", lambda good: at(good, "body", 3, "actions", 0).update(verb="shout")),
    ("{'type': 'signin'}", lambda good: at(good, "body", 3, "actions", 0, "data").update(msteams={"type": "signin"})),
    ("more than 6", lambda good: at(good, "body", 3).update(actions=at(good, "body", 3, "actions") * 4)),
    ("is given twice", lambda good: at(good, "body", 0).update(id="ways-2-0")),
    ("is toggled and isn't", lambda good: at(good, "body", 4).update(id="other")),
    ("is hidden for ever", lambda good: at(good, "body", 0).update(isVisible=False)),
    ("refresh.userIds: 0", lambda good: at(good, "refresh").update(userIds=[])),
    ("refresh.userIds: 61", lambda good: at(good, "refresh").update(userIds=[f"29:{n}" for n in range(61)])),
    ("refresh.userIds: 2", lambda good: at(good, "refresh").update(userIds=["29:a", "29:a"])),
    ("refresh.action", lambda good: at(good, "refresh", "action").update(verb="say")),
]  # fmt: skip


@pytest.mark.parametrize("sentence, spoil", SPOILT, ids=[f"{n} {each[0]}" for n, each in enumerate(SPOILT)])
def test_a_rule_catches_a_spoilt_message(sentence: str, spoil: Spoil) -> None:
    spoilt = copy.deepcopy(GOOD)
    spoil(spoilt)
    assert any(sentence in each for each in violations(spoilt)), violations(spoilt)


SPOILT_FORMS: list[tuple[str, Spoil]] = [
    ("Input.Text: no label", lambda form: at(form, "body", 1).pop("label")),
    ("Input.Text: no id", lambda form: at(form, "body", 1).pop("id")),
    ("label: a live sign", lambda form: at(form, "body", 1).update(label="{{x")),
    ("required without a word", lambda form: at(form, "body", 1).pop("errorMessage")),
    ("markdown in its error", lambda form: at(form, "body", 1).update(errorMessage="*x* is needed.")),
    ("is given twice", lambda form: at(form, "body", 2).update(id="field.title")),
    ("no choices", lambda form: at(form, "body", 2).update(choices=[])),
    ("a value twice", lambda form: at(form, "body", 2, "choices", 0).update(value="b")),
    ("isn't offered", lambda form: at(form, "body", 2).update(value="c")),
    ("markdown beside a radio", lambda form: at(form, "body", 2, "choices", 0).update(title="*A*")),
]


@pytest.mark.parametrize("sentence, spoil", SPOILT_FORMS, ids=[each[0] for each in SPOILT_FORMS])
def test_a_rule_catches_a_spoilt_form(sentence: str, spoil: Spoil) -> None:
    spoilt = copy.deepcopy(FORM)
    spoil(spoilt)
    assert any(sentence in each for each in violations(spoilt)), violations(spoilt)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda card: card.update(colour="red"),
        lambda card: card["body"][1].update(wrap="yes"),
        lambda card: card["body"][2].pop("inlines"),
        lambda card: card["body"][3]["actions"][0].update(url="https://example.org/"),
    ],
)
def test_the_official_schema_catches_keys_and_types(spoil: Spoil) -> None:
    spoilt = copy.deepcopy(content(GOOD))
    spoil(spoilt)
    assert schema_violations(spoilt)
