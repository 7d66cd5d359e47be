"""When to look, what looks prove, and whether a step may be taken; time is an argument.

1. Looks are anchored to the notice: +1, 3, 6, 12, 24, 48, 72 h, then daily, and one before every step.
2. A look that finds nothing is confirmed by another at least an hour later, of each vantage point: inaccessible.
3. A fault of ours, a block and a temporary failure prove nothing, in either direction.
4. A step rests on a look of the last hour, and waits for a while when a removal is being confirmed. Nobody is accused
   while we could not look.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from schoon.followup.types import GoneRun, ItemClock, Likeness, Look, ProbeOutcome, ProbeResult, Watch
from schoon.kinds import EXACT_KINDS, Digest, ItemId, Kind
from schoon.norms import LawProfile, Step, TakedownClock

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)

PLAN = tuple(hours * _HOUR for hours in (1, 3, 6, 12, 24, 48, 72))
"""From the sending of the notice; daily after the last. Source: docs/sources.md#probe-plan"""

RETURN_PLAN = (7 * _DAY, 30 * _DAY)
"""From the confirmation that an item is inaccessible. Source: docs/sources.md#probe-plan"""

SHIFT = timedelta(minutes=10)
"""A planned look comes up to this much before its mark: what holds at the mark is known at the mark."""

CONFIRM_AFTER = _HOUR
"""Two looks that confirm each other lie at least this far apart. Source: docs/sources.md#inaccessible"""

RETRY_AFTER = _HOUR
"""After a round in which we could not look at all, and between looks of a run that is not complete; of a run for a day
at most, and after faults less and less often, down to once a day."""

FRESH = _HOUR
"""A step rests on a look not older than this."""

WAIT = timedelta(minutes=15)
"""How long a step waits for a look or a confirmation at a time."""

MAX_WAITS = 24
"""How often it does: six hours. A hoster who hides from one vantage point and refuses the other gains no more."""

SAME_PICTURE = 80
"""PDQ bits up to which what is found is still taken for the same picture. Source: docs/sources.md#same-picture"""

MOST_ADDRESSES = 64
"""That are remembered of one item; of a network that answers from more, who hosts it is asked again now and then."""

DESK = "desk"
"""The vantage point of a person who looked in the hotline's own viewer."""

ACCUSING = frozenset({Step.POLICE, Step.AUTHORITY})
"""Steps that accuse a hoster: not without a look, nor while a dispute waits for its answer."""

_REMOVED = {ProbeOutcome.GONE, ProbeOutcome.PLACEHOLDER}
_SEEN = {ProbeOutcome.PRESENT, ProbeOutcome.MOVED}


class Ruling(StrEnum):
    """What becomes of a step whose time has come."""

    TAKE = "take"
    LOOK_FIRST = "look_first"
    """Nobody looked lately, by our own fault: a host that refuses was looked at. A look is put first."""

    CONFIRM_FIRST = "confirm_first"
    """A removal is being confirmed."""

    UNSEEN = "unseen"
    """Nobody ever looked, and the step would accuse somebody."""


def judge(result: ProbeResult, known: Collection[Digest]) -> Look:
    """What one look says, given the digests of what was assessed.

    A digest that differs proves nothing by itself: hosts store pictures anew. Only a perceptual distance over
    `SAME_PICTURE` says that another picture stands there. And what is the same is there, whatever the host says with
    it: some send the file with a 404.
    """
    likeness = _likeness(result.digests, known)
    outcome = result.outcome
    if not result.control_ok:
        outcome = ProbeOutcome.CHECKER_FAULT
    elif likeness in {Likeness.SAME, Likeness.NEAR}:
        outcome = ProbeOutcome.PRESENT
    elif outcome is ProbeOutcome.PRESENT and likeness is Likeness.OTHER:
        outcome = ProbeOutcome.PLACEHOLDER
    return Look(result=result, outcome=outcome, likeness=likeness)


def _likeness(found: Collection[Digest], known: Collection[Digest]) -> Likeness:
    if not found or not known:
        return Likeness.UNKNOWN
    if any(one.kind in EXACT_KINDS and one in known for one in found):
        return Likeness.SAME
    distances = [
        (int.from_bytes(one.value) ^ int.from_bytes(other.value)).bit_count()
        for one in found
        for other in known
        if one.kind is other.kind is Kind.PDQ
    ]
    if not distances:
        return Likeness.UNKNOWN
    return Likeness.NEAR if min(distances) <= SAME_PICTURE else Likeness.OTHER


def with_looks(watch: Watch, looks: Sequence[Look]) -> Watch:
    """The watch after one round of looks: of all vantage points, at about one time.

    Whoever sees it outweighs everybody who does not, in the same round too.
    """
    said = [one for one in looks if one.outcome is not ProbeOutcome.CHECKER_FAULT]
    if not said:
        return replace(watch, faults=watch.faults + 1)
    looked_at = max(one.result.at for one in said)
    seen = [one.result.at for one in said if one.outcome in _SEEN]
    if seen:
        return replace(watch, looked_at=looked_at, faults=0, seen_at=max(seen), runs=())
    runs = {run.vantage: run for run in watch.runs}
    for one in said:
        if one.outcome in _REMOVED:
            name, at = one.result.vantage, one.result.at
            runs[name] = GoneRun(vantage=name, first_at=runs[name].first_at if name in runs else at, last_at=at)
    return replace(watch, looked_at=looked_at, faults=0, runs=tuple(runs.values()))


