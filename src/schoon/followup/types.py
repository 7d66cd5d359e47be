"""The words of this room: what a look at an address found, and by what right one looks."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from schoon.hosting import TargetUrl
from schoon.kinds import Digest, ItemId, require_utc


class ProbeOutcome(StrEnum):
    """How one look ended. Only `gone` and `placeholder` speak for a removal, only `present` and `moved` against one."""

    PRESENT = "present"
    """The address answered with content of its own. Whether it is the same content, the room judges by the digests."""

    GONE = "gone"
    """The host says so (404, 410), or the name no longer exists in the DNS (NXDOMAIN)."""

    MOVED = "moved"
    """It leads to content of its own at another site (by the public suffix list); `moved_to` says where."""

    PLACEHOLDER = "placeholder"
    """It answers what made-up addresses beside it answer: a soft 404, a parking page, a redirect to the front page."""

    BLOCKED = "blocked"
    """The host refuses to show it to us: 401, 403, 451, a login, a riddle against robots."""

    TEMPORARY = "temporary"
    """Nothing can be said today: 429, 5xx, a timeout, no connection, SERVFAIL."""

    CHECKER_FAULT = "checker_fault"
    """We did not look: our own outage, our own policy, a defect of ours."""


class TlsFault(StrEnum):
    """What was wrong with the host's certificate; a finding beside the outcome, never a reason not to look."""

    EXPIRED = "expired"
    NAME_MISMATCH = "name_mismatch"
    SELF_SIGNED = "self_signed"
    UNTRUSTED = "untrusted"
    HANDSHAKE = "handshake"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """Why this installation may look at addresses of material, and who answers for it.

    Attributes:
        number: Counts up with each that is recorded.
        basis: The law, mandate or agreement, in words.
        signatory: The person who signed for it.
        recorded_by: Who wrote it down here.
        ended_at: Since when it no longer holds; None while it does.
    """

    number: int
    basis: str
    signatory: str
    recorded_by: str
    recorded_at: datetime
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        require_utc(self.recorded_at)
        if not self.basis.strip() or not self.signatory.strip():
            raise ValueError("a legal basis names the basis and its signatory")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeTarget:
    """One address to look at."""

    item_id: ItemId
    url: TargetUrl = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """One look at one address from one vantage point.

    Attributes:
        vantage: Which vantage point looked, by its name.
        at: When the answer was in (UTC).
        control_ok: Whether this vantage point reached its control address in the same round. Without it the look counts
            for nothing: the outage may be ours.
        status: Of the last HTTP answer; None without one.
        size: Bytes of body that were read; None without one.
        address: The IP address that answered, canonical; empty when nothing did.
        moved_to: Where redirects ended, when that is another site.
        digests: Of the body, made in memory: exact kinds, and PDQ of a picture in its eight orientations. Empty when
            the body was too large, or was not read whole.
        tls_fault: What was wrong with the certificate of the last hop.
        reason: One word for the record, of a closed set of the prober's: `nxdomain`, `timeout`, `sibling`, …
    """

    item_id: ItemId
    vantage: str
    at: datetime
    outcome: ProbeOutcome
    control_ok: bool = True
    status: int | None = None
    size: int | None = None
    address: str = field(default="", repr=False)
    moved_to: TargetUrl | None = field(default=None, repr=False)
    digests: tuple[Digest, ...] = field(default=(), repr=False)
    tls_fault: TlsFault | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        require_utc(self.at)
        if (self.outcome is ProbeOutcome.MOVED) != (self.moved_to is not None):
            raise ValueError("an item that moved went somewhere, and no other did")
