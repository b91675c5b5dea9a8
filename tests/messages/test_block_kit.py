from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from messages import block_kit
from messages.block_kit import escaped, message
from messages.card import (
    Bold,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    ChannelRef,
    Confirm,
    Divider,
    Facts,
    Heading,
    Items,
    Link,
    Mark,
    Moment,
    MomentStyle,
    PersonRef,
    Step,
    Stepper,
    Tone,
    button,
    item,
    note,
    quote,
    text,
)
from messages.directory import Directory
from tests.messages import samples
from tests.messages.block_kit_rules import violations

HERE = samples.DIRECTORY
AT = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)


def blocks_of(*parts: Any, title: str = "Title") -> list[dict[str, Any]]:
    return list(message(Card(title, parts), HERE)["blocks"])


def kinds(blocks: list[dict[str, Any]]) -> list[str]:
    return [block["type"] for block in blocks]


def leaves(*parts: Any) -> list[dict[str, Any]]:
    """The leaves of the first section below the title."""
    return list(blocks_of(*parts)[1]["elements"][0]["elements"])


def buttons(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for block in drawn["blocks"] if block["type"] == "actions" for each in block["elements"]]


# ---- every sample


@pytest.mark.parametrize("name", samples.CARDS)
def test_samples_keep_slacks_rules(name: str) -> None:
    assert violations(message(samples.CARDS[name], HERE)) == []


@pytest.mark.parametrize("name", samples.CARDS)
def test_slacks_own_sdk_reads_the_same_blocks(name: str) -> None:
    for block in message(samples.CARDS[name], HERE)["blocks"]:
        read = Block.parse(block)
        assert read is not None
        assert read.to_dict() == block


# ---- pieces


def test_a_person_is_mentioned_only_to_notify_and_where_known() -> None:
    drawn = leaves(text(PersonRef(2, "Ben", notify=True), PersonRef(2, "Ben"), PersonRef(3, "Chloé", notify=True)))
    assert drawn == [
        {"type": "user", "user_id": "U2"},
        {"type": "text", "text": "Ben"},
        {"type": "text", "text": "Chloé"},
    ]


def test_a_channel_of_another_workspace_is_a_name() -> None:
    drawn = leaves(
        text(samples.RELEASES, ChannelRef("slack", "T2", "C1", "far"), ChannelRef("teams", "T1", "C1", "#x"))
    )
    assert drawn == [
        {"type": "channel", "channel_id": "C1"},
        {"type": "text", "text": "#far"},
        {"type": "text", "text": "#x"},
    ]


@pytest.mark.parametrize(
    "style, format_",
    [
        (MomentStyle.DATE_TIME, "{date_short_pretty} at {time}"),
        (MomentStyle.DATE, "{date_short_pretty}"),
        (MomentStyle.TIME, "{time}"),
        (MomentStyle.AGO, "{ago}"),
    ],
)
def test_a_moment_shows_in_the_readers_zone(style: MomentStyle, format_: str) -> None:
    (drawn,) = leaves(text(Moment(AT, style, "Europe/Berlin")))
    assert (drawn["timestamp"], drawn["format"]) == (1796158800, format_)
    assert drawn["fallback"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a.b/c", "https://", "//a.b", "https://a b", "", "https://a.b/<x>"]
)
def test_only_web_addresses_are_linked(url: str) -> None:
    assert leaves(text(Link(url, "here"))) == [{"type": "text", "text": "here"}]


def test_a_link_has_its_label() -> None:
    link = leaves(text(Link("https://a.b/c?d=1&e=2", "here")))
    assert link == [{"type": "link", "url": "https://a.b/c?d=1&e=2", "text": "here"}]
    assert leaves(text(Link("https://a.b/c", " "))) == [{"type": "link", "url": "https://a.b/c"}]


# ---- parts


def test_empty_parts_are_left_out() -> None:
    empty = (
        text(""),
        quote(),
        note(" "),
        Facts(()),
        Items(()),
        Items((item(),)),
        Stepper(()),
        Buttons(()),
        Heading(" "),
    )
    assert kinds(blocks_of(*empty, text("x"))) == ["header", "rich_text"]


def test_a_heading_stands_close_above_what_it_heads() -> None:
    (only,) = blocks_of(Heading("Plan"), text("x"), title="")
    assert [leaf["text"] for leaf in only["elements"][0]["elements"]] == ["Plan", "\n", "x"]
    (only,) = blocks_of(Heading("Plan"), Items((item("x"),)), title="")
    assert [each["type"] for each in only["elements"]] == ["rich_text_section", "rich_text_list"]
    assert kinds(blocks_of(Heading("Plan"), Divider(), text("x"), title="")) == ["rich_text", "divider", "rich_text"]
    assert kinds(blocks_of(Heading("Plan"), text("x"), text("y"), title="")) == ["rich_text", "rich_text"]


