"""The rules of each organisation: the policy file, and over it what its process owners have changed in chat."""

from __future__ import annotations

import structlog

from handlers.policy.rules import Rules
from handlers.policy.tailored import tailored
from storage.records import Records

log = structlog.get_logger("cabbot.policy")

MOST_REMEMBERED = 1_000


class Policies:
    """Read in the transaction of each command. A policy is remembered by its content's hash, which stands on the
    organisation's row: what another replica changed is seen by the next command, and nothing more is read for it.
    """

    def __init__(self, file: Rules) -> None:
        self._file, self._known = file, dict[str, Rules]()

    def of(self, records: Records) -> Rules:
        digest = records.organisation.policy_digest
        if not digest:
            return self._file
        found = self._known.get(digest)
        if found is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            found = self._known[digest] = self._read(records)
        return found

    def _read(self, records: Records) -> Rules:
        changes = {key: each.value for key, each in records.policy.holding().items()}
        rules, refused = tailored(self._file, changes)
        if refused:
            log.error("changes of the policy can't be used", organisation=records.organisation.id, keys=refused)
        return rules
