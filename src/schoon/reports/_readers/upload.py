"""Our own CSV: a line with the names of the columns, then one report a row."""

from collections.abc import Mapping
from functools import partial

from schoon.hits import Language
from schoon.kinds import Kind
from schoon.reports._readers.columns import Cells, read_rows, table_of
from schoon.reports._readers.keepable import keepable
from schoon.reports._readers.reading import (
    Arrival,
    Reading,
    ReportFormat,
    ValueRefusedError,
    address_of_cell,
    digests_of,
    moment_of,
)
from schoon.reports.errors import UnreadableReportError
from schoon.reports.types import ItemKind, Reporter, ReportSource, Submission, SubmittedItem

COLUMNS = (
    "url", "kind", "page", "reference", "received_at", "text", "language", *(kind.value for kind in Kind),
    "reporter_name", "reporter_email", "reporter_phone",
)  # fmt: skip


def read_upload(data: bytes, arrival: Arrival) -> Reading:
    """The reports of an uploaded file.

    Raises:
        UnreadableReportError: It is not UTF-8, or its first line does not name the columns.
    """
    table = table_of(data)
    unknown = [name for name in table.columns if name not in COLUMNS]
    if unknown:
        raise UnreadableReportError(f"line 1: {unknown[0][:40]!r} is not a column; there are: {', '.join(COLUMNS)}")
    if len(set(table.columns)) != len(table.columns):
        raise UnreadableReportError("line 1: a column is there twice")
    return Reading(format=ReportFormat.CSV, rows=read_rows(table, partial(_submission, arrival=arrival), arrival))


def _submission(cells: Cells, key: str, *, arrival: Arrival) -> Submission:
    cell = {name: cells.get(name, "").strip() for name in COLUMNS}
    reporter = Reporter(name=cell["reporter_name"], email=cell["reporter_email"], phone=cell["reporter_phone"])
    return Submission(
        source=ReportSource.CSV,
        items=_items(cell),
        text=keepable(cell["text"]),
        language=_language(cell["language"], arrival),
        reporter=None if reporter.is_anonymous else reporter,
        reference=cell["reference"],
        sender=arrival.sender,
        idempotency_key=key,
        received_at=moment_of(cell["received_at"], arrival, needs_zone=True),
    )


def _items(cell: Mapping[str, str]) -> tuple[SubmittedItem, ...]:
    digests = digests_of((kind.value, cell[kind.value]) for kind in Kind)
    if not cell["url"]:
        if digests or cell["page"]:
            raise ValueRefusedError("the row has no url")
        return ()
    page = address_of_cell(cell["page"]) if cell["page"] else ""
    return (SubmittedItem(url=address_of_cell(cell["url"]), kind=_kind(cell), page=page, digests=digests),)


def _kind(cell: Mapping[str, str]) -> ItemKind:
    text = cell["kind"].lower()
    if not text:
        return ItemKind.MEDIA if cell["page"] else ItemKind.PAGE
    try:
        kind = ItemKind(text)
    except ValueError:
        raise ValueRefusedError(f"{text[:20]!r} is neither page nor media") from None
    if kind is ItemKind.PAGE and cell["page"]:
        raise ValueRefusedError("a page is not on a page: call it media, or leave the page out")
    return kind


def _language(text: str, arrival: Arrival) -> Language:
    try:
        return Language(text.lower()) if text else arrival.language
    except ValueError:
        raise ValueRefusedError(f"{text[:20]!r} is neither nl nor en") from None
