"""Reads the journal, for whoever answers for what was done."""

from dataclasses import replace

from schoon.journal.ports import Journal
from schoon.journal.types import EventsWanted, RecordedEvent
from schoon.kinds import Transactions

MOST = 10_000


class JournalService:
    """Shows what was written down; nothing here writes."""

    def __init__(self, transactions: Transactions, journal: Journal) -> None:
        """Take the ports."""
        self._transactions = transactions
        self._journal = journal

    def latest(self, wanted: EventsWanted) -> list[RecordedEvent]:
        """A page of events, the newest first; at most ten thousand."""
        with self._transactions.read() as tx:
            return self._journal.latest(tx, replace(wanted, limit=max(1, min(wanted.limit, MOST))))
