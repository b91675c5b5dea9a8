"""What each operation costs at a thousand releases and at a million: `make bench ARGS=scale`.

Both databases are open at once and asked in turn, through the door and without HTTP, so a neighbour's load falls on both
alike. The figure is the median of the rounds in milliseconds; what stays flat has a ratio near one.
"""

from __future__ import annotations

import contextlib
import logging
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from benchmarks.scale_fill import EMERGENCY, Organised, fill
from storage.migrate import migrate
from storage.store import open_store

SIZES, QUICK_SIZES = (1_000, 1_000_000), (1_000, 100_000)
ROUNDS, QUICK_ROUNDS = 60, 20
FLAT, FLAT_SEARCH = 2.5, 6.0
"""A ratio above this is a failure: the operation grows with what was ever recorded. A search of a thousand releases never
asks the index, one of more than two thousand does: that step is allowed for.
"""

NEW = 'new "Faster refunds" service="s1 2.4.0" start="2036-12-01 22:00" hours=2 goal="In a day" plan="Drain; Deploy"'
READ = {
    "/release (home)": ("ana", "home"),
    "list": ("oc", "list"),
    "list mine": ("ana", "list mine"),
    "list, a page in the middle": ("oc", "list all before={middle}"),
    "list approved": ("oc", "list approved"),
    "list of a service": ("oc", "list service=s7"),
    "list waiting": ("eve", "list waiting"),
    "show": ("oc", "show REL-{middle}"),
    "checklist": ("oc", "checklist REL-{newest}"),
    "find, a word of every release": ("oc", "find payments"),
    "find, its beginning": ("oc", "find paym"),
    "find, one in a thousand": ("oc", "find w123"),
    "find, a rare word": ("oc", "find zebra"),
    "find, two words": ("oc", "find payments zeb"),
    "find, nothing": ("oc", "find payments nothing"),
}
Measure = Callable[[Organised], Awaitable[float]]


async def bench(folder: Path, database: str, *, quick: bool) -> list[str]:
    """Fill, measure, print; what isn't flat, in sentences."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    console, places = Console(width=118), list[Organised]()
    with contextlib.ExitStack() as stack:
        for size in QUICK_SIZES if quick else SIZES:
            began = time.perf_counter()
            url = _made(folder, database, size)
            with contextlib.closing(open_store(url)) as filling:
                await fill(filling, size)
            store = open_store(url)  # anew, as after a night: what was written is in the file itself
            stack.callback(store.close)
            places.append(Organised(store, size))
            console.print(f"{size:,} releases filled in {time.perf_counter() - began:.0f} s", style="dim")
        rounds = QUICK_ROUNDS if quick else ROUNDS
        found = {name: await _in_turn(measure, places, rounds) for name, measure in _operations().items()}
    console.print(_table(found, places, make_url(database).get_backend_name()))
    return [
        f"{name} costs {many / few:.1f} times as much"
        for name, (few, many) in found.items()
        if many > few * (FLAT_SEARCH if name.startswith("find") else FLAT)
    ]


def _made(folder: Path, database: str, size: int) -> str:
    """An empty database of that name, migrated."""
    if not database.startswith("postgresql"):
        url = f"sqlite:///{folder / f'scale-{size}.db'}"
    else:
        with create_engine(database, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f"CREATE DATABASE scale_{size}"))
        url = make_url(database).set(database=f"scale_{size}").render_as_string(hide_password=False)
    migrate(url)
    return url


def _operations() -> dict[str, Measure]:
    return {name: _reading(who, line) for name, (who, line) in READ.items()} | {
        "/release new": _new,
        "approve": _approve,
    }


def _reading(who: str, line: str) -> Measure:
    async def read(place: Organised) -> float:
        said = line.format(middle=place.size // 2, newest=place.size)
        return await _timed(place, who, said)

    return read


async def _new(place: Organised) -> float:
    return await _timed(place, "ana", NEW)


async def _approve(place: Organised) -> float:
    """The vote that decides: the round, the release, its cards and the trail; what it votes on isn't in the figure."""
    await place.must("ana", EMERGENCY)
    number = place.size + place.registered
    return await _timed(place, "eve", f"approve REL-{number}")


async def _timed(place: Organised, who: str, line: str) -> float:
    began = time.perf_counter()
    await place.must(who, line)
    return (time.perf_counter() - began) * 1000


async def _in_turn(measure: Measure, places: list[Organised], rounds: int) -> tuple[float, float]:
    """Medians over the rounds, after two that don't count."""
    took: list[list[float]] = [[] for _ in places]
    for number in range(rounds + 2):
        for place, times in zip(places, took, strict=True):
            spent = await measure(place)
            if number >= 2:
                times.append(spent)
    few, many = (statistics.median(times) for times in took)
    return few, many


def _table(found: dict[str, tuple[float, float]], places: list[Organised], database: str) -> Table:
    few, many = places
    table = Table(title=f"One operation, through the door: {database}")
    for name in ("", f"ms at {few.size:,}", f"ms at {many.size:,}", "×"):
        table.add_column(name, justify="left" if not name else "right", no_wrap=True)
    for name, (small, large) in found.items():
        table.add_row(name, f"{small:.2f}", f"{large:.2f}", f"{large / small:.2f}")
    return table
