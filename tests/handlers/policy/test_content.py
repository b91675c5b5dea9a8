"""What the CAB approves, and its digest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.policy.content import LABELS, Change, approved_content, changes, digest, readable
from storage.content import PlanStep, ServiceVersion
from storage.release import Release
from storage.terms import ReleaseType, State
from tests.handlers.policy.releases import BO, END, NOW, START, release

CHANGED: dict[str, Any] = {
    "title": "Slower refunds",
    "goal": "",
    "type": ReleaseType.EMERGENCY,
    "services": [ServiceVersion(name="payments", version="2.4.1")],
    "change_requests": [],
    "starts_at": START + timedelta(minutes=1),
    "ends_at": END - timedelta(minutes=1),
    "zone": "UTC",
    "stages": ["Full", "Pilot"],
    "impact": "Refunds stop",
    "plan": [PlanStep(text="deploy"), PlanStep(text="drain")],
    "back_out": ["redeploy 2.3.9", "check"],
    "reason": "INC-77",
}
ELSEWHERE: dict[str, Any] = {
    "id": 8,
    "organisation_id": 3,
    "number": 43,
    "key": "REL-43",
    "state": State.APPROVED,
    "hold": "waiting",
    "coordinator_id": BO,
    "requester_id": BO,
    "revision": 9,
    "digest": "x",
    "stage": 1,
    "created_at": END,
    "first_planned_at": NOW,
    "started_at": NOW,
    "completed_at": NOW,
    "unauthorised_start": True,
}


def test_every_field_of_the_record_is_content_or_known_not_to_be() -> None:
    assert CHANGED.keys() == LABELS.keys()
    assert CHANGED.keys() | ELSEWHERE.keys() == set(Release.model_fields)


@pytest.mark.parametrize("name", CHANGED)
def test_a_change_of_content_changes_the_digest_and_is_named(name: str) -> None:
    before, after = release(), release(**{name: CHANGED[name]})
    assert digest(before) != digest(after)
    rows = changes(approved_content(before), approved_content(after))
    assert [row.label for row in rows] == [LABELS[name]]
    assert rows[0].before != rows[0].after


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_change_of_anything_else_leaves_the_digest(name: str) -> None:
    other = release()
    setattr(other, name, ELSEWHERE[name])
    assert digest(other) == digest(release())


def test_the_digest_is_always_the_same() -> None:
    assert digest(release()) == "dbd3b56e75bf2b40084039d066b065e6b8a71311457c2b36c4fed7592977c0fd"


def test_the_order_of_the_fields_is_of_no_account() -> None:
    found = release()
    turned = Release.model_construct(**dict(reversed(list(found.__dict__.items()))))
    assert digest(turned) == digest(found)


def test_an_instant_is_the_same_in_every_zone_and_to_the_minute() -> None:
    assert digest(release(starts_at=START + timedelta(seconds=20))) == digest(release())


service = st.builds(
    ServiceVersion, name=st.sampled_from(["a", "a 1", "a 1 1"]), version=st.sampled_from(["", "1", "1 1"])
)
words = st.lists(st.text(max_size=5), max_size=3)


@given(st.lists(service, max_size=3), st.lists(service, max_size=3))
def test_two_lists_of_services_have_one_digest_only_when_they_are_the_same(
    one: list[ServiceVersion], two: list[ServiceVersion]
) -> None:
    same = digest(release(services=one)) == digest(release(services=two))
    assert same == (one == two)


@given(words, words)
def test_lines_do_not_run_into_each_other(one: list[str], two: list[str]) -> None:
    assert (digest(release(plan=one)) == digest(release(plan=two))) == (one == two)


# ---- as people read it


def test_nothing_differs() -> None:
    assert changes(approved_content(release()), approved_content(release())) == []


def test_field_by_field_before_and_after() -> None:
    before = approved_content(release())
    after = approved_content(
        release(impact="", services=[ServiceVersion(name="payments", version="2.5"), ServiceVersion(name="web")])
    )
    assert changes(before, after) == [
        Change("Services", "payments 2.4.0", "payments 2.5; web"),
        Change("Customer impact", "None", "—"),
    ]


@pytest.mark.parametrize(
    "value, shown",
    [(None, "—"), ("", "—"), ([], "—"), ("text", "text"), (["a", "b"], "a; b")],
)
def test_a_value_as_people_read_it(value: Any, shown: str) -> None:
    assert readable(value) == shown
