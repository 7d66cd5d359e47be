"""Answers to disputes, and what is done by itself when a term has passed."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from schoon.hits import _messages
from schoon.hits._book import entries_changed
from schoon.hits._parts import HitParts
from schoon.hits.errors import DisputeAnsweredError, NoSuchDisputeError, NotEntitledError, ReasonsMissingError
from schoon.hits.rules import reason_fault, with_pauses
from schoon.hits.types import Dispute, DisputeAnswer, DisputeOutcome
from schoon.journal import Event, Scalar
from schoon.kinds import EntryId, Transaction
from schoon.lists import EntryState

_log = logging.getLogger(__name__)

_CLOCK = "clock"
_AT_ONCE = 500
_HEAL_WITHIN = timedelta(minutes=15)


def require_reasons(text: str) -> str:
    """The reasons, trimmed.

    Raises:
        ReasonsMissingError: They are too short or too long.
    """
    fault = reason_fault(text)
    if fault:
        raise ReasonsMissingError(fault)
    return text.strip()


def answer(parts: HitParts, given: DisputeAnswer, *, actor: str, now: datetime) -> Dispute:
    """See `HitService.answer_dispute`."""
    reasons = require_reasons(given.reasons)
    with parts.transactions.read() as tx:
        dispute = _open_dispute(parts, tx, given.dispute_id)
        if given.outcome is DisputeOutcome.UPHELD and not parts.office.may_uphold(tx, dispute.entry_id, given.by):
            raise NotEntitledError(f"organisation {given.by} did not attest the entry and is not the police")
    if given.outcome is DisputeOutcome.UPHELD:
        # First the list, which is safe to do twice, then the answer: a crash between leaves the dispute open.
        reason = f"dispute {dispute.dispute_id} upheld"
        parts.office.suspend(dispute.entry_id, reason=reason, by=given.by, actor=actor, now=now)
    with parts.transactions.write() as tx:
        parts.store.take_turn(tx, dispute.member_id)
        hits = parts.store.hits_on(tx, [dispute.entry_id], member_id=dispute.member_id, open_only=False)
        dispute = replace(
            _open_dispute(parts, tx, given.dispute_id),
            outcome=given.outcome,
            answer=reasons,
            answered_by=given.by,
            answered_at=now,
        )
        parts.store.save_dispute(tx, dispute)
        parts.store.save(tx, [with_pauses(hit, now, disputed=False) for hit in hits if hit.disputed])
        parts.outbox.put(tx, [_messages.answered(dispute, now)], now)
        detail: dict[str, Scalar] = {"dispute": dispute.dispute_id, "outcome": given.outcome, "organisation": given.by}
        subject = f"hit:{dispute.hit_id}"
        parts.journal.append(
            tx, Event(action="hit:dispute:answer", actor=actor, subject=subject, at=now, detail=detail)
        )
    return dispute


def mark_overdue_hits(parts: HitParts, now: datetime) -> int:
    """How many hits were marked overdue, each once, its member told."""
    marked = 0
    while True:
        with parts.transactions.write() as tx:
            hits = parts.store.due(tx, now, limit=_AT_ONCE, unmarked=True)
            parts.store.save(tx, [replace(hit, overdue_at=now) for hit in hits])
            parts.outbox.put(tx, [_messages.overdue(hit, now) for hit in hits], now)
            for event in _messages.notes(
                "hit:overdue", [h.hit_id for h in hits], actor=_CLOCK, subject="hits", now=now
            ):
                parts.journal.append(tx, event)
        for hit in hits:
            _log.warning(
                "hit overdue", extra={"event": "hits.overdue", "hit_id": hit.hit_id, "member_id": hit.member_id}
            )
        marked += len(hits)
        if len(hits) < _AT_ONCE:
            return marked


def mark_overdue_disputes(parts: HitParts, now: datetime) -> int:
    """How many disputes were marked as not answered in time, each once."""
    with parts.transactions.write() as tx:
        disputes = parts.store.overdue_disputes(tx, now)
        for dispute in disputes:
            parts.store.save_dispute(tx, replace(dispute, overdue_at=now))
            subject, detail = f"hit:{dispute.hit_id}", {"dispute": dispute.dispute_id}
            event = Event(action="hit:dispute:overdue", actor=_CLOCK, subject=subject, at=now, detail=detail)
            parts.journal.append(tx, event)
    for dispute in disputes:
        fields = {"event": "hits.dispute_overdue", "dispute_id": dispute.dispute_id}
        _log.warning("dispute not answered in time", extra=fields)
    return len(disputes)


def heal(parts: HitParts, now: datetime) -> int:
    """How many fresh hits were brought in line with their entries.

    A check that ran while its entry was being withdrawn may have opened a hit that nobody would close.
    """
    with parts.transactions.write() as tx:
        entry_ids = sorted({hit.entry_id for hit in parts.store.opened_since(tx, now - _HEAL_WITHIN)})
        standings = parts.office.standings(tx, entry_ids)
        return sum(
            entries_changed(parts, tx, _with(standings.items(), standing), standing, reason="withdrawn", now=now)
            for standing in (EntryState.SUSPENDED, EntryState.WITHDRAWN)
        )


def _with(standings: Iterable[tuple[EntryId, EntryState]], wanted: EntryState) -> list[EntryId]:
    return [entry_id for entry_id, standing in standings if standing is wanted]


def _open_dispute(parts: HitParts, tx: Transaction, dispute_id: int) -> Dispute:
    dispute = parts.store.dispute(tx, dispute_id)
    if dispute is None:
        raise NoSuchDisputeError(f"there is no dispute {dispute_id}")
    if dispute.outcome is not None:
        raise DisputeAnsweredError(f"dispute {dispute_id} was {dispute.outcome} before")
    return dispute
