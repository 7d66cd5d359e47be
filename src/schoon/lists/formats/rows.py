"""What every format's parser yields, and the checks that all of them share."""

import string
from binascii import Error as HexError
from binascii import unhexlify
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schoon.kinds import CATEGORY_CODES, KIND_BYTES, Category, Kind

MAX_LINE_BYTES = 1 << 20
MAX_REF = 200
MAX_KEPT_BYTES = 1 << 18
"""The longest value of a kind that is kept and not searched."""

UNSEARCHED_KINDS = (
    "netclean", "photodna", "sha512", "ssvh_pdna", "ssvh_safer", "text", "tmk_pdqf", "url", "videntifier", "vpdq",
)  # fmt: skip
"""Names of kinds that are kept with an entry and not searched yet."""

MIN_PDQ_BITS, MAX_PDQ_BITS = 64, 192
"""A PDQ digest outside is of a picture without structure: the median puts half of the 256 bits at one."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KIND_NAME = frozenset(string.ascii_lowercase + string.digits + "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseOptions:
    """What the person who imports says about a file.

    Attributes:
        kind: What a line is, for one hash a line.
        category: Of every entry, whatever the file says; None to go by the file.
    """

    kind: Kind | None = None
    category: Category | None = None

    @property
    def category_code(self) -> int | None:
        """The code of the category, when there is one."""
        return None if self.category is None else CATEGORY_CODES[self.category]


class ParsedEntry(NamedTuple):
    """An entry as a supplier gives it. `ref` is None when the supplier gives no id; `micros` is its time since 1970."""

    line: int
    ref: str | None
    category: int
    micros: int | None
    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None
    pdq: bytes | None = None
    others: Mapping[str, bytes] | None = None


class ParsedBlock(NamedTuple):
    """Entries in columns, where a format can be read so; each has an id, and all have digests of the same kinds.

    `digests` holds (n, size of the kind) uint8 per kind; None in `times` stands for no time.
    """

    line: int
    refs: list[str]
    categories: list[int]
    times: list[int | None]
    digests: Mapping[Kind, NDArray[np.uint8]]

    def part(self, begin: int, end: int) -> "ParsedBlock":
        """Some of the entries that follow on each other."""
        digests = {kind: values[begin:end] for kind, values in self.digests.items()}
        return ParsedBlock(
            self.line + begin, self.refs[begin:end], self.categories[begin:end], self.times[begin:end], digests
        )

    def entries(self) -> list[ParsedEntry]:
        """The entries, one by one."""
        none = [None] * len(self.refs)
        columns = [
            [row.tobytes() for row in self.digests[kind]] if kind in self.digests else none
            for kind in (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.PDQ)
        ]
        parts = zip(self.refs, self.categories, self.times, *columns, strict=True)
        return [ParsedEntry(line, *part) for line, part in enumerate(parts, self.line)]


class ParsedWithdrawal(NamedTuple):
    """A supplier takes an entry back, by its id or, where there is none, by its digests."""

    line: int
    ref: str | None
    micros: int | None
    entry: ParsedEntry | None = None


class BadRow(NamedTuple):
    """A row that cannot be used, and why; the reason holds no digest."""

    line: int
    reason: str


class NextPage(NamedTuple):
    """Where the supplier says that the list goes on."""

    link: str


Parsed = ParsedEntry | ParsedBlock | ParsedWithdrawal | BadRow | NextPage


class RowError(Exception):
    """This row cannot be used; the message says why, without any digest."""


def digest_of(kind: Kind, text: bytes | str) -> bytes:
    """The digest in a hexadecimal text of either case.

    Raises:
        RowError: Wrong length, not hexadecimal, or a PDQ digest without structure.
    """
    try:
        value = unhexlify(text)
    except (HexError, ValueError):
        value = b""
    if len(value) != KIND_BYTES[kind]:
        raise RowError(f"{kind} has {len(text)} characters; {2 * KIND_BYTES[kind]} hexadecimal digits were expected")
    if kind is Kind.PDQ and not MIN_PDQ_BITS <= int.from_bytes(value).bit_count() <= MAX_PDQ_BITS:
        raise RowError("pdq is of a picture without structure (fewer than 64 or more than 192 bits set)")
    return value


def micros_of(text: str) -> int | None:
    """Microseconds since 1970 of an ISO 8601 time with a zone; None for an empty text.

    Raises:
        RowError: It is not such a time.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RowError("time is not an ISO 8601 time, like 2026-03-01T12:00:00Z") from None
    if moment.tzinfo is None:
        raise RowError("time has no zone; write it like 2026-03-01T12:00:00Z")
    return (moment - EPOCH) // _MICROSECOND


def ref_of(text: str) -> str | None:
    """A supplier's id, or None for an empty text.

    Raises:
        RowError: It is too long, or not printable.
    """
    if not text:
        return None
    if len(text) > MAX_REF:
        raise RowError(f"id has {len(text)} characters; {MAX_REF} are the most")
    if not text.isprintable() or text != text.strip():
        raise RowError("id holds characters that cannot be shown, or begins or ends with a space")
    return text


def entry_of(  # noqa: PLR0917 (the parts of an entry, at the end of every parser)
    line: int,
    category: int,
    micros: int | None,
    searched: Mapping[Kind, bytes],
    others: Mapping[str, bytes] | None = None,
    *,
    ref: str | None = None,
) -> ParsedEntry:
    """An entry out of its digests by kind."""
    md5, sha1, sha256, pdq = (searched.get(kind) for kind in (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.PDQ))
    return ParsedEntry(line, ref, category, micros, md5, sha1, sha256, pdq, others or None)


def category_of(text: str, options: ParseOptions) -> int:
    """The code of a category by its name, or of the one that holds for the whole file.

    Raises:
        RowError: There is none, or it is unknown.
    """
    if options.category is not None:
        return CATEGORY_CODES[options.category]
    try:
        return CATEGORY_CODES[Category(text)]
    except ValueError:
        known = ", ".join(CATEGORY_CODES)
        raise RowError("category is missing" if not text else f"category is not one of {known}") from None


def kept_kind(name: str) -> str:
    """The name under which a kind that is not searched is kept.

    Raises:
        RowError: It is no name for a kind.
    """
    plain = name.strip().lower().replace("-", "_")
    if not plain or len(plain) > 40 or not _KIND_NAME.issuperset(plain):
        raise RowError("the name of a kind of digest is not plain letters, digits and underscores")
    return plain


def kept_value(name: str, text: str) -> bytes:
    """The value of a kind that is not searched, as it came.

    Raises:
        RowError: It is too long to keep, or not text.
    """
    try:
        raw = text.strip().encode()
    except UnicodeEncodeError:
        raise RowError(f"{name} is not text") from None
    if len(raw) > MAX_KEPT_BYTES:
        raise RowError(f"{name} is longer than {MAX_KEPT_BYTES} bytes")
    return raw
