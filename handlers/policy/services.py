"""Services and what they need of each other: circles are allowed, and shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from storage.service import Service

Needs = Mapping[str, Sequence[str]]


def needs_of(services: Iterable[Service]) -> dict[str, list[str]]:
    """What each service needs, by name."""
    return {each.name: list(each.dependencies) for each in services}


def needed_by(name: str, needs: Needs) -> list[str]:
    """The services that need this one themselves."""
    return sorted(each for each, wanted in needs.items() if name in wanted)


def circle(name: str, needs: Needs) -> list[str]:
    """The shortest way from a service back to itself, both ends named; empty where there is none."""
    ways = deque([[name]])
    seen: set[str] = set()
    while ways:
        way = ways.popleft()
        for each in needs.get(way[-1], ()):
            if each == name:
                return [*way, name]
            if each not in seen:
                seen.add(each)
                ways.append([*way, each])
    return []
