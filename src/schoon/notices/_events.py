"""The journal's notes of this room: ids and words only."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from schoon.journal import Event, Scalar
from schoon.kinds import ItemId
from schoon.notices.types import Notice

ROOM = "notices"
"""Who acts, where no person does."""

_ITEMS_AN_EVENT = 100


def note(verb: str, notice: Notice, now: datetime, *, by: str = ROOM, **detail: Scalar) -> Event:
    """An event about one notice."""
    named = {"hoster": notice.hoster_id, "kind": notice.kind.value, **detail}
    return Event(action=f"notice:notice:{verb}", actor=by, subject=f"notice:{notice.notice_id}", at=now, detail=named)


def notes(verb: str, notice: Notice, item_ids: Iterable[ItemId], now: datetime, *, by: str = ROOM) -> Iterator[Event]:
    """Events about one notice that name every item concerned, at most a hundred each; at least one."""
    rest = list(item_ids)
    for start in range(0, max(len(rest), 1), _ITEMS_AN_EVENT):
        yield note(verb, notice, now, by=by, items=",".join(rest[start : start + _ITEMS_AN_EVENT]))


def about(action: str, subject: str, now: datetime, /, *, by: str = ROOM, **detail: Scalar) -> Event:
    """An event about something else."""
    return Event(action=action, actor=by, subject=subject, at=now, detail=detail)
