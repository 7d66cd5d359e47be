"""The words of this room: what a look at an address found, and by what right one looks."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from schoon.kinds import Digest, HosterId, ItemId, NoticeId, require_utc
from schoon.norms import LawProfile, Step, TakedownClock
from schoon.reports import TargetUrl


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
        moved_to: Where redirects ended, when that is another site. Not kept: it becomes an item of its own.
        digests: Of the body, made in memory: exact kinds, and PDQ of a picture in its eight orientations. Empty when
            the body was too large, or was not read whole. Not kept.
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
        if self.moved_to is not None and self.outcome is not ProbeOutcome.MOVED:
            raise ValueError("only an item that moved went somewhere")


class Likeness(StrEnum):
    """How the content that a look found compares with what was assessed."""

    SAME = "same"
    """An exact digest is equal."""

    NEAR = "near"
    """No exact digest is equal, the perceptual one is near: the same picture, stored anew."""

    OTHER = "other"
    """The perceptual digest is far away: another picture stands in its place."""

    UNKNOWN = "unknown"
    """There is nothing to compare on one of the two sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look with what the room makes of it.

    Attributes:
        outcome: As judged: `present` with another picture is `placeholder`, and without control all is `checker_fault`.
    """

    result: ProbeResult
    outcome: ProbeOutcome
    likeness: Likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneRun:
    """Since when one vantage point finds an item out of reach, without anybody having seen it since.

    Attributes:
        last_at: The latest look that found so.
    """

    vantage: str
    first_at: datetime
    last_at: datetime


class ClockEnd(StrEnum):
    """Why a clock no longer runs."""

    INACCESSIBLE = "inaccessible"
    """Two confirming looks."""

    MOVED = "moved"
    """It is with another hoster now, who has a clock of its own."""

    RENEWED = "renewed"
    """A new notice to the same hoster carries its time and steps on."""

    VOID = "void"
    """It never counted: the dispute was upheld, or the assessment changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What looks say of one item, whoever hosts it; from one first notice until it is told of again.

    Attributes:
        anchor_at: When the latest first notice about it was sent; looks are planned from there.
        first_seen_at: When it was first reported.
        looked_at: The latest look that says something of the host; a fault of ours does not.
        faults: Rounds since then in which nobody could look.
        seen_at: When it was last seen.
        runs: What speaks for a removal so far, one a vantage point; empty as soon as anybody sees it.
        addresses: The IP addresses that answered since the notice.
        strayed_at: When it answered from one that was new, until it is clear that the hoster is the same.
        gone_at, confirmed_at: First seen out of reach, and when the second look confirmed that.
        returned_at: When it was seen again after that.
    """

    item_id: ItemId
    anchor_at: datetime
    first_seen_at: datetime
    looked_at: datetime | None = None
    faults: int = 0
    seen_at: datetime | None = None
    runs: tuple[GoneRun, ...] = ()
    addresses: frozenset[str] = field(default=frozenset(), repr=False)
    strayed_at: datetime | None = None
    gone_at: datetime | None = None
    confirmed_at: datetime | None = None
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemClock:
    """The clock of one item under one first notice, with every time that was measured.

    Attributes:
        number: Names it; 0 before it is kept.
        first_seen_at: When the item was first reported.
        sent_at, delivered_at, acknowledged_at: Of the notice; the last is when the hoster first answered.
        started_at: From when the law profile counts; None until the event it counts from. Earlier than the notice for a
            hoster who had the item before: the time it had then counts.
        deadline: By when it is to be out of reach.
        last_step: The last step that was taken.
        paused_at: Since when no step is due, because the item is no longer noticed (held, say); None while one is.
        disputed_at, answered_at, upheld: Of the hoster's first dispute, and the desk's answer to it.
        seen_at, gone_at, confirmed_at: Last seen, first seen out of reach, and when that was confirmed; set at its end.
        ended_at, end: When and why it no longer runs; None while it does.
    """

    number: int = 0
    item_id: ItemId
    notice_id: NoticeId
    hoster_id: HosterId
    profile_id: str
    first_seen_at: datetime
    sent_at: datetime
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None
    started_at: datetime | None = None
    deadline: datetime | None = None
    last_step: Step | None = None
    paused_at: datetime | None = None
    disputed_at: datetime | None = None
    answered_at: datetime | None = None
    upheld: bool = False
    seen_at: datetime | None = None
    gone_at: datetime | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    end: ClockEnd | None = None

    @property
    def is_disputed(self) -> bool:
        """Whether a dispute waits for the desk."""
        return self.disputed_at is not None and self.answered_at is None

    @property
    def stopped_at(self) -> datetime | None:
        """Since when the item is out of reach at this hoster, for the reading of the law profile's clock."""
        return self.ended_at if self.end is ClockEnd.MOVED else self.gone_at

    def takedown(self, profile: LawProfile) -> TakedownClock | None:
        """The deadlines under its profile; None until it starts."""
        if self.started_at is None:
            return None
        return replace(TakedownClock.start(profile, self.started_at), stopped_at=self.stopped_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """One step of one clock; it is taken once.

    Attributes:
        due_at: When it was due; how late it was follows.
    """

    item_id: ItemId
    notice_id: NoticeId
    step: Step
    due_at: datetime
    taken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRecord:
    """What is laid before the authority about one item at one hoster: the times alone, as they were measured.

    Attributes:
        number: Counts up; 0 before it is kept.
        seen_at: When it was last seen before; None when the host refused every look.
        noticed_again_at, police_at: When those steps were taken.
    """

    number: int = 0
    item_id: ItemId
    notice_id: NoticeId
    hoster_id: HosterId
    profile_id: str
    first_seen_at: datetime
    sent_at: datetime
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    started_at: datetime
    deadline: datetime
    seen_at: datetime | None
    noticed_again_at: datetime | None
    police_at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which clocks a page shows; what is None narrows nothing.

    Attributes:
        before: Only those whose deadline lies before.
        disputed: Those whose dispute waits for an answer, ended ones too; otherwise those that run.
        after: Go on after this clock, with which the page before ended.
    """

    hoster_id: HosterId | None = None
    before: datetime | None = None
    disputed: bool = False
    after: ItemClock | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Everything that is known of one item after its first notice.

    Attributes:
        clocks: One a first notice, in their order.
        looks: The latest first.
    """

    watch: Watch
    clocks: tuple[ItemClock, ...]
    steps: tuple[StepTaken, ...]
    looks: tuple[Look, ...]
