"""The same story on SQLite and on PostgreSQL; everything else about the handlers is asked of one in memory."""

from __future__ import annotations

import asyncio

from storage.journal import entry_hash
from storage.store import Store
from storage.terms import BallotState, Role, State
from tests.handlers import stories
from tests.handlers.town import EMERGENCY, Town, sentence_of


async def test_a_release_from_its_registration_to_its_rollback(store: Store) -> None:
    town = Town(store)
    await town.all(("st", "follow payments all"), ("st", 'status schedule "every 4h"'))
    await stories.deploying(town)
    await town.later(minutes=45)
    await town.all(("ana", "status REL-1 ten percent"), ("ana", "hold REL-1 look"), ("ana", "resume REL-1"))
    await town.all(("ana", "step REL-1"), ("ana", "complete REL-1"), ("ana", "rollback REL-1 errors"))
    await town.all(("ana", "complete REL-1"), ("oc", EMERGENCY), ("eve", "approve REL-2"), ("oc", "start REL-2"))
    assert (town.release(1).state, town.release(2).state) == (State.ROLLED_BACK, State.DEPLOYING)
    entries = town.journal()
    assert [entry.hash for entry in entries] == [entry_hash(entry) for entry in entries]
    assert [entry.previous for entry in entries] == ["", *(entry.hash for entry in entries[:-1])]


async def test_an_approval_is_voided_and_given_anew(store: Store) -> None:
    town = Town(store)
    await stories.approved(town)
    await town.all(("ana", "edit REL-1 service=web"), ("ana", "submit REL-1"), ("cy", "reject REL-1 no"))
    assert [each.state for each in town.ballots(town.release())] == [BallotState.VOID, BallotState.REJECTED]
    assert [each.number for each in town.look(lambda records: records.releases.of_service("web"))] == [1]


async def test_twenty_press_at_once_and_some_press_twice(store: Store) -> None:
    town = Town(store)
    for number in range(10):
        town.add(f"m{number}", Role.CAB_MEMBER)
    await stories.submitted(town)
    presses = [(f"m{number}", f"press-{number}") for number in range(10)] * 2
    answers = await asyncio.gather(*(town.say(who, "approve REL-1", call=act) for who, act in presses))
    assert len(town.votes()) == 2
    assert sum(not each.refused and not each.repeated for each in answers) == 2
    assert [text for text in town.heard("ana") if "approved" in text] == ["The CAB approved REL-1, revision 1."]


async def test_words_that_databases_do_not_like(store: Store) -> None:
    town = Town(store)
    await stories.submitted(town)
    for vector in ("'; DROP TABLE release; --", "%s :title ? {0}", "\x00nul", "\ud800half", "Ünïcödé 🚀", "\\"):
        answer = await town.say("bo", "approve REL-1", values={"comment": vector})
        assert sentence_of(answer) == "You approved REL-1; 1 approval still missing."
    assert town.votes()[0].comment == "\\"


async def test_a_name_is_found_whatever_its_case_and_alphabet(store: Store) -> None:
    town = Town(store)
    await stories.drafted(town)
    for handle, name in (("st", "Özil Kaya"), ("bo", "Иван Б"), ("cy", "E\u0301mile")):
        town.called(handle, name)
    for name in ("Özil Kaya", "иван Б", "özil kaya", "\u00c9mile"):
        await town.all(("ana", f'testing REL-1 "{name}"'))
    release = town.release()
    (part,) = town.look(lambda records: records.evidence.participants.of(release.id))
    assert part.person_id == town.people["cy"]


async def test_s2_an_acceptance_that_was_asked_for_is_asked_for_when_two_are_one(store: Store) -> None:
    town = Town(store)
    await stories.drafted(town)
    await town.all(
        ("ana", "stakeholder add REL-1 @bo"),
        ("ana", "stakeholder add REL-1 @cy required=yes"),
        ("ana", "stakeholder add REL-1 @dee"),
    )
    town.write(lambda records: records.give_all(town.people["cy"], town.people["bo"]))
    release = town.release()
    kept = town.look(lambda records: records.evidence.stakeholders.of(release.id))
    assert [(each.person_id, each.required) for each in kept] == [
        (town.people["bo"], True),
        (town.people["dee"], False),
    ]


