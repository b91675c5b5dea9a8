"""docs/threats.md names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = [line for line in (ROOT / "docs" / "threats.md").read_text().splitlines() if line.startswith("| ")][2:]


@pytest.mark.parametrize("row", ROWS)
def test_a_threat_is_closed_by_tests_that_there_are(row: str) -> None:
    named = re.findall(r"`(tests/[^`]+)`", row.split("|")[3])
    assert named
    for each in named:
        assert re.search(r"^(async )?def test_", (ROOT / each).read_text(), re.MULTILINE), each
