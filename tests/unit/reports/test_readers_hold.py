"""Whatever arrives, every reader answers: within a second, with reports and reasons, or with an error it documents.

Inputs are samples that were changed, files, messages and documents that were made up, and one piece many times. A few
hundred run with every test, 20,000 in `make test-all`, 1,000,000 in `make soak`, no two alike; and large ones, up to
what a door takes while somebody waits.
"""

import hashlib
import itertools
import json
import time

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from schoon.reports import (
    NotForReportsError,
    NotTaken,
    ReportFormat,
    Taken,
    UnlistedSenderError,
    UnreadableReportError,
    kept_copy,
    read_mail,
    read_message,
    read_scart,
    read_upload,
    read_xarf,
    require_answerable,
)
from schoon.reports._readers.columns import table_of
from schoon.reports._readers.tables import rows_of
from tests.arrivals import SAMPLES, SENDERS, a_xarf, an_arrival
from tests.soak import IN_SOAK

DOCUMENTED = (UnreadableReportError, NotForReportsError, UnlistedSenderError)
SECONDS = 1
ROUND = 2_000
"""Hypothesis remembers what it tried, so a long run is made of rounds, each with a seed of its own."""

MOST_ROUNDS = 5
"""Times as many rounds as would do if no two inputs were ever alike."""

TOTAL = 1_000_000 if IN_SOAK else 20_000

TOKENS = [
    *(
        b"\x00",
        b"\xff",
        b"\n",
        b"\r\n",
        b"\n\n",
        b'"',
        b'""',
        b"'",
        b";",
        b",",
        b"\t",
        b"\\",
        b"<",
        b">",
        b"=",
        b"==",
        b"=3D",
    ),
    *(
        b"[",
        b"]",
        b"(",
        b")",
        b"{",
        b"}",
        b":",
        b"&amp;",
        b"&#x41;",
        b"<!--",
        b"<a href=",
        b"=?utf-8?q?",
        b"?=",
        b"\xff\xfe",
    ),
    *(
        b"http://",
        b"hxxps://example[.]org/",
        b"https://example.org/a",
        b"SCART-INPUT",
        b"xarf_version",
        b"null",
        b"NaN",
    ),
    *(b"--b", b"--b--\n", b"Content-Type: multipart/mixed; boundary=b\n\n", b"Content-Type: message/rfc822\n\n"),
    *(b"Content-Type: text/html; charset=utf-16\n\n", b"Content-Transfer-Encoding: base64\n\n", b"charset=utf-7"),
    *(b"charset=idna", b"1e999", b"\\ud800", b"\xed\xa0\x80", b"\xe2\x80\xae", b"9" * 400, b"A" * 76 + b"\n"),
    *(b"data:image/png;base64,AAAA", b"\xff\xd8\xff"),
]
SAMPLE = st.sampled_from(sorted(SAMPLES.values()))
PIECE = st.sampled_from(TOKENS) | st.binary(max_size=8)
CHANGE = st.tuples(st.sampled_from("drisx"), st.integers(0, 4_000), st.integers(0, 60), PIECE)


def changed(sample, changes):
    for what, place, length, piece in changes:
        at = place % (len(sample) + 1)
        head, middle, tail = sample[:at], sample[at : at + length], sample[at + length :]
        sample = {
            "d": head + tail,
            "r": head + middle * 3 + tail,
            "i": head + piece + middle + tail,
            "s": head + piece + tail,
            "x": tail + middle + head,
        }[what]
    return sample


