"""What the doctor says of Teams, with real keys and a real login over HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.doctor import examine
from bot.finding import Finding, Mark
from bot.settings import Settings
from bot.teams.credentials import LOGIN_URL
from storage.conversation import Conversation
from storage.migrate import migrate
from storage.organisation import Organisation, Organisations
from storage.records import Records
from storage.statement import Transaction
from storage.store import open_store
from storage.terms import Platform
from tests.fakes.teams_authority import APP_ID, APP_PASSWORD, TENANT, Authority, private_key, published

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
Make = Callable[..., Settings]


@pytest.fixture
def authority() -> Iterator[Authority]:
    with Authority(login_origin=LOGIN_URL).running() as started:
        yield started


@pytest.fixture
def settings(authority: Authority, tmp_path: Path) -> Make:
    def make(**given: Any) -> Settings:
        defaults: dict[str, Any] = {
            "database_url": SecretStr(f"sqlite:///{tmp_path}/cabbot.db"),
            "admins": ("ana@example.org",),
            "port": 0,
            "public_url": "https://cabbot.example.org",
            "teams_app_id": APP_ID,
            "teams_app_password": SecretStr(APP_PASSWORD),
            "teams_tenant_id": TENANT,
            "teams_openid_metadata_url": authority.metadata_url,
            "teams_login_url": authority.url,
        }
        return Settings(_env_file=None, **(defaults | given))

    return make


async def look(settings: Settings, patience: float = 5) -> dict[str, Finding]:
    return {finding.subject: finding async for finding in examine(settings, lambda: NOON, patience=patience)}


async def test_a_good_registration_has_nothing_broken(settings: Make) -> None:
    found = await look(settings())
    assert {finding.mark for finding in found.values()} <= {Mark.OK, Mark.OFF}
    assert found["Teams SDK"].mark is Mark.OK
    assert found["Teams reaches us"].fact.endswith("https://cabbot.example.org/api/messages")
    assert found["Teams keys"].fact == "1 published, 1 of them endorsed for Teams"
    assert found["Teams login"].mark is Mark.OK
    assert found["Slack"].mark is Mark.OFF


async def test_without_teams_nobody_is_asked(authority: Authority, tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/a.db")
    found = await look(Settings(_env_file=None, port=0, database_url=url))
    assert found["Teams"].mark is Mark.OFF
    assert not [subject for subject in found if subject.startswith("Teams ")]
    assert not authority.asked


async def test_a_wrong_secret_says_which_one_is_right(authority: Authority, settings: Make) -> None:
    authority.refusing = True
    found = await look(settings())
    assert found["Teams login"].mark is Mark.BROKEN
    assert "AADSTS7000215" in found["Teams login"].fact
    assert "CABBOT_TEAMS_APP_PASSWORD" in found["Teams login"].mend
    assert found["Teams keys"].mark is Mark.OK
    assert APP_PASSWORD not in str(found)


async def test_microsoft_that_is_away_is_named_by_the_setting_of_its_address(
    authority: Authority, settings: Make
) -> None:
    authority.out = True
    found = await look(settings())
    assert "CABBOT_TEAMS_OPENID_METADATA_URL" in found["Teams keys"].mend
    assert "CABBOT_TEAMS_LOGIN_URL" in found["Teams login"].mend
    assert {found["Teams keys"].mark, found["Teams login"].mark} == {Mark.BROKEN}


async def test_nothing_is_waited_for_without_end(authority: Authority, settings: Make) -> None:
    authority.slow = 5
    findings = examine(settings(), lambda: NOON, patience=0.2)
    assert isinstance(findings, AsyncGenerator)
    async with aclosing(findings):  # the login, which comes after it, isn't waited for
        found = await anext(one async for one in findings if one.subject == "Teams keys")
    assert found.mark is Mark.BROKEN


async def test_keys_that_are_not_for_teams_are_no_keys(authority: Authority, settings: Make) -> None:
    authority.keys = [published("key-0", private_key(0), ("webchat",))]
    found = await look(settings())
    assert found["Teams keys"].mark is Mark.BROKEN
    assert "none of them endorsed" in found["Teams keys"].fact


async def test_a_trial_without_authentication_is_warned_about_and_asks_nobody(
    authority: Authority, settings: Make
) -> None:
    trial = {"teams_app_id": None, "teams_app_password": None, "teams_tenant_id": None}
    found = await look(settings(**trial, teams_insecure_local=True))
    assert found["Teams reaches us"].mark is Mark.WARNING
    assert "AUTHENTICATION IS OFF" in found["Teams reaches us"].fact
    assert not authority.asked


@pytest.mark.parametrize("address", [None, "http://localhost:8080"])
async def test_an_address_that_teams_cannot_reach_is_told(settings: Make, address: str | None) -> None:
    found = await look(settings(public_url=address))
    assert found["Teams reaches us"].mark is Mark.WARNING
    assert "CABBOT_PUBLIC_URL" in found["Teams reaches us"].mend
    assert (found["public address"].mark is Mark.WARNING) is (address is None)


async def test_the_last_word_from_teams_is_told(settings: Make) -> None:
    assert "/api/messages" in (await look(settings()))["Teams heard"].mend
    heard(settings().database_url.get_secret_value(), NOON)
    found = (await look(settings()))["Teams heard"]
    assert (found.mark, found.fact) == (Mark.OK, "the last word came at 2026-12-01 12:00 UTC")


def heard(url: str, at: datetime) -> None:
    migrate(url)

    def write(tx: Transaction) -> None:
        owner = Organisations(tx).add(Organisation(name="Example", zone="UTC", created_at=at)).id
        for platform, moment in ((Platform.TEAMS, at), (Platform.SLACK, datetime(2027, 1, 1, tzinfo=UTC))):
            Records(tx, owner).conversations.add(
                Conversation(
                    organisation_id=owner,
                    platform=platform,
                    workspace=TENANT,
                    external=f"19:{platform}",
                    kind="channel",
                    reference="{}",
                    heard_at=moment,
                )
            )

    store = open_store(url)
    try:
        store.write_now(write)
    finally:
        store.close()
