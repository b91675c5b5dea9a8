"""Start, step and complete."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.policy.rules import Deployment, Rules
from storage.store import Store
from storage.terms import BallotState, State
from tests.handlers import stories
from tests.handlers.buttons import labels
from tests.handlers.town import EMERGENCY, Town, sentence_of, told


async def test_each_answer_is_called_after_what_happened(town: Town) -> None:
    await stories.in_window(town)
    titles = []
    for who, line in (("ana", "start REL-1"), ("ana", "hold REL-1 wait"), ("ana", "resume REL-1"), ("ana", "step REL-1"),
                      ("ana", "complete REL-1")):  # fmt: skip
        card = (await town.say(who, line)).card
        titles.append(card.title if card else "")
    assert titles == ["Started", "On hold", "Resumed", "Next stage", "Deployed"]


async def test_s5_a_start_in_the_window(town: Town) -> None:
    await stories.in_window(town)
    answer = await town.say("ana", "start REL-1")
    assert sentence_of(answer) == "REL-1 has started: Pilot (stage 1 of 2)."
    assert labels(answer.card) == ["Next stage: Full", "Roll back", "Hold", "Details"]
    found = town.release()
    assert (found.state, found.stage, found.started_at) == (State.DEPLOYING, 0, town.clock.at)
    assert not found.unauthorised_start


async def test_the_announcement_is_published_where_readers_are(town: Town) -> None:
    await town.all(("own", "link service:payments <#pay|pay>"))
    await stories.deploying(town)
    for channel in ("announcements", "pay"):
        card, event = town.heard(channel)[0], town.heard(channel)[-1]
        assert "Deployment is under way" in card
        assert "Stage: Pilot (stage 1 of 2)" in card
        assert event == "REL-1 has started: Pilot (stage 1 of 2)."


async def test_a_channel_with_both_cards_hears_each_event_once(town: Town) -> None:
    await town.all(("own", "link announcements <#releases|releases>"))
    await stories.deploying(town)
    assert [text for text in town.heard("releases") if "has started" in text] == [
        "REL-1 has started: Pilot (stage 1 of 2)."
    ]


async def test_s4_stage_by_stage_to_the_end(town: Town) -> None:
    await stories.deploying(town)
    answer = await town.say("ana", "step REL-1 the pilot is fine")
    assert sentence_of(answer) == "REL-1: Pilot is done, Full (stage 2 of 2) begins."
    assert labels(answer.card) == ["Complete", "Roll back", "Hold", "Details"]
    assert "the pilot is fine" in town.heard("releases")[-1]
    answer = await town.say("ana", "complete REL-1 all traffic")
    assert sentence_of(answer) == "REL-1 is deployed."
    found = town.release()
    assert (found.state, found.completed_at) == (State.DEPLOYED, town.clock.at)
    assert "Done; the new version is in production" in town.heard("announcements")[0]
    assert "all traffic" in town.heard("announcements")[-1]


async def test_s1_the_record_of_what_is_in_production_follows(town: Town) -> None:
    await stories.deploying(town)
    assert "payments 2.3.9" in told(await town.say("st", "service list"))
    await town.all(("ana", "step REL-1"), ("ana", "complete REL-1"))
    assert "payments 2.4.0" in told(await town.say("st", "service list"))


async def test_the_trail_of_a_stage(town: Town) -> None:
    await stories.deploying(town)
    await town.say("ana", "step REL-1 fine")
    entry = town.last()
    assert (entry.before, entry.after, entry.why) == (
        {"state": "deploying", "stage": 0}, {"state": "deploying", "stage": 1}, "fine",
    )  # fmt: skip


async def test_s1_a_stage_is_a_step_of_the_rollout_and_a_release_may_have_its_own(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "edit REL-1 stages=All"), ("ana", "submit REL-1"))
    await town.all(("bo", "approve REL-1"), ("cy", "approve REL-1"))
    await town.later(hours=33)
    answer = await town.say("ana", "start REL-1")
    assert labels(answer.card)[0] == "Complete"


# ---- refusals


@pytest.mark.parametrize(
    "hours, sentence",
    [
        (32, "The window of REL-1 opens 2026-12-01 21:00 (UTC); wait for it, or move it with /release edit."),
        (36, "The window of REL-1 closed 2026-12-01 23:00 (UTC); move it with /release edit and submit again."),
    ],
)
async def test_s5_a_start_outside_the_window(town: Town, hours: float, sentence: str) -> None:
    await stories.approved(town)
    await town.later(hours=hours)
    answer = await town.say("ana", "start REL-1")
    assert sentence_of(answer) == sentence
    assert town.release().state is State.APPROVED


async def test_s10_the_tolerance_is_the_policys(database: Store) -> None:
    town = Town(database, Rules(deployment=Deployment(tolerance_minutes=120)))
    await stories.approved(town)
    await town.later(hours=32)
    assert not (await town.say("ana", "start REL-1")).refused


@pytest.mark.parametrize("behind", [{"title": "another"}, {"title": "another", "digest": "another"}])
async def test_s4_content_that_is_not_what_was_approved_does_not_deploy(town: Town, behind: dict[str, str]) -> None:
    """Whatever brought the record into that state."""
    await stories.in_window(town)
    found = town.release()
    for name, value in behind.items():
        setattr(found, name, value)
    town.write(lambda records: records.releases.save(found))
    answer = await town.say("ana", "start REL-1")
    assert sentence_of(answer) == "REL-1 has no approval for its present content; submit it again."
    assert town.release().state is State.APPROVED


async def test_s4_a_round_that_was_voided_behind_the_state_does_not_deploy(town: Town) -> None:
    await stories.in_window(town)
    ballot = town.ballot()
    ballot.state = BallotState.VOID
    town.write(lambda records: records.ballots.save(ballot))
    assert (await town.say("ana", "start REL-1")).refused


async def test_s4_a_draft_is_not_started(town: Town) -> None:
    await stories.drafted(town)
    assert sentence_of(await town.say("ana", "start REL-1")) == (
        "REL-1 is a draft; a start is possible while it's approved."
    )


@pytest.mark.parametrize("line", ["start REL-1", "step REL-1", "rollback REL-1 no"])
@pytest.mark.parametrize("who", ["st", "bo", "cm", "own", "oc"])
async def test_s2_who_does_not_deploy(town: Town, who: str, line: str) -> None:
    await stories.in_window(town)
    if not line.startswith("start"):
        await town.all(("ana", "start REL-1"))
    assert sentence_of(await town.say(who, line)) == "That is for the coordinator (Ana) or the release manager."


async def test_on_call_is_named_where_on_call_may(town: Town) -> None:
    await town.all(("oc", EMERGENCY), ("eve", "approve REL-1"))
    assert sentence_of(await town.say("st", "start REL-1")) == (
        "That is for the coordinator (Oc), the release manager or the on-call."
    )


async def test_s2_the_release_manager_deploys_too(town: Town) -> None:
    await stories.in_window(town)
    await town.all(("rm", "start REL-1"), ("rm", "step REL-1"), ("rm", "complete REL-1"))


async def test_s4_the_last_stage_has_no_next_and_others_no_end(town: Town) -> None:
    await stories.deploying(town)
    assert sentence_of(await town.say("ana", "complete REL-1")) == (
        "REL-1 has stages before it: Full. Move on with /release step REL-1."
    )
    await town.all(("ana", "step REL-1"))
    assert sentence_of(await town.say("ana", "step REL-1")) == (
        "REL-1 is in its last stage. When it's done: /release complete REL-1."
    )


async def test_s4_it_starts_once(town: Town) -> None:
    await stories.deploying(town)
    assert sentence_of(await town.say("rm", "start REL-1")) == (
        "REL-1 is deploying; a start is possible while it's approved."
    )


# ---- who hears


async def test_followers_of_release_or_service_hear_by_level_and_once(town: Town) -> None:
    await stories.in_window(town)
    await town.all(
        ("st", "follow REL-1"), ("st", "follow payments all"), ("eve", "follow payments problems"), ("rm", "follow REL-1"),
    )  # fmt: skip
    await town.all(("rm", "start REL-1"))
    assert town.heard("st") == ["REL-1 has started: Pilot (stage 1 of 2)."]
    assert town.heard("eve") == []
    assert town.heard("rm") == []  # who did it knows it
    await town.all(("ana", "rollback REL-1 errors"))
    assert "REL-1 is being rolled back." in town.heard("eve")[0]
    assert "REL-1 is being rolled back." in town.heard("rm")[0]


async def test_a_start_is_announced_once_however_often_it_is_said(town: Town) -> None:
    await stories.in_window(town)
    for _ in range(3):
        await town.say("ana", "start REL-1", call="the-same-act")
    assert len([text for text in town.heard("announcements") if "has started" in text]) == 1
    started_at = town.release().started_at
    assert started_at is not None
    assert town.clock.at - started_at == timedelta(seconds=2)
