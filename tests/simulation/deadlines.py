"""Whether every step of every clock was taken, once, and when it was due."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from schoon.kinds import ItemId
from schoon.norms import LAW_PROFILES, Step
from schoon.reports import ItemState
from schoon.store.tables.followup import clocks, steps
from schoon.store.tables.reports import history
from tests.simulation.outages import Outages
from tests.simulation.play import Played
from tests.simulation.truth import Place
from tests.simulation.verdict import Known

LOOK_FIRST = timedelta(minutes=15)
"""A step that has no fresh look waits so long for one."""

PATIENCE = timedelta(hours=6, minutes=30)
"""A step waits at most so long for a look or for the confirmation of a removal."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late steps were taken.

    Attributes:
        steps: All that were taken.
        excused: Later than two ticks, with a reason in the world: see `_reasons`.
        longest: Of those without a reason.
    """

    steps: int
    excused: int
    longest: timedelta
    wrong: tuple[str, ...]


def lateness_of(played: Played, connection: Connection, known: dict[ItemId, Known]) -> Lateness:
    """How late the steps were, and which are missing or too late without a reason."""
    allowed = 2 * played.scale.tick + LOOK_FIRST
    by_clock = {(row.item_id, row.notice_id): row for row in connection.execute(select(clocks))}
    noticed = _noticed(connection)
    excused, longest, wrong, count = 0, timedelta(0), [], 0
    for row in connection.execute(select(steps)):
        count += 1
        clock, late = by_clock[row.item_id, row.notice_id], row.taken_at - row.due_at
        place = known[ItemId(row.item_id)].place
        since = max(row.due_at, *(at for at in (clock.answered_at, _back(noticed[row.item_id], row.taken_at)) if at))
        if late <= allowed:
            longest = max(longest, late)
        elif row.taken_at - since - _ours(played, since, row.taken_at) <= allowed or _is_unclear(played, place, row):
            excused += 1
        else:
            wrong.append(f"step {row.step} of item {row.item_id} was due at {row.due_at}, and taken {late} later")
    wrong += _missing(played, connection, known, allowed)
    return Lateness(count, excused, longest, tuple(wrong))


def _missing(played: Played, connection: Connection, known: dict[ItemId, Known], allowed: timedelta) -> Iterator[str]:
    """Steps that are due at the end of the run and were not taken, without a reason."""
    running = select(clocks).where(clocks.c.ended_at.is_(None), clocks.c.started_at.is_not(None))
    order = list(Step)
    for row in connection.execute(running.where(clocks.c.paused_at.is_(None))):
        one = known[ItemId(row.item_id)]
        if one.item.state is not ItemState.NOTICED or (row.disputed_at and not row.answered_at):
            continue
        done = 0 if row.last_step is None else order.index(Step(row.last_step)) + 1
        for rung in LAW_PROFILES[row.profile_id].ladder[done:]:
            due_at = max(row.started_at + rung.after, row.answered_at or row.started_at, one.item.moved_at)
            late = played.end - due_at - _ours(played, due_at, played.end)
            if late > allowed and not (late <= PATIENCE and _may_be_gone(one.place, due_at, played.end)):
                yield f"step {rung.step} of item {row.item_id} was due at {due_at}, and not taken"


def _ours(played: Played, begin: datetime, end: datetime) -> timedelta:
    """How much of that time our own worker stood still."""
    return played.world.troubles.worker.overlap(begin, end)


def _is_unclear(played: Played, place: Place, row: "object") -> bool:
    due_at, taken_at = row.due_at, row.taken_at  # type: ignore[attr-defined]  # a row of steps
    hoster = place.at(due_at).hoster
    troubles = played.world.troubles
    out = troubles.prober + troubles.worker
    if hoster is not None and hoster.number in troubles.hosters:
        out = out + troubles.hosters[hoster.number]
    waited = taken_at - due_at - out.overlap(due_at - timedelta(hours=2), taken_at)
    if _overlaps(out, due_at, taken_at) and waited <= PATIENCE:
        return True
    return waited <= PATIENCE and _may_be_gone(place, due_at, taken_at)


def _overlaps(out: Outages, due_at: datetime, taken_at: datetime) -> bool:
    return out.overlap(due_at - timedelta(hours=2), taken_at) > timedelta(0)


def _may_be_gone(place: Place, begin: datetime, end: datetime) -> bool:
    """Whether a removal could have been being confirmed: it was not there for a while, or one look was lied to."""
    hoster = place.at(begin).hoster
    moments = [begin - timedelta(hours=2), begin, end, *(one.since for one in place.phases)]
    gone = any(not place.is_here(at) for at in moments if begin - timedelta(hours=3) <= at <= end)
    return gone or (hoster is not None and hoster.cloaks)


def _noticed(connection: Connection) -> dict[str, list[datetime]]:
    """When each item came to `noticed`."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in connection.execute(select(history).where(history.c.to_state == "noticed")):
        found[row.item_id].append(row.at)
    return found


def _back(moments: list[datetime], before: datetime) -> datetime | None:
    return max((at for at in moments if at <= before), default=None)
