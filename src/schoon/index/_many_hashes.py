"""Hashes of thousands of short messages in one call, the GIL released; `hashlib` gives the same, one by one."""

import hashlib
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from schoon.index._compiled import kernels
from schoon.kinds.merkle import EMPTY_ROOT, leaf_hash, root_of

HASH_BYTES = 32
FEW = 200
"""Below, `hashlib` is as quick as a call of a kernel with what it needs around it."""
PAYS = 1_000_000
"""A process that has not loaded the kernels takes `hashlib` for so many texts first.

That takes about as long as loading them; so a delta of ten thousand entries is out before they would be there.
"""


class _Loading:
    """Whether to use the kernels, or `hashlib` as long as they are not worth loading."""

    def __init__(self) -> None:
        self._without = 0

    def use_kernels(self, count: int) -> bool:
        if kernels.cache_info().currsize:
            return count >= FEW
        self._without += count
        return self._without > PAYS


_loading = _Loading()


def woven(
    firsts: NDArray[np.uint8], first_ends: NDArray[np.int64], seconds: NDArray[np.uint8], second_ends: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Texts out of two parts each, and where each ends.

    Args:
        firsts: The first parts, one after the other.
        first_ends: (n,) where each of them ends; ascending, the last is the length of `firsts`.
        seconds: The second parts.
        second_ends: (n,) where each of those ends.
    """
    _check_ends(firsts, first_ends)
    _check_ends(seconds, second_ends)
    if len(first_ends) != len(second_ends):
        raise ValueError(f"{len(first_ends)} first parts and {len(second_ends)} second ones")
    if not _loading.use_kernels(len(first_ends)):
        pairs = zip(_texts(firsts, first_ends), _texts(seconds, second_ends), strict=True)
        whole = b"".join(first + second for first, second in pairs)
        return np.frombuffer(whole, dtype=np.uint8), first_ends + second_ends
    joined = np.empty(firsts.size + seconds.size, dtype=np.uint8)
    kernels().weave(firsts, first_ends, seconds, second_ends, joined)
    return joined, first_ends + second_ends


def keyed_hashes(key: bytes, messages: NDArray[np.uint8], ends: NDArray[np.int64]) -> NDArray[np.uint8]:
    """(n, 32) BLAKE2b-256 of each message under one key of 32 bytes.

    Args:
        key: 32 bytes.
        messages: One after the other; none is empty.
        ends: (n,) where each one ends; ascending, the last is the length of `messages`.
    """
    _check_ends(messages, ends)
    if len(key) != HASH_BYTES or np.any(np.diff(ends, prepend=0) < 1):
        raise ValueError("the key has 32 bytes, and no message is empty")
    if not _loading.use_kernels(len(ends)):
        made = [hashlib.blake2b(m, key=key, digest_size=HASH_BYTES).digest() for m in _texts(messages, ends)]
        return np.frombuffer(b"".join(made), dtype=np.uint8).reshape(-1, HASH_BYTES)
    hashes = np.empty((len(ends), HASH_BYTES // 8), dtype=np.uint64)
    kernels().keyed_hashes(messages, ends, np.frombuffer(key, dtype=np.uint8), hashes, np.empty(32, np.uint64))
    return hashes.view(np.uint8)


def tree_root(contents: NDArray[np.uint8]) -> bytes:
    """The root of the hash tree (RFC 6962) whose leaves are (n, 32) contents."""
    if not len(contents):
        return EMPTY_ROOT
    if not _loading.use_kernels(len(contents)):
        return root_of([leaf_hash(content.tobytes()) for content in contents])
    level = np.empty((len(contents), HASH_BYTES // 4), dtype=np.uint32)
    scratch = np.empty((80, kernels().LANES), dtype=np.uint32)
    kernels().leaf_hashes(np.ascontiguousarray(contents).view(">u4").astype(np.uint32), level, scratch)
    while len(level) > 1:
        pairs = len(level) // 2
        above = np.empty((pairs + len(level) % 2, level.shape[1]), dtype=np.uint32)
        kernels().parent_hashes(level[: 2 * pairs], above[:pairs], scratch)
        above[pairs:] = level[2 * pairs :]  # one without a partner moves up as it is
        level = above
    return level.astype(">u4").tobytes()


def _texts(joined: NDArray[np.uint8], ends: NDArray[np.int64]) -> list[bytes]:
    raw = joined.tobytes()
    return [raw[begin:end] for begin, end in pairwise([0, *ends.tolist()])]


def _check_ends(texts: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
    """Kernels do not look at bounds. Each end is compared by itself too: a difference of two may wrap around."""
    last = int(ends[-1]) if len(ends) else 0
    outside = len(ends) > 0 and (int(ends.min()) < 0 or int(ends.max()) > texts.size)
    if last != texts.size or outside or np.any(np.diff(ends, prepend=0) < 0):
        raise ValueError(f"the ends are not those of {texts.size} bytes")
