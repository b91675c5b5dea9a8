"""The chat service's own memory."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.playground.chat_log import ChatLog

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[ChatLog]:
    made = ChatLog(tmp_path / "chat.db")
    yield made
    made.close()


def test_a_message_is_there_after_a_restart_and_can_still_be_edited(tmp_path: Path) -> None:
    first = ChatLog(tmp_path / "chat.db")
    posted = first.post_card("cab", "one", AT, posting=7)
    first.close()
    again = ChatLog(tmp_path / "chat.db")
    edited = again.edit(posted.id, "two", AT + timedelta(minutes=3))
    assert (edited.card, edited.at, edited.edited_at) == ("two", AT, AT + timedelta(minutes=3))
    again.close()


def test_the_same_card_again_is_no_edit(log: ChatLog) -> None:
    posted = log.post_card("cab", "one", AT)
    assert log.edit(posted.id, "one", AT + timedelta(minutes=3)).edited_at is None


def test_a_message_is_found_by_its_posting(log: ChatLog) -> None:
    log.post_card("cab", "one", AT, posting=7)
    found = log.find("cab", 7)
    assert found is not None
    assert found.card == "one"
    assert log.find("ecab", 7) is None
    assert log.find("cab", 8) is None


def test_words_said_twice_by_one_act_are_one_message(log: ChatLog) -> None:
    first = log.post_words("cab", "ana", "hello", AT, act="ana:1")
    assert log.post_words("cab", "ana", "hello", AT, act="ana:1") == first
    assert len(log.page("cab", 100, 10)) == 1


def test_a_page_holds_the_newest_below_a_number_and_no_replies(log: ChatLog) -> None:
    made = [log.post_card("cab", str(number), AT) for number in range(5)]
    log.post_card("cab", "reply", AT, thread=made[0].id)
    assert [each.card for each in log.page("cab", 2**62, 2)] == ["3", "4"]
    assert [each.card for each in log.page("cab", made[3].id, 2)] == ["1", "2"]
    assert log.replies(each.id for each in made).keys() == {made[0].id}
    assert [each.card for each in log.thread(made[0].id)] == ["reply"]


def test_unread_counts_what_others_said_since_outside_of_threads(log: ChatLog) -> None:
    first = log.post_card("cab", "one", AT)
    log.read_up_to("ana", "cab", first.id)
    log.post_card("cab", "two", AT)
    log.post_card("cab", "reply", AT, thread=first.id)
    log.post_words("cab", "ana", "mine", AT, act="ana:1")
    assert log.unread("ana", ["cab", "ecab"]) == {"cab": 1, "ecab": 0}
    assert log.unread("ben", ["cab"]) == {"cab": 3}


def test_reading_never_goes_back(log: ChatLog) -> None:
    first, second = log.post_card("cab", "one", AT), log.post_card("cab", "two", AT)
    log.read_up_to("ana", "cab", second.id)
    log.read_up_to("ana", "cab", first.id)
    assert log.unread("ana", ["cab"]) == {"cab": 0}


def test_an_unknown_message_is_a_lookup_error(log: ChatLog) -> None:
    with pytest.raises(LookupError):
        log.get(1)
    with pytest.raises(LookupError):
        log.edit(1, "card", AT)
