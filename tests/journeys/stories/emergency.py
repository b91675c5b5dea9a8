"""Stories of an emergency: one form, one press; the clock that keeps asking; deploying first and asking after."""

from __future__ import annotations

from tests.journeys.stage import Stage, find, holds, under

BALLOT = "ECAB: REL-1 Card payments fail"
CARD = "REL-1 Card payments fail"
ANSWERS = {
    "title": "Card payments fail",
    "service": "payments 2.3.2",
    "reason": "INC-77: every second card is refused",
    "backout": "Redeploy 2.3.1",
}


async def opened_by_form(stage: Stage) -> None:
    """Jun, on call, opens an emergency."""
    form = await stage.chooses("jun", "emergency")
    assert form.form == "Emergency release"
    assert set(form.fields) == {"title", "service", "reason", "backout", "plan"}
    await stage.sends("jun", **ANSWERS)


async def authorised_with_one_press(stage: Stage) -> None:
    """Two presses to the deployment: open, authorise. The ECAB hears at once, directly and in its channel."""
    await opened_by_form(stage)
    asked = [find(stage.channel("ecab"), BALLOT), *(find(stage.direct(each), BALLOT) for each in ("ben", "devika"))]
    for seen in asked:
        holds(seen.words, "🚨", "INC-77", "Redeploy 2.3.1", "Clock: opened", "Deadline: ", "Jun")
        assert seen.buttons[0] == "Approve"
    assert not stage.channel("cab"), "the CAB is left alone"
    assert not [each for each in stage.direct("jun") if BALLOT in each.words]
    assert find(stage.channel("releases"), CARD).buttons == ("Recall", "Hold", "Cancel", "Details")
    await stage.turns_a_page()

    heard = await stage.presses("ben", "Approve", BALLOT, "me")
    holds(heard.words, "The ECAB approved REL-1")
    for seen in (
        find(stage.channel("ecab"), BALLOT),
        *(find(stage.direct(each), BALLOT) for each in ("ben", "devika")),
    ):
        holds(seen.words, "approved", "Ben approved")
        assert not seen.buttons
        assert "Clock" not in seen.words, "nothing runs any more"
    holds(stage.direct("jun")[-1].words, "The ECAB approved REL-1")
    await stage.turns_a_page()

    await stage.presses("jun", "Start", CARD, "releases")
    for channel in ("announcements", "payments"):
        holds(find(stage.channel(channel), CARD).words, "Deployment is under way")
    await stage.later(minutes=15)
    holds(stage.direct("jun")[-1].words, "A status of REL-1 Card payments fail is due")
    await stage.later(minutes=10)
    holds(find(stage.channel("announcements"), CARD).replies[-1], "REL-1 is in Full", "25 minutes after its start")
    await stage.presses("jun", "Complete", CARD, "releases")
    holds(find(stage.channel("announcements"), CARD).words, "Done; the new version is in production")
    asked_of = len(stage.direct("devika"))
    await stage.later(hours=30)
    assert len(stage.direct("devika")) == asked_of, "nobody is paged about what was decided"
    assert [each for each in await stage.trail() if each.endswith("REL-1") and "clock" not in each] == [
        "jun emergency REL-1",
        "ben approve REL-1",
        "jun start REL-1",
        "jun complete REL-1",
    ]


async def paged_until_somebody_decides(stage: Stage) -> None:
    """Silence doesn't authorise: a reminder, then the change manager is paged every ten minutes."""
    await opened_by_form(stage)
    await stage.later(minutes=21)
    waiting = "waits for a decision"
    for who in ("ben", "devika"):
        reminded = find(stage.direct(who), waiting)
        holds(reminded.words, CARD, "Deadline")
        assert reminded.buttons[0] == "Approve"
    holds("\n".join(find(stage.channel("ecab"), BALLOT).replies), waiting)
    await stage.turns_a_page()

    paged = "didn't decide on REL-1"
    for count in (1, 2, 3):
        await stage.later(minutes=10)
        assert _telling(stage, "devika", paged) == count
    assert _telling(stage, "ben", paged) == 0
    holds("\n".join(find(stage.channel("releases"), CARD).replies), "the change manager was told")
    await stage.turns_a_page()
    holds(find(stage.channel("ecab"), BALLOT).words, "decision asked")
    heard = await stage.presses("devika", "Approve", paged, "me")
    holds(heard.words, "The ECAB approved REL-1")
    await stage.later(hours=2)
    assert not [each for each in stage.direct("devika") if each.buttons], "no page is left to be answered"
    holds(find(stage.channel("releases"), CARD).words, "Approved")
    assert [each for each in await stage.trail() if each.startswith("clock") and each.endswith("REL-1")] == [
        "clock remind REL-1",
        "clock escalate REL-1",
        "clock escalate REL-1",
        "clock escalate REL-1",
    ]


def _telling(stage: Stage, who: str, words: str) -> int:
    return len([each for each in stage.direct(who) if words in each.words])


@under("[emergency]\ndeploy_first = true\n")
async def deployed_first(stage: Stage) -> None:
    """Where policy allows, on-call goes first; the card says so, and the approval is due after the fact."""
    await opened_by_form(stage)
    assert "Start" in find(stage.channel("releases"), CARD).buttons
    heard = await stage.presses("jun", "Start", CARD, "releases")
    holds(heard.words, "before its authorisation, which is now due after the fact")
    holds(find(stage.channel("releases"), CARD).words, "not yet authorised")
    for seen in (find(stage.channel("ecab"), BALLOT), find(stage.direct("ben"), BALLOT)):
        holds(seen.words, "retroactive approval of an emergency that was deployed first")
        assert seen.buttons[0] == "Approve"
    await stage.turns_a_page()
    await stage.presses("jun", "Complete", CARD, "releases")
    await stage.later(hours=25)
    holds(find(stage.direct("devika"), "didn't decide on REL-1").words, "ECAB")
    await stage.later(hours=24)
    assert _telling(stage, "devika", "didn't decide on REL-1") == 2, "what is due after the fact pages nobody at night"
    await stage.turns_a_page()
    heard = await stage.presses("ben", "Approve", BALLOT, "me")
    holds(heard.words, "The ECAB approved it after the fact: REL-1.")
    card = find(stage.channel("releases"), CARD)
    holds(card.words, "Deployed")
    assert "not yet authorised" not in card.words
    assert not find(stage.channel("ecab"), BALLOT).buttons
    told = find(stage.channel("announcements"), CARD)
    holds(told.words, "Done; the new version is in production")
    assert [each for each in await stage.trail() if each.endswith("REL-1") and "clock" not in each] == [
        "jun emergency REL-1",
        "jun start REL-1",
        "jun complete REL-1",
        "ben approve REL-1",
    ]


async def not_for_everybody(stage: Stage) -> None:
    """Who isn't on call can't open one, and hears who can; nobody else hears of it."""
    heard = await stage.says("sofia", 'emergency "Card payments fail" service=payments reason=x backout=y')
    holds(heard.words, "on-call")
    assert not stage.channel("ecab")
    assert not stage.channel("releases")
    assert (await stage.trail())[-1] == "sofia emergency  refused"
