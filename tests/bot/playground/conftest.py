"""A playground of the test's own, and a client of its pages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from bot.playground.demo import open_playground
from bot.playground.pages import Pages
from bot.playground.playground import Playground
from tests.bot.playground.opened import OPENS, copied, told_in

Client = TestClient[Request, Application]


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return told_in(tmp_path_factory.mktemp("told"))


@pytest.fixture
def directory(told: Path, tmp_path: Path) -> Path:
    return copied(told, tmp_path / "playground")


@pytest.fixture
async def house(directory: Path) -> AsyncIterator[Playground]:
    async with open_playground(directory, OPENS) as opened:
        yield opened


@pytest.fixture
async def client(house: Playground) -> AsyncIterator[Client]:
    async with TestClient(TestServer(Pages(house).application(), host="127.0.0.1")) as made:
        yield made
