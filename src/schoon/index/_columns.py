"""Puts the columns of a new file into the order of the format, after judging them by the reader's own rules."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schoon.index._compiled import kernels
from schoon.index.errors import InvalidColumnsError
from schoon.index.types import ENTRY_DTYPE, Columns
from schoon.kinds import CATEGORY_CODES, EXACT_KINDS, KIND_BITS, Kind, SnapshotHeader, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Columns in file order.

    Attributes:
        entries: By ascending id.
        tags: Per exact kind (m, 16), ascending as bytes; equal tags by ascending row.
        rows: Per kind, the row of each tag or vector.
        vectors: (p, 32), by ascending row.
    """

    entries: NDArray[Any]
    tags: dict[Kind, NDArray[np.uint8]] = field(repr=False)
    rows: dict[Kind, NDArray[np.uint32]] = field(repr=False)
    vectors: NDArray[np.uint8] = field(repr=False)


def sort_columns(header: SnapshotHeader, columns: Columns) -> Sorted:
    """The columns in file order.

    Raises:
        InvalidColumnsError: Ids do not ascend, a code is unknown, a row does not exist, an entry has a digest twice, or
            `kinds` says otherwise than the tags and vectors.
    """
    entries = columns.entries
    _check_entries(header, entries)
    tags: dict[Kind, NDArray[np.uint8]] = {}
    rows: dict[Kind, NDArray[np.uint32]] = {}
    for kind in EXACT_KINDS:
        empty = (np.empty((0, 16), np.uint8), np.empty(0, np.uint32))
        tags[kind], rows[kind] = _sorted_tags(kind, *columns.exact.get(kind, empty), entry_count=len(entries))
    _check_rows(Kind.PDQ, columns.vectors, columns.vector_rows, width=32, entry_count=len(entries))
    order = np.argsort(columns.vector_rows, kind="stable")
    in_order = bool(np.all(columns.vector_rows[1:] >= columns.vector_rows[:-1]))
    rows[Kind.PDQ] = columns.vector_rows if in_order else columns.vector_rows[order]
    vectors = np.ascontiguousarray(columns.vectors if in_order else columns.vectors[order])
    if not np.array_equal(kinds_from_rows(rows, len(entries)), entries["kinds"]):
        raise InvalidColumnsError("the kinds of the entries are not those of the tags and vectors given")
    return Sorted(entries=entries, tags=tags, rows=rows, vectors=vectors)


def kinds_from_rows(rows: dict[Kind, NDArray[np.uint32]], entry_count: int) -> NDArray[np.uint8]:
    """The `kinds` byte of every entry, as the rows of tags and vectors give it."""
    kinds = np.zeros(entry_count, dtype=np.uint8)
    for kind, bit in KIND_BITS.items():
        kernels().mark_rows(np.ascontiguousarray(rows[kind]), np.uint8(bit), kinds)
    return kinds


def _check_entries(header: SnapshotHeader, entries: NDArray[Any]) -> None:
    if entries.dtype != ENTRY_DTYPE or entries.ndim != 1:
        raise InvalidColumnsError(f"entries come as (n,) of ENTRY_DTYPE, not {entries.shape} {entries.dtype}")
    ids = entries["entry_id"]
    if np.any(ids[1:] <= ids[:-1]):
        raise InvalidColumnsError("entry ids do not ascend")
    codes = [label.code for label in header.suppliers]
    if len(set(codes)) != len(codes):
        raise InvalidColumnsError("two suppliers have the same code")
    for name, known in (("supplier", codes), ("category", list(CATEGORY_CODES.values())), ("standing", list(Standing))):
        unknown = np.setdiff1d(np.unique(entries[name]), np.array(known, dtype=entries[name].dtype))
        if unknown.size:
            raise InvalidColumnsError(f"{name} code {unknown[0]} is unknown")


def _check_rows(
    kind: Kind, values: NDArray[np.uint8], rows: NDArray[np.uint32], *, width: int, entry_count: int
) -> None:
    if values.dtype != np.uint8 or values.shape != (len(rows), width) or rows.dtype != np.uint32:
        raise InvalidColumnsError(f"{kind} comes as ({len(rows)}, {width}) uint8 with uint32 rows, not {values.shape}")
    if rows.size and int(rows.max()) >= entry_count:
        raise InvalidColumnsError(f"a {kind} digest is of row {int(rows.max())}, and there are {entry_count} entries")


def _sorted_tags(
    kind: Kind, tags: NDArray[np.uint8], rows: NDArray[np.uint32], *, entry_count: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Tags in byte order, equal ones by row. Most tags differ in the first eight bytes, so those are sorted first."""
    _check_rows(kind, tags, rows, width=16, entry_count=entry_count)
    halves = np.ascontiguousarray(tags).view(">u8")
    first = halves[:, 0].astype(np.uint64)
    order = np.argsort(first)
    first = first[order]
    same = first[1:] == first[:-1]
    if same.any():
        tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
        places = order[tied]
        order[tied] = places[np.lexsort((rows[places], halves[places, 1], first[tied]))]
    tags, rows = np.ascontiguousarray(tags[order]), rows[order]
    twice = np.all(tags[1:] == tags[:-1], axis=1) & (rows[1:] == rows[:-1])
    if twice.any():
        raise InvalidColumnsError(f"row {int(rows[int(np.argmax(twice))])} has the same {kind} digest twice")
    return tags, rows
