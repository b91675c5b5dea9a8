"""One database in memory for all tests of the handlers; each town in it is an organisation of its own."""

from collections.abc import Iterator

import pytest
from sqlmodel import SQLModel

from storage.store import Store, open_store
from tests.handlers.town import Town


@pytest.fixture(scope="session")
def database() -> Iterator[Store]:
    store = open_store("sqlite://")
    with store.engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
    yield store
    store.close()


@pytest.fixture
def town(database: Store) -> Town:
    return Town(database)
