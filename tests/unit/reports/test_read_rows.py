"""A file of rows: every line is in a row or empty, and a broken row takes no other with it."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schoon.reports._readers.tables import MAX_ROW, Dialect, rows_of

SEMICOLON = Dialect(delimiter=b";")
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=12)


def fields(data, dialect=SEMICOLON):
    return [(row.line, list(row.fields), row.fault) for row in rows_of(data, dialect)]


def test_rows_are_read_with_the_line_on_which_they_begin():
    data = b'a;b\r\n\r\n1;"2\n3"\n;\n"x""y";\xc3\xa9'
    assert fields(data) == [(1, ["a", "b"], ""), (3, ["1", "2\n3"], ""), (6, ['x"y', "é"], "")]


def test_a_quote_that_is_left_open_takes_no_other_row_with_it():
    data = b'"open;1\n2;3\n4;5\n"fine";6\n'
    assert fields(data) == [
        (1, [], "the quotes do not match"),
        (2, ["2", "3"], ""),
        (3, ["4", "5"], ""),
        (4, ["fine", "6"], ""),
    ]


def test_a_row_that_is_too_long_or_no_text_is_refused_alone():
    data = b"x" * (MAX_ROW + 1) + b"\n\xff\n1\n"
    assert fields(data) == [
        (1, [], f"the row is longer than {MAX_ROW:,} bytes"),
        (2, [], "the row is not UTF-8"),
        (3, ["1"], ""),
    ]
    assert len(fields(b"x" * MAX_ROW + b"\n")[0][1]) == 1


def test_backslashes_stand_before_quotes_where_the_file_is_written_so():
    dialect = Dialect(delimiter=b";", is_escaped=True)
    assert fields(b'"it\\\'s";"a \\"b\\" \\\\";\n', dialect) == [(1, ["it's", 'a "b" \\', ""], "")]


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=6), st.sampled_from(";,\t"), st.booleans())
@settings(max_examples=200)
def test_what_a_spreadsheet_writes_is_read_as_it_was(rows, delimiter, is_quoted):
    text = io.StringIO()
    write = (
        csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        if is_quoted
        else csv.writer(text, delimiter=delimiter)
    )
    write.writerows(rows)
    read = [row.fields for row in rows_of(text.getvalue().encode(), Dialect(delimiter=delimiter.encode()))]
    assert read == [row for row in rows if any(cell.encode().strip() for cell in row)]


@given(st.text(st.sampled_from('a";\n\r\\ '), max_size=60), st.booleans())
@settings(max_examples=300)
def test_every_line_is_in_exactly_one_row_or_empty(text, is_escaped):
    lines = text.split("\n")
    seen: list[int] = []
    for row in rows_of(text.encode(), Dialect(delimiter=b";", is_escaped=is_escaped)):
        inside = 0 if row.fault else "".join(row.fields).count("\n")
        seen += range(row.line, row.line + inside + 1)
    assert seen == sorted(set(seen))
    empty = {number for number, line in enumerate(lines, 1) if not line.strip('" ;\r\\')}
    assert set(range(1, len(lines) + 1)) - set(seen) <= empty


@pytest.mark.parametrize("piece", [b'"', b'"a\n', b'"""\n', b'""""\n', b'"\\\n', b'a"",""\n', b";", b"\n", b"x"])
@pytest.mark.parametrize("is_escaped", [False, True])
def test_reading_takes_a_time_that_grows_with_the_size(piece, is_escaped, cpu_seconds):
    data = piece * (256 * 1024 // len(piece))
    assert cpu_seconds(lambda: list(rows_of(data, Dialect(delimiter=b";", is_escaped=is_escaped)))) < 1
