"""How values are shown."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schoon.cli._output import cell, counted, duration, emit, facts, table


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=12), "12 s"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(hours=24), "24 h"),
        (timedelta(days=4, hours=3), "4 days"),
        (timedelta(seconds=-90), "-1 min"),
    ],
)
def test_a_span_is_told_in_its_largest_units(span, text):
    assert duration(span) == text


def test_values_are_shown_as_people_read_them():
    assert cell(1234567).plain == "1,234,567"
    assert cell(None).plain == "-"
    assert cell(value=True).plain == "yes"
    assert cell(datetime(2026, 11, 22, 14, 5, tzinfo=UTC)).plain == "2026-11-22 14:05 UTC"
    assert "red" in str(cell("listed").style)


def test_json_takes_times_spans_and_any_file_name(capsys):
    emit(
        {
            "at": datetime(2026, 11, 22, tzinfo=UTC),
            "for": timedelta(minutes=1),
            "of": frozenset({"b", "a"}),
            "in": Path("x"),
        }
    )
    emit({"file": b"caf\xe9.jpg".decode("utf-8", "surrogateescape")})
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first) == {"at": "2026-11-22T00:00:00+00:00", "for": 60.0, "of": ["a", "b"], "in": "x"}
    assert json.loads(second)["file"].encode("utf-8", "surrogateescape") == b"caf\xe9.jpg"


def test_output_that_is_no_terminal_has_no_colour_and_no_wrapping(capsys):
    table(["file", "verdict"], [("x" * 150, "listed")], numbers=[])
    facts([("verdict", "listed")])
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "x" * 150 in shown


@pytest.mark.parametrize(("count", "text"), [(0, "0 files"), (1, "1 file"), (2000, "2,000 files")])
def test_a_number_has_the_word_that_fits_it(count, text):
    assert counted(count, "file", "files") == text
