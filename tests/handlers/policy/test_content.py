"""What the CAB approves, and its digest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.policy.content import LABELS, Change, approved_content, changes, digest, readable
from storage.content import Content, Medium, PlannedTest, PlanStep, ServiceVersion, TestType
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
    "sla_impact": "Refunds count against it",
    "risk": {"users": 2},
    "back_out_trigger": "more than 1 % fail",
    "back_out_minutes": 10,
    "tests": (PlannedTest(type=TestType.REGRESSION, text="refunds"),),
    "media": (Medium(uri="https://files.example/payments-2.4.0.tar", sha256="0" * 64, licence="LIC-1"),),
}
BEYOND = frozenset(Content.model_fields)
"""What stands in the release's `content`."""
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
    "template": "certificates@1",
    "coordinated_before": [BO],
}


def changed(name: str) -> Release:
    if name in BEYOND:
        return release(content=Content(**{name: CHANGED[name]}))
    return release(**{name: CHANGED[name]})


def test_s3_every_field_of_the_record_is_content_or_known_not_to_be() -> None:
    assert CHANGED.keys() == LABELS.keys()
    assert (CHANGED.keys() - BEYOND) | ELSEWHERE.keys() | {"content"} == set(Release.model_fields)
    assert CHANGED.keys() >= BEYOND


@pytest.mark.parametrize("name", CHANGED)
def test_s3_a_change_of_content_changes_the_digest_and_is_named(name: str) -> None:
    before, after = release(), changed(name)
    assert digest(before) != digest(after)
    rows = changes(approved_content(before), approved_content(after))
    assert [row.label for row in rows] == [LABELS[name]]
    assert rows[0].before != rows[0].after


@pytest.mark.parametrize("name", ELSEWHERE)
def test_s3_a_change_of_anything_else_leaves_the_digest(name: str) -> None:
    other = release()
    setattr(other, name, ELSEWHERE[name])
    assert digest(other) == digest(release())


def test_s3_the_digest_is_always_the_same() -> None:
    assert digest(release()) == "012ba496b59c2558c67e4f54fce3a4dd221fccd706a3e26df0871d3cc27734df"


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
    plans = [[PlanStep(text=line) for line in lines] for lines in (one, two)]
    assert (digest(release(plan=plans[0])) == digest(release(plan=plans[1]))) == (one == two)
    assert (digest(release(back_out=one)) == digest(release(back_out=two))) == (one == two)


@pytest.mark.parametrize(
    "step",
    [{"stage": "Full"}, {"owner": 2, "owner_name": "Bo"}, {"minutes": 5}, {"verify": "depth is 0"}],
)
def test_each_detail_of_a_step_is_content_and_is_shown(step: dict[str, Any]) -> None:
    before, after = release(plan=[PlanStep(text="drain")]), release(plan=[PlanStep(text="drain", **step)])
    assert digest(before) != digest(after)
    [row] = changes(approved_content(before), approved_content(after))
    assert row.before != row.after


# ---- as people read it


def test_nothing_differs() -> None:
    assert changes(approved_content(release()), approved_content(release())) == []


def test_s3_field_by_field_before_and_after() -> None:
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