async def test_a_question_about_a_stranger_writes_nobody_down(store: Store) -> None:
    town = Town(store)
    await stories.drafted(town)
    answer = await town.say("ana", "why approve REL-1 <@u-new>")
    assert sentence_of(answer).startswith("I haven't met them yet")
    assert town.look(lambda records: records.people.account(town.platform, town.workspace, "u-new")) is None


async def test_four_people_do_different_things_at_once(store: Store) -> None:
    town = Town(store)
    await stories.drafted(town)
    lines = [
        ("ana", "submit REL-1"),
        ("ana", "edit REL-1 impact=None"),
        ("rm", "cancel REL-1 no"),
        ("st", "new Another"),
    ]
    await asyncio.gather(*(town.say(who, line) for who, line in lines))
    found, rounds = town.release(), town.ballots(town.release())
    assert sum(each.state is BallotState.OPEN for each in rounds) == (found.state is State.IN_REVIEW)
    assert [entry.seq for entry in town.journal()] == list(range(1, len(town.journal()) + 1))


async def test_a_record_with_everything_in_it_and_two_people_who_become_one(store: Store) -> None:
    town = Town(store)
    await stories.drafted(town)
    await town.all(
        ("ana", "change add REL-1 CHG-1 One authorised_by=Dana authorised_on=2026-11-20"),
        ("ana", "media add REL-1 s3://dml/a licence=MIT"),
        *(("ana", f"application add REL-1 @{who} area=web") for who in ("bo", "cy")),
        *(("ana", f"stakeholder add REL-1 @{who} required=yes") for who in ("bo", "cy")),
        ("ana", "register add REL-1 Odd owner=@cy"),
        ("ana", "register close REL-1 1 status=accepted"),
        ("ana", "testing REL-1 @cy"),
        ("ana", "prepared REL-1 training Planned"),
        ("ana", "prepared REL-1 training Done"),
        ("ana", "coordinator REL-1 @st"),
    )
    town.write(lambda records: records.give_all(town.people["cy"], town.people["bo"]))
    release, bo = town.release(), town.people["bo"]
    kept = town.look(
        lambda records: (
            [each.person_id for each in records.evidence.participants.of(release.id)],
            [each.person_id for each in records.evidence.stakeholders.of(release.id)],
            [each.owner_id for each in records.evidence.risks.of(release.id)],
            [each.words for each in records.evidence.statements.of(release.id)],
        )
    )
    assert kept == ([bo, bo], [bo], [bo], ["Done"])
    assert release.coordinated_before == [town.people["ana"]]


async def test_s3_what_many_write_down_at_once_is_all_there_and_once(store: Store) -> None:
    town = Town(store)
    await stories.drafted(town)
    said = [("ana", f"change add REL-1 CHG-{number}") for number in range(8)]
    said += [("ana", f"register add REL-1 Odd{number}") for number in range(8)]
    said += [("ana", f"application add REL-1 @{who}") for who in ("bo", "cy", "dee", "st")]
    said += [("rm", f'template write same body="plan: {word}"') for word in ("drain", "install")]
    said += [("bo", "nudge REL-1 approval"), ("cy", "nudge REL-1 approval"), ("ana", "testing REL-1 @bo")]
    twice = [(who, line, f"act-{number}") for number, (who, line) in enumerate(said)] * 2
    await asyncio.gather(*(town.say(who, line, call=act) for who, line, act in twice))
    release = town.release()
    risks, parts, nudges, template = town.look(
        lambda records: (
            [each.number for each in records.evidence.risks.of(release.id)],
            len(records.evidence.participants.of(release.id)),
            len(records.evidence.nudges.of(release.id)),
            records.templates.by_name("same"),
        )
    )
    assert sorted(each.ref for each in release.change_requests) == [f"CHG-{number}" for number in range(8)]
    assert (release.revision, sorted(risks), parts, nudges) == (9, list(range(1, 9)), 5, 1)
    assert template is not None
    assert template.revision == 2
