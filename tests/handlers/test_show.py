"""Show and list."""

from __future__ import annotations

import pytest

from storage.terms import AccountKind, Role, State
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import NEW, PLANS, Town, sentence_of, told


async def test_everything_recorded_is_shown(town: Town) -> None:
    await town.all(("ana", f'{NEW} {PLANS} goal="In a day" impact=Pause changes="CHG-1,CHG-2"'))
    text = told(await town.say("st", "show REL-1"))
    for fragment in (
        "REL-1 Faster refunds", "Draft · Normal · revision 1", "payments 2.4.0", "Ana", "In a day", "Pause",
        "CHG-1", "CHG-2", "drain", "redeploy 2.3.9", "Tue 1 Dec 2026, 21:00 UTC",
    ):  # fmt: skip
        assert fragment in text


async def test_who_may_vote_finds_the_votes_and_the_buttons_for_one(town: Town) -> None:
    await stories.submitted(town)
    await town.all(("bo", "approve REL-1 fine"))
    card = (await town.say("cy", "show REL-1")).card
    assert labels(card)[:3] == ["Approve", "Approve with a comment", "Reject"]
    assert "Bo approved: fine" in told(await town.say("cy", "show REL-1"))
    for who in ("ana", "st"):
        assert "Approve" not in labels((await town.say(who, "show REL-1")).card)
    await town.press("cy", next(buttons(card)))
    assert town.release().state is State.APPROVED
    assert "Approve" not in labels((await town.say("dee", "show REL-1")).card)


async def test_reading_leaves_no_trail_and_writes_nothing(town: Town) -> None:
    await stories.submitted(town)
    trail, shown = len(town.journal()), len(town.postings())
    for line in (
        "show REL-1",
        "list",
        "list waiting",
        "help",
        "role list",
        "service list",
        "status list",
        "show REL-9",
    ):
        await town.say("st", line)
    assert (len(town.journal()), len(town.postings())) == (trail, shown)


@pytest.mark.parametrize("kind", [AccountKind.GUEST, AccountKind.FOREIGN])
async def test_guests_read(town: Town, kind: AccountKind) -> None:
    await stories.submitted(town)
    town.add("zed", kind=kind)
    for line in ("show REL-1", "list", "help", "role list", "service list", "status list"):
        assert not (await town.say("zed", line)).refused, line


async def test_a_first_word_that_only_reads_is_answered(town: Town) -> None:
    assert "There is no release yet." in told(await town.say("newcomer", "list"))


# ---- lists


async def test_newest_first_each_one_press_away(town: Town) -> None:
    for title in ("One", "Two"):
        await town.all(("ana", f"new {title}"))
    answer = await town.say("st", "list")
    assert labels(answer.card) == ["REL-2", "REL-1"]
    assert "REL-2 Two" in told(await town.press("st", next(buttons(answer.card))))


async def test_pages(town: Town) -> None:
    for number in range(23):
        await town.all(("ana", f"new Release-{number}"))
    seen: list[str] = []
    answer = await town.say("ana", "list mine")
    while True:
        *rows, last = buttons(answer.card)
        if last.label != "Older":
            seen += [each.label for each in (*rows, last)]
            break
        assert len(rows) == 10
        seen += [each.label for each in rows]
        answer = await town.press("ana", last)
    assert seen == [f"REL-{number}" for number in range(23, 0, -1)]


async def test_mine(town: Town) -> None:
    await town.all(("ana", "new Hers"), ("st", "new His"))
    assert labels((await town.say("st", "list mine")).card) == ["REL-2"]
    assert told(await town.say("bo", "list mine")).endswith("You coordinate no release. Register one: /release new.")


async def test_waiting_for_me_the_nearest_deadline_first(town: Town) -> None:
    await stories.submitted(town)
    await town.later(hours=1)
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", "submit REL-2"))
    assert labels((await town.say("bo", "list waiting")).card) == ["REL-1", "REL-2"]
    await town.all(("bo", "approve REL-1"))
    assert labels((await town.say("bo", "list waiting")).card) == ["REL-2"]
    for who in ("ana", "st", "eve"):
        assert "Nothing waits for your vote." in told(await town.say(who, "list waiting"))


async def test_waiting_for_me_has_pages_too(town: Town) -> None:
    for number in range(1, 13):
        await town.all(("ana", f"{NEW} {PLANS}"), ("ana", f"submit REL-{number}"))
    first = await town.say("bo", "list waiting")
    *rows, more = buttons(first.card)
    assert [each.label for each in rows] == [f"REL-{number}" for number in range(1, 11)]
    second = await town.press("bo", more)
    assert labels(second.card) == ["REL-11", "REL-12"]


async def test_an_emergency_waits_for_the_ecab(town: Town) -> None:
    await stories.emergency(town)
    assert labels((await town.say("eve", "list waiting")).card) == ["REL-1"]
    assert "Nothing waits" in told(await town.say("bo", "list waiting"))


@pytest.mark.parametrize("words", ["in-review", "in_review", '"in review"', "IN_REVIEW"])
async def test_by_state(town: Town, words: str) -> None:
    await stories.submitted(town)
    await town.all(("ana", "new Draft"))
    assert labels((await town.say("st", f"list {words}")).card) == ["REL-1"]


async def test_by_service(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "new Other service=web"))
    assert labels((await town.say("st", "list service=Payments")).card) == ["REL-1"]


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("list approved", "No release is approved."),
        ("list service=web", "No release changes web."),
        ("list", "There is no release yet. Register one: /release new."),
    ],
)
async def test_an_empty_list_says_so(town: Town, line: str, sentence: str) -> None:
    assert sentence in told(await town.say("st", line))


async def test_what_cannot_be_listed(town: Town) -> None:
    answer = await town.say("st", "list yours")
    assert answer.refused
    assert sentence_of(answer).startswith(
        "I can list all, mine, shared, waiting, service=NAME, or a state: draft, in-review,"
    )
    assert sentence_of(answer).endswith("“yours” is none of them.")


async def test_the_role_is_looked_up_when_it_is_asked(town: Town) -> None:
    await stories.submitted(town)
    town.write(lambda records: records.people.revoke(town.people["bo"], Role.CAB_MEMBER))
    assert "Nothing waits" in told(await town.say("bo", "list waiting"))
