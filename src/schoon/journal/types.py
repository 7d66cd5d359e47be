"""What happened, who did it, to what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schoon.kinds import require_utc

_ACTION = re.compile(r"[a-z_]+(:[a-z_]+){1,3}")

Scalar = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that somebody did.

    Attributes:
        action: Room, object and verb, as in "list:entry:withdraw".
        actor: Who: an organisation, a member, a person's name at the command line. Never empty.
        subject: What it was done to: kind and id, as in "entry:17".
        at: When (UTC).
        detail: A few plain values: ids, counts, a reason. Never a digest, URL, token or file name.
    """

    action: str
    actor: str
    subject: str
    at: datetime
    detail: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_utc(self.at)
        if not _ACTION.fullmatch(self.action):
            raise ValueError(f"{self.action!r} is not an action; write it like 'list:entry:withdraw'")
        if not self.actor or not self.subject:
            raise ValueError(f"{self.action}: an event names its actor and its subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """An event as the journal holds it.

    Attributes:
        number: Rises with every event.
    """

    number: int
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsWanted:
    """Which events a page shows, the newest first; what is None narrows nothing.

    Attributes:
        subject, actor: Exactly this one.
        before: Only events with a lower number: where the page before ended.
    """

    subject: str | None = None
    actor: str | None = None
    before: int | None = None
    limit: int = 100
