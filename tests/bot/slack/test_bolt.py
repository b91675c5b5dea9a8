"""What Bolt would do by itself, and doesn't do here (docs/decisions/0006 names each trap)."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.slack.bolt import result_of
from bot.slack.installation import Installation, Token
from storage.store import Store
from tests.bot.slack.serving import Served, serving
from tests.fakes.slack import FakeSlack


@pytest.fixture
def bolt(cabbot: Served) -> AsyncApp:
    return cabbot.edge._front._app


def test_an_acknowledgement_is_not_polled_for(bolt: AsyncApp) -> None:
    """Without this every command, press and form takes 10 ms longer."""
    assert bolt.process_before_response is True


def test_few_listeners_are_tried(bolt: AsyncApp) -> None:
    """Each that is tried in vain costs every request behind it."""
    assert len(bolt._async_listeners) <= 6


def test_what_the_guard_and_the_front_do_is_not_done_again(bolt: AsyncApp) -> None:
    names = {type(each).__name__ for each in bolt._async_middleware_list}
    assert names == {"AsyncMultiTeamsAuthorization"}


def test_nothing_is_repeated_behind_our_back(bolt: AsyncApp) -> None:
    """The SDK's default handler sends a message again after a dropped connection."""
    assert bolt.client.retry_handlers == []


def test_no_listener_is_lazy(bolt: AsyncApp) -> None:
    """With a shared session a lazy listener ends in a 500."""
    assert all(not listener.lazy_functions for listener in bolt._async_listeners)


async def test_the_environment_does_not_change_what_is_served(
    slack: FakeSlack, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt reads SLACK_BOT_TOKEN and its companions by itself."""
    for name in ("BOT_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"SLACK_{name}", "from outside")
    async with serving(slack, store) as served:
        bolt = served.edge._front._app
        assert "from outside" not in (bolt._token, bolt.client.token)
        assert bolt.oauth_flow is None
        ack = await slack.command("UANA", "#pay", "/release", "help")
        assert ack.message is not None


@pytest.mark.parametrize("workspace, team, enterprise", [("T1", "T1", None), ("E1", None, "E1")])
def test_bolt_is_told_whose_token_it_is(workspace: str, team: Any, enterprise: Any) -> None:
    told = result_of(Installation(workspace, 1, "UBOT", Token("xoxb-1")), "UANA")
    assert (told.team_id, told.enterprise_id, told.bot_token) == (team, enterprise, "xoxb-1")
