"""CSV as SCART exports it: the report builder's columns by their codes, the console's by their labels.

What has no place of its own here is kept as lines of the report's text. What SCART had closed is not taken in, so that
nobody is asked to take away what is gone.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

from schoon.reports._assessment_types import Judgement
from schoon.reports._readers.columns import Cells, read_rows, table_of
from schoon.reports._readers.keepable import keepable
from schoon.reports._readers.reading import (
    Arrival,
    Reading,
    ReportFormat,
    ValueRefusedError,
    address_of_cell,
    moment_of,
)
from schoon.reports.errors import TargetUrlError
from schoon.reports.types import ItemKind, ReportSource, Submission, SubmittedItem

_CODES = {
    "host": "url_host", "ip": "url_ip", "url type": "url_type", "referer": "url_referer", "received": "received_at",
    "received time": "received_at", "classification": "grade_code", "grade": "grade_code", "status": "status_code",
    "source": "source_code", "type": "type_code", "external reference": "reference",
}  # fmt: skip
"""Labels of the console's exports, with the codes that the report builder writes."""

_PLACED = frozenset({"url", "url_type", "url_referer", "received_at", "filenumber", "grade_code", "status_code"})
_GRADES = {
    "illegal": Judgement.NATIONAL,
    "not_illegal": Judgement.NOT_ILLEGAL,
    "ignore": Judgement.IGNORE,
    "unset": None,
    "": None,
}
"""SCART says whether it is illegal here; whether it meets the baseline stands in its own questions, if at all."""

_WITHOUT_ADDRESS = re.compile(r"https://import[a-z-]*-received-at-[0-9-]+\.local/?")
"""What SCART writes as the address of a report that is text alone."""

_MEDIA = frozenset({"imageurl", "videourl"})
_FIRST_POLICE = "first_police"


def read_scart(data: bytes, arrival: Arrival) -> Reading:
    """The open reports of SCART's export.

    Raises:
        UnreadableReportError: It is not UTF-8, or has no column `url` (an export made anonymous has none).
    """
    table = table_of(data)
    columns = tuple(_CODES.get(name, name) for name in table.columns)
    seen = [f"{name} ({number})" if name in columns[:number] else name for number, name in enumerate(columns)]
    as_text = tuple(name for name in columns if name and name not in _PLACED)
    named = replace(table, columns=tuple(seen))
    rows = read_rows(named, partial(_submission, arrival=arrival), arrival)
    return Reading(format=ReportFormat.SCART, rows=rows, as_text=as_text)


def looks_like_scart(columns: tuple[str, ...]) -> bool:
    """Whether a line of column names is one of SCART's."""
    return "filenumber" in columns or "url_type" in columns or "url type" in columns


def _submission(cells: Cells, key: str, *, arrival: Arrival) -> Submission:
    cell = {name: value.strip() for name, value in cells.items()}
    status, number = cell.get("status_code", ""), cell.get("filenumber", "")
    if status.startswith("close"):
        raise ValueRefusedError(f"SCART had closed it ({status[:40]}); what is closed is not taken in")
    if cell.get("url_type") == "screenshot":
        raise ValueRefusedError("a screenshot that SCART made; there is no material at its address")
    aside = {"url", "filenumber", "received_at"}
    return Submission(
        source=ReportSource.SCART,
        items=() if _WITHOUT_ADDRESS.fullmatch(cell["url"]) else (_item(cell, _judgement(cell)),),
        text=keepable("\n".join(f"{name}: {value}" for name, value in cell.items() if value and name not in aside)),
        language=arrival.language,
        reference=number,
        sender=arrival.sender,
        idempotency_key=f"scart:{number}" if number and arrival.sender else key,
        received_at=moment_of(cell.get("received_at", ""), arrival, needs_zone=False),
    )


def _judgement(cell: Mapping[str, str]) -> Judgement | None:
    grade = cell.get("grade_code", "")
    if grade not in _GRADES:
        raise ValueRefusedError(f"{grade[:20]!r} is not a classification of SCART")
    judgement = _GRADES[grade]
    is_held = cell.get("status_code") == _FIRST_POLICE and judgement in {None, Judgement.NATIONAL}
    return Judgement.POLICE_FIRST if is_held else judgement


def _item(cell: Mapping[str, str], judgement: Judgement | None) -> SubmittedItem:
    is_media = cell.get("url_type") in _MEDIA
    page = ""
    if is_media and cell.get("url_referer"):
        with suppress(TargetUrlError):  # it stays in the text
            page = address_of_cell(cell["url_referer"])
    kind = ItemKind.MEDIA if is_media else ItemKind.PAGE
    return SubmittedItem(url=address_of_cell(cell["url"]), kind=kind, page=page, judgement=judgement)
