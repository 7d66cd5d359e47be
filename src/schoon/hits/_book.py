"""Sightings become hits, and hits follow what happens to their entries."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from schoon.check import HitRecorded, Sighting, Verdict
from schoon.hits import _messages
from schoon.hits._parts import HitParts
from schoon.hits.rules import FirstSeen, after_standing, new_hit, upgraded, with_pauses
from schoon.hits.types import Dispute, DisputeOutcome, Hit
from schoon.kinds import EntryId, HitId, MemberId, SchoonError, Transaction
from schoon.lists import EntryState

_HIT_ID_LETTERS = 25
"""Of five bits of chance each, after an h: short enough to read out, too many to guess."""

_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
_ENTRIES_AT_ONCE = 2_000
_LIST_OFFICE = "list office"


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
    hits = parts.store.open_hits(tx, member_id, sorted(best))
    missing = sorted(best.keys() - hits.keys())
    new: dict[EntryId, Hit] = {}
    if missing:
        times = Counter(sighting.entry_id for sighting in sightings)
        first = [(best[entry_id], times[entry_id]) for entry_id in missing]
        there, new = _open(parts, tx, member_id, first, now=now, hit_term=hit_term)
        hits |= there | new
    changed = []
    for entry_id, hit in hits.items():
        after = upgraded(hit, best[entry_id], now, hit_term=hit_term)
        if after is not hit:
            changed.append(after)
    parts.store.save(tx, changed)
    seen: dict[HitId, Counter[str | None]] = defaultdict(Counter)
    for sighting in sightings:
        seen[hits[sighting.entry_id].hit_id][sighting.file_ref] += 1
    parts.store.add_sightings(tx, seen, now, counted={hit.hit_id for hit in new.values()})
    return [HitRecorded(hit_id=hits[s.entry_id].hit_id, reopened=hits[s.entry_id].reopened) for s in sightings]


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
) -> tuple[dict[EntryId, Hit], dict[EntryId, Hit]]:
    """The hit on each of those entries, none of which was open a moment ago: those that were there, and the new ones.

    A new hit holds the number that comes with its sighting; the others are still to be counted.
    """
    entry_ids = [sighting.entry_id for sighting, _ in sightings]
    before = parts.store.ever_hit(tx, member_id, entry_ids)
    standings = parts.office.standings(tx, entry_ids)
    disputed = {d.entry_id for d in parts.store.open_disputes(tx, entry_ids) if d.member_id == member_id}
    over = [entry_id for entry_id, standing in standings.items() if standing is EntryState.WITHDRAWN]
    hits = {
        h.entry_id: h for h in parts.store.hits_on(tx, over, member_id=member_id, open_only=False) if h.withdrawn_at
    }
    fresh = []
    for hit_id, (sighting, times) in zip(new_hit_ids(len(sightings)), sightings, strict=True):
        if sighting.entry_id in hits:
            continue
        first = FirstSeen(at=now, times=times, is_again=sighting.entry_id in before)
        hit = new_hit(hit_id, member_id, sighting, first, hit_term=hit_term)
        hit = with_pauses(hit, now, disputed=sighting.entry_id in disputed)
        if sighting.entry_id in standings:
            hit = after_standing(hit, standings[sighting.entry_id], now)
        fresh.append(hit)
    added = parts.store.add_missing(tx, fresh)
    new = {hit.entry_id: hit for hit in fresh if added.get(hit.entry_id) == hit.hit_id}
    # Another process opened these between our look and our insert.
    hits |= parts.store.open_hits(tx, member_id, [h.entry_id for h in fresh if h.entry_id not in new])
    _tell_opened(parts, tx, member_id, list(new.values()), now=now)
    return hits, new


def _tell_opened(parts: HitParts, tx: Transaction, member_id: MemberId, new: Sequence[Hit], *, now: datetime) -> None:
    if not new:
        return
    subject = f"member:{member_id}"
    for event in _messages.notes("hit:open", [h.hit_id for h in new], actor="check service", subject=subject, now=now):
        parts.journal.append(tx, event)
    _tell_withdrawn(parts, tx, [hit for hit in new if hit.withdrawn_at], now)
    running = [hit for hit in new if not hit.withdrawn_at]
    if running and _has_webhook(parts, tx, member_id):
        parts.outbox.put(tx, [_messages.opened(member_id, running, now)], now)


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
