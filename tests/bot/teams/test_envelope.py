"""What Teams sends is understood by its kind; what is odd is refused in words, and nothing of it reaches a listener."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.teams.envelope import (
    Activity,
    Changed,
    DialogAsked,
    DialogSent,
    Executed,
    Installed,
    Odd,
    OtherInvoke,
    Said,
    Submitted,
    read,
)
from tests.bot.teams.guarded import PAYLOADS, payload
from tests.fakes.teams_authority import TENANT

BOT = "28:8f3a6d1e-52f4-4f0c-9d55-0c4b7f1f2a10"
CHANNEL = "19:5e0d1c7a9b3f4e628c04d7a1f2b6e9c3@thread.tacv2"
TEAM = "19:8b2fJm1qWvXk0sTzR7dYhLc4oGpNuE6iAaBxQtKfMw81@thread.tacv2"
ROOT = "1790588142617"

RECORDED: dict[str, type[Activity]] = {
    "personal_message": Said,
    "group_message": Said,
    "channel_mention": Said,
    "channel_thread_reply": Said,
    "targeted_message": Said,
    "submit_fallback": Submitted,
    "execute": Executed,
    "execute_refresh": Executed,
    "task_fetch": DialogAsked,
    "task_submit": DialogSent,
    "other_invoke": OtherInvoke,
    "installed_in_a_team": Changed,
    "installed_in_a_group_chat": Changed,
    "installed_personally": Changed,
    "removed_from_a_team": Changed,
    "member_added": Changed,
    "channel_created": Changed,
    "channel_renamed": Changed,
    "channel_deleted": Changed,
    "team_renamed": Changed,
    "installation_added": Installed,
    "removed": Installed,
    "message_reaction": Activity,
    "message_edited": Activity,
    "message_deleted": Activity,
}


def understood(given: Any) -> Activity:
    return read(json.dumps(given).encode())


def known(name: str, **changes: Any) -> Any:
    return understood(payload(name, **changes))


@pytest.mark.parametrize("name, kind", RECORDED.items())
def test_every_recorded_activity_is_understood(name: str, kind: type[Activity]) -> None:
    activity = known(name)
    assert type(activity) is kind
    assert (activity.channel, activity.tenant, activity.recipient.id) == ("msteams", TENANT, BOT)
    assert activity.service_url == "https://smba.trafficmanager.net/emea/"
    assert activity.sender.object_id


def test_every_recorded_activity_is_in_that_list() -> None:
    assert set(RECORDED) == {path.stem for path in PAYLOADS.glob("*.json")}


@pytest.mark.parametrize(
    "name, waits", [(name, payload(name)["type"] == "invoke") for name in RECORDED], ids=RECORDED.keys()
)
def test_invokes_and_nothing_else_wait_for_a_body(name: str, waits: bool) -> None:
    assert known(name).invoke is waits


@pytest.mark.parametrize(
    "name, direct, base, thread",
    [
        ("personal_message", True, payload("personal_message")["conversation"]["id"], ""),
        ("group_message", False, "19:9d41f0c6b27e4a0f8be15c3a7d62e094@thread.v2", ""),
        ("channel_mention", False, CHANNEL, ROOT),
        ("channel_thread_reply", False, CHANNEL, ROOT),
        ("targeted_message", False, CHANNEL, ""),
        ("channel_renamed", False, TEAM, ""),
    ],
)
def test_the_place_is_told(name: str, direct: bool, base: str, thread: str) -> None:
    activity = known(name)
    assert (activity.direct, activity.base, activity.thread) == (direct, base, thread)


@pytest.mark.parametrize(
    "conversation, kind, direct",
    [
        ("a:1vQnTb0c", "personal", True),
        ("19:9d41@thread.v2", "groupChat", False),
        (CHANNEL, "channel", False),
        ("19:efa9296d@thread.skype", "channel", False),
        ("19:meeting_Zjk1@thread.v2", "groupChat", False),
        ("19:4c1f_b7e0@unq.gbl.spaces", "groupChat", False),
    ],
)
def test_a_conversation_that_does_not_say_its_kind_is_no_private_one_by_chance(
    conversation: str, kind: str, direct: bool
) -> None:
    activity = known("other_invoke", conversation={"id": conversation})
    assert (activity.conversation.kind, activity.direct) == (kind, direct)


def test_what_was_said_comes_as_it_was_sent() -> None:
    said = known("channel_mention")
    assert said.text == "<at>Cabbot</at>&nbsp;ask <at>Ben Okoro</at>&nbsp;about REL-42 &amp; the window\n"
    assert [each.type for each in said.entities] == ["mention", "mention", "clientInfo"]
    assert said.entities[0].mentioned.id == BOT
    assert said.local_zone == "Europe/Lisbon"


def test_a_targeted_message_is_one() -> None:
    assert known("targeted_message").recipient.targeted
    assert not known("channel_mention").recipient.targeted


def test_a_press_says_what_its_button_carries() -> None:
    pressed = known("execute")
    assert (pressed.value.action.verb, pressed.value.trigger) == ("say", "manual")
    assert pressed.value.action.data == {"say": "approve REL-42 revision=3", "seen": "b6f2"}
    assert known("execute_refresh").value.trigger == "automatic"
    assert known("submit_fallback").value == pressed.value.action.data
    assert known("task_submit").value.data["services"] == "Refunds,Ledger"


def test_who_came_and_who_went() -> None:
    assert [each.id for each in known("installed_in_a_team").added] == [BOT]
    assert [each.id for each in known("removed_from_a_team").removed] == [BOT]
    assert known("member_added").added[0].object_id
    assert (known("installation_added").action, known("removed").action) == ("add", "remove")


@pytest.mark.parametrize(
    "name, event, channel, team",
    [
        ("channel_renamed", "channelRenamed", "releases & rollbacks", ""),
        ("channel_deleted", "channelDeleted", "releases & rollbacks", ""),
        ("team_renamed", "teamRenamed", "", "Payments & Refunds"),
        ("installed_in_a_team", "teamMemberAdded", "", "Payments"),
    ],
)
def test_what_became_of_channels_and_teams(name: str, event: str, channel: str, team: str) -> None:
    told = known(name).channel_data
    assert (told.event, told.channel.name, told.team.name) == (event, channel, team)


def test_a_value_beside_words_is_no_press() -> None:
    assert type(known("submit_fallback", text="words")) is Said
    assert type(known("submit_fallback", text=" \n")) is Submitted
    assert type(known("submit_fallback", value="words")) is Said


def test_null_is_as_good_as_missing_and_unknown_keys_are_left_alone() -> None:
    said = known("personal_message", entities=None, replyToId=None, somethingNew={"a": [1]})
    assert (said.entities, said.reply_to) == ([], "")


def test_a_nul_is_taken_out_of_words() -> None:
    assert known("personal_message", text="a\x00b").text == "ab"


# ---- what Teams would never send

ODD_BODIES = [
    b"", b" ", b"{", b"[]", b"7", b"null", b'"x"', b"{}", b'{"type": 7}', b'{"type": null}', b'{"type": "message"}',
    b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5_000, b'{"type": "invoke", "name": []}', b"\x00",
    json.dumps(payload("execute", value=None)).encode(), json.dumps(payload("execute", value="x")).encode(),
    json.dumps(payload("execute", value={"action": 7})).encode(), json.dumps(payload("task_fetch", value=[])).encode(),
    json.dumps(payload("task_submit", value={"data": "x"})).encode(),
    json.dumps({**payload("personal_message"), "from": None}).encode(),
    json.dumps(payload("personal_message", conversation={"id": "../../etc/passwd\n"})).encode(),
    json.dumps(payload("personal_message", conversation={"id": "a" * 400})).encode(),
    json.dumps(payload("personal_message", recipient={"id": ""})).encode(),
    json.dumps(payload("personal_message", text=["x"])).encode(),
    json.dumps(payload("personal_message", text="x" * 100_001)).encode(),
    json.dumps(payload("personal_message", channelData=7)).encode(),
    json.dumps(payload("member_added", membersAdded=[7])).encode(),
]  # fmt: skip


@pytest.mark.parametrize("body", ODD_BODIES, ids=range(len(ODD_BODIES)))
def test_an_odd_body_is_refused_in_a_sentence(body: bytes) -> None:
    with pytest.raises(Odd, match=r"\A[A-Z].{10,200}\.\Z"):
        read(body)


def test_what_is_refused_is_not_repeated_in_the_sentence() -> None:
    with pytest.raises(Odd) as refused:
        known("personal_message", conversation={"id": "a secret in a wrong place"})
    assert "secret" not in str(refused.value)
    assert "conversation" in str(refused.value)


ODD_VALUES: list[Any] = [
    None, True, 0, -1, 2**70, 1.5, 1e400, "", " ", "x" * 3_000, "\x00", "29:a\n", "../..", "é", "\u202e", [], [None], [[]],
    {}, {"id": None}, {"id": {"id": 1}}, {"": ""}, {"type": []}, "null", "message", "invoke", "<at>Cabbot</at>", {"data": 1},
]  # fmt: skip


def places(node: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where something could be put in, or taken away."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(each for key, value in inside for each in places(value, (*path, key)))]


def put(node: Any, path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    if isinstance(node, dict):
        return {**node, path[0]: put(node[path[0]], path[1:], value)}
    return [put(each, path[1:], value) if at == path[0] else each for at, each in enumerate(node)]


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_an_odd_value_in_any_place_is_understood_or_refused(data: st.DataObject) -> None:
    broken: Any = payload(data.draw(st.sampled_from(sorted(RECORDED))))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places(broken)))
        broken = put(broken, place, data.draw(st.sampled_from(ODD_VALUES)))
    with suppress(Odd):
        activity = understood(broken)
        assert isinstance(activity.tenant + activity.base + activity.thread, str)
        assert activity.direct in (True, False)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_refused_in_a_sentence(body: bytes) -> None:
    with pytest.raises(Odd):
        read(body)
