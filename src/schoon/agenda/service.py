"""The agenda for those who do what is due, and for those who look how it stands; each call is one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

from schoon.agenda.ports import Agenda
from schoon.agenda.types import Claimed, Failing, TaskKind, Waiting
from schoon.kinds import Transactions


class AgendaService:
    """Hands out what is due. What becomes of a task is written down by the room that does it."""

    def __init__(self, transactions: Transactions, agenda: Agenda) -> None:
        """Keep the ports."""
        self._transactions = transactions
        self._agenda = agenda

    def claim(self, kind: TaskKind, *, now: datetime, until: datetime, limit: int) -> list[Claimed]:
        """At most `limit` tasks of one kind that are due, the longest due first; ours until `until`."""
        with self._transactions.write() as tx:
            return self._agenda.claim(tx, now=now, until=until, limit=limit, kinds=[kind])

    def keep(self, claimed: Sequence[Claimed], *, until: datetime) -> list[Claimed]:
        """Those that are still ours, and stay so until then."""
        with self._transactions.write() as tx:
            return self._agenda.keep(tx, claimed, until=until)

    def set_aside(self, claimed: Sequence[Claimed], *, fault: str, free_at: datetime) -> None:
        """Give tasks back after a fault; see `Agenda.set_aside`."""
        with self._transactions.write() as tx:
            self._agenda.set_aside(tx, claimed, fault=fault, free_at=free_at)

    def next_due(self, kinds: Collection[TaskKind]) -> dict[TaskKind, datetime]:
        """When the next task of each kind may be claimed; kinds without tasks are left out."""
        with self._transactions.read() as tx:
            return self._agenda.next_due(tx, kinds)

    def waiting(self, now: datetime) -> list[Waiting]:
        """How each kind stands."""
        with self._transactions.read() as tx:
            return self._agenda.waiting(tx, now)

    def failing(self, limit: int = 100) -> list[Failing]:
        """Tasks that were set aside after a fault, the longest due first."""
        with self._transactions.read() as tx:
            return self._agenda.failing(tx, limit)
