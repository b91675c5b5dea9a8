from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.policy import approval
from handlers.policy.risk import Level
from handlers.policy.rules import Approval, ApprovalRules, Rules
from storage.people import Person
from storage.terms import BallotState, Board, Choice, Platform, ReleaseType, Role
from tests.handlers.policy.releases import ANA, BO, CY, DEE, NOW, ballot, release, vote

CAB, ECAB, CM = Role.CAB_MEMBER, Role.ECAB_MEMBER, Role.CHANGE_MANAGER
YES, NO = Choice.APPROVE, Choice.REJECT


# ---- which board


@pytest.mark.parametrize(
    "kind, board, quorum, deadline",
    [
        (ReleaseType.NORMAL, Board.CAB, 3, 600),
        (ReleaseType.STANDARD, Board.CAB, 3, 600),
        (ReleaseType.EMERGENCY, Board.ECAB, 1, 20),
    ],
)
def test_s1_the_type_decides_which_board_authorises(
    kind: ReleaseType, board: Board, quorum: int, deadline: int
) -> None:
    rules = Rules(approval=Approval(ApprovalRules(3, 600, (60,), 0), ApprovalRules(1, 20, (5,), 0)))
    found, asked = approval.asked(release(type=kind), rules)
    assert (found, asked.quorum, asked.deadline_minutes) == (board, quorum, deadline)


# ---- who may vote


@pytest.mark.parametrize(
    "person, roles, board, fragment",
    [
        (BO, {CAB}, Board.CAB, ""),
        (BO, {CM}, Board.CAB, ""),
        (BO, {ECAB}, Board.ECAB, ""),
        (BO, {CM}, Board.ECAB, ""),
        (BO, {ECAB}, Board.CAB, "Only members of the CAB vote"),
        (BO, {CAB}, Board.ECAB, "Only members of the ECAB vote"),
        (BO, set(), Board.CAB, "Only members of the CAB vote"),
        (BO, set(Role) - {CAB, CM}, Board.CAB, "Only members of the CAB vote"),
        (BO, set(Role) - {ECAB, CM}, Board.ECAB, "Only members of the ECAB vote"),
        (ANA, {CAB}, Board.CAB, "so somebody else on the CAB decides"),
        (ANA, set(Role), Board.ECAB, "so somebody else on the ECAB decides"),
    ],
)
def test_who_may_vote(person: int, roles: set[Role], board: Board, fragment: str) -> None:
    why = approval.may_not_vote(person, frozenset(roles), release(), board)
    assert fragment in why
    assert bool(why) == bool(fragment)


def test_s7_neither_coordinator_nor_requester_votes_nor_who_coordinated_it_before() -> None:
    found = release(coordinator_id=ANA, requester_id=BO, coordinated_before=[CY])
    assert approval.excluded(found) == {ANA, BO, CY}
    assert "once coordinated REL-42" in approval.may_not_vote(CY, frozenset({CAB}), found, Board.CAB)
    for person in (ANA, BO):
        assert "coordinate or requested REL-42" in approval.may_not_vote(person, frozenset({CAB}), found, Board.CAB)


def test_who_coordinated_it_before_is_told_just_that() -> None:
    found = release(coordinator_id=ANA, requester_id=ANA, coordinated_before=[BO])
    assert approval.may_not_vote(BO, frozenset({CAB}), found, Board.CAB).startswith("You once coordinated REL-42, so")


@pytest.mark.parametrize(
    "email, platforms, may",
    [
        ("bo@example.org", {Platform.SLACK, Platform.TEAMS}, True),
        ("", {Platform.SLACK}, True),
        ("", {Platform.PLAYGROUND}, True),
        ("", set(), True),
        ("", {Platform.SLACK, Platform.TEAMS}, False),
        ("", {Platform.SLACK, Platform.PLAYGROUND}, False),
    ],
)
def test_over_two_platforms_only_a_known_e_mail_votes(email: str, platforms: set[Platform], *, may: bool) -> None:
    why = approval.unvouched(Person(id=BO, name="Bo", email=email, joined_at=NOW), platforms)
    assert (why == "") is may
    assert may or why.startswith("Your e-mail isn't known yet")


OPEN, PASSED = BallotState.OPEN, BallotState.APPROVED


