"""What platforms vouch for: one person for two accounts with the same e-mail, and never two votes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.people import Account
from storage.records import Records
from storage.store import Store
from storage.terms import AccountKind, Platform, Role
from tests.handlers import stories
from tests.handlers.town import NEW, PLANS, Town, in_memory, sentence_of
from tests.handlers.two_platforms import House, code_on, house

GUID = "6f4f3ee2-59a6-4d9e-a3b1-0123456789ab"
UNKNOWN = "Your e-mail isn't known yet, and this organisation uses more than one chat platform"
SUBMITTED = (("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-1"))


@pytest.fixture(scope="module")
def database() -> Iterator[Store]:
    yield from in_memory()


@pytest.fixture
async def both(database: Store) -> House:
    return await house(database)


# ---- one person


@pytest.mark.parametrize("slack_first", [True, False])
async def test_the_same_e_mail_on_both_platforms_is_one_person(both: House, *, slack_first: bool) -> None:
    towns = (both.slack, both.teams) if slack_first else (both.teams, both.slack)
    both.tell(towns[0], "bo", "bo@example.org")
    both.tell(towns[1], "bo", "BO@example.org")
    one = both.person(both.slack, "bo")
    assert one.id == both.person(both.teams, "bo").id
    assert both.roles(one.id) == {Role.CAB_MEMBER}
    assert (both.slack.last().command, both.slack.last().why) == ("people join", "the same confirmed e-mail")


@pytest.mark.parametrize("kind", [AccountKind.GUEST, AccountKind.FOREIGN, AccountKind.BOT])
async def test_whoever_is_no_full_member_is_joined_with_nobody(both: House, kind: AccountKind) -> None:
    both.tell(both.slack, "bo", "bo@example.org")
    both.tell(both.teams, "bo", "bo@example.org", kind=kind)
    stranger = both.person(both.teams, "bo")
    assert (stranger.id == both.person(both.slack, "bo").id, stranger.email) == (False, "")


async def test_who_became_a_guest_gives_the_e_mail_up(both: House) -> None:
    both.tell(both.slack, "bo", "bo@example.org")
    both.tell(both.slack, "bo", "bo@example.org", kind=AccountKind.GUEST)
    assert both.person(both.slack, "bo").email == ""
    both.tell(both.teams, "bo", "bo@example.org")
    new = both.person(both.teams, "bo")
    assert (new.email, both.roles(new.id)) == ("bo@example.org", frozenset())


async def test_an_address_kept_from_before_somebody_became_a_guest_joins_nobody(both: House) -> None:
    both.tell(both.slack, "bo", "bo@example.org")

    def demoted(records: Records) -> None:
        account = records.people.account(Platform.SLACK, both.slack.workspace, "bo")
        assert account is not None
        records.people.save_account(account.model_copy(update={"kind": AccountKind.GUEST}))

    both.slack.write(demoted)
    both.tell(both.teams, "bo", "bo@example.org")
    assert both.roles(both.person(both.teams, "bo").id) == frozenset()
    assert (both.person(both.slack, "bo").email, both.person(both.teams, "bo").email) == ("", "bo@example.org")


async def test_the_next_owner_of_an_address_inherits_nothing_from_who_left(both: House) -> None:
    both.tell(both.slack, "bo", "bo@example.org")
    both.tell(both.slack, "bo", "bo@example.org", active=False)
    both.tell(both.teams, "st", "bo@example.org")
    assert both.roles(both.person(both.teams, "st").id) == frozenset()


async def test_an_address_that_nobody_vouched_for_joins_nobody(both: House) -> None:
    for town in (both.slack, both.teams):
        both.tell(town, "bo")
    assert both.person(both.slack, "bo").id != both.person(both.teams, "bo").id


async def test_what_both_have_is_one_persons(both: House) -> None:
    await both.teams.all(("bo", "new Mine"), ("bo", "follow payments"), ("bo", "me notices=teams"))
    await both.slack.all(("bo", "follow payments all"), ("bo", "follow web"))
    both.both("bo")
    one = both.person(both.slack, "bo")
    assert both.slack.release().coordinator_id == both.slack.release().requester_id == one.id
    assert [each.subject for each in both.slack.look(lambda r: r.follows.by(one.id))] == [
        "service:payments", "service:web",
    ]  # fmt: skip
    assert one.prefers == "teams"


# ---- one vote


async def test_on_two_platforms_an_unknown_person_has_no_vote(both: House) -> None:
    both.both("cy", "dee")
    await both.slack.all(*SUBMITTED)
    answer = await both.slack.say("bo", "approve REL-1")
    assert sentence_of(answer).startswith(UNKNOWN)
    assert both.slack.votes() == []
    both.tell(both.slack, "bo", "bo@example.org")
    assert not (await both.slack.say("bo", "approve REL-1")).refused


async def test_on_one_platform_nobody_asks_for_an_e_mail(database: Store) -> None:
    town = Town(database, platform=Platform.SLACK)
    await stories.approved(town)


async def test_one_person_presses_on_both_and_has_one_vote(both: House) -> None:
    both.both("bo", "cy")
    await both.slack.all(*SUBMITTED, ("bo", "approve REL-1"))
    assert sentence_of(await both.teams.say("bo", "approve REL-1")) == "Your vote on REL-1 stands already: approved."
    assert len(both.slack.votes()) == 1
    assert both.slack.release().state.value == "in_review"


async def test_both_accounts_press_at_once(both: House) -> None:
    both.both("bo", "cy")
    await both.slack.all(*SUBMITTED)
    answers = await asyncio.gather(both.slack.say("bo", "approve REL-1"), both.teams.say("bo", "approve REL-1"))
    assert sorted(each.refused for each in answers) == [False, True]
    assert len(both.slack.votes()) == 1


async def test_a_vote_from_before_the_second_platform_counts_once_the_e_mail_is_known(database: Store) -> None:
    """Voted in Slack while there was nothing else; then Teams joins, where the same human has an e-mail and votes."""
    slack, teams = Town(database, platform=Platform.SLACK), Town(database, platform=Platform.TEAMS)
    await slack.all(*SUBMITTED, ("bo", "approve REL-1"))
    teams.known_by("bo", "bo@example.org")
    both = await joined(slack, teams)
    both.grant(both.person(teams, "bo").id, Role.CAB_MEMBER)
    both.tell(slack, "bo", "bo@example.org")
    assert both.person(slack, "bo").id != both.person(teams, "bo").id  # not while a vote of theirs is open
    answer = await teams.say("bo", "approve REL-1")
    assert not answer.refused
    assert slack.release().state.value == "in_review"  # two votes, one of them of a person whom nobody vouches for
    both.tell(slack, "cy", "cy@example.org")
    await slack.all(("cy", "approve REL-1"))
    assert slack.release().state.value == "approved"
    both.tell(slack, "bo", "bo@example.org")
    assert both.person(slack, "bo").id == both.person(teams, "bo").id


async def joined(slack: Town, teams: Town) -> House:
    code = code_on((await slack.all(("own", "link organisation"))).card)
    await teams.all(("own", f"link organisation {code}"))
    teams.organisation = slack.organisation
    return House(slack, teams)


async def test_who_is_not_joined_yet_is_looked_at_again(both: House) -> None:
    both.tell(both.slack, "ana", "ana@example.org")
    both.both("bo", "cy")
    await both.teams.all(*SUBMITTED)
    later = both.tell(both.teams, "ana", "ana@example.org")
    assert later is not None
    assert later.profile_at is None
    await both.teams.all(("ana", "recall REL-1"))
    both.tell(both.teams, "ana", "ana@example.org")
    assert both.slack.release().coordinator_id == both.person(both.slack, "ana").id


async def test_nobody_votes_on_their_own_release_from_the_other_platform(both: House) -> None:
    both.both("bo", "cy", "dee")
    await both.teams.all(("bo", f"{NEW} {PLANS}"), ("bo", "submit REL-1"))
    assert sentence_of(await both.slack.say("bo", "approve REL-1")).startswith("You coordinate or requested REL-1")


@settings(max_examples=60, deadline=None)
@given(
    acts=st.lists(
        st.sampled_from(
            [("tell", "slack"), ("tell", "teams"), ("vote", "slack"), ("vote", "teams"), ("revote", "slack")]
        ),
        max_size=10,
    )
)
def test_in_whatever_order_one_human_counts_once(database: Store, acts: list[tuple[str, str]]) -> None:
    """Profiles and presses of the same human on both platforms, in any order: at most one vote counts."""

    async def story() -> None:
        both = await house(database)
        both.both("cy", "dee")
        both.grant(both.person(both.teams, "bo").id, Role.CAB_MEMBER)
        await both.slack.all(*SUBMITTED)
        for act, where in acts:
            town = both.slack if where == "slack" else both.teams
            if act == "tell":
                both.tell(town, "bo", "bo@example.org")
            else:
                words = "again" if act == "revote" else ""
                await town.say("bo", f"approve REL-1 {words}")
        assert both.slack.release().state.value == "in_review"  # the quorum is two
        assert len({vote.person_id for vote in both.slack.votes()}) <= 1

    asyncio.run(story())


# ---- one account by two ids


async def test_an_account_named_by_the_directory_is_the_one_that_speaks_later(both: House) -> None:
    both.grant(both.person(both.teams, "own").id, Role.PROCESS_OWNER)
    await both.teams.all(("own", f"role grant <@{GUID}> cab_member"))
    both.tell(both.teams, "29:new", "new@example.org", meet=True, directory_id=GUID)
    new = both.person(both.teams, "29:new")
    assert both.roles(new.id) == {Role.CAB_MEMBER}
    await both.teams.all(("own", f"role revoke <@{GUID}> cab_member"), ("own", "role grant <@29:new> cab_member"))
    assert len(both.slack.look(lambda records: records.people.accounts(new.id))) == 1


async def test_both_ids_written_down_before_the_profile_become_one(both: House) -> None:
    both.grant(both.person(both.teams, "own").id, Role.PROCESS_OWNER)
    await both.teams.all(("own", f"role grant <@{GUID}> cab_member"))
    both.tell(both.teams, "29:new", "new@example.org", meet=True)
    both.tell(both.teams, "29:new", "new@example.org", directory_id=GUID)
    new = both.person(both.teams, "29:new")
    assert both.roles(new.id) == {Role.CAB_MEMBER}
    assert both.slack.last().why == "one account of the directory"
    assert both.person(both.teams, GUID).id == new.id
    by_directory = both.teams.look(
        lambda records: records.people.by_directory_id(Platform.TEAMS, both.teams.workspace, GUID)
    )
    assert isinstance(by_directory, Account)
    assert by_directory.external == "29:new"
    assert [each.external for each in both.teams.look(lambda r: r.people.accounts(new.id))] == ["29:new"]


async def test_both_ids_stay_two_people_while_it_would_be_a_vote_on_their_own_release(both: House) -> None:
    both.both("bo", "cy")
    both.grant(both.person(both.teams, "own").id, Role.PROCESS_OWNER)
    both.tell(both.teams, "29:new", "new@example.org", meet=True)
    await both.teams.all(("29:new", f"{NEW} {PLANS}"), ("29:new", "submit REL-1"))
    await both.teams.all(("own", f"people join bo@example.org <@{GUID}>"), ("bo", "approve REL-1"))
    for ended in (False, True):
        both.tell(both.teams, "29:new", "new@example.org", directory_id=GUID)
        assert (both.person(both.teams, "29:new").id == both.person(both.slack, "bo").id) is ended
        if not ended:
            await both.teams.all(("29:new", "recall REL-1"))


async def test_a_profile_of_nobody_known_changes_nothing(both: House) -> None:
    assert both.tell(both.teams, "29:nobody", "nobody@example.org") is None
