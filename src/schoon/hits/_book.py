"""Sightings become hits, and hits follow what happens to their entries."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from schoon.check import HitRecorded, Match, Sighting, Verdict
from schoon.hits import _messages
from schoon.hits._parts import HitParts
from schoon.hits.rules import FirstSeen, HitsAlike, after_standing, new_hit, rejected_in, upgraded
from schoon.hits.types import Dispute, DisputeOutcome, Hit
from schoon.kinds import EntryId, HitId, MemberId, SchoonError, Transaction
from schoon.lists import EntryState

_HIT_ID_LETTERS = 25
"""Of five bits of chance each, after an h: short enough to read out, too many to guess."""

_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
_ENTRIES_AT_ONCE = 2_000
_LIST_OFFICE = "list office"

_Opening = tuple[FirstSeen, Verdict, Match, int]
"""All that makes one new hit of a member differ from another, but its name and its entry."""


def new_hit_ids(count: int) -> list[HitId]:
    """Random names: `h` and 25 lower-case letters and digits each."""
    letters = secrets.token_bytes(_HIT_ID_LETTERS * count).translate(_LETTERS).decode()
    return [HitId("h" + letters[at : at + _HIT_ID_LETTERS]) for at in range(0, len(letters), _HIT_ID_LETTERS)]


def record(
    parts: HitParts,
    tx: Transaction,
    member_id: MemberId,
    sightings: Sequence[Sighting],
    *,
    now: datetime,
    hit_term: timedelta,
) -> list[HitRecorded]:
    """See `HitBook.record`."""
    parts.store.take_turn(tx, member_id)
    best = _best_of_each_entry(sightings)
    there = parts.store.open_hits(tx, member_id, sorted(best))
    missing = sorted(best.keys() - there.keys())
    new: list[HitsAlike] = []
    if missing:
        times = Counter(sighting.entry_id for sighting in sightings)
        first = [(best[entry_id], times[entry_id]) for entry_id in missing]
        opened, new = _open(parts, tx, member_id, first, now=now, hit_term=hit_term)
        there |= opened
    changed = []
    for entry_id, hit in there.items():
        after = upgraded(hit, best[entry_id], now, hit_term=hit_term)
        if after is not hit:
            changed.append(after)
    parts.store.save(tx, changed)
    recorded = {entry_id: HitRecorded(hit_id=h.hit_id, reopened=h.reopened) for entry_id, h in there.items()}
    for alike in new:
        for hit_id, entry_id in alike.entries.items():
            recorded[entry_id] = HitRecorded(hit_id=hit_id, reopened=alike.like.reopened)
    seen: dict[HitId, Counter[str | None]] = defaultdict(Counter)
    for sighting in sightings:
        if sighting.file_ref is not None or sighting.entry_id in there:  # a new hit holds their number
            seen[recorded[sighting.entry_id].hit_id][sighting.file_ref] += 1
    parts.store.add_sightings(tx, seen, now, counted={hit_id for alike in new for hit_id in alike.entries})
    return [recorded[sighting.entry_id] for sighting in sightings]


def entries_changed(
    parts: HitParts, tx: Transaction, entry_ids: Sequence[EntryId], standing: EntryState, *, reason: str, now: datetime
) -> int:
    """How many hits changed with their entries: stopped, going on, or over, with every member told of a withdrawal."""
    changed = 0
    for start in range(0, len(entry_ids), _ENTRIES_AT_ONCE):
        some = entry_ids[start : start + _ENTRIES_AT_ONCE]
        hits = parts.store.hits_on(tx, some, open_only=standing is not EntryState.WITHDRAWN)
        after = [moved for hit in hits if (moved := after_standing(hit, standing, now)) != hit]
        parts.store.save(tx, after)
        if standing is EntryState.WITHDRAWN:
            _tell_withdrawn(parts, tx, after, now)
            _answer_by_withdrawal(parts, tx, some, reason=reason, now=now)
        for event in _messages.notes(
            f"hit:entry:{standing}", [h.hit_id for h in after], actor=_LIST_OFFICE, subject="hits", now=now
        ):
            parts.journal.append(tx, event)
        changed += len(after)
    return changed


def _best_of_each_entry(sightings: Sequence[Sighting]) -> dict[EntryId, Sighting]:
    best: dict[EntryId, Sighting] = {}
    for sighting in sightings:
        before = best.get(sighting.entry_id)
        if before is None or (before.verdict is Verdict.REVIEW and sighting.verdict is Verdict.LISTED):
            best[sighting.entry_id] = sighting
    return best


def _open(
    parts: HitParts,
    tx: Transaction,
    member_id: MemberId,
    sightings: Sequence[tuple[Sighting, int]],
    *,
    now: datetime,
    hit_term: timedelta,
) -> tuple[dict[EntryId, Hit], list[HitsAlike]]:
    """The hit on each of those entries, none of which was open a moment ago: those that were there, and the new ones.

    A new hit holds the number that comes with its sighting; the others are still to be counted.
    """
    entry_ids = [sighting.entry_id for sighting, _ in sightings]
    before = parts.store.ever_hit(tx, member_id, entry_ids)
    standings = parts.office.standings(tx, entry_ids)
    disputed = _held_by_disputes(parts, tx, member_id, entry_ids)
    over = [entry_id for entry_id, standing in standings.items() if standing is EntryState.WITHDRAWN]
    hits = {
        h.entry_id: h for h in parts.store.hits_on(tx, over, member_id=member_id, open_only=False) if h.withdrawn_at
    }
    opening: dict[_Opening, list[Sighting]] = defaultdict(list)
    for sighting, times in sightings:
        entry_id = sighting.entry_id
        if entry_id not in hits:
            first = FirstSeen(
                at=now,
                times=times,
                is_again=entry_id in before,
                disputed=entry_id in disputed,
                standing=standings.get(entry_id),
            )
            opening[first, sighting.verdict, sighting.match, sighting.list_version].append(sighting)
    new = [
        parts.store.add_missing(tx, _alike(member_id, some, first, hit_term=hit_term))
        for (first, *_), some in opening.items()
    ]
    added = {entry_id for alike in new for entry_id in alike.entries.values()}
    # Another process opened these between our look and our insert.
    hits |= parts.store.open_hits(tx, member_id, [id_ for id_ in entry_ids if id_ not in added and id_ not in hits])
    new = [alike for alike in new if alike.entries]
    _tell_opened(parts, tx, member_id, new, now=now)
    return hits, new


def _held_by_disputes(
    parts: HitParts, tx: Transaction, member_id: MemberId, entry_ids: Sequence[EntryId]
) -> set[EntryId]:
    """Entries whose new hits stand still: the member disputes them, and not after a rejection, which holds no clock."""
    waiting = [one for one in parts.store.open_disputes(tx, entry_ids) if one.member_id == member_id]
    if not waiting:
        return set()
    rejected = rejected_in(parts.store.disputes(tx, member_id, open_only=False))
    return {one.entry_id for one in waiting if one.hit_id not in rejected}


def _alike(member_id: MemberId, sightings: Sequence[Sighting], first: FirstSeen, *, hit_term: timedelta) -> HitsAlike:
    """The hits that such sightings open, alike in all that the rules look at: one goes through them for all."""
    names = new_hit_ids(len(sightings))
    like = new_hit(names[0], member_id, sightings[0], first, hit_term=hit_term)
    return HitsAlike(like=like, entries=dict(zip(names, [one.entry_id for one in sightings], strict=True)))


def _tell_opened(
    parts: HitParts, tx: Transaction, member_id: MemberId, new: Sequence[HitsAlike], *, now: datetime
) -> None:
    if not new:
        return
    subject, names = f"member:{member_id}", [hit_id for alike in new for hit_id in alike.entries]
    for event in _messages.notes("hit:open", names, actor="check service", subject=subject, now=now):
        parts.journal.append(tx, event)
    _tell_withdrawn(parts, tx, [hit for alike in new if alike.like.withdrawn_at for hit in alike.each()], now)
    running = [alike for alike in new if not alike.like.withdrawn_at]
    if running and _has_webhook(parts, tx, member_id):
        hits = [hit for alike in running for hit in alike.each()]
        parts.outbox.put(tx, [_messages.opened(member_id, hits, now)], now)


def _has_webhook(parts: HitParts, tx: Transaction, member_id: MemberId) -> bool:
    """Whether the member has one; a sealed secret that does not open is no reason to lose a hit over."""
    try:
        return parts.webhooks.webhook(tx, member_id) is not None
    except SchoonError:
        return True


def _tell_withdrawn(parts: HitParts, tx: Transaction, hits: Sequence[Hit], now: datetime) -> None:
    def owner(hit: Hit) -> tuple[MemberId, EntryId]:
        return hit.member_id, hit.entry_id

    messages = [
        _messages.withdrawn(member_id, entry_id, list(group), now)
        for (member_id, entry_id), group in groupby(sorted(hits, key=owner), key=owner)
    ]
    parts.outbox.put(tx, messages, now)


def _answer_by_withdrawal(
    parts: HitParts, tx: Transaction, entry_ids: Sequence[EntryId], *, reason: str, now: datetime
) -> None:
    for dispute in parts.store.open_disputes(tx, entry_ids):
        answer: Dispute = replace(
            dispute, outcome=DisputeOutcome.UPHELD, answer=f"The entry was withdrawn: {reason}", answered_at=now
        )
        parts.store.save_dispute(tx, answer)
        parts.outbox.put(tx, [_messages.answered(answer, now)], now)
