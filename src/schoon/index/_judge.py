"""Judges what the sections of a verified file say: a right signature does not make a row exist."""

import numpy as np
from numpy.typing import NDArray

from schoon.index._columns import kinds_from_rows
from schoon.index._compiled import kernels
from schoon.index._read import Contents
from schoon.index.errors import CorruptIndexError
from schoon.kinds import CATEGORY_CODES, EXACT_KINDS, Kind, Standing


def judge(contents: Contents) -> None:
    """Nothing, when every code is known, every order kept and every row there.

    Raises:
        CorruptIndexError: Something is not; the message names it.
    """
    name = contents.record.name
    codes = [label.code for label in contents.header.suppliers]
    if codes != sorted(set(codes)):
        raise CorruptIndexError(f"{name}: the supplier codes of the header do not ascend")
    _demand(_ascends(contents.ids), name, "the entry ids do not ascend")
    _demand(_all_in(contents.suppliers, codes), name, "an entry has a supplier that the header does not name")
    _demand(_all_in(contents.categories, list(CATEGORY_CODES.values())), name, "an entry has an unknown category")
    _demand(_all_in(contents.standings, list(Standing)), name, "an entry has an unknown standing")
    for kind, rows in contents.rows.items():
        _demand(not rows.size or int(rows.max()) < len(contents.ids), name, f"a {kind} digest is of no entry")
    for kind in EXACT_KINDS:
        words = contents.tags[kind].reshape(-1, 16).view(np.uint64)
        place = kernels().first_disorder(words, contents.rows[kind])
        _demand(place < 0, name, f"the {kind} tags are not in order at {place}")
    rows = contents.rows[Kind.PDQ]
    _demand(bool(np.all(rows[1:] >= rows[:-1])), name, "the vectors are not in the order of their entries")
    kinds = kinds_from_rows(contents.rows, len(contents.ids))
    _demand(np.array_equal(kinds, contents.kinds), name, "the kinds of the entries are not those of their digests")
    if contents.header.previous is None:
        order = np.sort(contents.bit_order)
        _demand(np.array_equal(order, np.arange(256)), name, "the bit order is not a permutation")
    _demand(_ascends(contents.changed_ids), name, "the changed ids do not ascend")
    _demand(_all_in(contents.changed_standings, list(Standing)), name, "a change has an unknown standing")


def _demand(holds: bool, name: str, fault: str) -> None:  # noqa: FBT001 the condition is the point of the call
    if not holds:
        raise CorruptIndexError(f"{name}: {fault}")


def _ascends(ids: NDArray[np.uint32]) -> bool:
    return bool(np.all(ids[1:] > ids[:-1]))


def _all_in(column: NDArray[np.uint8] | NDArray[np.uint16], known: list[int]) -> bool:
    lookup = np.zeros(1 << (8 * column.dtype.itemsize), dtype=np.bool_)
    lookup[known] = True
    return bool(lookup[column].all())
