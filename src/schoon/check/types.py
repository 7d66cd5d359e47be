"""What a member asks and what it is told: items, policy, the closed verdict set and the explanation."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from schoon.kinds import Category, Digest, EntryId, HitId, Kind, MemberId, TokenId

MAX_PDQ_DISTANCE = 31
"""The largest distance that counts as a match. Source: docs/sources.md#pdq"""


class Verdict(StrEnum):
    """The closed set of answers. There is no other, and no answer is ever `not_listed` for want of knowledge."""

    LISTED = "listed"
    REVIEW = "review"
    NOT_LISTED = "not_listed"
    UNAVAILABLE = "unavailable"


class Strength(StrEnum):
    """How much a match proves; nothing may be deleted on less than strong."""

    STRONG = "strong"
    WEAK = "weak"
    PERCEPTUAL = "perceptual"


class Band(StrEnum):
    """How far a perceptual match lies; the exact distance is never told, it would lead to the listed vector."""

    SAME = "0"
    NEAR = "1-15"
    FAR = "16-31"


class Reason(StrEnum):
    """Why a verdict is `review` or `unavailable`."""

    SINGLE_ATTESTATION = "single_attestation"
    SUSPENDED = "suspended"
    FORGED_COLLISION = "forged_collision"
    NO_LIST = "no_list"
    LIST_TOO_OLD = "list_too_old"
    CLOCK_WRONG = "clock_wrong"
    HIT_NOT_STORED = "hit_not_stored"


class ServiceType(StrEnum):
    """What kind of service the member runs; the law differs."""

    HOSTING = "hosting"
    MESSAGING = "interpersonal_messaging"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What counts for one member.

    Attributes:
        categories: Categories that count.
        suppliers: Names of suppliers that count; None for all.
        pdq_distance: Largest distance that counts, 0 to 31; None switches perceptual matching off.
        dihedral: Whether the eight rotations and mirrors of a PDQ digest are tried too.
        service_type: Messaging is refused unless `legal_basis` is recorded.
        legal_basis: The member's recorded legal basis for scanning messages.
    """

    categories: frozenset[Category] = frozenset({Category.BASELINE, Category.NATIONAL})
    suppliers: frozenset[str] | None = None
    pdq_distance: int | None = MAX_PDQ_DISTANCE
    dihedral: bool = True
    service_type: ServiceType = ServiceType.HOSTING
    legal_basis: str = ""

    def __post_init__(self) -> None:
        if self.pdq_distance is not None and not 0 <= self.pdq_distance <= MAX_PDQ_DISTANCE:
            raise ValueError(f"pdq_distance is {self.pdq_distance}; it lies between 0 and {MAX_PDQ_DISTANCE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file to check, by its digests alone.

    Attributes:
        item_id: The caller's own name for it in this request.
        digests: One or more, of any kinds; several PDQ digests are frames of one file.
        file_ref: The member's opaque reference, kept as a sighting when there is a hit; never a path or URL.
    """

    item_id: str
    digests: tuple[Digest, ...]
    file_ref: str | None = None


