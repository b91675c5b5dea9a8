"""What the doctor asks Microsoft: are the keys to be had, is the secret good, has Teams ever said a word?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from datetime import datetime

from bot.chat import NotSent
from bot.finding import Finding, Mark
from bot.outbound import Doubtful, Forbidden, Outbound, Unreached
from bot.settings import Settings
from bot.teams import sdk
from bot.teams.credentials import Credentials
from bot.teams.edge import PATH, purposes
from bot.teams.envelope import CHANNEL
from bot.teams.keys import Odd, published
from storage import migrate
from storage.conversation import last_heard
from storage.reading import read_once
from storage.store import open_store
from storage.terms import Platform

ANEW = 'make a new client secret ("Certificates & secrets") and put its Value into CABBOT_TEAMS_APP_PASSWORD.'
# Entra's own numbers for what goes wrong with an app that logs in.
MENDS = {
    "AADSTS7000215": f"It isn't the app's secret, or it is the Secret ID in place of the Value: {ANEW}",
    "AADSTS7000222": f"The secret has expired: {ANEW}",
    "AADSTS700016": "The tenant has no such app: check CABBOT_TEAMS_APP_ID and CABBOT_TEAMS_TENANT_ID.",
    "AADSTS90002": "There is no such tenant: check CABBOT_TEAMS_TENANT_ID.",
    "AADSTS7000112": "The app is disabled in Entra: an administrator can enable it under Enterprise applications.",
    "AADSTS7000229": "The app has no enterprise application (service principal) in the tenant: an administrator adds it.",
    "AADSTS53003": "A Conditional Access policy keeps the app out: an administrator can make an exception.",
}


async def teams_findings(settings: Settings, patience: float) -> AsyncIterator[Finding]:
    """Findings where Teams is served, the ones from Microsoft last; an answer may take `patience` seconds."""
    yield _sdk()
    for finding in _way_in(settings):
        yield finding
    yield await asyncio.to_thread(_heard, settings)
    if not settings.teams_insecure_local:
        outbound = Outbound(purposes(settings), seconds=patience)
        try:
            yield await _keys(outbound, settings.teams_openid_metadata_url)
            yield await _login(outbound, settings)
        finally:
            await outbound.close()


def _sdk() -> Finding:
    try:
        sdk.check()
    except sdk.WrongSdk as wrong:
        return Finding(Mark.BROKEN, "Teams SDK", str(wrong), "Install Cabbot again with its locked requirements.")
    return Finding(Mark.OK, "Teams SDK", f"botbuilder-core {sdk.VERSION}, as this program needs it")


def _way_in(settings: Settings) -> Iterator[Finding]:
    if settings.teams_insecure_local:
        mend = "Fine for a local trial; for anything else set CABBOT_TEAMS_APP_ID and its companions instead."
        yield Finding(Mark.WARNING, "Teams reaches us", "AUTHENTICATION IS OFF (CABBOT_TEAMS_INSECURE_LOCAL)", mend)
    elif settings.public_url and settings.public_url.startswith("https://"):
        yield Finding(Mark.OK, "Teams reaches us", f"at the messaging endpoint {settings.public_url}{PATH}")
    else:
        mend = "Set CABBOT_PUBLIC_URL to an https address that leads here from the internet."
        yield Finding(Mark.WARNING, "Teams reaches us", "at no address that we know of", mend)


def _heard(settings: Settings) -> Finding:
    at = _last_heard(settings.database_url.get_secret_value())
    if at is None:
        mend = f"Compare the registration's messaging endpoint ({PATH} at its end); is the app installed in a team?"
        return Finding(Mark.OFF, "Teams heard", "no word from Teams yet", mend)
    return Finding(Mark.OK, "Teams heard", f"the last word came at {at:%Y-%m-%d %H:%M} UTC")


def _last_heard(url: str) -> datetime | None:
    """None also where the database can't tell; another finding says so."""
    try:
        if migrate.current(url) != migrate.newest():
            return None
        store = open_store(url, exclusive=False)
        try:
            return read_once(store.engine, lambda tx: last_heard(tx, Platform.TEAMS))
        finally:
            store.close()
    except Exception:  # whatever the driver says, the database's own finding has told it
        return None


async def _keys(outbound: Outbound, address: str) -> Finding:
    mend = f"Check the network, a proxy, and CABBOT_TEAMS_OPENID_METADATA_URL ({address})."
    try:
        found = await published(outbound, address)
    except (Forbidden, Unreached, Doubtful, Odd) as failed:
        fact = f"can't be fetched: {str(failed) or type(failed).__name__}"
        return Finding(Mark.BROKEN, "Teams keys", fact, mend)
    endorsed = sum(CHANNEL in key.endorsements for key in found.values())
    if not endorsed:
        return Finding(Mark.BROKEN, "Teams keys", f"{len(found)}, none of them endorsed for Teams", mend)
    return Finding(Mark.OK, "Teams keys", f"{len(found)} published, {endorsed} of them endorsed for Teams")


async def _login(outbound: Outbound, settings: Settings) -> Finding:
    assert settings.teams_app_password is not None  # with an app id the settings ask for all three
    credentials = Credentials(
        outbound,
        settings.teams_app_id or "",
        settings.teams_app_password.get_secret_value(),
        settings.teams_tenant_id or "",
        login_url=settings.teams_login_url,
        service=settings.teams_issuer,
    )
    try:
        await credentials.token()
    except NotSent as failed:
        code = re.search(r"AADSTS\d+", str(failed))
        away = f"Check CABBOT_TEAMS_TENANT_ID, the network, a proxy, and CABBOT_TEAMS_LOGIN_URL ({settings.teams_login_url})."
        mend = MENDS.get(code.group(), "Look the number up in Microsoft's list of AADSTS errors.") if code else away
        return Finding(Mark.BROKEN, "Teams login", str(failed), mend)
    return Finding(Mark.OK, "Teams login", "the app's secret is good")
