"""Cards as Adaptive Cards: what stands where, and that Teams takes it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from messages.adaptive_card import MOST_BYTES, VERSION, card, message, size
from messages.card import (
    Bold,
    Buttons,
    Card,
    Confirm,
    Divider,
    Facts,
    Heading,
    Items,
    Mark,
    Moment,
    Note,
    Part,
    PersonRef,
    Quote,
    Refresh,
    Stepper,
    Tone,
    button,
    fact,
    item,
    note,
    quote,
    text,
)
from messages.directory import Directory
from tests.messages import samples
from tests.messages.adaptive_card_rules import schema_violations, violations, walk

Json = dict[str, Any]
NOBODY = Directory()


def body(*parts: Part) -> list[Json]:
    """What an untitled card of these parts holds."""
    drawn: list[Json] = card(Card("", parts), samples.TEAMS)["body"]
    return drawn


def said(node: Any) -> str:
    return "".join(str(each["text"]) for each in walk(node) if "text" in each)


@pytest.mark.parametrize("directory", [samples.TEAMS, NOBODY], ids=["known", "unknown"])
@pytest.mark.parametrize("name", samples.CARDS)
def test_every_card_is_one_that_teams_takes(name: str, directory: Directory) -> None:
    drawn = message(samples.CARDS[name], directory)
    assert violations(drawn) == []
    assert schema_violations(drawn["attachments"][0]["content"]) == []


def test_a_message_is_an_activity_with_one_card_and_a_summary() -> None:
    drawn = message(samples.BALLOT, samples.TEAMS)
    assert (drawn["type"], drawn["summary"]) == ("message", samples.BALLOT.summary)
    assert drawn["attachments"][0]["content"] == card(samples.BALLOT, samples.TEAMS)


def test_a_card_uses_the_full_width_and_names_its_version() -> None:
    drawn = card(samples.BALLOT, samples.TEAMS)
    assert (drawn["type"], drawn["version"], drawn["msteams"]["width"]) == ("AdaptiveCard", VERSION, "Full")


@pytest.mark.parametrize(
    "tone, style",
    [
        (Tone.NEUTRAL, "emphasis"), (Tone.INFO, "accent"), (Tone.GOOD, "good"), (Tone.WARNING, "warning"),
        (Tone.BAD, "attention"), (Tone.EMERGENCY, "attention"),
    ],
)  # fmt: skip
def test_a_title_stands_on_the_hosts_own_colour_for_its_tone(tone: Tone, style: str) -> None:
    top = card(Card("REL-42 is out", tone=tone), NOBODY)["body"][0]
    assert (top["type"], top["style"]) == ("Container", style)
    assert top["items"][0]["style"] == "heading"
    assert top["items"][0]["text"].endswith("REL-42 is out")


def test_bad_news_and_an_emergency_differ_without_colour() -> None:
    bad, emergency = (card(Card("T", tone=tone), NOBODY)["body"][0] for tone in (Tone.BAD, Tone.EMERGENCY))
    assert bad["style"] == emergency["style"]
    assert said(bad) != said(emergency)


def test_a_title_with_signs_is_shown_as_typed() -> None:
    top = card(Card("*Faster* [refunds](http://evil.example)"), NOBODY)["body"][0]["items"][0]
    assert top["type"] == "RichTextBlock"
    assert said(top) == "*Faster* [refunds](http://evil.example)"


def test_a_text_is_runs_in_which_nothing_is_parsed() -> None:
    (drawn,) = body(text("**a** ", Bold("b_c_")))
    assert drawn["inlines"] == [
        {"type": "TextRun", "text": "**a** "},
        {"type": "TextRun", "text": "b_c_", "weight": "bolder"},
    ]


def test_a_quote_is_set_apart_and_small_print_is_small() -> None:
    said_by, small = body(quote("words"), note("print"))
    assert (said_by["type"], said_by["style"]) == ("Container", "emphasis")
    assert (small["inlines"][0]["size"], small["inlines"][0]["isSubtle"]) == ("small", True)


def test_facts_are_two_columns_of_which_the_second_takes_the_rest() -> None:
    rows = body(Facts((fact("Service", "payments"), fact("Risk"))))
    assert [[said(column) for column in row["columns"]] for row in rows] == [["Service", "payments"], ["Risk", "—"]]
    assert [column["width"] for column in rows[0]["columns"]] == ["110px", "stretch"]


def test_items_have_their_signs_or_their_numbers() -> None:
    rows = (item("a", mark=Mark.YES), item("b", mark=Mark.NO), item("c"))
    assert [said(row["columns"][0]) for row in body(Items(rows))] == ["✓", "✕", "•"]
    assert [said(row["columns"][0]) for row in body(Items(rows, ordered=True))] == ["1.", "2.", "3."]


def test_a_stepper_breaks_between_steps_only_and_tells_the_current_one() -> None:
    (drawn,) = body(samples.steps(2))
    words = [each["text"] for each in drawn["inlines"][::2]]
    assert words[:3] == ["✓\u00a0Plan", "✓\u00a0Build\u00a0&\u00a0test", "◉\u00a0Authorise"]
    assert [each["text"] for each in drawn["inlines"] if each.get("weight") == "bolder"] == ["◉\u00a0Authorise"]


def test_a_divider_is_a_line_above_what_follows() -> None:
    above, below = body(text("a"), Divider(), text("b"))
    assert "separator" not in above
    assert below["separator"] is True
    assert len(body(text("a"), Divider())) == 1


def test_what_is_headed_stands_close_under_its_heading() -> None:
    head, below, further = body(Heading("Plan"), text("a"), text("b"))
    assert (head["style"], head["spacing"]) == ("heading", "large")
    assert (below.get("spacing"), further.get("spacing")) == ("small", None)


@pytest.mark.parametrize(
    "part", [text(""), Quote(()), Note(()), Facts(()), Items(()), Stepper(()), Buttons(()), Heading(" ")]
)
def test_an_empty_part_is_not_drawn(part: Part) -> None:
    drawn = card(Card("T", (part, text("x"))), NOBODY)
    assert len(drawn["body"]) == 2
    assert violations(drawn) == []


def test_a_card_of_nothing_still_says_something() -> None:
    drawn = message(Card(""), NOBODY)
    assert violations(drawn) == []
    assert said(message(Card("", summary="All is well"), NOBODY)["attachments"][0]["content"]["body"]) == "All is well"


def test_a_moment_is_shown_by_the_client_in_its_readers_zone() -> None:
    at = datetime(2026, 12, 1, 21, 0, 7, 891, tzinfo=UTC)
    assert said(body(text(Moment(at)))) == "{{DATE(2026-12-01T21:00:07Z, SHORT)}} at {{TIME(2026-12-01T21:00:07Z)}}"


def test_a_mentioned_person_is_pinged_and_the_others_are_named() -> None:
    row = text("By name ", samples.ANA, ", mentioned ", samples.BEN, ", without an account ", samples.CHLOE, ".")
    drawn = card(Card("", (row,)), samples.TEAMS)
    assert drawn["body"][0]["text"] == "By name Ana, mentioned <at>Ben</at>, without an account Chloé."
    assert drawn["msteams"]["entities"] == [
        {"type": "mention", "text": "<at>Ben</at>", "mentioned": {"id": "29:ben", "name": "Ben"}}
    ]


def test_words_with_signs_beside_a_mention_stay_out_of_markdown() -> None:
    row = text("*Hey* ", samples.BEN, ", see [this](http://evil.example)")
    words, pinged = card(Card("", (row,)), samples.TEAMS)["body"]
    assert said(words) == "*Hey* Ben, see [this](http://evil.example)"
    assert pinged["text"] == "<at>Ben</at>"


def test_bold_words_beside_a_mention_are_bold() -> None:
    (drawn,) = body(text(Bold("Awaited"), Bold(" now"), Bold(": "), Bold("you"), Bold("two"), " ", samples.BEN))
    assert drawn["text"] == "**Awaited** now: **youtwo** <at>Ben</at>"


def test_two_people_of_one_name_are_told_apart() -> None:
    both = Directory("teams", "t", {1: "29:one", 2: "29:two"})
    row = text(PersonRef(1, "Ben", notify=True), " ", PersonRef(2, "Ben", notify=True))
    drawn = card(Card("", (row,)), both)
    assert drawn["body"][0]["text"] == "<at>Ben</at> <at>Ben 2</at>"
    assert [each["mentioned"]["id"] for each in drawn["msteams"]["entities"]] == ["29:one", "29:two"]


def test_a_card_refreshes_for_the_people_who_are_known_there() -> None:
    asked = Refresh("ballot REL-42", (samples.ANA, samples.BEN, samples.CHLOE, samples.ANA))
    drawn = card(Card("T", refresh=asked), samples.TEAMS)
    assert drawn["refresh"]["userIds"] == ["29:ana", "29:ben"]
    assert drawn["refresh"]["action"]["data"] == {"say": "ballot REL-42"}
    assert violations(drawn) == schema_violations(drawn) == []


def test_a_card_that_nobody_known_reads_does_not_refresh() -> None:
    assert "refresh" not in card(Card("T", refresh=Refresh("ballot REL-42", (samples.CHLOE,))), samples.TEAMS)


def test_a_card_refreshes_for_sixty_people_at_most() -> None:
    crowd = tuple(PersonRef(number, "x") for number in range(100))
    where = Directory("teams", "t", {number: f"29:{number}" for number in range(100)})
    assert len(card(Card("T", refresh=Refresh("show", crowd)), where)["refresh"]["userIds"]) == 60


def test_an_answer_stands_by_the_buttons_of_the_living_card_on_a_colour_of_its_own() -> None:
    living = Card("Ballot", samples.BALLOT.parts, Tone.INFO, "Ballot", Refresh("ballot REL-42", (samples.BEN,)))
    alone = card(living, samples.TEAMS)
    both = card(living, samples.TEAMS, Card("Noted", (text("Your approval is kept."),), Tone.GOOD))
    added = [each for each in both["body"] if each not in alone["body"]]
    assert [each for each in both["body"] if each not in added] == alone["body"]
    (answer,) = added
    assert (answer["type"], answer["style"]) == ("Container", "good")
    assert [said(each) for each in answer["items"]] == ["✅ Noted", "Your approval is kept."]
    assert both["body"][both["body"].index(answer) + 1]["type"] == "ActionSet"
    assert (both["refresh"], both["speak"]) == (alone["refresh"], "✅ Noted")
    assert violations(both) == schema_violations(both) == []


def test_an_answer_stands_at_the_end_of_a_card_that_has_no_buttons_left() -> None:
    both = card(Card("Ballot", (text("Approved."),)), NOBODY, Card("", (text("Kept."),)))
    assert said(both["body"][-1]) == "Kept."


def test_an_answer_offers_no_button_twice() -> None:
    again, details = button("Next stage", "step", "REL-1"), button("Details", "show", "REL-1")
    living = Card("REL-1", (Buttons((again,)),))
    both = card(living, NOBODY, Card("Started", (text("Go."), Buttons((again, details)), Buttons((again,)))))
    titles = [[each["title"] for each in node["actions"]] for node in walk(both) if node.get("type") == "ActionSet"]
    assert titles == [["Details"], ["Next stage"]]


def test_questions_of_an_answer_and_of_its_card_are_told_apart() -> None:
    sure = Confirm("Sure?", "Really?", "Yes")
    ways = Buttons((button("Start", "start", "REL-1", confirm=sure),)), Buttons((button("Stop", "stop", confirm=sure),))
    both = card(Card("REL-1", ways[:1]), NOBODY, Card("Held", ways[1:]))
    ids = [node["id"] for node in walk(both) if "id" in node]
    assert len(ids) == len(set(ids)) == 4


def test_a_long_answer_and_a_long_card_fit_together() -> None:
    long = tuple(text("word " * 1_000) for _ in range(20))
    both = card(Card("Ballot", (*long, Buttons((button("Show", "show"),)))), NOBODY, Card("Details", long))
    assert size(both) <= MOST_BYTES
    assert [each["type"] for each in both["body"]][-2:] == ["Container", "ActionSet"]


def test_what_is_spoken_is_no_markup() -> None:
    drawn = card(Card("R&D <b>"), NOBODY)
    assert json.dumps(drawn["speak"], ensure_ascii=False) == '"R+D \u2039b\u203a"'


def test_buttons_stand_where_they_belong() -> None:
    kinds = [each["type"] for each in body(text("a"), Buttons((button("Show", "show"),)), note("b"))]
    assert kinds == ["RichTextBlock", "ActionSet", "RichTextBlock"]
