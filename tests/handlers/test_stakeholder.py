"""Stakeholders: people and channels that are told of a release, required ones or not."""

from __future__ import annotations

from tests.handlers import stories
from tests.handlers.town import Town, sentence_of, told

SHOP = "<#shop|shop>"


async def test_s2_people_and_channels_are_named(town: Town) -> None:
    await stories.drafted(town)
    person = await town.say("ana", "stakeholder add REL-1 @st required=yes")
    assert sentence_of(person) == "St is a stakeholder of REL-1: required to accept it."
    channel = await town.say("ana", f"stakeholder add REL-1 {SHOP}")
    assert sentence_of(channel) == "#shop is a stakeholder of REL-1: told of it."
    assert "You are a stakeholder of REL-1 Faster refunds, required to accept it; Ana named you." in town.heard("st")[0]
    assert town.last().after == {"stakeholder": "#shop", "required": False}


async def test_s9_a_person_hears_public_events_directly_and_no_others(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "stakeholder add REL-1 @st"), ("ana", "edit REL-1 impact=Pause"), ("ana", "submit REL-1"))
    assert len(town.heard("st", "event:")) == 0
    await town.all(("bo", "approve REL-1"), ("cy", "approve REL-1"))
    await town.later(hours=33)
    before = len(town.heard("st", "event:"))
    await town.all(("ana", "start REL-1"))
    assert len(town.heard("st", "event:")) == before + 1


async def test_s9_a_channel_gets_the_announcement_and_its_replies(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", f"stakeholder add REL-1 {SHOP}"))
    assert town.heard("shop") == []
    answer = await town.say("ana", "announce REL-1")
    assert sentence_of(answer) == "REL-1 is announced in 2 channels."
    assert town.heard("shop")[0].startswith("✅ REL-1 Faster refunds")
    await town.all(("ana", "hold REL-1 wait"))
    assert any("hold" in each for each in town.heard("shop", "event:"))


async def test_a_channel_that_is_linked_as_well_hears_it_once(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", "stakeholder add REL-1 <#announcements|announcements>"), ("ana", "announce REL-1"))
    assert len(town.heard("announcements", "announcement:")) == 1
    assert "announced in 1 channel." in sentence_of(await town.say("ana", "announce REL-1"))


async def test_a_channel_that_comes_late_gets_the_announcement_at_once(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", "announce REL-1 soon"), ("ana", f"stakeholder add REL-1 {SHOP}"))
    assert len(town.heard("shop", "announcement:")) == 1


async def test_a_follower_who_is_a_stakeholder_hears_once(town: Town) -> None:
    await stories.in_window(town)
    await town.all(("ana", "stakeholder add REL-1 @st"), ("st", "follow REL-1 all"), ("ana", "start REL-1"))
    assert len(town.heard("st", "event:")) == 1


async def test_said_again_it_changes_whether_they_are_required(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "stakeholder add REL-1 @st"), ("ana", "stakeholder add REL-1 @st required=yes"))
    release = town.release()
    (kept,) = town.look(lambda records: records.evidence.stakeholders.of(release.id))
    assert kept.required
    for line in ("stakeholder add REL-1 @st", "stakeholder add REL-1 @st required=yes"):
        assert sentence_of(await town.say("ana", line)) == "St is a stakeholder of REL-1 already."


async def test_removed_they_hear_nothing_more(town: Town) -> None:
    await stories.in_window(town)
    await town.all(
        ("ana", "stakeholder add REL-1 @st"), ("ana", "stakeholder remove REL-1 @st"), ("ana", "start REL-1")
    )
    assert town.heard("st", "event:") == []
    assert (
        sentence_of(await town.say("ana", f"stakeholder remove REL-1 {SHOP}")) == "#shop isn't a stakeholder of REL-1."
    )


async def test_s3_stakeholders_touch_no_revision(town: Town) -> None:
    await stories.approved(town)
    before = town.release()
    await town.all(("ana", "stakeholder add REL-1 @st required=yes"))
    assert town.release() == before


async def test_who_is_named_how(town: Town) -> None:
    await stories.drafted(town)
    assert sentence_of(await town.say("ana", "stakeholder add REL-1 required=yes")).startswith("Who?")
    assert sentence_of(await town.say("ana", f"stakeholder add REL-1 @st channel={SHOP}")).startswith(
        "That is a person and"
    )
    assert not (await town.say("ana", "stakeholder add REL-1 channel=here")).refused
    assert sentence_of(await town.say("st", "stakeholder add REL-1 me")) == (
        "That is for the coordinator of REL-1 or a release manager."
    )


async def test_the_list_puts_the_required_ones_first(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", f"stakeholder add REL-1 {SHOP}"), ("ana", "stakeholder add REL-1 @st required=yes"))
    for line in ("stakeholder list REL-1", "show REL-1"):
        text = told(await town.say("eve", line))
        assert text.index("St · required") < text.index("#shop · told")
