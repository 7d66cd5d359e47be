"""Answers to disputes, and what is done by itself when a term has passed."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from schoon.hits import _messages
from schoon.hits._book import entries_changed
from schoon.hits._parts import HitParts
from schoon.hits.errors import DisputeAnsweredError, NoSuchDisputeError, NotEntitledError, ReasonsMissingError
from schoon.hits.rules import after_standing, reason_fault, with_pauses
from schoon.hits.types import Dispute, DisputeAnswer, DisputeOutcome, Hit
from schoon.journal import Event, Scalar
from schoon.kinds import Transaction
from schoon.lists import EntryState

_log = logging.getLogger(__name__)

_CLOCK = "clock"
_AT_ONCE = 500
_HEAL_WITHIN = timedelta(minutes=15)
_HEALED = "it had left the list when the hit was opened"


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
        may_uphold = parts.office.may_uphold(tx, dispute.entry_id, given.by)  # knows the organisation, or says so
        if given.outcome is DisputeOutcome.UPHELD and not may_uphold:
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
    """How many disputes were marked as not answered in time, each once; some hundreds a transaction."""
    marked = _AT_ONCE
    total = 0
    while marked == _AT_ONCE:
        marked = _mark_some_disputes(parts, now)
        total += marked
    return total


def _mark_some_disputes(parts: HitParts, now: datetime) -> int:
    with parts.transactions.write() as tx:
        disputes = parts.store.overdue_disputes(tx, now)[:_AT_ONCE]
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

    A check that ran while its entry was being withdrawn may have opened a hit that nobody would close; one that ran
    while a suspension was lifted, a hit whose clock nobody would start. They are looked for without keeping writers
    waiting, and seen again before anything is changed.
    """
    with parts.transactions.read() as tx:
        fresh = parts.store.opened_since(tx, now - _HEAL_WITHIN)
        standings = parts.office.standings(tx, sorted({hit.entry_id for hit in fresh}))
    astray = sorted({hit.entry_id for hit in fresh if _is_astray(hit, standings.get(hit.entry_id), now)})
    healed = 0
    for start in range(0, len(astray), _AT_ONCE):
        with parts.transactions.write() as tx:
            found = parts.office.standings(tx, astray[start : start + _AT_ONCE])
            for standing in sorted(set(found.values())):
                entry_ids = [entry_id for entry_id, one in found.items() if one is standing]
                healed += entries_changed(parts, tx, entry_ids, standing, reason=_HEALED, now=now)
    return healed


def _is_astray(hit: Hit, standing: EntryState | None, now: datetime) -> bool:
    if standing is None or (hit.closed_at is not None and standing is not EntryState.WITHDRAWN):
        return False
    return after_standing(hit, standing, now) != hit


def _open_dispute(parts: HitParts, tx: Transaction, dispute_id: int) -> Dispute:
    dispute = parts.store.dispute(tx, dispute_id)
    if dispute is None:
        raise NoSuchDisputeError(f"there is no dispute {dispute_id}")
    if dispute.outcome is not None:
        raise DisputeAnsweredError(f"dispute {dispute_id} was {dispute.outcome} before")
    return dispute
