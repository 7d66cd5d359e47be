"""How a hit moves: its clock, what an action does to it, what a change of its entry does to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from schoon.check import Sighting, Verdict
from schoon.hits.types import Action, ActionOutcome, ActionResult, Dispute, DisputeOutcome, Hit, HitAction
from schoon.kinds import EntryId, HitId, MemberId
from schoon.lists import EntryState

SHORTEST_REASON = 10
LONGEST_NOTE = 2_000

LEASE = timedelta(seconds=45)
"""How long one deliverer has a message for itself: longer than a send can take, shorter than a minute."""

MAX_ATTEMPTS = 12
"""Attempts before a message is given up: about two days with `retry_after`."""

_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class HitsAlike:
    """New hits of one member that differ in name and entry alone: a million digests open hundreds at once.

    Attributes:
        like: One of them.
        entries: The entry of each, by its name.
    """

    like: Hit
    entries: Mapping[HitId, EntryId]

    def each(self) -> list[Hit]:
        """Every one, whole."""
        return [replace(self.like, hit_id=hit_id, entry_id=entry_id) for hit_id, entry_id in self.entries.items()]


class FirstSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The circumstances in which a hit is opened. A struct, since there is one for every new hit.

    Attributes:
        at: When.
        times: How many sightings there are at once.
        is_again: An earlier hit of the member on the same entry had been closed.
        disputed: The member disputes the entry already.
        standing: What the entry counts for now; None when it is not in this database.
    """

    at: datetime
    times: int
    is_again: bool
    disputed: bool = False
    standing: EntryState | None = None


def new_hit(hit_id: HitId, member_id: MemberId, sighting: Sighting, first: FirstSeen, *, hit_term: timedelta) -> Hit:
    """The hit that a first sighting opens: its clock starts when it is `listed`, and nothing makes it stand still."""
    hit = Hit(
        hit_id=hit_id,
        member_id=member_id,
        entry_id=sighting.entry_id,
        verdict=sighting.verdict,
        kind=sighting.match.kind,
        strength=sighting.match.strength,
        band=sighting.match.band,
        category=sighting.match.category,
        supplier_class=sighting.match.supplier_class,
        list_version=sighting.list_version,
        opened_at=first.at,
        last_seen_at=first.at,
        sightings=first.times,
        reopened=first.is_again,
        due_at=first.at + hit_term if sighting.verdict is Verdict.LISTED else None,
    )
    hit = with_pauses(hit, first.at, disputed=first.disputed)
    return hit if first.standing is None else after_standing(hit, first.standing, first.at)


def upgraded(hit: Hit, sighting: Sighting, now: datetime, *, hit_term: timedelta) -> Hit:
    """The hit after a sighting that may say more: `review` becomes `listed`, and its clock starts then."""
    if hit.verdict is not Verdict.REVIEW or sighting.verdict is not Verdict.LISTED:
        return hit
    listed = replace(
        hit,
        verdict=Verdict.LISTED,
        kind=sighting.match.kind,
        strength=sighting.match.strength,
        band=sighting.match.band,
        category=sighting.match.category,
        supplier_class=sighting.match.supplier_class,
        list_version=sighting.list_version,
    )
    if listed.closed_at is not None:
        return listed
    if listed.disputed or listed.suspended:
        return replace(listed, remaining=hit_term)
    return replace(listed, due_at=now + hit_term)


def with_pauses(hit: Hit, now: datetime, *, disputed: bool | None = None, suspended: bool | None = None) -> Hit:
    """The hit with its reasons to stand still replaced; its clock stops with the first and goes on after the last.

    The clock goes on with what was left. Nothing left stays nothing: such a hit is overdue when it goes on.
    """
    disputed = hit.disputed if disputed is None else disputed
    suspended = hit.suspended if suspended is None else suspended
    changed = hit
    if (disputed, suspended) != (hit.disputed, hit.suspended):
        changed = replace(hit, disputed=disputed, suspended=suspended)
    stands_still = changed.disputed or changed.suspended
    if changed.closed_at is not None:
        return changed
    if stands_still and changed.due_at is not None:
        return replace(changed, due_at=None, remaining=max(changed.due_at - now, timedelta(0)))
    if not stands_still and changed.remaining is not None:
        return replace(changed, due_at=now + changed.remaining, remaining=None)
    return changed


def closed(hit: Hit, now: datetime) -> Hit:
    """The hit that needs nothing more; its clock is gone. The moment of an earlier closing stays."""
    return replace(hit, closed_at=hit.closed_at or now, due_at=None, remaining=None)


