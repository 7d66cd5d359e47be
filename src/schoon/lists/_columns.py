"""Turns opened blocks into the columns of a snapshot; tags are made of the opened digests, and stored nowhere else."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from schoon.index import ENTRY_DTYPE, Columns, ListKeys, tags_of
from schoon.kinds import EXACT_KINDS, KIND_BITS, KIND_BYTES, Kind
from schoon.lists._roots import OpenedBlock, ids_of
from schoon.lists._sealing import PREFIXES, Ragged
from schoon.lists.errors import TamperedError

_KIND_MASK = 15
_ORDER = (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.PDQ)
_STEPS = tuple((KIND_BITS[kind], len(prefix), KIND_BYTES[kind]) for kind, prefix in zip(_ORDER, PREFIXES, strict=True))


def _start(wanted: Kind, bits: int) -> int:
    """Where the value of a kind begins in the packed digests of an entry with these kinds."""
    at = 0
    for kind, (bit, prefix, size) in zip(_ORDER, _STEPS, strict=True):
        if kind is wanted:
            return at + prefix
        at += prefix + size if bits & bit else 0
    raise ValueError(wanted)


_STARTS = {kind: [_start(kind, bits) for bits in range(_KIND_MASK + 1)] for kind in _ORDER}


class ColumnBuilder:
    """Collects entries block by block, in ascending order of id within a batch, and gives them as columns."""

    def __init__(self, keys: ListKeys) -> None:
        """Start empty."""
        self._keys = keys
        self._entries: list[NDArray[Any]] = []
        self._values: dict[Kind, list[NDArray[np.uint8]]] = {kind: [] for kind in _ORDER}
        self._rows: dict[Kind, list[NDArray[np.uint32]]] = {kind: [] for kind in _ORDER}
        self.count = 0

    def add(self, opened: OpenedBlock, *, standing: int) -> None:
        """Take a block of entries with their opened digests."""
        stored, block = opened.stored, opened.stored.block
        bits = np.frombuffer(block.kinds, dtype=np.uint8) & np.uint8(_KIND_MASK)
        entries = np.empty(len(block), dtype=ENTRY_DTYPE)
        entries["entry_id"], entries["supplier"] = ids_of(stored), block.supplier_id
        entries["category"] = np.frombuffer(block.categories, dtype=np.uint8)
        entries["kinds"], entries["standing"] = bits, standing
        self._entries.append(entries)
        for kind in _ORDER:
            values, at = _values(kind, bits, opened.packed)
            if kind in EXACT_KINDS:
                values = tags_of(self._keys, kind, values)
            self._values[kind].append(values)
            self._rows[kind].append((at + self.count).astype(np.uint32))
        self.count += len(block)

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


def _values(kind: Kind, bits: NDArray[np.uint8], packed: Ragged) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The (n, size) digests of a kind, and the places of the entries that have one."""
    size = KIND_BYTES[kind]
    at = np.flatnonzero(bits & KIND_BITS[kind])
    if not len(at):
        return np.empty((0, size), np.uint8), at
    ends, lengths = packed.ends, packed.lengths
    width, same = int(lengths[0]), int(bits[0])
    if bool((bits == same).all()) and bool((lengths == width).all()):
        start = _STARTS[kind][same]
        return np.ascontiguousarray(packed.joined.reshape(-1, width)[:, start : start + size]), at
    starts = (ends - lengths)[at] + np.array(_STARTS[kind])[bits[at]]
    if np.any(starts + size > ends[at]):
        raise TamperedError(f"an entry lacks the {kind} digest that it should have")
    return packed.joined[starts[:, None] + np.arange(size)], at


def _joined(parts: list[NDArray[Any]], empty: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate(parts) if len(parts) > 1 else (parts[0] if parts else empty)
