"""A kept checklist stays true without anybody's word about its release: time passes, others come into its way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.policy.rules import Gates, Rules
from storage.posting import POSTINGS, TOLD, Told
from storage.records import Records
from storage.store import Store
from storage.terms import PostingState, ToldHow
from tests.handlers import stories
from tests.handlers.town import NEW, PLANS, Town

LINE = "redraw-checklist REL-1"
RISK = "risk REL-1 users=2 tier=2 reversibility=2 novelty=1 coverage=1 dependencies=1"


def hangs(town: Town, key: str = "REL-1") -> str:
    (words,) = town.heard("pay", f"checklist:{key}")
    return words


def revisions(town: Town) -> int:
    (posting,) = town.postings("pay", "checklist:REL-1")
    return posting.wanted


async def kept(town: Town, key: str = "REL-1") -> None:
    assert not (await town.say("st", f"checklist keep {key}", channel="pay")).refused


async def test_what_does_not_lie_ahead_any_more_is_not_drawn_anew_for_others(town: Town) -> None:
    await stories.drafted(town)
    await kept(town)
    assert town.look(lambda records: records.hanging.of_service("payments", "checklist:", 50)) == [1]
    await town.all(("ana", 'cancel REL-1 "not needed"'))
    assert town.look(lambda records: records.hanging.of_service("payments", "checklist:", 50)) == []


# ---- time


async def test_s5_the_window_opens_and_closes_on_it(town: Town) -> None:
    await stories.approved(town)
    await kept(town)
    assert "✓ An open window" not in hangs(town)
    assert LINE in await town.later(hours=33)
    assert "✓ An open window" in hangs(town)
    assert LINE in await town.later(hours=3)
    assert "✕ An open window" in hangs(town)
    assert not [each for each in town.waiting() if each.line == LINE]


async def test_s5_a_window_that_moves_takes_its_moments_along(town: Town) -> None:
    await stories.drafted(town)
    await kept(town)
    await town.all(("ana", 'edit REL-1 start="2026-12-03 21:00"'))
    (due,) = [each for each in town.waiting() if each.line == LINE]
    assert due.at.isoformat() == "2026-12-03T20:45:00+00:00"
    await town.all(("ana", 'edit REL-1 start="2026-12-01 21:00"'))
    (due,) = [each for each in town.waiting() if each.line == LINE]
    assert due.at.isoformat() == "2026-12-01T20:45:00+00:00"
    assert LINE in await town.later(hours=33)


async def test_s6_two_days_before_the_window_the_risk_rises_on_it(database: Store) -> None:
    town = Town(database, Rules(gates=Gates(submit=("service", "window"), start=(), start_medium=("media",), tests=())))
    await town.all(("ana", f"{NEW.replace('2026-12-01', '2026-12-05')} {PLANS}"), ("ana", RISK))
    await town.all(("ana", "backout validated REL-1 restored"))
    await kept(town)
    assert "⚠ Media" in hangs(town)
    assert LINE in await town.later(days=4)
    assert "✕ Media" in hangs(town)


async def test_what_stays_the_same_is_not_edited(town: Town) -> None:
    await stories.drafted(town)
    await kept(town)
    before = revisions(town)
    assert LINE in await town.later(hours=33)
    assert revisions(town) == before


async def test_what_is_on_its_way_is_not_looked_at_any_more(town: Town) -> None:
    await stories.in_window(town)
    await kept(town)
    assert [each for each in town.waiting() if each.line == LINE]
    await town.all(("ana", "start REL-1"))
    assert not [each for each in town.waiting() if each.line == LINE]


async def test_nothing_is_planned_where_nobody_keeps_it(town: Town) -> None:
    await stories.approved(town)
    assert "redraw" not in " ".join(each.line for each in town.dues())


async def test_the_trail_says_that_time_did_it(town: Town) -> None:
    await stories.drafted(town)
    await kept(town)
    await town.later(hours=33)
    entry = next(each for each in town.journal() if each.command == "redraw-checklist")
    assert (entry.subject, entry.why) == ("REL-1", "its kept checklist is shown as it is now")


# ---- the announcement reaches somebody


async def test_s5_told_ahead_is_seen_once_it_has_arrived(database: Store) -> None:
    town = Town(database, Rules(gates=Gates(submit=("service", "window"), start=("told",), tests=())))
    await stories.approved(town)
    await kept(town)
    await town.all(("ana", "announce REL-1 soon"))
    assert "✕ Stakeholders told ahead" in hangs(town)
    assert (await town.later(seconds=90)).count(LINE) == 1, "not there yet, looked for again"
    deliver(town)
    assert LINE in await town.later(minutes=2)
    assert "✓ Stakeholders told ahead" in hangs(town)
    assert not [each for each in town.waiting() if each.line == LINE and each.at < town.clock.at + timedelta(hours=20)]


async def test_an_announcement_that_waits_is_looked_for_less_and_less_often(town: Town) -> None:
    await stories.approved(town)
    await kept(town)
    await town.all(("ana", "announce REL-1 soon"))
    assert (await town.later(hours=16)).count(LINE) < 12


def deliver(town: Town) -> None:
    """Everything is sent now, as the courier does it."""

    def shown(records: Records) -> None:
        for each in records.postings.in_slot("announcement:REL-1"):
            each.state, each.shown = PostingState.SHOWN, each.wanted
            POSTINGS.save(records._tx, each)
            told = Told.model_construct(posting_id=each.id, at=town.clock.now(), outcome=ToldHow.SENT, revision=1)
            told.organisation_id = town.organisation
            TOLD.add(records._tx, told)

    town.write(shown)


# ---- others


@pytest.mark.parametrize("line", ["edit REL-2 service=web", 'edit REL-2 start="2026-12-03 21:00"', "cancel REL-2 no"])
async def test_s5_a_collision_that_comes_and_goes_shows_at_once(town: Town, line: str) -> None:
    await town.all(("ana", f"{NEW} {PLANS}"))
    await kept(town)
    assert "overlaps" not in hangs(town)
    await town.all(("ana", f"{NEW} {PLANS}"))
    assert "overlaps REL-2" in hangs(town)
    await town.all(("ana", line))
    assert "overlaps" not in hangs(town)


async def test_s5_a_window_moved_into_its_way_shows(town: Town) -> None:
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", f"{NEW.replace('2026-12-01', '2026-12-05')} {PLANS}"))
    await kept(town)
    await kept(town, "REL-2")
    await town.all(("ana", 'edit REL-2 start="2026-12-01 22:00"'))
    assert "overlaps REL-2" in hangs(town)
    assert "overlaps REL-1" in hangs(town, "REL-2")


async def test_s5_also_through_a_service_that_it_depends_on(town: Town) -> None:
    await town.all(("own", "service edit payments needs=web"), ("ana", f"{NEW} {PLANS}"))
    await kept(town)
    await town.all(("ana", NEW.replace("service=payments", "service=web")))
    assert "overlaps REL-2" in hangs(town)


async def test_s5_a_dependency_that_comes_and_goes_shows_too(town: Town) -> None:
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", NEW.replace("service=payments", "service=web")))
    await kept(town)
    assert "overlaps" not in hangs(town)
    await town.all(("own", "service edit web needs=payments"))
    assert "overlaps REL-2" in hangs(town)
    await town.all(("own", "service edit web needs=-"))
    assert "overlaps" not in hangs(town)
    await town.all(("own", 'service import table="name,needs\npayments,web"'))
    assert "overlaps REL-2" in hangs(town)


async def test_s6_a_failure_of_the_same_service_raises_the_risk_on_it(database: Store) -> None:
    town = Town(database, Rules(gates=Gates(submit=("service", "window"), start=(), start_medium=("media",), tests=())))
    await stories.deploying(town)
    await town.all(
        ("ana", NEW.replace("2026-12-01", "2026-12-20")),
        ("ana", f"edit REL-2 {PLANS}"),
        ("ana", RISK.replace("REL-1", "REL-2")),
        ("ana", "backout validated REL-2 restored"),
    )
    await kept(town, "REL-2")
    assert "⚠ Media" in hangs(town, "REL-2")
    await town.all(("ana", "rollback REL-1 errors rise"))
    assert "✕ Media" in hangs(town, "REL-2")


async def test_what_does_not_touch_others_leaves_them_alone(town: Town) -> None:
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", f"{NEW} {PLANS}"))
    await kept(town)
    before = revisions(town)
    await town.all(("ana", "edit REL-2 goal=faster"), ("ana", "submit REL-2"), ("ana", "recall REL-2"))
    assert revisions(town) == before
