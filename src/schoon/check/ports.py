"""What the check needs from outside: an index to look in, a book for hits, and its own tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from schoon.check.types import (
    HitRecorded,
    Member,
    MemberAccount,
    MemberDraft,
    NearAlarm,
    Sighting,
    TokenRecord,
    Webhook,
)
from schoon.kinds import EntryId, Kind, MemberId, SnapshotHeader, SupplierLabel, TokenId, Transaction


class SearchIndex(Protocol):
    """One loaded version of the list; never changes."""

    @property
    def header(self) -> SnapshotHeader:
        """Name and version of the list."""
        ...

    @property
    def suppliers(self) -> Sequence[SupplierLabel]:
        """Every supplier with an entry inside."""
        ...

    def find_exact(self, kind: Kind, tags: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """All (query position, row) pairs whose tags are equal; withdrawn entries never."""
        ...

    def find_pdq(
        self, vectors: NDArray[np.uint8], radius: NDArray[np.uint8]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
        """All (query position, row, distance) within each query's radius; withdrawn entries never."""
        ...

    def entries(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """The entries of those rows, of `ENTRY_DTYPE`, with their present standing."""
        ...


class IndexSource(Protocol):
    """Where the newest good version of the list is found."""

    @property
    def current(self) -> SearchIndex | None:
        """The version that is served, or None when there is none."""
        ...

    @property
    def issued_at(self) -> datetime | None:
        """When the publisher last signed its word on it."""
        ...


class HitBook(Protocol):
    """Where verdicts become hits; implemented by the room `hits`."""

    def record(
        self, tx: Transaction, member_id: MemberId, sightings: Sequence[Sighting], now: datetime, *, hit_term: timedelta
    ) -> list[HitRecorded]:
        """The hit of each sighting, in the same order; opens those that are not open yet."""
        ...


class MemberStore(Protocol):
    """The tables of members, their tokens and their webhooks."""

    def version(self, tx: Transaction) -> int:
        """A number that rises with every change below but `mark_used`."""
        ...

    def add(self, tx: Transaction, draft: MemberDraft, *, hit_term: timedelta, now: datetime) -> MemberAccount:
        """The new member.

        Raises:
            MemberExistsError: The name is taken.
        """
        ...

    def change(self, tx: Transaction, member: Member) -> None:
        """Replace policy, quota, hit term and complaint address of `member.member_id`."""
        ...

    def accounts(self, tx: Transaction) -> list[MemberAccount]:
        """Every member by name."""
        ...

    def find(self, tx: Transaction, name: str) -> MemberAccount | None:
        """The member of that name."""
        ...

    def get(self, tx: Transaction, member_id: MemberId) -> MemberAccount | None:
        """The member of that id."""
        ...

    def add_token(self, tx: Transaction, token: TokenRecord) -> None:
        """Keep a token; its id is new."""
        ...

    def revoke_token(self, tx: Transaction, token_id: TokenId, now: datetime) -> TokenRecord | None:
        """The token as it was before, now revoked (an earlier moment stays); None when there is none."""
        ...

    def tokens(self, tx: Transaction, member_id: MemberId | None = None) -> list[TokenRecord]:
        """Tokens, revoked ones too, oldest first; of everybody when no member is given."""
        ...

    def mark_used(self, tx: Transaction, used: Mapping[TokenId, datetime]) -> None:
        """Keep the latest use of each token; an earlier one never replaces a later."""
        ...

    def set_webhook(self, tx: Transaction, member_id: MemberId, webhook: Webhook | None) -> None:
        """Replace or remove the member's webhook; the secret is sealed before it is stored."""
        ...

    def webhook(self, tx: Transaction, member_id: MemberId) -> Webhook | None:
        """The member's webhook with its secret opened."""
        ...


class UsageStore(Protocol):
    """Digests leased to processes, per member and clock hour."""

    def lease(
        self, tx: Transaction, member_id: MemberId, hour: datetime, *, at_least: int, wanted: int, limit: int
    ) -> int:
        """Take up to `wanted` of what is left under `limit`; 0 when less than `at_least` is left."""
        ...

    def used(self, tx: Transaction, member_id: MemberId, hour: datetime) -> int:
        """Digests leased so far in that hour."""
        ...

    def forget_before(self, tx: Transaction, hour: datetime) -> int:
        """How many rows of earlier hours were dropped."""
        ...


class NearStore(Protocol):
    """Keyed tags of PDQ digests that came near an entry, for a day; hits only, never misses."""

    def note(
        self, tx: Transaction, member_id: MemberId, near: Mapping[EntryId, Sequence[bytes]], now: datetime, *, keep: int
    ) -> dict[EntryId, int]:
        """How many different tags there are now per entry since `now` less a day; keeps at most `keep` of each."""
        ...

    def raise_alarm(self, tx: Transaction, alarm: NearAlarm) -> bool:
        """Whether this is news: one alarm a day per member and entry is kept."""
        ...

    def alarms(self, tx: Transaction, member_id: MemberId | None = None) -> list[NearAlarm]:
        """Alarms, newest first."""
        ...

    def forget_before(self, tx: Transaction, moment: datetime) -> int:
        """How many tags seen before that moment were dropped; alarms stay."""
        ...
