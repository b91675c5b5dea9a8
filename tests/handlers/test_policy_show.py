"""The policy in chat: shown in words, changed by process owners, in the trail, without touching what is being voted on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.dispatch import Door
from handlers.policy.rules import Rules
from handlers.policy.rules_file import numbers, parse_rules
from handlers.policy.tailored import changeable
from messages.policy import GROUPS, label
from storage.store import Store
from storage.terms import State
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town, sentence_of, told, with_few_gates

SET = 'policy set approval.normal.quorum 3 "we have grown"'


async def _all_pages(town: Town) -> str:
    pages = [told(await town.say("st", f"policy page={page}")) for page in range(1, 6)]
    return "\n".join(pages)


async def test_s10_the_policy_in_words_with_every_key(town: Town) -> None:
    text = await _all_pages(town)
    assert [key for key, _ in numbers(Rules()) if key not in text] == []
    assert "Approvals by different people: 2 (approval.normal.quorum, built in)" in text
    assert "Decided within: 2 days (approval.normal.deadline_minutes, built in)" in text
    assert "Reminders before the deadline: 1 day, 4 hours" in text
    assert "Back to draft after the deadline: never (approval.emergency.lapse_minutes" in text


async def test_every_page_leads_to_the_next(town: Town) -> None:
    first = await town.say("st", "policy")
    assert labels(first.card) == ["More"]
    second = await town.press("st", next(buttons(first.card)))
    assert ", page 2 of " in told(second)
    assert told(await town.press("st", next(buttons(second.card)))) == told(first)
    assert told(await town.say("st", "policy page=99")).startswith("Policy, page ")


async def test_one_part_of_it(town: Town) -> None:
    text = told(await town.say("st", "policy approval.high"))
    assert "approval.high.quorum" in text
    assert "approval.normal.deadline_minutes" not in text
    assert sentence_of(await town.say("st", "policy approvals")).startswith(
        "There is no “approvals” in the policy. Its parts are zone, approval, emergency,"
    )


def test_every_number_has_words_of_its_own() -> None:
    assert [key for key, _ in numbers(Rules()) if label(key).lower() == key.rpartition(".")[2].replace("_", " ")] == []
    assert {key.rpartition(".")[0] for key, _ in numbers(Rules())} <= GROUPS.keys()


# ---- changes


async def test_s10_a_change_holds_from_the_next_command_on_and_is_journalled(town: Town) -> None:
    assert sentence_of(await town.say("own", SET)) == ("Approvals by different people: 2 → 3 (approval.normal.quorum).")
    entry = town.last()
    assert (entry.command, entry.subject, entry.why) == ("policy set", "policy", "we have grown")
    assert entry.before == {"approval.normal.quorum": 2}
    assert entry.after == {"approval.normal.quorum": 3, "reset": False}
    await stories.submitted(town)
    assert town.ballot().quorum == 3
    text = told(await town.say("st", "policy approval.normal"))
    assert "Approvals by different people: 3 (approval.normal.quorum, set by Own" in text
    assert "“we have grown”" in text


async def test_s10_the_audit_audience_hears_of_it(town: Town) -> None:
    town.write(lambda records: records.links.add(town.link("audit", "audit")))
    await town.all(("own", SET))
    (heard,) = town.heard("audit", "policy:")
    assert "Approvals by different people: 2 → 3" in heard
    assert "we have grown" in heard


async def test_s10_a_change_never_alters_what_a_running_ballot_asked_for(town: Town) -> None:
    await stories.submitted(town)
    before, due = town.ballot(), [(each.line, each.at) for each in town.waiting()]
    await town.all(
        ("own", "policy set approval.normal.quorum 1 faster"),
        ("own", "policy set approval.normal.deadline_minutes 5 faster"),
        ("own", "policy set approval.normal.lapse_minutes 0 faster"),
        ("own", "policy set approval.normal.reminder_minutes 1 faster"),
    )
    assert (town.ballot(), [(each.line, each.at) for each in town.waiting()]) == (before, due)
    await town.all(("bo", "approve REL-1"))
    assert town.release().state is State.IN_REVIEW
    await town.later(hours=80)
    assert town.release().state is State.DRAFT  # it lapsed, as it was asked for
    assert town.ballot().decided_at == before.deadline_at + timedelta(days=1)


async def test_s10_the_file_has_its_word_again(database: Store) -> None:
    town = Town(database, parse_rules("approval.normal.quorum = 4"))
    await town.all(("own", SET))
    assert sentence_of(await town.say("own", "policy reset approval.normal.quorum")) == (
        "Approvals by different people: 3 → 4 (approval.normal.quorum)."
    )
    assert town.last().after == {"approval.normal.quorum": 4, "reset": True}
    assert "from policy.toml" in told(await town.say("st", "policy approval.normal"))
    assert town.look(lambda records: records.organisation.policy_digest) == ""
    assert sentence_of(await town.say("own", "policy reset approval.normal.quorum")) == (
        "approval.normal.quorum wasn't changed in chat; it is what policy.toml says, or built in."
    )


async def test_the_form_asks_for_what_is_missing(town: Town) -> None:
    form = (await town.say("own", "policy set")).form
    assert form is not None
    assert [choice.value for choice in form.fields[0].choices] == list(changeable())
    wrong = await town.fill("own", form, key="status.every_minutes", value="0", why="never")
    assert wrong.form is not None
    assert wrong.form.fields[1].error == "status.every_minutes is a whole number from 1 to 1000000; 0 isn't."
    assert not (await town.fill("own", form, key="status.every_minutes", value="45", why="less noise")).refused


@pytest.mark.parametrize("who", ["ana", "cm", "rm", "bo"])
@pytest.mark.parametrize("line", [SET, "policy reset approval.normal.quorum"])
async def test_s10_only_process_owners_change_it(town: Town, who: str, line: str) -> None:
    assert "is for the process owner." in sentence_of(await town.say(who, line))


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("policy set approval.normal.quorum 0 why", "approval.normal.quorum is a whole number from 1 to 1000000; 0 isn't."),
        ("policy set approval.normal.quorum two why",
         "approval.normal.quorum is a whole number from 1 to 1000000; 'two' isn't."),
        ("policy set emergency.deploy_first maybe why", "emergency.deploy_first is true or false."),
    ],
)  # fmt: skip
async def test_s10_a_wrong_value_is_refused_as_the_file_refuses_it(town: Town, line: str, sentence: str) -> None:
    assert sentence_of(await town.say("own", line)) == sentence
    assert town.look(lambda records: records.policy.all()) == []


@pytest.mark.parametrize("key", ["zone", "audit.anchor_minutes", "approval.normal", "approval.normal.quorumm"])
async def test_other_keys_are_refused_with_the_known_ones(town: Town, key: str) -> None:
    said = sentence_of(await town.say("own", f"policy set {key} 5 why"))
    assert said.startswith("Number is one of approval.normal.quorum, ")


async def test_the_same_again_is_refused(town: Town) -> None:
    await town.all(("own", SET))
    assert sentence_of(await town.say("own", SET)) == "approval.normal.quorum is 3 already."


# ---- what the file alone says


async def test_s10_roles_groups_are_shown_and_are_not_set_in_chat(database: Store) -> None:
    town = Town(database, parse_rules('[roles]\ncab_member = ["S0123ABCD", "19:a_b@thread.tacv2"]'))
    text = told(await town.say("st", "policy roles"))
    row = "Groups with the role “CAB member”: S0123ABCD, 19:a_b@thread.tacv2 (roles.cab_member, from policy.toml)"
    assert row in text
    assert "Groups with the role “On-call”: none (roles.on_call, built in)" in text
    assert (await town.say("own", 'policy set roles.on_call "S0123ABCD" why')).refused


# ---- organisations and replicas


async def test_each_organisation_has_its_own(database: Store) -> None:
    ours, theirs = Town(database), Town(database)
    await ours.all(("own", SET))
    for town in (ours, theirs):
        await stories.submitted(town)
    assert (ours.ballot().quorum, theirs.ballot().quorum) == (3, 2)


async def test_another_replica_goes_by_it_at_once(town: Town) -> None:
    other = Door(town.store, town.clock, with_few_gates(Rules()))
    await other.say(town.sentence("st", "policy"))
    await town.all(("own", SET))
    town.door, first = other, town.door
    await stories.submitted(town)
    assert town.ballot().quorum == 3
    await town.all(("own", "policy set approval.normal.quorum 4 more"), ("ana", "recall REL-1"))
    town.door = first
    await town.all(("ana", "submit REL-1"))
    assert town.ballot().quorum == 4
