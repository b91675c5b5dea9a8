"""Who finds which releases because of their part in them."""

from __future__ import annotations

from collections.abc import Callable

from storage.content import PlanStep
from storage.evidence import Part, Participant, Stakeholder
from storage.people import Person
from storage.records import Records
from storage.release import Release
from storage.store import Store
from storage.terms import ReleaseType
from tests.fakes.outbox import now, organisation


class House:
    """An organisation whose releases are coordinated by nobody of interest."""

    def __init__(self, store: Store) -> None:
        self.store, self.owner = store, organisation(store)
        self.ana, self.ben = self.person("Ana"), self.person("Ben")

    def person(self, name: str) -> int:
        made = Person(organisation_id=self.owner, name=name, joined_at=now())
        return self.write(lambda records: records.people.add(made).id)

    def write(self, work: Callable[[Records], int]) -> int:
        return self.store.write_now(lambda tx: work(Records(tx, self.owner, lock=True)))

    def release(self, *owners: int) -> int:
        def add(records: Records) -> int:
            number = records.next_number()
            records.save_organisation()
            made = Release(
                organisation_id=self.owner,
                number=number,
                key=f"REL-{number}",
                title="t",
                type=ReleaseType.NORMAL,
                coordinator_id=self.ana,
                requester_id=self.ana,
                plan=steps(*owners),
                created_at=now(),
            )
            return records.releases.add(made).id

        return self.write(add)

    def planned(self, release: int, *owners: int) -> None:
        def save(records: Records) -> int:
            found = records.releases.get(release)
            found.plan = steps(*owners)
            return records.releases.save(found).id

        self.write(save)

    def takes_part(self, release: int, person: int, part: Part = Part.TESTING) -> None:
        made = Participant(organisation_id=self.owner, release_id=release, part=part, person_id=person)
        self.write(lambda records: records.evidence.participants.add(made).id)

    def is_stakeholder(self, release: int, person: int) -> None:
        made = Stakeholder(organisation_id=self.owner, release_id=release, person_id=person, added_by=1, added_at=now())
        self.write(lambda records: records.evidence.stakeholders.add(made).id)

    def of(self, person: int, limit: int = 20) -> list[int]:
        return self.store.write_now(
            lambda tx: [each.id for each in Records(tx, self.owner).taking_part.of(person, limit)]
        )


def steps(*owners: int) -> list[PlanStep]:
    return [PlanStep(text=f"step {place}", owner=owner) for place, owner in enumerate(owners)]


def test_every_part_leads_to_the_release_once_the_newest_first(store: Store) -> None:
    house = House(store)
    tested, told, owned, every, nothing = (house.release(*each) for each in ((), (), (house.ben, 0), (house.ben,), ()))
    house.takes_part(tested, house.ben)
    house.is_stakeholder(told, house.ben)
    house.takes_part(every, house.ben)
    house.takes_part(every, house.ben, Part.APPLICATION)
    house.is_stakeholder(every, house.ben)
    assert house.of(house.ben) == [every, owned, told, tested]
    assert house.of(house.ben, 2) == [every, owned]
    assert house.of(house.ana) == []
    assert nothing


def test_whoever_owns_no_step_any_more_does_not_find_it(store: Store) -> None:
    house = House(store)
    release = house.release(house.ben)
    house.planned(release, house.ana, house.ana)
    assert (house.of(house.ana), house.of(house.ben)) == ([release], [])
    house.planned(release)
    assert house.of(house.ana) == []


def test_what_two_who_are_one_had_is_the_ones(store: Store) -> None:
    house = House(store)
    release = house.release(house.ben)
    store.write_now(lambda tx: Records(tx, house.owner, lock=True).give_all(house.ben, house.ana))
    assert (house.of(house.ana), house.of(house.ben)) == ([release], [])


def test_nobody_finds_another_organisations(store: Store) -> None:
    house, other = House(store), organisation(store, "Globex", "T2")
    house.release(house.ben)
    assert store.write_now(lambda tx: Records(tx, other).taking_part.of(house.ben)) == []
