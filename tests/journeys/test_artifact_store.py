"""Artifacts of a store that the operator has named are read by whichever replica comes first; nobody else's are asked for."""

from __future__ import annotations

import pytest

from tests.fakes.artifact_store import SHA256, artifact_store
from tests.fakes.slack import FakeSlack
from tests.journeys import slack_stage
from tests.journeys.house import opened
from tests.journeys.slack_stage import SlackStage
from tests.journeys.stage import find, holds
from tests.journeys.stories.normal import NEW


@pytest.mark.parametrize(
    "fixture, replicas", [("sqlite_url", 1), pytest.param("postgres_url", 2, marks=pytest.mark.postgres)]
)
async def test_an_artifact_of_a_store_is_read(
    request: pytest.FixtureRequest, slack: FakeSlack, fixture: str, replicas: int
) -> None:
    url = str(request.getfixturevalue(fixture))
    async with (
        artifact_store() as there,
        artifact_store() as elsewhere,
        opened(url, slack, replicas=replicas, stores=(there.url,)) as house,
    ):
        stage = SlackStage(house)
        await slack_stage.move_in(stage)
        await stage.says("ana", NEW)
        await stage.says("ana", f"media add REL-1 {there.at('payments.tar')} licence=MIT")
        await stage.says("ana", f"media add REL-1 {there.at('moved.tar')} licence=MIT")
        await stage.says("ana", f"media add REL-1 {elsewhere.at('payments.tar')} licence=MIT")
        heard = await stage.says("ana", "media check REL-1")
        holds(heard.words, "2 being read", "its host isn't one that Cabbot may read from")
        told = find(stage.direct("ana"), "Media of REL-1")
        holds(told.words, SHA256, "a redirect, which isn't followed")
        assert "Record this digest" in told.buttons
    assert [path for path, _ in there.asked] == ["/payments.tar", "/moved.tar"]
    assert elsewhere.asked == []
