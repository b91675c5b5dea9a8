"""One browser for a file of tests, one playground for each journey.

Playwright's loop runs in this thread for as long as its browser is there, and no other loop can; so it ends with the
file, before tests that bring their own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.bot.playground.opened import copied, told_in
from tests.journeys.browser.demo import Apart, Here
from tests.journeys.browser.visitor import Visitor

CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
OPTIONS = [
    "--no-sandbox",  # the build machine's user is root, whom Chromium's own sandbox refuses
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
]
PATIENCE_MS = 10_000

Opens = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine (Debian, Ubuntu: apt install chromium)")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield _launched(playwright, path)


def _launched(playwright: Playwright, path: str) -> Browser:
    return playwright.chromium.launch(executable_path=path, args=OPTIONS)


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return told_in(tmp_path_factory.mktemp("told"))


@pytest.fixture
def demo(browser: Browser, told: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Here | Apart]:
    """What the windows look at. A test that kills it asks for `Apart`, indirectly."""
    kind: type[Here | Apart] = getattr(request, "param", Here)
    made = kind(copied(told, tmp_path / "playground"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def opens(browser: Browser, demo: Here | Apart) -> Iterator[Opens]:
    """Opens a window of somebody who comes to the playground."""
    windows: list[Visitor] = []

    def open_window(handle: str = "ana", channel: str = "releases", *, width: int = 1280, height: int = 800) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        windows.append(Visitor(context.new_page(), demo.address))
        return windows[-1].comes(handle, channel)

    yield open_window
    for window in windows:
        window.page.context.close()
    assert [trouble for window in windows for trouble in window.troubles] == []
