"""What every agenda must do: nothing due is lost, nothing is done by two."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from schoon.agenda import Agenda, Claimed, Task, TaskKind
from schoon.kinds import Transaction, Transactions
from schoon.store import Database
from schoon.store.agenda import SqlAgenda
from tests.contract.conftest import BACKENDS
from tests.memory.agenda import MemoryAgenda
from tests.memory.transactions import MemoryTransactions

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PROBE, SEND = TaskKind.ITEM_PROBE, TaskKind.NOTICE_SEND

Kept = tuple[Transactions, Agenda]


@pytest.fixture(params=["memory", *BACKENDS])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "memory":
        return MemoryTransactions(), MemoryAgenda()
    make: Callable[[str], Database] = request.getfixturevalue("open_backend")
    return make(request.param), SqlAgenda()


def put(kept: Kept, *subjects: str, at: datetime = T0, kind: TaskKind = PROBE) -> None:
    with kept[0].write() as tx:
        kept[1].put(tx, [Task(kind=kind, subject=subject, due_at=at) for subject in subjects])


def claim(kept: Kept, now: datetime = T0, *, limit: int = 100, kinds: list[TaskKind] | None = None) -> list[Claimed]:
    with kept[0].write() as tx:
        return kept[1].claim(tx, now=now, until=now + MINUTE, limit=limit, kinds=kinds)


def claim_in(kept: Kept, tx: Transaction) -> list[Claimed]:
    return kept[1].claim(tx, now=T0, until=T0 + MINUTE, limit=100)


def done(kept: Kept, claimed: list[Claimed]) -> list[str]:
    with kept[0].write() as tx:
        return [task.subject for task in kept[1].done(tx, claimed)]


def subjects(claimed: list[Claimed]) -> list[str]:
    return [task.subject for task in claimed]


def test_a_task_is_due_at_its_very_instant_and_not_before(kept: Kept) -> None:
    put(kept, "a", at=T0 + MINUTE)
    assert claim(kept, T0 + MINUTE - timedelta(microseconds=1)) == []
    assert subjects(claim(kept, T0 + MINUTE)) == ["a"]


def test_the_longest_due_come_first_and_never_more_than_asked(kept: Kept) -> None:
    put(kept, "late", at=T0 - MINUTE)
    put(kept, "later", at=T0)
    put(kept, "latest", at=T0 - 2 * MINUTE)
    assert subjects(claim(kept, limit=2)) == ["latest", "late"]


def test_what_is_claimed_is_nobody_elses_until_the_claim_ends(kept: Kept) -> None:
    put(kept, "a")
    (first,) = claim(kept)
    assert claim(kept, T0 + MINUTE - timedelta(microseconds=1)) == []
    (second,) = claim(kept, T0 + MINUTE)
    assert (first.attempts, second.attempts) == (0, 1)
    assert done(kept, [first]) == []
    assert done(kept, [second]) == ["a"]
    assert claim(kept, T0 + 5 * MINUTE) == []


def test_a_task_put_again_is_taken_from_whoever_had_it(kept: Kept) -> None:
    put(kept, "a")
    claimed = claim(kept)
    put(kept, "a", at=T0 + 3 * MINUTE)
    assert done(kept, claimed) == []
    assert claim(kept, T0 + 2 * MINUTE) == []
    (anew,) = claim(kept, T0 + 3 * MINUTE)
    assert (anew.attempts, anew.due_at) == (0, T0 + 3 * MINUTE)


def test_one_kind_does_not_meet_another_of_the_same_subject(kept: Kept) -> None:
    put(kept, "a")
    put(kept, "a", kind=SEND)
    assert [task.kind for task in claim(kept, kinds=[SEND])] == [SEND]
    assert [task.kind for task in claim(kept)] == [PROBE]


def test_a_dropped_task_is_gone_also_for_who_claimed_it(kept: Kept) -> None:
    put(kept, "a", "b")
    claimed = claim(kept)
    with kept[0].write() as tx:
        kept[1].drop(tx, PROBE, ["a", "never there"])
    assert done(kept, claimed) == ["b"]


def test_a_task_given_back_waits_until_it_is_due_again(kept: Kept) -> None:
    put(kept, "a", "b")
    claimed = claim(kept)
    with kept[0].write() as tx:
        kept[1].again(tx, claimed[:1], due_at=T0 + 10 * MINUTE)
    assert subjects(claim(kept, T0 + 5 * MINUTE)) == ["b"]
    (back,) = claim(kept, T0 + 10 * MINUTE, kinds=[PROBE])[:1]
    assert (back.subject, back.attempts) == ("b", 2) or (back.subject, back.attempts) == ("a", 1)
    assert done(kept, claimed) == []


def test_the_next_moment_with_work_of_each_kind_is_known(kept: Kept) -> None:
    with kept[0].read() as tx:
        assert kept[1].next_due(tx, list(TaskKind)) == {}
    put(kept, "a", at=T0 + MINUTE)
    put(kept, "b", at=T0 + 2 * MINUTE, kind=SEND)
    with kept[0].read() as tx:
        assert kept[1].next_due(tx, list(TaskKind)) == {PROBE: T0 + MINUTE, SEND: T0 + 2 * MINUTE}
        assert kept[1].next_due(tx, [SEND]) == {SEND: T0 + 2 * MINUTE}
    claim(kept, T0 + MINUTE)
    with kept[0].read() as tx:
        assert kept[1].next_due(tx, [PROBE]) == {PROBE: T0 + 2 * MINUTE}


def test_it_tells_how_each_kind_stands(kept: Kept) -> None:
    put(kept, "a", "b", at=T0)
    put(kept, "c", at=T0 + MINUTE)
    put(kept, "n", at=T0 + MINUTE, kind=SEND)
    claim(kept, limit=1)
    with kept[0].read() as tx:
        found = {one.kind: (one.tasks, one.due, one.oldest) for one in kept[1].waiting(tx, T0)}
    assert found == {PROBE: (3, 1, T0), SEND: (1, 0, None)}


def test_the_same_task_twice_in_one_call_is_one(kept: Kept) -> None:
    put(kept, "a", "a")
    assert subjects(claim(kept)) == ["a"]


def test_who_works_longer_than_a_claim_lasts_may_keep_what_is_still_theirs(kept: Kept) -> None:
    put(kept, "a", "b")
    claimed = claim(kept)
    put(kept, "b", at=T0 + 3 * MINUTE)
    with kept[0].write() as tx:
        assert subjects(kept[1].keep(tx, claimed, until=T0 + 2 * MINUTE)) == ["a"]
    assert claim(kept, T0 + MINUTE) == []
    assert done(kept, claimed) == ["a"]


def test_it_is_known_how_often_in_a_row_the_worker_of_a_task_died(kept: Kept) -> None:
    put(kept, "a", "b")
    assert {task.lapses for task in claim(kept)} == {0}
    (a, _) = claim(kept, T0 + MINUTE)
    assert a.lapses == 1
    with kept[0].write() as tx:
        kept[1].again(tx, [a], due_at=T0 + 2 * MINUTE)
    assert {task.subject: task.lapses for task in claim(kept, T0 + 2 * MINUTE)} == {"a": 0, "b": 2}


def test_a_task_set_aside_is_tried_later_and_stays_due_since_it_was(kept: Kept) -> None:
    put(kept, "a", "b")
    claimed = claim(kept)
    with kept[0].write() as tx:
        kept[1].set_aside(tx, claimed[:1], fault="KeyError", free_at=T0 + 5 * MINUTE)
    assert done(kept, claimed) == ["b"]
    assert claim(kept, T0 + 4 * MINUTE) == []
    with kept[0].read() as tx:
        (failing,) = kept[1].failing(tx, 10)
        assert [(one.tasks, one.due, one.failing) for one in kept[1].waiting(tx, T0 + 4 * MINUTE)] == [(1, 0, 1)]
    assert (failing.subject, failing.due_at, failing.free_at) == ("a", T0, T0 + 5 * MINUTE)
    assert (failing.attempts, failing.fault) == (1, "KeyError")
    (tried,) = claim(kept, T0 + 5 * MINUTE)
    assert (tried.due_at, tried.attempts, tried.lapses) == (T0, 1, 0)


def test_a_fault_is_forgotten_once_the_task_is_given_back_without_one_or_put_again(kept: Kept) -> None:
    put(kept, "a", "b")
    with kept[0].write() as tx:
        kept[1].set_aside(tx, claim_in(kept, tx), fault="KeyError", free_at=T0)
    claimed = claim(kept)
    with kept[0].write() as tx:
        kept[1].again(tx, claimed[:1], due_at=T0)
        kept[1].put(tx, [Task(kind=PROBE, subject=claimed[1].subject, due_at=T0)])
    with kept[0].read() as tx:
        assert kept[1].failing(tx, 10) == []


def test_of_many_kinds_the_longest_due_come_first(kept: Kept) -> None:
    put(kept, "second", at=T0 - MINUTE)
    put(kept, "first", at=T0 - 2 * MINUTE, kind=SEND)
    put(kept, "third", at=T0)
    assert subjects(claim(kept, limit=2)) == ["first", "second"]
    assert subjects(claim(kept)) == ["third"]


def test_a_task_about_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="about something"):
        Task(kind=PROBE, subject="", due_at=T0)


def test_workers_at_once_share_the_tasks_and_do_each_once(backend: Database) -> None:
    kept: Kept = (backend, SqlAgenda())
    put(kept, *(f"{number:03}" for number in range(200)))
    found: list[str] = []

    def work() -> None:
        while claimed := claim(kept, limit=7):
            found.extend(done(kept, claimed))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"{number:03}" for number in range(200)]
