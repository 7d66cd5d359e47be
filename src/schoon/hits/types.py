"""A hit, what a member did about it, by when, and what it may be told."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from schoon.check import Band, Strength, Verdict
from schoon.kinds import Category, EntryId, HitId, Kind, MemberId, OrganisationId


class HitState(StrEnum):
    """Where a hit stands, as lists and pages show it."""

    OPEN = "open"
    """The member has yet to act."""
    DISPUTED = "disputed"
    """The member objects; its clock stands still until there is an answer."""
    SUSPENDED = "suspended"
    """The entry is under dispute by somebody; nobody need act meanwhile."""
    QUARANTINED = "quarantined"
    """The file is out of reach and can be put back."""
    REMOVED = "removed"
    """The file is gone."""
    WITHDRAWN = "withdrawn"
    """The entry left the list: what was taken away may be restored."""
    RESTORED = "restored"
    """The file was put back after the entry was withdrawn."""


class Action(StrEnum):
    """What a member says it did."""

    REMOVED = "removed"
    QUARANTINED = "quarantined"
    DISPUTED = "disputed"
    RESTORED = "restored"


class Shelf(StrEnum):
    """How a member's page sorts hits."""

    OPEN = "open"
    """`listed`, nothing done, clock running or run out; the first due on top."""
    OVERDUE = "overdue"
    """Those of `open` whose clock has run out."""
    DISPUTED = "disputed"
    """Standing still: disputed, or suspended for everybody."""
    ACTED = "acted"
    """Removed or quarantined, and the entry still on the list."""
    RESTORE = "restore"
    """The entry was withdrawn, and what was taken away may be put back."""
    REVIEW = "review"
    """Open hits that only ask for a look."""
    ALL = "all"


class ActionOutcome(StrEnum):
    """What became of one action of a call."""

    DONE = "done"
    UNCHANGED = "unchanged"
    """It had been done before; nothing changed."""
    REFUSED = "refused"
    MISSING = "missing"
    """There is no such hit, or it is another member's: the two are never told apart."""


class DisputeOutcome(StrEnum):
    """The answer to a dispute."""

    UPHELD = "upheld"
    REJECTED = "rejected"


