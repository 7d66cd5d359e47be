"""What people do in this room: answer disputes, record what they saw, and by what right the prober looks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from schoon.agenda import TaskKind
from schoon.followup._looking import Looking
from schoon.followup._scene import Scene, by_item, ended, item_event, step_tasks
from schoon.followup.errors import LegalBasisError, NoLegalBasisError, NoSuchDisputeError, NotFollowedError
from schoon.followup.ports import FollowUpPorts
from schoon.followup.rules import DESK, judge
from schoon.followup.types import ClockEnd, DisputeAnswer, ItemClock, LegalBasis, ProbeOutcome, ProbeResult
from schoon.journal import Event
from schoon.kinds import ItemId, Transaction, require_utc
from schoon.reports import ItemState, Move, may_move

_FOLLOWED = {ItemState.NOTICED, ItemState.INACCESSIBLE}


class Desk:
    """The acts of people."""

    def __init__(self, ports: FollowUpPorts, looking: Looking) -> None:
        """Take the ports, and who does what follows from looks."""
        self._ports = ports
        self._looking = looking

    def answer_disputes(self, answers: Sequence[DisputeAnswer], *, by: str, now: datetime) -> None:
        """Settle the disputes about items; see `FollowUpService.answer_disputes`."""
        given = {one.item_id: one for one in answers}
        with self._ports.transactions.write() as tx:
            scene = Scene.load(self._ports, tx, sorted(given))
            for item_id in given:
                if not any(clock.is_disputed for clock in scene.clocks.get(item_id, ())):
                    raise NoSuchDisputeError(f"no dispute about item {item_id} waits for an answer")
            after = {
                item_id: [_answered(clock, given[item_id], now) for clock in scene.clocks[item_id]] for item_id in given
            }
            self._ports.store.save_clocks(tx, _changed(scene, after))
            upheld = [item_id for item_id, one in given.items() if one.upheld]
            self._settle(tx, scene, [given[item_id] for item_id in upheld], by=by, now=now)
            tasks, none = step_tasks(after, self._ports.profiles)
            self._ports.agenda.put(tx, tasks)
            self._ports.agenda.drop(tx, TaskKind.CLOCK_STEP, none)
            self._ports.agenda.drop(tx, TaskKind.ITEM_PROBE, upheld)
            events = [
                item_event("dispute:answer", item_id, now, by=by, upheld=one.upheld) for item_id, one in given.items()
            ]
            self._ports.journal.append_all(tx, events)

    def looked(self, item_ids: Sequence[ItemId], outcome: ProbeOutcome, *, by: str, now: datetime) -> None:
        """Record what a person saw; see `FollowUpService.looked`."""
        with self._ports.transactions.write() as tx:
            scene = Scene.load(self._ports, tx, item_ids)
            for item_id in item_ids:
                item = scene.items.get(item_id)
                if item is None or item.state not in _FOLLOWED or item_id not in scene.watches:
                    raise NotFollowedError(f"item {item_id} is not being followed")
            results = [ProbeResult(item_id=one, vantage=DESK, at=require_utc(now), outcome=outcome) for one in item_ids]
            self._looking.write_down(tx, scene, {one.item_id: [judge(one, ())] for one in results}, now=now)
            tasks, _ = step_tasks(by_item(self._ports.store.clocks(tx, item_ids)), self._ports.profiles)
            self._ports.agenda.put(tx, tasks)
            events = [item_event("item:look", one, now, by=by, outcome=outcome.value) for one in item_ids]
            self._ports.journal.append_all(tx, events)

    def record_basis(self, basis: str, signatory: str, *, by: str, now: datetime) -> LegalBasis:
        """Let the prober look; see `FollowUpService.record_basis`."""
        if not basis.strip() or not signatory.strip():
            raise LegalBasisError
        new = LegalBasis(number=0, basis=basis.strip(), signatory=signatory.strip(), recorded_by=by, recorded_at=now)
        with self._ports.transactions.write() as tx:
            earlier = self._ports.store.basis(tx)
            if earlier is not None:
                self._ports.store.end_basis(tx, earlier.number, by=by, at=now)
            kept = self._ports.store.add_basis(tx, new)
            self._journal_basis(tx, "record", kept, by=by, now=now)
        return kept

    def end_basis(self, *, by: str, now: datetime) -> LegalBasis:
        """Let the prober look no more; see `FollowUpService.end_basis`."""
        with self._ports.transactions.write() as tx:
            basis = self._ports.store.basis(tx)
            if basis is None:
                raise NoLegalBasisError
            self._ports.store.end_basis(tx, basis.number, by=by, at=require_utc(now))
            self._journal_basis(tx, "end", basis, by=by, now=now)
        return replace(basis, ended_at=now)

    def _settle(
        self, tx: Transaction, scene: Scene, upheld: Sequence[DisputeAnswer], *, by: str, now: datetime
    ) -> None:
        """Items of upheld disputes are not illegal; one that cannot go there stays where it is, its clocks void."""
        moves = [
            Move(
                item_id=one.item_id,
                from_state=scene.items[one.item_id].state,
                to_state=ItemState.NOT_ILLEGAL,
                by=by,
                reason=one.reason,
            )
            for one in upheld
            if may_move(scene.items[one.item_id].state, ItemState.NOT_ILLEGAL)
        ]
        self._ports.items.move(tx, moves, now=now)

    def _journal_basis(self, tx: Transaction, verb: str, basis: LegalBasis, *, by: str, now: datetime) -> None:
        subject = f"legal_basis:{basis.number}"
        self._ports.journal.append(tx, Event(action=f"followup:legal_basis:{verb}", actor=by, subject=subject, at=now))


def _answered(clock: ItemClock, answer: DisputeAnswer, now: datetime) -> ItemClock:
    if clock.is_disputed:
        clock = replace(clock, answered_at=now, upheld=answer.upheld)
    return ended(clock, ClockEnd.VOID, now) if answer.upheld and clock.ended_at is None else clock


def _changed(scene: Scene, after: dict[ItemId, list[ItemClock]]) -> list[ItemClock]:
    before = {one.number: one for some in scene.clocks.values() for one in some}
    return [one for some in after.values() for one in some if one != before[one.number]]
