"""Hits: recorded for the check, acted on by members, answered by the list's organisations, watched by the clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from typing_extensions import override

from schoon.check import HitBook, HitRecorded, Sighting
from schoon.hits import _actions, _book, _delivery, _disputes, _messages
from schoon.hits._parts import HitParts
from schoon.hits.errors import NoSuchHitError, NoSuchMessageError
from schoon.hits.ports import Sender
from schoon.hits.statements import Provider, statement
from schoon.hits.types import (
    ActionResult,
    DeadLetter,
    Dispute,
    DisputeAnswer,
    Hit,
    HitAction,
    HitCounts,
    HitDetails,
    Hold,
    Language,
    Wanted,
)
from schoon.journal import Event
from schoon.kinds import Clock, EntryId, HitId, MemberId, Transaction
from schoon.lists import EntryState
from schoon.lists.ports import EntryListener

__all__ = ["HitService"]

_FILES_SHOWN = 100
_KEEP_DELIVERED = timedelta(days=90)
_LONGEST_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HitService(HitParts, HitBook, EntryListener):
    """Everything that happens to hits. Safe between threads and between processes: the database decides."""

    # For the check and the list, inside their transactions.

    @override
    def record(
        self, tx: Transaction, member_id: MemberId, sightings: Sequence[Sighting], now: datetime, *, hit_term: timedelta
    ) -> list[HitRecorded]:
        """The hit of each sighting, in the same order: one open hit per member and entry."""
        return _book.record(self, tx, member_id, sightings, now=now, hit_term=hit_term)

    @override
    def entries_changed(
        self, tx: Transaction, entry_ids: Sequence[EntryId], standing: EntryState, *, reason: str, now: datetime
    ) -> None:
        """Hits follow their entries: suspended ones stand still, withdrawn ones are over and offer restore."""
        _book.entries_changed(self, tx, entry_ids, standing, reason=reason, now=now)

    # For members.

    def list_hits(self, member_id: MemberId | None, wanted: Wanted) -> list[Hit]:
        """A page of at most 1,000 hits; of every member when none is given."""
        with self.transactions.read() as tx:
            return self.store.page(tx, member_id, replace(wanted, limit=max(1, min(wanted.limit, _LONGEST_PAGE))))

    def hit(self, hit_id: HitId, *, member_id: MemberId | None = None) -> HitDetails:
        """One hit with its files, actions and disputes.

        Raises:
            NoSuchHitError: There is none, or it is not the member's: the two are never told apart.
        """
        with self.transactions.read() as tx:
            return HitDetails(
                hit=self._hit(tx, hit_id, member_id),
                files=tuple(self.store.files(tx, hit_id, _FILES_SHOWN)),
                file_count=self.store.file_count(tx, hit_id),
                actions=tuple(self.store.actions(tx, hit_id)),
                disputes=tuple(self.store.disputes(tx, None, open_only=False, hit_id=hit_id)),
            )

    def counts(self, member_id: MemberId | None, now: datetime) -> HitCounts:
        """How many hits stand where; of every member when none is given."""
        with self.transactions.read() as tx:
            return self.store.counts(tx, member_id, now)

    def act(
        self, member_id: MemberId, actions: Sequence[HitAction], *, actor: str, now: datetime
    ) -> list[ActionResult]:
        """What became of each action, in order; see `rules.act` for what each does.

        Raises:
            TooManyActionsError: More than 10,000.
        """
        return _actions.act(self, member_id, actions, actor=actor, now=now)

    def add_sightings(
        self, member_id: MemberId, sightings: Sequence[tuple[HitId, str]], *, now: datetime
    ) -> list[ActionResult]:
        """What became of each (hit, file reference); a reference that is there already is counted again.

        Raises:
            TooManyActionsError: More than 10,000.
        """
        return _actions.add_sightings(self, member_id, sightings, now=now)

    def statement(self, hit_id: HitId, language: Language, *, member_id: MemberId | None = None) -> str:
        """The statement of reasons for the member's customer, as markdown.

        Raises:
            NoSuchHitError: There is none, or it is not the member's.
            StatementHeldError: The police asked to hold it back.
            StatementTooEarlyError: No measure is recorded on the hit.
        """
        with self.transactions.read() as tx:
            hit = self._hit(tx, hit_id, member_id)
            name, complaint_address = self.complaints.complaint_route(tx, hit.member_id)
            files = self.store.files(tx, hit_id, _FILES_SHOWN)
        return statement(hit, Provider(name=name, complaint_address=complaint_address), files, language)

    # For the operator of the list.

    def disputes(self, member_id: MemberId | None = None, *, open_only: bool = True) -> list[Dispute]:
        """Disputes, the first to be answered first; of every member when none is given."""
        with self.transactions.read() as tx:
            return self.store.disputes(tx, member_id, open_only=open_only)

    def answer_dispute(self, answer: DisputeAnswer, *, actor: str, now: datetime) -> Dispute:
        """The answered dispute. Upheld suspends the entry at once; rejected lets the member's clock go on.

        Raises:
            ReasonsMissingError: The reasons say too little.
            NoSuchDisputeError, DisputeAnsweredError: There is no such dispute without an answer.
            NotEntitledError: Upheld by an organisation that neither attested the entry nor is the police.
        """
        return _disputes.answer(self, answer, actor=actor, now=now)

    def hold_statement(self, hit_id: HitId, *, by: str, reason: str, actor: str, now: datetime) -> Hit:
        """The hit, its statement held back from now on because that police unit asked.

        Raises:
            NoSuchHitError: There is none.
            ReasonsMissingError: The reasons say too little.
        """
        hold = Hold(by=by, reason=_disputes.require_reasons(reason), at=now)
        return self._set_hold(hit_id, hold, "hit:statement:hold", actor=actor, now=now)

    def release_statement(self, hit_id: HitId, *, actor: str, now: datetime) -> Hit:
        """The hit, its statement free again.

        Raises:
            NoSuchHitError: There is none.
        """
        return self._set_hold(hit_id, None, "hit:statement:release", actor=actor, now=now)

    def overdue(self, now: datetime, limit: int = 1_000) -> list[Hit]:
        """Open hits whose clock has run out, the longest first."""
        with self.transactions.read() as tx:
            return self.store.due(tx, now, limit=limit, unmarked=False)

    # For the worker.

    def due_work(self, now: datetime) -> int:
        """How many things were done that time alone called for: overdue marks, and hits brought in line with the list.

        Call it about once a minute; several processes may.
        """
        with self.transactions.write() as tx:
            self.outbox.forget_before(tx, now - _KEEP_DELIVERED)
        healed = _disputes.heal(self, now)
        return healed + _disputes.mark_overdue_hits(self, now) + _disputes.mark_overdue_disputes(self, now)

    def deliver_due(self, clock: Clock, sender: Sender, limit: int = 100) -> int:
        """How many messages were delivered to members' webhooks; at most `limit` are tried.

        Takes a clock, not a moment: leases are measured in real time. Several processes may call it.
        """
        return _delivery.deliver_due(self, clock, sender, limit=limit)

    def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """Messages that were given up, newest first."""
        with self.transactions.read() as tx:
            return self.outbox.dead_letters(tx, limit)

    def requeue(self, message_id: int, *, actor: str, now: datetime) -> None:
        """Let a message that was given up be sent again.

        Raises:
            NoSuchMessageError: There is no such dead letter.
        """
        with self.transactions.write() as tx:
            if not self.outbox.requeue(tx, message_id, now):
                raise NoSuchMessageError(f"no message {message_id} was given up")
            self.journal.append(
                tx, Event(action="hit:message:requeue", actor=actor, subject=f"message:{message_id}", at=now)
            )

    def waiting(self) -> int:
        """Messages neither delivered nor given up."""
        with self.transactions.read() as tx:
            return self.outbox.waiting(tx)

    def _hit(self, tx: Transaction, hit_id: HitId, member_id: MemberId | None) -> Hit:
        known = hit_id.isprintable()  # PostgreSQL does not even take a question that holds NUL
        hit = self.store.hits(tx, [hit_id], member_id).get(hit_id) if known else None
        if hit is None:
            raise NoSuchHitError(f"there is no hit {hit_id[:64]!r}")
        return hit

    def _set_hold(self, hit_id: HitId, hold: Hold | None, action: str, *, actor: str, now: datetime) -> Hit:
        with self.transactions.write() as tx:
            hit = replace(self._hit(tx, hit_id, None), hold=hold)
            self.store.save(tx, [hit])
            for event in _messages.notes(action, [hit_id], actor=actor, subject=f"hit:{hit_id}", now=now):
                self.journal.append(tx, event)
        return hit
