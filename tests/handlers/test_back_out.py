from __future__ import annotations

from storage.records import Records
from storage.terms import State
from tests.handlers import stories
from tests.handlers.buttons import labels
from tests.handlers.town import Town, sentence_of, told


async def test_s4_the_back_out_plan_is_shown_to_who_carries_it_out(town: Town) -> None:
    await stories.deploying(town)
    answer = await town.say("ana", "rollback REL-1 errors rise")
    assert sentence_of(answer) == "REL-1 is being rolled back."
    assert "redeploy 2.3.9" in told(answer)
    assert labels(answer.card) == ["Back-out done", "Details"]
    assert town.release().state is State.ROLLING_BACK
    assert town.last().why == "errors rise"


async def test_readers_are_told_with_the_reason(town: Town) -> None:
    await stories.rolling_back(town)
    assert "We are going back to the previous version" in town.heard("announcements")[0]
    assert "errors rise" in town.heard("announcements")[-1]


async def test_s4_complete_ends_it(town: Town) -> None:
    await stories.rolling_back(town)
    answer = await town.say("ana", "complete REL-1")
    assert sentence_of(answer) == "REL-1 is rolled back; the previous state is restored."
    assert town.release().state is State.ROLLED_BACK
    assert town.last().before["state"] == "rolling_back"
    assert "The previous version is back in production" in town.heard("announcements")[0]


async def test_s1_a_deployment_that_failed_leaves_the_record_of_production_as_it_was(town: Town) -> None:
    await stories.rolling_back(town)
    await town.all(("ana", "complete REL-1"))
    assert "payments 2.3.9" in told(await town.say("st", "service list"))


async def test_s4_what_was_deployed_and_is_rolled_back_restores_the_record_of_production(town: Town) -> None:
    await stories.deployed(town)
    await town.all(("ana", "rollback REL-1 errors"), ("ana", "complete REL-1"))
    assert "payments 2.3.9" in told(await town.say("st", "service list"))


async def test_a_version_that_somebody_brought_since_stays(town: Town) -> None:
    """REL-2 has brought another version meanwhile: rolling REL-1 back doesn't undo that."""
    await stories.deployed(town)
    town.write(lambda records: _brought(records, "2.5.0"))
    await town.all(("ana", "rollback REL-1 errors"), ("ana", "complete REL-1"))
    assert "payments 2.5.0" in told(await town.say("st", "service list"))


def _brought(records: Records, version: str) -> None:
    service = records.services.by_name("payments")
    assert service is not None
    service.version = version
    records.services.save(service)


async def test_a_hold_does_not_stop_a_rollback_and_ends_with_it(town: Town) -> None:
    await stories.deploying(town)
    await town.all(("ana", "hold REL-1 look"), ("ana", "rollback REL-1 errors"))
    assert town.release().hold == ""
    assert not (await town.say("ana", "complete REL-1")).refused


async def test_without_a_reason_the_form_asks_for_one(town: Town) -> None:
    await stories.deploying(town)
    answer = await town.say("ana", "rollback REL-1")
    assert answer.form is not None
    assert [field.name for field in answer.form.fields] == ["reason"]
    assert town.release().state is State.DEPLOYING


async def test_s4_what_never_started_is_not_rolled_back(town: Town) -> None:
    await stories.approved(town)
    assert sentence_of(await town.say("ana", "rollback REL-1 no")) == (
        "REL-1 is approved; a rollback is possible while it's deploying or deployed."
    )
