"""Judging items: judgements, how they come about, question sets, exposure, and who may see a reporter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from schoon.kinds import Digest, ItemId, ReportId


class Judgement(StrEnum):
    """What an item is, by whoever judged it."""

    BASELINE = "baseline"
    """Meets INTERPOL's baseline criteria: illegal nearly everywhere."""
    NATIONAL = "national"
    """Illegal here."""
    NOT_ILLEGAL = "not_illegal"
    IGNORE = "ignore"
    """No matter for this hotline."""
    POLICE_FIRST = "police_first"
    """Illegal, and nothing goes out before the police say so."""


class Means(StrEnum):
    """How an assessment came about."""

    ANALYST = "analyst"
    KNOWN_HASH = "known_hash"
    """Its digest is on the hash list; nobody looked."""
    INHERITED = "inherited"
    """An identical file was judged."""
    IMPORTED = "imported"
    """Taken over from the system that was replaced."""
    DECISION = "decision"
    """Decided later, with a reason: a dispute upheld, an act of the police, a correction."""


class Known(StrEnum):
    """What the hash list says of an item's digests."""

    LISTED = "listed"
    REVIEW = "review"
    NOT_LISTED = "not_listed"
    UNAVAILABLE = "unavailable"
    """The list could not be asked; it is asked again until it answers."""


class AssessOutcome(StrEnum):
    """What became of one judgement."""

    COUNTED = "counted"
    """It is the item's assessment now."""
    WAITING = "waiting"
    """More analysts have to say the same."""
    DISAGREED = "disagreed"
    """Written down; analysts judge this item differently so far."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What the hash list says of one item's digests.

    Attributes:
        judgement: Of a listed one, by its category; None otherwise.
    """

    known: Known
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One analyst's judgement of one item.

    Attributes:
        answers: Per question of the set in force the chosen option, options or text; sealed.
        note: In the analyst's own words; sealed.
        looked: Whether the analyst looked at the material; counts as exposure.
        seconds: For how long.
    """

    item_id: ItemId
    judgement: Judgement
    answers: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict, repr=False)
    note: str = field(default="", repr=False)
    looked: bool = True
    seconds: int = 0

    def __post_init__(self) -> None:
        if self.seconds < 0:
            raise ValueError(f"{self.seconds} seconds is no time to look at something")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What became of one judgement.

    Attributes:
        detail: Why it was refused, and what to do; empty otherwise.
    """

    item_id: ItemId
    outcome: AssessOutcome
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A judgement as it was written down; never changed.

    Attributes:
        number: Rises with each.
        round: Counts how often the item was opened for judging; from 1.
        counts: Whether it made the item's assessment: with n analysts, that of the one who completed them.
        vocabulary: The version of the question set that the answers belong to.
        inherited_from: The item that was judged; None unless inherited.
    """

    number: int
    item_id: ItemId
    round: int
    judgement: Judgement
    means: Means
    by: str
    at: datetime
    counts: bool
    vocabulary: str
    answers: Mapping[str, str | tuple[str, ...]] = field(repr=False)
    note: str = field(repr=False)
    inherited_from: ItemId | None = None


class QuestionType(StrEnum):
    """How a question is answered."""

    ONE = "one"
    MANY = "many"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a set.

    Attributes:
        question_id: Its short name in answers.
        label: Per language.
        judgements: With which judgements it is asked.
        options: Short name and label per language, in order; none for a text.
        required: A judgement without an answer to it is refused.
    """

    question_id: str
    label: Mapping[str, str]
    kind: QuestionType
    judgements: frozenset[Judgement]
    options: tuple[tuple[str, Mapping[str, str]], ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A versioned set of questions; the newest that was imported is in force.

    Attributes:
        version: Never means another document.
        source: Where its labels come from, in its own words.
    """

    version: str
    source: str
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What one analyst looked at on one day (UTC)."""

    analyst: str
    day: date
    items: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRequest:
    """Two people opening a reporter's identity.

    Attributes:
        approved_by, approved_at: Somebody else; None until then.
        read_at: When who asked read it; it can be read once, within 15 minutes of the approval.
    """

    number: int
    report_id: ReportId
    asked_by: str
    asked_at: datetime
    reason: str = field(repr=False)
    approved_by: str | None = None
    approved_at: datetime | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An item whose file belongs on the hash list, by the hotline's own judgement."""

    item_id: ItemId
    digests: tuple[Digest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """An analyst's way into the isolated viewer.

    Attributes:
        link: Opens the item there, once, until `ends_at`.
    """

    item_id: ItemId
    link: str = field(repr=False)
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskTerms:
    """How this hotline works; `settings` says what each means to operators.

    Attributes:
        agreement: So many analysts have to judge alike.
        lock: How long an item stays before one analyst.
        exposure_items, exposure_time: What an analyst may look at in a day; None without a limit.
        keep_reporter: How long reporter and text are kept after a report came.
        repeat_within: The same content from the same sender within it is the same report.
    """

    agreement: int = 1
    lock: timedelta = timedelta(minutes=15)
    exposure_items: int | None = None
    exposure_time: timedelta | None = None
    keep_reporter: timedelta = timedelta(days=90)
    repeat_within: timedelta = timedelta(minutes=5)

    def __post_init__(self) -> None:
        if self.agreement < 1:
            raise ValueError(f"{self.agreement} analysts cannot judge anything")
