"""Starts, feeds and ends clocks with what becomes of notices, in the transaction that writes that down."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from schoon.agenda import TaskKind
from schoon.followup._scene import Scene, by_item, ended, look_task, next_step_due, save_clocks, step_tasks
from schoon.followup.ports import FollowUpPorts
from schoon.followup.rules import carried, next_look
from schoon.followup.types import ClockEnd, ItemClock, Watch
from schoon.kinds import HosterId, ItemId, Transaction
from schoon.norms import ClockStart
from schoon.notices import Answer, AnsweredNotice, Notice, NoticeKind, SentNotice, SettledDispute
from schoon.reports import ItemState

_LOOK_NOW = frozenset({Answer.REMOVED, Answer.MOVED_TO, Answer.NOT_OURS})
"""Answers after which it is worth while to look at once."""


class Listener:
    """What this room does when notices are sent, arrive, come back and are answered (`NoticeListener`)."""

    def __init__(self, ports: FollowUpPorts) -> None:
        """Take the ports."""
        self._ports = ports

    def sent(self, tx: Transaction, sent: Sequence[SentNotice], at: datetime) -> None:
        """Start a clock for every item of a first notice, and plan the looks from here.

        A hoster who had the item before gets what is left of its term. Who had it and is not asked any more has its
        clock ended.
        """
        told = [
            (one.notice, item_id) for one in sent if one.notice.kind is NoticeKind.FIRST for item_id in one.item_ids
        ]
        if not told:
            return
        scene = Scene.load(self._ports, tx, sorted({item_id for _, item_id in told}))
        gone = {item_id for item_id, item in scene.items.items() if item.state is ItemState.INACCESSIBLE}
        self._ports.store.add_clocks(tx, [_too_late(scene, one, item, at) for one, item in told if item in gone])
        told = [(notice, item_id) for notice, item_id in told if item_id not in gone]
        clocks = {item_id: list(scene.clocks.get(item_id, ())) for _, item_id in told}
        for notice, item_id in told:
            clocks[item_id] = self._with_notice(scene, clocks[item_id], notice, item_id, at=at)
        save_clocks(self._ports, tx, _changed(scene, clocks))
        self._ports.store.add_clocks(tx, [one for some in clocks.values() for one in some if not one.number])
        watches = [
            self._watch(scene.watches.get(item_id), some[-1], tuple(scene.running(item_id)))
            for item_id, some in clocks.items()
        ]
        self._ports.store.put_watches(tx, watches)
        self._plan(tx, watches, clocks, at)

    def delivered(self, tx: Transaction, delivered: Sequence[SentNotice], at: datetime) -> None:
        """Write down when notices arrived, and start the clocks that count from there."""
        arrived = {one.notice.notice_id: one.notice.delivered_at or at for one in delivered}
        under = self._ports.store.clocks_of(tx, sorted(arrived))
        fresh = [replace(one, delivered_at=arrived[one.notice_id]) for one in under if one.delivered_at is None]
        waiting = {one.item_id for one in fresh if one.started_at is None and one.ended_at is None}
        every = by_item(self._ports.store.clocks(tx, sorted(waiting)))
        started = [self._started_late(one, every.get(one.item_id, [])) for one in fresh]
        save_clocks(self._ports, tx, started)
        now = {one.number: one for one in started}
        running = {item_id: [now.get(one.number, one) for one in some] for item_id, some in every.items()}
        tasks, _ = step_tasks(running, self._ports.profiles)
        self._ports.agenda.put(tx, tasks)

    def failed(self, tx: Transaction, failed: Sequence[SentNotice], at: datetime) -> None:
        """End the clocks of notices that came back: the hoster never had them, and nothing counts."""
        under = self._ports.store.clocks_of(tx, sorted({one.notice.notice_id for one in failed}))
        void = [ended(one, ClockEnd.VOID, at) for one in under if one.ended_at is None]
        save_clocks(self._ports, tx, void)
        self._replan_steps(tx, sorted({one.item_id for one in void}))

    def answered(self, tx: Transaction, answered: Sequence[AnsweredNotice], at: datetime) -> None:
        """Write down when the hoster first spoke, hold what accuses while it disputes, look at once what it removed."""
        answers = {(one.notice.hoster_id, said.item_id): said.answer for one in answered for said in one.answers}
        notices = {one.notice.notice_id for one in answered}
        clocks = self._ports.store.clocks(tx, sorted({item_id for _, item_id in answers}))
        clocks += self._ports.store.clocks_of(tx, sorted(notices))
        before = {
            one.number: one
            for one in clocks
            if one.ended_at is None and ((one.hoster_id, one.item_id) in answers or one.notice_id in notices)
        }
        after = [_after_answer(one, answers.get((one.hoster_id, one.item_id)), at) for one in before.values()]
        save_clocks(self._ports, tx, [one for one in after if one != before[one.number]])
        disputed = {one.item_id for one in after if one.is_disputed and not before[one.number].is_disputed}
        self._replan_steps(tx, sorted(disputed))
        gone = {one.item_id for one in after if answers.get((one.hoster_id, one.item_id)) in _LOOK_NOW}
        self._ports.agenda.put(tx, [look_task(item_id, at) for item_id in sorted(gone)])

    def settled(self, tx: Transaction, settled: Sequence[SettledDispute], at: datetime) -> None:
        """Let clocks go on whose dispute was rejected; where one was upheld, the item's clocks are void."""
        outcomes = {(one.notice.hoster_id, one.dispute.item_id): bool(one.dispute.upheld) for one in settled}
        upheld = sorted({item_id for (_, item_id), is_upheld in outcomes.items() if is_upheld})
        before = self._ports.store.clocks(tx, sorted({item_id for _, item_id in outcomes}))
        after = [_after_outcome(one, outcomes, at) for one in before]
        after = [ended(one, ClockEnd.VOID, at) if one.item_id in upheld and one.end is None else one for one in after]
        save_clocks(self._ports, tx, [new for old, new in zip(before, after, strict=True) if new != old])
        tasks, none = step_tasks(by_item(after), self._ports.profiles)
        self._ports.agenda.put(tx, tasks)
        self._ports.agenda.drop(tx, TaskKind.CLOCK_STEP, none)
        self._ports.agenda.drop(tx, TaskKind.ITEM_PROBE, upheld)

    def _with_notice(
        self, scene: Scene, clocks: list[ItemClock], notice: Notice, item_id: ItemId, *, at: datetime
    ) -> list[ItemClock]:
        """One item's clocks with that of a new first notice."""
        item, watch = scene.items[item_id], scene.watches.get(item_id)
        left = None
        if item.moved_at >= at:  # noticed by this very notice: whoever was told before is not asked any more
            left = watch.strayed_at if watch is not None and watch.strayed_at is not None else at
        earlier = _earlier(clocks, notice.hoster_id)
        kept = [_given_way(one, notice.hoster_id, left, at) for one in clocks]
        new = _new_clock(scene, notice, item_id, at)
        profile = self._ports.profiles[notice.profile_id]
        if profile.starts is ClockStart.SENT:
            new = carried(new, earlier, profile, new.sent_at)
        return [*kept, new]

    def _started_late(self, clock: ItemClock, clocks: Sequence[ItemClock]) -> ItemClock:
        if clock.started_at is not None or clock.ended_at is not None or clock.delivered_at is None:
            return clock
        others = [one for one in clocks if one.number != clock.number]
        profile = self._ports.profiles[clock.profile_id]
        return carried(clock, _earlier(others, clock.hoster_id), profile, clock.delivered_at)

    def _watch(self, watch: Watch | None, clock: ItemClock, running: Sequence[ItemClock]) -> Watch:
        """A watch from the newest notice on; what was seen stays, what spoke for a removal begins anew."""
        fresh = Watch(item_id=clock.item_id, anchor_at=clock.sent_at, first_seen_at=clock.first_seen_at)
        if watch is None:
            return fresh
        addresses = watch.addresses if running else frozenset[str]()
        return replace(fresh, looked_at=watch.looked_at, seen_at=watch.seen_at, addresses=addresses)

    def _plan(
        self, tx: Transaction, watches: Sequence[Watch], clocks: dict[ItemId, list[ItemClock]], at: datetime
    ) -> None:
        steps, _ = step_tasks(clocks, self._ports.profiles)
        looks = []
        for watch in watches:
            due = next_step_due(clocks[watch.item_id], self._ports.profiles)
            look_at = next_look(watch, at, step_due=due)
            looks += [look_task(watch.item_id, look_at)] if look_at is not None else []
        self._ports.agenda.put(tx, [*steps, *looks])

    def _replan_steps(self, tx: Transaction, item_ids: Sequence[ItemId]) -> None:
        """Put the tasks of items anew, after their clocks changed."""
        clocks = by_item(self._ports.store.clocks(tx, item_ids))
        tasks, none = step_tasks(clocks, self._ports.profiles)
        self._ports.agenda.put(tx, tasks)
        self._ports.agenda.drop(tx, TaskKind.CLOCK_STEP, none)
        over = [item_id for item_id, some in clocks.items() if all(one.ended_at for one in some)]
        self._ports.agenda.drop(tx, TaskKind.ITEM_PROBE, over)