@pytest.mark.parametrize(
    "state, voters, both, fragment",
    [
        (OPEN, set(), (BO, CY), ""),
        (OPEN, {BO}, (BO, CY), ""),
        (OPEN, {BO, CY}, (BO, CY), "Both have voted on REL-42"),
        (PASSED, {BO, CY}, (BO, CY), ""),
        (OPEN, {BO}, (ANA, BO), "One of them voted on REL-42"),
        (OPEN, {BO}, (BO, ANA), "One of them voted on REL-42"),
        (PASSED, {BO}, (BO, ANA), "One of them voted on REL-42"),
        (OPEN, {BO}, (BO, DEE), "One of them voted on REL-42"),
        (OPEN, {CY}, (BO, ANA), ""),
        (OPEN, set(), (BO, ANA), ""),
    ],
)
def test_who_can_be_made_one_person(state: BallotState, voters: set[int], both: tuple[int, int], fragment: str) -> None:
    """Ana coordinates the release, which Dee requested."""
    found = release(requester_id=DEE)
    why = approval.as_one(found, ballot(found, state=state), voters, both)
    assert why.startswith(fragment)
    assert bool(why) is bool(fragment)


def test_one_who_coordinated_it_before_is_not_made_one_with_a_voter() -> None:
    found = release(coordinator_id=ANA, requester_id=ANA, coordinated_before=[CY])
    why = approval.as_one(found, ballot(found), {BO}, (BO, CY))
    assert why.startswith(
        "One of them voted on REL-42, which the other once coordinated: it would be a vote on their own"
    )


# ---- what the votes amount to


@pytest.mark.parametrize(
    "cast, quorum, state, missing",
    [
        ([], 2, BallotState.OPEN, 2),
        ([(BO, YES)], 2, BallotState.OPEN, 1),
        ([(BO, YES), (CY, YES)], 2, BallotState.APPROVED, 0),
        ([(BO, YES), (CY, YES), (DEE, YES)], 2, BallotState.APPROVED, 0),
        ([(BO, YES)], 1, BallotState.APPROVED, 0),
        ([(BO, NO)], 2, BallotState.REJECTED, 2),
        ([(BO, YES), (CY, NO)], 2, BallotState.REJECTED, 1),
        ([(BO, YES), (CY, YES), (DEE, NO)], 2, BallotState.REJECTED, 0),
        ([(BO, YES), (BO, YES)], 2, BallotState.OPEN, 1),
        ([(BO, NO), (BO, YES)], 1, BallotState.APPROVED, 0),
        ([(BO, YES), (BO, NO)], 1, BallotState.REJECTED, 1),
        ([(ANA, YES), (BO, YES)], 2, BallotState.OPEN, 1),
        ([(ANA, NO)], 2, BallotState.OPEN, 2),
    ],
)
def test_the_count(cast: list[tuple[int, Choice]], quorum: int, state: BallotState, missing: int) -> None:
    found = release()
    counted = approval.tally(ballot(found, quorum=quorum), [vote(*each) for each in cast], [ANA, BO, CY, DEE], found)
    assert approval.outcome(counted) is state
    assert counted.missing == missing


def test_awaited_are_the_members_who_may_vote_and_have_not_each_once() -> None:
    found = release()
    counted = approval.tally(ballot(found), [vote(CY)], [DEE, ANA, BO, CY, BO, DEE], found)
    assert counted.awaited == (DEE, BO)
    assert counted.approvals == (CY,)
    assert counted.rejections == ()


@pytest.mark.parametrize(
    "cast, state, missing, lacks",
    [
        ([], BallotState.OPEN, 2, True),
        ([(BO, YES)], BallotState.OPEN, 1, True),
        ([(BO, YES), (CY, YES)], BallotState.OPEN, 1, True),
        ([(DEE, YES)], BallotState.OPEN, 1, False),
        ([(BO, YES), (DEE, YES)], BallotState.APPROVED, 0, False),
        ([(BO, YES), (CY, YES), (DEE, NO)], BallotState.REJECTED, 1, True),
    ],
)
def test_s7_at_high_risk_the_change_manager_must_be_among_them(
    cast: list[tuple[int, Choice]], state: BallotState, missing: int, *, lacks: bool
) -> None:
    """Dee is the change manager."""
    found = release()
    asked = ballot(found, change_manager=True)
    counted = approval.tally(asked, [vote(*each) for each in cast], [BO, CY, DEE], found, [DEE])
    assert (approval.outcome(counted), counted.missing, counted.lacks_manager) == (state, missing, lacks)


def test_s7_a_change_manager_who_coordinates_the_release_does_not_count() -> None:
    found = release()
    asked = ballot(found, change_manager=True)
    counted = approval.tally(asked, [vote(ANA), vote(BO), vote(CY)], [ANA, BO, CY], found, [ANA])
    assert (approval.outcome(counted), counted.lacks_manager) == (BallotState.OPEN, True)


