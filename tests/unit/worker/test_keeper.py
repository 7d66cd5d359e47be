"""A batch that takes longer than a claim lasts stays with who has it."""

import time
from datetime import timedelta

import pytest

from schoon.agenda import TaskKind
from schoon.worker._keeper import Keeper
from tests.unit.worker.test_turns import T0, World

LEASE = timedelta(milliseconds=60)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def keeper(world):
    keeper = Keeper(world.place.agenda, lambda: world.now, lease=LEASE, longest=10 * LEASE)
    yield keeper
    keeper.end()


def free_at(world):
    return world.place.agenda.next_due([TaskKind.ITEM_PROBE])[TaskKind.ITEM_PROBE]


def test_claims_are_renewed_while_the_batch_runs_and_no_longer(world, keeper):
    world.put("a")
    claimed = world.place.agenda.claim(TaskKind.ITEM_PROBE, now=T0, until=T0 + LEASE, limit=1)
    with keeper.hold(claimed):
        world.now = T0 + 10 * LEASE
        until = time.monotonic() + 5
        while free_at(world) < world.now and time.monotonic() < until:
            time.sleep(0.005)
    assert free_at(world) == world.now + LEASE
    world.now = T0 + 20 * LEASE
    time.sleep(2 * LEASE.total_seconds())
    assert free_at(world) == T0 + 11 * LEASE


def test_a_batch_that_never_ends_is_let_go(world, keeper):
    world.put("a")
    claimed = world.place.agenda.claim(TaskKind.ITEM_PROBE, now=T0, until=T0 + LEASE, limit=1)
    with keeper.hold(claimed):
        time.sleep(12 * LEASE.total_seconds())
        world.now = T0 + 10 * LEASE
        time.sleep(2 * LEASE.total_seconds())
        assert free_at(world) == T0 + LEASE
