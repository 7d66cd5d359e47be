"""What a machine at a hoster reads: one XARF 4 report (content/csam) an item.

Source: docs/sources.md#xarf. The schema has a class for what meets INTERPOL's baseline criteria and none for what is
illegal by national law alone: such an item is in the letter, and has no report. Beside the library's own validation
stand checks that it does not make: the address is absolute, nothing shows the material, nothing internal goes out. A
host whose name the schema's pattern does not take (every international name) is left out of `domain`, which is
optional; the address itself always goes. A report that does not hold is left out, and never keeps the notice back.
The link to the notice's page is not in it: reports are handed on to customers by machines.
"""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from xarf.schema_validator import schema_validator

from schoon.notices._message_types import HosterNotice, NoticeLine, NoticeSender
from schoon.notices.types import NoticeKind

_log = logging.getLogger(__name__)

VERSION = "4.2.0"
"""Of the schema that the library brings."""

_REPORTS = UUID("8a0f7dd4-6f0e-5c0b-9f0d-1f6f6d3e4a11")
"""The name space of report ids: one notice and item always give the same one."""

_DOMAIN = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}")
"""The schema's pattern for `domain`: no `--` in a label, and so no international name."""

_ABSOLUTE = re.compile(r"https?://[^\s/?#@\\]+/[\x21-\x7e]*")
_VISUAL = frozenset({"evidence", "screenshot_url", "screenshot", "thumbnail", "payload", "image", "video"})
_INTERNAL = "_internal"


class ReportFault(Exception):  # noqa: N818 - no error of an operation: the item goes out in the letter alone
    """A report that must not be sent, and why; the reason holds no address."""


def reports_of(notice: HosterNotice, sender: NoticeSender) -> list[dict[str, Any]]:
    """A report for each item that XARF has a word for, in their order.

    Every report passes the checks here; of reports that have the same fields the library validates the first.
    """
    shapes: set[tuple[object, ...]] = set()
    found = []
    for line in notice.lines:
        if not line.baseline:
            continue
        report = _report(notice, line, sender)
        try:
            _check(report, shapes)
        except ReportFault as fault:
            fields = {"event": "notices.xarf", "notice_id": notice.notice_id, "item_id": line.item_id}
            _log.warning("item sent without XARF report", extra=fields | {"fault": str(fault)})
        else:
            found.append(report)
    return found


def response_hours(notice: HosterNotice) -> int:
    """Within how many hours of this message something is to be done; 0 is at once."""
    return int(notice.term.total_seconds() // 3600) if notice.kind is NoticeKind.FIRST else 0


def to_json(report: Mapping[str, Any]) -> bytes:
    """The report as ASCII, keys in their order."""
    return json.dumps(report, indent=1).encode("ascii") + b"\n"


def _report(notice: HosterNotice, line: NoticeLine, sender: NoticeSender) -> dict[str, Any]:
    contact = {"org": sender.organisation, "contact": sender.email, "domain": sender.domain}
    report: dict[str, Any] = {
        "xarf_version": VERSION,
        "report_id": str(uuid5(_REPORTS, f"{notice.notice_id}/{line.item_id}")),
        "timestamp": _time(line.reported_at),
        "reporter": contact,
        "sender": contact,
        "source_identifier": line.addresses[0] if line.addresses else line.host,
        "category": "content",
        "type": "csam",
        "url": line.url,
        "classification": "baseline",
        "detection_method": "hash_match" if line.known_hash else "manual_review",
        "case_number": notice.notice_id,
        "case_item": line.item_id,
        "response_hours": response_hours(notice),
    }
    if _DOMAIN.fullmatch(line.host):
        report["domain"] = line.host
    if line.asn:
        report["asn"] = line.asn
    return report


def _check(report: dict[str, Any], shapes: set[tuple[object, ...]]) -> None:
    if not _ABSOLUTE.fullmatch(report["url"]):
        raise ReportFault("the address is not absolute")
    names = set(_names(report))
    if names & _VISUAL:
        raise ReportFault("it has a place for visual content")
    if _INTERNAL in names:
        raise ReportFault("it holds something internal")
    shape = (*report, report["detection_method"])
    if shape not in shapes:
        _validate(report)
        shapes.add(shape)


def _validate(report: dict[str, Any]) -> None:
    errors = schema_validator.validate(report)
    if errors:
        raise ReportFault(f"{errors[0].field}: not as the schema has it")


def _names(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name).lower()
            yield from _names(inner)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for inner in value:
            yield from _names(inner)


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
