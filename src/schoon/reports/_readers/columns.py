"""What files with a line of column names have in common: that line, and every row as a report or a reason why not."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from schoon.kinds import InputError
from schoon.reports._readers.reading import MAX_FILE, Arrival, NotTaken, Read, Taken
from schoon.reports._readers.tables import Dialect, first_row, is_wide, rows_of, without_mark
from schoon.reports.errors import UnreadableReportError
from schoon.reports.types import Submission

_DELIMITERS = (b"\t", b";", b",")  # a file of one column is read with tabs: no address holds one

Cells = Mapping[str, str]
RowReader = Callable[[Cells, str], Submission]
"""Makes the report of a row, given a name for this row of this file on this day: handed in twice, it is one report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file with a line of column names.

    Attributes:
        content: Without a byte order mark.
        columns: In lower case.
    """

    content: bytes = field(repr=False)
    dialect: Dialect
    columns: tuple[str, ...]


def table_of(data: bytes) -> Table:
    """The file, with how it writes its rows: between `;`, `,` or tabs, quoted as usual or as SCART's console does.

    Raises:
        UnreadableReportError: It is too large, UTF-16, or names no column `url`.
    """
    if len(data) > MAX_FILE:
        raise UnreadableReportError(f"the file is larger than {MAX_FILE:,} bytes; hand it in in pieces")
    if is_wide(data):
        raise UnreadableReportError("the file is UTF-16; save it as CSV in UTF-8")
    content = without_mark(data)
    first = content.split(b"\n", 1)[0].rstrip(b"\r")
    read = [_with_columns(content, first, delimiter) for delimiter in _DELIMITERS]
    table = max(read, key=lambda one: len(one.columns))
    if "url" not in table.columns:
        raise UnreadableReportError("line 1 does not name a column `url`, between commas, semicolons or tabs")
    return table


def _with_columns(content: bytes, first: bytes, delimiter: bytes) -> Table:
    is_escaped = first.startswith(b'"') and first.endswith(b'"' + delimiter)
    dialect = Dialect(delimiter=delimiter, is_escaped=is_escaped)
    columns = tuple(name.strip().lower() for name in first_row(content, dialect))
    return Table(content=content, dialect=dialect, columns=columns)


def read_rows(table: Table, submission: RowReader, arrival: Arrival) -> Iterator[Read]:
    """Every row behind the first that is not empty: the report in it, or the reason why it is none."""
    file = hashlib.sha256(table.content + arrival.now.date().isoformat().encode()).hexdigest()[:32]
    rows = rows_of(table.content, table.dialect)
    next(rows, None)
    for row in rows:
        if row.fault:
            yield NotTaken(line=row.line, reason=row.fault)
        elif len(row.fields) != len(table.columns):
            reason = f"{len(row.fields)} fields, and the first line names {len(table.columns)}"
            yield NotTaken(line=row.line, reason=reason)
        else:
            key = f"{file}:{row.line}" if arrival.sender else ""
            try:
                taken = submission(dict(zip(table.columns, row.fields, strict=True)), key)
                yield Taken(line=row.line, submission=taken)
            except InputError as cause:
                yield NotTaken(line=row.line, reason=cause.message)
