"""The list as a file and in memory: digests and vectors in, the rows of entries out.

Importing this does not load the compiler; `warm` does, or the first index that is opened.
"""

from schoon.index._compiled import Warmed, warm
from schoon.index._files import HEAD_NAME, write_delta, write_head, write_snapshot
from schoon.index._holder import Held, IndexHolder
from schoon.index._index import MAX_DISTANCE, Index, open_index
from schoon.index._keys import derive_keys, tags_of
from schoon.index._many_hashes import keyed_hashes, tree_root, woven
from schoon.index._read import read_head
from schoon.index.errors import (
    CorruptIndexError,
    DeltaOrderError,
    FutureHeadError,
    InvalidColumnsError,
    InvalidListKeyError,
    InvalidQueryError,
    RollbackError,
    UnreadableIndexError,
    UntrustedIndexError,
    WrongListError,
    WrongListKeyError,
)
from schoon.index.types import (
    ENTRY_DTYPE,
    Columns,
    DeltaContents,
    Head,
    ListKeys,
)

__all__ = [
    "ENTRY_DTYPE",
    "HEAD_NAME",
    "MAX_DISTANCE",
    "Columns",
    "CorruptIndexError",
    "DeltaContents",
    "DeltaOrderError",
    "FutureHeadError",
    "Head",
    "Held",
    "Index",
    "IndexHolder",
    "InvalidColumnsError",
    "InvalidListKeyError",
    "InvalidQueryError",
    "ListKeys",
    "RollbackError",
    "UnreadableIndexError",
    "UntrustedIndexError",
    "Warmed",
    "WrongListError",
    "WrongListKeyError",
    "derive_keys",
    "keyed_hashes",
    "open_index",
    "read_head",
    "tags_of",
    "tree_root",
    "warm",
    "woven",
    "write_delta",
    "write_head",
    "write_snapshot",
]
