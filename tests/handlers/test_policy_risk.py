"""The numbers of risk as process owners change them in chat: from the next release on, and in words."""

from __future__ import annotations

import pytest

from storage.terms import State
from tests.handlers import stories
from tests.handlers.town import Town, sentence_of, told

RISK = "risk REL-1 users=2 tier=2 reversibility=2 novelty=1 coverage=1 dependencies=1"
"""Impact 2; likelihood 1, raised to 3 by what the town's release shows: 6 of 16, medium."""


@pytest.mark.parametrize(
    "line, level",
    [
        ("policy set risk.medium_from 7 calm", "low (6 of 16)"),
        ("policy set risk.high_from 6 careful", "high (6 of 16)"),
        ('policy set risk.signals "not_validated" ours', "medium (4 of 16)"),
        ("policy set risk.signals [] none", "low (2 of 16)"),
        ("policy set risk.soon_hours 2 agile", "medium (4 of 16)"),
        ("policy set risk.many_services 1 small", "medium (6 of 16)"),
    ],
)
async def test_s6_the_numbers_of_risk_are_the_policys(town: Town, line: str, level: str) -> None:
    await stories.drafted(town)
    await town.all(("own", line))
    assert f"The risk of REL-1 is {level}" in told(await town.say("ana", RISK))


async def test_s6_the_words_name_the_policys_numbers(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("own", "policy set risk.soon_hours 50 slow"))
    assert "The window starts within 50 hours, which raises the likelihood by one" in told(await town.say("ana", RISK))
    text = told(await town.say("st", "policy risk"))
    assert "High from this score on: 8 (risk.high_from, built in)" in text
    assert "A window starts soon inside: 2 days 2 hours (risk.soon_hours, set by Own" in text
    assert "Signals that raise the likelihood: collision, failed lately, not validated, soon, many services" in text


@pytest.mark.parametrize("line", ["policy set risk.medium_from 8 why", "policy set risk.critical_from 8 why"])
async def test_s6_bounds_out_of_order_are_refused(town: Town, line: str) -> None:
    assert sentence_of(await town.say("own", line)) == (
        f"{line.split()[2]} doesn't fit: medium_from has to be less than high_from, and high_from less than critical_from."
    )
    assert town.look(lambda records: records.policy.all()) == []


async def test_s6_a_reset_that_would_leave_them_out_of_order_is_refused(town: Town) -> None:
    await town.all(("own", "policy set risk.medium_from 2 a"), ("own", "policy set risk.high_from 3 b"))
    assert "risk.medium_from doesn't fit" in sentence_of(await town.say("own", "policy reset risk.medium_from"))
    await town.all(("own", "policy reset risk.high_from"), ("own", "policy reset risk.medium_from"))
    assert town.look(lambda records: records.organisation.policy_digest) == ""


async def test_s10_a_running_ballot_keeps_the_risk_that_it_was_opened_with(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", RISK), ("ana", "submit REL-1"))
    before = town.ballot()
    await town.all(("own", "policy set risk.high_from 5 careful"), ("bo", "approve REL-1"))
    assert town.ballot() == before
    assert (before.quorum, before.change_manager) == (2, False)
    assert "Risk: medium (impact 2 × likelihood 3)" in town.heard("cab", "ballot:")[0]
    assert "Risk: high" in told(await town.say("st", "show REL-1"))  # weighed anew, it would be high
    await town.all(("cy", "approve REL-1"))
    assert town.release().state is State.APPROVED


async def test_s10_the_next_ballot_goes_by_the_new_numbers(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", RISK), ("own", "policy set risk.high_from 5 careful"), ("ana", "submit REL-1"))
    assert (town.ballot().quorum, town.ballot().change_manager) == (3, True)