CELL = st.sampled_from(
    [
        "",
        "https://example.org/a",
        "hxxp://example[.]org",
        "media",
        "illegal",
        "2026-11-01T10:00:00Z",
        "a" * 64,
        "é",
        '"',
        "x\ny",
        "=1+1",
    ]
) | st.text(max_size=8)
COLUMN = st.sampled_from(
    [
        "url",
        "text",
        "kind",
        "page",
        "md5",
        "received_at",
        "filenumber",
        "url_type",
        "status_code",
        "grade_code",
        "URL",
        "x",
    ]
)
HEADER = st.sampled_from(
    [
        b"Subject: x",
        b"Subject: SCART-INPUT",
        b"From: a@b.example",
        b"MIME-Version: 1.0",
        b"Content-Type: text/html",
        b"Message-ID: <1@b>",
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Type: application/json",
        b"Content-Type: text/plain; charset=utf-16; format=flowed",
        b"Content-Type: message/rfc822",
        b" folded",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def table(columns, rows, delimiter, quote):
    lines = [columns, *rows]
    return "\n".join(delimiter.join(f"{quote}{cell}{quote}" for cell in line) for line in lines).encode(
        "utf-8", "replace"
    )


def message(headers, parts):
    body = b"".join(b"\n--b\n" + b"\n".join(head) + b"\n\n" + text for head, text in parts)
    return b"\n".join(headers) + b"\n" + body


def document(fields):
    return json.dumps(a_xarf() | fields).encode("utf-8", "replace")


KINDS = {
    "bytes": st.binary(max_size=400),
    "samples": st.builds(changed, SAMPLE, st.lists(CHANGE, min_size=1, max_size=5)),
    "tables": st.builds(
        table,
        st.lists(COLUMN, min_size=1, max_size=6),
        st.lists(st.lists(CELL, max_size=6), max_size=6),
        st.sampled_from(";,\t"),
        st.sampled_from(["", '"']),
    ),
    "messages": st.builds(
        message,
        st.lists(HEADER, max_size=4),
        st.lists(st.tuples(st.lists(HEADER, max_size=2), st.builds(b"".join, st.lists(PIECE, max_size=6))), max_size=4),
    ),
    "documents": st.builds(
        document,
        st.dictionaries(
            st.sampled_from([*a_xarf(), "evidence", "tags", "domain", "_internal"]), JSON, min_size=1, max_size=3
        ),
    ),
    "one piece many times": st.builds(
        lambda before, piece, times: before + piece * min(times, 20_000 // max(len(piece), 1)),
        SAMPLE | PIECE,
        PIECE,
        st.sampled_from([1_000, 20_000]),
    ),
}
READERS = {
    "upload": lambda data: read_upload(data, an_arrival()),
    "scart": lambda data: read_scart(data, an_arrival()),
    "mail": lambda data: read_mail(data, an_arrival(), SENDERS),
    "xarf": lambda data: read_xarf(data, an_arrival()),
    "door": lambda data: read_message(data, an_arrival(), SENDERS),
}


def hold(data):
    """Give the bytes to every reader, and hold each to its promises."""
    for name, read in READERS.items():
        begin = time.process_time()
        try:
            require_answerable(data)
            reading = read(data)
            rows = list(reading.rows)
        except DOCUMENTED as error:
            assert error.message
            continue
        finally:
            assert time.process_time() - begin < SECONDS, name
        assert all(row.reason if isinstance(row, NotTaken) else row.submission for row in rows)
        assert all(fit_to_keep(row.submission) for row in rows if isinstance(row, Taken))
        if reading.format in {ReportFormat.CSV, ReportFormat.SCART}:
            assert_every_row_is_there(data, rows)
    begin = time.process_time()
    copy = kept_copy(data, reasons=["test"])
    assert time.process_time() - begin < SECONDS
    assert b"\xff\xd8" not in copy


def fit_to_keep(submission):
    text = "".join(
        [submission.text, submission.reference, submission.idempotency_key, *(item.url for item in submission.items)]
    )
    text.encode()
    return (submission.items or submission.text.strip()) and "\x00" not in submission.text


def assert_every_row_is_there(data, rows):
    table_there = table_of(data)
    lines = [row.line for row in rows_of(table_there.content, table_there.dialect)]
    assert [row.line for row in rows] == lines[1:]


def run(kind, count, first_seed):
    """Try so many inputs of a kind, no two alike; how many were tried."""
    tried: set[bytes] = set()
    for number in itertools.count(first_seed):

        @seed(number)
        @settings(max_examples=min(count, ROUND), database=None, suppress_health_check=list(HealthCheck))
        @given(KINDS[kind])
        def one_round(data):
            name = hashlib.blake2b(data, digest_size=8).digest()
            if name not in tried:
                tried.add(name)
                hold(data)

        one_round()
        if len(tried) >= count:
            break
        assert number < first_seed + MOST_ROUNDS * -(-count // ROUND), f"{kind}: only {len(tried):,} differ"
    return len(tried)


@pytest.mark.parametrize("kind", KINDS)
def test_every_reader_answers_whatever_arrives(kind):
    assert run(kind, 60, first_seed=0) >= 60


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_reader_answers_twenty_thousand_times_and_a_million_in_a_soak(kind):
    wanted = -(-TOTAL // len(KINDS))
    tried = run(kind, wanted, first_seed=1)
    print(f"{kind}: {tried:,} different inputs, each into {len(READERS)} readers and the kept copy")
    assert tried >= wanted


@pytest.mark.slow
@pytest.mark.parametrize("size", [100_000, 1_000_000])
@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_large_is_answered_as_soon(name, size):
    sample = SAMPLES[name]
    hold(sample * (size // len(sample)))
    for piece in TOKENS[:: 1 if IN_SOAK else 4]:
        hold(sample + piece * (size // len(piece)))
        hold(piece * (size // len(piece)) + sample)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_read(name):
    hold(SAMPLES[name])
    rows = list(read_message(SAMPLES[name], an_arrival(), SENDERS).rows)
    assert any(isinstance(row, Taken) for row in rows)
