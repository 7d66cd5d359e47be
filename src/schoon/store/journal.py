"""The journal on SQL."""

import json

from sqlalchemy import insert, select

from schoon.journal import Event, RecordedEvent
from schoon.kinds import Transaction
from schoon.store.database import connection_of
from schoon.store.tables.journal import events

_APPEND = insert(events)


class SqlJournal:
    """Keeps events in a table that refuses changes (`schoon.journal.Journal`)."""

    def append(self, tx: Transaction, event: Event) -> None:
        """Add one event."""
        detail = json.dumps(dict(event.detail), ensure_ascii=False, sort_keys=True)
        row = {"at": event.at, "actor": event.actor, "action": event.action, "subject": event.subject, "detail": detail}
        connection_of(tx).execute(_APPEND, row)

    def read(
        self, tx: Transaction, *, subject: str | None = None, after: int = 0, limit: int = 1000
    ) -> list[RecordedEvent]:
        """Events above a number, oldest first."""
        query = select(events).where(events.c.id > after).order_by(events.c.id).limit(limit)
        if subject is not None:
            query = query.where(events.c.subject == subject)
        return [
            RecordedEvent(
                number=row.id,
                event=Event(
                    action=row.action, actor=row.actor, subject=row.subject, at=row.at, detail=json.loads(row.detail)
                ),
            )
            for row in connection_of(tx).execute(query)
        ]