def withdrawn(hit: Hit, now: datetime) -> Hit:
    """The hit after its entry left the list: closed, no longer disputed, with what was taken away free to come back."""
    if hit.withdrawn_at is not None:
        return hit
    return replace(closed(hit, now), withdrawn_at=now, disputed=False, suspended=False)


def after_standing(hit: Hit, standing: EntryState, now: datetime) -> Hit:
    """The hit after its entry got that standing."""
    if standing is EntryState.WITHDRAWN:
        return withdrawn(hit, now)
    return with_pauses(hit, now, suspended=standing is EntryState.SUSPENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one action does.

    Attributes:
        hit: The hit afterwards.
        result: What the member is told.
    """

    hit: Hit
    result: ActionResult


def act(hit: Hit, action: HitAction, now: datetime, *, stops_clock: bool = True, is_waiting: bool = False) -> Step:
    """What a member's action does to its hit. The same action twice changes nothing the second time.

    `removed` and `quarantined` close the hit: the file is out of reach. A quarantined file may be removed later; a
    removed one cannot be quarantined. `disputed` needs reasons and stops the clock. `restored` is for hits whose
    entry was withdrawn. Once restored, nothing more happens to a hit. What is done after the clock ran out marks the
    hit as overdue, also when nobody had looked at the clock yet.

    Args:
        hit: As it stands.
        action: What the member says it did.
        now: When.
        stops_clock: Whether a dispute stops the clock; one after a rejection does not.
        is_waiting: Whether a dispute of the hit waits for its answer, though the clock may run.
    """
    refusal = _refusal(hit, action)
    if refusal:
        return _step(hit, ActionOutcome.REFUSED, refusal)
    if action.action is Action.DISPUTED:
        if hit.disputed or is_waiting:
            return _step(hit, ActionOutcome.UNCHANGED)
        if not stops_clock:
            return _step(_late(hit, now), ActionOutcome.DONE)
        return _step(with_pauses(_late(hit, now), now, disputed=True), ActionOutcome.DONE)
    if hit.action is action.action:
        return _step(hit, ActionOutcome.UNCHANGED)
    return _step(replace(closed(_late(hit, now), now), action=action.action, acted_at=now), ActionOutcome.DONE)


def rejected_in(disputes: Iterable[Dispute]) -> set[HitId]:
    """Hits of which one of these disputes was rejected: a further dispute of such a hit holds no clock."""
    return {one.hit_id for one in disputes if one.outcome is DisputeOutcome.REJECTED}


def retry_after(attempts: int) -> timedelta:
    """How long a message waits after that many failed attempts (1 or more): 15 s, doubling, up to 8 h."""
    return min(_FIRST_WAIT * (1 << min(attempts - 1, 20)), _LONGEST_WAIT)


def reason_fault(text: str) -> str:
    """What is wrong with somebody's reasons, or nothing."""
    length = len(text.strip())
    if length < SHORTEST_REASON:
        return f"reasons of {length} characters say too little; give {SHORTEST_REASON} or more"
    return f"{length} characters are too many; give at most {LONGEST_NOTE}" if length > LONGEST_NOTE else ""


def _refusal(hit: Hit, action: HitAction) -> str:
    if len(action.note) > LONGEST_NOTE:
        return f"a note has at most {LONGEST_NOTE} characters, not {len(action.note)}"
    if hit.action is Action.RESTORED:
        return "" if action.action is Action.RESTORED else "the file was restored; a new hit opens if it is found again"
    match action.action:
        case Action.DISPUTED:
            return (
                "the entry has left the list; nothing is left to dispute"
                if hit.withdrawn_at
                else reason_fault(action.note)
            )
        case Action.RESTORED:
            return "" if hit.withdrawn_at else "the entry is still on the list; dispute the hit first"
        case Action.QUARANTINED:
            return "the file was removed; it cannot be quarantined any more" if hit.action is Action.REMOVED else ""
        case Action.REMOVED:
            return ""


def _late(hit: Hit, now: datetime) -> Hit:
    return replace(hit, overdue_at=now) if hit.overdue_at is None and hit.is_overdue(now) else hit


def _step(hit: Hit, outcome: ActionOutcome, detail: str = "") -> Step:
    return Step(hit=hit, result=ActionResult(hit_id=hit.hit_id, outcome=outcome, state=hit.state, detail=detail))
