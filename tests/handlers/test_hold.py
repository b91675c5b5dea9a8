"""Hold, resume and cancel."""

from __future__ import annotations

import pytest

from storage.terms import BallotState, State
from tests.handlers import stories
from tests.handlers.buttons import labels
from tests.handlers.town import Town, sentence_of


async def test_s4_a_hold_has_a_reason_that_everybody_sees(town: Town) -> None:
    await stories.deploying(town)
    answer = await town.say("ana", "hold REL-1 waiting for a fix")
    assert sentence_of(answer) == "REL-1 is on hold."
    assert labels(answer.card) == ["Roll back", "Resume", "Details"]
    assert "On hold: waiting for a fix" in town.heard("releases")[0]
    assert "On hold: waiting for a fix" in town.heard("announcements")[0]
    assert "waiting for a fix" in town.heard("announcements")[-1]
    assert town.last().after["hold"] == "waiting for a fix"


async def test_s4_while_it_holds_no_stage_advances(town: Town) -> None:
    await stories.deploying(town)
    await town.all(("cm", "hold REL-1 look"))
    for line in ("step REL-1", "complete REL-1"):
        assert sentence_of(await town.say("ana", line)) == (
            "REL-1 is on hold (look). Resume it first: /release resume REL-1."
        )
    await town.all(("ana", "resume REL-1"), ("ana", "step REL-1"))


async def test_s4_while_it_holds_the_last_stage_is_not_completed(town: Town) -> None:
    await stories.deploying(town)
    await town.all(("ana", "step REL-1"), ("ana", "hold REL-1 look"))
    assert sentence_of(await town.say("ana", "complete REL-1")) == (
        "REL-1 is on hold (look). Resume it first: /release resume REL-1."
    )


async def test_s4_while_it_holds_nothing_starts(town: Town) -> None:
    await stories.in_window(town)
    await town.all(("ana", "hold REL-1 look"))
    assert sentence_of(await town.say("ana", "start REL-1")) == (
        "REL-1 is on hold (look). Resume it first: /release resume REL-1."
    )


async def test_s4_a_hold_in_review_outlives_the_approval(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("ana", "hold REL-1 look"), ("bo", "approve REL-1"), ("cy", "approve REL-1"))
    assert (town.release().state, town.release().hold) == (State.APPROVED, "look")


async def test_a_hold_outlives_a_rejection_and_is_resumed_in_the_draft(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("ana", "hold REL-1 look"), ("bo", "reject REL-1 no"), ("ana", "resume REL-1"))
    assert town.release().hold == ""


async def test_resume_goes_on_and_the_trail_keeps_the_reason(town: Town) -> None:
    await stories.deploying(town)
    await town.all(("ana", "hold REL-1 look"))
    answer = await town.say("cm", "resume REL-1")
    assert sentence_of(answer) == "REL-1 goes on."
    assert (town.last().before, town.last().after["hold"]) == ({"hold": "look"}, "")


async def test_followers_of_problems_hear_of_it(town: Town) -> None:
    await stories.deploying(town)
    await town.all(("st", "follow payments problems"), ("ana", "hold REL-1 look"), ("ana", "resume REL-1"))
    assert [text.splitlines()[0] for text in town.heard("st")] == ["REL-1 is on hold.", "REL-1 goes on."]


async def test_the_coordinator_hears_what_others_do_with_the_release_and_not_what_they_do_themselves(
    town: Town,
) -> None:
    await stories.deploying(town)
    heard = len(town.heard("ana"))
    await town.all(("ana", "hold REL-1 look"), ("ana", "resume REL-1"))
    assert len(town.heard("ana")) == heard
    await town.all(("cm", "hold REL-1 the database is slow"))
    assert town.heard("ana")[heard:] == ["REL-1 is on hold.\n\n> the database is slow"]


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("hold REL-1 again", "REL-1 is on hold already: look."),
        ("resume REL-1", "REL-1 isn't on hold."),
    ],
)
async def test_neither_twice(town: Town, line: str, sentence: str) -> None:
    await stories.deploying(town)
    if line.startswith("hold"):
        await town.all(("ana", "hold REL-1 look"))
    assert sentence_of(await town.say("ana", line)) == sentence


@pytest.mark.parametrize("who", ["st", "bo", "own", "oc"])
async def test_s2_who_may_not(town: Town, who: str) -> None:
    await stories.deploying(town)
    assert sentence_of(await town.say(who, "hold REL-1 look")) == (
        "That is for the coordinator (Ana), the release manager or the change manager."
    )


# ---- cancel


@pytest.mark.parametrize("story", [stories.drafted, stories.submitted, stories.approved])
async def test_s4_a_release_is_withdrawn_before_its_deployment(town: Town, story: stories.Story) -> None:
    await story(town)
    answer = await town.say("ana", "cancel REL-1 not needed any more")
    assert sentence_of(answer) == "REL-1 was withdrawn."
    assert labels(answer.card) == ["Details"]
    assert town.release().state is State.CANCELLED
    assert town.waiting() == []
    assert town.last().why == "not needed any more"
    assert "not needed any more" in town.heard("releases")[-1]


async def test_s4_an_open_round_ends_with_it(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("ana", "cancel REL-1 no"))
    assert town.ballot().state is BallotState.RECALLED
    assert "/release approve" not in town.heard("cab")[0]


async def test_a_decided_round_stays_as_it_was(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", "cancel REL-1 no"))
    assert town.ballot().state is BallotState.APPROVED


async def test_s4_what_has_started_is_not_cancelled(town: Town) -> None:
    await stories.deploying(town)
    assert sentence_of(await town.say("ana", "cancel REL-1 no")) == (
        "REL-1 is deploying; cancelling is possible while it's a draft or in review or approved."
    )


@pytest.mark.parametrize("line", ["hold REL-1", "cancel REL-1"])
async def test_without_a_reason_the_form_asks_for_one(town: Town, line: str) -> None:
    await stories.approved(town)
    form = (await town.say("ana", line)).form
    assert form is not None
    assert [field.name for field in form.fields] == ["reason"]
    assert not (await town.fill("ana", form, reason="look")).refused
