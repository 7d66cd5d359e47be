"""NCMEC hash-sharing v2: `queryResult` XML with images, videos and what was deleted.

Namespace and elements: docs/list-formats.md. An entry is named by its member and its id, "member-id". Classifications
A1 and A2 (a prepubescent child) count as `baseline`, B1 and B2 as `national`; an item without one as `other`.
"""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from schoon.kinds import CATEGORY_CODES, Category, Kind
from schoon.lists.errors import UnreadableSourceError
from schoon.lists.formats.rows import (
    MAX_KEPT_BYTES,
    BadRow,
    NextPage,
    Parsed,
    ParsedWithdrawal,
    ParseOptions,
    RowError,
    digest_of,
    entry_of,
    kept_kind,
    kept_value,
    micros_of,
    ref_of,
)

_CHUNK = 1 << 16
_MAX_DEPTH = 32
_ITEMS = frozenset({"image", "video"})
_DELETED = frozenset({"deletedImage", "deletedVideo"})
_CATEGORIES = {"A1": Category.BASELINE, "A2": Category.BASELINE, "B1": Category.NATIONAL, "B2": Category.NATIONAL}
_NAMES = {"pdna": "photodna", "ssvh_safer_hash": "ssvh_safer"}


def parse_ncmec(stream: BinaryIO, options: ParseOptions) -> Iterator[Parsed]:
    """Entries, withdrawals and the next page of an answer of NCMEC's hash-sharing service.

    Raises:
        UnreadableSourceError: It is not such an answer, or holds a DTD or entities.
    """
    target = _Target(options)
    parser: Any = DefusedXMLParser(target=target, forbid_dtd=True)
    target.line = lambda: int(parser.parser.CurrentLineNumber)
    try:
        while chunk := stream.read(_CHUNK):
            parser.feed(chunk)
            yield from target.take()
        parser.close()
    except DefusedXmlException as cause:
        raise UnreadableSourceError("the XML holds a DTD or entities") from cause
    except ParseError as error:
        yield from target.take()
        yield BadRow(error.position[0], "the XML is broken here; nothing behind it could be read")
        return
    yield from target.take()


class _Target:
    """Takes the parser's events and keeps the one item that is open, never the tree."""

    def __init__(self, options: ParseOptions) -> None:
        self.line: Callable[[], int] = lambda: 0
        self._options = options
        self._path: list[str] = []
        self._ready: list[Parsed] = []
        self._item: dict[str, str] | None = None
        self._fingerprints: list[tuple[str, str]] = []
        self._text: list[str] = []
        self._text_size = 0
        self._started_at = 0
        self._link = ""

    def take(self) -> list[Parsed]:
        """What has become complete since the last time."""
        ready, self._ready = self._ready, []
        return ready

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition("}")[2]
        if not self._path and name != "queryResult":
            raise UnreadableSourceError(f"the XML begins with {name[:40]!r}, not with queryResult")
        if len(self._path) >= _MAX_DEPTH:
            raise UnreadableSourceError(f"the XML is nested deeper than {_MAX_DEPTH} elements")
        self._path.append(name)
        self._text, self._text_size = [], 0
        self._link = attributes.get("href", "")
        if name in _ITEMS or name in _DELETED:
            self._item, self._fingerprints, self._started_at = {}, [], self.line()
        elif name == "member" and self._item is not None:
            self._item["member"] = attributes.get("id", "")

    def data(self, text: str) -> None:
        """Text inside an element; what is beyond the limit is dropped and makes the row a bad one."""
        self._text_size += len(text)
        if self._text_size <= 2 * MAX_KEPT_BYTES:
            self._text.append(text)

    def end(self, _tag: str) -> None:
        """An element ends."""
        name = self._path.pop()
        text = "x" * self._text_size if self._text_size > 2 * MAX_KEPT_BYTES else "".join(self._text).strip()
        parent = self._path[-1] if self._path else ""
        if name in _ITEMS or name in _DELETED:
            self._finish(deleted=name in _DELETED)
        elif self._item is not None and parent == "fingerprints":
            self._fingerprints.append((name, text or self._link))
        elif self._item is not None and name in {"id", "timestamp", "classification"}:
            self._item[name] = text
        elif name == "next" and parent == "paging" and text:
            self._ready.append(NextPage(text))
        self._text, self._text_size = [], 0

    def close(self) -> None:
        """The document ends."""

    def _finish(self, *, deleted: bool) -> None:
        try:
            self._ready.append(self._parsed(deleted=deleted))
        except RowError as error:
            self._ready.append(BadRow(self._started_at, str(error)))
        self._item = None

    def _parsed(self, *, deleted: bool) -> Parsed:
        item = self._item or {}
        if not item.get("member") or not item.get("id"):
            raise RowError("the member or the id is missing")
        ref = ref_of(f"{item['member']}-{item['id']}")
        micros = micros_of(item.get("timestamp", ""))
        if deleted:
            return ParsedWithdrawal(self._started_at, ref, micros)
        category = self._options.category or _CATEGORIES.get(item.get("classification", ""), Category.OTHER)
        searched: dict[Kind, bytes] = {}
        others: dict[str, bytes] = {}
        for name, text in self._fingerprints:
            _place(name, text, searched, others)
        if not searched and not others:
            raise RowError("no fingerprint")
        return entry_of(self._started_at, CATEGORY_CODES[category], micros, searched, others, ref=ref)


def _place(name: str, text: str, searched: dict[Kind, bytes], others: dict[str, bytes]) -> None:
    plain = kept_kind(name)
    plain = _NAMES.get(plain, plain)
    if not text:
        return
    if plain in set(Kind):
        kind = Kind(plain)
        value = digest_of(kind, text)
        same = searched.setdefault(kind, value) == value
    else:
        value = kept_value(plain, text)
        same = others.setdefault(plain, value) == value
    if not same:
        raise RowError(f"two different {plain} fingerprints")
