"""About which of a service's releases that lie ahead a card of some kind hangs."""

from __future__ import annotations

from sqlalchemy import BindParameter, String, bindparam, literal_column, or_, select

from storage.posting import POSTINGS
from storage.release import AHEAD, RELEASES, SERVICES_OF
from storage.statement import Statement, Transaction

_p, _r, _s = POSTINGS.c, RELEASES.c, SERVICES_OF.c
_OURS: BindParameter[int] = bindparam("organisation")
# The newest first and then the rest: a service may have most of all releases there are.
_NEWEST = (
    select(_s.release_id)
    .where(_s.organisation_id == _OURS, _s.service == bindparam("service"))
    .order_by(_s.number.desc())
    .limit(bindparam("limit"))
    .subquery()
)
_HANGING = Statement(
    select(_r.number)
    .join_from(_NEWEST, RELEASES.table, _r.id == _NEWEST.c.release_id)
    .where(
        _r.organisation_id == _OURS,
        or_(*(_r.state == literal_column(f"'{state.value}'") for state in AHEAD)),
        select(_p.id)
        .where(_p.organisation_id == _OURS, _p.slot == bindparam("kind", type_=String()) + _r.key)
        .exists(),
    )
    .order_by(_r.number)
)


class Hanging:
    """The cards of one organisation's releases, by service."""

    def __init__(self, tx: Transaction, organisation: int) -> None:
        self._tx, self._organisation = tx, organisation

    def of_service(self, service: str, kind: str, limit: int) -> list[int]:
        """Of the service's newest releases the numbers of those that lie ahead and hang in the slot `kind` and their key."""
        given = {"organisation": self._organisation, "service": service, "kind": kind, "limit": limit}
        return [number for (number,) in self._tx.rows(_HANGING, given)]
