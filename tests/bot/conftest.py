"""The environment of the person who runs the tests stays out of them, and so do log settings of one test of another."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.settings import Settings, load_settings
from tests.bot.configured import Load


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


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    """Settings of a process that is started with these variables, in an empty directory."""

    def start(variables: dict[str, str]) -> Settings:
        monkeypatch.chdir(tmp_path)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return load_settings()

    return start
