"""Our own CSV: each row is a report, or is refused by its line; the same file on the same day is the same reports."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schoon.reports import (
    ItemKind,
    NotTaken,
    ReportSource,
    Taken,
    UnreadableReportError,
    read_upload,
    require_answerable,
)
from schoon.reports._readers.reading import MAX_ANSWERED, MAX_ANSWERED_LINES, MAX_FILE
from tests.arrivals import MD5, NOW, SHA256, UPLOAD, an_arrival


def rows(data, **arrival):
    return list(read_upload(data, an_arrival(**arrival)).rows)


def only_row(text, header="url,kind,page,received_at,language,md5,text"):
    (row,) = rows(f"{header}\n{text}\n".encode())
    return row


def test_a_row_is_a_report_with_everything_it_says():
    first, second, third = (row.submission for row in rows(UPLOAD))
    (item,) = first.items
    assert (item.url, item.kind, item.page) == ("https://example.org/a.jpg", ItemKind.MEDIA, "https://example.org/")
    assert [(one.kind, one.hex) for one in item.digests] == [("md5", MD5), ("sha256", SHA256)]
    assert (first.source, first.reference, first.text, first.language) == (ReportSource.CSV, "R-1", "seen", "en")
    assert first.received_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert first.reporter is not None
    assert first.reporter.name == "Jo"
    assert second.items[0].url == "https://example.net/b"
    assert second.text == "two\nlines, and a comma"
    assert second.reporter is not None
    assert second.reporter.email == "jo@example.com"
    assert third.reporter is None
    assert third.sender == "desk@hotline.example"


def test_commas_semicolons_tabs_and_a_byte_order_mark_are_all_the_same():
    expected = [row.submission.items[0].url for row in rows(b"url,text\nhttps://example.org/a,x\n")]
    for written in (b"\xef\xbb\xbfurl,text\r\nhttps://example.org/a,x", b'"URL";text\nhttps://example.org/a;x\n'):
        assert [row.submission.items[0].url for row in rows(written)] == expected
    assert [row.submission.items[0].url for row in rows(b"text\turl\nx\thttps://example.org/a\n")] == expected


def test_a_file_of_addresses_alone_may_hold_commas_and_semicolons_in_them():
    (row,) = rows(b"url\nhttps://example.org/a,b;c\n")
    assert isinstance(row, Taken)
    assert row.submission.items[0].url == "https://example.org/a,b;c"


def test_a_row_is_refused_by_its_line_and_takes_no_other_with_it():
    data = b'url,text\nhttps://example.org/a,x\nno address,x\nhttps://example.org/b\n"open,x\nhttps://example.org/c,x\n'
    assert [(type(row), row.line) for row in rows(data)] == [
        (Taken, 2),
        (NotTaken, 3),
        (NotTaken, 4),
        (NotTaken, 5),
        (Taken, 6),
    ]
    reasons = [row.reason for row in rows(data) if isinstance(row, NotTaken)]
    assert reasons[0].startswith("'no address' does not begin with http")
    assert reasons[1:] == ["1 fields, and the first line names 2", "the quotes do not match"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ftp://example.org,,,,,,", "does not begin with http"),
        ("https://example.org/a,picture,,,,,", "neither page nor media"),
        ("https://example.org/a,page,https://example.org/,,,,", "a page is not on a page"),
        ("https://example.org/a,media,nowhere,,,,", "does not begin with http"),
        ("https://example.org/a,,,2026-11-01T10:00:00,,,", "no zone"),
        ("https://example.org/a,,,yesterday,,,", "a time is written like"),
        ("https://example.org/a,,,2027-01-01T00:00:00Z,,,", "in the future"),
        ("https://example.org/a,,,0001-01-01T00:00:00+14:00,,,", "before 1995"),
        ("https://example.org/a,,,,fr,,", "neither nl nor en"),
        ("https://example.org/a,,,,,abc,", "a md5 digest has 32 hex digits"),
        (f",,,,,{MD5},", "the row has no url"),
    ],
)
def test_a_value_that_cannot_be_is_refused(row, reason):
    refused = only_row(row)
    assert isinstance(refused, NotTaken)
    assert reason in refused.reason


def test_a_row_without_an_address_is_a_report_of_its_text():
    taken = only_row(",,,,,,somebody said something")
    assert isinstance(taken, Taken)
    assert (taken.submission.items, taken.submission.text) == ((), "somebody said something")


def test_a_media_item_is_known_by_its_page():
    taken = only_row("https://example.org/a,,https://example.org/,,,,")
    assert isinstance(taken, Taken)
    assert taken.submission.items[0].kind is ItemKind.MEDIA


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "does not name a column `url`"),
        (b"https://example.org/a\n", "does not name a column `url`"),
        (b"url,colour\nhttps://example.org/a,red\n", "'colour' is not a column"),
        (b"url,url\n", "there twice"),
        ("url\n".encode("utf-16"), "UTF-16"),
        (b"url\n" + bytes(MAX_FILE), "larger than"),
    ],
)
def test_a_file_whose_columns_are_not_known_is_refused_whole(data, reason):
    with pytest.raises(UnreadableReportError, match=reason):
        rows(data)


def test_the_same_file_on_the_same_day_is_the_same_reports_and_on_another_day_new_ones():
    def keys(data, **arrival):
        return [row.submission.idempotency_key for row in rows(data, **arrival)]

    assert keys(UPLOAD) == keys(UPLOAD, now=NOW + timedelta(hours=3))
    assert len(set(keys(UPLOAD))) == 3
    assert not set(keys(UPLOAD)) & set(keys(UPLOAD, now=NOW + timedelta(days=1)))
    assert not set(keys(UPLOAD)) & set(keys(UPLOAD + b"https://example.org/z,,,,,,,,,,,,,\n"))
    assert keys(UPLOAD, sender="") == ["", "", ""]


def test_what_could_be_a_picture_in_letters_is_cut_out_of_the_text():
    taken = only_row(f'https://example.org/a,,,,,,"see data:image/png;base64,{"iVBOR" * 9} there"')
    assert isinstance(taken, Taken)
    assert taken.submission.text == "see (data, not kept) there"


def test_a_door_that_answers_at_once_takes_files_of_a_certain_size():
    require_answerable(b"url\n" * MAX_ANSWERED_LINES)
    for data in (b"\n" * (MAX_ANSWERED_LINES + 1), b"x" * (MAX_ANSWERED + 1)):
        with pytest.raises(UnreadableReportError, match="the file has more than"):
            require_answerable(data)


def test_nothing_of_a_row_shows_in_a_repr():
    row = rows(UPLOAD)[0]
    shown = repr([row, replace(row, submission=row.submission), an_arrival(), *rows(b"url\nhidden-secret\n")])
    assert not [secret for secret in ("example.org", "seen", "Jo", "hotline", MD5, "hidden") if secret in shown]
