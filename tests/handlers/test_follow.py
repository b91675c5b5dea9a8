from __future__ import annotations

import pytest

from storage.terms import FollowLevel
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import EMERGENCY, Town, sentence_of, told


@pytest.mark.parametrize(
    "line, subject, level",
    [
        ("follow payments", "service:payments", FollowLevel.MILESTONES),
        ("follow PAYMENTS problems", "service:payments", FollowLevel.PROBLEMS),
        ("follow REL-1 all", "REL-1", FollowLevel.ALL),
        ("follow 1 level=Problems", "REL-1", FollowLevel.PROBLEMS),
    ],
)
async def test_a_release_or_a_service(town: Town, line: str, subject: str, level: FollowLevel) -> None:
    await stories.drafted(town)
    answer = await town.say("st", line)
    assert f"You follow {subject.removeprefix('service:')}: {level.value}." in told(answer)
    follows = town.look(lambda records: records.follows.by(town.people["st"]))
    assert [(each.subject, each.level) for each in follows] == [(subject, level)]


async def test_again_changes_the_level(town: Town) -> None:
    await town.all(("st", "follow payments"), ("st", "follow payments problems"))
    follows = town.look(lambda records: records.follows.by(town.people["st"]))
    assert [each.level for each in follows] == [FollowLevel.PROBLEMS]


async def test_without_words_it_shows_what_one_follows(town: Town) -> None:
    assert "You follow nothing." in told(await town.say("st", "follow"))
    await town.all(("st", "follow payments problems"))
    assert "payments: problems" in told(await town.say("st", "follow"))
    assert "You follow nothing." in told(await town.say("eve", "follow"))


async def test_the_button_takes_it_back_whatever_the_name(town: Town) -> None:
    await town.all(("own", 'service add "card payments"'))
    answer = await town.say("st", 'follow "card payments"')
    assert sentence_of(await town.press("st", next(buttons(answer.card)))) == "You don't follow card payments any more."


LEVELS = {
    # what happens: (all, milestones, problems)
    "new Other service=payments": (True, False, False),
    "edit REL-1 impact=None": (True, False, False),
    "submit REL-1": (True, True, False),
}


@pytest.mark.parametrize("line", LEVELS)
async def test_each_level_hears_what_it_asked_for(town: Town, line: str) -> None:
    await stories.drafted(town)
    for who, level in (("st", "all"), ("eve", "milestones"), ("oc", "problems")):
        await town.all((who, f"follow payments {level}"))
    await town.all(("ana", line))
    assert tuple(len(town.heard(who)) > 0 for who in ("st", "eve", "oc")) == LEVELS[line]


async def test_problems_reach_everybody_who_follows(town: Town) -> None:
    await stories.deploying(town)
    for who, level in (("st", "all"), ("eve", "milestones"), ("oc", "problems")):
        await town.all((who, f"follow payments {level}"))
    await town.all(("ana", "step REL-1"))
    assert [len(town.heard(who)) for who in ("st", "eve", "oc")] == [1, 1, 0]
    await town.all(("ana", "hold REL-1 look"))
    assert [len(town.heard(who)) for who in ("st", "eve", "oc")] == [2, 2, 1]


async def test_who_follows_service_and_release_hears_once_at_the_louder_level(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("st", "follow REL-1 problems"), ("st", "follow payments all"), ("ana", "edit REL-1 impact=None"))
    assert len(town.heard("st")) == 1


async def test_unfollow(town: Town) -> None:
    await town.all(("st", "follow payments all"), ("st", "unfollow payments"))
    await stories.drafted(town)
    assert town.heard("st") == []
    answer = await town.say("st", "unfollow payments")
    assert sentence_of(answer) == "You don't follow payments."
    assert labels(answer.card) == ["What I follow"]


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("follow REL-9", "There is no REL-9."),
        (
            "follow paymints",
            "There is no service “paymints”. Known are payments. Add it: /release service add paymints",
        ),
        ("follow payments loud", "How much is one of all, milestones, problems; “loud” isn't."),
    ],
)
async def test_what_cannot_be_followed(town: Town, line: str, sentence: str) -> None:
    assert sentence_of(await town.say("st", line)) == sentence


async def test_an_emergency_is_a_problem(town: Town) -> None:
    await town.all(("st", "follow web problems"), ("oc", EMERGENCY), ("oc", EMERGENCY.replace("=payments", "=web")))
    assert len(town.heard("st")) == 1
