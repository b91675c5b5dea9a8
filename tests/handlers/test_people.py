"""Two people who are one, by a process owner's word."""

from __future__ import annotations

import pytest

from handlers.policy.rules import Approval, ApprovalRules, Rules
from storage.store import Store
from storage.terms import Platform, Role
from tests.handlers.town import NEW, PLANS, sentence_of, told
from tests.handlers.two_platforms import House, house


@pytest.fixture
async def both(database: Store) -> House:
    """Everybody has another address on each platform."""
    made = await house(database)
    for handle in ("ana", "own", "bo", "cy", "dee"):
        made.tell(made.slack, handle, f"{handle}@slack.example")
        made.tell(made.teams, handle, f"{handle}@teams.example", name=f"{handle.title()} T.")
    return made


JOIN_BO = "people join <@bo> bo@teams.example"


async def test_two_people_are_one_from_now_on(both: House) -> None:
    await both.slack.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"))
    answer = await both.slack.all(("own", JOIN_BO))
    assert sentence_of(answer) == "Bo and Bo T. are one person now, with one vote and the roles of both."
    one = both.person(both.slack, "bo")
    assert both.person(both.teams, "bo").id == one.id
    await both.teams.all(("bo", "approve REL-1"))
    assert "stands already" in sentence_of(await both.slack.say("bo", "approve REL-1"))
    entry = next(each for each in both.slack.journal() if each.command == "people join")
    assert (entry.person, entry.before, entry.after) == (
        "Own",
        {"people": ["Bo <bo@slack.example>", "Bo T. <bo@teams.example>"]},
        {"person": "Bo", "roles": []},
    )


async def test_the_roles_of_both_are_one_persons(both: House) -> None:
    both.grant(both.person(both.teams, "bo").id, Role.ON_CALL, Role.CAB_MEMBER)
    await both.slack.all(("own", JOIN_BO))
    assert both.roles(both.person(both.slack, "bo").id) == {Role.CAB_MEMBER, Role.ON_CALL}
    assert both.slack.last().after["roles"] == ["on_call"]


@pytest.mark.parametrize("other", ["bo@teams.example", "Bo T.", "bo t."])
async def test_how_the_other_is_named(both: House, other: str) -> None:
    await both.slack.all(("own", f'people join <@bo> "{other}"'))
    assert both.person(both.slack, "bo").id == both.person(both.teams, "bo").id


async def test_a_name_that_both_have_means_the_other(both: House) -> None:
    both.tell(both.teams, "st", "st@teams.example")
    both.tell(both.slack, "st", "st@slack.example")
    await both.slack.all(("own", "people join <@st> St"))
    assert both.person(both.slack, "st").id == both.person(both.teams, "st").id


async def test_not_while_both_have_voted(database: Store) -> None:
    rules = Rules(approval=Approval(normal=ApprovalRules(3, 600, (), 0)))
    both = await house(database, rules)
    for handle in ("bo", "cy", "dee"):
        both.tell(both.slack, handle, f"{handle}@slack.example")
        both.tell(both.teams, handle, f"{handle}@teams.example")
    both.grant(both.person(both.teams, "bo").id, Role.CAB_MEMBER)
    await both.slack.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"), ("bo", "approve REL-1"))
    await both.teams.all(("bo", "approve REL-1"))
    assert sentence_of(await both.slack.say("own", JOIN_BO)) == (
        "Both have voted on REL-1, which isn't decided yet. Join them when it is."
    )
    await both.slack.all(("cy", "approve REL-1"), ("own", JOIN_BO))
    assert len(both.slack.votes()) == 3  # as they were counted


async def test_not_while_it_would_be_a_vote_on_their_own_release(both: House) -> None:
    await both.teams.all(("bo", f"{NEW} {PLANS}"), ("bo", "submit REL-1"))
    await both.slack.all(("bo", "approve REL-1"), ("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-2"))
    sentence = (
        "One of them voted on REL-1, which the other coordinates or requested: it would be a vote on their own release. "
        "Join them when REL-1 is done, or after it was submitted anew."
    )
    assert sentence_of(await both.slack.say("own", JOIN_BO)) == sentence
    await both.slack.all(("cy", "approve REL-1"))
    assert both.slack.release().state.value == "approved"
    assert sentence_of(await both.slack.say("own", JOIN_BO)) == sentence
    await both.teams.all(("bo", "cancel REL-1 no"))
    await both.slack.all(("own", JOIN_BO))


