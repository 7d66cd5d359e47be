"""What every reader yields, and the checks of values that formats share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from schoon.hits import Language
from schoon.kinds import Digest, InputError, Kind
from schoon.reports._readers.addresses import behind_safe_link, unmasked
from schoon.reports._urls import TargetUrl
from schoon.reports.errors import UnreadableReportError
from schoon.reports.types import Submission

MAX_FILE = 64 * 1024 * 1024
"""The largest file that is read, in bytes; it is read row by row."""

MAX_ANSWERED = 1024 * 1024
MAX_ANSWERED_LINES = 10_000
"""Up to this size, in bytes and in lines, a file of rows is read within a second."""

_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)


class ReportFormat(StrEnum):
    """A format in which reports arrive."""

    CSV = "csv"
    SCART = "scart"
    MAIL = "mail"
    XARF = "xarf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What is known of a delivery beside its bytes.

    Attributes:
        sender: Who sent it, verified by whoever took it in ("organisation:3", a mail address); empty when nobody knows.
        now: When it came.
        zone: Of times in it that name none.
        language: In which reporters are answered, where the delivery does not say.
    """

    sender: str = field(repr=False)
    now: datetime
    zone: tzinfo = UTC
    language: Language = Language.DUTCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A report that can be handed in.

    Attributes:
        line: Where it begins, as editors count; 0 where a delivery is one report.
    """

    line: int
    submission: Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """A row or part that is no report, or a piece of one that cannot be used.

    Attributes:
        line: Where it begins; 0 where it has no line.
        reason: Why; may quote an address, so it is for whoever sent it and for no log.
        has_words: It says something that stands in no report, so the delivery is kept for a person.
    """

    line: int
    reason: str = field(repr=False)
    has_words: bool = True


Read = Taken | NotTaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One delivery, read.

    Attributes:
        format: In which format it came.
        rows: Every row or part, as a report or with the reason why it is none; read as they are asked for, once.
        as_text: Columns that have no place of their own here, and are kept as lines of each report's text.
    """

    format: ReportFormat
    rows: Iterator[Read]
    as_text: tuple[str, ...] = ()

    def apart(self) -> tuple[list[Taken], list[NotTaken]]:
        """What is taken, and what is not."""
        taken: list[Taken] = []
        refused: list[NotTaken] = []
        for row in self.rows:
            (taken if isinstance(row, Taken) else refused).append(row)  # type: ignore[arg-type] # each goes to its own list
        return taken, refused


def require_answerable(data: bytes) -> None:
    """Nothing, when a file of rows is read within a second: for doors that answer while somebody waits.

    Raises:
        UnreadableReportError: It is larger.
    """
    if len(data) > MAX_ANSWERED or data.count(b"\n") > MAX_ANSWERED_LINES:
        raise UnreadableReportError(
            f"the file has more than {MAX_ANSWERED:,} bytes or {MAX_ANSWERED_LINES:,} lines",
            next_step="send it in pieces, or let the operator import it with `schoon report import`",
        )


class ValueRefusedError(InputError):
    """A value of the row cannot be used."""

    next_step = "correct the row, and send it again"


def address_of_cell(text: str) -> str:
    """An address as somebody wrote it, ready for a submission.

    Raises:
        TargetUrlError: It is no web address, even with everything put back that was replaced to make it harmless.
    """
    address = behind_safe_link(unmasked(text))
    TargetUrl.parse(address)
    return address


def moment_of(text: str, arrival: Arrival, *, needs_zone: bool) -> datetime | None:
    """The time in a cell, None for an empty one.

    Raises:
        ValueRefusedError: It is none, has no zone though it needs one, or cannot be when a report came.
    """
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueRefusedError("a time is written like 2026-03-01T12:00:00Z") from None
    if moment.tzinfo is None:
        if needs_zone:
            raise ValueRefusedError("the time has no zone; write it like 2026-03-01T12:00:00Z")
        moment = moment.replace(tzinfo=arrival.zone)
    if not _OLDEST.year <= moment.year <= arrival.now.year + 1 or not _OLDEST <= moment <= arrival.now:
        raise ValueRefusedError("the time is in the future, or before 1995")
    return moment.astimezone(UTC)


def digests_of(values: Iterable[tuple[str, str]]) -> tuple[Digest, ...]:
    """The digests in pairs of kind and hexadecimal text; empty texts are absent.

    Raises:
        MalformedDigestError: One is none.
    """
    return tuple(Digest.parse(kind, text.strip()) for kind, text in values if text.strip() and kind in set(Kind))
