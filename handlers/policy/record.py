"""Who writes down what stands beside the approved content: it touches no revision (process section 3)."""

from __future__ import annotations

from collections.abc import Collection

from handlers.policy.lifecycle import STATE_NAMES, Actor, actors
from storage.release import Release
from storage.terms import Role, State

OVER = (State.CLOSED, State.CANCELLED)
"""The record is frozen."""


def may_not_record(person_id: int, roles: frozenset[Role], release: Release, others: Collection[int] = ()) -> str:
    """Why this person doesn't write evidence down; "" when they do. `others` are people whose part it is besides the owners."""
    if release.state in OVER:
        return f"{release.key} is {STATE_NAMES[release.state]}; its record stays as it is."
    owners = actors(person_id, roles, release) & {Actor.COORDINATOR, Actor.RELEASE_MANAGER}
    if owners or person_id in others:
        return ""
    return f"That is for the coordinator of {release.key} or a release manager."


def may_not_hand_over(release: Release, voters: Collection[int], to: int, *, asked: bool = False) -> str:
    """Why the release can't go to that coordinator now; "" when it can. `asked`: a round is open.

    Coordinator and requester never vote on a release (process section 7). So nobody stops or begins to be the coordinator
    while it's being decided, and nobody who authorised it comes to coordinate it.
    """
    if release.state is State.IN_REVIEW:
        return (
            f"{release.key} is in review, and its coordinator doesn't vote: that doesn't change while it's being decided. "
            f"Wait for the decision, or recall it: /release recall {release.key}."
        )
    if asked:
        return (
            f"{release.key} is being decided after the fact, and its coordinator doesn't vote: that doesn't change meanwhile. "
            "Wait for the decision."
        )
    if release.state is not State.DRAFT and to in voters:
        return f"Who voted on {release.key} doesn't coordinate it: that would be a vote on their own release."
    return ""
