"""What following an item costs: statements that do not grow with a batch, and processor time of a look."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoon.agenda import TaskKind
from schoon.followup import ProbeOutcome
from schoon.reports import ItemState
from schoon.store import Database, migrate
from tests.followup_world import DAY, HOUR, MINUTE, World
from tests.memory.desk import T0
from tests.statements import statements

LOOKS = 10_000
MOST_CPU_MS = 0.8
"""Of one look with its claim, on a machine that others use too; 0.2 on a quiet one."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/schoon.db"
    migrate(url)
    database = Database(url)
    yield database
    database.close()


@pytest.mark.parametrize("outcome", [ProbeOutcome.PRESENT, ProbeOutcome.GONE])
def test_a_batch_of_looks_takes_as_many_statements_as_one_look(database: Database, outcome: ProbeOutcome) -> None:
    counts = []
    world = World(database)
    for size in (1, 40):
        items = world.noticed(*(f"{size} {number}" for number in range(size)))
        for item in items:
            world.net.always(item, outcome)
        world.run(HOUR)
        world.now += 2 * HOUR
        claimed = [one for one in world.claim() if one.kind is TaskKind.ITEM_PROBE and one.subject in items]
        assert len(claimed) == size
        with statements() as seen:
            world.followup.probe_due(claimed, now=world.now)
        gone = {world.state(item) is ItemState.INACCESSIBLE for item in items}
        assert gone == {outcome is ProbeOutcome.GONE}
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("days", [1, 2, 3])
def test_a_batch_of_steps_takes_as_many_statements_as_one_step(database: Database, days: int) -> None:
    counts = []
    world = World(database)
    for size in (1, 40):
        items = world.noticed(*(f"{size} {number}" for number in range(size)))
        world.run(days * DAY - MINUTE)
        world.now += MINUTE
        claimed = [one for one in world.claim() if one.kind is TaskKind.CLOCK_STEP and one.subject in items]
        assert len(claimed) == size
        with statements() as seen:
            world.followup.step_due(claimed, now=world.now)
        assert {len(world.steps(item)) for item in items} == {days}
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.slow
def test_ten_thousand_looks_cost_less_than_the_year_in_fast_time_has_for_them(database: Database) -> None:
    world = World(database)
    for start in range(0, LOOKS // 4, 500):
        world.noticed(*(f"item {number}" for number in range(start, start + 500)))
    looked, spent = 0, 0.0
    for hours in (1, 3, 6, 12):
        world.now = T0 + hours * HOUR
        began = time.process_time()
        while claimed := world.claim(1_000):
            world.work(claimed)
            looked += sum(one.kind is TaskKind.ITEM_PROBE for one in claimed)
        spent += time.process_time() - began
    print(f"{looked} looks, {spent / looked * 1000:.3f} ms of processor time each")
    assert looked == LOOKS
    assert spent / looked * 1000 < MOST_CPU_MS
