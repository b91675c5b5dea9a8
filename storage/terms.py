"""The closed vocabularies of the process (see docs/architecture.md for where each rule lives)."""

from enum import StrEnum


class Platform(StrEnum):
    """Where a sentence comes from or a card hangs. CLOCK and SYSTEM have no people."""

    SLACK = "slack"
    TEAMS = "teams"
    PLAYGROUND = "playground"
    CLOCK = "clock"
    SYSTEM = "system"


class Origin(StrEnum):
    """How a sentence was said; every one of them goes through the same door."""

    TYPED = "typed"
    PRESSED = "pressed"
    FILLED = "filled"
    CLOCK = "clock"


class State(StrEnum):
    """States of a release (ITIL release lifecycle)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    DEPLOYING = "deploying"
    ROLLING_BACK = "rolling_back"
    DEPLOYED = "deployed"
    ROLLED_BACK = "rolled_back"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What can be done to a release; the lifecycle table says in which state."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    LAPSE = "lapse"
    RECALL = "recall"
    REVISE = "revise"
    START = "start"
    STEP = "step"
    COMPLETE = "complete"
    ROLLBACK = "rollback"
    ROLLED_BACK = "rolled_back"
    HOLD = "hold"
    RESUME = "resume"
    ACCEPT = "accept"
    REVIEW = "review"
    CANCEL = "cancel"


class ReleaseType(StrEnum):
    STANDARD = "standard"
    NORMAL = "normal"
    EMERGENCY = "emergency"


class Role(StrEnum):
    """Organisation-wide roles, granted to people."""

    PROCESS_OWNER = "process_owner"
    RELEASE_MANAGER = "release_manager"
    CHANGE_MANAGER = "change_manager"
    CAB_MEMBER = "cab_member"
    ECAB_MEMBER = "ecab_member"
    CONFIGURATION_MANAGER = "configuration_manager"
    ON_CALL = "on_call"


class AccountKind(StrEnum):
    """What an account is in its workspace; only members act, everyone else at most reads."""

    MEMBER = "member"
    GUEST = "guest"
    FOREIGN = "foreign"
    BOT = "bot"


class Board(StrEnum):
    """Who authorises: the change advisory board or its emergency subset. Its value is its audience's name too."""

    CAB = "cab"
    ECAB = "ecab"


class BallotState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    VOID = "void"
    RECALLED = "recalled"


class Choice(StrEnum):
    """A vote."""

    APPROVE = "approve"
    REJECT = "reject"


class Delivery(StrEnum):
    """How a posting is delivered: as a card of its own, edited in place, or as a reply in another card's thread."""

    CARD = "card"
    REPLY = "reply"


class PostingState(StrEnum):
    """WAITING: to be sent or edited; DOUBTFUL: perhaps sent, to be reconciled; the rest are ends."""

    WAITING = "waiting"
    DOUBTFUL = "doubtful"
    SHOWN = "shown"
    DEAD = "dead"
    EXPIRED = "expired"


class ToldHow(StrEnum):
    """How a posting reached people, or why it didn't: the words of the delivery ledger."""

    SENT = "sent"
    EDITED = "edited"
    FOUND = "found"
    RESENT = "re-sent"
    DEAD = "dead"
    EXPIRED = "expired"


class DueState(StrEnum):
    """FAILED: its handler raised again and again; it stays to be seen."""

    WAITING = "waiting"
    SAID = "said"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class FollowLevel(StrEnum):
    ALL = "all"
    MILESTONES = "milestones"
    PROBLEMS = "problems"


class Outcome(StrEnum):
    """How a sentence ended, in the journal."""

    DONE = "done"
    REFUSED = "refused"


AUDIENCES = ("cab", "ecab", "releases", "announcements", "audit")
"""The audiences every organisation has; `service:NAME` comes with each service."""
