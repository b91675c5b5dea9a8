"""The sections of a release's record: what each shows, that nothing is cut silently, and that nothing typed is pressed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from messages import adaptive_card, block_kit
from messages.card import Card, Link, Tone
from messages.change import change_parts, changes_card
from messages.directory import Directory
from messages.medium import media_card
from messages.record import Beside, record_parts
from messages.register import register_card
from messages.section import PAGE_ROWS
from messages.tokens import SHORTENED
from storage.content import ChangeKind, ChangeRequest, Content, Medium
from storage.evidence import Part, Participant, RiskItem, RiskKind, RiskStatus, Stakeholder, Stated, Topic
from storage.release import Release
from tests.messages import adaptive_card_rules, block_kit_rules
from tests.messages.records import STARTED, labels, name, release, words

LINK = "https://evil.example/phish?x=1"


def change(number: int) -> ChangeRequest:
    return ChangeRequest(
        ref=f"CHG-{number}",
        title=f"Change number {number} of a long release",
        kind=ChangeKind.FIX,
        link=LINK,
        problem=f"PRB-{number}",
        authorised_by="Dana" if number % 2 else "",
        authorised_on=date(2026, 11, 20) if number % 2 else None,
    )


def full(count: int) -> tuple[Release, Beside]:
    """A release with so many of everything."""
    numbers = range(1, count + 1)
    media = tuple(Medium(uri=f"oci://registry.example/a:{n}", sha256="ab" * 32, licence="MIT") for n in numbers)
    found = release(
        change_requests=[change(n) for n in numbers], content=Content(sla_impact="Two minutes of downtime", media=media)
    )
    beside = Beside(
        [
            Participant(release_id=7, part=Part.APPLICATION, person_id=2, area="web"),
            Participant(release_id=7, part=Part.APPLICATION, person_id=3),
            Participant(release_id=7, part=Part.TESTING, person_id=4),
        ],
        [stakeholder(n) for n in numbers],
        [risk(n) for n in numbers],
        [Stated(release_id=7, topic=topic, words="Done", person_id=2, at=STARTED) for topic in Topic],
    )
    return found, beside


def stakeholder(number: int) -> Stakeholder:
    who: dict[str, Any] = {"person_id": 1, "name": "Ana", "required": True}
    if number % 2 == 0:
        who = {"platform": "slack", "workspace": "T1", "channel": f"C{number}", "name": f"shop-{number}"}
    return Stakeholder(release_id=7, added_by=1, added_at=STARTED, **who)


def risk(number: int) -> RiskItem:
    status = RiskStatus.CLOSED if number == 1 else RiskStatus.OPEN
    return RiskItem(
        release_id=7, number=number, kind=RiskKind.RISK, words=f"Thing {number}", priority=number % 4 + 1, owner_id=2,
        mitigation="Drain it", status=status, at=STARTED,
    )  # fmt: skip


def shown(count: int) -> Card:
    found, beside = full(count)
    return Card("REL-42", (*change_parts(found), *record_parts(found, beside, name)), Tone.NEUTRAL)


def test_s3_every_part_of_the_record_is_shown() -> None:
    text = words(shown(3))
    for fragment in (
        "CHG-1 Change number 1 of a long release · fix · ends PRB-1 · authorised by Dana on 2026-11-20",
        "CHG-2", "not authorised yet", "SLA impact: Two minutes of downtime",
        "oci://registry.example/a:1 · SHA-256 abab", "licence MIT",
        "Application coordinators: Bo (web), Cy", "Testing coordinator: Dee", "Ana · required", "#shop-2 · told",
        "#3 Thing 3 · risk, priority 4, open · Bo · mitigation: Drain it", "Training: Done — Bo", "Budget: Done — Bo",
    ):  # fmt: skip
        assert fragment in text
    assert "tests signed off" not in text.lower()  # that is the test plan's to show


def test_an_empty_record_has_no_sections() -> None:
    assert record_parts(release(), Beside(), name) == []


def test_of_long_parts_the_first_rows_are_shown_with_a_way_to_all() -> None:
    card = shown(50)
    assert labels(card) == ["Change requests: all 50", "Media: all 50", "Stakeholders: all 50", "Risk register: all 50"]
    assert words(card).count("… and 45 more") == 4


def test_everything_fits_on_every_platform_uncut() -> None:
    card = shown(50)
    slack = block_kit.message(card, Directory("slack", "T1"))
    teams = adaptive_card.message(card, Directory("teams", "t1"))
    assert block_kit_rules.violations(slack) == []
    assert adaptive_card_rules.violations(teams) == []
    for drawn in (slack, teams):
        assert SHORTENED.strip() not in json.dumps(drawn, ensure_ascii=False)


def test_a_page_of_a_list_fits_on_every_platform_uncut() -> None:
    found, beside = full(50)
    for after in (0, PAGE_ROWS, 4 * PAGE_ROWS):
        for card in (
            changes_card(found, after),
            media_card(found, after, {}),
            register_card(found, beside.register, name, after),
        ):
            assert ("More" in labels(card)) == (after < 4 * PAGE_ROWS)
            for drawn in (
                block_kit.message(card, Directory("slack", "T1")),
                adaptive_card.message(card, Directory("teams", "t1")),
            ):
                assert SHORTENED.strip() not in json.dumps(drawn, ensure_ascii=False)


def test_a_button_that_leads_behind_the_end_shows_the_beginning() -> None:
    found, _ = full(3)
    assert words(changes_card(found, 20)) == words(changes_card(found, 0))


def test_a_link_that_somebody_typed_is_never_one_to_press() -> None:
    found, _ = full(1)
    for card in (shown(1), changes_card(found, 0)):
        assert LINK in words(card)
        assert not any(isinstance(piece, Link) for part in card.parts for piece in _pieces(part))
        slack = json.dumps(block_kit.message(card, Directory("slack", "T1")))
        assert '"url"' not in slack
        assert '"type": "link"' not in slack
        teams = json.dumps(adaptive_card.message(card, Directory("teams", "t1")))
        assert "OpenUrl" not in teams
        assert f"]({LINK}" not in teams


def _pieces(part: object) -> list[object]:
    rows = getattr(part, "rows", ())
    return [*getattr(part, "pieces", ()), *(piece for row in rows for piece in getattr(row, "pieces", ()))]
