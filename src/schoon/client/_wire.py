"""What travels between a member and the check service: one definition for both sides."""

from enum import StrEnum
from typing import Annotated

import msgspec

MAX_ITEMS = 1_000
"""Items in one JSON check."""

MAX_BULK = 1_000_000
"""Exact digests in one bulk check."""

MAX_BULK_PDQ = 10_000
"""PDQ digests in one bulk check."""

MAX_ACTIONS = 10_000
"""Actions, or sightings, in one call."""

MAX_FRAMES = 64
"""PDQ digests of one item."""

ItemId = Annotated[str, msgspec.Meta(min_length=1, max_length=128, description="The caller's own name for an item.")]
FileRef = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z0-9_-]{1,64}$",
        description="The member's opaque reference to a file: up to 64 letters, digits, - and _; no path, no URL.",
    ),
]
HitName = Annotated[str, msgspec.Meta(min_length=1, max_length=64, description="The id of a hit.")]
Note = Annotated[str, msgspec.Meta(max_length=2_000, description="For the operator; no names, no addresses.")]


class Verdict(StrEnum):
    """The closed set of answers."""

    LISTED = "listed"
    REVIEW = "review"
    NOT_LISTED = "not_listed"
    UNAVAILABLE = "unavailable"


class Strength(StrEnum):
    """How much a match proves; nothing may be deleted on less than strong."""

    STRONG = "strong"
    WEAK = "weak"
    PERCEPTUAL = "perceptual"


class Action(StrEnum):
    """What a member did about a hit."""

    REMOVED = "removed"
    QUARANTINED = "quarantined"
    DISPUTED = "disputed"
    RESTORED = "restored"


class _Asked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a member sends: unknown fields are refused."""


class _Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the service answers: a client passes over fields that a later service adds."""


class CheckItem(_Asked, frozen=True, kw_only=True):
    """One file to check, by its digests in hexadecimal.

    Attributes:
        id: The caller's own name for it, unique in the request.
        ref: The member's opaque reference, kept as a sighting when there is a hit.
        md5: 32 hex digits.
        sha1: 40 hex digits.
        sha256: 64 hex digits.
        pdq: 64 hex digits each; several are frames of one file.
    """

    id: ItemId
    ref: str | None = None
    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None
    pdq: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """The id alone: digests must not reach a log through `repr`."""
        return f"CheckItem({self.id!r})"


class CheckRequest(_Asked, frozen=True, kw_only=True):
    """Items to check together: one to a thousand."""

    items: tuple[CheckItem, ...]


class HitAction(_Asked, frozen=True, kw_only=True):
    """What the member did about one hit."""

    hit: HitName
    action: Action
    note: Note = ""


class ActionsRequest(_Asked, frozen=True, kw_only=True):
    """Actions on hits: one to ten thousand."""

    actions: tuple[HitAction, ...]


class NewSighting(_Asked, frozen=True, kw_only=True):
    """One more place where the file of a hit was found."""

    hit: HitName
    ref: FileRef


class SightingsRequest(_Asked, frozen=True, kw_only=True):
    """Sightings to add: one to ten thousand."""

    sightings: tuple[NewSighting, ...]


class ListState(_Told, frozen=True, kw_only=True):
    """Which list an answer rests on.

    Attributes:
        name: The list ("nl").
        version: 0 when none is loaded.
        age_seconds: Since the last signed word from the publisher.
    """

    name: str
    version: Annotated[int, msgspec.Meta(ge=0)]
    age_seconds: Annotated[float, msgspec.Meta(ge=0)]


class Match(_Told, frozen=True, kw_only=True):
    """One listed entry that was matched, as far as a member may know.

    Attributes:
        kind: Kind of digest that matched.
        strength: How much that proves.
        category: As the supplier gave it.
        supplier_class: "police", "hotline", …
        band: Of a perceptual match only: "0", "1-15" or "16-31".
    """

    kind: str
    strength: Strength
    category: str
    supplier_class: str
    band: str | None = None


class ItemError(_Told, frozen=True, kw_only=True):
    """Why one item was not checked, and what helps."""

    detail: str
    next_step: str = ""


class ItemAnswer(_Told, frozen=True, kw_only=True):
    """The answer on one item: a verdict, or an error and no verdict.

    Attributes:
        id: As asked.
        verdict: None only beside an `error`.
        reason: Of `review` and `unavailable`.
        hit: The open hit at this member.
        reopened: The same entry was seen after an earlier hit on it was closed.
        matches: What matched, strongest first.
        error: What was wrong with the item.
    """

    id: str
    verdict: Verdict | None = None
    reason: str | None = None
    hit: str | None = None
    reopened: bool = False
    matches: tuple[Match, ...] = ()
    error: ItemError | None = None


class CheckResult(_Told, frozen=True, kw_only=True):
    """The answers to one request, in the order of its items."""

    list: ListState
    answers: tuple[ItemAnswer, ...]


class Found(_Told, frozen=True, kw_only=True):
    """A digest of a bulk request that is not `not_listed`.

    Attributes:
        position: Its place in the request, from 0.
        verdict: `listed` or `review`.
        reason: Of `review`.
        hit: The open hit at this member.
        reopened: The same entry was seen after an earlier hit on it was closed.
        matches: What matched, strongest first.
    """

    position: Annotated[int, msgspec.Meta(ge=0)]
    verdict: Verdict
    reason: str | None = None
    hit: str | None = None
    reopened: bool = False
    matches: tuple[Match, ...] = ()


class BulkResult(_Told, frozen=True, kw_only=True):
    """The answer to a bulk request: every position that `found` does not name is `not_listed`."""

    list: ListState
    kind: str
    count: Annotated[int, msgspec.Meta(ge=0)]
    found: tuple[Found, ...]


class Receipt(_Told, frozen=True, kw_only=True):
    """Proof that the service gave this result to this request; verified offline.

    Attributes:
        member: Who asked.
        request_sha256: SHA-256 of the exact request body, hex.
        result_sha256: SHA-256 of the exact bytes of `result`, hex.
        list_name: The list that answered.
        list_version: Its version.
        issued_at: ISO 8601, UTC; part of what is signed, so kept as text.
        index: Leaf number in the batch that was signed together.
        size: Leaves in that batch.
        path: Audit path from the leaf upwards, hex each.
        key_id: Which key signed.
        signature: Ed25519, hex.
    """

    member: str
    request_sha256: str
    result_sha256: str
    list_name: str
    list_version: int
    issued_at: str
    index: int
    size: int
    path: tuple[str, ...]
    key_id: str
    signature: str


class Envelope(_Told, frozen=True, kw_only=True):
    """A result beside its receipt; `result` keeps its exact bytes, because they are what was signed."""

    result: msgspec.Raw
    receipt: Receipt


class CheckReplyForm(_Told, frozen=True, kw_only=True):
    """The answer to a JSON check: its result, and the receipt over the exact bytes of that result."""

    result: CheckResult
    receipt: Receipt


class BulkReplyForm(_Told, frozen=True, kw_only=True):
    """The answer to a bulk check: its result, and the receipt over the exact bytes of that result."""

    result: BulkResult
    receipt: Receipt


class Problem(_Told, frozen=True, kw_only=True):
    """An error in the form of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    next_step: str = ""
