"""Two workspaces become one organisation: the code, who may use it, what comes along."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from bot.sentence import Answer
from handlers import link_organisation
from handlers.policy.rules import Joining, Rules
from storage.due import Due
from storage.journal import entry_hash
from storage.organisation import Moved
from storage.people import Account
from storage.records import Records
from storage.store import Store
from storage.terms import AccountKind, DueState, Outcome, Platform
from tests.handlers import stories
from tests.handlers.town import NEW, Town, sentence_of, told
from tests.handlers.two_platforms import code_on

WRONG = "That code isn't good: it's wrong, used or too old. Have a new one shown on the other side, with “link organisation”."


@pytest.fixture
def slack(database: Store) -> Town:
    return Town(database, platform=Platform.SLACK)


@pytest.fixture
def teams(database: Store) -> Town:
    """A tenant without releases, with a service that Slack has too and one that it hasn't."""
    return Town(database, platform=Platform.TEAMS)


async def shown(town: Town) -> str:
    return code_on((await town.all(("own", "link organisation"))).card)


async def joined(teams: Town, slack: Town) -> Answer:
    code = await shown(slack)
    answer = await teams.all(("own", f"link organisation {code}"))
    teams.organisation = slack.organisation
    return answer


# ---- the code


async def test_a_code_is_shown_to_who_asked_and_kept_nowhere(slack: Town) -> None:
    answer = await slack.all(("own", "link organisation"))
    code = code_on(answer.card)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", code)
    assert "Good once, until" in told(answer)
    kept = slack.look(lambda records: records.join_codes.by_digest(link_organisation.digest(code)))
    assert kept is not None
    assert (kept.used_at, kept.until) == (None, slack.clock.at + timedelta(minutes=15))
    written = json.dumps([entry.model_dump(mode="json") for entry in slack.journal()] + [kept.model_dump(mode="json")])
    assert not [each for each in (code, code.replace("-", ""), code[:9]) if each in written]
    assert slack.last().after == {"code": "shown", "until": kept.until.isoformat()}


def test_no_two_codes_are_the_same_and_every_sign_counts() -> None:
    codes = {link_organisation.new_code() for _ in range(2_000)}
    assert len(codes) == 2_000
    assert {sign for code in codes for sign in code} == {*link_organisation.ALPHABET, "-"}
    assert len(link_organisation.ALPHABET) ** (link_organisation.GROUPS * link_organisation.GROUP) >= 2**60


