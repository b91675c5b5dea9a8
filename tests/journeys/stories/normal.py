"""Stories of a normal release: from the plan to production, and the turns that it may take on the way."""

from __future__ import annotations

from tests.journeys.stage import Stage, find, holds

NEW = (
    'new "Faster refunds" service=payments version=2.4.0 start="2026-12-01 22:00" hours=2 zone=Europe/Berlin '
    'changes=CHG-101,CHG-102 goal="Refunds reach the card in minutes." impact="Refunds pause for ten minutes." '
    'plan="Drain the queue; Deploy 2.4.0; Check three refunds" backout="Redeploy 2.3.1; Replay the queue, ten minutes"'
)
BALLOT = "CAB: REL-1 Faster refunds"
CARD = "REL-1 Faster refunds"


async def registered_and_submitted(stage: Stage) -> None:
    """The beginning of many stories: REL-1 is before the CAB, coordinated by Ana."""
    await stage.says("ana", NEW)
    heard = await stage.says("ana", "submit REL-1")
    holds(heard.words, "REL-1")


async def approved(stage: Stage) -> None:
    """REL-1 has its two approvals and waits for its window."""
    await registered_and_submitted(stage)
    await stage.presses("ben", "Approve", BALLOT, "me")
    await stage.presses("chiara", "Approve", BALLOT, "cab")


async def started(stage: Stage) -> None:
    await approved(stage)
    await stage.says("ana", "announce REL-1", "announcements")
    await stage.until("2026-12-01 22:02")
    await stage.presses("ana", "Start", CARD, "releases")


async def approved_and_deployed(stage: Stage) -> None:
    """The whole way, from a typed command to production."""
    await _planned(stage)
    await stage.turns_a_page()
    await _decided(stage)
    await stage.turns_a_page()
    await _announced(stage)
    await stage.turns_a_page()
    await _carried_out(stage)
    await _everybody_sees_the_end(stage)


async def _planned(stage: Stage) -> None:
    await stage.says("ana", NEW)
    (card,) = stage.channel("releases")
    holds(card.words, CARD, "Draft", "payments 2.4.0", "Ana")
    assert card.buttons == ("Edit", "Submit to the CAB", "Cancel", "Details")


async def _decided(stage: Stage) -> None:
    await stage.presses("ana", "Submit to the CAB", CARD, "releases")
    for seen in (*stage.channel("cab"), find(stage.direct("ben"), BALLOT), find(stage.direct("devika"), BALLOT)):
        holds(seen.words, "decision asked", "Drain the queue", "Redeploy 2.3.1", "CHG-101; CHG-102")
        holds(seen.words, "Ben is awaited", "Chiara is awaited", "2 approvals missing of 2")
        assert seen.buttons == ("Approve", "Approve with a comment", "Reject", "Show everything")
    assert not [each for each in stage.direct("ana") if BALLOT in each.words]
    await stage.turns_a_page()

    heard = await stage.presses("ben", "Approve", BALLOT, "me")
    holds(heard.words, "You approved REL-1", "1 approval still missing")
    for seen in (find(stage.channel("cab"), BALLOT), find(stage.direct("chiara"), BALLOT)):
        holds(seen.words, "Ben approved", "Chiara is awaited", "1 approval missing of 2")
    form = await stage.presses("chiara", "Approve with a comment", BALLOT, "cab")
    assert (form.form, set(form.fields)) == ("Approve a release", {"comment"})
    heard = await stage.sends("chiara", comment="Watch the queue.")
    holds(heard.words, "The CAB approved REL-1, revision 1")
    await _the_cab_is_done(stage)


async def _announced(stage: Stage) -> None:
    await stage.says("ana", 'announce REL-1 "Refunds get fast on Tuesday night."', "announcements")
    for channel in ("announcements", "payments"):
        (told,) = stage.channel(channel)
        holds(told.words, CARD, "Planned and approved", "Refunds pause for ten minutes.", "Ana")
        assert not told.buttons
    await stage.until("2026-12-01 22:02")
    told = find(stage.channel("announcements"), CARD)
    holds("\n".join(told.replies), "begins in 1 day", "begins in 1 hour")


async def _carried_out(stage: Stage) -> None:
    await stage.presses("ana", "Start", CARD, "releases")
    holds(stage.channel("announcements")[0].words, "Deployment is under way", "Pilot (stage 1 of 2)")
    await stage.later(minutes=30)
    holds(stage.direct("ana")[-1].words, "A status of REL-1 Faster refunds is due")
    await stage.turns_a_page()
    await stage.later(minutes=11)
    replies = stage.channel("announcements")[0].replies
    holds(replies[-1], "REL-1 is in Pilot (stage 1 of 2), 40 minutes after its start of 120 minutes planned")
    await stage.presses("ana", "Write a status", "A status of REL-1", "me")
    await stage.sends("ana", words="One in ten refunds takes the new way.")
    holds(stage.channel("announcements")[0].words, "One in ten refunds takes the new way.")
    await stage.presses("ana", "Next stage: Full", CARD, "releases")
    await stage.turns_a_page()
    await stage.presses("ana", "Complete", CARD, "releases")


