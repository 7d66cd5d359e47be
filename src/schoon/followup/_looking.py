"""Looks at items that are due, and does what follows: confirmed, come back, hosted elsewhere, looked at again.

1. What is known is read; what may not be looked at is put off.
2. Outside any transaction the prober looks, and places to which items lead are reported.
3. In one transaction: the looks of the tasks that are still ours are kept, and what follows is done and planned.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schoon.agenda import Claimed, Task, TaskKind
from schoon.followup._scene import (
    ROOM,
    Scene,
    by_item,
    ended,
    item_event,
    look_task,
    next_step_due,
    save_clocks,
    step_task,
)
from schoon.followup.ports import FollowUpPorts, Prober
from schoon.followup.rules import FRESH, RETRY_AFTER, confirmed, judge, next_look, with_addresses, with_looks
from schoon.followup.types import ClockEnd, ItemClock, LegalBasis, Look, ProbeOutcome, ProbeResult, ProbeTarget, Watch
from schoon.journal import Event
from schoon.kinds import EXACT_KINDS, Digest, ItemId, Transaction
from schoon.reports import Item, ItemKind, ItemState, Move, ReportSource, Submission, SubmittedItem

_log = logging.getLogger(__name__)

FORBIDDEN_AGAIN = timedelta(days=1)
"""When an item is taken up again at which a rule forbids to look: the rule may have ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a round of looks changed about an item.

    Attributes:
        watch: As it is after that.
        state: Where the item goes.
        reason: For its history.
        verb: For the journal.
    """

    watch: Watch
    state: ItemState
    end: ClockEnd | None = None
    reason: str
    verb: str
    at: datetime


class Looking:
    """Does the tasks `ITEM_PROBE`."""

    def __init__(self, ports: FollowUpPorts) -> None:
        """Take the ports."""
        self._ports = ports

    def probe_due(self, claimed: Sequence[Claimed], *, now: datetime) -> None:
        """Look at the items of the tasks; see the module's docstring."""
        ids = [ItemId(one.subject) for one in claimed if one.kind is TaskKind.ITEM_PROBE]
        if not ids:
            return
        with self._ports.transactions.read() as tx:
            basis = self._ports.store.basis(tx)
            scene = Scene.load(self._ports, tx, ids)
        prober = self._ports.prober
        if prober is None or basis is None:
            self._put_off(claimed, now + RETRY_AFTER)
            return
        wanted = {one: scene.items[one] for one in ids if _may_be_followed(scene, one)}
        forbidden = self._ports.rules.forbidden({item.url.host for item in wanted.values()}, now=now)
        self._put_off([one for one in claimed if _is_at(wanted, one, forbidden)], now + FORBIDDEN_AGAIN)
        looked = {one: item for one, item in wanted.items() if item.url.host not in forbidden}
        rounds = self._look(prober, looked, basis=basis, now=now)
        self._report(scene, rounds, now)
        with self._ports.transactions.write() as tx:
            due = [one for one in claimed if not _is_at(wanted, one, forbidden)]
            ours = {ItemId(one.subject) for one in self._ports.agenda.done(tx, due)}
            mine = {one: looks for one, looks in rounds.items() if one in ours}
            self.write_down(tx, scene, mine, now=now)

    def write_down(
        self, tx: Transaction, scene: Scene, rounds: Mapping[ItemId, Sequence[Look]], *, now: datetime
    ) -> None:
        """Keep rounds of looks and do what follows from them."""
        watches, turns = {}, {}
        for item_id, looks in rounds.items():
            watches[item_id] = watch = with_addresses(with_looks(scene.watches[item_id], looks), looks)
            turn = self._turn(scene.items[item_id].state, watch, looks)
            if turn is not None:
                turns[item_id] = turn
        done = self._take(tx, turns, now)
        watches |= {item_id: turn.watch for item_id, turn in done.items()}
        self._ports.store.add_looks(tx, [look for looks in rounds.values() for look in looks])
        self._ports.store.put_watches(tx, list(watches.values()))
        stay = {one: watch for one, watch in watches.items() if one not in done or done[one].end is not None}
        self._plan(tx, scene, stay, now)

    def _look(
        self, prober: Prober, items: Mapping[ItemId, Item], *, basis: LegalBasis, now: datetime
    ) -> dict[ItemId, list[Look]]:
        targets = [ProbeTarget(item_id=item_id, url=item.url) for item_id, item in items.items()]
        results = prober.look(targets, under=basis, now=now) if targets else []
        known = self._known(results)
        rounds: defaultdict[ItemId, list[Look]] = defaultdict(list)
        for result in results:
            rounds[result.item_id].append(judge(result, known.get(result.item_id, ())))
        for item_id in items.keys() - rounds.keys():
            _log.error("prober left an item out", extra={"event": "followup.look", "item_id": item_id})
            fault = ProbeResult(
                item_id=item_id,
                vantage=prober.vantages[0],
                at=now,
                outcome=ProbeOutcome.CHECKER_FAULT,
                control_ok=False,
                reason="no_result",
            )
            rounds[item_id].append(judge(fault, ()))
        return {item_id: rounds[item_id] for item_id in items}

    def _known(self, results: Sequence[ProbeResult]) -> Mapping[ItemId, tuple[Digest, ...]]:
        read = {one.item_id for one in results if one.digests}
        if not read:
            return {}
        with self._ports.transactions.read() as tx:
            return self._ports.items.digests(tx, sorted(read))

    def _turn(self, state: ItemState, watch: Watch, looks: Sequence[Look]) -> Turn | None:
        if state is ItemState.INACCESSIBLE:
            if watch.seen_at is None or watch.seen_at not in {one.result.at for one in looks}:
                return None
            back = replace(watch, returned_at=watch.seen_at)
            return Turn(watch=back, state=ItemState.TO_NOTICE, reason="returned", verb="item:return", at=watch.seen_at)
        found = confirmed(watch, () if self._ports.prober is None else self._ports.prober.vantages)
        if found is None:
            return None
        gone = replace(watch, gone_at=found[0], confirmed_at=found[1])
        return Turn(
            watch=gone,
            state=ItemState.INACCESSIBLE,
            end=ClockEnd.INACCESSIBLE,
            reason="confirmed",
            verb="item:inaccessible",
            at=found[1],
        )

    def _take(self, tx: Transaction, turns: Mapping[ItemId, Turn], now: datetime) -> dict[ItemId, Turn]:
        """The turns of items that are still where they were; the others wait for the next look."""
        if not turns:
            return {}
        items = self._ports.items.items(tx, sorted(turns))
        done = {one: turn for one, turn in turns.items() if one in items and _may_turn(items[one].state, turn)}
        clocks = [one for one in self._ports.store.clocks(tx, sorted(done)) if one.ended_at is None]
        ends = [(one, done[one.item_id]) for one in clocks]
        closed = [ended(one, turn.end, turn.at, turn.watch) for one, turn in ends if turn.end is not None]
        save_clocks(self._ports, tx, closed)
        moves = [
            Move(item_id=one, from_state=items[one].state, to_state=turn.state, by=ROOM, reason=turn.reason)
            for one, turn in done.items()
        ]
        self._ports.items.move(tx, moves, now=now)
        self._ports.journal.append_all(tx, _events(done, by_item(closed), now))
        self._ports.agenda.drop(tx, TaskKind.CLOCK_STEP, [one for one, turn in done.items() if turn.end is not None])
        return done

    def _plan(self, tx: Transaction, scene: Scene, watches: Mapping[ItemId, Watch], now: datetime) -> None:
        """Put the next looks, steps that waited for this one, and who hosts what answered from a new address."""
        tasks = []
        for item_id, watch in watches.items():
            before, step_due = scene.watches[item_id], next_step_due(scene.running(item_id), self._ports.profiles)
            due = next_look(watch, now, step_due=step_due)
            tasks += [look_task(item_id, due)] if due is not None else []
            if not watch.faults and _waited(before, step_due, now):
                tasks.append(step_task(item_id, now))
            if watch.strayed_at not in {None, before.strayed_at}:
                tasks.append(Task(kind=TaskKind.ITEM_ATTRIBUTE, subject=item_id, due_at=now))
        self._ports.agenda.put(tx, tasks)

    def _report(self, scene: Scene, rounds: Mapping[ItemId, Sequence[Look]], now: datetime) -> None:
        """Take in the places to which items lead, as items of their own; each once, however often it is seen."""
        found = [
            self._submission(scene.items[item_id], one)
            for item_id, looks in rounds.items()
            for one in looks
            if one.outcome is ProbeOutcome.MOVED and one.result.moved_to is not None
        ]
        if found:
            self._ports.items.take(list({one.idempotency_key: one for one in found}.values()), now=now)

    def _submission(self, item: Item, look: Look) -> Submission:
        url = "" if look.result.moved_to is None else look.result.moved_to.text
        digests = [one for one in look.result.digests if one.kind in EXACT_KINDS and item.kind is ItemKind.MEDIA]
        content = " ".join(one.hex for one in digests)
        return Submission(
            source=ReportSource.API,
            items=(SubmittedItem(url=url, kind=item.kind, digests=tuple(digests)),),
            reference=f"moved from {item.item_id}",
            sender=ROOM,
            idempotency_key=self._ports.vault.tag("followup.moved", f"{item.item_id} {url} {content}"),
        )

    def _put_off(self, claimed: Sequence[Claimed], due_at: datetime) -> None:
        if not claimed:
            return
        with self._ports.transactions.write() as tx:
            self._ports.agenda.again(tx, claimed, due_at=due_at)


