"""What a member asks and what it is told: items, policy, the closed verdict set and the explanation."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from schoon.index import Category
from schoon.kinds import Digest, EntryId, HitId, Kind, MemberId

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One entry that an item matched, as far as the member may know.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
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
    """

    member_id: MemberId
    name: str
    policy: Policy
    quota: int
    hit_term: timedelta
