"""`schoon report import`: a file of reports, looked through or taken, with what became of each row."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from schoon.cli._commands import Json
from schoon.cli._digests import UnreadableFileError
from schoon.cli._house import house_of
from schoon.cli._output import emit, facts, note
from schoon.kinds import InputError
from schoon.reports import (
    Arrival,
    KeyReusedError,
    NotTaken,
    Reading,
    Receipt,
    SenderList,
    Submission,
    Taken,
    read_message,
    read_scart,
    read_upload,
    read_xarf,
)

if TYPE_CHECKING:  # the bundle's services load NumPy and Numba
    from schoon.rooms import Rooms


class FileFormat(StrEnum):
    """A format of files of reports."""

    CSV = "csv"
    SCART = "scart"
    XARF = "xarf"


ReportFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="The file; docs/operators/intake.md shows each format.")
]
Format = Annotated[FileFormat | None, typer.Option("--format", help="Its format; by its content when not given.")]
Sender = Annotated[str, typer.Option("--sender", metavar="NAME", help="Whose reports they are; yours, when not given.")]
Zone = Annotated[
    str, typer.Option("--zone", metavar="ZONE", help="Of times in SCART's file, such as Europe/Amsterdam.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be taken.")]
RowsFile = Annotated[
    Path | None, typer.Option("--rows", metavar="FILE", help="Write what became of each row to this file, as CSV.")
]

_AT_ONCE = 500
_SHOWN = 20
_NAMES = {
    "format": "format",
    "good": "rows that would be taken",
    "taken": "reports taken",
    "known": "reports that were here",
    "refused": "rows refused",
    "items": "addresses",
}
_COLUMNS = ("line", "outcome", "report", "items", "reason")


class UnknownZoneError(InputError):
    """There is no such time zone."""

    next_step = "name it as in the time zone database: Europe/Amsterdam, UTC"


class NoReportTakenError(InputError):
    """No row of the file can be taken."""

    next_step = "see that it is the file you mean, and give its --format; docs/operators/intake.md shows each format"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What became of a row: taken, known (it was here before), or refused."""

    line: int
    outcome: str
    report: str = ""
    items: int = 0
    reason: str = field(default="", repr=False)


@dataclass(slots=True)
class _Tally:
    """What became of all rows."""

    outcomes: Counter[str] = field(default_factory=Counter)
    items: int = 0
    refused: list[_Row] = field(default_factory=list, repr=False)

    def add(self, row: _Row) -> None:
        self.outcomes[row.outcome] += 1
        self.items += row.items
        if row.outcome == "refused" and len(self.refused) < _SHOWN:
            self.refused.append(row)


def import_file(
    ctx: typer.Context,
    file: ReportFile,
    *,
    file_format: Format = None,
    sender: Sender = "",
    zone: Zone = "UTC",
    dry_run: DryRun = False,
    rows: RowsFile = None,
    as_json: Json = False,
) -> None:
    """Take the reports in a file; every row is a report, or is named with the reason why it is none.

    The same file from the same sender on the same day is taken once; a row of SCART's file once for ever. Good rows are
    taken although there are bad ones; exit code 3 when there is no good one. --dry-run touches nothing.
    """
    house = house_of(ctx)
    now = house.clock()
    arrival = Arrival(sender=f"import:{sender or house.actor}", now=now, zone=_zone(zone))
    reading = _read(_bytes_of(file), arrival, file_format)
    tally = _Tally()
    with _writing(rows) as write:
        if dry_run:
            _follow((_looked_through(row) for row in reading.rows), tally, write)
        else:
            with house.open_rooms() as rooms:
                _follow(_handed_in(rooms, reading, now), tally, write)
    _show(tally, reading, dry_run=dry_run, as_json=as_json)
    if tally.outcomes["refused"] == tally.outcomes.total():
        raise NoReportTakenError(f"{file}: {tally.outcomes['refused']:,} rows, and none was understood")


def _read(data: bytes, arrival: Arrival, file_format: FileFormat | None) -> Reading:
    if file_format is None:
        return read_message(data, arrival, SenderList())
    return {FileFormat.CSV: read_upload, FileFormat.SCART: read_scart, FileFormat.XARF: read_xarf}[file_format](
        data, arrival
    )


def _looked_through(row: Taken | NotTaken) -> _Row:
    if isinstance(row, NotTaken):
        return _Row(line=row.line, outcome="refused", reason=row.reason)
    return _Row(line=row.line, outcome="good", items=len(row.submission.items))


def _handed_in(rooms: "Rooms", reading: Reading, now: datetime) -> Iterator[_Row]:
    """What became of each row, as the file is read: as many at once as go into one transaction."""
    read = iter(reading.rows)
    while some := list(islice(read, _AT_ONCE)):
        answers = iter(_answers(rooms, [row.submission for row in some if isinstance(row, Taken)], now))
        for row in some:
            yield _looked_through(row) if isinstance(row, NotTaken) else _became(row.line, next(answers))


def _answers(rooms: "Rooms", submissions: Sequence[Submission], now: datetime) -> Iterable[Receipt | str]:
    try:
        return rooms.reports.take(submissions, now=now)
    except KeyReusedError:
        return [_answer(rooms, one, now) for one in submissions]


def _answer(rooms: "Rooms", submission: Submission, now: datetime) -> Receipt | str:
    try:
        return rooms.reports.take([submission], now=now)[0]
    except KeyReusedError:
        return "it was taken before, and said something else then: see the item"


def _became(line: int, answer: Receipt | str) -> _Row:
    if isinstance(answer, str):
        return _Row(line=line, outcome="known", reason=answer)
    outcome = "known" if answer.known else "taken"
    return _Row(line=line, outcome=outcome, report=answer.report_id, items=len(answer.item_ids))


def _follow(rows: Iterable[_Row], tally: _Tally, write: Callable[[_Row], None]) -> None:
    for row in rows:
        tally.add(row)
        write(row)


@contextmanager
def _writing(path: Path | None) -> Iterator[Callable[[_Row], None]]:
    """Writes rows as CSV where they are wanted; nowhere without a path."""
    if path is None:
        yield lambda _: None
        return
    try:
        stream = path.open("w", encoding="utf-8", newline="")
    except OSError as problem:
        raise UnreadableFileError(f"{path}: {problem.strerror}") from problem
    with stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        yield lambda row: writer.writerow([row.line, row.outcome, row.report, row.items, row.reason])


def _show(tally: _Tally, reading: Reading, *, dry_run: bool, as_json: bool) -> None:
    record: dict[str, object] = {
        "format": reading.format,
        "dry_run": dry_run,
        **{name: tally.outcomes[name] for name in ("good", "taken", "known", "refused") if name in tally.outcomes},
        "items": tally.items,
        "kept_as_text": list(reading.as_text),
        "refused_rows": [{"line": row.line, "reason": row.reason} for row in tally.refused],
    }
    if as_json:
        emit(record)
        return
    facts([(_NAMES[name], value) for name, value in record.items() if name in _NAMES])
    if reading.as_text:
        facts([("columns kept as text", ", ".join(reading.as_text))])
    for row in tally.refused:
        note(f"  line {row.line}: {row.reason}")
    if tally.outcomes["refused"] > _SHOWN:
        note(f"  and {tally.outcomes['refused'] - _SHOWN:,} more; --rows FILE writes them all")


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as problem:
        raise UnknownZoneError(f"{name[:40]!r} is not a time zone") from problem


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise UnreadableFileError(f"{path}: {problem.strerror}") from problem
