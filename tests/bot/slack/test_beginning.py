"""Before Cabbot knows whose words it hears: a first start while Slack is away, a workspace that isn't ours."""

from bot.outbound import Origin
from bot.slack.web_api import API, RESPONSES, purposes
from storage.store import Store
from tests.bot.slack.acting import NEW, opened
from tests.bot.slack.serving import Served, serving
from tests.fakes.slack import TEAM, FakeSlack

ELSEWHERE = {"team": {"id": "T0NOBODY", "domain": "nobody"}}


async def test_a_first_start_while_slack_is_away_says_that_it_is_starting(slack: FakeSlack, store: Store) -> None:
    slack.faults.order("status", "auth.test", times=100)
    async with serving(slack, store, settled=False) as cabbot:
        ack = await slack.command("UANA", "#pay", "/release", NEW)
        assert "is starting" in ack.json["blocks"][0]["text"]["text"]
        slack.faults.clear()
        await slack.until(lambda: cabbot.edge.ready)
        ack = await slack.command("UANA", "#pay", "/release", NEW)
        assert ack.message is not None
        assert "REL-1" in ack.message.shown


async def test_the_first_words_wait_a_moment_for_slack(slack: FakeSlack, store: Store) -> None:
    slack.faults.latency = 0.3
    async with serving(slack, store, settled=False):
        ack = await slack.command("UANA", "#pay", "/release", NEW)
        assert ack.message is not None
        assert "REL-1" in ack.message.shown


async def test_a_press_in_a_workspace_that_is_not_connected_is_told_so(slack: FakeSlack, cabbot: Served) -> None:
    card = (await slack.command("UANA", "#pay", "/release", NEW)).message
    assert card is not None
    card_elsewhere = {**card.as_json(), "team": "T0NOBODY"}
    whole = {**ELSEWHERE, "message": card_elsewhere, "user": {"id": "UX", "team_id": "T0NOBODY"}}
    ack = await slack.press("UX", card, card.buttons[0], **whole)
    assert (ack.status, ack.body) == (200, b"")
    told = await slack.until(lambda: slack.channel("#pay").ephemerals("UX"))
    assert "isn't connected" in told[-1].shown
    assert len(await cabbot.journal(TEAM)) == 1


async def test_a_form_of_a_workspace_that_is_not_connected_is_told_so(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new")
    form = await opened(slack, "UANA")
    await slack.event({"type": "app_uninstalled"})
    ack = await slack.submit("UANA", form, title="Faster refunds")
    assert ack.json["response_action"] == "push"
    assert "isn't connected" in slack.view_of("UANA").shown


def test_each_kind_of_slack_answers_at_a_host_of_its_own() -> None:
    assert purposes("https://slack.com/api/")[RESPONSES] == (Origin("https", "hooks.slack.com", 443),)
    assert purposes("https://slack-gov.com/api/")[RESPONSES] == (Origin("https", "hooks.slack-gov.com", 443),)
    proxied = purposes("https://proxy.inside.example/slack/")
    assert proxied[API] == (Origin("https", "proxy.inside.example", 443, inside=True),)
    assert proxied[RESPONSES] == (Origin("https", "hooks.slack.com", 443),)
