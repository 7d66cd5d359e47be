"""What a hoster's own system reads: the notice as one JSON document, for webhooks."""

import json
from datetime import datetime

from schoon.notices._message_types import HosterNotice, NoticeLine, NoticeSender
from schoon.notices._xarf import reports_of, response_hours

VERSION = 1


def document_of(notice: HosterNotice, sender: NoticeSender) -> bytes:
    """The document: everything that the letter says, and for each item its XARF report where there is one."""
    reports = {report["case_item"]: report for report in reports_of(notice, sender)}
    document = {
        "event": "notice",
        "version": VERSION,
        "notice": notice.notice_id,
        "kind": notice.kind,
        "closed_at": _time(notice.closed_at),
        "response_hours": response_hours(notice),
        "law_profile": notice.profile_id,
        "hotline": {"name": sender.organisation, "email": sender.email},
        "page": notice.page,
        "items": [{**_item(line), "xarf": reports.get(line.item_id)} for line in notice.lines],
    }
    return json.dumps(document, separators=(",", ":")).encode("ascii")


def _item(line: NoticeLine) -> dict[str, object]:
    return {
        "item": line.item_id,
        "url": line.url,
        "addresses": list(line.addresses),
        "asn": line.asn,
        "judgement": "baseline" if line.baseline else "national",
        "found_by": "known_hash" if line.known_hash else "analyst",
        "reported_at": _time(line.reported_at),
        "first_noticed_at": None if line.first_noticed_at is None else _time(line.first_noticed_at),
        "with_police": line.police_backed,
        "preserve": line.preserve,
    }


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