async def _the_cab_is_done(stage: Stage) -> None:
    for seen in (find(stage.channel("cab"), BALLOT), *(find(stage.direct(each), BALLOT) for each in VOTERS)):
        holds(seen.words, "approved", "Ben approved", "Chiara approved: Watch the queue.")
        assert not seen.buttons, "a decided ballot has no buttons"
        assert "awaited" not in seen.words
    holds(stage.direct("ana")[-1].words, "The CAB approved REL-1, revision 1.")


VOTERS = ("ben", "chiara", "devika")


async def _everybody_sees_the_end(stage: Stage) -> None:
    (card,) = stage.channel("releases")
    holds(card.words, "Deployed", "Completed")
    assert card.buttons == ("Roll back", "Details")
    for channel in ("announcements", "payments"):
        (told,) = stage.channel(channel)
        holds(told.words, "Done; the new version is in production", "Completed: ")
        assert "pause for ten minutes" not in told.words, "nothing is to be noticed any more"
        assert not told.buttons
        heard = "\n".join(told.replies)
        holds(heard, "REL-1 has started", "Pilot is done", "One in ten refunds", "REL-1 is deployed.")
        assert [each for each in told.replies if told.replies.count(each) > 1] == [], "nobody hears anything twice"
    holds((await stage.says("sofia", "service list")).words, "payments 2.4.0")
    knows = await stage.says("marta", "deliveries REL-1")
    holds(knows.words, "#announcements: announcement, ", "#cab: ballot, ", "Ben: ballot, ", "replies, the last")
    trail = await stage.trail()
    ours = [each for each in trail if each.endswith("REL-1")]
    assert [each for each in ours if not each.startswith("clock")] == [
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
    assert {"clock upcoming REL-1", "clock ask-status REL-1", "clock post-facts REL-1"} <= set(ours)


async def written_in_the_form(stage: Stage) -> None:
    """What a command doesn't say, the form asks for; what is wrong is said beside its field."""
    form = await stage.says("ana", "new service=payments version=2.4.0 zone=Europe/Berlin")
    assert form.form == "Register a release"
    assert form.fields["service"] == "payments"
    wrong = await stage.sends("ana", title="Faster refunds", service="paymnets 2.4.0", start="2026-12-01 22:00")
    holds(wrong.errors["service"], "There is no service “paymnets”", "payments")
    await stage.turns_a_page()
    done = await stage.sends(
        "ana",
        title="Faster refunds",
        service="payments 2.4.0",
        start="2026-12-01 22:00",
        hours="2",
        plan="Drain the queue\nDeploy 2.4.0",
        backout="Redeploy 2.3.1",
    )
    holds(done.words, CARD, "payments 2.4.0", "Tue 1 Dec 2026, 22:00 CET")
    await stage.follows_up("ana", "Submit to the CAB")
    await stage.turns_a_page()
    await stage.presses("devika", "Approve", BALLOT, "me")
    await stage.presses("ben", "Approve", BALLOT, "cab")
    assert not find(stage.channel("cab"), BALLOT).buttons
    holds(find(stage.channel("releases"), CARD).words, "Approved")
    assert [each for each in await stage.trail() if each.endswith("REL-1")] == [
        "ana new REL-1",
        "ana submit REL-1",
        "devika approve REL-1",
        "ben approve REL-1",
    ]


async def rejected_edited_approved(stage: Stage) -> None:
    """A veto with its reason; the coordinator mends the plan; the next round is a ballot of its own."""
    await registered_and_submitted(stage)
    await stage.presses("ben", "Approve", BALLOT, "cab")
    form = await stage.presses("chiara", "Reject", BALLOT, "me")
    assert set(form.fields) == {"reason"}
    await stage.sends("chiara", reason="Nobody has tried the back-out.")
    old = find(stage.channel("cab"), BALLOT)
    holds(old.words, "rejected", "Chiara rejected: Nobody has tried the back-out.", "Ben approved")
    assert not old.buttons
    card = find(stage.channel("releases"), CARD)
    holds(card.words, "Draft")
    holds("\n".join(card.replies), "The CAB rejected REL-1, revision 1.", "Nobody has tried the back-out.")
    holds(stage.direct("ana")[-1].words, "The CAB rejected REL-1", "Nobody has tried the back-out.")
    await stage.turns_a_page()

    form = await stage.presses("ana", "Edit", CARD, "releases")
    holds(form.fields["backout"], "Redeploy 2.3.1\nReplay the queue, ten minutes")
    await stage.sends("ana", backout="Redeploy 2.3.1\nReplay the queue (tried on Friday)")
    await stage.presses("ana", "Submit to the CAB", CARD, "releases")
    first, second = (each for each in stage.channel("cab") if BALLOT in each.words)
    holds(second.words, "decision asked", "revision 2", "tried on Friday", "2 approvals missing of 2")
    assert (bool(first.buttons), bool(second.buttons)) == (False, True)
    await stage.turns_a_page()

    await stage.presses("ben", "Approve", BALLOT, "cab")
    await stage.presses("chiara", "Approve", BALLOT, "me")
    first, second = (each for each in stage.channel("cab") if BALLOT in each.words)
    holds(first.words, "rejected")
    holds(second.words, "approved", "Ben approved", "Chiara approved")
    assert not second.buttons
    holds(find(stage.channel("releases"), CARD).words, "Approved", "revision 2")
    assert [each for each in await stage.trail() if each.endswith("REL-1")] == [
        "ana new REL-1",
        "ana submit REL-1",
        "ben approve REL-1",
        "chiara reject REL-1",
        "ana edit REL-1",
        "ana submit REL-1",
        "ben approve REL-1",
        "chiara approve REL-1",
    ]


async def changed_after_approval(stage: Stage) -> None:
    """Approval belongs to one revision: a change voids it, the board hears field by field what became different."""
    await registered_and_submitted(stage)
    old = stage.keeps(BALLOT, "cab")
    await stage.presses("ben", "Approve", BALLOT, "me")
    await stage.presses("chiara", "Approve", BALLOT, "cab")
    await stage.says("ana", "announce REL-1", "announcements")
    await stage.turns_a_page()

    heard = await stage.says("ana", 'edit REL-1 start="2026-12-02 22:00" service="payments 2.4.1"')
    holds(heard.words, "revision 2", "Its approval is void")
    told = find(stage.channel("cab"), "was changed after its approval")
    holds(told.words, "payments 2.4.0 → payments 2.4.1", "Wed 2 Dec 2026, 22:00", "Tue 1 Dec 2026, 22:00")
    for seen in (find(stage.channel("cab"), BALLOT), find(stage.direct("ben"), BALLOT)):
        holds(seen.words, "void, the release was changed", "Ben approved", "has another content by now")
        assert "2.4.1" not in seen.words, "a vote is never shown beside what it wasn't given for"
        assert not seen.buttons
    holds(find(stage.channel("announcements"), CARD).words, "In planning; the date may change", "payments 2.4.1")
    await stage.turns_a_page()

    dead = await stage.presses_old("devika", "Approve", old)
    holds(dead.words, "That round is over", "changed")
    await stage.says("ana", "submit REL-1")
    dead = await stage.presses_old("devika", "Approve", old)
    holds(dead.words, "revision 2 now", "that card shows revision 1")
    await stage.turns_a_page()
    holds(find(stage.direct("devika"), "decision asked").words, "2 approvals missing of 2")
    await stage.until("2026-12-01 22:05")
    heard = await stage.says("ana", "start REL-1")
    holds(heard.words, "in review", "approved")
    holds("\n".join(find(stage.channel("announcements"), CARD).replies), "announced")
    assert "begins in" not in "\n".join(find(stage.channel("announcements"), CARD).replies)
    trail = [each for each in await stage.trail() if "REL-1" in each]
    assert [each for each in trail if each.startswith("devika")] == ["devika approve REL-1 refused"] * 2


async def rolled_back(stage: Stage) -> None:
    """The deployment goes wrong; the back-out plan is carried out while everybody watches."""
    await started(stage)
    await stage.presses("ana", "Next stage: Full", CARD, "releases")
    await stage.turns_a_page()
    form = await stage.presses("ana", "Roll back", CARD, "releases")
    assert set(form.fields) == {"reason"}
    heard = await stage.sends("ana", reason="Refunds are paid twice.")
    holds(heard.words, "Redeploy 2.3.1", "Replay the queue")
    told = find(stage.channel("announcements"), CARD)
    holds(told.words, "We are going back to the previous version", "Refunds are paid twice.")
    holds(told.replies[-1], "REL-1 is being rolled back.", "Refunds are paid twice.")
    card = find(stage.channel("releases"), CARD)
    assert card.buttons == ("Back-out done", "Details")
    await stage.later(minutes=30)
    holds(stage.direct("ana")[-1].words, "A status of REL-1")
    await stage.turns_a_page()
    await stage.presses("ana", "Back-out done", CARD, "releases")
    for channel in ("announcements", "payments"):
        told = find(stage.channel(channel), CARD)
        holds(told.words, "The previous version is back in production")
        holds(told.replies[-1], "REL-1 is rolled back; the previous state is restored.")
    card = find(stage.channel("releases"), CARD)
    holds(card.words, "Rolled back")
    assert card.buttons == ("Details",)
    asked = len(stage.direct("ana"))
    await stage.later(hours=3)
    assert len(stage.direct("ana")) == asked, "nobody is asked for words about what is over"
    holds((await stage.says("sofia", "service list")).words, "payments 2.3.1")
    assert [each for each in await stage.trail() if each.startswith(("ana ro", "ana co"))] == [
        "ana rollback REL-1",
        "ana complete REL-1",
    ]
