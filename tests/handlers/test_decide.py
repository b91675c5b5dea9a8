"""Votes."""

from __future__ import annotations

from messages.card import Tone
from storage.terms import BallotState, Choice, State
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town, card_of, sentence_of, told


async def test_an_approval_short_of_the_quorum(town: Town) -> None:
    await stories.submitted(town)
    answer = await town.say("bo", "approve REL-1 looks good to me")
    assert sentence_of(answer) == "You approved REL-1; 1 approval still missing."
    assert town.release().state is State.IN_REVIEW
    card = town.heard("cab")[0]
    assert "Bo approved: looks good to me" in card
    assert "Bo is awaited" not in card
    assert "1 approval missing of 2" in card


async def test_a_vote_that_counts_is_good_news_to_its_voter_also_in_an_emergency(town: Town) -> None:
    await stories.emergency(town)
    answer = await town.say("eve", "approve REL-1")
    assert answer.card is not None
    assert (answer.card.title, answer.card.tone) == ("Your vote counts", Tone.GOOD)


async def test_every_copy_of_the_ballot_shows_the_vote(town: Town) -> None:
    await stories.submitted(town)
    await town.say("bo", "approve REL-1")
    for channel in ("cab", "bo", "cy", "dee", "cm"):
        assert "Bo approved" in town.heard(channel, "ballot:")[0]


async def test_s4_the_quorum_authorises(town: Town) -> None:
    await stories.submitted(town)
    await town.say("bo", "approve REL-1")
    answer = await town.say("cy", "approve REL-1")
    assert sentence_of(answer) == "The CAB approved REL-1, revision 1."
    assert (town.release().state, town.ballot().state) == (State.APPROVED, BallotState.APPROVED)
    assert town.ballot().decided_at == town.clock.at
    assert town.release().first_planned_at == town.release().starts_at


async def test_a_decided_ballot_has_no_buttons_and_keeps_its_votes(town: Town) -> None:
    await stories.approved(town)
    for posting in town.postings(slot="ballot:"):
        assert labels(card_of(posting)) == []
    card = town.heard("cab")[0]
    assert "CAB: REL-1 Faster refunds, approved" in card
    assert "Bo approved" in card
    assert "Cy approved" in card
    assert "awaited" not in card


async def test_what_the_clock_had_to_say_of_the_round_is_taken_back(town: Town) -> None:
    await stories.approved(town)
    assert [due.line for due in town.waiting()] == [
        "upcoming REL-1 before=1440 revision=1",
        "upcoming REL-1 before=60 revision=1",
    ]


async def test_the_coordinator_and_the_threads_are_told_of_the_decision(town: Town) -> None:
    await stories.approved(town)
    assert town.heard("ana") == ["The CAB approved REL-1, revision 1."]
    assert "The CAB approved REL-1, revision 1." in town.heard("releases")


async def test_the_coordinator_who_follows_too_is_told_once(town: Town) -> None:
    await town.all(("ana", "follow payments"))
    await stories.approved(town)
    assert town.heard("ana") == ["The CAB approved REL-1, revision 1."]


async def test_s4_a_rejection_leads_back_to_the_draft_with_its_reason(town: Town) -> None:
    await stories.submitted(town)
    await town.say("bo", "approve REL-1")
    answer = await town.say("cy", 'reject REL-1 "no back-out test"')
    assert sentence_of(answer) == "The CAB rejected REL-1, revision 1."
    assert (town.release().state, town.ballot().state) == (State.DRAFT, BallotState.REJECTED)
    assert town.waiting() == []


async def test_s4_the_reason_of_a_rejection_reaches_the_coordinator_once(town: Town) -> None:
    await stories.submitted(town)
    await town.say("cy", "reject REL-1 no back-out test")
    assert len([text for text in town.heard("ana") if "no back-out test" in text]) == 1
    assert len([text for text in town.heard("releases", "event:") if "no back-out test" in text]) == 1
    assert "Cy rejected: no back-out test" in town.heard("cab")[0]


async def test_a_comment_is_shown_in_the_thread_of_the_release(town: Town) -> None:
    await stories.submitted(town)
    await town.say("bo", "approve REL-1 mind the cache")
    posting = town.postings("releases")[-1]
    assert posting.parent == "release:REL-1"
    assert "Bo approved REL-1." in town.heard("releases")[-1]
    assert "mind the cache" in town.heard("releases")[-1]