@pytest.mark.parametrize(
    "typed", ["K0D1-AAAA-BBBB-CCCC", "k0d1aaaabbbbcccc", "KODI AAAA bbbb cccc", "kodl-aaaa bbbb-cccc "]
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert link_organisation.digest(typed) == link_organisation.digest("K0D1-AAAA-BBBB-CCCC")


async def test_in_a_channel_of_teams_no_code_is_shown(teams: Town) -> None:
    answer = await teams.say("own", "link organisation")
    assert sentence_of(answer) == "The answer holds a code that only you should see; say it to me directly."
    assert not (await teams.say("own", "link organisation", direct=True)).refused


@pytest.mark.parametrize("who", ["ana", "bo", "cm", "rm", "oc", "st"])
async def test_only_a_process_owner_shows_and_joins(slack: Town, teams: Town, who: str) -> None:
    code = await shown(slack)
    for town, line in ((slack, "link organisation"), (teams, f"link organisation {code}")):
        assert "is for the process owner." in sentence_of(await town.say(who, line, direct=True))
    assert teams.look(lambda records: records.organisation.successor) == 0


# ---- codes that aren't good


async def test_a_wrong_a_used_and_an_old_code_are_refused_alike(database: Store, slack: Town, teams: Town) -> None:
    third = Town(database)
    old, used = await shown(slack), await shown(slack)
    await third.all(("own", f"link organisation {used}"))
    slack.clock.at = teams.clock.at = teams.clock.at + timedelta(minutes=16)
    for code in ("ABCD-EFGH-JKMN-PQRS", old, used, "x"):
        assert sentence_of(await teams.say("own", f"link organisation {code}")) == WRONG
    refused = [entry for entry in teams.journal() if entry.outcome is Outcome.REFUSED]
    assert len(refused) == 4
    assert old not in json.dumps([entry.model_dump(mode="json") for entry in refused])


async def test_the_last_moment_of_a_code(slack: Town, teams: Town) -> None:
    code = await shown(slack)
    teams.clock.at = slack.clock.at + timedelta(minutes=15, seconds=-2)
    assert not (await teams.say("own", f"link organisation {code}")).refused


async def test_guessing_ends_after_a_few(slack: Town, teams: Town) -> None:
    code = await shown(slack)
    for number in range(5):
        assert sentence_of(await teams.say("own", f"link organisation AAAA-{number}")) == WRONG
    answer = await teams.say("own", f"link organisation {code}")
    assert sentence_of(answer) == (
        "5 codes were wrong. Wait 15 minutes, then have a new one shown on the other side, with “link organisation”."
    )
    slack.clock.at = teams.clock.at = teams.clock.at + timedelta(minutes=15)
    assert not (await teams.say("own", f"link organisation {await shown(slack)}")).refused


async def test_the_policy_has_the_numbers(database: Store) -> None:
    rules = Rules(joining=Joining(code_minutes=2, tries=1))
    slack, teams = Town(database, rules), Town(database, rules)
    code = await shown(slack)
    await teams.say("own", "link organisation x")
    assert "1 code was wrong. Wait 2 minutes, then" in sentence_of(await teams.say("own", f"link organisation {code}"))
    teams.clock.at = slack.clock.at = teams.clock.at + timedelta(minutes=2)
    assert sentence_of(await teams.say("own", f"link organisation {code}")) == WRONG


async def test_a_code_typed_where_it_was_shown_stays_good(slack: Town, teams: Town) -> None:
    code = await shown(slack)
    answer = await slack.say("own", f"link organisation {code}")
    assert sentence_of(answer) == "That code was shown here; type it on the side that is to join."
    assert not (await teams.say("own", f"link organisation {code}")).refused


async def test_who_showed_it_must_still_answer_for_it(slack: Town, teams: Town) -> None:
    code = await shown(slack)
    await slack.all(("own", "role grant <@st> process_owner"), ("st", "role revoke <@own> process_owner"))
    assert sentence_of(await teams.say("own", f"link organisation {code}")) == WRONG


async def test_codes_end_with_the_organisation_that_showed_them(database: Store, slack: Town, teams: Town) -> None:
    code = code_on((await teams.say("own", "link organisation", direct=True)).card)
    await joined(teams, slack)
    third = Town(database)
    assert sentence_of(await third.say("own", f"link organisation {code}")) == WRONG


# ---- releases


async def test_releases_stay_where_they_are(slack: Town, teams: Town) -> None:
    await stories.drafted(teams)
    code = await shown(slack)
    answer = await teams.say("own", f"link organisation {code}")
    assert sentence_of(answer) == (
        "This organisation has releases, so the other one has to join it: have a code shown here, and type it there."
    )
    await slack.all(("ana", NEW))
    assert sentence_of(await teams.say("own", f"link organisation {code}")) == (
        "Both organisations have releases, and a release can't change its organisation; they can't become one."
    )
    assert [town.look(lambda records: records.organisation.successor) for town in (slack, teams)] == [0, 0]


# ---- what comes along


async def test_everything_but_roles_comes_along(slack: Town, teams: Town) -> None:
    await slack.all(("own", "service add ledger owner=<@ana>"))
    await teams.all(("own", "service add Mail owner=<@ana>"), ("own", "link service:mail <#mail|mail>"))
    await teams.all(("st", "follow payments all"), ("st", 'status schedule "every 4h"'))
    old = teams.organisation
    answer = await joined(teams, slack)
    assert (
        "This tenant belongs to the organisation “Acme” now. 10 people came along, 5 linked channels, 3 services."
        in (told(answer))
    )
    assert "a process owner there grants them, /release role grant. Ask Own." in told(answer)
    assert [each.name for each in slack.look(lambda r: r.services.all())] == ["Mail", "ledger", "payments", "web"]
    assert len(slack.look(lambda r: r.people.in_workspace(Platform.TEAMS, teams.workspace))) == 10
    assert {each.audience for each in slack.look(lambda r: r.links.all()) if each.platform is Platform.TEAMS} == {
        "cab", "ecab", "releases", "announcements", "service:Mail",
    }  # fmt: skip
    assert slack.look(lambda r: r.people.roles(teams.people["own"])) == frozenset()
    assert [each.subject for each in slack.look(lambda r: r.follows.by(teams.people["st"]))] == ["service:payments"]
    assert slack.look(lambda r: r.schedules.standing()) == []
    dues = [each.state for each in _dues_of(teams, old)]
    assert dues
    assert set(dues) == {DueState.WITHDRAWN}


def _dues_of(town: Town, organisation: int) -> list[Due]:
    town.organisation, now = organisation, town.organisation
    try:
        return list(town.dues())
    finally:
        town.organisation = now


async def test_a_service_that_both_know_by_another_spelling_is_one(slack: Town, teams: Town) -> None:
    await slack.all(("own", "service add Ledger owner=<@ana>"))
    await teams.all(("own", "service add ledger owner=<@ana>"), ("own", "link service:ledger <#led|led>"))
    await teams.all(("st", "follow ledger"))
    await joined(teams, slack)
    assert [each.name for each in slack.look(lambda r: r.services.all())] == ["Ledger", "payments", "web"]
    assert [each.channel for each in slack.look(lambda r: r.links.of("service:Ledger"))] == ["led"]
    assert [each.person_id for each in slack.look(lambda r: r.follows.of("service:Ledger"))] == [teams.people["st"]]


async def test_both_trails_tell_of_it_and_both_hold(slack: Town, teams: Town) -> None:
    old = teams.organisation
    await joined(teams, slack)
    there = slack.last()
    assert (there.command, there.subject, there.person) == ("link organisation", "organisation", "Own")
    assert there.after == {
        "joined": "Acme", "workspaces": [teams.workspace], "people": 10, "known": [], "channels": 4, "services": 2,
    }  # fmt: skip
    here = teams.store.write_now(lambda tx: list(Records(tx, old).journal.entries()))
    assert here[-1].after == {"joined": "Acme"}
    assert here[-1].before["roles"]["process_owner"] == ["Own"]
    for entries in (slack.journal(), here):
        assert [entry.hash for entry in entries] == [entry_hash(entry) for entry in entries]
        assert [entry.previous for entry in entries] == ["", *(entry.hash for entry in entries[:-1])]


async def test_who_showed_the_code_hears_of_it(slack: Town, teams: Town) -> None:
    await joined(teams, slack)
    heard = slack.heard("own", "joined:")
    assert len(heard) == 1
    assert f"“{teams.workspace}” joined this organisation; Own typed the code that you were shown." in heard[0]
    assert {each.workspace for each in slack.postings("own", "joined:")} == {slack.workspace}


async def test_nothing_is_written_into_the_closed_one(slack: Town, teams: Town) -> None:
    old = teams.organisation
    await joined(teams, slack)
    with pytest.raises(Moved):
        teams.store.write_now(lambda tx: Records(tx, old, lock=True))
    before = teams.store.write_now(lambda tx: Records(tx, old).organisation.journal_seq)
    await teams.all(("ana", 'new "From Teams"'))
    assert slack.release().title == "From Teams"
    assert teams.store.write_now(lambda tx: Records(tx, old).organisation.journal_seq) == before


async def test_the_same_act_delivered_again_changes_nothing(slack: Town, teams: Town) -> None:
    code = await shown(slack)
    first = await teams.say("own", f"link organisation {code}", call="join")
    again = await teams.say("own", f"link organisation {code}", call="join")
    assert [(each.repeated, each.refused) for each in (first, again)] == [(False, False), (True, False)]
    assert "This tenant joined the organisation “Acme”." in told(again)


# ---- people


async def test_people_with_the_same_e_mail_are_one(slack: Town, teams: Town) -> None:
    for town in (slack, teams):
        town.known_by("bo", "bo@example.org")
    teams.known_by("cy", "someone@example.org")
    answer = await joined(teams, slack)
    assert "10 people came along (1 was known already)" in told(answer)
    accounts = slack.look(lambda r: r.people.accounts(slack.people["bo"]))
    assert [each.platform for each in accounts] == [Platform.SLACK, Platform.TEAMS]
    assert slack.look(lambda r: r.people.get(teams.people["bo"]).active) is False
    assert slack.last().after["known"] == ["Bo"]


@pytest.mark.parametrize("kind", [AccountKind.GUEST, AccountKind.FOREIGN, AccountKind.BOT])
@pytest.mark.parametrize("side", ["slack", "teams"])
async def test_a_guests_e_mail_joins_nobody(slack: Town, teams: Town, kind: AccountKind, side: str) -> None:
    for town in (slack, teams):
        town.known_by("bo", "bo@example.org")
    change(slack if side == "slack" else teams, "bo", kind=kind)
    await joined(teams, slack)
    assert slack.look(lambda r: len(r.people.accounts(slack.people["bo"]))) == 1


def change(town: Town, handle: str, **changes: object) -> None:
    def write(records: Records) -> None:
        account = records.people.account(town.platform, town.workspace, handle)
        assert isinstance(account, Account)
        records.people.save_account(account.model_copy(update=changes))

    town.write(write)
