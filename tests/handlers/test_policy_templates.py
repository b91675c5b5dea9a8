"""Templates of the policy file in chat: offered beside the others, approved as they stand there (process section 10)."""

from __future__ import annotations

import pytest

from bot.dispatch import Door
from handlers.policy.rules import Rules
from handlers.policy.rules_file import parse_rules
from storage.store import Store
from storage.terms import ReleaseType, State
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town, sentence_of, told

TEXT = "title: Renew certificates of {{ service }}\ngoal: Valid\nplan:\norder\ninstall\nbackout: put the old one back"
FILE = f'''
[templates.certificates]
text = """
{TEXT}
"""

[templates.rollout]
kind = "plan"
text = "drain {{{{ service }}}}; install {{{{ version }}}}"
'''
OTHER_TEXT = FILE.replace("order", "order two")
USE = 'template use certificates service="payments 2.4.0" start="2026-12-02 21:00" zone=UTC'


@pytest.fixture
def town(database: Store) -> Town:
    return Town(database, parse_rules(FILE))


def begins_anew(town: Town, file: str) -> None:
    """Cabbot is started with another file."""
    town.door = Door(town.store, town.clock, parse_rules(file))


async def test_s10_they_are_listed_and_shown_as_the_policys(town: Town) -> None:
    text = told(await town.say("st", "template list"))
    assert "certificates — a release, by the policy" in text
    assert "rollout — a deployment plan, by the policy" in text
    shown = await town.say("st", "template show Certificates")
    assert "Written: by the policy: it stands in the policy file, and is changed there" in told(shown)
    assert "put the old one back" in told(shown)
    assert labels(shown.card) == ["Register a release", "Approve it"]


async def test_s10_a_release_is_made_from_one_as_from_any_other(town: Town) -> None:
    await town.all(("ana", USE))
    assert (town.release().title, town.release().type) == ("Renew certificates of payments", ReleaseType.NORMAL)
    assert [each.text for each in town.release().plan] == ["order", "install"]
    await town.all(("ana", 'new Refunds service="payments 2.4.0"'), ("ana", "template apply rollout REL-2"))
    assert [each.text for each in town.release(2).plan] == ["drain payments", "install 2.4.0"]


async def test_s5_standing_in_the_file_is_no_approval(town: Town) -> None:
    await town.all(("ana", USE))
    assert town.release().type is ReleaseType.NORMAL
    assert town.release().state is State.DRAFT


async def test_s5_approved_by_the_change_manager_as_it_was_seen_it_makes_standard_releases(town: Town) -> None:
    shown = await town.say("cm", "template show certificates")
    approve = next(each for each in buttons(shown.card) if each.label == "Approve it")
    assert not (await town.press("cm", approve)).refused
    assert "Cm approved the template “certificates”, as the policy file has it." in town.heard("cab", "template:")[0]
    assert "approved for standard releases" in told(await town.say("st", "template list"))
    assert "Approved by: Cm" in told(await town.say("st", "template show certificates"))
    await town.all(("ana", USE), ("ana", "submit REL-1"))
    assert (town.release().type, town.release().state) == (ReleaseType.STANDARD, State.APPROVED)
    assert "Cm approved the template “certificates”, as the policy file has it." in town.last().why
    assert "is approved already, as the policy file has it." in sentence_of(
        await town.say("cm", "template approve certificates")
    )


async def test_s5_another_text_in_the_file_needs_another_approval(town: Town) -> None:
    await town.all(("cm", "template approve certificates"), ("ana", USE))
    begins_anew(town, OTHER_TEXT)
    assert "approved for standard releases" not in told(await town.say("st", "template list"))
    refused = await town.say("ana", "submit REL-1")
    assert "The change manager hasn't approved the template “certificates”." in told(refused)
    await town.all(("cm", "template approve certificates"))
    refused = await town.say("ana", "submit REL-1")
    assert "The template “certificates” was changed since REL-1 was made from it." in told(refused)
    assert town.release().state is State.DRAFT
    await town.all(("ana", USE), ("ana", "submit REL-2"))
    assert town.release(2).state is State.APPROVED


async def test_s5_a_text_that_nobody_saw_is_not_approved(town: Town) -> None:
    shown = await town.say("cm", "template show certificates")
    approve = next(each for each in buttons(shown.card) if each.label == "Approve it")
    begins_anew(town, OTHER_TEXT)
    assert sentence_of(await town.press("cm", approve)) == (
        "“certificates” has another text now than the one that you saw. Look at it again."
    )


async def test_s5_one_that_the_file_no_longer_holds_authorises_nothing(town: Town) -> None:
    await town.all(("cm", "template approve certificates"), ("ana", USE))
    begins_anew(town, "")
    assert "There is no template yet." in told(await town.say("st", "template list"))
    assert "which isn't used any more" in told(await town.say("ana", "submit REL-1"))


async def test_s10_the_approval_is_one_organisations(town: Town) -> None:
    other = Town(town.store, parse_rules(FILE))
    await town.all(("cm", "template approve certificates"))
    assert "approved for standard" not in told(await other.say("st", "template list"))


@pytest.mark.parametrize("line", [f'template write certificates body="{TEXT}"', "template retire Certificates"])
async def test_s10_they_are_not_changed_in_chat(town: Town, line: str) -> None:
    assert sentence_of(await town.say("rm", line)) == (
        "“certificates” stands in the policy file, under [templates]; whoever runs Cabbot changes it there. In chat you can "
        "write one of another name."
    )


async def test_s10_the_files_goes_before_one_of_the_same_name(database: Store) -> None:
    town = Town(database, Rules())
    await town.all(
        ("rm", 'template write certificates body="title: By chat"'), ("rm", f'template write own body="{TEXT}"')
    )
    begins_anew(town, FILE)
    text = told(await town.say("st", "template list"))
    assert text.count("certificates — ") == 1
    assert "certificates — a release, by the policy" in text
    assert "own — a release, revision 1" in text
    await town.all(("ana", USE))
    assert town.release().title == "Renew certificates of payments"


async def test_only_the_change_manager_approves_it(town: Town) -> None:
    for who in ("ana", "rm", "own", "bo"):
        assert "is for the change manager" in sentence_of(await town.say(who, "template approve certificates"))
    assert "is of a plan" in sentence_of(await town.say("cm", "template approve rollout"))


async def test_s10_the_policy_names_them(town: Town) -> None:
    assert "Templates, shown by /release template list: certificates, rollout (templates, from policy.toml)" in told(
        await town.say("st", "policy templates")
    )
