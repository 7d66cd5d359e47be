"""Each import format: what it takes, what it refuses with the right line, and that no bytes at all break it."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schoon.kinds import CATEGORY_CODES, KIND_BYTES, Category, Kind
from schoon.lists import SourceFormat
from schoon.lists.errors import UnreadableSourceError
from schoon.lists.formats import (
    PARSERS,
    BadRow,
    NextPage,
    Parsed,
    ParsedBlock,
    ParsedEntry,
    ParsedWithdrawal,
    ParseOptions,
)
from schoon.lists.formats.rows import EPOCH, MAX_LINE_BYTES

BASELINE = ParseOptions(category=Category.BASELINE)
MD5 = "0123456789abcdef0123456789abcdef"
PDQ = "0f" * 32


def parse(source_format: SourceFormat, raw: bytes, options: ParseOptions | None = None) -> list[Parsed]:
    items = PARSERS[source_format](io.BytesIO(raw), options or ParseOptions())
    return [one for item in items for one in (item.entries() if isinstance(item, ParsedBlock) else [item])]


def bad(items: list[Parsed]) -> list[tuple[int, str]]:
    return [(item.line, item.reason) for item in items if isinstance(item, BadRow)]


# what suppliers send, as plain values that every format can be written from

refs = st.text(st.characters(categories=["L", "N"], include_characters="-_:/é"), min_size=1, max_size=30)
times = st.datetimes(timezones=st.just(EPOCH.tzinfo)) | st.none()


def digests(kinds: tuple[Kind, ...] = tuple(Kind)) -> st.SearchStrategy[dict[Kind, bytes]]:
    def value(kind: Kind) -> st.SearchStrategy[bytes]:
        raw = st.binary(min_size=KIND_BYTES[kind], max_size=KIND_BYTES[kind])
        if kind is not Kind.PDQ:
            return raw
        return raw.filter(lambda v: 64 <= int.from_bytes(v).bit_count() <= 192)

    whole = st.fixed_dictionaries({}, optional={kind: value(kind) for kind in kinds})
    return whole.filter(bool)


@st.composite
def suppliers_rows(draw: st.DrawFn, *, kinds: tuple[Kind, ...] = tuple(Kind)) -> dict[str, Any]:
    return {
        "id": draw(refs),
        "category": draw(st.sampled_from(Category)),
        "time": draw(times),
        "withdrawn": draw(st.booleans()),
        "digests": draw(digests(kinds)),
        "upper": draw(st.booleans()),
    }


def hexed(row: dict[str, Any]) -> dict[str, str]:
    return {k.value: (v.hex().upper() if row["upper"] else v.hex()) for k, v in row["digests"].items()}


def micros(row: dict[str, Any]) -> int | None:
    return None if row["time"] is None else (row["time"] - EPOCH) // timedelta(microseconds=1)


def same(found: Parsed, row: dict[str, Any]) -> bool:
    if row["withdrawn"]:
        return isinstance(found, ParsedWithdrawal) and found.ref == row["id"]
    assert isinstance(found, ParsedEntry), found
    values = {
        k: v for k, v in zip(Kind, (found.md5, found.sha1, found.sha256, found.pdq), strict=True) if v is not None
    }
    return (found.ref, found.category, values) == (row["id"], CATEGORY_CODES[row["category"]], row["digests"])


def as_csv(rows: list[dict[str, Any]], *, withdrawn: bool = True) -> bytes:
    names = ["id", "category", "time", *(["withdrawn"] if withdrawn else []), *(k.value for k in Kind)]
    out = io.StringIO()
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    for row in rows:
        line = {"id": row["id"], "category": row["category"].value, "time": row["time"] and row["time"].isoformat()}
        flag = {"withdrawn": "true" if row["withdrawn"] else ""} if withdrawn else {}
        writer.writerow(line | flag | hexed(row))
    return out.getvalue().encode()


def as_json_line(row: dict[str, Any]) -> bytes:
    line = {"id": row["id"], "category": row["category"].value, "withdrawn": row["withdrawn"]} | hexed(row)
    if row["time"]:
        line["time"] = row["time"].isoformat()
    return json.dumps(line).encode() + b"\n"


@settings(deadline=None)
@given(st.lists(suppliers_rows(), max_size=20), st.booleans())
def test_our_csv_gives_back_what_was_written(rows: list[dict[str, Any]], bom: bool) -> None:
    raw = (b"\xef\xbb\xbf" if bom else b"") + as_csv(rows)
    found = parse(SourceFormat.CSV, raw)
    assert len(found) == len(rows)
    assert all(same(item, row) for item, row in zip(found, rows, strict=True))
    assert [item.line for item in found if not isinstance(item, NextPage)] == list(range(2, len(rows) + 2))


@settings(deadline=None)
@given(st.lists(suppliers_rows(kinds=(Kind.MD5, Kind.PDQ)), min_size=1, max_size=20), st.data())
def test_many_lines_at_once_read_like_one_by_one(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    lines = as_csv(rows, withdrawn=False).splitlines()
    broken = data.draw(st.sampled_from([b"", b"x", b'"', b"a,b", b"\xff,baseline,,00,,,", b" ,other,2020,,,,"]))
    if data.draw(st.booleans()):
        lines.insert(data.draw(st.integers(1, len(lines))), broken)
    whole = parse(SourceFormat.CSV, b"\n".join(lines) + b"\n")
    single = [
        renumbered(item, number)
        for number, line in enumerate(lines[1:], 2)
        for item in parse(SourceFormat.CSV, lines[0] + b'\n"\n' + line + b"\n")[1:]
    ]
    assert whole == single


def renumbered(item: Parsed, number: int) -> Parsed:
    assert not isinstance(item, NextPage)
    return item._replace(line=number)


@settings(deadline=None)
@given(st.lists(suppliers_rows(), max_size=20))
def test_our_json_lines_give_back_what_was_written(rows: list[dict[str, Any]]) -> None:
    found = parse(SourceFormat.JSON_LINES, b"".join(map(as_json_line, rows)))
    assert all(same(item, row) for item, row in zip(found, rows, strict=True))


@settings(deadline=None)
@given(
    st.lists(suppliers_rows(kinds=(Kind.MD5, Kind.SHA1, Kind.PDQ)), max_size=20),
    st.sampled_from(["A1", "A2", "B1", "B2", ""]),
)
def test_ncmec_gives_back_what_was_written(rows: list[dict[str, Any]], label: str) -> None:
    def item(row: dict[str, Any]) -> str:
        head = f"<member id='7'>m</member><id>{escape(row['id'])}</id>"
        if row["time"]:
            head += f"<timestamp>{row['time'].isoformat()}</timestamp>"
        if row["withdrawn"]:
            return f"<deletedImage>{head}</deletedImage>"
        prints = "".join(f"<{name}>{value}</{name}>" for name, value in hexed(row).items())
        return f"<image>{head}<classification>{label}</classification><fingerprints>{prints}</fingerprints></image>"

    body = "\n".join(map(item, rows))
    raw = f"<queryResult xmlns='https://hashsharing.ncmec.org/hashsharing/v2'><images>{body}</images></queryResult>"
    category = {"A": Category.BASELINE, "B": Category.NATIONAL}.get(label[:1], Category.OTHER)
    found = parse(SourceFormat.NCMEC, raw.encode())
    wanted = [row | {"id": f"7-{row['id']}", "category": category} for row in rows]
    assert all(same(item, row) for item, row in zip(found, wanted, strict=True))
    assert [getattr(item, "micros", None) for item in found] == [micros(row) for row in rows]


@settings(deadline=None)
@given(st.lists(suppliers_rows(kinds=(Kind.PDQ,)), max_size=20), st.integers(0, 3))
def test_stopncii_gives_back_what_was_written(rows: list[dict[str, Any]], indent: int) -> None:
    records = [
        {
            "signalType": "ImagePDQ",
            "hashValue": row["digests"][Kind.PDQ].hex(),
            "hashStatus": "Withdrawn" if row["withdrawn"] else "Active",
            "lastModtimestamp": 1_700_000_000,
            "caseNumbers": {"a": "Active"},
        }
        for row in rows
    ]
    page = {"count": len(rows), "hasMoreRecords": True, "nextPageToken": "more", "hashRecords": records}
    raw = json.dumps(page, indent=indent or None).encode() * 2
    found = parse(SourceFormat.STOPNCII, raw)
    once = [item for item in found if not isinstance(item, NextPage)]
    assert [isinstance(item, ParsedWithdrawal) for item in once] == [row["withdrawn"] for row in rows] * 2
    for item, row in zip(once, rows * 2, strict=True):
        entry = item.entry if isinstance(item, ParsedWithdrawal) else item
        assert isinstance(entry, ParsedEntry)
        assert (entry.pdq, entry.category) == (row["digests"][Kind.PDQ], CATEGORY_CODES[Category.OTHER])
    assert [item for item in found if isinstance(item, NextPage)] == [NextPage("more")] * 2


@settings(deadline=None)
@given(st.lists(st.binary(min_size=16, max_size=16) | st.binary(min_size=20, max_size=20), max_size=20))
def test_one_hash_a_line_gives_back_what_was_written(values: list[bytes]) -> None:
    raw = b"# a list\r\n\r\n" + b"".join(value.hex().encode() + b"\r\n" for value in values)
    found = parse(SourceFormat.LINES, raw, BASELINE)
    assert [(e.md5 or e.sha1, e.line) for e in found if isinstance(e, ParsedEntry)] == [
        (value, number) for number, value in enumerate(values, 3)
    ]


hostile = st.binary(max_size=400) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))
starts = {
    SourceFormat.CSV: b"id,category,time,md5,pdq\n",
    SourceFormat.JSON_LINES: b'{"id": "a", "category": "other", ',
    SourceFormat.NCMEC: b"<queryResult><images><image><member id='1'/><id>",
    SourceFormat.STOPNCII: b'{"hashRecords": [{"signalType": ',
    SourceFormat.LINES: b"",
}


@pytest.mark.parametrize("source_format", SourceFormat)
@given(raw=hostile, with_start=st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_bytes_at_all_break_a_parser(source_format: SourceFormat, raw: bytes, with_start: bool) -> None:
    whole = starts[source_format] + raw if with_start else raw
    try:
        items = parse(source_format, whole)
    except UnreadableSourceError as error:
        assert error.advice
        return
    for item in items:
        if isinstance(item, BadRow):
            assert item.reason
            assert 1 <= item.line <= whole.count(b"\n") + whole.count(b"\r") + 2  # in XML both end a line
        if isinstance(item, ParsedEntry):
            assert item.md5 or item.sha1 or item.sha256 or item.pdq or item.others


def lines_of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"a,baseline,,{MD5[:-1]}", "32 hexadecimal digits"),
        (f"a,baseline,,{MD5[:-1]}g", "32 hexadecimal digits"),
        ("a,baseline,,", "no digest"),
        (f"a,nonsense,,{MD5}", "category is not one of"),
        (f"a,,,{MD5}", "category is missing"),
        (f"a,baseline,2026-01-01T00:00:00,{MD5}", "zone"),
        (f"a,baseline,yesterday,{MD5}", "ISO 8601"),
        (f"a,baseline,{MD5}", "3 fields; the header has 4"),
        (f'"a,baseline,,{MD5}', "quotes"),
        (f"a\x00b,baseline,,{MD5}", "cannot be shown"),
        (f"{'x' * 201},baseline,,{MD5}", "200 are the most"),
        (f" a,baseline,,{MD5}", "space"),
        ("\udcff,baseline,,", "UTF-8"),
        ("x" * (MAX_LINE_BYTES + 100_000), "longer than"),
    ],
)
def test_a_bad_csv_row_is_named_and_the_good_ones_around_it_go_in(line: str, reason: str) -> None:
    good = [f"good{n},baseline,,{MD5}" for n in (1, 2)]
    raw = "\n".join(["id,category,time,md5", good[0], line, good[1]]).encode("utf-8", "surrogateescape")
    found = parse(SourceFormat.CSV, raw)
    assert [item.ref for item in found if isinstance(item, ParsedEntry)] == ["good1", "good2"]
    ((number, said),) = bad(found)
    assert number == 3
    assert reason in said
    assert MD5[:16] not in said


@pytest.mark.parametrize("header", ["", "md5,md5", "id,nonsense", "id,category"])
def test_a_csv_header_that_cannot_be_right_refuses_the_file(header: str) -> None:
    with pytest.raises(UnreadableSourceError):
        parse(SourceFormat.CSV, header.encode())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"md5": 5}', "md5"),
        ('{"colour": "red"}', "colour"),
        ("[]", "object"),
        ("{", "JSON"),
        ('{"id": "a", "category": "other"}', "no digest"),
        ('{"category": "other"}', "neither"),
        ('{"category": "other", "other": {"pdq": "x"}}', "field of its own"),
        ('{"category": "other", "other": {"a b": "x"}}', "name of a kind"),
        (json.dumps({"category": "other", "pdq": "00" * 32}), "without structure"),
    ],
)
def test_a_bad_json_line_is_named(line: str, reason: str) -> None:
    ((number, said),) = bad(parse(SourceFormat.JSON_LINES, lines_of("", line)))
    assert number == 2
    assert reason in said


def test_kinds_that_are_not_searched_are_kept() -> None:
    (first,) = parse(SourceFormat.CSV, lines_of("category,photodna,tmk_pdqf", "other,AAEC,"))
    assert isinstance(first, ParsedEntry)
    assert first.others == {"photodna": b"AAEC"}
    raw = (
        b"<queryResult><videos><video><member id='1'/><id>v</id><fingerprints><md5>%s</md5><pdna>AA</pdna>"
        % MD5.encode()
    )
    raw += b"<tmk-pdqf rel='self' href='/v2/entries/1/fingerprints/TMK_PDQF'/></fingerprints></video></videos>"
    raw += b"</queryResult>"
    (video,) = parse(SourceFormat.NCMEC, raw)
    assert isinstance(video, ParsedEntry)
    assert video.md5 == bytes.fromhex(MD5)
    assert video.others == {"photodna": b"AA", "tmk_pdqf": b"/v2/entries/1/fingerprints/TMK_PDQF"}
    record = {"signalType": "VideoTMK", "hashValue": "zz", "hashStatus": "Active"}
    (tmk,) = parse(SourceFormat.STOPNCII, json.dumps({"hashRecords": [record]}).encode())
    assert isinstance(tmk, ParsedEntry)
    assert tmk.others == {"tmk_pdqf": b"zz"}


def test_ncmec_names_lines_and_the_next_page() -> None:
    raw = lines_of(
        "<queryResult>",
        "<images>",
        f"<image><member id='1'/><id>a</id><fingerprints><md5>{MD5}</md5></fingerprints></image>",
        "<image><member id='1'/><id>b</id><fingerprints><md5>zz</md5></fingerprints></image>",
        "<image><id>c</id></image>",
        "</images><paging><next>/v2/entries?start=2</next></paging></queryResult>",
    )
    found = parse(SourceFormat.NCMEC, raw)
    assert [number for number, _ in bad(found)] == [4, 5]
    assert found[-1] == NextPage("/v2/entries?start=2")


@pytest.mark.parametrize("text", ["<!DOCTYPE a [<!ENTITY b 'c'>]><queryResult/>", "<html/>", "<a>" * 40])
def test_xml_that_is_a_trap_or_something_else_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSourceError):
        parse(SourceFormat.NCMEC, text.encode())


def test_broken_xml_keeps_what_came_before_and_says_where() -> None:
    item = f"<image><member id='1'/><id>a</id><fingerprints><md5>{MD5}</md5></fingerprints></image>"
    found = parse(SourceFormat.NCMEC, lines_of("<queryResult><images>", item, "<<"))
    assert isinstance(found[0], ParsedEntry)
    assert [number for number, _ in bad(found)] == [3]


def test_stopncii_withdrawals_are_applied() -> None:
    def record(status: str) -> dict[str, str]:
        return {"signalType": "ImagePDQ", "hashValue": PDQ, "hashStatus": status}

    for status in ("Withdrawn", "Deleted"):
        (found,) = parse(SourceFormat.STOPNCII, json.dumps({"hashRecords": [record(status)]}).encode())
        assert isinstance(found, ParsedWithdrawal)
    ((_, reason),) = bad(parse(SourceFormat.STOPNCII, json.dumps({"hashRecords": [record("Odd")]}).encode()))
    assert "hashStatus" in reason


def test_sixty_four_digits_need_a_kind() -> None:
    ((number, reason),) = bad(parse(SourceFormat.LINES, PDQ.encode(), BASELINE))
    assert (number, "--kind" in reason) == (1, True)
    (entry,) = parse(SourceFormat.LINES, PDQ.encode(), ParseOptions(kind=Kind.PDQ, category=Category.NATIONAL))
    assert isinstance(entry, ParsedEntry)
    assert entry.pdq == bytes.fromhex(PDQ)


class Endless(io.RawIOBase):
    """A file of one endless line, which counts how much of it was asked for at once."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.largest = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        self.largest = max(self.largest, size)
        taken = min(size, self.left)
        self.left -= taken
        return b"a" * taken


@pytest.mark.parametrize("source_format", [SourceFormat.CSV, SourceFormat.JSON_LINES, SourceFormat.LINES])
def test_a_line_of_fifty_megabytes_is_never_held(source_format: SourceFormat) -> None:
    stream = Endless(50 << 20)
    items: Iterator[Parsed] = PARSERS[source_format](stream, BASELINE)  # type: ignore[arg-type]  # it reads
    try:
        found = list(items)
    except UnreadableSourceError:
        found = []
    assert 0 < stream.largest <= MAX_LINE_BYTES
    assert all(isinstance(item, BadRow) for item in found)
