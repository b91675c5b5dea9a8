"""Who people are: what Slack vouches for, asked behind what they say; one person for two accounts; administrators."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.behind import Behind
from bot.clock import MovableClock
from bot.slack.people import kind_of, profile_of
from bot.slack.profiles import Profiles
from bot.slack.web_api import WebApi
from storage.people import Account, Grant, Person
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import AccountKind, Platform, Role
from tests.bot.slack.serving import Served, serving, settings_for
from tests.fakes.slack import TEAM, FakeSlack


async def person_of(cabbot: Served, user: str, team: str = TEAM) -> tuple[Person, Account]:
    def read(records: Records) -> tuple[Person, Account]:
        account = records.people.account(Platform.SLACK, team, user)
        assert account is not None, f"{user} was never written down"
        return records.people.get(account.person_id), account

    return await cabbot.records(read, team)


async def known(slack: FakeSlack, cabbot: Served, user: str) -> tuple[Person, Account]:
    """The person once the profile has arrived."""
    while True:
        found = await person_of(cabbot, user)
        if found[1].profile_at is not None:
            return found
        await slack.until(
            lambda: any(call.arguments.get("user") == user and call.ok for call in slack.calls_of("users.info"))
        )


async def change(cabbot: Served, work: Any) -> None:
    def write(tx: Transaction) -> None:
        work(Records(tx, 1, lock=True))

    await cabbot.store.write(write)


async def test_a_person_gets_name_e_mail_and_zone_behind_the_first_word(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new x")
    person, account = await known(slack, cabbot, "UANA")
    assert (person.name, person.email, person.zone) == ("Ana Silva", "ana@example.org", "Europe/Berlin")
    assert (account.handle, account.kind, account.active) == ("ana", AccountKind.MEMBER, True)


async def test_slack_is_asked_once_a_day(slack: FakeSlack, store: Store) -> None:
    now = [0.0]
    clock = MovableClock()
    async with serving(slack, store, clock=clock) as cabbot:
        cabbot.edge.profiles._known._ticks = lambda: now[0]
        for number in range(3):
            await slack.command("UANA", "#pay", "/release", f"new x{number}")
        await known(slack, cabbot, "UANA")
        assert len(slack.calls_of("users.info")) == 1
        now[0] += 25 * 3_600
        clock.forward(timedelta(hours=25))
        slack.clock = lambda: clock.now().timestamp()
        await slack.command("UANA", "#pay", "/release", "new again")
        await slack.until(lambda: len(slack.calls_of("users.info")) == 2)


async def test_an_unconfirmed_e_mail_is_no_e_mail(slack: FakeSlack, cabbot: Served) -> None:
    slack.world.users["UBEN"].email_confirmed = False
    await slack.command("UBEN", "#pay", "/release", "new x")
    person, _ = await known(slack, cabbot, "UBEN")
    assert person.email == ""


async def test_somebody_who_is_mentioned_is_looked_up_too(slack: FakeSlack, store: Store) -> None:
    settings = settings_for(slack, admins=("UANA",))
    async with serving(slack, store, settings=settings) as cabbot:
        await slack.command("UANA", "#pay", "/release", "role grant <@UBEN|ben> cab_member")
        person, _ = await known(slack, cabbot, "UBEN")
        assert (person.name, person.email) == ("Ben", "ben@example.org")


async def test_slack_that_does_not_answer_spoils_nothing(slack: FakeSlack, cabbot: Served) -> None:
    slack.faults.order("status", "users.info", times=20)
    ack = await slack.command("UANA", "#pay", "/release", "new x")
    assert ack.message is not None
    person, account = await person_of(cabbot, "UANA")
    assert (person.name, account.profile_at) == ("ana", None)


# ---- what changes


async def test_a_change_of_profile_is_taken_over(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new x")
    await known(slack, cabbot, "UANA")
    ana = slack.world.users["UANA"]
    ana.real_name, ana.tz = "Ana Lima", "America/Sao_Paulo"
    await slack.event({"type": "user_change", "user": ana.as_json()})
    await cabbot.edge._behind.finish(5)
    person, _ = await person_of(cabbot, "UANA")
    assert (person.name, person.zone) == ("Ana Lima", "America/Sao_Paulo")


async def test_who_becomes_a_guest_changes_nothing_any_more(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new x")
    ana = slack.world.users["UANA"]
    ana.restricted = True
    await slack.event({"type": "user_change", "user": ana.as_json()})
    ack = await slack.command("UANA", "#pay", "/release", "new y")
    assert ack.message is not None
    assert "guests" in ack.message.shown
    ana.restricted = False
    await slack.event({"type": "user_change", "user": ana.as_json()})
    await cabbot.edge._behind.finish(5)
    ack = await slack.command("UANA", "#pay", "/release", "new y")
    assert ack.message is not None
    assert "REL-2" in ack.message.shown


async def test_who_is_deactivated_holds_nothing_any_more(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new x")
    await known(slack, cabbot, "UANA")
    ana = slack.world.users["UANA"]
    ana.deleted = True
    await slack.event({"type": "user_change", "user": ana.as_json()})
    await cabbot.edge._behind.finish(5)
    person, account = await person_of(cabbot, "UANA")
    assert (person.active, account.active) == (False, False)
    ack = await slack.command("UANA", "#pay", "/release", "new y")
    assert ack.message is not None
    assert "REL-2" not in ack.message.shown


async def test_a_guest_who_joins_while_we_run_is_one_from_the_first_word(slack: FakeSlack, cabbot: Served) -> None:
    newcomer = slack.add_user("UNEW", restricted=True)
    await slack.event({"type": "team_join", "user": newcomer.as_json()})
    ack = await slack.command("UNEW", "#pay", "/release", "new x")
    assert ack.message is not None
    assert "guests" in ack.message.shown


def profiles(slack: FakeSlack, cabbot: Served, **details: Any) -> Profiles:
    api = WebApi(cabbot.outbound, slack.api_url)
    return Profiles(api, cabbot.store, cabbot.door.clock, Behind(), **details)


async def test_all_pages_of_a_large_workspace_are_read(slack: FakeSlack, cabbot: Served) -> None:
    for number in range(450):
        slack.add_user(f"UM{number}", restricted=number % 2 == 1)
    made = profiles(slack, cabbot, page_pause=0.0)
    before = len(slack.calls_of("users.list"))
    await made.sweep(await cabbot.edge.installations.of(TEAM))
    assert len(slack.calls_of("users.list")) - before == 3
    assert [made.kind(TEAM, user) for user in ("UM448", "UM449")] == [AccountKind.MEMBER, AccountKind.GUEST]


# ---- one person


async def test_two_accounts_with_the_same_confirmed_e_mail_are_one_person(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new x")
    first, _ = await known(slack, cabbot, "UANA")
    slack.add_user("UANA2", "ana.two", real_name="Ana Silva", email="ANA@example.org")
    await slack.command("UANA2", "#pay", "/release", "new y")
    second, _ = await known(slack, cabbot, "UANA2")
    assert second.id == first.id
    owners = await cabbot.records(lambda r: {each.title: each.coordinator_id for each in r.releases.page()}, TEAM)
    assert owners == {"x": first.id, "y": first.id}
    assert [each.command for each in await cabbot.journal(TEAM)] == ["new", "new", "people join"]


async def test_roles_given_to_a_mention_go_with_the_person(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new x")
    first, _ = await known(slack, cabbot, "UANA")
    slack.add_user("UANA2", "ana.two", email="ana@example.org")

    def mentioned(records: Records) -> None:
        now = datetime.now(UTC)
        person = records.people.add(Person(organisation_id=1, name="UANA2", joined_at=now))
        records.people.add_account(
            Account(organisation_id=1, person_id=person.id, platform=Platform.SLACK, workspace=TEAM, external="UANA2")
        )
        role = Role.CAB_MEMBER
        records.people.grant(Grant(organisation_id=1, person_id=person.id, role=role, granted_by=1, granted_at=now))

    await change(cabbot, mentioned)
    await slack.command("UANA2", "#pay", "/release", "help")
    await known(slack, cabbot, "UANA2")
    roles = await cabbot.records(lambda records: records.people.roles(first.id), TEAM)
    assert roles == {Role.CAB_MEMBER}
    members = await cabbot.records(lambda records: [each.id for each in records.people.holders(Role.CAB_MEMBER)], TEAM)
    assert members == [first.id]


async def test_what_somebody_follows_goes_with_them(slack: FakeSlack, cabbot: Served) -> None:
    await slack.command("UANA", "#pay", "/release", "new x")
    first, _ = await known(slack, cabbot, "UANA")
    await slack.command("UBEN", "#pay", "/release", 'new "of Ben"')
    slack.faults.order("error", "users.info", word="user_not_found", times=5)
    slack.add_user("UANA2", "ana.two", email="ana@example.org")
    await slack.command("UANA2", "#pay", "/release", "follow REL-2")
    slack.faults.clear()
    await slack.event({"type": "user_change", "user": slack.world.users["UANA2"].as_json()})
    await cabbot.edge._behind.finish(5)
    followed = await cabbot.records(lambda r: [each.subject for each in r.follows.by(first.id)], TEAM)
    assert "REL-2" in followed


async def test_nobody_is_joined_while_a_release_of_theirs_is_before_the_board(slack: FakeSlack, cabbot: Served) -> None:
    """Joining then would make an approval somebody's own."""
    await slack.command("UANA", "#pay", "/release", "new x")
    first, _ = await known(slack, cabbot, "UANA")
    slack.faults.order("error", "users.info", word="user_not_found", times=5)
    slack.add_user("UANA2", "ana.two", email="ana@example.org")
    await slack.command("UANA2", "#pay", "/release", "new y")

    def in_review(records: Records) -> None:
        release = records.releases.by_number(2)
        assert release is not None
        release.state = type(release.state)("in_review")
        records.releases.save(release)

    await change(cabbot, in_review)
    slack.faults.clear()
    await slack.event({"type": "user_change", "user": slack.world.users["UANA2"].as_json()})
    await cabbot.edge._behind.finish(5)
    second, account = await person_of(cabbot, "UANA2")
    assert second.id != first.id
    assert account.profile_at is None


