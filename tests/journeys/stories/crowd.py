"""Stories of many hands: people at the same moment, people who may not, and cards that lie about for long."""

from __future__ import annotations

from tests.journeys.stage import Stage, find, holds
from tests.journeys.stories.normal import BALLOT, CARD, approved, registered_and_submitted

CROWD = ("ben", "chiara", "devika", "sofia", "jun", "ana", "marta", "ben", "chiara", "devika")


async def ten_press_at_once(stage: Stage) -> None:
    """One vote each, one decision, one announcement of it, whoever comes in first."""
    await registered_and_submitted(stage)
    answers = await stage.all_press(list(CROWD), "Approve", BALLOT, "cab")
    assert len(answers) == len(CROWD), "everybody is answered"
    ballot = find(stage.channel("cab"), BALLOT)
    holds(ballot.words, "approved")
    assert not ballot.buttons
    voters = [each for each in ("Ben", "Chiara", "Devika") if f"{each} approved" in ballot.words]
    assert len(voters) == 2, "the quorum is two; whoever was third came too late"
    replies = "\n".join(find(stage.channel("releases"), CARD).replies)
    assert replies.count("The CAB approved REL-1") == 1
    assert len([each for each in stage.direct("ana") if "The CAB approved REL-1" in each.words]) == 1
    votes = [each for each in await stage.trail() if " approve REL-1" in each]
    assert len(votes) == len(CROWD)
    assert len([each for each in votes if not each.endswith("refused")]) == 2
    for who in ("sofia", "jun", "ana", "marta"):
        assert f"{who} approve REL-1 refused" in votes


async def those_who_may_not(stage: Stage) -> None:
    """A stakeholder, the coordinator and the on-call press; each hears why it changes nothing, and nothing changes."""
    await registered_and_submitted(stage)
    before = stage.channel("cab")
    heard = await stage.presses("sofia", "Approve", BALLOT, "cab")
    holds(heard.words, "Only members of the CAB vote on REL-1.")
    heard = await stage.follows_up("sofia", "Why?")
    holds(heard.words, "Only members of the CAB vote on REL-1.", "Who may", "Ben")
    heard = await stage.says("sofia", "why recall REL-1")
    holds(heard.words, "That is for the coordinator (Ana)", "Who may")
    heard = await stage.presses("ana", "Approve", BALLOT, "cab")
    holds(heard.words, "You coordinate or requested REL-1, so somebody else on the CAB decides on it.")
    await stage.turns_a_page()
    heard = await stage.presses("sofia", "Cancel", CARD, "releases")
    await stage.sends("sofia", reason="I don't like it.")
    heard = await stage.presses("jun", "Recall", CARD, "releases")
    holds(heard.words, "That is for the coordinator (Ana)")
    assert stage.channel("cab") == before
    holds(find(stage.channel("releases"), CARD).words, "In review")
    assert [each for each in await stage.trail() if each.endswith("refused")] == [
        "sofia approve REL-1 refused",
        "ana approve REL-1 refused",
        "sofia cancel REL-1 refused",
        "jun recall REL-1 refused",
    ]


async def old_cards(stage: Stage) -> None:
    """A client that was offline shows cards of yesterday: a press on one says what has become of it."""
    await registered_and_submitted(stage)
    ballot, card = stage.keeps(BALLOT, "cab"), stage.keeps(CARD, "releases")
    await stage.presses("ben", "Approve", BALLOT, "me")
    await stage.presses("chiara", "Reject", BALLOT, "me")
    await stage.sends("chiara", reason="Not in December.")
    heard = await stage.presses_old("devika", "Approve", ballot)
    holds(heard.words, "That round is over: REL-1 was rejected.")
    await stage.turns_a_page()
    heard = await stage.presses_old("ana", "Recall", card)
    holds(heard.words, "REL-1 is a draft")
    assert "Show REL-1" in heard.buttons
    heard = await stage.follows_up("ana", "Show REL-1")
    holds(heard.words, CARD, "Draft")
    holds(find(stage.channel("cab"), BALLOT).words, "rejected")
    assert "Devika approved" not in find(stage.channel("cab"), BALLOT).words


async def a_vote_that_is_changed(stage: Stage) -> None:
    """While the round is open a vote may be changed; the trail keeps both."""
    await registered_and_submitted(stage)
    await stage.presses("ben", "Approve", BALLOT, "me")
    heard = await stage.presses("ben", "Approve", BALLOT, "cab")
    holds(heard.words, "Your vote on REL-1 stands already: approved.")
    await stage.turns_a_page()
    await stage.presses("ben", "Reject", BALLOT, "cab")
    heard = await stage.sends("ben", reason="I read the plan again.")
    holds(heard.words, "The CAB rejected REL-1")
    ballot = find(stage.channel("cab"), BALLOT)
    holds(ballot.words, "Ben rejected: I read the plan again.")
    assert "Ben approved" not in ballot.words
    assert [each for each in await stage.trail() if each.startswith("ben")] == [
        "ben approve REL-1",
        "ben approve REL-1 refused",
        "ben reject REL-1",
    ]


async def held_and_resumed(stage: Stage) -> None:
    """While a release is on hold nothing starts, and everybody sees why."""
    await approved(stage)
    await stage.says("ana", "announce REL-1", "announcements")
    await stage.presses("devika", "Hold", CARD, "releases")
    await stage.sends("devika", reason="The bank closes early.")
    holds(find(stage.channel("announcements"), CARD).words, "On hold: The bank closes early.")
    assert "Start" not in find(stage.channel("releases"), CARD).buttons
    await stage.until("2026-12-01 22:01")
    await stage.turns_a_page()
    heard = await stage.says("ana", "start REL-1")
    holds(heard.words, "on hold", "Resume it first")
    await stage.presses("ana", "Resume", CARD, "releases")
    holds(find(stage.channel("announcements"), CARD).words, "Planned and approved")
    await stage.presses("ana", "Start", CARD, "releases")
    told = find(stage.channel("announcements"), CARD)
    holds(told.words, "Deployment is under way")
    holds("\n".join(told.replies), "REL-1 is on hold.", "The bank closes early.", "REL-1 goes on.", "REL-1 has started")
