"""What people type, press and fill in, over real HTTP against a real store; Slack's rules are the fake's."""

import pytest

from storage.store import Store
from tests.bot.slack.acting import NEW, keys, opened, released, whispered
from tests.bot.slack.serving import Served, serving, settings_for
from tests.fakes.slack import TEAM, FakeSlack


@pytest.fixture
def cabbot(both_ways: Served) -> Served:
    return both_ways


# ---- typed


async def test_the_answer_to_a_command_is_in_the_response_to_it(slack: FakeSlack, cabbot: Served) -> None:
    before = len(slack.calls)
    ack = await slack.command("UANA", "#pay", "/release", NEW)
    assert ack.json["response_type"] == "ephemeral"
    assert ack.message is not None
    assert "REL-1 Faster refunds" in ack.message.shown
    assert await keys(cabbot) == ["REL-1"]
    assert [call.method for call in slack.calls[before:] if call.method != "users.info"] == []


async def test_what_people_write_is_shown_as_they_wrote_it(slack: FakeSlack, cabbot: Served) -> None:
    """Row 15: mentions, links and markup in a title are words."""
    title = "<!channel> @here *bold* _it_ ~s~ `c` <https://evil.example|our bank> :tada: &lt; > quote"
    ack = await slack.command("UANA", "#pay", "/release", f'new "{title}"')
    assert ack.message is not None
    assert title in ack.message.shown
    assert "<" not in ack.message.text.replace("&lt;", "")
    assert all(
        block["type"] in ("header", "rich_text", "actions", "context", "divider") for block in ack.message.blocks
    )


async def test_curly_quotes_of_a_phone_are_quotes(slack: FakeSlack, cabbot: Served) -> None:
    ack = await slack.command("UANA", "#pay", "/release", "new “Faster refunds”")
    assert ack.message is not None
    assert "REL-1 Faster refunds" in ack.message.shown


async def test_nothing_typed_shows_what_waits(slack: FakeSlack, cabbot: Served) -> None:
    ack = await slack.command("UANA", "#pay", "/release", "")
    assert ack.message is not None
    assert "Nothing waits for you." in ack.message.shown
    assert "Help" in ack.message.buttons


async def test_an_unknown_word_gets_the_nearest_ones(slack: FakeSlack, cabbot: Served) -> None:
    ack = await slack.command("UANA", "#pay", "/release", "shwo REL-1")
    assert ack.message is not None
    assert "/release show" in ack.message.buttons


async def test_the_answer_is_there_when_slacks_own_servers_hang(slack: FakeSlack, cabbot: Served) -> None:
    slack.faults.order("hang", "*", times=1_000)
    for number in range(3):
        ack = await slack.command("UANA", "#pay", "/release", f'new "Number {number}"')
        assert (ack.status, ack.json["response_type"]) == (200, "ephemeral")
    assert await keys(cabbot) == ["REL-3", "REL-2", "REL-1"]


# ---- forms


async def test_what_is_missing_opens_the_form_and_its_answer_takes_the_forms_place(
    slack: FakeSlack, cabbot: Served
) -> None:
    ack = await slack.command("UANA", "#pay", "/release", 'new goal="Money back in a day"')
    assert (ack.status, ack.body) == (200, b"")
    await opened(slack, "UANA")
    await slack.submit("UANA", title="Faster refunds", start=1_900_000_000, hours="2")
    assert "REL-1 Faster refunds" in slack.view_of("UANA").shown
    found = await cabbot.records(lambda records: records.releases.page()[0], TEAM)
    assert found.goal == "Money back in a day"
    assert found.starts_at is not None
    assert found.starts_at.timestamp() == 1_900_000_000


