"""Each card and form as it is drawn today, for each renderer.

After a wanted change of looks, record anew and read the difference before committing it:

    RECORD=1 .venv/bin/pytest tests/messages/test_snapshots.py
"""

import json
import os
from pathlib import Path

import pytest

from messages import adaptive_card, adaptive_card_form, block_kit, block_kit_form, plain_text
from messages.html import card_html
from messages.html_form import form_html
from tests.messages import samples, samples_forms

SNAPSHOTS = Path(__file__).parent.parent / "snapshots" / "renderers"


def compare(name: str, drawn: str) -> None:
    path = SNAPSHOTS / name
    if os.environ.get("RECORD") == "1":
        path.write_text(drawn + "\n", encoding="utf-8")
    assert path.exists(), f"{name} isn't recorded; run with RECORD=1"
    assert drawn + "\n" == path.read_text(encoding="utf-8")


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def lines(html: str) -> str:
    return html.replace("><", ">\n<")


@pytest.mark.parametrize("name", samples.CARDS)
def test_card_as_block_kit(name: str) -> None:
    compare(f"{name}.json", as_json(block_kit.message(samples.CARDS[name], samples.DIRECTORY)))


@pytest.mark.parametrize("name", samples.CARDS)
def test_card_as_adaptive_card(name: str) -> None:
    compare(f"{name}.teams.json", as_json(adaptive_card.message(samples.CARDS[name], samples.TEAMS)))


@pytest.mark.parametrize("name", samples.CARDS)
def test_card_as_html(name: str) -> None:
    compare(f"{name}.html", lines(card_html(samples.CARDS[name])))


@pytest.mark.parametrize("name", samples.CARDS)
def test_card_as_plain_text(name: str) -> None:
    compare(f"{name}.txt", plain_text.render(samples.CARDS[name]))


@pytest.mark.parametrize("name", samples_forms.FORMS)
def test_form_as_modal(name: str) -> None:
    form = samples_forms.FORMS[name]
    drawn = {"view": block_kit_form.view(form, samples.DIRECTORY), "errors": block_kit_form.errors(form)}
    compare(f"form_{name}.json", as_json(drawn))


@pytest.mark.parametrize("name", samples_forms.FORMS)
def test_form_as_dialog(name: str) -> None:
    compare(f"form_{name}.teams.json", as_json(adaptive_card_form.dialog(samples_forms.FORMS[name], samples.TEAMS)))


@pytest.mark.parametrize("name", samples_forms.FORMS)
def test_form_as_html(name: str) -> None:
    compare(
        f"form_{name}.html", lines(form_html(samples_forms.FORMS[name], samples_forms.PEOPLE, samples_forms.CHANNELS))
    )


def test_no_snapshot_is_left_over() -> None:
    known = {f"{name}.{kind}" for name in samples.CARDS for kind in ("json", "teams.json", "html", "txt")}
    known |= {f"form_{name}.{kind}" for name in samples_forms.FORMS for kind in ("json", "teams.json", "html")}
    assert {path.name for path in SNAPSHOTS.iterdir()} == known
