"""What the doctor asks Slack: are the tokens good, are the permissions enough, do the clocks agree?"""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.finding import Finding, Mark
from bot.settings import Settings
from bot.slack.manifest import SCOPES

SKEW_SECONDS = 60
"""Slack signs with its clock, and a signature older than 5 minutes is refused; a minute is worth a word before that."""

MENDS = {
    "invalid_auth": 'Copy the token anew from the app\'s page ("OAuth & Permissions", or "Basic Information").',
    "not_authed": "The token is empty; copy it anew from the app's page.",
    "account_inactive": "The app was removed from the workspace, or the workspace is closed: install the app again.",
    "token_revoked": "Install the app again and copy the new token.",
    "token_expired": "The app rotates its tokens: set CABBOT_SLACK_CLIENT_ID, CABBOT_SLACK_CLIENT_SECRET and install it "
    "at /slack/install.",
    "not_allowed_token_type": "This token is of another kind; the variable's name says which one is meant.",
    "missing_scope": 'Make an app-level token with the scope connections:write ("Basic Information").',
}


async def slack_findings(settings: Settings, clock: Callable[[], datetime], patience: float) -> AsyncIterator[Finding]:
    """Findings about every token that is set.

    `clock` says the time that Slack's is compared with; an answer may take `patience` seconds.
    """
    if not settings.slack:
        mend = "cabbot manifest slack prints the app to create; or try everything without an account: cabbot demo"
        yield Finding(Mark.OFF if settings.teams else Mark.WARNING, "Slack", "not configured", mend)
        return
    for finding in _way_in(settings):
        yield finding
    timeout = aiohttp.ClientTimeout(total=patience)
    async with aiohttp.ClientSession(settings.slack_api_url, timeout=timeout) as session:
        if settings.slack_bot_token:
            for finding in await _bot_token(
                session, settings.slack_bot_token.get_secret_value(), settings.slack_api_url, clock
            ):
                yield finding
        if settings.slack_app_token:
            yield await _app_token(session, settings.slack_app_token.get_secret_value())


def _way_in(settings: Settings) -> Iterator[Finding]:
    if settings.socket_mode:
        yield Finding(Mark.OK, "Slack reaches us", "by Socket Mode")
    else:
        yield Finding(Mark.OK, "Slack reaches us", "over HTTP; requests are checked with the signing secret")
    if settings.oauth:
        yield Finding(Mark.OK, "Slack installs", f"workspaces install the app at {settings.public_url}/slack/install")


async def _bot_token(
    session: aiohttp.ClientSession, token: str, api_url: str, clock: Callable[[], datetime]
) -> list[Finding]:
    try:
        answer, headers = await _call(session, "auth.test", token)
    except Unreachable as error:
        mend = f"Check the network, a proxy, and CABBOT_SLACK_API_URL ({api_url})."
        return [Finding(Mark.BROKEN, "Slack token", f"Slack can't be reached: {error}", mend)]
    findings = [_clock_skew(headers.get("Date"), clock())]
    if not answer.get("ok"):
        return [_refused("Slack token", answer), *findings]
    who = f"{answer.get('user', 'the bot')} in {answer.get('team', 'the workspace')}"
    return [Finding(Mark.OK, "Slack token", f"is good: {who}"), _scopes(headers.get("x-oauth-scopes")), *findings]


async def _app_token(session: aiohttp.ClientSession, token: str) -> Finding:
    try:
        answer, _ = await _call(session, "apps.connections.open", token)
    except Unreachable as error:
        return Finding(Mark.BROKEN, "Slack app token", f"Slack can't be reached: {error}", "Check the network.")
    if not answer.get("ok"):
        return _refused("Slack app token", answer)
    return Finding(Mark.OK, "Slack app token", "opens a Socket Mode connection")


def _refused(subject: str, answer: dict[str, Any]) -> Finding:
    error = str(answer.get("error", "no reason given"))
    return Finding(Mark.BROKEN, subject, f"Slack refuses it: {error}", MENDS.get(error, ""))


def _scopes(granted: str | None) -> Finding:
    if granted is None:
        return Finding(Mark.OFF, "Slack permissions", "Slack didn't say which ones the token has")
    missing = sorted(SCOPES.keys() - {scope.strip() for scope in granted.split(",")})
    if not missing:
        return Finding(Mark.OK, "Slack permissions", f"all {len(SCOPES)} are granted")
    reasons = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
    mend = "Put the manifest of `cabbot manifest slack` into the app's settings and install it again."
    return Finding(Mark.BROKEN, "Slack permissions", f"missing: {reasons}", mend)


def _clock_skew(date: str | None, now: datetime) -> Finding:
    try:
        skew = (now - parsedate_to_datetime(date or "")).total_seconds()
    except (TypeError, ValueError):
        return Finding(Mark.OFF, "clock", "Slack's answer had no date to compare with")
    if abs(skew) <= SKEW_SECONDS:
        return Finding(Mark.OK, "clock", "agrees with Slack's")
    side = "ahead of" if skew > 0 else "behind"
    mend = "Set this machine's clock (NTP): Slack's requests are refused when it is 5 minutes off."
    return Finding(Mark.WARNING, "clock", f"{abs(skew):.0f} s {side} Slack's", mend)


class Unreachable(Exception):
    """Slack, or whatever stands at that address, gave no answer of Slack's."""


async def _call(session: aiohttp.ClientSession, method: str, token: str) -> tuple[dict[str, Any], Any]:
    try:
        headers = {"Authorization": f"Bearer {token}"}
        async with session.post(method, headers=headers, allow_redirects=False) as response:
            answer = await response.json(content_type=None)
            if response.status != 200 or not isinstance(answer, dict):
                raise Unreachable(f"it answers with status {response.status}")
            return answer, response.headers
    except TimeoutError:
        raise Unreachable(f"no answer within {session.timeout.total:g} s") from None
    except (aiohttp.ClientError, ValueError) as error:
        raise Unreachable(str(error) or type(error).__name__) from None
