"""What somebody told the hotline, and the items that came of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from schoon.hits import Language
from schoon.kinds import Digest, ItemId, ReportId, require_utc
from schoon.reports._assessment_types import Assessment, Judgement, Known, Means
from schoon.reports._urls import TargetUrl
from schoon.reports.errors import SubmissionError

MAX_ITEMS = 10_000
MAX_TEXT = 50_000
MAX_NAME = 200


class ReportSource(StrEnum):
    """By which way a report came in."""

    FORM = "form"
    CSV = "csv"
    MAIL = "mail"
    API = "api"
    XARF = "xarf"
    SCART = "scart"
    POLICE = "police"


TRUSTED_DIGESTS = frozenset(ReportSource) - {ReportSource.FORM}
"""Sources whose digests are believed: what an anonymous visitor types must never make an item known material."""


class ItemKind(StrEnum):
    """What an item is."""

    PAGE = "page"
    MEDIA = "media"
    """A picture or film, mostly on a page."""


class ItemState(StrEnum):
    """Where an item stands; it is in exactly one. `rules.MOVES` says what follows what."""

    TO_ASSESS = "to_assess"
    """An analyst is to judge it."""
    TO_NOTICE = "to_notice"
    """Illegal; who hosts it is being found out, and told."""
    HELD = "held"
    """The police first: nothing goes out until they release it."""
    NOTICED = "noticed"
    """On a notice that was sent."""
    ABROAD = "abroad"
    """Hosted in another country: for the partner there."""
    UNTRACEABLE = "untraceable"
    """Nobody can be found who could take it down."""
    INACCESSIBLE = "inaccessible"
    """Two confirming probes; says nothing about deletion."""
    NOT_ILLEGAL = "not_illegal"
    IGNORED = "ignored"


class Progress(StrEnum):
    """What a reporter may know; the same whether the material was illegal or not, and whoever holds it."""

    RECEIVED = "received"
    IN_HAND = "in_hand"
    DONE = "done"


class PoliceAct(StrEnum):
    """What the police do with an item."""

    HOLD = "hold"
    """Nothing more goes out about it."""
    RELEASE = "release"
    """A held item goes on as the hotline's own."""
    SEND = "send"
    """It goes on, and its notice says that the police ask with the hotline."""
    PRESERVE = "preserve"
    """Whoever hosts it is asked to keep it, and the records around it, for the police."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who reported; everything may be empty. Kept apart from the report, under a key of its own."""

    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if max(len(self.name), len(self.email), len(self.phone)) > MAX_NAME:
            raise SubmissionError(f"a name, mail address or phone number has at most {MAX_NAME} characters")

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing was given."""
        return not (self.name or self.email or self.phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedItem:
    """One address of a report, as it was given.

    Attributes:
        url: Text; what is no web address is refused by itself, not the report with it.
        kind: A page unless the sender knows better.
        page: The address of the page that a media item is on; it becomes an item too. Empty when unknown.
        digests: Of the file at the address, from a sender who computed them.
        judgement: What the system that is being replaced had decided; from `ReportSource.SCART` alone.
    """

    url: str = field(repr=False)
    kind: ItemKind = ItemKind.PAGE
    page: str = field(default="", repr=False)
    digests: tuple[Digest, ...] = ()
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One report, as a reader of form, mail, CSV, API or XARF made it.

    Attributes:
        source: By which way.
        items: In the order given.
        text: What the reporter wrote; sealed.
        language: In which the reporter is answered.
        reporter: None for an anonymous one.
        reference: What the sender calls it; shown to analysts.
        sender: Names who sent it, always alike for the same one ("organisation:3", a mail address); only a keyed tag
            of it is kept. Empty when nobody knows: such reports are never taken for a repetition without a key.
        idempotency_key: The sender's own name for this very report; kept as long as the report.
        received_at: When it came, if that was before it was handed in here (an import, a mail that waited).
    """

    source: ReportSource
    items: tuple[SubmittedItem, ...] = ()
    text: str = field(default="", repr=False)
    language: Language = Language.DUTCH
    reporter: Reporter | None = None
    reference: str = ""
    sender: str = field(default="", repr=False)
    idempotency_key: str = field(default="", repr=False)
    received_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.items and not self.text.strip():
            raise SubmissionError("a report holds an address or a text")
        if len(self.items) > MAX_ITEMS or len(self.text) > MAX_TEXT:
            raise SubmissionError(f"a report has at most {MAX_ITEMS:,} addresses and {MAX_TEXT:,} characters of text")
        if max(len(self.reference), len(self.idempotency_key)) > MAX_NAME or not self.reference.isprintable():
            raise SubmissionError(f"a reference or key has at most {MAX_NAME} printable characters")
        if self.idempotency_key and not self.sender:
            raise SubmissionError("an idempotency key is a sender's: name the sender")
        if self.source not in TRUSTED_DIGESTS and any(item.digests for item in self.items):
            raise SubmissionError(f"digests are not taken from the source {self.source}")
        if self.source is not ReportSource.SCART and any(item.judgement for item in self.items):
            raise SubmissionError(f"a judgement is not taken over from the source {self.source}")
        if self.received_at is not None:
            require_utc(self.received_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedUrl:
    """An address of a report that is no item.

    Attributes:
        place: Which of the submission's items, from 0.
        reason: What is wrong with it; may quote the address.
    """

    place: int
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one submission; the same again for a repetition.

    Attributes:
        status_code: For the reporter, to look up the progress; nobody else is shown it.
        item_ids: The items, in the order of the addresses that are good; each once.
        known: The report was here before: nothing was taken a second time.
        refused: Addresses that are no items. They are kept with the report's text, and an analyst looks at them.
    """

    report_id: ReportId
    status_code: str = field(repr=False)
    item_ids: tuple[ItemId, ...]
    known: bool
    refused: tuple[RefusedUrl, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report, opened for an analyst; the reporter is not in it.

    Attributes:
        item_ids: In their order in the report.
        text: None once it was deleted.
        refused: Addresses that are no items, as they were given.
        to_read: An analyst has yet to read it: no item came of it, or an address was refused.
        has_reporter: Somebody can be asked back; see `IdentityRequest`.
    """

    report_id: ReportId
    source: ReportSource
    reference: str
    language: Language
    received_at: datetime
    item_ids: tuple[ItemId, ...]
    text: str | None = field(repr=False)
    refused: tuple[str, ...] = field(repr=False)
    to_read: bool
    has_reporter: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One address of material, with everything that was decided about it.

    Attributes:
        url, site: The address, and the domain that somebody registered (or the IP address); for eyes that may.
        moves: How many times it moved; rises with `state`.
        first_reported_at, last_reported_at, reports: When and how often people told of it.
        judgement: What counts now; None before anything does.
        means: How that came about.
        inherited_from: The item with an identical file that was judged.
        known: What the hash list said of its digests; None without digests.
        police_backed: The police ask with the hotline: its notice says so.
        preserve: The police want it kept by whoever hosts it.
        locked_by, locked_until: Who has it before them; None when nobody does.
    """

    item_id: ItemId
    kind: ItemKind
    url: TargetUrl = field(repr=False)
    site: str = field(repr=False)
    state: ItemState
    moves: int
    moved_at: datetime
    first_reported_at: datetime
    last_reported_at: datetime
    reports: int
    judgement: Judgement | None = None
    means: Means | None = None
    inherited_from: ItemId | None = None
    known: Known | None = None
    police_backed: bool = False
    preserve: bool = False
    locked_by: str | None = None
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step of one item from the state it is expected in to another.

    Attributes:
        by: Who or what: a person, an organisation, a room ("followup").
        reason: Why, in words or a room's own short code; sealed, shown in the history.
    """

    item_id: ItemId
    from_state: ItemState
    to_state: ItemState
    by: str
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMove:
    """One row of an item's history.

    Attributes:
        number: Counts up by one from 1.
        from_state: None for the first.
    """

    number: int
    from_state: ItemState | None
    to_state: ItemState
    at: datetime
    by: str
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDetails:
    """Everything the desk shows of one item.

    Attributes:
        pages, media: What it is on; what is on it.
        alike: Other items whose addresses differ in scheme, port or tracking parameters alone.
        digest_kinds: Which kinds of digest are known; their values are never shown.
        same_file: Other items with an identical digest.
    """

    item: Item
    report_ids: tuple[ReportId, ...]
    history: tuple[PastMove, ...]
    assessments: tuple[Assessment, ...]
    pages: tuple[ItemId, ...]
    media: tuple[ItemId, ...]
    alike: tuple[ItemId, ...]
    digest_kinds: tuple[str, ...]
    same_file: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which items a page shows; what is None narrows nothing.

    Attributes:
        url: Only the item of this address, and those alike.
        host, site: Only those there.
        report_id: Only those of this report.
        disputed_votes: Only those that analysts judge differently, without a judgement that counts.
        inherited_from: Only those that took over this item's assessment.
        analyst: Leave out what this analyst judged in the present round, and what others have before them.
        newest_first: By the moment of the last move; the longest there come first otherwise.
        after: Go on after this item of the page before.
        limit: At most so many.
    """

    states: frozenset[ItemState] | None = None
    kind: ItemKind | None = None
    judgement: Judgement | None = None
    known: Known | None = None
    url: str | None = field(default=None, repr=False)
    host: str | None = field(default=None, repr=False)
    site: str | None = field(default=None, repr=False)
    report_id: ReportId | None = None
    disputed_votes: bool = False
    inherited_from: ItemId | None = None
    analyst: str | None = None
    newest_first: bool = False
    after: ItemId | None = None
    limit: int = 100
