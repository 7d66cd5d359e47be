"""What the other rooms need of the journal."""

from collections.abc import Sequence
from typing import Protocol

from schoon.journal.types import Event, EventsWanted, RecordedEvent
from schoon.kinds import Transaction


class Journal(Protocol):
    """Keeps events for good; nothing in it is changed or removed."""

    def append(self, tx: Transaction, event: Event) -> None:
        """Add one event, in the transaction that does what it tells of."""
        ...

    def append_all(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Add many events in one statement, numbered in their order."""
        ...

    def read(
        self, tx: Transaction, *, subject: str | None = None, after: int = 0, limit: int = 1000
    ) -> list[RecordedEvent]:
        """Events with a number above `after`, oldest first; of one subject, or of all."""
        ...

    def latest(self, tx: Transaction, wanted: EventsWanted) -> list[RecordedEvent]:
        """A page of events, the newest first."""
        ...
