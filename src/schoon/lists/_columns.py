"""Turns opened blocks into the columns of a snapshot; tags are made of the opened digests, and stored nowhere else."""

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


class _Filling:
    """The digests of one kind, in arrays with room for all from the start, so that nothing is held twice."""

    def __init__(self, room: int, width: int) -> None:
        self.values = np.empty((room, width), dtype=np.uint8)
        self.rows = np.empty(room, dtype=np.uint32)
        self.count = 0

    def add(self, values: NDArray[np.uint8], rows: NDArray[np.int64]) -> None:
        end = self.count + len(rows)
        self.values[self.count : end], self.rows[self.count : end] = values, rows
        self.count = end


class ColumnBuilder:
    """Collects entries block by block, in ascending order of id within a batch, and gives them as columns."""

    def __init__(self, keys: ListKeys, room: int) -> None:
        """Start empty, with room for so many entries; what is not used of it is never touched."""
        self._keys = keys
        self._room = room
        self._entries = np.empty(room, dtype=ENTRY_DTYPE)
        self._kinds: dict[Kind, _Filling] = {}
        self.count = 0

    def add(self, opened: OpenedBlock, *, standing: int) -> None:
        """Take a block of entries with their opened digests.

        Raises:
            TamperedError: An entry lacks a digest, or there are more entries than were imported.
        """
        stored, block = opened.stored, opened.stored.block
        end = self.count + len(block)
        if end > self._room:
            raise TamperedError(f"there are more than {self._room} entries; no more were imported")
        bits = np.frombuffer(block.kinds, dtype=np.uint8) & np.uint8(_KIND_MASK)
        entries = self._entries[self.count : end]
        entries["entry_id"], entries["supplier"] = ids_of(stored), block.supplier_id
        entries["category"] = np.frombuffer(block.categories, dtype=np.uint8)
        entries["kinds"], entries["standing"] = bits, standing
        for kind in _ORDER:
            values, at = _values(kind, bits, opened.packed)
            if not len(at):
                continue
            if kind in EXACT_KINDS:
                values = tags_of(self._keys, kind, values)
            if kind not in self._kinds:
                self._kinds[kind] = _Filling(self._room, values.shape[1])
            self._kinds[kind].add(values, at + self.count)
        self.count = end

    def columns(self) -> Columns:
        """Everything by ascending id; the builder holds nothing afterwards."""
        entries = self._entries[: self.count]
        self._entries, self._room = entries[:0], 0
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
        filling = self._kinds.pop(kind, None) or _Filling(0, width)
        values, rows = filling.values[: filling.count], filling.rows[: filling.count]
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
