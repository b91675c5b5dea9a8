"""Slack as the courier sees it: cards sent, edited and found again, and what each failure means."""

import socket
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat import Marker, Never, NotSent, PerhapsSent, Target
from bot.outbound import Outbound
from bot.slack.chat import SlackChat
from bot.slack.web_api import WebApi, purposes
from messages.card import Buttons, Card, PersonRef, button, text
from storage.people import Account
from storage.records import Records
from storage.terms import Platform
from tests.bot.slack.serving import Served
from tests.fakes.slack import TEAM, FakeSlack

CARD = Card(
    "REL-1", (text("<!channel> https://evil.example *bold*"), Buttons((button("Approve", "approve", "REL-1"),)))
)
LATER = Card("REL-1", (text("Approved by two"),))
CAB, ANA = Target(TEAM, "CCAB"), Target(TEAM, "UANA", direct=True)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def chat(cabbot: Served) -> SlackChat:
    return cabbot.edge.chat


async def test_a_card_is_posted_where_it_is_to_hang(slack: FakeSlack, chat: SlackChat) -> None:
    message = await chat.send(CAB, CARD, Marker(7, 1), None)
    shown = slack.channel("#cab").last
    assert message == shown.ts
    assert shown.buttons == ["Approve"]
    assert shown.metadata == {"event_type": "cabbot_posting", "event_payload": {"posting": 7, "revision": 1}}
    arguments = slack.calls_of("chat.postMessage")[0].arguments
    assert (arguments["parse"], arguments["unfurl_links"], arguments["unfurl_media"]) == ("none", False, False)
    assert "link_names" not in arguments
    assert arguments["text"]


async def test_an_edit_takes_its_place_and_leaves_its_mark(slack: FakeSlack, chat: SlackChat) -> None:
    message = await chat.send(CAB, CARD, Marker(7, 1), None)
    await chat.edit(CAB, message, LATER, Marker(7, 2))
    await chat.edit(CAB, message, LATER, Marker(7, 2))
    assert len(slack.channel("#cab").messages) == 1
    assert "Approved by two" in slack.channel("#cab").last.shown
    assert slack.channel("#cab").last.buttons == []
    assert await chat.find(CAB, Marker(7, 2), LONG_AGO, None) == message


async def test_a_reply_hangs_in_the_thread(slack: FakeSlack, chat: SlackChat) -> None:
    root = await chat.send(CAB, CARD, Marker(7, 1), None)
    reply = await chat.send(CAB, LATER, Marker(8, 1), root)
    assert [each.ts for each in slack.channel("#cab").thread(root)] == [reply]
    assert await chat.find(CAB, Marker(8, 1), LONG_AGO, root) == reply
    assert await chat.find(CAB, Marker(9, 1), LONG_AGO, root) is None


async def test_a_direct_message_can_be_edited_answered_and_found(slack: FakeSlack, chat: SlackChat) -> None:
    message = await chat.send(ANA, CARD, Marker(7, 1), None)
    await chat.edit(ANA, message, LATER, Marker(7, 2))
    reply = await chat.send(ANA, CARD, Marker(8, 1), message)
    conversation = slack.direct("UANA")
    assert "Approved by two" in conversation.last.shown
    assert len(conversation.thread(conversation.last.ts)) == 1
    assert await chat.find(ANA, Marker(7, 1), LONG_AGO, None) == message
    assert await chat.find(ANA, Marker(8, 1), LONG_AGO, message) == reply


async def test_only_what_was_sent_since_then_is_found(slack: FakeSlack, chat: SlackChat) -> None:
    await chat.send(CAB, CARD, Marker(7, 1), None)
    assert await chat.find(CAB, Marker(7, 1), datetime.now(UTC) + timedelta(minutes=1), None) is None


async def test_a_message_is_found_behind_many_others(slack: FakeSlack, chat: SlackChat) -> None:
    message = await chat.send(CAB, CARD, Marker(7, 1), None)
    for number in range(130):
        await chat.send(CAB, LATER, Marker(100 + number, 1), None)
    assert await chat.find(CAB, Marker(7, 1), LONG_AGO, None) == message


