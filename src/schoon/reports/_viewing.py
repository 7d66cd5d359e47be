"""The isolated viewer: it gets an item by a one-time token, and gives back what the analyst saw."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from schoon.agenda import Task, TaskKind
from schoon.journal import Event
from schoon.kinds import Digest, ItemId, Transaction
from schoon.reports._assessment_types import Assessed, Exposure, Judged, Known, Viewing
from schoon.reports._judging import expose, judge, require_rest
from schoon.reports._opened import open_item, seal_digest, tag_of
from schoon.reports._parts import ReportParts
from schoon.reports.errors import ItemLockedError, NoViewerError, ViewingError
from schoon.reports.ports import StoredViewing
from schoon.reports.types import Item

_TOKEN_BYTES = 20


def open_viewer(parts: ReportParts, item_id: ItemId, *, by: str, now: datetime) -> Viewing:
    """See `ReportService.open_viewer`."""
    if parts.viewer is None:
        raise NoViewerError
    token = base64.b32encode(parts.tokens(_TOKEN_BYTES)).decode("ascii").lower()
    ends_at = now + parts.terms.lock
    with parts.transactions.write() as tx:
        require_rest(parts, tx, by, now)
        if not parts.item_book.lock(tx, {item_id}, by=by, until=ends_at, now=now):
            raise ItemLockedError(f"item {item_id[:64]!r} is not free, or not to be assessed")
        stored = StoredViewing(tag=_tag(parts, token), item_id=item_id, analyst=by, ends_at=ends_at)
        parts.assessment_book.add_viewing(tx, stored)
        _note(parts, tx, "open", stored, now=now)
    return Viewing(item_id=item_id, link=parts.viewer.link(token), ends_at=ends_at)


def show(parts: ReportParts, token: str, *, now: datetime) -> Item:
    """See `ReportService.viewer_shows`."""
    with parts.transactions.write() as tx:
        viewing = parts.assessment_book.show(tx, _tag(parts, token), now=now)
        if viewing is None:
            raise ViewingError
        _note(parts, tx, "show", viewing, now=now)
        stored = parts.item_book.items(tx, {viewing.item_id})[viewing.item_id]
    return open_item(parts.vault, stored)


def close(
    parts: ReportParts,
    token: str,
    *,
    digests: Sequence[Digest],
    seconds: int,
    judged: Judged | None,
    now: datetime,
) -> Assessed | None:
    """See `ReportService.viewer_closes`."""
    with parts.transactions.write() as tx:
        viewing = parts.assessment_book.close(tx, _tag(parts, token), now=now)
        if viewing is None or (judged is not None and judged.item_id != viewing.item_id):
            raise ViewingError
        seen = Exposure(analyst=viewing.analyst, day=now.date(), items=1, seconds=seconds)
        expose(parts, tx, seen, capped=False)
        _note(parts, tx, "close", viewing, now=now)
        if digests:
            _add_digests(parts, tx, viewing.item_id, digests, now=now)
        if judged is None:
            parts.item_book.unlock(tx, {viewing.item_id}, by=viewing.analyst)
            return None
        counted = replace(judged, looked=False)  # once is enough
        return judge(parts, tx, [counted], by=viewing.analyst, now=now)[0]


def _add_digests(
    parts: ReportParts, tx: Transaction, item_id: ItemId, digests: Sequence[Digest], *, now: datetime
) -> None:
    """The list is asked about them next, and identical files are looked for."""
    tags = {one: tag_of(parts.vault, one) for one in digests}
    parts.item_book.take_turns(tx, set(tags.values()))
    parts.item_book.add_digests(tx, [seal_digest(parts.vault, item_id, one, tag) for one, tag in tags.items()])
    item = parts.item_book.items(tx, {item_id})[item_id]
    if item.known is None:
        parts.item_book.save(tx, [replace(item, known=Known.UNAVAILABLE)])
    parts.agenda.put(tx, [Task(kind=TaskKind.ITEM_MATCH, subject=item_id, due_at=now)])


def _tag(parts: ReportParts, token: str) -> str:
    return parts.vault.tag("viewing", token.strip().lower())


def _note(parts: ReportParts, tx: Transaction, verb: str, viewing: StoredViewing, *, now: datetime) -> None:
    action, subject = f"report:viewer:{verb}", f"item:{viewing.item_id}"
    parts.journal.append(tx, Event(action=action, actor=viewing.analyst, subject=subject, at=now))
