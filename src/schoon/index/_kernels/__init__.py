"""The compiled loops of the index: arrays in, arrays out, no allocation, no exceptions, the GIL released.

Every signature is explicit, so that all compile when this package is imported (and come from numba's cache the next
time), never inside a request. Their plain twins are in tests/naive_index.py.
"""

from schoon.index._kernels._columns import mark_rows
from schoon.index._kernels._hashes import keyed_hashes, weave
from schoon.index._kernels._search import search_bands
from schoon.index._kernels._tags import build_exact, find_tags, first_disorder, merge_tags, pass_filter
from schoon.index._kernels._together import search_together
from schoon.index._kernels._trees import LANES, leaf_hashes, parent_hashes
from schoon.index._kernels._vectors import build_band, reorder_bits, scan_vectors

__all__ = [
    "LANES",
    "build_band",
    "build_exact",
    "find_tags",
    "first_disorder",
    "keyed_hashes",
    "leaf_hashes",
    "mark_rows",
    "merge_tags",
    "parent_hashes",
    "pass_filter",
    "reorder_bits",
    "scan_vectors",
    "search_bands",
    "search_together",
    "weave",
]
