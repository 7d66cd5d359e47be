"""Takes the steps of clocks that are due: the notice again, the police, a record for the authority; each once.

What a step does is rows in this database, so one transaction does it with its task: nothing is lost or done twice.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from schoon.agenda import Claimed, TaskKind
from schoon.followup._scene import Scene, ended, is_disputed, item_event, look_task, save_clocks, step_tasks
from schoon.followup.ports import FollowUpPorts
from schoon.followup.rules import ACCUSING, MAX_WAITS, WAIT, Ruling, next_step, ruling
from schoon.followup.types import AuthorityRecord, ClockEnd, ItemClock, StepTaken
from schoon.kinds import HosterId, ItemId, NoticeId, Transaction
from schoon.norms import Step
from schoon.reports import ItemState

UNSEEN_AGAIN = timedelta(hours=6)
"""When a step that nobody's look supports for long is thought of again; a look before that brings it back at once."""

POLICE_REASONS = "still accessible after two notices to who hosts it"

_SETTLED = {
    ItemState.NOT_ILLEGAL: ClockEnd.VOID,
    ItemState.IGNORED: ClockEnd.VOID,
    ItemState.ABROAD: ClockEnd.MOVED,
}
"""What becomes of the clocks of an item that is no longer noticed; those of others are paused."""


@dataclass(slots=True)
class Work:
    """What one batch comes to.

    Attributes:
        clocks: Every clock of the items, as they are now.
        changed: Numbers of those to save.
        wait: Until when to put off which items.
        look: Items to look at first.
    """

    clocks: dict[ItemId, list[ItemClock]] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    steps: list[StepTaken] = field(default_factory=list)
    wait: dict[ItemId, datetime] = field(default_factory=dict)
    look: list[ItemId] = field(default_factory=list)

    def change(self, clock: ItemClock) -> None:
        """Put a clock in the place of the one with its number."""
        mine = self.clocks[clock.item_id]
        mine[[one.number for one in mine].index(clock.number)] = clock
        self.changed.add(clock.number)


