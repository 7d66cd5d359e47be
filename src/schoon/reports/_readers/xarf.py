"""XARF version 4, `content/csam` and `content/csem`: one report in JSON, from a mail or through the API.

1. JSON is taken strictly: UTF-8, no key twice, a bounded depth.
2. Evidence is cut off before anything else looks at it: its bytes are not decoded, kept or checked. So is `_internal`.
3. What is left is checked against the schemas that the package `xarf` brings; address and digests by our own rules.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xarf import schema_validator

from schoon.hits import Language
from schoon.kinds import Digest, InputError, Kind
from schoon.reports._readers.keepable import CUT_OFF, report_text
from schoon.reports._readers.reading import Arrival, NotTaken, Read, Reading, ReportFormat, Taken, address_of_cell
from schoon.reports.errors import NotForReportsError, UnreadableReportError
from schoon.reports.types import MAX_NAME, ItemKind, Reporter, ReportSource, Submission, SubmittedItem

MAX_XARF = 24 * 1024 * 1024
"""The longest report, in bytes: with as much evidence as the specification allows, though none is taken."""

MAX_VALUES = 2_000
"""A report has so many values at most: the check against the schemas takes longer for each that is wrong."""

MAX_NESTING = 16
_KNOWN_SHAPES = ("csam", "csem")
_MEDIA_TYPES = ("image", "video")
_ASIDE = frozenset(
    {"xarf_version", "report_id", "category", "url", "reporter", "sender", "hash_values", "evidence", "_internal"}
)
_TOO_STRICT = frozenset({"domain"})
"""Checked too strictly by the schemas: `domain` knows no names outside ASCII. Only `url` is used."""


def read_xarf(data: bytes, arrival: Arrival) -> Reading:
    """The one report, and what of it is not taken.

    Raises:
        UnreadableReportError: It is not JSON, no XARF 4, or not as the schemas say.
        NotForReportsError: It is about another kind of abuse.
    """
    document = strict_json(data)
    _require_wanted(document)
    stripped, refused = _without_evidence(document)
    faults = sorted({error.field.split(".")[0] or "(the whole)" for error in schema_validator.validate(stripped)})
    if wrong := [name for name in faults if name not in _TOO_STRICT]:
        named = ", ".join(repr(name[:40]) for name in wrong[:5])
        raise UnreadableReportError(f"these fields are missing or not as the schemas of XARF say: {named}")
    try:
        submission, more = _submission(stripped, arrival)
    except InputError as cause:
        raise UnreadableReportError(cause.message) from cause
    rows: list[Read] = [Taken(line=0, submission=submission)]
    rows += [NotTaken(line=0, reason=reason, has_words=reason == CUT_OFF) for reason in (*refused, *more)]
    return Reading(format=ReportFormat.XARF, rows=iter(rows))


def looks_like_xarf(data: bytes) -> bool:
    """Whether the bytes are an object in JSON that names a version of XARF."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"xarf_version"' in data


def strict_json(data: bytes) -> dict[str, Any]:
    """The object in the bytes.

    Raises:
        UnreadableReportError: It is no JSON in UTF-8, has a key twice, or too many values or levels.
    """
    if len(data) > MAX_XARF:
        raise UnreadableReportError(f"the report has more than {MAX_XARF:,} bytes; leave evidence out, it is not taken")
    if data.count(b",") > MAX_VALUES:
        raise UnreadableReportError(f"the report has more than {MAX_VALUES:,} values")
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as cause:
        raise UnreadableReportError("it is not JSON in UTF-8, or not strictly so") from cause
    if not isinstance(document, dict):
        raise UnreadableReportError("it is no object in JSON")
    _require_small(document)
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key stands twice in one object")
    for text in (part for pair in pairs for part in pair if isinstance(part, str)):
        text.encode()  # half of a surrogate pair is no text
    return members


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _require_small(document: object) -> None:
    count, level = 1, [document]
    for _ in range(MAX_NESTING):
        level = [part for one in level for part in _parts(one)]
        count += len(level)
        if not level and count <= MAX_VALUES:
            return
    raise UnreadableReportError(f"the report has more than {MAX_VALUES:,} values, or more than {MAX_NESTING} levels")


def _parts(value: object) -> Sequence[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _require_wanted(document: Mapping[str, Any]) -> None:
    if document.get("category") != "content" or document.get("type") not in _KNOWN_SHAPES:
        if not str(document.get("xarf_version", "")).startswith("4."):
            raise UnreadableReportError("it does not say `xarf_version` 4; older versions are not read")
        raise NotForReportsError("the report is neither content/csam nor content/csem")


def _without_evidence(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The report without evidence and internal notes, and why each piece of evidence is not taken."""
    evidence = document.get("evidence", [])
    if not isinstance(evidence, list):
        raise UnreadableReportError("`evidence` is no list")
    kept = {name: value for name, value in document.items() if name not in {"evidence", "_internal"}}
    shown = sum(_is_shown(piece) for piece in evidence)
    refused = [f"evidence in pictures or film ({shown}): not looked at, not kept; never send any"] if shown else []
    if len(evidence) > shown:
        refused.append(f"other evidence ({len(evidence) - shown}): not taken, and not kept")
    return kept, refused


def _is_shown(piece: object) -> bool:
    kind = str(piece.get("content_type", "")) if isinstance(piece, dict) else ""
    return kind.strip().lower().startswith(("image/", "video/"))


def _submission(document: Mapping[str, Any], arrival: Arrival) -> tuple[Submission, list[str]]:
    digests, refused = _digests(document.get("hash_values", {}))
    text, cut = report_text("\n".join(_lines(document)))
    report_id = document["report_id"]
    reporter = document["reporter"]
    return Submission(
        source=ReportSource.XARF,
        items=(
            SubmittedItem(
                url=address_of_cell(document["url"]),
                kind=ItemKind.MEDIA if document.get("media_type") in _MEDIA_TYPES else ItemKind.PAGE,
                digests=digests,
            ),
        ),
        text=text,
        language=Language.ENGLISH,
        reporter=Reporter(name=reporter["org"][:MAX_NAME], email=reporter["contact"][:MAX_NAME]),
        reference=report_id,
        sender=arrival.sender,
        idempotency_key=f"xarf:{report_id}" if arrival.sender else "",
    ), refused + cut


def _digests(values: object) -> tuple[tuple[Digest, ...], list[str]]:
    """The digests of kinds that are searched, and why the others are not taken."""
    taken: list[Digest] = []
    refused: list[str] = []
    for name, value in values.items() if isinstance(values, dict) else ():
        if name not in set(Kind):
            refused.append(f"digests of the kind {name[:20]!r} are not searched")
            continue
        try:
            taken.append(Digest.parse(name, value if isinstance(value, str) else ""))
        except InputError as cause:
            refused.append(f"a digest is not taken: {cause.message}")
    return tuple(taken), refused


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    """What has no place of its own, one line each."""
    for name, value in document.items():
        if name not in _ASIDE:
            yield f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
