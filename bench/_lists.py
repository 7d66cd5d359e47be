"""Lists of generated digests, for figures that need no peer."""

import numpy as np
from numpy.typing import NDArray

from schoon.index import ENTRY_DTYPE, Columns, ListKeys, tags_of
from schoon.kinds import KIND_BITS, Kind, Standing
from tests.index_lists import KEYS


def columns_of(listed: NDArray[np.uint8], *, keys: ListKeys = KEYS) -> Columns:
    """Entries numbered from 1 that have nothing but these digests."""
    entries = np.zeros(len(listed), dtype=ENTRY_DTYPE)
    entries["entry_id"] = np.arange(1, len(listed) + 1)
    entries["supplier"], entries["category"], entries["standing"] = 1, 1, Standing.ACTIVE
    entries["kinds"] = KIND_BITS[Kind.MD5]
    tags = {Kind.MD5: (tags_of(keys, Kind.MD5, listed), np.arange(len(listed), dtype=np.uint32))}
    none = np.empty(0, np.uint32)
    return Columns(entries=entries, exact=tags, vectors=np.empty((0, 32), np.uint8), vector_rows=none)
