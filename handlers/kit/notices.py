"""Where a person is written to: on the platform that they prefer, as long as Cabbot is still installed there."""

from __future__ import annotations

from collections.abc import Sequence

from storage.people import Account
from storage.records import Records


def account_for(records: Records, person_id: int) -> Account | None:
    """The active account that notices go to; None for a person without any."""
    return chosen(records, records.people.accounts(person_id))


def chosen(records: Records, accounts: Sequence[Account]) -> Account | None:
    """The one of a person's active accounts that notices go to.

    Where none of them is in a workspace that still has Cabbot, one all the same: the ledger then tells why it failed.
    """
    if len(accounts) < 2:
        return accounts[0] if accounts else None
    served = [account for account in accounts if is_served(records, account)] or accounts
    wanted = records.people.get(accounts[0].person_id).prefers
    return next((account for account in served if account.platform.value == wanted), served[0])


def is_served(records: Records, account: Account) -> bool:
    """Cabbot is still installed in the account's workspace."""
    connection = records.workspaces.of(account.platform, account.workspace)
    return connection is not None and connection.removed_at is None
