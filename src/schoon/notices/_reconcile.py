"""Compares a hoster's own list of notices with ours: both sides see which was sent, delivered, seen, or is unknown."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from schoon.kinds import HosterId, NoticeId, Transaction
from schoon.notices._answer_types import Compared, ListedNotice, Reconciliation, Standing
from schoon.notices._events import about
from schoon.notices._parts import NoticeParts
from schoon.notices.errors import NoSuchHosterError, ReconciliationFileError
from schoon.notices.types import Notice, NoticeState, NoticesWanted
from schoon.reports import TargetUrl, TargetUrlError

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 100_000
_MOST_NOTICES = 100_000
_TIMES = ("time", "received_at")


def reconcile(parts: NoticeParts, hoster_id: HosterId, content: bytes, *, by: str, now: datetime) -> list[Compared]:
    """The comparison with a hoster's list, which is kept so that both sides see the same.

    Args:
        parts: The ports.
        hoster_id: Whose list; only notices to this hoster are looked for.
        content: CSV with a heading: `notice` or `url` or both, and `time`.
        by: Who gave it.
        now: The present instant.

    Raises:
        NoSuchHosterError: There is none.
        ReconciliationFileError: It is no such CSV, or too large.
    """
    rows = list(_rows(content))
    with parts.transactions.write() as tx:
        if hoster_id not in parts.hosters.hosters(tx, [hoster_id]):
            raise NoSuchHosterError(f"there is no hoster {hoster_id}")
        listed = _matched(parts, tx, hoster_id, rows)
        number = parts.answers.add_reconciliation(
            tx, Reconciliation(hoster_id=hoster_id, at=now, by=by, rows=tuple(listed))
        )
        event = about("notice:list:compare", f"hoster:{hoster_id}", now, by=by, list=number, rows=len(listed))
        parts.journal.append(tx, event)
        return _compared(parts, tx, hoster_id, listed)


def last_comparison(parts: NoticeParts, hoster_id: HosterId) -> tuple[Reconciliation, list[Compared]] | None:
    """The newest list of a hoster, compared with what is known now; None when it never gave one."""
    with parts.transactions.read() as tx:
        found = parts.answers.reconciliations(tx, hoster_id, limit=1)
        if not found:
            return None
        return found[0], _compared(parts, tx, hoster_id, found[0].rows)


def _rows(content: bytes) -> Iterator[tuple[int, str, str, datetime | None]]:
    if len(content) > MOST_BYTES:
        raise ReconciliationFileError(f"{len(content):,} bytes, and a list has at most {MOST_BYTES:,}")
    try:
        text = content.decode("utf-8-sig")
        heading = text.partition("\n")[0]
        delimiter = max(",;\t", key=heading.count)
        reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True)
        names = {str(name).strip().lower(): name for name in reader.fieldnames or []}
        if not names.keys() & {"notice", "url"}:
            raise ReconciliationFileError("its heading names neither notice nor url")
        column = next((names[name] for name in _TIMES if name in names), None)
        for place, row in enumerate(reader, 1):
            if place > MOST_ROWS:
                raise ReconciliationFileError(f"more than {MOST_ROWS:,} rows")
            notice, url = (str(row.get(names.get(name, ""), "") or "").strip() for name in ("notice", "url"))
            yield place, notice, url, _instant(row.get(column) if column else "", place)
    except (UnicodeDecodeError, csv.Error) as cause:
        raise ReconciliationFileError("it is no CSV in UTF-8") from cause


def _instant(value: object, place: int) -> datetime | None:
    text = str(value or "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ReconciliationFileError(f"row {place}: {text[:40]!r} is no time like 2026-11-26T10:00:00Z") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _matched(
    parts: NoticeParts,
    tx: Transaction,
    hoster_id: HosterId,
    rows: Sequence[tuple[int, str, str, datetime | None]],
) -> list[ListedNotice]:
    """Each row with the notice to this hoster that it names; another hoster's is as unknown as none."""
    named = parts.notices.notices(tx, {NoticeId(notice) for _, notice, _, _ in rows if notice})
    ours = {notice_id for notice_id, one in named.items() if one.hoster_id == hoster_id and one.closed_at is not None}
    urls = {url: _canonical(url) for _, _, url, _ in rows if url}
    by_url = parts.notices.by_url(tx, hoster_id, {one for one in urls.values() if one})
    return [
        ListedNotice(
            row=place,
            notice_id=NoticeId(notice) if notice in ours else by_url.get(urls.get(url, "")),
            received_at=received_at,
        )
        for place, notice, url, received_at in rows
    ]


def _canonical(url: str) -> str:
    try:
        return TargetUrl.parse(url).text
    except TargetUrlError:
        return ""


def _compared(
    parts: NoticeParts, tx: Transaction, hoster_id: HosterId, listed: Sequence[ListedNotice]
) -> list[Compared]:
    """Ours first, the newest on top, listed or not; then the rows that are none of ours."""
    by_notice: dict[NoticeId, list[ListedNotice]] = defaultdict(list)
    for row in listed:
        if row.notice_id is not None:
            by_notice[row.notice_id].append(row)
    sent = frozenset({NoticeState.SENT, NoticeState.FAILED})
    wanted = NoticesWanted(hoster_id=hoster_id, states=sent, limit=_MOST_NOTICES)
    found = [
        Compared(
            standing=_standing(one),
            rows=tuple(row.row for row in by_notice[one.notice_id]),
            notice=one,
            received_at=min((row.received_at for row in by_notice[one.notice_id] if row.received_at), default=None),
        )
        for one in parts.notices.page(tx, wanted)
    ]
    return found + [
        Compared(standing=Standing.UNKNOWN, rows=(row.row,), notice=None, received_at=row.received_at)
        for row in listed
        if row.notice_id is None
    ]


def _standing(notice: Notice) -> Standing:
    if notice.seen_at is not None:
        return Standing.SEEN
    if notice.delivered_at is not None:
        return Standing.DELIVERED
    return Standing.SENT if notice.state is NoticeState.SENT else Standing.FAILED