class Match(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """One entry that an item matched, as far as the member may know. A struct, like all that is made for every match.

    Attributes:
        kind: Kind of digest that matched.
        strength: How much that proves.
        band: For a perceptual match only.
        category: As the supplier gave it.
        supplier_class: "police", "hotline", …
    """

    kind: Kind
    strength: Strength
    band: Band | None
    category: Category
    supplier_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """Which list an answer rests on.

    Attributes:
        name: The list ("nl").
        version: 0 when none is loaded.
        age: Since the last signed word from the publisher.
    """

    name: str
    version: int
    age: timedelta


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one item.

    Attributes:
        item_id: As asked.
        verdict: One of the four.
        reason: Set for `review` and `unavailable`.
        matches: What matched, strongest first; empty for the others.
        entry_id: The entry that the verdict rests on; never shown to the member.
        hit_id: The open hit, when the verdict is `listed` (or `review`, counted apart).
        reopened: The same entry was seen after an earlier hit on it was closed.
    """

    item_id: str
    verdict: Verdict
    reason: Reason | None = None
    matches: tuple[Match, ...] = ()
    entry_id: EntryId | None = None
    hit_id: HitId | None = None
    reopened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Member:
    """A hoster or platform that may check, as the check sees it.

    Attributes:
        member_id: Its id.
        name: Its short name: user name of Basic auth, shown on pages.
        policy: What counts for it.
        quota: Digests it may have checked per hour.
        hit_term: How long it has to act on a hit.
        complaint_address: Where the member's customers complain: an address or a page, for statements of reasons.
    """

    member_id: MemberId
    name: str
    policy: Policy
    quota: int
    hit_term: timedelta
    complaint_address: str = ""

    def __repr__(self) -> str:
        """The id alone: names stay out of logs."""
        return f"Member(member_id={self.member_id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """The items of one request of one member."""

    member: Member
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReply:
    """The answers to one request, in the order of its items, all from one version of the list."""

    list_state: ListState
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAnswer:
    """The answer to digests sent back to back.

    Attributes:
        list_state: Which list it rests on.
        kind: The kind of digest asked.
        count: Digests asked.
        unavailable: Why nothing can be said; then `positions` and `answers` are empty. None otherwise.
        positions: (k,) int64 ascending, the positions that are not `not_listed`.
        answers: The verdict at each of those positions; `item_id` is the position in decimal.
    """

    list_state: ListState
    kind: Kind
    count: int
    unavailable: Reason | None
    positions: NDArray[np.int64]
    answers: tuple[Answer, ...]


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One item that matched an entry, as the hit keeps it.

    Attributes:
        entry_id: The entry the verdict rests on.
        verdict: `listed` or `review`.
        match: The strongest match, as the member was told.
        list_version: The version of the list that matched.
        file_ref: The member's opaque reference, or None.
    """

    entry_id: EntryId
    verdict: Verdict
    match: Match
    list_version: int
    file_ref: str | None


class HitRecorded(msgspec.Struct, frozen=True, kw_only=True):
    """Which hit a sighting belongs to.

    Attributes:
        hit_id: The open hit of the member on the entry.
        reopened: An earlier hit of the member on the same entry had been closed.
    """

    hit_id: HitId
    reopened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NearAlarm:
    """More different PDQ digests of one member near one entry than ordinary use brings.

    Attributes:
        member_id: Whose checks.
        entry_id: Near which entry; never shown to the member.
        raised_at: When the limit was passed.
        digests: How many different ones had been counted then.
    """

    member_id: MemberId
    entry_id: EntryId
    raised_at: datetime
    digests: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MemberDraft:
    """A member as the operator writes it down.

    Attributes:
        name: Short name: 2 to 40 of a-z, 0-9, dot and hyphen, starting with a letter.
        policy: What counts for it.
        quota: Digests it may have checked per hour.
        hit_term: None for the member agreement's own term.
        complaint_address: Where its customers complain; printed in statements of reasons.
    """

    name: str
    policy: Policy = field(default_factory=Policy)
    quota: int = 10_000_000
    hit_term: timedelta | None = None
    complaint_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MemberAccount:
    """A member as the operator sees it.

    Attributes:
        member: What the check sees.
        created_at: When it was added.
        webhook_url: Where its messages go, or None.
    """

    member: Member
    created_at: datetime
    webhook_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TokenRecord:
    """An API token as it is stored: enough to recognise it, not to use it.

    Attributes:
        token_id: Its public half.
        member_id: Whose it is.
        digest: SHA-256 of its secret half.
        created_at, last_used_at, revoked_at: UTC; None when that has not happened.
        label: What the operator calls it.
    """

    token_id: TokenId
    member_id: MemberId
    digest: bytes
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class IssuedToken:
    """A fresh token; its text is shown this once and stored nowhere."""

    token_id: TokenId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Webhook:
    """Where a member's messages go.

    Attributes:
        url: https, or http on the loopback.
        secret: Signs each message; sealed at rest.
    """

    url: str
    secret: bytes
