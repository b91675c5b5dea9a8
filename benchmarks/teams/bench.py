"""A press on Teams in Cabbot beside a plain aiohttp handler and the stock adapter, driven in turn.

Every figure is the median of the rounds, every ratio is taken within a round first. `× plain` is the processor time of a
press over that of the plain handler: the figure that holds best where it is noisy.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.process import Server
from benchmarks.running import started
from benchmarks.teams.contest import EDGE, EDGE_NEW, PLAIN, PLAIN_NEW, SLACK_VOTE, STOCK, TEAMS_VOTE, Contest, Figures
from benchmarks.teams.contest import figures as made_of
from benchmarks.teams.signed import Issuer
from benchmarks.teams.town import TeamsTown
from benchmarks.town import Town

AIM = 2.5
CONNECTIONS = 16


async def bench(folder: Path, rounds: int, *, quick: bool) -> list[str]:
    """Print the figures. What isn't as it was acknowledged."""
    seconds, votes = (0.6, 60) if quick else (1.2, 100)
    console, issuer = Console(width=118), Issuer()
    keys = folder / "keys.json"
    keys.write_text(json.dumps(issuer.published()))
    with contextlib.ExitStack() as stack:
        quiet = started(stack, "teams.quiet", folder, str(keys))
        issuer.service_url = f"{quiet.address}/emea/"
        town = Town(started(stack, "quiet_slack", folder), f"sqlite:///{folder / 'both.db'}", folder)
        stack.callback(town.stop)
        presses = await _set_up(town, TeamsTown(town, quiet, issuer), rounds * votes)
        contest = Contest(_alone(stack, folder, quiet, keys), town.running, presses, issuer, CONNECTIONS)
        await contest.begin()
        for number in range(rounds):
            console.print(f"round {number + 1} of {rounds}", style="dim", end="\r")
            await contest.round(seconds, votes)
        town.acked["vote"] += contest.voted
        troubles = town.judge()
        found = made_of(contest.runs)
        console.print(_table(found))
        reached = next(each.ratio for each in found if each.target == EDGE)
        console.print(f"a press costs {reached:.2f} × the plain handler's processor time; the aim is {AIM} at most")
        return troubles


def _alone(stack: contextlib.ExitStack, folder: Path, quiet: Server, keys: Path) -> dict[str, Server]:
    """The servers that answer every press alike, by what they are measured as."""
    plain = started(stack, "teams.plain", folder, str(keys))
    edge = started(stack, "teams.edge", folder, quiet.address, str(folder))
    stock = started(stack, "teams.stock", folder, quiet.address)
    return {PLAIN: plain, PLAIN_NEW: plain, EDGE: edge, EDGE_NEW: edge, STOCK: stock}


async def _set_up(town: Town, teams: TeamsTown, ballots: int) -> dict[str, list[bytes]]:
    """An organisation on each platform, in one Cabbot, with as many ballots that hang in its channel; their presses."""
    town.beside = teams.environment()
    await town.start()
    await town.set_up()
    await teams.set_up()
    slack = await town.presses(ballots)
    await teams.ballots(ballots)
    town.stop()
    teams.hang_up()
    await town.start()
    return {SLACK_VOTE: slack, TEAMS_VOTE: teams.presses()}


def _table(rows: list[Figures]) -> Table:
    table = Table(title=f"A press on Teams, {CONNECTIONS} connections")
    for name in ("", "presses/s", "median ms", "p99 ms", "CPU µs", "× plain"):
        table.add_column(name, justify="left" if not name else "right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.target, f"{row.rate:,.0f}", f"{row.median:.2f}", f"{row.p99:.1f}", f"{row.cpu:,.0f}", f"{row.ratio:.2f}",
            end_section=row.target in (STOCK, EDGE_NEW),
        )  # fmt: skip
    return table
