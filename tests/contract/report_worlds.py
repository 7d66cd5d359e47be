"""The room of reports over memory and both databases, and what its suites do again and again."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from schoon.agenda import TaskKind
from schoon.kinds import ItemId
from schoon.reports import (
    ItemState,
    Move,
)
from schoon.store import Database
from tests.contract.conftest import BACKENDS
from tests.reports_world import HOUR, T0, ReportsWorld, memory_world, sql_world

Make = Callable[..., ReportsWorld]
WHY = "the police asked for it"
PAGE, OTHER = "https://foto.example.org/album/1", "https://foto.example.org/album/2"


@pytest.fixture(params=["memory", *BACKENDS])
def make(request: pytest.FixtureRequest) -> Make:
    """Makes a world over the store of this run, with the terms it is given."""
    if request.param == "memory":
        return memory_world
    open_backend: Callable[[str], Database] = request.getfixturevalue("open_backend")
    return lambda **terms: sql_world(open_backend(request.param), **terms)


@pytest.fixture
def world(make: Make) -> ReportsWorld:
    return make()


def moves_of(world: ReportsWorld, item_id: ItemId) -> list[tuple[str, str]]:
    history = world.reports.item(item_id).history
    assert [one.number for one in history] == list(range(1, len(history) + 1))
    assert all(after.from_state is before.to_state for before, after in pairwise(history))
    return [(one.to_state.value, one.by) for one in history]


def step_of(item_id: ItemId, before: ItemState, after: ItemState, *, by: str) -> Move:
    return Move(item_id=item_id, from_state=before, to_state=after, by=by, reason="r")


def step(world: ReportsWorld, item_id: ItemId, to: ItemState, *, by: str = "followup") -> None:
    with world.transactions.write() as tx:
        (item,) = world.reports.items(tx, [item_id]).values()
        world.reports.move(tx, [step_of(item_id, item.state, to, by=by)], now=T0 + HOUR)


def propose(world: ReportsWorld, now: Any) -> None:
    world.reports.propose_due(world.due(TaskKind.ITEM_PROPOSE, now), now=now)


VOCABULARY = """{"version": "test-1", "source": "a test", "questions": [
 {"id": "how", "label": {"en": "How?"}, "type": "many", "judgements": ["baseline"],
  "options": [{"id": "a", "label": {"en": "A"}}, {"id": "b", "label": {"en": "B"}}]},
 {"id": "why", "label": {"en": "Why?"}, "type": "text", "judgements": ["baseline"]}]}"""
