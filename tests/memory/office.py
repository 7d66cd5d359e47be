"""The list office in memory: what entries are, who attested them, and word to the hits when that changes."""

from collections.abc import Sequence
from datetime import datetime

from schoon.kinds import EntryId, OrganisationId, Transaction, Transactions
from schoon.lists import EntryState
from schoon.lists.ports import EntryListener


class MemoryOffice:
    def __init__(self, transactions: Transactions) -> None:
        self.transactions = transactions
        self.listener: EntryListener | None = None
        self.states: dict[EntryId, EntryState] = {}
        self.attested: dict[EntryId, set[OrganisationId]] = {}
        self.police: set[OrganisationId] = set()
        self.suspended: list[tuple[EntryId, str]] = []

    def standings(self, tx: Transaction, entry_ids: Sequence[EntryId]) -> dict[EntryId, EntryState]:
        return {entry_id: self.states.get(entry_id, EntryState.ACTIVE) for entry_id in entry_ids}

    def may_uphold(self, tx: Transaction, entry_id: EntryId, organisation_id: OrganisationId) -> bool:
        return organisation_id in self.police or organisation_id in self.attested.get(entry_id, set())

    def suspend(self, entry_id: EntryId, *, reason: str, by: OrganisationId, actor: str, now: datetime) -> None:
        self.suspended.append((entry_id, reason))
        if self.states.get(entry_id) not in {EntryState.SUSPENDED, EntryState.WITHDRAWN}:
            self.change(entry_id, EntryState.SUSPENDED, reason=reason, now=now)

    def change(self, entry_id: EntryId, state: EntryState, *, reason: str = "a reason", now: datetime) -> None:
        """As the list does it: the mark and word to the listener in one transaction."""
        self.states[entry_id] = state
        assert self.listener is not None
        with self.transactions.write() as tx:
            self.listener.entries_changed(tx, [entry_id], state, reason=reason, now=now)
