"""Taking reports: whole or not at all, each once, its addresses joined to items.

1. Addresses are made canonical and tagged, and the hash list is asked about digests: before any transaction.
2. Keys are claimed: of two that are the same report, one is taken and both get its receipt.
3. Reports and their reporters are kept; each address becomes an item, or counts for the one that is there.
4. What is on the hash list, what was judged elsewhere, and what is identical to a judged file is assessed at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from schoon.agenda import Task, TaskKind
from schoon.journal import Event
from schoon.kinds import ItemId, ReportId, Transaction
from schoon.reports._drafts import Draft, Drafts
from schoon.reports._joining import Joining, heard_in
from schoon.reports._opened import seal_report, seal_reporter
from schoon.reports._parts import ReportParts, plain
from schoon.reports.errors import KeyReusedError
from schoon.reports.ports import StoredReport, StoredReporter
from schoon.reports.types import Receipt, Submission

AT_ONCE = 500
"""Reports of one transaction: on SQLite others wait meanwhile."""

_INTAKE = "intake"


def take(parts: ReportParts, submissions: Sequence[Submission], *, now: datetime) -> list[Receipt]:
    """See `ReportService.take`."""
    receipts: list[Receipt] = []
    for start in range(0, len(submissions), AT_ONCE):
        drafts = Drafts(parts, now).of(submissions[start : start + AT_ONCE])
        joining = Joining(parts, heard_in(drafts), now)
        with parts.transactions.write() as tx:
            joining.take_turns(tx)
            known = _known(parts, tx, drafts, now)
            new = [one for one in drafts if one.report_id not in known]
            _keep(parts, tx, new, now)
            ids = joining.join(
                tx, heard_in(new) if known else joining.heard, [link for one in new for link in one.links]
            )
            items = {one.report_id: tuple(ids[tag] for tag in one.told) for one in new}
            parts.report_book.add_items(tx, items)
            items |= parts.report_book.item_ids(tx, set(known.values()))
        receipts += [_receipt(parts, one, known, items) for one in drafts]
    return receipts


def status_code(parts: ReportParts, report_id: ReportId) -> str:
    """For the reporter; follows from the report's name, so that a repetition gets the same, and is kept nowhere."""
    return parts.vault.code("status", report_id)


def status_tag(parts: ReportParts, code: str) -> str:
    """By which a code is found, as people type it."""
    return parts.vault.tag("status", "".join(letter for letter in code.lower() if letter.isalnum()))


def _known(parts: ReportParts, tx: Transaction, drafts: Sequence[Draft], now: datetime) -> dict[ReportId, ReportId]:
    """The reports that are repetitions, each with the one that was here first."""
    held = parts.report_book.claim(tx, [one.claim for one in drafts if one.claim is not None], now=now)
    known = {}
    for place, one in enumerate(drafts):
        if one.claim is None or held[one.claim.tag].report_id == one.report_id:
            continue
        holder = held[one.claim.tag]
        if holder.body != one.claim.body:
            raise KeyReusedError(f"report {place} of the call has the key of another report, {holder.report_id}")
        known[one.report_id] = holder.report_id
    return known


def _keep(parts: ReportParts, tx: Transaction, new: Sequence[Draft], now: datetime) -> None:
    reporters = [
        StoredReporter(
            report_id=one.report_id,
            sealed=seal_reporter(parts.reporter_vault, one.report_id, reporter),
            expires_at=one.received_at + parts.terms.keep_reporter,
        )
        for one in new
        if (reporter := one.submission.reporter) is not None and not reporter.is_anonymous
    ]
    parts.report_book.add(tx, [_stored(parts, one) for one in new], reporters)
    kept = {one.report_id for one in reporters}
    parts.agenda.put(
        tx,
        [
            Task(
                kind=TaskKind.REPORT_EXPIRE,
                subject=one.report_id,
                due_at=one.received_at + parts.terms.keep_reporter,
            )
            for one in new
            if one.report_id in kept or one.submission.text or one.refused
        ],
    )
    parts.write_down(tx, [_event(one, now) for one in new])


def _stored(parts: ReportParts, draft: Draft) -> StoredReport:
    submission = draft.submission
    refused = [text for _, text in draft.refused]
    return StoredReport(
        report_id=draft.report_id,
        source=submission.source,
        reference=submission.reference,
        language=submission.language,
        received_at=draft.received_at,
        sealed=seal_report(parts.vault, draft.report_id, submission.text, refused),
        items=len(draft.told),
        to_read=bool(refused) or not draft.told,
        status_tag=status_tag(parts, status_code(parts, draft.report_id)),
    )


def _event(draft: Draft, now: datetime) -> Event:
    detail = plain(source=draft.submission.source, items=len(draft.told), refused=len(draft.refused) or None)
    return Event(action="report:take", actor=_INTAKE, subject=f"report:{draft.report_id}", at=now, detail=detail)


def _receipt(
    parts: ReportParts,
    draft: Draft,
    known: Mapping[ReportId, ReportId],
    items: Mapping[ReportId, tuple[ItemId, ...]],
) -> Receipt:
    report_id = known.get(draft.report_id, draft.report_id)
    return Receipt(
        report_id=report_id,
        status_code=status_code(parts, report_id),
        item_ids=items.get(report_id, ()),
        known=draft.report_id in known,
        refused=tuple(refused for refused, _ in draft.refused),
    )
