"""Quotas in digests per clock hour, leased from the database in blocks so that a request rarely writes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from schoon.check.errors import QuotaExceededError
from schoon.check.ports import UsageStore
from schoon.check.types import Member
from schoon.kinds import MemberId, Transactions, require_utc

_BLOCKS_PER_QUOTA = 100
_LARGEST_BLOCK = 100_000
_HOUR = timedelta(hours=1)
_KEPT = timedelta(days=92)
"""How long it is kept who checked how much: a quarter, for talks about quotas."""


@dataclass(slots=True)
class _Lease:
    member: Member
    hour: datetime
    renewing: Lock = field(default_factory=Lock)  # taken before the other, where both are
    lock: Lock = field(default_factory=Lock)
    left: int = 0
    spent: int | None = None  # the quota that was found used up in this hour


class QuotaKeeper:
    """Hands out digests under each member's quota; safe between threads and between processes.

    What a process leases counts as used at once, so all processes together never pass the quota. What a process has
    leased and not used when the hour ends is lost: at most two blocks each, of a hundredth of the quota or 100,000.
    """

    def __init__(self, transactions: Transactions, usage: UsageStore) -> None:
        self._transactions = transactions
        self._usage = usage
        self._leases: dict[MemberId, _Lease] = {}
        self._leases_lock = Lock()

    def reserve(self, member: Member, digests: int, now: datetime) -> None:
        """Set that many digests aside for the member.

        Raises:
            QuotaExceededError: So many are not left in this hour; nothing was taken.
        """
        hour = require_utc(now).replace(minute=0, second=0, microsecond=0)
        if self.reserve_at_once(member, digests, now):
            return
        lease = self._lease_of(member, hour)
        with (
            lease.renewing,
            lease.lock,
        ):  # a renewal under way holds digests that it has yet to count
            if lease.hour != hour:
                lease.hour, lease.left, lease.spent = hour, 0, None
            missing = digests - lease.left
            if missing > 0:
                lease.left += self._take(member, missing, hour, now)
            lease.left -= digests

    def reserve_at_once(self, member: Member, digests: int, now: datetime) -> bool:
        """Whether they were set aside from what is leased already; never waits for the database or another thread."""
        hour = require_utc(now).replace(minute=0, second=0, microsecond=0)
        lease = self._lease_of(member, hour)
        if not lease.lock.acquire(blocking=False):
            return False
        try:
            if lease.hour != hour or lease.left < digests:
                return False
            lease.left -= digests
            return True
        finally:
            lease.lock.release()

    def top_up(self, now: datetime) -> int:
        """How many leases were renewed before they ran out, so that no check waits for it; some times a second.

        Raises:
            OutageError: The database does not answer; what is leased already can still be used.
        """
        hour = require_utc(now).replace(minute=0, second=0, microsecond=0)
        renewed = 0
        for lease in list(self._leases.values()):
            member = lease.member
            block = _block_of(member)
            if lease.hour != hour or lease.left > block // 2 or lease.spent == member.quota:
                continue
            with lease.renewing:
                with self._transactions.write() as tx:
                    granted = self._usage.lease(
                        tx, member.member_id, hour, at_least=1, wanted=max(1, block), limit=member.quota
                    )
                with lease.lock:
                    if lease.hour == hour:
                        lease.left += granted
                        lease.spent = None if granted else member.quota
            renewed += granted > 0
        return renewed

    def forget_before(self, now: datetime) -> int:
        """How many hours of usage older than a quarter were dropped."""
        with self._transactions.write() as tx:
            return self._usage.forget_before(tx, now - _KEPT)

    def used(self, member: Member, now: datetime) -> int:
        """Digests leased to all processes in this clock hour."""
        hour = require_utc(now).replace(minute=0, second=0, microsecond=0)
        with self._transactions.read() as tx:
            return self._usage.used(tx, member.member_id, hour)

    def _lease_of(self, member: Member, hour: datetime) -> _Lease:
        with self._leases_lock:
            lease = self._leases.setdefault(member.member_id, _Lease(member=member, hour=hour))
            lease.member = member  # its quota may have changed
            return lease

    def _take(self, member: Member, missing: int, hour: datetime, now: datetime) -> int:
        granted = 0
        if missing <= member.quota:
            with self._transactions.write() as tx:
                granted = self._usage.lease(
                    tx,
                    member.member_id,
                    hour,
                    at_least=missing,
                    wanted=max(missing, _block_of(member)),
                    limit=member.quota,
                )
        if granted:
            return granted
        wait = hour + _HOUR - require_utc(now)
        raise QuotaExceededError(
            f"fewer than {missing} digests are left of the {member.quota} of this hour",
            retry_after=max(wait, timedelta(seconds=1)),
        )


def _block_of(member: Member) -> int:
    return min(member.quota // _BLOCKS_PER_QUOTA, _LARGEST_BLOCK)
