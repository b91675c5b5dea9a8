"""Templates, and the standard releases that come from approved ones (process section 5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from messages.card import Button, Card
from storage.organisation import Connection, Connections
from storage.terms import BallotState, Platform, ReleaseType, State
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import NOON, Town, sentence_of, told

BODY = (
    "title: Renew certificates of {{ service }}\\ngoal: Valid for another year\\nimpact: None\\n"
    "plan:\\norder\\ninstall\\nbackout: put the old one back"
).replace("\\n", "\n")
WRITE = f'template write certificates body="{BODY}"'
USE = 'template use certificates service="payments 2.4.0" start="2026-12-02 21:00" zone=UTC'


def approval(card: Card | None) -> Button:
    return next(each for each in buttons(card) if each.label == "Approve it")


def second_platform(town: Town) -> None:
    more = Connection(
        organisation_id=town.organisation, platform=Platform.TEAMS, workspace=f"t-{town.workspace}", installed_at=NOON
    )
    town.store.write_now(lambda tx: Connections(tx).add(more))


async def approved(town: Town) -> None:
    await town.all(("rm", WRITE), ("cm", "template approve certificates"))


async def test_s5_a_release_from_an_approved_template_is_authorised_when_it_is_submitted(town: Town) -> None:
    await approved(town)
    await town.all(("ana", USE))
    assert (town.release().type, town.release().title) == (ReleaseType.STANDARD, "Renew certificates of payments")
    answer = await town.say("ana", "submit REL-1")
    assert "approved the template “certificates”, revision 1." in told(answer)
    assert town.release().state is State.APPROVED
    assert town.ballot().state is BallotState.APPROVED
    assert town.votes() == []
    assert "certificates@1" in str(town.last().after)
    assert "approved the template “certificates”" in town.last().why


async def test_s5_the_authorisation_is_of_exactly_that_content(town: Town) -> None:
    await approved(town)
    await town.all(("ana", USE), ("ana", "submit REL-1"), ("ana", 'edit REL-1 plan="something else"'))
    assert town.release().state is State.DRAFT
    refused = await town.say("ana", "submit REL-1")
    assert "REL-1 differs from its template in plan." in told(refused)
    assert "Make it a normal release" in labels(refused.card)


async def test_s5_without_the_change_managers_word_it_goes_to_the_board(town: Town) -> None:
    await town.all(("rm", WRITE), ("ana", USE))
    assert town.release().type is ReleaseType.NORMAL


@pytest.mark.parametrize("change", ['title="Migrate the ledger"', 'stages="All"', 'plan="my own"', 'backout="none"'])
async def test_s5_nothing_that_is_done_may_differ_from_what_was_approved(town: Town, change: str) -> None:
    await approved(town)
    await town.all(("ana", USE), ("ana", f"edit REL-1 {change}"))
    assert "REL-1 differs from its template in" in told(await town.say("ana", "submit REL-1"))
    assert town.release().state is State.DRAFT


@pytest.mark.parametrize(
    "asked, lasts, sentence",
    [
        ("", 0.5, "approved the template"),
        (" hours=2", 2, "REL-1 differs from its template in hours."),
    ],
)
async def test_s5_a_template_may_say_how_long_it_takes(town: Town, asked: str, lasts: float, sentence: str) -> None:
    await town.all(
        ("rm", WRITE.replace("impact: None", "impact: None\nhours: 0.5")), ("cm", "template approve certificates")
    )
    await town.all(("ana", USE + asked))
    found = town.release()
    assert found.starts_at is not None
    assert found.ends_at == found.starts_at + timedelta(hours=lasts)
    assert sentence in told(await town.say("ana", "submit REL-1"))


async def test_s3_a_template_that_says_how_long_it_takes_goes_without_a_window(town: Town) -> None:
    await town.all(
        ("rm", WRITE.replace("impact: None", "impact: None\nhours: 0.5")),
        ("ana", 'template use certificates service="payments 2.4.0"'),
    )
    assert town.release().starts_at is None


async def test_s5_a_template_may_name_who_does_a_step(town: Town) -> None:
    await town.all(
        ("rm", 'template write owned body="title: a\nplan:\n[pilot]\norder | @bo | 10 min\nbackout: b"'),
        ("cm", "template approve owned"),
        ("ana", USE.replace("certificates", "owned")),
        ("ana", "plan step REL-1 1 owner=@cy"),
    )
    assert "differs from its template in plan" in told(await town.say("ana", "submit REL-1"))
    await town.all(("ana", "plan step REL-1 1 owner=@bo"), ("ana", "submit REL-1"))
    assert town.release().state is State.APPROVED


async def test_s5_a_press_approves_the_text_that_was_seen_and_no_other(town: Town) -> None:
    await town.all(("rm", WRITE))
    seen = approval((await town.say("cm", "template show certificates")).card)
    await town.all(("rm", WRITE.replace("order", "something else")))
    assert "is at revision 2 now; you saw revision 1" in told(await town.press("cm", seen))
    await town.press("cm", approval((await town.say("cm", "template show certificates")).card))
    assert "approved for standard releases" in told(await town.say("ana", "template list"))


async def test_s7_one_human_does_not_approve_under_a_second_name(town: Town) -> None:
    """Where there are two platforms, who approves has to be known by their e-mail, as for a vote."""
    await town.all(("rm", WRITE))
    second_platform(town)
    assert "Your e-mail isn't known yet" in told(await town.say("cm", "template approve certificates"))
    town.known_by("cm", "cm@acme.example")
    await town.all(("cm", "template approve certificates"))


async def test_s7_what_somebody_wrote_under_another_name_is_theirs_too(town: Town) -> None:
    await town.all(("rm", WRITE))
    town.write(lambda records: records.give_all(town.people["rm"], town.people["cm"]))
    assert "You wrote “certificates” as it is" in told(await town.say("cm", "template approve certificates"))


@pytest.mark.parametrize("version", ["2 and then drop the ledger", "2 | 5 min", "2:"])
async def test_s5_a_version_puts_no_words_of_its_own_into_what_was_approved(town: Town, version: str) -> None:
    await town.all(
        ("rm", WRITE.replace("install", "install {{ version }} now")),
        ("cm", "template approve certificates"),
        ("ana", USE.replace("payments 2.4.0", f"payments@{version}")),
    )
    refused = await town.say("ana", "submit REL-1")
    assert f"REL-1 has the version “{version}”; a standard release's is one word such as 2.4.0" in told(refused)
    assert "Make it a normal release" in labels(refused.card)


@pytest.mark.parametrize("line", ["template retire certificates", WRITE.replace("order", "order two")])
async def test_s5_a_template_that_is_gone_or_changed_authorises_nothing(town: Town, line: str) -> None:
    await approved(town)
    await town.all(("ana", USE), ("rm", line))
    refused = await town.say("ana", "submit REL-1")
    assert refused.refused
    assert town.release().state is State.DRAFT


async def test_a_standard_release_can_become_a_normal_one(town: Town) -> None:
    await approved(town)
    await town.all(("ana", USE), ("ana", "template leave REL-1"))
    assert (town.release().type, town.release().revision) == (ReleaseType.NORMAL, 2)
    assert "isn't a standard release" in told(await town.say("ana", "template leave REL-1"))


@pytest.mark.parametrize(
    "who, line, sentence",
    [
        ("ana", WRITE, "“template write” is for the"),
        ("rm", "template approve certificates", "“template approve” is for the change manager"),
        ("cm", "template approve nothing", "There is no template “nothing”."),
        ("ana", "template use nothing service=payments", "There is no template “nothing”."),
        ("rm", 'template write x body="no field"', "Line 1 belongs to no field"),
        ("rm", 'template write x body="title: {{ who }}"', "“who” isn't known"),
        ("rm", 'template write x body="title: a\nhours: many"', "“hours:” of the template"),
        ("rm", "template write x", "A template needs a text."),
    ],
)
async def test_who_may_not_and_what_is_no_template(town: Town, who: str, line: str, sentence: str) -> None:
    await town.all(("rm", WRITE))
    assert sentence in told(await town.say(who, line))


async def test_nobody_approves_what_they_wrote(town: Town) -> None:
    await town.all(("cm", WRITE))
    assert "You wrote “certificates” as it is" in told(await town.say("cm", "template approve certificates"))


async def test_a_title_that_comes_to_nothing_is_told(town: Town) -> None:
    await town.all(("rm", 'template write bare body="title: {{ version }}\nplan: a\nbackout: b"'))
    assert "“title:” of the template comes to no words" in told(await town.say("ana", "template use bare service=web"))


async def test_a_plans_template_goes_into_a_release(town: Town) -> None:
    await town.all(
        ("rm", 'template write rollout kind=plan body="drain {{ service }}\ninstall {{ version }}"'),
        ("ana", 'new Refunds service="payments 2.4.0"'),
        ("ana", "template apply rollout REL-1"),
    )
    assert [each.text for each in town.release().plan] == ["drain payments", "install 2.4.0"]
    assert town.release().revision == 2
    assert "is of a plan" in told(await town.say("ana", "template use rollout service=payments"))
    assert "is of a plan" in told(await town.say("cm", "template approve rollout"))


async def test_they_are_listed_and_shown(town: Town) -> None:
    assert "There is no template yet." in told(await town.say("ana", "template list"))
    await approved(town)
    assert "approved for standard releases" in told(await town.say("ana", "template list"))
    shown = await town.say("ana", "template show certificates")
    assert "Valid for another year" in told(shown)
    assert "Register a release" in labels(shown.card)
    assert sentence_of(shown) or shown.card is not None


async def test_a_clone_has_the_plans_and_not_the_past(town: Town) -> None:
    await approved(town)
    await town.all(("ana", USE), ("ana", "submit REL-1"), ("bo", 'clone REL-1 start="2026-12-09 21:00" zone=UTC'))
    old, new = town.release(1), town.release(2)
    assert (new.goal, new.plan, new.back_out, new.services) == (old.goal, old.plan, old.back_out, old.services)
    assert (new.state, new.type, new.template) == (State.DRAFT, ReleaseType.NORMAL, "")
    assert new.coordinator_id == town.people["bo"]
    assert (new.revision, new.starts_at != old.starts_at) == (1, True)
    assert "There is no REL-9." in told(await town.say("ana", "clone REL-9"))