def test_marks_stand_for_bullets_only_where_there_are_marks() -> None:
    assert blocks_of(Items((item("a"), item("b"))))[1]["elements"][0]["type"] == "rich_text_list"
    drawn = leaves(Items((item("a", mark=Mark.YES), item("b"))))
    assert drawn[0] == {"type": "emoji", "name": "white_check_mark"}
    assert [leaf.get("text", "") for leaf in drawn] == ["", "\u00a0\u00a0", "a", "\n", "•\u00a0\u00a0", "b"]


def test_a_stepper_breaks_only_between_steps() -> None:
    drawn = leaves(Stepper((Step("Build & test", Mark.DONE), Step("Go live", Mark.CURRENT), Step("End", Mark.TODO))))
    assert [leaf["text"].split() for leaf in drawn][::2] == [
        ["✓", "Build", "&", "test"],
        ["◉", "Go", "live"],
        ["○", "End"],
    ]
    assert [" " in leaf["text"] for leaf in drawn] == [False] * 5
    assert [leaf["text"] for leaf in drawn if leaf.get("style") == {"bold": True}] == ["◉\u00a0Go\u00a0live"]


def test_small_print_is_grey_unless_it_needs_rich_text() -> None:
    assert kinds(blocks_of(text("x"), note("a", Bold("b")))) == ["header", "rich_text", "context"]
    assert kinds(blocks_of(text("x"), note("a", Moment(AT)))) == ["header", "rich_text", "rich_text"]


@pytest.mark.parametrize(
    "card", [Card("Title"), Card("", (note("x"),)), Card("T", (Buttons((button("a", "a"),)),)), Card("")]
)
def test_there_is_always_rich_text_because_an_update_cannot_take_it_away(card: Card) -> None:
    drawn = message(card, HERE)
    assert "rich_text" in kinds(drawn["blocks"])
    assert violations(drawn) == []


def test_a_tone_shows_as_an_icon_before_the_title() -> None:
    titles = {block_kit.message(Card("T", (text("x"),), tone), HERE)["blocks"][0]["text"]["text"] for tone in Tone}
    assert len(titles) == len(Tone)
    assert all(title.endswith("T") for title in titles)


# ---- buttons


def test_a_button_says_its_sentence_and_asks_first() -> None:
    asked = Confirm("Sure?", "It's final.", "Cancel it")
    drawn = buttons(
        message(Card("T", (Buttons((Button("Cancel", "cancel REL-1", ButtonStyle.DANGER, asked),)),)), HERE)
    )
    assert drawn == [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": "Cancel", "emoji": False},
            "value": "cancel REL-1",
            "style": "danger",
            "confirm": {
                "title": {"type": "plain_text", "text": "Sure?", "emoji": False},
                "text": {"type": "plain_text", "text": "It's final.", "emoji": False},
                "confirm": {"type": "plain_text", "text": "Cancel it", "emoji": False},
                "deny": {"type": "plain_text", "text": "Not now", "emoji": False},
                "style": "danger",
            },
            "action_id": "say:0",
        }
    ]


def test_a_sentence_too_long_for_a_button_is_refused() -> None:
    with pytest.raises(ValueError, match="says 2001 characters; Slack carries at most 2000"):
        message(Card("T", (Buttons((Button("Do", "x" * 2001),)),)), HERE)


def test_ids_are_steady_for_the_same_card_and_new_for_new_content() -> None:
    def ids(words: str) -> list[str]:
        return [block["block_id"] for block in blocks_of(text(words), text("same"))]

    assert ids("a") == ids("a")
    first, second = ids("a"), ids("b")
    assert [one == other for one, other in zip(first, second, strict=True)] == [True, False, True]


# ---- the text beside the blocks


def test_the_text_begins_with_the_summary_and_reads_the_card() -> None:
    words = message(samples.BALLOT, HERE)["text"]
    assert words.startswith("REL-42 Faster refunds: the CAB is asked to authorise it\n")
    assert "Impact: Refunds pause for about four minutes" in words
    assert "/release" not in words


@pytest.mark.parametrize("sign", ["x", "&", "<", "é", "語", "🙂"])
def test_the_text_fits_in_bytes_too(sign: str) -> None:
    words = message(Card("T", (text(sign * 20_000),)), HERE)["text"]
    assert 2_000 < len(words.encode()) <= 3_000
    assert words.endswith("(shortened)")
    assert words.count("&") == words.count("&amp;") + words.count("&lt;")


@pytest.mark.parametrize(
    "words, shown",
    [
        ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
        ("@here @Channel a@everyone.org @hereby", "@\u2060here @\u2060Channel a@\u2060everyone.org @hereby"),
    ],
)
def test_the_text_mentions_nobody(words: str, shown: str) -> None:
    assert escaped(words) == shown


def test_an_empty_card_still_says_something() -> None:
    assert message(Card(""), Directory())["text"] == "—"
