"""Reports, items and judgements to rows and back."""

from typing import Any

from sqlalchemy import Row

from schoon.hits import Language
from schoon.kinds import ItemId, Kind, ReportId
from schoon.reports import ItemKind, ItemState, Judgement, Known, Means, ReportSource
from schoon.reports.ports import (
    StoredAssessment,
    StoredDigest,
    StoredItem,
    StoredMove,
    StoredReport,
    StoredRequest,
)
from schoon.store._types import by_value

_kind, _state, _judgement = by_value(ItemKind), by_value(ItemState), by_value(Judgement)
_means, _known = by_value(Means), by_value(Known)

AnyRow = Row[*tuple[Any, ...]]


def report_row(report: StoredReport) -> dict[str, Any]:
    """The values of a new report."""
    return {
        "id": report.report_id,
        "source": report.source.value,
        "reference": report.reference,
        "language": report.language.value,
        "received_at": report.received_at,
        "sealed": report.sealed,
        "items": report.items,
        "to_read": report.to_read,
        "status_tag": report.status_tag,
    }


def report_of(row: AnyRow) -> StoredReport:
    """The report in a row."""
    return StoredReport(
        report_id=ReportId(row.id),
        source=ReportSource(row.source),
        reference=row.reference,
        language=Language(row.language),
        received_at=row.received_at,
        sealed=row.sealed,
        items=row.items,
        to_read=row.to_read,
        status_tag=row.status_tag,
    )


def item_row(item: StoredItem) -> dict[str, Any]:
    """The values of a new item."""
    return {
        "id": item.item_id,
        "sealed": item.sealed,
        "url_tag": item.url_tag,
        "key_tag": item.key_tag,
        "host_tag": item.host_tag,
        "site_tag": item.site_tag,
        "state": item.state.value,
        "moves": item.moves,
        "moved_at": item.moved_at,
        "first_reported_at": item.first_reported_at,
        **changing(item),
    }


def changing(item: StoredItem) -> dict[str, Any]:
    """The values that can change, but for those that follow the history."""
    return {
        "kind": item.kind.value,
        "last_reported_at": item.last_reported_at,
        "reports": item.reports,
        "round": item.round,
        "judgement": None if item.judgement is None else item.judgement.value,
        "means": None if item.means is None else item.means.value,
        "inherited_from": item.inherited_from,
        "known": None if item.known is None else item.known.value,
        "proposed": item.proposed,
        "disputed": item.disputed,
        "police_backed": item.police_backed,
        "preserve": item.preserve,
        "locked_by": item.locked_by,
        "locked_until": item.locked_until,
    }


def item_of(row: AnyRow) -> StoredItem:
    """The item in a row."""
    return StoredItem(
        item_id=ItemId(row.id),
        kind=_kind(row.kind),
        sealed=row.sealed,
        url_tag=row.url_tag,
        key_tag=row.key_tag,
        host_tag=row.host_tag,
        site_tag=row.site_tag,
        state=_state(row.state),
        moves=row.moves,
        moved_at=row.moved_at,
        first_reported_at=row.first_reported_at,
        last_reported_at=row.last_reported_at,
        reports=row.reports,
        round=row.round,
        judgement=None if row.judgement is None else _judgement(row.judgement),
        means=None if row.means is None else _means(row.means),
        inherited_from=row.inherited_from,
        known=None if row.known is None else _known(row.known),
        proposed=row.proposed,
        disputed=row.disputed,
        police_backed=row.police_backed,
        preserve=row.preserve,
        locked_by=row.locked_by,
        locked_until=row.locked_until,
    )


def digest_of(row: AnyRow) -> StoredDigest:
    """The digest in a row."""
    return StoredDigest(item_id=ItemId(row.item_id), kind=Kind(row.kind), tag=row.tag, sealed=row.sealed)


def move_row(move: StoredMove) -> dict[str, Any]:
    """The values of a row of a history."""
    return {
        "item_id": move.item_id,
        "number": move.number,
        "from_state": None if move.from_state is None else move.from_state.value,
        "to_state": move.to_state.value,
        "at": move.at,
        "by": move.by,
        "sealed": move.sealed,
    }


def move_of(row: AnyRow) -> StoredMove:
    """The move in a row of a history."""
    return StoredMove(
        item_id=ItemId(row.item_id),
        number=row.number,
        from_state=None if row.from_state is None else ItemState(row.from_state),
        to_state=ItemState(row.to_state),
        at=row.at,
        by=row.by,
        sealed=row.sealed,
    )


def assessment_row(one: StoredAssessment) -> dict[str, Any]:
    """The values of a judgement."""
    return {
        "item_id": one.item_id,
        "round": one.round,
        "judgement": one.judgement.value,
        "means": one.means.value,
        "by": one.by,
        "at": one.at,
        "counts": one.counts,
        "vocabulary": one.vocabulary,
        "sealed": one.sealed,
        "inherited_from": one.inherited_from,
    }


def assessment_of(row: AnyRow) -> StoredAssessment:
    """The judgement in a row."""
    return StoredAssessment(
        number=row.number,
        item_id=ItemId(row.item_id),
        round=row.round,
        judgement=Judgement(row.judgement),
        means=Means(row.means),
        by=row.by,
        at=row.at,
        counts=row.counts,
        vocabulary=row.vocabulary,
        sealed=row.sealed,
        inherited_from=row.inherited_from,
    )


def request_of(row: AnyRow) -> StoredRequest:
    """The request in a row."""
    return StoredRequest(
        number=row.number,
        report_id=ReportId(row.report_id),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        sealed=row.sealed,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        ends_at=row.ends_at,
        read_at=row.read_at,
    )
