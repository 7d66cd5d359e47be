"""Reads many CSV lines at once, column by column, when all of them are plain; four times as quick as one by one."""

from binascii import Error as HexError
from binascii import unhexlify
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from schoon.kinds import KIND_BYTES, Kind
from schoon.lists.formats.rows import (
    MAX_PDQ_BITS,
    MAX_REF,
    MIN_PDQ_BITS,
    ParsedEntry,
    RowError,
    micros_of,
)

_Column = Sequence[object]
_make_entry = partial(tuple.__new__, ParsedEntry)


class BlockReader:
    """Reads blocks of lines of a CSV whose columns are `id`, `category`, `time` and searched kinds."""

    def __init__(self, columns: Sequence[str], code_of: Callable[[bytes], int]) -> None:
        """Take the header's columns, and what gives a category's code."""
        self._place = {name: at for at, name in enumerate(columns)}
        self._code_of = code_of
        plain = {"id", "category", "time", *Kind}
        self.can_read = set(columns) <= plain and "id" in self._place

    def read(self, first: int, lines: Sequence[bytes | None]) -> list[ParsedEntry] | None:
        """The entries of the lines; None when any line is not plain, for the slow way to say what is wrong.

        Args:
            first: The number of the first line.
            lines: At least one.
        """
        if any(not line or b'"' in line for line in lines):
            return None
        try:
            columns = list(zip(*[line.split(b",") for line in lines if line], strict=True))
            if len(columns) != len(self._place):
                return None
            digests = [self._digests(kind, columns) for kind in (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.PDQ)]
            if not any(column is not None for column in digests):
                return None
            none = [None] * len(lines)
            parts: list[_Column] = [
                range(first, first + len(lines)),
                self._refs(columns[self._place["id"]]),
                self._mapped("category", columns, self._code_of) or [self._code_of(b"")] * len(lines),
                self._mapped("time", columns, lambda raw: micros_of(raw.decode())) or none,
                *(none if column is None else column for column in digests),
                none,
            ]
        except (ValueError, RowError):
            return None
        return list(map(_make_entry, zip(*parts, strict=True)))

    def _digests(self, kind: Kind, columns: Sequence[Sequence[bytes]]) -> list[bytes] | None:
        place = self._place.get(kind.value)
        if place is None:
            return None
        column = columns[place]
        lengths = set(map(len, column))
        if lengths == {0}:
            return None
        size = KIND_BYTES[kind]
        if lengths != {2 * size}:
            raise RowError(kind)
        try:
            raw = unhexlify(b"".join(column))
        except HexError:
            raise RowError(kind) from None
        if kind is Kind.PDQ:
            bits = np.bitwise_count(np.frombuffer(raw, dtype=np.uint64).reshape(-1, 4)).sum(axis=1)
            if bits.min() < MIN_PDQ_BITS or bits.max() > MAX_PDQ_BITS:
                raise RowError(kind)
        return [raw[at : at + size] for at in range(0, len(raw), size)]

    def _refs(self, column: Sequence[bytes]) -> list[str]:
        joined = b"\n".join(column)
        if b" " in joined or not all(column):
            raise RowError("id")
        refs = joined.decode().split("\n")
        if len(refs) != len(column) or max(map(len, refs)) > MAX_REF or not "".join(refs).isprintable():
            raise RowError("id")
        return refs

    def _mapped(
        self, name: str, columns: Sequence[Sequence[bytes]], reads: Callable[[bytes], int | None]
    ) -> list[int | None] | None:
        place = self._place.get(name)
        if place is None:
            return None
        column = columns[place]
        known = {raw: reads(raw) for raw in set(column)}
        return [known[raw] for raw in column]