def with_addresses(watch: Watch, looks: Sequence[Look]) -> Watch:
    """The watch with the addresses that showed the item; the first after a notice are its hoster's.

    A new one may be another hoster's. When nothing came of the last new one until this look, it was the same hoster's.
    """
    shown = {one.result.address for one in looks if one.outcome is ProbeOutcome.PRESENT and one.result.address}
    known = watch.addresses
    if shown <= known:
        return replace(watch, strayed_at=None) if shown and watch.strayed_at is not None else watch
    addresses = frozenset(known | shown if len(known) < MOST_ADDRESSES else shown)
    return replace(watch, addresses=addresses, strayed_at=watch.seen_at if known else None)


def confirmed(watch: Watch, vantages: Collection[str]) -> tuple[datetime, datetime] | None:
    """First seen out of reach and when that was confirmed; None while it is not.

    Every vantage point must have found so twice, at least `CONFIRM_AFTER` apart; or a person at the desk, who alone can
    where there is no vantage point. It is out of reach since the last of them first found so: who shows one of them
    nothing and refuses the other has removed nothing yet.
    """
    sure = {run.vantage: run for run in watch.runs if run.last_at - run.first_at >= CONFIRM_AFTER}
    names = set(vantages)
    if not names or not names <= sure.keys():
        names = {DESK}
    if not names <= sure.keys():
        return None
    deciding = [sure[name] for name in names]
    return max(run.first_at for run in deciding), max(run.last_at for run in deciding)


def next_look(watch: Watch, now: datetime, *, step_due: datetime | None) -> datetime | None:
    """When to look next, after a look at `now`; None when the plan is at its end.

    Args:
        watch: As it is after the look.
        now: The present instant.
        step_due: When the next step of any clock of the item is due.
    """
    after_fault = now + min(RETRY_AFTER * 2 ** min(max(watch.faults - 1, 0), 5), _DAY)
    if watch.confirmed_at is not None:
        later = [due for mark in RETURN_PLAN if (due := _before(watch, mark, watch.confirmed_at)) > now]
        return after_fault if watch.faults else next(iter(later), None)
    planned = _planned(watch, now)
    wanted = [planned]
    if step_due is not None and now < step_due - FRESH and not step_due - FRESH <= planned <= step_due:
        wanted.append(step_due - _shift(watch.item_id, str(step_due)))
    if watch.runs:
        since = max(run.first_at for run in watch.runs)
        again = since + CONFIRM_AFTER + _shift(watch.item_id, "confirm")
        wanted += [again] if again > now else [now + RETRY_AFTER] if now < since + _DAY else []
    if watch.faults:
        wanted.append(after_fault)
    return min(wanted)


def _planned(watch: Watch, now: datetime) -> datetime:
    for mark in PLAN:
        if (due := _before(watch, mark, watch.anchor_at)) > now:
            return due
    mark = max(PLAN[-1] + _DAY, (now - watch.anchor_at) // _DAY * _DAY)
    while (due := _before(watch, mark, watch.anchor_at)) <= now:
        mark += _DAY
    return due


def _before(watch: Watch, mark: timedelta, anchor: datetime) -> datetime:
    return anchor + mark - _shift(watch.item_id, str(mark))


def _shift(item_id: ItemId, mark: str) -> timedelta:
    """Between a minute and `SHIFT`, the same every time for an item and a mark, and not to be guessed from outside."""
    part = int.from_bytes(blake2b(f"{item_id} {mark}".encode(), digest_size=4).digest()) / 2**32
    return timedelta(minutes=1) + part * (SHIFT - timedelta(minutes=1))


def next_step(clock: ItemClock, profile: LawProfile) -> tuple[Step, datetime] | None:
    """The step after the last one taken and when it is due; None after the last, and while the clock does not run."""
    takedown = clock.takedown(profile)
    if takedown is None or clock.ended_at is not None or clock.paused_at is not None:
        return None
    return takedown.next_step(clock.last_step)


def ruling(watch: Watch, step: Step, due_at: datetime, *, may_look: bool, waited: int) -> Ruling:
    """What becomes of a step that is due.

    Args:
        watch: Of its item, which is noticed, and about which no dispute waits where the step accuses.
        step: The next one.
        due_at: When it was due.
        may_look: Whether the prober may look at the item at all.
        waited: How often the step was put off before.
    """
    accuses, patient = step in ACCUSING, waited < MAX_WAITS
    stale = watch.looked_at is None or watch.looked_at < due_at - FRESH
    if may_look and stale and (accuses or patient):
        return Ruling.LOOK_FIRST
    if watch.runs and patient:
        return Ruling.CONFIRM_FIRST
    return Ruling.UNSEEN if accuses and watch.looked_at is None else Ruling.TAKE


def carried(clock: ItemClock, earlier: ItemClock | None, profile: LawProfile, at: datetime) -> ItemClock:
    """The clock, started at `at`; the time and steps that the same hoster had before are carried on.

    The time in which the item was elsewhere, or held, does not count against it.
    """
    had = timedelta(0)
    if earlier is not None and earlier.started_at is not None:
        had = (earlier.paused_at or earlier.ended_at or at) - earlier.started_at
        kept = ("last_step", "disputed_at", "answered_at")
        clock = replace(clock, **{name: getattr(earlier, name) for name in kept})
    takedown = TakedownClock.start(profile, at - had)
    return replace(clock, started_at=takedown.started_at, deadline=takedown.deadline)
