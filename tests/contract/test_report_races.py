"""What must hold of reports when many do things at the same moment; on both databases."""

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from schoon.kinds import ItemId, SchoonError
from schoon.reports import (
    AssessOutcome,
    ExposureReachedError,
    ItemMovedError,
    ItemState,
    Judged,
    Judgement,
    Move,
    Reporter,
    ReportSource,
    Submission,
    SubmittedItem,
    Wanted,
)
from schoon.store import Database
from tests.reports_world import T0, ReportsWorld, a_digest, sql_world

PAGE = "https://foto.example.org/1"
THREADS = 8


@pytest.fixture
def world(backend: Database) -> ReportsWorld:
    return sql_world(backend)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave, or the expected failure it met; all begin at one moment."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        gate.wait()
        try:
            results[place] = acts[place]()
        except SchoonError as error:
            results[place] = error
        except Exception as error:  # noqa: BLE001 - shown by the test that looks at the results
            results[place] = f"{type(error).__name__}: {error}"

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_many_reports_of_one_address_at_once_are_one_item_and_none_is_lost(world: ReportsWorld) -> None:
    urls = [f"https://foto.example.org/{number}" for number in range(5)]

    def report(seed: int) -> Callable[[], Any]:
        order = random.Random(seed).sample(urls, len(urls))
        items = tuple(SubmittedItem(url=url) for url in order)
        return lambda: world.reports.take([Submission(source=ReportSource.API, items=items)], now=T0)

    receipts = at_once(*(report(seed) for seed in range(THREADS)))
    assert {len(one[0].item_ids) for one in receipts} == {5}
    found = world.reports.find(Wanted(), now=T0)
    assert sorted(one.reports for one in found) == [THREADS] * 5


@pytest.mark.parametrize("key", ["a key", ""])
def test_one_report_sent_many_times_at_once_is_taken_once(world: ReportsWorld, key: str) -> None:
    receipts = at_once(*[lambda: world.take(PAGE, text="look", sender="organisation:3", idempotency_key=key)] * THREADS)
    assert len({one.report_id for one in receipts}) == 1
    assert len({one.item_ids for one in receipts}) == 1
    assert sorted(one.known for one in receipts) == [False] + [True] * (THREADS - 1)
    assert world.item(receipts[0].item_ids[0]).reports == 1


def test_of_many_analysts_at_once_one_judgement_counts(world: ReportsWorld) -> None:
    ids = world.take(*(f"https://foto.example.org/{number}" for number in range(20))).item_ids
    judgements = [Judgement.BASELINE, Judgement.IGNORE, Judgement.NOT_ILLEGAL, Judgement.POLICE_FIRST]

    def judge(number: int) -> Callable[[], Any]:
        order = random.Random(number).sample(ids, len(ids))
        judged = [Judged(item_id=one, judgement=judgements[number % 4]) for one in order]
        return lambda: world.reports.assess(judged, by=f"analyst {number}", now=T0)

    results = at_once(*(judge(number) for number in range(THREADS)))
    counted = [one for some in results for one in some if one.outcome is AssessOutcome.COUNTED]
    assert sorted(one.item_id for one in counted) == sorted(ids)
    assert {len(world.reports.item(one).history) for one in ids} == {2}


def test_an_identical_file_inherits_even_when_it_comes_at_the_very_moment(world: ReportsWorld) -> None:
    for number in range(15):
        digest = a_digest(str(number))
        first = world.take_file(f"https://foto.example.org/{number}/a", digest)
        second: list[ItemId] = []

        def take(number: int = number, digest: Any = digest, second: list[ItemId] = second) -> None:
            second.append(world.take_file(f"https://foto.example.org/{number}/b", digest))

        def judge(first: ItemId = first) -> Any:
            return world.assess(first)

        at_once(take, judge)
        assert world.item(second[0]).state is ItemState.TO_NOTICE


def test_of_many_moves_at_once_one_is_made(world: ReportsWorld) -> None:
    (item_id,) = world.take(PAGE).item_ids
    world.assess(item_id)
    targets = [ItemState.NOTICED, ItemState.ABROAD, ItemState.UNTRACEABLE, ItemState.HELD]

    def move(to: ItemState) -> Callable[[], Any]:
        def act() -> None:
            with world.transactions.write() as tx:
                one = Move(item_id=item_id, from_state=ItemState.TO_NOTICE, to_state=to, by="notices")
                world.reports.move(tx, [one], now=T0)

        return act

    results = at_once(*(move(to) for to in targets * 2))
    assert [one for one in results if one is None] == [None]
    assert all(isinstance(one, ItemMovedError) for one in results if one is not None)
    assert len(world.reports.item(item_id).history) == 3


def test_overlapping_batches_in_any_order_never_wait_in_a_circle(world: ReportsWorld) -> None:
    items = tuple(
        SubmittedItem(url=f"https://foto.example.org/{number}", digests=(a_digest(str(number % 7)),))
        for number in range(40)
    )
    ids = world.reports.take([Submission(source=ReportSource.API, items=items)], now=T0)[0].item_ids

    def act(seed: int) -> Callable[[], Any]:
        chance = random.Random(seed)
        order: Sequence[ItemId] = chance.sample(ids, 30)
        again = tuple(chance.sample(items, 30))
        if seed % 2:
            return lambda: world.reports.take([Submission(source=ReportSource.API, items=again)], now=T0)
        judged = [Judged(item_id=one, judgement=Judgement.NATIONAL) for one in order]
        return lambda: world.reports.assess(judged, by=f"analyst {seed}", now=T0)

    results = at_once(*(act(seed) for seed in range(THREADS)))
    assert [one for one in results if not isinstance(one, list)] == []
    assert {one.state for one in world.reports.find(Wanted(), now=T0)} == {ItemState.TO_NOTICE}


def test_an_analyst_in_many_windows_looks_at_no_more_than_the_cap(backend: Database) -> None:
    world = sql_world(backend, exposure_items=3)
    ids = world.take(*(f"https://foto.example.org/{number}" for number in range(THREADS))).item_ids
    results = at_once(*(lambda one=one: world.assess(one, Judgement.IGNORE) for one in ids))
    assert sum(isinstance(one, ExposureReachedError) for one in results) == THREADS - 3
    assert [one.items for one in world.reports.exposures(now=T0)] == [3]


def test_an_identity_is_approved_once_and_read_once(world: ReportsWorld) -> None:
    receipt = world.take(PAGE, reporter=Reporter(name="A. Melder"), source=ReportSource.FORM)
    world.reports.ask_identity(receipt.report_id, by="anna", reason="the police need a witness", now=T0)
    approved = at_once(*(lambda n=n: world.reports.approve_identity(1, by=f"p{n}", now=T0) for n in range(THREADS)))
    assert sum(not isinstance(one, SchoonError) for one in approved) == 1
    read = at_once(*[lambda: world.reports.read_identity(1, by="anna", now=T0)] * THREADS)
    assert [one.name for one in read if isinstance(one, Reporter)] == ["A. Melder"]


def test_of_many_who_lock_an_item_at_once_one_has_it(world: ReportsWorld) -> None:
    ids = world.take(*(f"https://foto.example.org/{number}" for number in range(6))).item_ids

    def lock(number: int) -> Callable[[], Any]:
        order = random.Random(number).sample(ids, len(ids))
        return lambda: world.reports.lock(order, by=f"analyst {number}", now=T0)

    taken = [one for some in at_once(*(lock(number) for number in range(THREADS))) for one in some]
    assert sorted(taken) == sorted(ids)
