from __future__ import annotations

from typing import Any

import pytest

from handlers.policy.readiness import missing_to_submit
from storage.terms import ReleaseType
from tests.handlers.policy.releases import release

BARE: dict[str, Any] = {"services": [], "starts_at": None, "ends_at": None, "plan": [], "back_out": []}
ALL = ["service", "start", "plan", "backout"]


@pytest.mark.parametrize(
    "kind, changed, missing",
    [
        (ReleaseType.NORMAL, {}, []),
        (ReleaseType.NORMAL, {"services": []}, ["service"]),
        (ReleaseType.NORMAL, {"starts_at": None}, ["start"]),
        (ReleaseType.NORMAL, {"plan": []}, ["plan"]),
        (ReleaseType.NORMAL, {"back_out": []}, ["backout"]),
        (ReleaseType.NORMAL, BARE, ALL),
        (ReleaseType.STANDARD, BARE, ALL),
        (ReleaseType.EMERGENCY, {"starts_at": None, "plan": []}, []),
        (ReleaseType.EMERGENCY, {"services": []}, ["service"]),
        (ReleaseType.EMERGENCY, {"back_out": []}, ["backout"]),
        (ReleaseType.EMERGENCY, BARE, ["service", "backout"]),
    ],
)
def test_what_is_missing_before_it_goes_to_the_board(
    kind: ReleaseType, changed: dict[str, Any], missing: list[str]
) -> None:
    assert [row.argument for row in missing_to_submit(release(type=kind, **changed))] == missing
