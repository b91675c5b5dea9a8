"""A release with a plan of two stages, and a look at what became of it."""

from __future__ import annotations

from tests.handlers import stories
from tests.handlers.town import Town

TEXT = (
    "[Pilot]\nDrain the queue | @Ana | 10 min | check: depth is 0\nDeploy to one node | 20 min\n"
    "[Full]\nDeploy to the rest | @Bo\nkubectl get pods | grep pay | 5 min"
)


async def write(town: Town, text: str = TEXT) -> None:
    await stories.drafted(town)
    await town.all(("ana", f'plan REL-1 lines="{text}"'))


def renamed(town: Town, handle: str, name: str) -> None:
    person = town.look(lambda records: records.people.get(town.people[handle])).model_copy(update={"name": name})
    town.write(lambda records: records.people.save(person))


def texts(town: Town) -> list[str]:
    return [step.text for step in town.release().plan]