@pytest.mark.parametrize(
    "kind, level, quorum, deadline, manager",
    [
        (ReleaseType.NORMAL, None, 2, 48, False),
        (ReleaseType.NORMAL, Level.LOW, 2, 48, False),
        (ReleaseType.NORMAL, Level.MEDIUM, 2, 48, False),
        (ReleaseType.NORMAL, Level.HIGH, 3, 72, True),
        (ReleaseType.NORMAL, Level.CRITICAL, 3, 72, True),
        (ReleaseType.EMERGENCY, Level.CRITICAL, 1, 0.5, False),
    ],
)
def test_s7_type_and_risk_decide_quorum_deadline_and_who(
    kind: ReleaseType, level: Level | None, quorum: int, deadline: float, *, manager: bool
) -> None:
    _, asked = approval.asked(release(type=kind), Rules(), level)
    assert (asked.quorum, asked.deadline_minutes / 60, asked.change_manager) == (quorum, deadline, manager)


@pytest.mark.parametrize(
    "board, manager, name",
    [(Board.CAB, False, "normal"), (Board.CAB, True, "high"), (Board.ECAB, False, "emergency")],
)
def test_s7_a_round_goes_on_by_the_rules_that_opened_it(board: Board, name: str, *, manager: bool) -> None:
    asked = ballot(release(), board=board, change_manager=manager)
    assert approval.went_by(asked, Rules()) is getattr(Rules().approval, name)


# ---- pointers


BEFORE = release(title="Before")


@pytest.mark.parametrize(
    "revision, digest, fragment",
    [
        (None, None, ""),
        (1, None, ""),
        (1, "whole", ""),
        (1, "half", ""),
        (2, None, "is at revision 1 now; that card shows revision 2"),
        (0, "whole", "that card shows revision 0"),
        (1, BEFORE.digest, "has changed since that card was made"),
        (1, BEFORE.digest[:16], "has changed since that card was made"),
        (None, "x", "has changed since that card was made"),
    ],
)
def test_a_card_of_another_revision_or_content_is_outdated(
    revision: int | None, digest: str | None, fragment: str
) -> None:
    found = release()
    shown = {"whole": found.digest, "half": found.digest[:16]}.get(digest or "", digest)
    why = approval.outdated(ballot(found), revision, shown, found)
    assert fragment in why
    assert bool(why) == bool(fragment)


def test_nothing_was_ever_submitted() -> None:
    assert approval.outdated(None, None, None, release()) == ("REL-42 isn't up for a decision; it was never submitted.")


@pytest.mark.parametrize("state", [state for state in BallotState if state is not BallotState.OPEN])
def test_a_round_that_is_over_says_how_it_ended(state: BallotState) -> None:
    found = release()
    why = approval.outdated(ballot(found, state=state), found.revision, found.digest, found)
    assert why.startswith("That round is over: REL-42 was ")


@pytest.mark.parametrize("changed", [{"revision": 2}, {"title": "Slower refunds"}])
def test_a_release_that_changed_under_its_round_is_not_authorised_by_it(changed: dict[str, object]) -> None:
    opened = ballot(release())
    why = approval.outdated(opened, None, None, release(**changed))
    assert why == "REL-42 has changed since it was submitted; this round can't authorise it."


@pytest.mark.parametrize(
    "minutes, quorum, high", [(2880, 2, False), (4320, 3, True), (2880, 1, False), (4320, 1, True)]
)
@pytest.mark.parametrize("normal_asks", [False, True])
@pytest.mark.parametrize("high_asks", [False, True])
def test_s10_whatever_the_policy_says_of_the_change_manager_the_round_is_known_again(
    minutes: int, quorum: int, *, high: bool, normal_asks: bool, high_asks: bool
) -> None:
    rules = Approval()
    rules = replace(
        rules,
        normal=replace(rules.normal, change_manager=normal_asks, lapse_minutes=1),
        high=replace(rules.high, change_manager=high_asks, lapse_minutes=2),
    )
    asked_for = rules.high if high else rules.normal
    opened = ballot(
        release(), quorum=quorum, change_manager=asked_for.change_manager, deadline_at=NOW + timedelta(minutes=minutes)
    )
    assert approval.went_by(opened, Rules(approval=rules)) is asked_for


# ---- reminders


@pytest.mark.parametrize(
    "deadline, before, left",
    [
        (2880, (1440, 240), [1440, 240]),
        (240, (1440, 240), []),
        (241, (1440, 240), [240]),
        (30, (10,), [10]),
        (30, (), []),
    ],
)
def test_reminders_that_would_lie_before_the_opening_are_left_out(
    deadline: int, before: tuple[int, ...], left: list[int]
) -> None:
    asked = ApprovalRules(2, deadline, before, 0)
    opened = ballot(release(), deadline_at=NOW + timedelta(minutes=deadline))
    times = approval.reminders(opened, asked)
    assert times == [(each, opened.deadline_at - timedelta(minutes=each)) for each in left]
