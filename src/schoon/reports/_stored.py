"""Rows as the tables hold them: sealed where they must be, found by keyed tags; the database alone tells little."""

from dataclasses import dataclass, field
from datetime import datetime

from schoon.hits import Language
from schoon.kinds import ItemId, Kind, ReportId
from schoon.reports._assessment_types import Judgement, Known, Means
from schoon.reports.types import ItemKind, ItemState, ReportSource


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """One report.

    Attributes:
        sealed: Its text and refused addresses; None once they were deleted.
        items: How many items came of it.
    """

    report_id: ReportId
    source: ReportSource
    reference: str
    language: Language
    received_at: datetime
    sealed: bytes | None
    items: int
    to_read: bool
    status_tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReporter:
    """Who reported, sealed under the reporters' own key."""

    report_id: ReportId
    sealed: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyClaim:
    """A report's claim to be the only one of an idempotency key, or of a content for a while.

    Attributes:
        tag: Of sender and key, or of sender and content.
        body: Tag of the content.
        until: From this instant on another may claim it; None for good.
    """

    tag: str
    report_id: ReportId
    body: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """One item.

    Attributes:
        sealed: Site and address.
        url_tag, key_tag, host_tag, site_tag: Of the canonical address (no two items have one), its comparison key,
            its host and its site.
        round: Counts how often it was opened for judging; from 1.
        proposed: The hash list has an entry of it that this hotline proposed.
        disputed: Analysts judge it differently in this round.
    """

    item_id: ItemId
    kind: ItemKind
    sealed: bytes = field(repr=False)
    url_tag: str
    key_tag: str
    host_tag: str
    site_tag: str
    state: ItemState = ItemState.TO_ASSESS
    moves: int = 1
    moved_at: datetime
    first_reported_at: datetime
    last_reported_at: datetime
    reports: int = 1
    round: int = 1
    judgement: Judgement | None = None
    means: Means | None = None
    inherited_from: ItemId | None = None
    known: Known | None = None
    proposed: bool = False
    disputed: bool = False
    police_backed: bool = False
    preserve: bool = False
    locked_by: str | None = None
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDigest:
    """One digest of one item."""

    item_id: ItemId
    kind: Kind
    tag: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAssessment:
    """One judgement; `sealed` holds answers and note, None without any; `number` is given when it is kept."""

    item_id: ItemId
    round: int
    judgement: Judgement
    means: Means
    by: str
    at: datetime
    counts: bool
    vocabulary: str = ""
    sealed: bytes | None = None
    inherited_from: ItemId | None = None
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMove:
    """One row of an item's history; `sealed` holds the reason, None without one."""

    item_id: ItemId
    number: int
    from_state: ItemState | None
    to_state: ItemState
    at: datetime
    by: str
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest:
    """One request to read a reporter; `number` is given when it is kept, `ends_at` when it is approved."""

    report_id: ReportId
    asked_by: str
    asked_at: datetime
    sealed: bytes = field(repr=False)
    approved_by: str | None = None
    approved_at: datetime | None = None
    ends_at: datetime | None = None
    read_at: datetime | None = None
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVocabulary:
    """One question set as it was imported."""

    version: str
    document: str
    imported_by: str
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredViewing:
    """One way into the viewer: shown once, answered once."""

    tag: str
    item_id: ItemId
    analyst: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemQuery:
    """`Wanted`, with tags in the place of what people type."""

    states: frozenset[ItemState] | None
    kind: ItemKind | None
    judgement: Judgement | None
    known: Known | None
    key_tag: str | None
    host_tag: str | None
    site_tag: str | None
    report_id: ReportId | None
    disputed: bool
    inherited_from: ItemId | None
    analyst: str | None
    newest_first: bool
    after: ItemId | None
    limit: int
    now: datetime