class Stepping:
    """Does the tasks `CLOCK_STEP`."""

    def __init__(self, ports: FollowUpPorts) -> None:
        """Take the ports."""
        self._ports = ports

    def step_due(self, claimed: Sequence[Claimed], *, now: datetime) -> None:
        """Take the steps that are due of the items of the tasks, and plan the next; see the module's docstring."""
        tasks = {ItemId(one.subject): one for one in claimed if one.kind is TaskKind.CLOCK_STEP}
        if not tasks:
            return
        with self._ports.transactions.read() as tx:
            items = self._ports.items.items(tx, sorted(tasks))
        hosts = {item.url.host for item in items.values()}
        forbidden = self._ports.rules.forbidden(hosts, now=now)
        with self._ports.transactions.write() as tx:
            scene = Scene.load(self._ports, tx, sorted(tasks))
            work = self._decided(tx, scene, tasks, forbidden=forbidden, now=now)
            self._put_off(tx, work, tasks)
            over = [task for item_id, task in tasks.items() if item_id not in work.wait]
            ours = {ItemId(one.subject) for one in self._ports.agenda.done(tx, over)}
            self._write(tx, work, {*ours, *work.wait}, now)

    def _decided(
        self,
        tx: Transaction,
        scene: Scene,
        tasks: Mapping[ItemId, Claimed],
        *,
        forbidden: Collection[str],
        now: datetime,
    ) -> Work:
        prober = None if self._ports.store.basis(tx) is None else self._ports.prober
        work = Work(clocks={item_id: list(scene.clocks.get(item_id, ())) for item_id in tasks})
        for item_id, task in tasks.items():
            item = scene.items.get(item_id)
            if item is None or item_id not in scene.watches:
                continue
            if item.state is not ItemState.NOTICED:
                self._stand_still(work, scene.running(item_id), item.state, now)
                continue
            may_look = prober is not None and item.url.host not in forbidden
            self._decide(work, scene, item_id, task, may_look=may_look, now=now)
        return work

    def _stand_still(self, work: Work, running: Sequence[ItemClock], state: ItemState, now: datetime) -> None:
        for clock in running:
            end = _SETTLED.get(state)
            work.change(replace(clock, paused_at=now) if end is None else ended(clock, end, now))

    def _decide(
        self, work: Work, scene: Scene, item_id: ItemId, task: Claimed, *, may_look: bool, now: datetime
    ) -> None:
        disputed = is_disputed(scene.clocks[item_id])
        for clock in scene.running(item_id):
            due = next_step(clock, self._ports.profiles[clock.profile_id])
            if due is None or due[1] > now or (disputed and due[0] in ACCUSING):
                continue
            step, due_at = due
            said = ruling(scene.watches[item_id], step, due_at, may_look=may_look, waited=task.attempts)
            if said is Ruling.TAKE:
                work.change(replace(clock, last_step=step))
                work.steps.append(
                    StepTaken(item_id=item_id, notice_id=clock.notice_id, step=step, due_at=due_at, taken_at=now)
                )
                continue
            patient = task.attempts < MAX_WAITS and said is not Ruling.UNSEEN
            work.wait[item_id] = now + (WAIT if patient else UNSEEN_AGAIN)
            if said is Ruling.LOOK_FIRST:
                work.look.append(item_id)

    def _put_off(self, tx: Transaction, work: Work, tasks: Mapping[ItemId, Claimed]) -> None:
        by_due: defaultdict[datetime, list[Claimed]] = defaultdict(list)
        for item_id, due_at in work.wait.items():
            by_due[due_at].append(tasks[item_id])
        for due_at, some in by_due.items():
            self._ports.agenda.again(tx, some, due_at=due_at)

    def _write(self, tx: Transaction, work: Work, ours: Collection[ItemId], now: datetime) -> None:
        steps = [one for one in work.steps if one.item_id in ours]
        changed = [one for item_id in ours for one in work.clocks[item_id] if one.number in work.changed]
        save_clocks(self._ports, tx, changed)
        self._ports.store.add_steps(tx, steps)
        self._act(tx, steps, work.clocks, now)
        self._ports.journal.append_all(
            tx,
            [
                item_event(
                    "clock:step",
                    one.item_id,
                    now,
                    step=one.step.value,
                    notice=one.notice_id,
                    due=one.due_at.isoformat(),
                )
                for one in steps
            ],
        )
        going_on = {item_id: work.clocks[item_id] for item_id in ours if item_id not in work.wait}
        tasks, _ = step_tasks(going_on, self._ports.profiles)
        looks = [look_task(item_id, now) for item_id in work.look if item_id in ours]
        self._ports.agenda.put(tx, [*tasks, *looks])

    def _act(
        self, tx: Transaction, steps: Sequence[StepTaken], clocks: Mapping[ItemId, Sequence[ItemClock]], now: datetime
    ) -> None:
        about: defaultdict[Step, dict[ItemId, NoticeId]] = defaultdict(dict)
        for one in steps:
            about[one.step][one.item_id] = one.notice_id
        if again := about[Step.NOTICE_AGAIN]:
            self._ports.notices.notice_again(tx, list(again), now=now)
        if police := about[Step.POLICE]:
            self._ports.notices.refer_to_police(tx, list(police), reasons=POLICE_REASONS, now=now)
        laid = [one for one in steps if one.step is Step.AUTHORITY]
        if not laid:
            return
        ids = sorted({one.item_id for one in laid})
        watches = self._ports.store.watches(tx, ids)
        taken = self._ports.store.steps(tx, ids)
        by_notice = {(one.item_id, one.notice_id): one for item_id in ids for one in clocks[item_id]}
        records = [
            _record(
                by_notice[one.item_id, one.notice_id],
                watches[one.item_id].seen_at,
                _times(taken, clocks[one.item_id], by_notice[one.item_id, one.notice_id].hoster_id),
                now,
            )
            for one in laid
        ]
        self._ports.store.add_records(tx, records)


def _times(taken: Sequence[StepTaken], clocks: Sequence[ItemClock], hoster_id: HosterId) -> Mapping[Step, datetime]:
    """When each step was last taken about an item at a hoster, under whichever of its notices."""
    theirs = {(one.item_id, one.notice_id) for one in clocks if one.hoster_id == hoster_id}
    return {one.step: one.taken_at for one in taken if (one.item_id, one.notice_id) in theirs}


def _record(
    clock: ItemClock, seen_at: datetime | None, times: Mapping[Step, datetime], now: datetime
) -> AuthorityRecord:
    if clock.started_at is None or clock.deadline is None:
        raise ValueError(f"clock {clock.number}: a step was taken before it started")
    return AuthorityRecord(
        item_id=clock.item_id,
        notice_id=clock.notice_id,
        hoster_id=clock.hoster_id,
        profile_id=clock.profile_id,
        first_seen_at=clock.first_seen_at,
        sent_at=clock.sent_at,
        delivered_at=clock.delivered_at,
        acknowledged_at=clock.acknowledged_at,
        started_at=clock.started_at,
        deadline=clock.deadline,
        seen_at=seen_at,
        noticed_again_at=times.get(Step.NOTICE_AGAIN),
        police_at=times.get(Step.POLICE),
        recorded_at=now,
    )