# ---- administrators


@pytest.mark.parametrize("admin", ["ana@example.org", "UANA"])
async def test_an_administrator_owns_the_process_before_the_first_word(
    slack: FakeSlack, store: Store, admin: str
) -> None:
    async with serving(slack, store, settings=settings_for(slack, admins=(admin,))) as cabbot:
        ack = await slack.command("UANA", "#pay", "/release", "role grant <@UBEN|ben> change_manager")
        assert ack.message is not None
        assert "can't" not in ack.message.shown
        first = (await cabbot.journal(TEAM))[0]
        assert (first.command, first.why, first.platform) == ("role grant", "named in CABBOT_ADMINS", Platform.SYSTEM)


async def test_the_role_is_given_once_however_often_we_start(slack: FakeSlack, store: Store) -> None:
    for _ in range(3):
        async with serving(slack, store, settings=settings_for(slack, admins=("UANA",))) as cabbot:
            grants = [each for each in await cabbot.journal(TEAM) if each.command == "role grant"]
            assert len(grants) == 1


async def test_a_guest_and_an_unconfirmed_e_mail_make_no_administrator(slack: FakeSlack, store: Store) -> None:
    slack.world.users["UBEN"].email_confirmed = False
    admins = ("gus@example.net", "ben@example.org", "nobody@example.org")
    async with serving(slack, store, settings=settings_for(slack, admins=admins)) as cabbot:
        owners = await cabbot.records(lambda records: records.people.holders(Role.PROCESS_OWNER), TEAM)
        assert owners == []


# ---- Slack's user object


@pytest.mark.parametrize(
    "user, kind",
    [
        ({"id": "U1"}, AccountKind.MEMBER),
        ({"id": "U1", "is_restricted": True}, AccountKind.GUEST),
        ({"id": "U1", "is_ultra_restricted": True}, AccountKind.GUEST),
        ({"id": "U1", "is_stranger": True, "is_restricted": True}, AccountKind.FOREIGN),
        ({"id": "U1", "is_bot": True}, AccountKind.BOT),
        ({"id": "USLACKBOT"}, AccountKind.BOT),
        ({"id": "U1", "is_restricted": None, "is_bot": 0}, AccountKind.MEMBER),
    ],
)
def test_kinds_of_accounts(user: dict[str, Any], kind: AccountKind) -> None:
    assert kind_of(user) is kind


def test_an_odd_user_object_is_read_as_far_as_it_goes() -> None:
    assert profile_of({}) is None
    assert profile_of({"id": 7}) is None
    found = profile_of({"id": "U1", "profile": "x", "tz": 5, "name": None, "real_name": "A\x00na"})
    assert found is not None
    assert (found.name, found.email, found.zone, found.handle) == ("Ana", "", "", "")
