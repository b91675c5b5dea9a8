"""What a client may make up: the data of buttons and forms, who is mentioned, words of any size and sign.

Everything below comes with a genuine token from a genuine member; what they send counts as their own words and no more.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from bot.logs import configure_logging
from bot.teams.envelope import Said, read
from bot.teams.words import MOST_MENTIONS, spoken
from storage.store import open_store
from storage.terms import Platform
from tests.bot.teams.serving import Served, serving
from tests.bot.teams.test_answers import a_release
from tests.fakes.teams import TENANT, FakeTeams
from tests.fakes.teams_activities import Json


@pytest.fixture
async def served(own_logging: None, teams: FakeTeams, database_url: str) -> AsyncIterator[Served]:
    """On both databases: they differ in which words they can't keep."""
    configure_logging("json")
    store = open_store(database_url)
    async with serving(teams, store) as made:
        yield made
    store.close()


def nested(depth: int) -> Json:
    made: Json = {"say": "list mine"}
    for _ in range(depth):
        made = {"say": "list mine", "x": made}
    return made


ODD: dict[str, Json] = {
    "nothing": {},
    "nested deep": nested(800),
    "nested lists": {"say": "list mine", "x": [[[[]] * 50] * 20] * 20},
    "no words": {"say": {"say": "submit REL-1"}},
    "a list of words": {"say": ["submit", "REL-1"]},
    "a truth": {"say": True, "form": "yes", "asks": True},
    "a very long line": {"say": "new " + "x" * 90_000},
    "many quotes": {"say": 'new "' + '\\"' * 60_000},
    "many names": {"say": "new " + " ".join(f"a{'b' * (n % 50)}={n}" for n in range(5_000))},
    "unbalanced": {"say": 'new "'},
    "nul": {"say": "new\x00", "form": True, "asks": {"title\x00": "line\x00"}, "field.title\x00": "a\x00b"},
    "odd kinds": {
        "say": "new",
        "form": True,
        "asks": {"title": ["line"], "service": {"k": 1}, "start": "moment", "plan": None, "backout": 7},
        "field.title": {"a": 1},
        "field.service": ["payments"],
        "field.start.date": 20261201,
        "field.start.time": [22],
        "field.plan": None,
    },
    "names of commands": {
        "say": "approve REL-1",
        "form": True,
        "asks": dict.fromkeys(
            ("form", "confirm", "say", "revision", "digest", "release", "comment", "", " ", "a b"), "line"
        ),
        "field.form": "yes",
        "field.release": "REL-1",
        "field.revision": "1",
    },
    "huge asks": {"say": "new", "form": True, "asks": {f"f{n}": "line" for n in range(10_000)}},
    "numbers": {"say": "new", "form": True, "asks": {"title": "number"}, "field.title": 1e300},
    "a pressed clock": {"say": "remind REL-1 ballot=1 before=1440"},
    "signs": {"say": "new \u202e\u2066\ufeff\u200b\U000e0041\ud7ff\uffff\u0007 service=payments"},
    "posting": {"say": "show REL-1", "posting": 2**63},
    "posting nested": {"say": "show REL-1", "posting": {"id": 1}},
}


@pytest.mark.timeout(120)
async def test_odd_data_is_answered_in_words_and_changes_nothing(served: Served, teams: FakeTeams) -> None:
    await a_release(served)
    await served.says("29:ben", "me", "help")
    hanging, ben = teams.conversation("#pay").last, teams.world.users["29:ben"]
    before = [each.command for each in await served.journal()]
    for name, data in ODD.items():
        for activity in (
            teams.activities.executed(ben, hanging, {"verb": "say"}, data),
            teams.activities.dialog_asked(ben, hanging, data),
            teams.activities.dialog_sent(ben, hanging, hanging.conversation, data),
            teams.activities.submitted(ben, hanging, data),
        ):
            got = await teams.wire.deliver(activity)
            assert got.status in (200, 400), (name, activity["type"], activity.get("name"), got)
            assert got.status == 200 or activity["type"] == "message" or got.body, name
    await served.settled()
    after = (await served.journal())[len(before) :]
    assert {each.outcome.value for each in after} <= {"refused"}, [(each.command, each.outcome) for each in after]
    assert (await teams.say("29:ben", "me", "help")).status == 200


WORDS = {
    "long": "new " + "x" * 90_000,
    "a long plan": 'new "Faster refunds" service=payments plan="' + "\n".join(f"Step {n}" for n in range(9_000)) + '"',
    "quotes": 'new "' * 15_000,
    "signs": "new \u202e\u2066\ufeff\u200b\U000e0041\uffff\u0007\x1b[2K service=payments",
    "html": "<at>" * 20_000 + "&lt;@29:1eve&gt; &amp;amp; &#x110000; &#0;",
    "a crowd": "".join(f"<@29:1nobody{n}> " for n in range(4_000)),
    "nothing": "  \n\u00a0 ",
}


@pytest.mark.parametrize("name", WORDS)
async def test_words_of_any_size_and_sign_are_answered(served: Served, teams: FakeTeams, name: str) -> None:
    await served.says("29:ana", "me", "service add payments version=1.0")
    said = teams.activities.said(teams.world.users["29:ana"], teams.personal("29:ana"), "")
    before, calls = len(served.private("29:ana")), len(teams.service.calls_of("member"))
    assert (await teams.wire.deliver({**said, "text": WORDS[name]})).status == 200
    await served.settled()
    (answer,) = served.private("29:ana")[before:]
    assert answer.words("29:ana")
    assert len(teams.service.calls_of("member")) - calls < 5, "nobody is asked about because they were named"


async def test_only_so_many_mentions_are_looked_for(teams: FakeTeams, cabbot: Served) -> None:
    """In the worst order each of thousands would be looked for in all of the words."""
    said = teams.activities.said(teams.world.users["29:ana"], teams.personal("29:ana"), "")
    mention = {"type": "mention", "text": "<at>Ben</at>", "mentioned": {"id": "29:ben", "name": "Ben"}}
    line = read(json.dumps({**said, "text": "<at>Ben</at> " * 5_000, "entities": [mention] * 5_000}).encode())
    assert isinstance(line, Said)
    assert spoken(line).count("<@29:ben>") == MOST_MENTIONS


async def test_a_mention_of_somebody_else_gives_nobody_their_rights(teams: FakeTeams, cabbot: Served) -> None:
    """Who speaks stands in the envelope; a mention that wears another's name is only a word of theirs."""
    await cabbot.says("29:ana", "me", "help")
    said = teams.activities.said(teams.world.users["29:ben"], teams.conversation("#pay"), "role grant me cab_member")
    posing = {"type": "mention", "text": "<at>Cabbot</at>", "mentioned": {"id": "29:ana", "name": "Cabbot"}}
    assert (await teams.wire.deliver({**said, "entities": [posing, *said["entities"]]})).status == 200
    await cabbot.settled()
    ben = await cabbot.records(lambda records: records.people.account(Platform.TEAMS, TENANT, "29:ben"))
    assert ben is not None
    assert await cabbot.records(lambda records: records.people.roles(ben.person_id)) == frozenset()
