"""Stories of one organisation on two platforms: whoever acts, and wherever, everybody sees the same."""

from __future__ import annotations

from tests.journeys.stage import Stage, find, holds
from tests.journeys.stories.normal import BALLOT, CARD, NEW


async def approved_half_here_half_there(slack: Stage, teams: Stage) -> None:
    """Created and submitted in Slack, approved once in each, announced in both, carried out from Teams."""
    await slack.says("ana", NEW)
    for stage in (slack, teams):
        holds(find(stage.channel("releases"), CARD).words, "Draft", "payments 2.4.0", "Ana")
    await slack.presses("ana", "Submit to the CAB", CARD, "releases")
    _same_tally(slack, teams, "Ben is awaited", "Chiara is awaited", "2 approvals missing of 2")
    await slack.turns_a_page()

    await slack.presses("ben", "Approve", BALLOT, "cab")
    _same_tally(slack, teams, "Ben approved", "Chiara is awaited", "1 approval missing of 2")
    assert find(teams.channel("cab"), BALLOT).buttons[0] == "Approve"
    heard = await teams.presses("chiara", "Approve", BALLOT, "cab")
    holds(heard.words, "The CAB approved REL-1, revision 1")
    _same_tally(slack, teams, "approved", "Ben approved", "Chiara approved")
    _nothing_to_press(slack, teams)
    await slack.turns_a_page()

    await slack.says("ana", "announce REL-1", "announcements")
    for stage in (slack, teams):
        for channel in ("announcements", "payments"):
            holds(find(stage.channel(channel), CARD).words, "Planned and approved", "Refunds pause for ten minutes.")
    await _carried_out_from_teams(slack, teams)


async def _carried_out_from_teams(slack: Stage, teams: Stage) -> None:
    await slack.until("2026-12-01 22:02")
    await teams.presses("ana", "Start", CARD, "releases")
    await teams.says("ana", "status REL-1 One in ten refunds takes the new way.")
    await teams.presses("ana", "Next stage: Full", CARD, "releases")
    await slack.turns_a_page()
    await slack.presses("ana", "Complete", CARD, "releases")
    for stage in (slack, teams):
        told = find(stage.channel("announcements"), CARD)
        holds(told.words, "Done; the new version is in production", "Completed: ")
        heard = "\n".join(told.replies)
        holds(heard, "REL-1 has started", "One in ten refunds", "Pilot is done", "REL-1 is deployed.")
        assert [each for each in told.replies if told.replies.count(each) > 1] == [], "nobody hears anything twice"
        card = find(stage.channel("releases"), CARD)
        holds(card.words, "Deployed")
        assert card.buttons == ("Roll back", "Details")
    assert [each for each in await slack.trail() if each.endswith("REL-1") and not each.startswith("clock")] == [
        "ana new REL-1",
        "ana submit REL-1",
        "ben approve REL-1",
        "chiara approve REL-1",
        "ana announce REL-1",
        "ana start REL-1",
        "ana status REL-1",
        "ana step REL-1",
        "ana complete REL-1",
    ]


async def one_person_is_one_vote(slack: Stage, teams: Stage) -> None:
    """Ben presses in Slack and in Teams: one vote, that he may change wherever he is."""
    await slack.says("ana", NEW)
    await slack.says("ana", "submit REL-1")
    await slack.presses("ben", "Approve", BALLOT, "cab")
    heard = await teams.presses("ben", "Approve", BALLOT, "cab")
    holds(heard.words, "Your vote on REL-1 stands already: approved.")
    _same_tally(slack, teams, "Ben approved", "1 approval missing of 2")
    await slack.turns_a_page()

    await teams.presses("ben", "Reject", BALLOT, "cab")
    heard = await teams.sends("ben", reason="I read the plan again.")
    holds(heard.words, "The CAB rejected REL-1")
    _same_tally(slack, teams, "rejected", "Ben rejected: I read the plan again.")
    _nothing_to_press(slack, teams)
    assert [each for each in await slack.trail() if each.startswith("ben")] == [
        "ben approve REL-1",
        "ben approve REL-1 refused",
        "ben reject REL-1",
    ]


async def the_coordinator_nowhere_votes(slack: Stage, teams: Stage) -> None:
    """Who coordinates a release doesn't vote on it by another account either, nor does somebody without the role."""
    await slack.says("ana", NEW)
    await slack.says("ana", "submit REL-1")
    await slack.says("marta", "role grant <@UANA|ana> cab_member")
    heard = await teams.presses("ana", "Approve", BALLOT, "cab")
    holds(heard.words, "You coordinate or requested REL-1")
    heard = await teams.presses("sofia", "Approve", BALLOT, "cab")
    holds(heard.words, "Only members of the CAB vote on REL-1.")
    _same_tally(slack, teams, "2 approvals missing of 2")


async def notices_go_where_one_wants_them(slack: Stage, teams: Stage) -> None:
    """A direct message goes to one platform: to the one that the person prefers."""
    await teams.says("ben", "me", "me")
    heard = await teams.says("ben", "me notices=teams", "me")
    holds(heard.words, "Teams")
    await teams.says("chiara", "list mine", "me")
    await slack.says("chiara", "me notices=slack", "me")
    await slack.says("ana", NEW)
    await slack.says("ana", "submit REL-1")
    for who, here, elsewhere in (("ben", teams, slack), ("chiara", slack, teams)):
        holds(find(here.direct(who), BALLOT).words, "decision asked")
        assert not [each for each in elsewhere.direct(who) if BALLOT in each.words]
    await slack.turns_a_page()
    await teams.presses("ben", "Approve", BALLOT, "me")
    await slack.presses("chiara", "Approve", BALLOT, "me")
    for seen in (find(teams.direct("ben"), BALLOT), find(slack.direct("chiara"), BALLOT)):
        holds(seen.words, "Ben approved", "Chiara approved")
        assert not seen.buttons
    _nothing_to_press(slack, teams)


async def changed_here_void_there(slack: Stage, teams: Stage) -> None:
    """Submitted from Teams, changed in Slack: what was approved in Teams is void on both, and an old card says so."""
    await teams.says("ana", NEW)
    await teams.says("ana", "submit REL-1")
    old = teams.keeps(BALLOT, "cab")
    await teams.presses("ben", "Approve", BALLOT, "cab")
    await teams.presses("chiara", "Approve", BALLOT, "cab")
    heard = await slack.says("ana", 'edit REL-1 service="payments 2.4.1"')
    holds(heard.words, "revision 2", "Its approval is void")
    _same_tally(slack, teams, "void, the release was changed")
    _nothing_to_press(slack, teams)
    for stage in (slack, teams):
        told = find(stage.channel("cab"), "was changed after its approval")
        holds(told.words, "payments 2.4.0 → payments 2.4.1")
    await slack.turns_a_page()
    dead = await teams.presses_old("devika", "Approve", old)
    holds(dead.words, "That round is over", "changed")


def _same_tally(slack: Stage, teams: Stage, *words: str) -> None:
    """Both copies of the ballot show this, and neither shows another state than the other."""
    for stage in (slack, teams):
        holds(find(stage.channel("cab"), BALLOT).words, *words)


def _nothing_to_press(slack: Stage, teams: Stage) -> None:
    """A decided or outdated ballot has no buttons, wherever it hangs."""
    for stage in (slack, teams):
        assert find(stage.channel("cab"), BALLOT).buttons == ()
        for who in ("ben", "chiara", "devika"):
            assert not [each for each in stage.direct(who) if BALLOT in each.words and each.buttons]
