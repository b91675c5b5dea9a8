"""What people choose from Slack's menus, and what they write to Cabbot: mentions and direct messages."""

import pytest

from tests.bot.slack.acting import NEW, keys, opened, whispered
from tests.bot.slack.serving import Served
from tests.fakes.slack import FakeSlack


@pytest.fixture
def cabbot(both_ways: Served) -> Served:
    return both_ways


async def test_the_shortcut_opens_the_form(slack: FakeSlack, cabbot: Served) -> None:
    ack = await slack.shortcut("UANA", "new")
    assert (ack.status, ack.body) == (200, b"")
    await opened(slack, "UANA")
    await slack.submit("UANA", title="Faster refunds")
    assert await keys(cabbot) == ["REL-1"]


async def test_a_shortcut_that_is_not_for_them_says_so_in_a_modal(slack: FakeSlack, cabbot: Served) -> None:
    await slack.shortcut("UANA", "emergency")
    assert "That is for" in (await opened(slack, "UANA")).shown or "is for the" in slack.view_of("UANA").shown


async def test_a_shortcut_whose_trigger_ran_out_is_answered_by_direct_message(slack: FakeSlack, cabbot: Served) -> None:
    slack.methods.trigger_seconds = -1
    await slack.shortcut("UANA", "new")
    message = await whispered(slack, "UANA")
    assert message.channel == slack.direct("UANA").id
    assert message.buttons == ["Open the form"]


async def test_a_mention_is_a_command_and_its_answer_private(slack: FakeSlack, cabbot: Served) -> None:
    await slack.mention("UANA", "#pay", NEW)
    answer = await whispered(slack, "UANA")
    assert (answer.channel, answer.only_for) == ("CPAY", "UANA")
    assert "REL-1 Faster refunds" in answer.shown


async def test_a_mention_in_a_thread_is_answered_there(slack: FakeSlack, cabbot: Served) -> None:
    await slack.mention("UANA", "#pay", "help", thread_ts="1600000000.000001")
    assert (await whispered(slack, "UANA")).thread == "1600000000.000001"


async def test_a_mention_where_the_bot_may_not_whisper_is_answered_by_direct_message(
    slack: FakeSlack, cabbot: Served
) -> None:
    slack.faults.order("error", "chat.postEphemeral", word="user_not_in_channel")
    slack.faults.order("error", "chat.postEphemeral", word="channel_not_found", times=5)
    await slack.mention("UANA", "#pay", "help")
    assert (await whispered(slack, "UANA")).channel == slack.direct("UANA").id


async def test_a_direct_message_is_a_command(slack: FakeSlack, cabbot: Served) -> None:
    await slack.write_to_bot("UANA", NEW)
    assert "REL-1 Faster refunds" in (await whispered(slack, "UANA")).shown


async def test_words_that_need_a_form_get_a_button_for_it(slack: FakeSlack, cabbot: Served) -> None:
    await slack.write_to_bot("UANA", "new hours=3")
    message = await whispered(slack, "UANA")
    await slack.press("UANA", message, "Open the form")
    assert (await opened(slack, "UANA")).inputs["hours"]["initial_value"] == "3"


@pytest.mark.parametrize(
    "details",
    [
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message", "user": None},
        {"bot_id": "B0BOT", "user": "U0BOT"},
        {"bot_id": "B0OTHER"},
        {"user": None},
        {"channel_type": "channel", "channel": "CPAY"},
    ],
)
async def test_what_no_person_wrote_to_the_bot_is_left_alone(
    slack: FakeSlack, cabbot: Served, details: dict[str, object]
) -> None:
    ack = await slack.write_to_bot("UANA", NEW, **details)
    assert ack.status == 200
    assert await keys(cabbot) == []


async def test_a_private_answer_that_slack_limits_comes_after_its_pause(slack: FakeSlack, cabbot: Served) -> None:
    slack.faults.order("ratelimited", "chat.postMessage", retry_after="0")
    await slack.write_to_bot("UANA", "help")
    assert (await whispered(slack, "UANA")).shown
    assert [call.ok for call in slack.calls_of("chat.postMessage")] == [None, True]
