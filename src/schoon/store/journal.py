"""The journal on SQL."""

import json
from collections.abc import Sequence

from sqlalchemy import Row, insert, select

from schoon.journal import Event, EventsWanted, RecordedEvent
from schoon.kinds import Transaction
from schoon.store.database import connection_of
from schoon.store.tables.journal import events as _events

_APPEND = insert(_events)


class SqlJournal:
    """Keeps events in a table that refuses changes (`schoon.journal.Journal`)."""

    def append(self, tx: Transaction, event: Event) -> None:
        """Add one event."""
        self.append_all(tx, [event])

    def append_all(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Add many events in one statement."""
        rows = [
            {
                "at": event.at,
                "actor": event.actor,
                "action": event.action,
                "subject": event.subject,
                "detail": json.dumps(dict(event.detail), ensure_ascii=False, sort_keys=True),
            }
            for event in events
        ]
        if rows:
            connection_of(tx).execute(_APPEND, rows)

    def read(
        self, tx: Transaction, *, subject: str | None = None, after: int = 0, limit: int = 1000
    ) -> list[RecordedEvent]:
        """Events above a number, oldest first."""
        query = select(_events).where(_events.c.id > after).order_by(_events.c.id).limit(limit)
        if subject is not None:
            query = query.where(_events.c.subject == subject)
        return [_recorded(row) for row in connection_of(tx).execute(query)]

    def latest(self, tx: Transaction, wanted: EventsWanted) -> list[RecordedEvent]:
        """A page, newest first."""
        query = select(_events).order_by(_events.c.id.desc()).limit(wanted.limit)
        if wanted.subject is not None:
            query = query.where(_events.c.subject == wanted.subject)
        if wanted.actor is not None:
            query = query.where(_events.c.actor == wanted.actor)
        if wanted.before is not None:
            query = query.where(_events.c.id < wanted.before)
        return [_recorded(row) for row in connection_of(tx).execute(query)]


def _recorded(row: Row[*tuple[object, ...]]) -> RecordedEvent:
    event = Event(action=row.action, actor=row.actor, subject=row.subject, at=row.at, detail=json.loads(row.detail))
    return RecordedEvent(number=row.id, event=event)