async def test_people_are_mentioned_by_their_account_in_that_workspace(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new x")
    person = await cabbot.records(lambda records: _account(records, "UANA").person_id, TEAM)
    card = Card(
        "Please vote", (text(PersonRef(person, "Ana", notify=True), " and ", PersonRef(999, "Zoe", notify=True)),)
    )
    await cabbot.edge.chat.send(CAB, card, Marker(7, 1), None)
    assert "@UANA and Zoe" in slack.channel("#cab").last.shown


def _account(records: Records, user: str) -> Account:
    found = records.people.account(Platform.SLACK, TEAM, user)
    assert found is not None
    return found


# ---- failures


@pytest.mark.parametrize(
    "word, failure",
    [
        ("channel_not_found", Never), ("not_in_channel", Never), ("is_archived", Never), ("msg_too_long", Never),
        ("invalid_blocks", Never), ("account_inactive", Never), ("missing_scope", Never), ("a_new_word_of_slacks", Never),
        ("ratelimited", NotSent), ("service_unavailable", NotSent), ("token_expired", NotSent), ("request_timeout", NotSent),
        ("internal_error", PerhapsSent), ("fatal_error", PerhapsSent),
    ],
)  # fmt: skip
async def test_slacks_words_tell_what_a_failure_means(
    slack: FakeSlack, chat: SlackChat, word: str, failure: type[Exception]
) -> None:
    slack.faults.order("error", "chat.postMessage", word=word)
    with pytest.raises(failure, match=word):
        await chat.send(CAB, CARD, Marker(7, 1), None)


async def test_a_429_tells_when_to_come_again_and_is_not_waited_for_here(slack: FakeSlack, chat: SlackChat) -> None:
    """The SDK's handler would sleep inside the call, and other tasks would run into the same wall."""
    slack.faults.order("ratelimited", "chat.postMessage", retry_after="12")
    with pytest.raises(NotSent) as limited:
        await chat.send(CAB, CARD, Marker(7, 1), None)
    assert (limited.value.retry_after, limited.value.everything) == (12.0, True)
    assert len(slack.calls_of("chat.postMessage")) == 1


@pytest.mark.parametrize("retry_after, seconds", [("x", 1.0), ("-5", 0.0), ("999999", 3600.0), ("1.5", 1.5)])
async def test_an_odd_retry_after_is_bounded(
    slack: FakeSlack, chat: SlackChat, retry_after: str, seconds: float
) -> None:
    slack.faults.order("ratelimited", "chat.postMessage", retry_after=retry_after)
    with pytest.raises(NotSent) as limited:
        await chat.send(CAB, CARD, Marker(7, 1), None)
    assert limited.value.retry_after == seconds


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
async def test_a_dropped_connection_is_a_doubt_and_nothing_is_repeated(
    slack: FakeSlack, chat: SlackChat, kind: str
) -> None:
    """The SDK's default handler would post it a second time."""
    slack.faults.order(kind, "chat.postMessage")
    with pytest.raises(PerhapsSent):
        await chat.send(CAB, CARD, Marker(7, 1), None)
    assert len(slack.calls_of("chat.postMessage")) == 1
    found = await chat.find(CAB, Marker(7, 1), LONG_AGO, None)
    assert found == (slack.channel("#cab").last.ts if kind == "drop_after" else None)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_5xx_is_a_doubt(slack: FakeSlack, chat: SlackChat, status: int) -> None:
    slack.faults.order("status", "chat.postMessage", status=status)
    with pytest.raises(PerhapsSent):
        await chat.send(CAB, CARD, Marker(7, 1), None)


async def test_no_answer_at_all_is_a_doubt(slack: FakeSlack, cabbot: Served) -> None:
    outbound = Outbound(purposes(slack.api_url), seconds=0.3)
    chat = SlackChat(WebApi(outbound, slack.api_url), cabbot.edge.installations, cabbot.store)
    slack.faults.order("hang", "chat.postMessage")
    with pytest.raises(PerhapsSent):
        await chat.send(CAB, CARD, Marker(7, 1), None)
    await outbound.close()


async def test_a_refused_connection_surely_sent_nothing(slack: FakeSlack, cabbot: Served) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/api/"
        outbound = Outbound(purposes(url))
        chat = SlackChat(WebApi(outbound, url), cabbot.edge.installations, cabbot.store)
        with pytest.raises(NotSent):
            await chat.send(CAB, CARD, Marker(7, 1), None)
        await outbound.close()


async def test_where_the_history_may_not_be_read_nobody_pretends_to_have_looked(
    slack: FakeSlack, chat: SlackChat
) -> None:
    slack.methods.missing_scopes.add("conversations.history")
    with pytest.raises(Never, match="missing_scope"):
        await chat.find(CAB, Marker(7, 1), LONG_AGO, None)


async def test_a_channel_that_the_bot_is_not_in_cannot_be_looked_through(slack: FakeSlack, chat: SlackChat) -> None:
    slack.channel("#cab").bot_is_member = False
    with pytest.raises(Never, match="not_in_channel"):
        await chat.find(CAB, Marker(7, 1), LONG_AGO, None)


async def test_nothing_is_sent_to_a_workspace_that_removed_the_app(slack: FakeSlack, cabbot: Served) -> None:
    await slack.event({"type": "app_uninstalled"})
    with pytest.raises(Never, match="account_inactive"):
        await cabbot.edge.chat.send(CAB, CARD, Marker(7, 1), None)
    with pytest.raises(Never, match="account_inactive"):
        await cabbot.edge.chat.edit(CAB, "1.1", CARD, Marker(7, 1))
    assert slack.calls_of("chat.postMessage") == []


async def test_many_messages_share_a_few_connections(slack: FakeSlack, chat: SlackChat) -> None:
    """Without a shared session the SDK opens one for every call."""
    before = slack.server.connections
    for number in range(30):
        await chat.send(CAB, LATER, Marker(number, 1), None)
    assert slack.server.connections - before <= 1