async def test_a_vote_without_words_makes_no_noise(town: Town) -> None:
    await stories.submitted(town)
    before = len(town.postings())
    await town.say("bo", "approve REL-1")
    assert len(town.postings()) == before


async def test_a_milestone_follower_does_not_hear_of_single_votes(town: Town) -> None:
    await town.all(("st", "follow payments"), ("eve", "follow payments all"))
    await stories.submitted(town)
    heard = len(town.heard("st"))
    await town.say("bo", "approve REL-1 mind the cache")
    assert len(town.heard("st")) == heard
    assert "mind the cache" in town.heard("eve")[-1]


# ---- by button and form


async def test_the_buttons_of_the_ballot(town: Town) -> None:
    await stories.submitted(town)
    card = card_of(town.postings("bo", "ballot:")[0])
    approve, comment, reject, show = buttons(card)
    assert (await town.press("bo", approve)).card is not None
    assert [vote.choice for vote in town.votes()] == [Choice.APPROVE]
    form = (await town.press("cy", comment)).form
    assert form is not None
    assert [field.name for field in form.fields] == ["comment"]
    assert "REL-1" in told(await town.press("cy", show))
    form = (await town.press("cy", reject)).form
    assert form is not None
    assert [field.name for field in form.fields] == ["reason"]
    empty = await town.fill("cy", form, reason=" ")
    assert empty.has_field_errors
    await town.fill("cy", empty.form, reason="no test")
    assert town.release().state is State.DRAFT
    assert town.votes()[-1].comment == "no test"


async def test_a_rejection_needs_a_reason(town: Town) -> None:
    await stories.submitted(town)
    answer = await town.say("bo", "reject REL-1")
    assert answer.form is not None
    assert town.votes() == []


async def test_a_form_carries_what_the_card_showed(town: Town) -> None:
    """Approve with a comment, opened on revision 1 and sent when revision 2 is up, counts for nothing."""
    await stories.submitted(town)
    opened = await town.press("bo", list(buttons(card_of(town.postings("bo", "ballot:")[0])))[1])
    await town.all(("ana", "recall REL-1"), ("ana", "edit REL-1 impact=None"), ("ana", "submit REL-1"))
    answer = await town.fill("bo", opened.form, comment="fine")
    assert sentence_of(answer) == "REL-1 is at revision 2 now; that card shows revision 1. Use the newest card."
    assert town.votes() == []


# ---- changing one's mind


async def test_a_vote_may_be_changed_while_the_round_is_open_and_the_trail_keeps_both(town: Town) -> None:
    await stories.submitted(town)
    await town.say("bo", "approve REL-1 fine")
    await town.say("bo", "approve REL-1 on second thoughts: mind the cache")
    assert [(vote.choice, vote.comment) for vote in town.votes()] == [
        (Choice.APPROVE, "on second thoughts: mind the cache")
    ]
    first, second = town.journal()[-2:]
    assert (first.before, first.after["comment"]) == ({}, "fine")
    assert second.before == {"vote": "approve", "comment": "fine"}
    assert second.after["comment"] == "on second thoughts: mind the cache"
    await town.say("bo", "reject REL-1 the cache!")
    assert town.last().before == {"vote": "approve", "comment": "on second thoughts: mind the cache"}
    assert town.last().after["vote"] == "reject"
    assert town.release().state is State.DRAFT


async def test_the_same_vote_again_says_that_it_stands(town: Town) -> None:
    await stories.submitted(town)
    await town.say("bo", "approve REL-1 fine")
    for line in ("approve REL-1 fine", "approve REL-1"):
        answer = await town.say("bo", line)
        assert sentence_of(answer) == "Your vote on REL-1 stands already: approved."
    assert town.votes()[0].comment == "fine"


async def test_after_the_decision_no_mind_is_changed(town: Town) -> None:
    await stories.approved(town)
    answer = await town.say("bo", "reject REL-1 wait")
    assert sentence_of(answer) == "That round is over: REL-1 was approved."
    assert labels(answer.card) == ["Show REL-1"]
    assert town.release().state is State.APPROVED
