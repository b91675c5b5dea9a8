"""Who sits on a board, and who of them may vote."""

from __future__ import annotations

from handlers.policy import approval
from storage.people import Person
from storage.records import Records
from storage.terms import Board, Role


def seats(records: Records, board: Board) -> list[Person]:
    """Everybody who holds a role on the board, also those who may not vote yet because their e-mail isn't known."""
    roles = (Role.CAB_MEMBER if board is Board.CAB else Role.ECAB_MEMBER, Role.CHANGE_MANAGER)
    return list({person.id: person for role in roles for person in records.people.holders(role)}.values())


def members(records: Records, board: Board) -> list[int]:
    """The people who may vote on a board, each once."""
    platforms = records.workspaces.platforms()
    return [person.id for person in seats(records, board) if not approval.unvouched(person, platforms)]