async def test_a_vote_goes_with_its_person(both: House) -> None:
    both.grant(both.person(both.teams, "bo").id, Role.CAB_MEMBER)
    await both.slack.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"))
    await both.teams.all(("bo", "approve REL-1"))
    await both.slack.all(("own", JOIN_BO))
    assert [each.person_id for each in both.slack.votes()] == [both.person(both.slack, "bo").id]
    assert "You approved" in told(await both.slack.say("bo", "ballot REL-1"))


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("people join <@bo> <@bo>", "Bo is one person already."),
        ("people join <@bo> nobody", "I don't know who “nobody” is; mention the person with @, or write their full name."),
        ("people join <@bo> x@example.org",
         "Nobody here is known by the e-mail x@example.org; mention the person with @ instead."),
        ('people join <@bo> "Sam Q"', "2 people are called “Sam Q”; mention the one you mean, or write their e-mail."),
    ],
)  # fmt: skip
async def test_who_cannot_be_joined(both: House, line: str, sentence: str) -> None:
    for handle in ("st", "eve"):
        both.tell(both.slack, handle, name="Sam Q")
    assert sentence_of(await both.slack.say("own", line)) == sentence


@pytest.mark.parametrize("who", ["ana", "bo", "cm", "rm"])
async def test_only_a_process_owner_joins_people(both: House, who: str) -> None:
    assert "is for the process owner." in sentence_of(await both.slack.say(who, JOIN_BO))
    assert both.person(both.slack, "bo").id != both.person(both.teams, "bo").id


async def test_whose_profile_is_read_again_stays_one_person(both: House) -> None:
    await both.slack.all(("own", JOIN_BO))
    for town, email in ((both.teams, "bo@teams.example"), (both.slack, "bo@slack.example")) * 2:
        told_of = both.tell(town, "bo", email)
        assert told_of is not None
        assert told_of.profile_at is not None
    one = both.person(both.slack, "bo")
    assert both.person(both.teams, "bo").id == one.id
    accounts = both.slack.look(lambda records: records.people.accounts(one.id))
    assert {each.platform for each in accounts} == {Platform.SLACK, Platform.TEAMS}


async def test_the_parts_of_both_in_a_release_are_one_persons(both: House) -> None:
    await both.slack.all(
        ("ana", f"{NEW} {PLANS}"),
        ("ana", "stakeholder add REL-1 <@bo>"),
        ("ana", "stakeholder add REL-1 bo@teams.example"),
        ("ana", "application add REL-1 bo@teams.example area=web"),
        ("ana", "testing REL-1 <@bo>"),
        ("ana", "register add REL-1 Odd owner=bo@teams.example"),
        ("ana", "prepared REL-1 training Done"),
        ("own", JOIN_BO),
    )
    one, release = both.person(both.slack, "bo"), both.slack.release()
    stakeholders, taking, risks = both.slack.look(
        lambda records: (
            records.evidence.stakeholders.of(release.id),
            records.evidence.participants.of(release.id),
            records.evidence.risks.of(release.id),
        )
    )
    assert [each.person_id for each in stakeholders] == [one.id]
    assert [each.person_id for each in taking] == [one.id, one.id]
    assert [each.owner_id for each in risks] == [one.id]


async def test_who_coordinated_a_release_before_votes_by_no_other_name(both: House) -> None:
    await both.slack.all(
        ("ana", f"{NEW} {PLANS}"), ("ana", "coordinator REL-1 <@bo>"), ("bo", "coordinator REL-1 <@st>"),
    )  # fmt: skip
    await both.slack.all(("own", 'people join bo@teams.example "Bo"'), ("st", "submit REL-1"))
    one = both.person(both.teams, "bo")
    assert one.id in both.slack.release().coordinated_before
    assert sentence_of(await both.teams.say("bo", "approve REL-1")).startswith("You once coordinated REL-1")