async def test_a_wrong_field_is_told_beside_it_and_the_next_try_counts(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new")
    await opened(slack, "UANA")
    wrong = await slack.submit("UANA", title="Faster refunds", hours="9999")
    assert list(wrong.errors) == ["hours"]
    again = await slack.submit("UANA", title="Faster refunds", hours="9999")
    assert list(again.errors) == ["hours"]
    await slack.submit("UANA", title="Faster refunds", hours="2", start=1_900_000_000)
    assert await keys(cabbot) == ["REL-1"]


async def test_a_form_that_is_sent_twice_counts_once(slack: FakeSlack, cabbot: Served) -> None:
    """Slack shows “try again” when an acknowledgement got lost; the act had happened."""
    await slack.command("UANA", "#pay", "/release", "new")
    view = await opened(slack, "UANA")
    body, inputs = dict(view.body), {"title": "Faster refunds"}
    await slack.submit("UANA", view, **inputs)
    view.body = body
    again = await slack.submit("UANA", view, **inputs)
    assert again.json["response_action"] == "update"
    assert await keys(cabbot) == ["REL-1"]


async def test_a_trigger_that_ran_out_leaves_a_button_that_opens_the_form(slack: FakeSlack, cabbot: Served) -> None:
    slack.methods.trigger_seconds = -1
    await slack.command("UANA", "#pay", "/release", "new hours=3")
    message = await whispered(slack, "UANA")
    assert message.buttons == ["Open the form"]
    slack.methods.trigger_seconds = 3
    await slack.press("UANA", message, "Open the form")
    assert (await opened(slack, "UANA")).inputs["hours"]["initial_value"] == "3"


async def test_a_form_knows_the_channel_where_it_was_asked_for(slack: FakeSlack, store: Store) -> None:
    settings = settings_for(slack, admins=("ana@example.org",))
    async with serving(slack, store, settings=settings) as cabbot:
        await slack.command("UANA", "#cab", "/release", "link cab form=yes")
        await opened(slack, "UANA")
        await slack.submit("UANA")
        links = await cabbot.records(
            lambda records: [(each.audience, each.channel) for each in records.links.all()], TEAM
        )
    assert links == [("cab", "CCAB")]


async def test_a_refusal_stands_before_the_form_that_keeps_what_was_typed(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", NEW)
    await slack.command("UANA", "#pay", "/release", "edit REL-1 form=yes")
    form = await opened(slack, "UANA")
    await slack.command("UANA", "#pay", "/release", "cancel REL-1 withdrawn")
    ack = await slack.submit("UANA", form, title="Faster refunds, really")
    assert ack.json["response_action"] == "push"
    assert slack.world.open_views("UANA")[0] is form
    assert "That can't be done" in slack.view_of("UANA").shown


# ---- pressed


async def test_a_press_is_committed_then_acknowledged_then_answered(slack: FakeSlack, cabbot: Served) -> None:
    card = await released(slack)
    slack.faults.order("hang", "*", times=1_000)
    ack = await slack.press("UANA", card, "Hold" if "Hold" in card.buttons else card.buttons[-1])
    assert (ack.status, ack.body) == (200, b"")
    slack.faults.clear()
    answer = await whispered(slack, "UANA", 2)
    assert answer.channel == "CPAY"
    assert card.edits == []


async def test_a_press_that_needs_words_opens_the_form(slack: FakeSlack, cabbot: Served) -> None:
    card = await released(slack)
    await slack.press("UANA", card, "Edit")
    assert (await opened(slack, "UANA")).inputs["title"]["initial_value"] == "Faster refunds"


async def test_a_press_in_a_modal_is_answered_in_it(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new")
    await opened(slack, "UANA")
    await slack.submit("UANA", title="Faster refunds")
    shown = slack.view_of("UANA")
    await slack.press("UANA", shown, "Edit")
    await slack.until(lambda: "title" in slack.view_of("UANA").inputs)
    await slack.submit("UANA", title="Faster refunds for all")
    assert "revision 2" in slack.view_of("UANA").shown


async def test_a_press_in_a_modal_that_was_closed_meanwhile_is_whispered(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new")
    await opened(slack, "UANA")
    await slack.submit("UANA", title="Faster refunds")
    shown = slack.view_of("UANA")
    slack.world.views["UANA"] = []
    await slack.press("UANA", shown, "Edit")
    assert (await whispered(slack, "UANA")).channel == "CPAY"


async def test_a_value_that_was_tampered_with_is_just_a_sentence(slack: FakeSlack, cabbot: Served) -> None:
    """Row 10: a button's value is what anybody could type; the person is whom Slack vouches for."""
    card = await released(slack)
    action = {**card.button(card.buttons[0]), "value": "cancel REL-1 mine-now", "action_ts": "1.1"}
    await slack.press("UBEN", card, card.buttons[0], actions=[action])
    assert "coordinator" in (await whispered(slack, "UBEN")).shown
    states = await cabbot.records(lambda records: [each.state.value for each in records.releases.page()], TEAM)
    assert states == ["draft"]