class Language(StrEnum):
    """Languages in which a statement of reasons is written."""

    DUTCH = "nl"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why a statement of reasons is held back: the police asked.

    Attributes:
        by: The police unit that asked.
        reason: Why, as it gave it.
        at: Since when.
    """

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One entry seen at one member.

    Attributes:
        hit_id: Its random name.
        member_id: Where it was seen.
        entry_id: What was seen; never shown to the member.
        verdict: `listed`, or `review`, which has no clock and is counted apart.
        kind, strength, band, category, supplier_class, list_version: The match that opened it.
        opened_at: When it was first seen.
        last_seen_at: When it was last seen.
        sightings: How many times.
        reopened: An earlier hit on the same entry had been closed.
        due_at: When the member must have acted; None without a clock, or while it stands still.
        remaining: What is left of the term while the clock stands still.
        action: The last thing done to the file, or None.
        acted_at: When.
        closed_at: When the hit needed nothing more.
        disputed: An open dispute of this member concerns it.
        suspended: The entry is suspended for everybody.
        withdrawn_at: When the entry left the list.
        overdue_at: When it was marked overdue, which happens once.
        hold: Set while the statement of reasons is held back.
    """

    hit_id: HitId
    member_id: MemberId
    entry_id: EntryId
    verdict: Verdict
    kind: Kind
    strength: Strength
    band: Band | None
    category: Category
    supplier_class: str
    list_version: int
    opened_at: datetime
    last_seen_at: datetime
    sightings: int = 0
    reopened: bool = False
    due_at: datetime | None = None
    remaining: timedelta | None = None
    action: Action | None = None
    acted_at: datetime | None = None
    closed_at: datetime | None = None
    disputed: bool = False
    suspended: bool = False
    withdrawn_at: datetime | None = None
    overdue_at: datetime | None = None
    hold: Hold | None = None

    @property
    def state(self) -> HitState:
        """Where it stands."""
        if self.action is Action.RESTORED:
            return HitState.RESTORED
        if self.withdrawn_at is not None:
            return HitState.WITHDRAWN
        if self.disputed:
            return HitState.DISPUTED
        if self.action is not None:
            return HitState.REMOVED if self.action is Action.REMOVED else HitState.QUARANTINED
        return HitState.SUSPENDED if self.suspended else HitState.OPEN

    @property
    def restore_offered(self) -> bool:
        """Whether something was taken away that may be put back."""
        return self.withdrawn_at is not None and self.action in {Action.QUARANTINED, Action.REMOVED}

    def is_overdue(self, now: datetime) -> bool:
        """Whether the clock has run out; it has at its very instant."""
        return self.closed_at is None and self.due_at is not None and now >= self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSighting:
    """One of the member's files on which a hit rests, by the member's own opaque reference."""

    file_ref: str
    first_seen_at: datetime
    last_seen_at: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTaken:
    """One thing a member did, as it was recorded."""

    action: Action
    at: datetime
    actor: str
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A member's objection to a hit, and its answer.

    Attributes:
        dispute_id: Its number.
        hit_id, member_id, entry_id: What it is about.
        reason: Why, in the member's words.
        opened_at: When it was made.
        due_at: By when it must be answered: five working days.
        outcome, answer, answered_by, answered_at: The answer; None and empty until there is one.
        overdue_at: When it was marked overdue, which happens once.
    """

    dispute_id: int
    hit_id: HitId
    member_id: MemberId
    entry_id: EntryId
    reason: str = field(repr=False)
    opened_at: datetime
    due_at: datetime
    outcome: DisputeOutcome | None = None
    answer: str = field(default="", repr=False)
    answered_by: OrganisationId | None = None
    answered_at: datetime | None = None
    overdue_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeAnswer:
    """How a dispute is to be answered.

    Attributes:
        dispute_id: Which.
        outcome: Upheld suspends the entry.
        reasons: 10 to 2,000 characters; the member reads them.
        by: The organisation that answers.
    """

    dispute_id: int
    outcome: DisputeOutcome
    reasons: str = field(repr=False)
    by: OrganisationId


@dataclass(frozen=True, slots=True, kw_only=True)
class HitDetails:
    """Everything about one hit: the newest 100 files of `file_count`, all actions oldest first, all disputes."""

    hit: Hit
    files: tuple[FileSighting, ...]
    file_count: int
    actions: tuple[ActionTaken, ...]
    disputes: tuple[Dispute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitAction:
    """One action of a call.

    Attributes:
        hit_id: On which hit.
        action: What was done, or asked.
        note: For a dispute its reasons, at least 10 characters; else free.
    """

    hit_id: HitId
    action: Action
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionResult:
    """What became of one action.

    Attributes:
        hit_id: As given.
        outcome: Done, unchanged, refused or missing.
        state: Where the hit stands now; None when it is missing.
        detail: Why it was refused, and what to do; empty otherwise.
    """

    hit_id: HitId
    outcome: ActionOutcome
    state: HitState | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which hits a page shows.

    Attributes:
        now: Decides what is overdue.
        state: Only hits that stand there.
        shelf: Only hits on that shelf.
        after: Go on after this hit of the page before.
        limit: At most so many.
    """

    now: datetime
    state: HitState | None = None
    shelf: Shelf = Shelf.ALL
    after: HitId | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HitCounts:
    """How many hits stand where.

    Attributes:
        by_state: `listed` hits by state; every state is there.
        overdue: Open `listed` hits whose clock has run out.
        review: Open hits that only asked for a look.
        by_shelf: Hits on each shelf; every shelf is there.
    """

    by_state: dict[HitState, int]
    overdue: int
    review: int
    by_shelf: dict[Shelf, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something the outside must be told, written down with the change that it tells of.

    Attributes:
        key: Names this very message; a second one with the same key is not sent.
        member_id: To whom.
        body: JSON text. Holds hit ids and words, never a digest, an entry id or a file.
        due_at: Not before.
    """

    key: str
    member_id: MemberId
    body: str = field(repr=False)
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A message that one deliverer may send until the lease ends.

    Attributes:
        message_id: Its number.
        delivery_id: Random; the receiver can use it to drop a duplicate.
        member_id: To whom.
        body: JSON text.
        attempts: How many times it was tried before.
        lease: Names this lease; what is written down under another one is ignored.
    """

    message_id: int
    delivery_id: str
    member_id: MemberId
    body: str = field(repr=False)
    attempts: int
    lease: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that was given up.

    Attributes:
        message_id, delivery_id, member_id: Which, to whom.
        attempts: How many times it was tried.
        dead_at: When it was given up.
        fault: The last fault, without address.
    """

    message_id: int
    delivery_id: str
    member_id: MemberId
    attempts: int
    dead_at: datetime
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """What became of one attempt.

    Attributes:
        delivered: The receiver said yes.
        fault: What went wrong otherwise, in a few words without address.
        final: Trying again cannot help.
    """

    delivered: bool
    fault: str = ""
    final: bool = False
