"""What is known of a number of items at one moment, and the tasks and events that follow from it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from schoon.agenda import Task, TaskKind
from schoon.followup.ports import FollowUpPorts
from schoon.followup.rules import ACCUSING, next_step
from schoon.followup.types import ClockEnd, ItemClock, Watch
from schoon.journal import Event, Scalar
from schoon.kinds import ItemId, Transaction
from schoon.norms import LawProfile
from schoon.notices import ItemEnd
from schoon.reports import Item, ItemState

ROOM = "followup"
"""Who acts, in the journal and in the history of items, when no person does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Watches, clocks and items by item; what is not there is left out."""

    watches: Mapping[ItemId, Watch]
    clocks: Mapping[ItemId, Sequence[ItemClock]]
    items: Mapping[ItemId, Item]

    @classmethod
    def load(cls, ports: FollowUpPorts, tx: Transaction, item_ids: Sequence[ItemId]) -> "Scene":
        """What the tables say; locked where the transaction writes."""
        items = ports.items.items(tx, item_ids)  # locked first, as everywhere
        clocks = by_item(ports.store.clocks(tx, item_ids))
        unwatched = {one.item_id: gone_unwatched(one) for one in items.values() if one.state is ItemState.INACCESSIBLE}
        stored = ports.store.watches(tx, item_ids)
        kept = {item_id: watch for item_id, watch in stored.items() if item_id not in unwatched or _is_over(watch)}
        return cls(items=items, clocks=clocks, watches=unwatched | kept)

    def running(self, item_id: ItemId) -> list[ItemClock]:
        """The clocks of an item that have not ended."""
        return [clock for clock in self.clocks.get(item_id, ()) if clock.ended_at is None]


def _is_over(watch: Watch) -> bool:
    """Whether it is the watch by which an item became inaccessible: one of before would never look again."""
    return watch.confirmed_at is not None and watch.returned_at is None


def gone_unwatched(item: Item) -> Watch:
    """The watch of an item that went before any notice about it; it may come back like any other."""
    return Watch(
        item_id=item.item_id,
        anchor_at=item.moved_at,
        first_seen_at=item.first_reported_at,
        gone_at=item.moved_at,
        confirmed_at=item.moved_at,
    )


def by_item(clocks: Sequence[ItemClock]) -> dict[ItemId, list[ItemClock]]:
    """Clocks by item, in their order."""
    found: defaultdict[ItemId, list[ItemClock]] = defaultdict(list)
    for clock in clocks:
        found[clock.item_id].append(clock)
    return found


def ended(clock: ItemClock, end: ClockEnd, at: datetime, watch: Watch | None = None) -> ItemClock:
    """The clock at its end, with what the watch measured."""
    seen_at = None if watch is None else watch.seen_at
    ended_clock = replace(clock, end=end, ended_at=at, seen_at=seen_at)
    if end is not ClockEnd.INACCESSIBLE or watch is None:
        return ended_clock
    return replace(ended_clock, gone_at=watch.gone_at, confirmed_at=watch.confirmed_at)


def save_clocks(ports: FollowUpPorts, tx: Transaction, clocks: Sequence[ItemClock]) -> None:
    """Write clocks down; of those that stopped, the notices hear since when."""
    ports.store.save_clocks(tx, clocks)
    stopped = [(one, since) for one in clocks if (since := one.stopped_at) is not None]
    ends = [ItemEnd(notice_id=one.notice_id, item_id=one.item_id, gone_at=since) for one, since in stopped]
    if ends:
        ports.notices.out_of_reach(tx, ends)


def is_disputed(clocks: Sequence[ItemClock]) -> bool:
    """Whether a dispute of any hoster that is still asked waits for the desk."""
    return any(clock.is_disputed for clock in clocks if clock.ended_at is None)


def next_step_due(clocks: Sequence[ItemClock], profiles: Mapping[str, LawProfile]) -> datetime | None:
    """When the next step of any of one item's clocks is due; those that wait for a dispute are left out."""
    disputed = is_disputed(clocks)
    steps = [next_step(clock, profiles[clock.profile_id]) for clock in clocks]
    return min((due for step, due in filter(None, steps) if not (disputed and step in ACCUSING)), default=None)


def step_tasks(
    clocks: Mapping[ItemId, Sequence[ItemClock]], profiles: Mapping[str, LawProfile]
) -> tuple[list[Task], list[str]]:
    """The tasks for the next steps of items, and the items that have none."""
    dues = {item_id: next_step_due(some, profiles) for item_id, some in clocks.items()}
    tasks = [step_task(item_id, due) for item_id, due in dues.items() if due is not None]
    return tasks, [item_id for item_id, due in dues.items() if due is None]


def step_task(item_id: ItemId, due_at: datetime) -> Task:
    """The task to take an item's next step."""
    return Task(kind=TaskKind.CLOCK_STEP, subject=item_id, due_at=due_at)


def look_task(item_id: ItemId, due_at: datetime) -> Task:
    """The task to look at an item."""
    return Task(kind=TaskKind.ITEM_PROBE, subject=item_id, due_at=due_at)


def item_event(verb: str, item_id: ItemId, at: datetime, *, by: str = ROOM, **detail: Scalar) -> Event:
    """What happened to an item in this room."""
    return Event(action=f"followup:{verb}", actor=by, subject=f"item:{item_id}", at=at, detail=detail)
