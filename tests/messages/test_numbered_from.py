"""A numbered list that goes on where the page before it ended, on every platform."""

from __future__ import annotations

import json

from messages import adaptive_card, block_kit, plain_text
from messages.card import Card, Items, item
from messages.card_json import from_json, one_level
from messages.directory import Directory
from messages.html import card_html
from messages.limits import Squeeze, squeezed
from tests.messages import adaptive_card_rules, block_kit_rules

CARD = Card("Plan", (Items((item("drain"), item("deploy")), ordered=True, first=16),))


def test_as_text() -> None:
    assert plain_text.render(CARD) == "Plan\n\n16. drain\n17. deploy"


def test_on_slack() -> None:
    message = block_kit.message(CARD, Directory("slack", "T1"))
    assert block_kit_rules.violations(message) == []
    assert '"offset": 15' in json.dumps(message["blocks"])


def test_in_teams() -> None:
    message = adaptive_card.message(CARD, Directory("teams", "t1"))
    assert adaptive_card_rules.violations(message) == []
    drawn = json.dumps(message)
    assert all(f'"{sign}"' in drawn for sign in ("16.", "17."))
    assert "32px" in drawn


def test_on_a_page() -> None:
    drawn = card_html(CARD)
    assert '<ol class="card-part card-items" start="16">' in drawn
    assert 'data-place="17"' in drawn


def test_it_is_kept_and_shortened_with_its_number() -> None:
    assert from_json(json.loads(json.dumps(CARD, default=one_level))) == CARD
    (kept, *_) = squeezed(CARD, Squeeze(100, 1, 10)).parts
    assert isinstance(kept, Items)
    assert (kept.first, len(kept.rows)) == (16, 2)
