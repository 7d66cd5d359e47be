"""The journal in memory."""

from collections.abc import Sequence

from schoon.journal import Event, EventsWanted, RecordedEvent
from schoon.kinds import Transaction


class MemoryJournal:
    def __init__(self) -> None:
        self.events: list[RecordedEvent] = []

    def append(self, tx: Transaction, event: Event) -> None:
        self.events.append(RecordedEvent(number=len(self.events) + 1, event=event))

    def append_all(self, tx: Transaction, events: Sequence[Event]) -> None:
        for event in events:
            self.append(tx, event)

    def read(
        self, tx: Transaction, *, subject: str | None = None, after: int = 0, limit: int = 1000
    ) -> list[RecordedEvent]:
        wanted = (e for e in self.events if e.number > after and subject in {None, e.event.subject})
        return [event for _, event in zip(range(limit), wanted, strict=False)]

    def latest(self, tx: Transaction, wanted: EventsWanted) -> list[RecordedEvent]:
        found = (
            one
            for one in reversed(self.events)
            if wanted.subject in {None, one.event.subject}
            and wanted.actor in {None, one.event.actor}
            and (wanted.before is None or one.number < wanted.before)
        )
        return [event for _, event in zip(range(wanted.limit), found, strict=False)]
