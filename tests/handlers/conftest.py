"""One database in memory for all tests of the handlers; each town in it is an organisation of its own."""

from collections.abc import Iterator

import pytest

from storage.store import Store
from tests.handlers.town import Town, in_memory


@pytest.fixture(scope="session")
def database() -> Iterator[Store]:
    yield from in_memory()


@pytest.fixture
def town(database: Store) -> Town:
    return Town(database)
