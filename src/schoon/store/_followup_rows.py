"""Rows of the follow-up's tables, in and out."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from schoon.followup import (
    AuthorityRecord,
    ClockEnd,
    GoneRun,
    ItemClock,
    LegalBasis,
    Likeness,
    Look,
    ProbeOutcome,
    ProbeResult,
    StepTaken,
    TlsFault,
    Watch,
)
from schoon.kinds import HosterId, ItemId, NoticeId
from schoon.norms import Step
from schoon.store._types import by_value
from schoon.store.tables.followup import watches

AnyRow = Row[*tuple[Any, ...]]

_step, _end = by_value(Step), by_value(ClockEnd)

WATCH_COLUMNS = tuple(column.name for column in watches.c)


def watch_row(watch: Watch) -> dict[str, Any]:
    """The columns of a watch."""
    return {
        "item_id": watch.item_id,
        "anchor_at": watch.anchor_at,
        "first_seen_at": watch.first_seen_at,
        "looked_at": watch.looked_at,
        "faults": watch.faults,
        "seen_at": watch.seen_at,
        "runs": "\n".join(
            f"{run.vantage}\t{run.first_at.isoformat()}\t{run.last_at.isoformat()}" for run in watch.runs
        ),
        "addresses": " ".join(sorted(watch.addresses)),
        "strayed_at": watch.strayed_at,
        "gone_at": watch.gone_at,
        "confirmed_at": watch.confirmed_at,
        "returned_at": watch.returned_at,
    }


def watch_of(row: AnyRow) -> Watch:
    """The watch in a row."""
    return Watch(
        item_id=ItemId(row.item_id),
        anchor_at=row.anchor_at,
        first_seen_at=row.first_seen_at,
        looked_at=row.looked_at,
        faults=row.faults,
        seen_at=row.seen_at,
        runs=tuple(_run_of(line) for line in row.runs.split("\n") if line),
        addresses=frozenset(row.addresses.split()),
        strayed_at=row.strayed_at,
        gone_at=row.gone_at,
        confirmed_at=row.confirmed_at,
        returned_at=row.returned_at,
    )


def _run_of(line: str) -> GoneRun:
    vantage, first_at, last_at = line.split("\t")
    return GoneRun(vantage=vantage, first_at=datetime.fromisoformat(first_at), last_at=datetime.fromisoformat(last_at))


def clock_row(clock: ItemClock) -> dict[str, Any]:
    """The columns of a clock but its number."""
    return {
        "item_id": clock.item_id,
        "notice_id": clock.notice_id,
        "hoster_id": clock.hoster_id,
        "profile_id": clock.profile_id,
        "first_seen_at": clock.first_seen_at,
        "sent_at": clock.sent_at,
        **changing(clock),
    }


def changing(clock: ItemClock) -> dict[str, Any]:
    """The columns of a clock that may change."""
    return {
        "delivered_at": clock.delivered_at,
        "acknowledged_at": clock.acknowledged_at,
        "started_at": clock.started_at,
        "deadline": clock.deadline,
        "last_step": None if clock.last_step is None else clock.last_step.value,
        "paused_at": clock.paused_at,
        "disputed_at": clock.disputed_at,
        "answered_at": clock.answered_at,
        "upheld": clock.upheld,
        "seen_at": clock.seen_at,
        "gone_at": clock.gone_at,
        "confirmed_at": clock.confirmed_at,
        "ended_at": clock.ended_at,
        "end": None if clock.end is None else clock.end.value,
    }


def clock_of(row: AnyRow) -> ItemClock:
    """The clock in a row."""
    return ItemClock(
        number=row.number,
        item_id=ItemId(row.item_id),
        notice_id=NoticeId(row.notice_id),
        hoster_id=HosterId(row.hoster_id),
        profile_id=row.profile_id,
        first_seen_at=row.first_seen_at,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        acknowledged_at=row.acknowledged_at,
        started_at=row.started_at,
        deadline=row.deadline,
        last_step=None if row.last_step is None else _step(row.last_step),
        paused_at=row.paused_at,
        disputed_at=row.disputed_at,
        answered_at=row.answered_at,
        upheld=row.upheld,
        seen_at=row.seen_at,
        gone_at=row.gone_at,
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
        end=None if row.end is None else _end(row.end),
    )


def look_row(look: Look) -> dict[str, Any]:
    """The columns of a look: neither digests nor where it moved to."""
    result = look.result
    return {
        "item_id": result.item_id,
        "at": result.at,
        "vantage": result.vantage,
        "found": result.outcome.value,
        "outcome": look.outcome.value,
        "likeness": look.likeness.value,
        "control_ok": result.control_ok,
        "status": result.status,
        "size": result.size,
        "address": result.address,
        "tls_fault": None if result.tls_fault is None else result.tls_fault.value,
        "reason": result.reason,
    }


def look_of(row: AnyRow) -> Look:
    """The look in a row."""
    result = ProbeResult(
        item_id=ItemId(row.item_id),
        vantage=row.vantage,
        at=row.at,
        outcome=ProbeOutcome(row.found),
        control_ok=row.control_ok,
        status=row.status,
        size=row.size,
        address=row.address,
        tls_fault=None if row.tls_fault is None else TlsFault(row.tls_fault),
        reason=row.reason,
    )
    return Look(result=result, outcome=ProbeOutcome(row.outcome), likeness=Likeness(row.likeness))


def step_row(step: StepTaken) -> dict[str, Any]:
    """The columns of a step."""
    return {
        "item_id": step.item_id,
        "notice_id": step.notice_id,
        "step": step.step.value,
        "due_at": step.due_at,
        "taken_at": step.taken_at,
    }


def step_of(row: AnyRow) -> StepTaken:
    """The step in a row."""
    return StepTaken(
        item_id=ItemId(row.item_id),
        notice_id=NoticeId(row.notice_id),
        step=Step(row.step),
        due_at=row.due_at,
        taken_at=row.taken_at,
    )


def record_of(row: AnyRow) -> AuthorityRecord:
    """The record in a row."""
    return AuthorityRecord(
        number=row.number,
        item_id=ItemId(row.item_id),
        notice_id=NoticeId(row.notice_id),
        hoster_id=HosterId(row.hoster_id),
        profile_id=row.profile_id,
        first_seen_at=row.first_seen_at,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        acknowledged_at=row.acknowledged_at,
        started_at=row.started_at,
        deadline=row.deadline,
        seen_at=row.seen_at,
        noticed_again_at=row.noticed_again_at,
        police_at=row.police_at,
        recorded_at=row.recorded_at,
    )


def basis_of(row: AnyRow) -> LegalBasis:
    """The legal basis in a row."""
    return LegalBasis(
        number=row.number,
        basis=row.basis,
        signatory=row.signatory,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        ended_at=row.ended_at,
    )
