"""How matches become a verdict, how old a list may be, and the eight ways to turn a PDQ digest."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec
import numpy as np
from numpy.typing import NDArray

from schoon.check.errors import LegalBasisMissingError, MemberDraftError, WebhookUrlError
from schoon.check.types import Band, Match, MemberDraft, Policy, Reason, ServiceType, Strength, Verdict
from schoon.kinds import EXACT_KINDS, KIND_BITS, Category, EntryId, Kind, Standing, TokenId

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a list's signed time may lie ahead of our clock before one of the two clocks must be wrong."""

_NEAR = 15
_NAME = re.compile(r"[a-z][a-z0-9.-]{1,39}")
_LONGEST_ADDRESS = 300
_VERDICT_ORDER = {Verdict.LISTED: 0, Verdict.REVIEW: 1}
_STRENGTH_ORDER = {Strength.STRONG: 0, Strength.WEAK: 1, Strength.PERCEPTUAL: 2}
_BAND_ORDER = {None: 0, Band.SAME: 0, Band.NEAR: 1, Band.FAR: 2}
_STANDING_VERDICT: dict[Standing, tuple[Verdict, Reason | None]] = {
    Standing.ACTIVE: (Verdict.LISTED, None),
    Standing.ATTESTED: (Verdict.REVIEW, Reason.SINGLE_ATTESTATION),
    Standing.SUSPENDED: (Verdict.REVIEW, Reason.SUSPENDED),
}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One digest of an item that matched one entry within the member's policy.

    Attributes:
        entry_id, category, supplier_class, standing: The entry's.
        entry_kinds: Bits of the kinds the entry has, as in `KIND_BITS`.
        kind: Kind of the digest that matched.
        distance: 0 for exact kinds.
    """

    entry_id: EntryId
    category: Category
    supplier_class: str
    standing: Standing
    entry_kinds: int
    kind: Kind
    distance: int


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """What all matches of one item together say.

    Attributes:
        verdict: `listed` or `review`.
        reason: Set for `review`.
        principal: The entry that the verdict rests on: the strongest match, then the lowest entry id.
        matches: Each different explanation once, strongest first; the first is the principal's.
    """

    verdict: Verdict
    reason: Reason | None
    principal: EntryId
    matches: tuple[Match, ...]


def weigh(found: Sequence[Found], brought: int) -> Weighed:
    """The verdict on one item from everything it matched.

    1. An entry matched by SHA-256 is proven, whatever else differs.
    2. An entry matched by MD5 or SHA-1 that has another exact digest of a kind the item brought, which did not
       match, is no proof: somebody made two files with one MD5. So is any other entry matched by that digest alone.
    3. Such a forged collision makes the item `review`, unless rule 1 holds for an active entry. A perceptual match
       does not save it: who forges one digest may have forged the other.

    Args:
        found: At least one.
        brought: Bits of the kinds of digest that the item brought, as in `KIND_BITS`.
    """
    if len(found) == 1:
        one = found[0]
        entry = (one.category, one.supplier_class, one.standing, one.entry_kinds)
        alone = _weigh_alone(entry, one.kind, one.distance, brought)
        return Weighed(verdict=alone.verdict, reason=alone.reason, principal=one.entry_id, matches=alone.matches)
    return _weigh_together(found, brought)


@lru_cache(maxsize=4096)
def _weigh_alone(entry: tuple[Category, str, Standing, int], kind: Kind, distance: int, brought: int) -> Weighed:
    """What a single match says is the same for every entry like it; nearly all items match one or none."""
    category, supplier_class, standing, entry_kinds = entry
    one = Found(
        entry_id=EntryId(0),
        category=category,
        supplier_class=supplier_class,
        standing=standing,
        entry_kinds=entry_kinds,
        kind=kind,
        distance=distance,
    )
    return _weigh_together([one], brought)


def _weigh_together(found: Sequence[Found], brought: int) -> Weighed:
    kinds_of: dict[EntryId, int] = {}
    for one in found:
        kinds_of[one.entry_id] = kinds_of.get(one.entry_id, 0) | KIND_BITS[one.kind]
    forged = _forged_kinds(found, kinds_of, brought)
    ranked = sorted(found, key=lambda one: _rank(one, _judge(one, kinds_of[one.entry_id], forged)))
    first = ranked[0]
    verdict, reason = _judge(first, kinds_of[first.entry_id], forged)
    if forged and strength_of(first.kind) is not Strength.STRONG:
        verdict, reason = Verdict.REVIEW, Reason.FORGED_COLLISION
    return Weighed(
        verdict=verdict,
        reason=reason,
        principal=first.entry_id,
        matches=tuple(dict.fromkeys(_explain(one) for one in ranked)),
    )


def strength_of(kind: Kind) -> Strength:
    """How much a match of that kind of digest proves."""
    match kind:
        case Kind.SHA256:
            return Strength.STRONG
        case Kind.PDQ:
            return Strength.PERCEPTUAL
        case Kind.MD5 | Kind.SHA1:
            return Strength.WEAK


def band_of(distance: int) -> Band:
    """The band a PDQ distance is told in."""
    if distance == 0:
        return Band.SAME
    return Band.NEAR if distance <= _NEAR else Band.FAR


def list_fault(issued_at: datetime | None, now: datetime, limit: timedelta) -> Reason | None:
    """Why a list cannot be relied on at this moment, or None when it can.

    At exactly `limit` it still can. A signed time more than `CLOCK_TOLERANCE` ahead of `now` means that one of the two
    clocks is wrong and the age is unknown.
    """
    if issued_at is None:
        return Reason.NO_LIST
    if now - issued_at > limit:
        return Reason.LIST_TOO_OLD
    if issued_at - now > CLOCK_TOLERANCE:
        return Reason.CLOCK_WRONG
    return None


def require_legal_basis(policy: Policy) -> None:
    """Pass, unless messages of people would be scanned without a recorded legal basis.

    Raises:
        LegalBasisMissingError: That is so. Source: docs/sources.md#eprivacy-derogation
    """
    if policy.service_type is ServiceType.MESSAGING and not policy.legal_basis.strip():
        raise LegalBasisMissingError


def require_member_draft(draft: MemberDraft) -> None:
    """Pass, unless a value of the draft is one that no member can have.

    Raises:
        MemberDraftError: Name, quota, hit term or complaint address; the message says which.
        LegalBasisMissingError: See `require_legal_basis`.
    """
    if not _NAME.fullmatch(draft.name):
        raise MemberDraftError(f"{draft.name[:60]!r} is no name: 2 to 40 of a-z, 0-9, dot and hyphen, a letter first")
    if draft.quota < 1:
        raise MemberDraftError(f"a quota of {draft.quota} digests an hour lets nothing be checked")
    if draft.hit_term is not None and draft.hit_term <= timedelta(0):
        raise MemberDraftError(f"a hit term of {draft.hit_term} has passed before it starts")
    if len(draft.complaint_address) > _LONGEST_ADDRESS or not draft.complaint_address.isprintable():
        raise MemberDraftError(f"a complaint address is one line of at most {_LONGEST_ADDRESS} characters")
    require_legal_basis(draft.policy)


def require_webhook_url(url: str, *, allow_plain_http: bool = False) -> None:
    """Pass, if messages may be sent there.

    Raises:
        WebhookUrlError: Not https (http is for the loopback, or where it is allowed), no host, or with credentials.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise WebhookUrlError("the webhook address does not parse") from None
    if not url.isascii() or not url.isprintable() or " " in url or not host:
        raise WebhookUrlError("the webhook address has no host, or characters that an address cannot have")
    if parts.username is not None or parts.password is not None:
        raise WebhookUrlError("the webhook address holds a user name or password, which would reach logs")
    plain_ok = allow_plain_http or host in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and plain_ok):
        raise WebhookUrlError(f"webhooks go over https, not {parts.scheme[:12] or 'nothing'}")


