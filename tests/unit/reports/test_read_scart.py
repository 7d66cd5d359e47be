"""SCART's exports: what is open is taken over with its judgement, what is closed is named and left."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from schoon.reports import (
    ItemKind,
    Judgement,
    NotTaken,
    ReportFormat,
    Taken,
    UnreadableReportError,
    read_message,
    read_scart,
)
from tests.arrivals import CONSOLE, REPORT_BUILDER, SENDERS, an_arrival


def read(data, **arrival):
    return read_scart(data, an_arrival(**arrival))


def one(**cells):
    values = {"filenumber": "I9", "url": "https://example.org/a", "url_type": "mainurl", "status_code": "grade"} | cells
    header, row = ";".join(values), ";".join(f'"{value}"' for value in values.values())
    (found,) = read(f"{header}\n{row}".encode()).rows
    return found


def test_the_report_builders_file_is_taken_over():
    first, second, third = read(REPORT_BUILDER, zone=ZoneInfo("Europe/Amsterdam")).rows
    assert isinstance(first, Taken)
    (item,) = first.submission.items
    assert (item.url, item.kind) == ("https://example.org/i/1.jpg", ItemKind.MEDIA)
    assert (item.page, item.judgement) == ("https://example.org/i/", Judgement.NATIONAL)
    assert first.submission.received_at == datetime(2026, 10, 1, 7, tzinfo=UTC)
    assert (first.submission.reference, first.submission.idempotency_key) == ("I0001", "scart:I0001")
    assert 'note: said "again"\nand more' in first.submission.text
    assert "firstseen_at: 2026-10-01 09:05:00" in first.submission.text
    assert isinstance(second, Taken)
    assert second.submission.items[0].judgement is Judgement.POLICE_FIRST
    assert "reference: 12#34" in second.submission.text
    assert isinstance(third, NotTaken)
    assert (third.line, third.reason) == (5, "SCART had closed it (close_offline); what is closed is not taken in")


def test_the_consoles_file_is_taken_over_with_its_own_quotes_and_labels():
    first, second = read(CONSOLE).rows
    assert isinstance(first, Taken)
    assert first.submission.items[0].url == "https://example.org/it's"
    assert first.submission.items[0].judgement is None
    assert isinstance(second, Taken)
    assert second.submission.items == ()
    assert "url_type: mainurl" in second.submission.text


def test_columns_without_a_place_are_named():
    assert read(REPORT_BUILDER).as_text == ("reference", "url_host", "firstseen_at", "source_code", "note")


def test_questions_with_the_same_label_are_both_kept():
    (row,) = read(b'filenumber;url;Sex;Sex\n"I1";"https://example.org/a";"f";"m"').rows
    assert isinstance(row, Taken)
    assert row.submission.text == "sex: f\nsex (3): m"


@pytest.mark.parametrize(
    ("grade", "status", "expected"),
    [
        ("illegal", "scheduler_checkonline", Judgement.NATIONAL),
        ("illegal", "first_police", Judgement.POLICE_FIRST),
        ("unset", "first_police", Judgement.POLICE_FIRST),
        ("not_illegal", "grade", Judgement.NOT_ILLEGAL),
        ("ignore", "grade", Judgement.IGNORE),
        ("unset", "grade", None),
        ("", "open", None),
    ],
)
def test_a_classification_becomes_the_judgement_that_it_says_and_no_more(grade, status, expected):
    row = one(grade_code=grade, status_code=status)
    assert isinstance(row, Taken)
    assert row.submission.items[0].judgement is expected


@pytest.mark.parametrize("status", ["close", "close_offline", "close_offline_manual", "close_double"])
def test_nobody_is_asked_to_take_away_what_scart_had_closed(status):
    assert isinstance(one(grade_code="illegal", status_code=status), NotTaken)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"grade_code": "doubtful"}, "not a classification"),
        ({"url_type": "screenshot"}, "a screenshot"),
        ({"url": "example.org"}, "does not begin with http"),
        ({"received_at": "2027-10-01 09:00:00"}, "in the future"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused(cells, reason):
    row = one(**cells)
    assert isinstance(row, NotTaken)
    assert reason in row.reason


def test_a_referer_that_is_no_address_stays_in_the_text():
    row = one(url_type="imageurl", url_referer="the forum")
    assert isinstance(row, Taken)
    assert row.submission.items[0].page == ""
    assert "url_referer: the forum" in row.submission.text


def test_an_export_made_anonymous_has_nothing_to_take():
    with pytest.raises(UnreadableReportError, match="column `url`"):
        read(b"filenumber;reference;url_type\n1;2;mainurl\n")


def test_the_door_knows_it_by_its_columns():
    for data in (REPORT_BUILDER, CONSOLE):
        assert read_message(data, an_arrival(), SENDERS).format is ReportFormat.SCART
