"""The words in which states, types and roles are shown: the one place for them."""

from __future__ import annotations

from collections.abc import Sequence

from storage.terms import Board, Platform, ReleaseType, Role, State

STATES = {
    State.DRAFT: "Draft",
    State.IN_REVIEW: "In review",
    State.APPROVED: "Approved",
    State.DEPLOYING: "Deploying",
    State.ROLLING_BACK: "Rolling back",
    State.DEPLOYED: "Deployed",
    State.ROLLED_BACK: "Rolled back",
    State.ACCEPTED: "Accepted",
    State.CLOSED: "Closed",
    State.CANCELLED: "Cancelled",
}
TYPES = {
    ReleaseType.STANDARD: "Standard",
    ReleaseType.NORMAL: "Normal",
    ReleaseType.EMERGENCY: "Emergency",
}
ROLES = {
    Role.PROCESS_OWNER: "Process owner",
    Role.RELEASE_MANAGER: "Release manager",
    Role.CHANGE_MANAGER: "Change manager",
    Role.CAB_MEMBER: "CAB member",
    Role.ECAB_MEMBER: "ECAB member",
    Role.CONFIGURATION_MANAGER: "Configuration manager",
    Role.ON_CALL: "On-call",
}
PLATFORMS = {
    Platform.SLACK: "Slack",
    Platform.TEAMS: "Microsoft Teams",
    Platform.PLAYGROUND: "the playground",
    Platform.CLOCK: "the clock",
    Platform.SYSTEM: "Cabbot",
}
HOMES = {Platform.TEAMS: "tenant"}
"""What a platform calls the place where an organisation lives on it; else a workspace."""
COMMANDS = (
    "announce", "application", "approve", "backout", "ballot", "cancel", "change", "checklist", "clone", "collision", "complete", "coordinator",
    "deliveries", "edit", "emergency", "find", "follow", "group", "help", "hold", "home", "link", "list", "me",
    "media", "new", "next", "nudge", "people", "plan", "policy", "prepared", "recall", "register", "reject", "resume", "risk",
    "role", "rollback", "service", "show", "stakeholder", "start", "status", "step", "submit", "template", "test", "testing",
    "unfollow", "unlink", "waive", "why",
)  # fmt: skip
"""What may follow “/release” in a hint: a platform without slash commands shows another way to say it."""
BOARDS = {Board.CAB: "CAB", Board.ECAB: "ECAB"}


def either(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def count(number: int, one: str, many: str = "") -> str:
    """`1 approval`, `2 approvals`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
