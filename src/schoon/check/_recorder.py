"""Matches become hits, and digests that crowd around one entry become an alarm, in one transaction."""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from schoon.check._counts import CheckCounts
from schoon.check.ports import HitBook, NearStore
from schoon.check.rules import Weighed
from schoon.check.types import Answer, HitRecorded, Member, NearAlarm, Reason, Sighting, Verdict
from schoon.index import ListKeys
from schoon.journal import Event, Journal
from schoon.kinds import EntryId, MemberId, OutageError, Transaction, Transactions
from schoon.norms import MEMBER_AGREEMENT

_log = logging.getLogger(__name__)

_CHUNK = 1_000
_TAG_BYTES = 16
_CHECK = "check service"


class Sighted(msgspec.Struct, frozen=True, kw_only=True):
    """One item that matched, weighed.

    Attributes:
        member: Whose item.
        item_id, file_ref: As asked.
        weighed: The verdict on it.
        near: (entry, PDQ digest) of each perceptual match.
    """

    member: Member
    item_id: str
    file_ref: str | None
    weighed: Weighed
    near: tuple[tuple[EntryId, bytes], ...]

    def __repr__(self) -> str:
        """The member's id alone: digests stay out of logs."""
        return f"Sighted(member={self.member!r})"


class HitRecorder:
    """Writes what matched to the hit book, and watches for members who probe one entry with many digests."""

    def __init__(
        self, transactions: Transactions, hit_book: HitBook, near: NearStore, journal: Journal, *, keys: ListKeys
    ) -> None:
        self._transactions = transactions
        self._hit_book = hit_book
        self._near = near
        self._journal = journal
        self._tag_key = hashlib.blake2b(b"schoon/near", key=keys.table_key, digest_size=32).digest()
        self.counts = CheckCounts()

    def record(self, sighted: Sequence[Sighted], list_version: int, now: datetime) -> list[Answer]:
        """The answer to each, with its hit; `unavailable` where the hit could not be stored.

        One short transaction per member and 1,000 items: no member waits for another's rows, and a fault costs few.
        """
        of_member: dict[MemberId, list[int]] = defaultdict(list)
        for place, one in enumerate(sighted):
            of_member[one.member.member_id].append(place)
        answers: dict[int, Answer] = {}
        for places in of_member.values():
            for start in range(0, len(places), _CHUNK):
                some = places[start : start + _CHUNK]
                chunk = self._record_chunk([sighted[place] for place in some], list_version, now)
                answers.update(zip(some, chunk, strict=True))
        return [answers[place] for place in range(len(sighted))]

    def forget_before(self, now: datetime) -> int:
        """How many tags older than the window were dropped."""
        with self._transactions.write() as tx:
            return self._near.forget_before(tx, now - MEMBER_AGREEMENT.near_window)

    def alarms(self, member_id: MemberId | None = None) -> list[NearAlarm]:
        """Alarms raised, newest first; of every member when none is given."""
        with self._transactions.read() as tx:
            return self._near.alarms(tx, member_id)

    def _record_chunk(self, sighted: Sequence[Sighted], list_version: int, now: datetime) -> list[Answer]:
        member = sighted[0].member
        sightings = [_sighting(one, list_version) for one in sighted]
        try:
            with self._transactions.write() as tx:
                hits = self._hit_book.record(tx, member.member_id, sightings, now, hit_term=member.hit_term)
                alarms = self._watch(tx, member.member_id, sighted, now)
        except OutageError as cause:
            # The verdict stands only with its clock running: the member is told to ask again.
            fields = {"event": "check.hits_not_stored", "count": len(sighted), "cause": type(cause).__name__}
            _log.error("hits not stored", extra=fields)
            return [_unstored(one) for one in sighted]
        self._tell(alarms)
        return [_answer(one, hit) for one, hit in zip(sighted, hits, strict=True)]

    def _watch(
        self, tx: Transaction, member_id: MemberId, sighted: Iterable[Sighted], now: datetime
    ) -> list[NearAlarm]:
        limit = MEMBER_AGREEMENT.near_limit
        tags: dict[EntryId, dict[bytes, None]] = defaultdict(dict)
        for one in sighted:
            for entry_id, digest in one.near:
                if len(tags[entry_id]) <= limit:
                    tags[entry_id][self._tag(digest)] = None
        if not tags:
            return []
        near = {entry_id: tuple(some) for entry_id, some in sorted(tags.items())}
        counts = self._near.note(tx, member_id, near, now, keep=limit + 1)
        raised = [
            alarm
            for entry_id, count in counts.items()
            if count > limit
            for alarm in [NearAlarm(member_id=member_id, entry_id=entry_id, raised_at=now, digests=count)]
            if self._near.raise_alarm(tx, alarm)
        ]
        for alarm in raised:
            subject, detail = f"member:{member_id}", {"entry": alarm.entry_id, "digests": alarm.digests}
            self._journal.append(
                tx, Event(action="check:near:alarm", actor=_CHECK, subject=subject, at=now, detail=detail)
            )
        return raised

    def _tell(self, alarms: Sequence[NearAlarm]) -> None:
        self.counts.add_alarms(len(alarms))
        for alarm in alarms:
            fields = {"event": "check.near_alarm", "member_id": alarm.member_id, "entry_id": alarm.entry_id}
            _log.warning("many digests near one entry", extra=fields)

    def _tag(self, digest: bytes) -> bytes:
        return hashlib.blake2b(digest, key=self._tag_key, digest_size=_TAG_BYTES).digest()


def _sighting(one: Sighted, list_version: int) -> Sighting:
    return Sighting(
        entry_id=one.weighed.principal,
        verdict=one.weighed.verdict,
        match=one.weighed.matches[0],
        list_version=list_version,
        file_ref=one.file_ref,
    )


def _unstored(one: Sighted) -> Answer:
    return Answer(item_id=one.item_id, verdict=Verdict.UNAVAILABLE, reason=Reason.HIT_NOT_STORED)


def _answer(one: Sighted, hit: HitRecorded) -> Answer:
    return Answer(
        item_id=one.item_id,
        verdict=one.weighed.verdict,
        reason=one.weighed.reason,
        matches=one.weighed.matches,
        entry_id=one.weighed.principal,
        hit_id=hit.hit_id,
        reopened=hit.reopened,
    )