def _may_be_followed(scene: Scene, item_id: ItemId) -> bool:
    """Whether the plan of an item goes on: it is noticed, or inaccessible and watched for its return."""
    item, watch = scene.items.get(item_id), scene.watches.get(item_id)
    if item is None or watch is None:
        return False
    if item.state is ItemState.INACCESSIBLE:
        return watch.confirmed_at is not None and watch.returned_at is None
    return item.state is ItemState.NOTICED and watch.confirmed_at is None


def _waited(before: Watch, step_due: datetime | None, now: datetime) -> bool:
    """Whether a step was due that could not rest on any look before this one."""
    if step_due is None or step_due > now:
        return False
    return before.looked_at is None or before.looked_at < step_due - FRESH


def _may_turn(state: ItemState, turn: Turn) -> bool:
    return state is (ItemState.INACCESSIBLE if turn.end is None else ItemState.NOTICED)


def _is_at(wanted: Mapping[ItemId, Item], claimed: Claimed, hosts: frozenset[str]) -> bool:
    item = wanted.get(ItemId(claimed.subject))
    return item is not None and item.url.host in hosts


def _events(turns: Mapping[ItemId, Turn], clocks: Mapping[ItemId, Sequence[ItemClock]], now: datetime) -> list[Event]:
    return [
        item_event(turn.verb, item_id, now, clocks=len(clocks.get(item_id, ())), seen=turn.at.isoformat())
        for item_id, turn in turns.items()
    ]
