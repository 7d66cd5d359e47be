"""Turns opened rows into the columns of a snapshot; tags are made anew from the opened digests, not taken as stored."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schoon.index import ENTRY_DTYPE, Columns, ListKeys, tags_of
from schoon.kinds import EXACT_KINDS, KIND_BITS, KIND_BYTES, Kind
from schoon.lists._sealing import PREFIXES
from schoon.lists.errors import TamperedError
from schoon.lists.types import EntryRow

_KIND_MASK = 15
_ORDER = (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.PDQ)
_STEPS = tuple((KIND_BITS[kind], len(prefix), KIND_BYTES[kind]) for kind, prefix in zip(_ORDER, PREFIXES, strict=True))


def _layout(bits: int) -> tuple[tuple[Kind, int, int], ...]:
    """Where the value of each kind lies in the packed digests of an entry with these kinds."""
    at, places = 0, []
    for kind, (bit, prefix, size) in zip(_ORDER, _STEPS, strict=True):
        if bits & bit:
            places.append((kind, at + prefix, at + prefix + size))
            at += prefix + size
    return tuple(places)


LAYOUTS = tuple(_layout(bits) for bits in range(_KIND_MASK + 1))


class ColumnBuilder:
    """Collects entries chunk by chunk, in ascending order of id within a batch, and gives them as columns."""

    def __init__(self, keys: ListKeys) -> None:
        """Start empty."""
        self._keys = keys
        self._entries: list[NDArray[Any]] = []
        self._values: dict[Kind, list[NDArray[np.uint8]]] = {kind: [] for kind in _ORDER}
        self._rows: dict[Kind, list[NDArray[np.uint32]]] = {kind: [] for kind in _ORDER}
        self.count = 0

    def add(self, rows: Sequence[EntryRow], packed: Sequence[bytes], *, standing: int) -> None:
        """Take a chunk of entries with their opened digests."""
        if not rows:
            return
        ids, _, suppliers, _, _, categories, kinds, _, *stored, _, _ = zip(*rows, strict=True)
        bits = np.array(kinds, dtype=np.uint8) & np.uint8(_KIND_MASK)
        entries = np.empty(len(rows), dtype=ENTRY_DTYPE)
        entries["entry_id"], entries["supplier"], entries["category"] = ids, suppliers, categories
        entries["kinds"], entries["standing"] = bits, standing
        self._entries.append(entries)
        for place, kind in enumerate(_ORDER):
            values, at = _values(kind, bits, packed)
            if kind in EXACT_KINDS:
                tags = tags_of(self._keys, kind, values)
                if tags.tobytes() != b"".join(tag for tag in stored[place] if tag is not None):
                    raise TamperedError(f"a stored {kind} tag is not that of the sealed digest")
                values = tags
            self._values[kind].append(values)
            self._rows[kind].append((at + self.count).astype(np.uint32))
        self.count += len(rows)

    def columns(self) -> Columns:
        """Everything by ascending id; the builder is empty afterwards."""
        entries = _joined(self._entries, np.empty(0, dtype=ENTRY_DTYPE))
        self._entries = []
        ids = entries["entry_id"]
        place: NDArray[np.int64] | None = None
        if np.any(ids[1:] < ids[:-1]):
            order = np.argsort(ids, kind="stable")
            place = np.empty(len(order), dtype=np.int64)
            place[order] = np.arange(len(order))
            entries = entries[order]
        exact = {kind: self._column(kind, 16, place) for kind in EXACT_KINDS}
        vectors, vector_rows = self._column(Kind.PDQ, 32, place)
        return Columns(entries=entries, exact=exact, vectors=vectors, vector_rows=vector_rows)

    def _column(
        self, kind: Kind, width: int, place: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        values = _joined(self._values[kind], np.empty((0, width), np.uint8))
        self._values[kind] = []
        rows = _joined(self._rows[kind], np.empty(0, np.uint32))
        self._rows[kind] = []
        return values, rows if place is None else place[rows].astype(np.uint32)


def _values(
    kind: Kind, bits: NDArray[np.uint8], packed: Sequence[bytes]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The (n, size) digests of a kind, and the places of the entries that have one."""
    size = KIND_BYTES[kind]
    has = (bits & KIND_BITS[kind]) != 0
    at = np.flatnonzero(has)
    if not len(at):
        return np.empty((0, size), np.uint8), at
    same = int(bits[0])
    if has.all() and bool((bits == same).all()):
        start, end = next((s, e) for k, s, e in LAYOUTS[same] if k is kind)
        parts = [one[start:end] for one in packed]
    else:
        spans = [next(((s, e) for k, s, e in layout if k is kind), (0, 0)) for layout in LAYOUTS]
        parts = [packed[i][spans[bits[i]][0] : spans[bits[i]][1]] for i in at.tolist()]
    raw = b"".join(parts)
    if len(raw) != size * len(at):
        raise TamperedError(f"an entry lacks the {kind} digest that it should have")
    return np.frombuffer(raw, dtype=np.uint8).reshape(-1, size), at


def _joined(parts: list[NDArray[Any]], empty: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate(parts) if len(parts) > 1 else (parts[0] if parts else empty)
