"""Who did what, append only; the hash tree and signed checkpoints come later, over these same rows."""

from schoon.journal.ports import Journal
from schoon.journal.types import Event, EventsWanted, RecordedEvent, Scalar

__all__ = ["Event", "EventsWanted", "Journal", "RecordedEvent", "Scalar"]
