"""Link and unlink."""

from __future__ import annotations

import pytest

from storage.conversation import Conversation
from storage.records import Records
from storage.store import Store
from storage.terms import Platform
from tests.handlers import stories
from tests.handlers.buttons import labels
from tests.handlers.town import Town, sentence_of, told


async def test_a_channel_hears_what_its_audience_hears_from_now_on(town: Town) -> None:
    answer = await town.say("own", "link cab <#board|board>")
    assert sentence_of(answer) == "#board hears cab from now on. Invite me there if it's a private channel."
    await stories.submitted(town)
    assert "decision asked" in town.heard("board")[0]
    assert (town.last().command, town.journal()[0].after) == ("submit", {"linked": "board"})


async def test_here(town: Town) -> None:
    for channel, line in (("one", "link releases"), ("two", "link releases here")):
        await town.say("own", line, channel=channel)
        assert any(each.channel == channel for each in town.look(lambda records: records.links.of("releases")))


@pytest.mark.parametrize("who", ["own", "rm", "cm"])
async def test_who_links(town: Town, who: str) -> None:
    assert not (await town.say(who, "link cab <#board|board>")).refused


@pytest.mark.parametrize("who", ["ana", "bo", "oc", "st"])
@pytest.mark.parametrize("line", ["link cab <#board|board>", "unlink cab <#cab|cab>"])
async def test_who_does_not(town: Town, who: str, line: str) -> None:
    answer = await town.say(who, line)
    assert "is for the process owner or release manager or change manager." in sentence_of(answer)
    assert len(town.look(lambda records: records.links.all())) == 4


async def test_without_words_it_shows_who_hears_what(town: Town) -> None:
    text = told(await town.say("own", "link"))
    for audience in ("cab", "ecab", "releases", "announcements"):
        assert f"{audience}: #{audience}" in text


async def test_a_service_has_an_audience_of_its_own(town: Town) -> None:
    await town.all(("own", "link service:Payments <#pay|pay>"))
    assert [each.audience for each in town.look(lambda records: records.links.all())][-1] == "service:payments"


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("link board", "An audience is one of cab, ecab, releases, announcements, audit, or service:NAME; “board” isn't."),
        ("link service:nowhere",
         "There is no service “nowhere”. Known are payments, web. Add it: /release service add nowhere"),
        ("link cab #board", "“#board” isn't a channel I can see; pick it with #."),
        ("link cab <#cab|cab>", "#cab hears cab already."),
        ("unlink cab <#board|board>", "#board doesn't hear cab."),
    ],
)  # fmt: skip
async def test_what_cannot_be_linked(town: Town, line: str, sentence: str) -> None:
    assert sentence_of(await town.say("own", line)) == sentence


async def test_on_teams_a_channel_is_called_by_its_name(database: Store) -> None:
    town = Town(database, platform=Platform.TEAMS)
    for external, name in (("19:board", "Board"), ("19:a", "general"), ("19:b", "General")):
        _told_of(town, external, name)
    answer = await town.say("own", "link cab #board", direct=True)
    assert sentence_of(answer) == "#Board hears cab from now on."
    assert "19:board" in {each.channel for each in town.look(lambda records: records.links.of("cab"))}
    for word, sentence in (
        ("general", "2 channels are called “general”; say it in the one that you mean."),
        ("#elsewhere", "“#elsewhere” isn't a channel I can see; say it there."),
    ):
        assert sentence_of(await town.say("own", f"link cab {word}")) == sentence


def _told_of(town: Town, external: str, name: str) -> None:
    made = Conversation(
        organisation_id=town.organisation, platform=Platform.TEAMS, workspace=town.workspace, external=external,
        kind="channel", name=name, reference="{}", heard_at=town.clock.now(),
    )  # fmt: skip
    town.store.write_now(lambda tx: Records(tx, town.organisation).conversations.add(made))


async def test_a_direct_conversation_is_not_linked(town: Town) -> None:
    answer = await town.say("own", "link cab", direct=True)
    assert sentence_of(answer) == "This is a conversation between the two of us; name a channel with #."


async def test_unlink(town: Town) -> None:
    answer = await town.say("own", "unlink cab <#cab|cab>")
    assert sentence_of(answer) == "#cab doesn't hear cab any more."
    await stories.submitted(town)
    assert town.heard("cab") == []
    assert labels((await town.say("own", "unlink cab <#cab|cab>")).card) == ["Show what is linked"]


async def test_unlink_asks_what_rather_than_guessing(town: Town) -> None:
    answer = await town.say("own", "unlink", channel="cab")
    assert answer.form is not None
    assert [field.name for field in answer.form.fields] == ["audience", "channel"]
    assert len(town.look(lambda records: records.links.of("cab"))) == 1
