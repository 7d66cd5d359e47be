"""A worker takes what is due in turns, and one poisoned task stops no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from schoon.agenda import Claimed, Task, TaskKind, retry_after
from schoon.agenda.service import AgendaService
from schoon.worker import LEASE, Job, Turns, Workplace
from tests.memory.agenda import MemoryAgenda
from tests.memory.transactions import MemoryTransactions

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PROBE, SEND = TaskKind.ITEM_PROBE, TaskKind.NOTICE_SEND


@dataclass
class Room:
    """Does tasks, writes down which, and chokes on those it is told to."""

    agenda: MemoryAgenda
    transactions: MemoryTransactions
    poison: set[str] = field(default_factory=set)
    batches: list[list[str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    on_batch: Callable[[], None] = lambda: None

    def do(self, claimed: Sequence[Claimed], now: datetime) -> None:
        self.batches.append([task.subject for task in claimed])
        self.on_batch()
        if self.poison & {task.subject for task in claimed}:
            raise KeyError("a digest that must not be logged")
        with self.transactions.write() as tx:
            self.written += [task.subject for task in self.agenda.done(tx, claimed)]


@dataclass
class World:
    agenda: MemoryAgenda = field(default_factory=MemoryAgenda)
    transactions: MemoryTransactions = field(default_factory=MemoryTransactions)
    now: datetime = T0
    batch: int = 10

    def __post_init__(self) -> None:
        self.probes, self.notices = (Room(self.agenda, self.transactions) for _ in range(2))
        jobs = [
            Job(kind=PROBE, run=self.probes.do, batch=self.batch),
            Job(kind=SEND, run=self.notices.do, batch=self.batch),
        ]
        self.service = AgendaService(self.transactions, self.agenda)
        self.place = Workplace(
            agenda=self.service,
            jobs=jobs,
            chores=[],
            clock=lambda: self.now,
            close=lambda: None,
        )
        self.turns = Turns(self.place)

    def put(self, *subjects: str, kind: TaskKind = PROBE, at: datetime = T0) -> None:
        with self.transactions.write() as tx:
            self.agenda.put(tx, [Task(kind=kind, subject=subject, due_at=at) for subject in subjects])

    def die_holding(self) -> None:
        """Somebody claims everything, and is never heard of again."""
        with self.transactions.write() as tx:
            self.agenda.claim(tx, now=self.now, until=self.now + LEASE, limit=1_000)
        self.now += LEASE

    def turn_until_idle(self) -> None:
        while (moment := self.turns.turn()) is not None and moment <= self.now:
            pass


@pytest.fixture
def world() -> World:
    return World()


def test_without_tasks_nothing_is_planned(world):
    assert world.turns.turn() is None


def test_it_says_when_to_come_again(world):
    world.put("a", at=T0 + MINUTE)
    world.put("n", at=T0 + 3 * MINUTE, kind=SEND)
    assert world.turns.turn() == T0 + MINUTE
    assert world.probes.batches == []


def test_a_batch_is_handed_to_the_room_whose_work_it_is(world):
    world.put("a", "b")
    world.put("n", kind=SEND)
    world.turn_until_idle()
    assert (world.probes.written, world.notices.written) == (["a", "b"], ["n"])
    assert world.turns.tally.done == {PROBE: 2, SEND: 1}


def test_a_backlog_of_one_kind_does_not_hold_up_another():
    world = World(batch=2)
    world.put(*(f"{number:03}" for number in range(100)), at=T0 - MINUTE)
    world.put("n", kind=SEND)
    world.turns.turn()
    world.turns.turn()
    assert world.notices.written == ["n"]


def test_one_poisoned_task_does_not_stop_the_others(world, caplog):
    names = [f"{number:02}" for number in range(10)]
    world.probes.poison = {"06"}
    world.put(*names)
    world.turn_until_idle()
    assert sorted(world.probes.written) == [name for name in names if name != "06"]
    (failing,) = world.service.failing()
    assert (failing.subject, failing.fault, failing.free_at) == ("06", "KeyError", T0 + retry_after(0))
    (record,) = [one for one in caplog.records if getattr(one, "event", "") == "worker.set_aside"]
    assert (record.kind, record.subject, record.error) == ("item:probe", "06", "KeyError")
    assert "digest" not in record.getMessage()


def test_a_poisoned_task_comes_back_at_growing_intervals_and_is_never_dropped(world):
    world.probes.poison = {"a"}
    world.put("a")
    waits = []
    for _ in range(6):
        world.turn_until_idle()
        (failing,) = world.service.failing()
        waits.append(failing.free_at - world.now)
        world.now = failing.free_at
    assert waits == [MINUTE, 4 * MINUTE, 16 * MINUTE, 60 * MINUTE, 60 * MINUTE, 60 * MINUTE]
    world.probes.poison = set()
    world.turn_until_idle()
    assert world.probes.written == ["a"]
    assert world.service.failing() == []


def test_halves_of_a_batch_leave_out_what_is_done_or_taken_by_another(world):
    world.put("a", "b", "c", "d")
    room = world.probes

    def fail_once_with_half_of_it_done() -> None:
        if len(room.batches) == 1:
            with world.transactions.write() as tx:
                world.agenda.drop(tx, PROBE, ["b"])
                world.agenda.put(tx, [Task(kind=PROBE, subject="c", due_at=T0 + MINUTE)])
            raise ConnectionError

    room.on_batch = fail_once_with_half_of_it_done
    world.turn_until_idle()
    assert room.batches == [["a", "b", "c", "d"], ["a"], ["d"]]
    assert room.written == ["a", "d"]


def test_what_a_dead_worker_had_at_hand_is_taken_up_within_a_minute(world):
    world.put("a")
    world.die_holding()
    assert world.now - T0 < MINUTE
    world.turn_until_idle()
    assert world.probes.written == ["a"]


def test_a_task_in_which_workers_die_is_done_alone_and_stays_away_for_longer(world):
    world.put("killer")
    for _ in range(2):
        world.die_holding()
    world.put("a", "b", at=world.now)
    claims = []
    world.probes.on_batch = lambda: claims.append(world.place.agenda.next_due([PROBE])[PROBE] - world.now)
    world.turn_until_idle()
    assert world.probes.batches == [["a", "b"], ["killer"]]
    assert claims[1] == retry_after(2)


def test_the_lag_is_how_late_tasks_are_taken_up(world):
    world.put("a", at=T0 - 3 * MINUTE)
    world.turns.turn()
    assert world.turns.tally.lag == {PROBE: 180.0}
