"""Notices on a terminal, and as JSON."""

from collections.abc import Sequence
from typing import Any

from schoon.cli._output import emit, facts, say, table
from schoon.notices import Compared, KeptDispute, Notice, NoticeDetails, Unnoticed


def notice_record(one: Notice) -> dict[str, Any]:
    """A notice for machines."""
    return {
        "notice": one.notice_id,
        "hoster": one.hoster_id,
        "kind": one.kind,
        "state": one.state,
        "items": one.items,
        "opened_at": one.opened_at,
        "closes_at": one.closes_at,
        "sent_at": one.sent_at,
        "delivered_at": one.delivered_at,
        "seen_at": one.seen_at,
        "acknowledged_at": one.acknowledged_at,
        "due_at": one.due_at,
    }


def show_notices(found: Sequence[Notice]) -> None:
    """A line each."""
    table(
        ["notice", "hoster", "kind", "state", "items", "sent", "delivered", "seen", "acknowledged", "term ends"],
        [
            (
                one.notice_id,
                str(one.hoster_id),
                one.kind,
                one.state,
                one.items,
                one.sent_at,
                one.delivered_at,
                one.seen_at,
                one.acknowledged_at,
                one.due_at,
            )
            for one in found
        ],
        numbers=["items"],
    )


def show_notice(details: NoticeDetails, *, as_json: bool) -> None:
    """Everything about one; addresses of material stand in it, for the desk's eyes."""
    view = details.view
    if as_json:
        emit(
            notice_record(view.notice)
            | {
                "items": [
                    {"item": line.row.item_id, "url": line.url, "answer": line.row.answer, "trace": line.row.trace_id}
                    for line in view.lines
                ],
                "deliveries": [
                    {"delivery": one.delivery_id, "channel": one.channel, "state": one.state, "attempts": one.attempts}
                    | {"fault": one.fault, "message_id": one.message_id}
                    for one in details.deliveries
                ],
                "returns": [
                    {"at": one.at, "action": one.action, "status": one.status, "says": one.says}
                    for one in details.returns
                ],
            }
        )
        return
    notice = view.notice
    facts(
        [
            ("notice", notice.notice_id),
            ("hoster", f"{notice.hoster_id}, {view.hoster.organisation or 'no name'}, {notice.email}"),
            ("state", f"{notice.kind}, {notice.state}"),
            ("sent", notice.sent_at),
            ("delivered", notice.delivered_at),
            ("seen", notice.seen_at),
            ("acknowledged", notice.acknowledged_at),
            ("term ends", notice.due_at),
        ]
    )
    _part(
        "Items",
        ["item", "address", "answer", "answered", "out of reach since"],
        [(line.row.item_id, line.url, line.row.answer, line.row.answered_at, line.row.gone_at) for line in view.lines],
    )
    _part(
        "Messages",
        ["delivery", "by", "state", "attempts", "fault"],
        [(one.delivery_id, one.channel, one.state, one.attempts, one.fault or None) for one in details.deliveries],
    )
    _part(
        "Came back",
        ["at", "what", "status", "says"],
        [(one.at, one.action, one.status or None, one.says or None) for one in details.returns],
    )
    _part(
        "Said",
        ["at", "item", "answer", "by", "text"],
        [(one.at, one.answer.item_id, one.answer.answer, one.by, one.answer.text or None) for one in view.answers],
    )


def show_unnoticed(found: Sequence[Unnoticed], *, as_json: bool) -> None:
    """Items that nobody could be told of."""
    if as_json:
        for one in found:
            emit({"item": one.item_id, "reason": one.reason, "since": one.since, "tries": one.tries})
        return
    table(
        ["item", "because", "since", "last tried", "tries"],
        [(one.item_id, one.reason, one.since, one.tried_at, one.tries) for one in found],
        numbers=["tries"],
    )


def show_disputes(found: Sequence[KeptDispute], *, as_json: bool) -> None:
    """What hosters dispute."""
    if as_json:
        for one in found:
            emit(
                {"dispute": one.number, "notice": one.notice_id, "item": one.item_id, "at": one.at}
                | {"text": one.text, "upheld": one.upheld, "reason": one.reason}
            )
        return
    table(
        ["dispute", "item", "since", "says", "outcome"],
        [(str(one.number), one.item_id, one.at, one.text, _outcome(one)) for one in found],
    )


def show_compared(found: Sequence[Compared], *, as_json: bool) -> None:
    """Both lists side by side."""
    rows = [
        (
            one.standing,
            one.notice.notice_id if one.notice else None,
            one.notice.sent_at if one.notice else None,
            ", ".join(str(row) for row in one.rows) or None,
            one.received_at,
        )
        for one in found
    ]
    if as_json:
        for standing, notice, sent_at, _, received_at in rows:
            emit({"standing": standing, "notice": notice, "sent_at": sent_at, "received_at": received_at})
        return
    table(["standing", "notice", "sent", "their rows", "received"], rows)


def _outcome(one: KeptDispute) -> str | None:
    if one.upheld is None:
        return None
    return "upheld" if one.upheld else "rejected"


def _part(name: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        say("")
        say(name, style="bold")
        table(columns, rows)
