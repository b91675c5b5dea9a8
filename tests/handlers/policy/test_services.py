from __future__ import annotations

import pytest

from handlers.policy.services import circle, needed_by


@pytest.mark.parametrize(
    "needs, way",
    [
        ({}, []),
        ({"a": ["b"]}, []),
        ({"a": ["b"], "b": ["a"]}, ["a", "b", "a"]),
        ({"a": ["b"], "b": ["c"], "c": ["a"]}, ["a", "b", "c", "a"]),
        ({"a": ["b", "c"], "b": ["c"], "c": ["a"]}, ["a", "c", "a"]),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, []),
        ({"a": ["gone"]}, []),
    ],
)
def test_the_shortest_way_back_to_itself(needs: dict[str, list[str]], way: list[str]) -> None:
    assert circle("a", needs) == way


def test_who_needs_it() -> None:
    assert needed_by("ledger", {"web": ["payments"], "payments": ["ledger"], "app": ["web", "ledger"]}) == [
        "app",
        "payments",
    ]