def token_id_of(token: str) -> TokenId:
    """The public half of a token's text; empty when it has none. Says nothing on whether the token is good."""
    return TokenId("".join(token.split("_")[1:2]))


def dihedral_variants(vectors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The eight turned and mirrored forms of PDQ digests, (m, 8, 32) from (m, 32); the first is the digest itself.

    Turning a picture transposes its 16x16 coefficients and changes the sign of some by the parity of their place. Signs
    are lost in a digest, but the median it compares with is close to 0, so a changed sign is nearly always a changed
    bit. The forms come close to the digests of the turned picture, not always equal: docs/decisions/0014.
    Order: as is, rot90, rot180, rot270, flipX, flipY, flipPlus1, flipMinus1.
    """
    bits = np.unpackbits(vectors, axis=1).reshape(-1, 16, 16)
    # Bit k = 16 i + j counts from the end of the 32 bytes, which transposes to the same place from the end.
    turned = np.packbits(bits.transpose(0, 2, 1).reshape(-1, 256), axis=1)
    both = np.stack((vectors, turned), axis=1)
    return np.asarray(both[:, _TRANSPOSED] ^ _SIGNS, dtype=np.uint8)


def _sign_mask(changes: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.packbits(changes.reshape(256)[::-1])


def _sign_masks() -> NDArray[np.uint8]:
    # Of the *result*, row i and column j; from the table in docs/sources.md#pdq, with B[j][i] -> B'[i][j] renamed.
    rows, columns = np.indices((16, 16))
    odd_row, odd_column = rows % 2 == 1, columns % 2 == 1
    nothing = np.zeros((16, 16), dtype=np.bool_)
    both = odd_row != odd_column
    return np.stack(
        [_sign_mask(m) for m in (nothing, ~odd_row, both, ~odd_column, ~odd_row, ~odd_column, nothing, both)]
    )


_TRANSPOSED = np.array([0, 1, 0, 1, 0, 0, 1, 1])
_SIGNS = _sign_masks()


def _forged_kinds(found: Sequence[Found], kinds_of: dict[EntryId, int], brought: int) -> int:
    forged = 0
    for one in found:
        matched = kinds_of[one.entry_id]
        if one.standing is Standing.ACTIVE and _contradicted(one, matched, brought):
            forged |= matched & _EXACT_BITS
    return forged


def _contradicted(one: Found, matched: int, brought: int) -> bool:
    exact = matched & _EXACT_BITS
    return bool(exact) and not exact & _SHA256_BIT and bool(one.entry_kinds & brought & _EXACT_BITS & ~exact)


def _judge(one: Found, matched: int, forged: int) -> tuple[Verdict, Reason | None]:
    if strength_of(one.kind) is Strength.WEAK and not matched & _SHA256_BIT and KIND_BITS[one.kind] & forged:
        return Verdict.REVIEW, Reason.FORGED_COLLISION
    return _STANDING_VERDICT[one.standing]


def _rank(one: Found, judged: tuple[Verdict, Reason | None]) -> tuple[int, int, int, EntryId, Kind]:
    band = band_of(one.distance) if one.kind is Kind.PDQ else None
    return _VERDICT_ORDER[judged[0]], _STRENGTH_ORDER[strength_of(one.kind)], _BAND_ORDER[band], one.entry_id, one.kind


def _explain(one: Found) -> Match:
    return Match(
        kind=one.kind,
        strength=strength_of(one.kind),
        band=band_of(one.distance) if one.kind is Kind.PDQ else None,
        category=one.category,
        supplier_class=one.supplier_class,
    )


_SHA256_BIT = KIND_BITS[Kind.SHA256]
_EXACT_BITS = sum(KIND_BITS[kind] for kind in EXACT_KINDS)
