"""The environment of the person who runs the tests stays out of them, and so do log settings of one test of another."""

import logging
import os
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("CABBOT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def own_logging() -> Iterator[None]:
    """For tests that configure logging: afterwards it is as pytest made it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