def _new_clock(scene: Scene, notice: Notice, item_id: ItemId, at: datetime) -> ItemClock:
    return ItemClock(
        item_id=item_id,
        notice_id=notice.notice_id,
        hoster_id=notice.hoster_id,
        profile_id=notice.profile_id,
        first_seen_at=scene.items[item_id].first_reported_at,
        sent_at=notice.sent_at or at,
    )


def _too_late(scene: Scene, notice: Notice, item_id: ItemId, at: datetime) -> ItemClock:
    """The clock of a hoster who is told of what was inaccessible before: it never ran."""
    return ended(_new_clock(scene, notice, item_id, at), ClockEnd.VOID, at)


def _earlier(clocks: Sequence[ItemClock], hoster_id: HosterId) -> ItemClock | None:
    """The latest clock of a hoster, when its time counts on: it runs, or ended only because the item left."""
    mine = [one for one in clocks if one.hoster_id == hoster_id]
    if not mine or mine[-1].end in {ClockEnd.INACCESSIBLE, ClockEnd.VOID}:
        return None
    return mine[-1]


def _given_way(clock: ItemClock, hoster_id: HosterId, left: datetime | None, at: datetime) -> ItemClock:
    """An earlier clock beside a new notice: renewed by it, ended when its hoster was left, or as it was."""
    if clock.ended_at is not None or not clock.number:
        return clock
    if clock.hoster_id == hoster_id:
        return ended(clock, ClockEnd.RENEWED, at)
    if left is None or clock.sent_at >= at:
        return clock
    return ended(clock, ClockEnd.MOVED, clock.paused_at or max(left, clock.sent_at))


def _after_answer(clock: ItemClock, answer: Answer | None, at: datetime) -> ItemClock:
    if clock.acknowledged_at is None:
        clock = replace(clock, acknowledged_at=at)
    if answer is Answer.DISPUTED and clock.disputed_at is None:
        clock = replace(clock, disputed_at=at)
    return clock


def _after_outcome(clock: ItemClock, outcomes: Mapping[tuple[HosterId, ItemId], bool], at: datetime) -> ItemClock:
    upheld = outcomes.get((clock.hoster_id, clock.item_id))
    if upheld is None or not clock.is_disputed:
        return clock
    return replace(clock, answered_at=at, upheld=upheld)


def _changed(scene: Scene, clocks: dict[ItemId, list[ItemClock]]) -> list[ItemClock]:
    before = {one.number: one for some in scene.clocks.values() for one in some}
    return [one for some in clocks.values() for one in some if one.number and one != before[one.number]]
