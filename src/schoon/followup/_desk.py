"""What people do in this room: record what they saw, and by what right the prober looks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from schoon.followup._looking import Looking
from schoon.followup._scene import Scene, by_item, item_event, step_tasks
from schoon.followup.errors import LegalBasisError, NoLegalBasisError, NotFollowedError
from schoon.followup.ports import FollowUpPorts
from schoon.followup.rules import DESK, judge
from schoon.followup.types import LegalBasis, ProbeOutcome, ProbeResult
from schoon.journal import Event
from schoon.kinds import ItemId, Transaction, require_utc
from schoon.reports import ItemState

_FOLLOWED = {ItemState.NOTICED, ItemState.INACCESSIBLE}


class Desk:
    """The acts of people."""

    def __init__(self, ports: FollowUpPorts, looking: Looking) -> None:
        """Take the ports, and who does what follows from looks."""
        self._ports = ports
        self._looking = looking

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

    def _journal_basis(self, tx: Transaction, verb: str, basis: LegalBasis, *, by: str, now: datetime) -> None:
        subject = f"legal_basis:{basis.number}"
        self._ports.journal.append(tx, Event(action=f"followup:legal_basis:{verb}", actor=by, subject=subject, at=now))
