"""Keyed BLAKE2b of many short messages, and the kernel that puts such messages together.

A call of `hashlib` costs more than the hash of so short a message, and holds the GIL. Plain twin: `hashlib`.

Source: RFC 7693, docs/sources.md#hash-functions
"""

import numpy as np
from numba import types

from schoon.index._kernels._compile import I64, U8, U64, Bytes, Counts, Words, filled, given, kernel

BLOCK = 128
"""Bytes that BLAKE2b takes at a time."""
KEY_BYTES = 32

_IV = np.array(
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ],
    dtype=np.uint64,
)  # fmt: skip
_SIGMA = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ],
    dtype=np.int64,
)
_FOUR = types.UniTuple(U64, 4)


@kernel(U64(U64, U64))
def turned(word: np.uint64, bits: np.uint64) -> np.uint64:
    """The word, rotated to the right."""
    return (word >> bits) | (word << (np.uint64(64) - bits))


@kernel(_FOUR(U64, U64, U64, U64, U64, U64))
def mixed(
    a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64, x: np.uint64, y: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """The function G of RFC 7693."""
    a = a + b + x
    d = turned(d ^ a, np.uint64(32))
    c = c + d
    b = turned(b ^ c, np.uint64(24))
    a = a + b + y
    d = turned(d ^ a, np.uint64(16))
    c = c + d
    b = turned(b ^ c, np.uint64(63))
    return a, b, c, d


@kernel(types.void(filled(U64), filled(U64), U64, U64))
def compress(state: Words, block: Words, counted: np.uint64, last: np.uint64) -> None:
    """Take one block of 16 words into the state of 8; `last` has all bits set for the last block of a message."""
    v0, v1, v2, v3 = state[0], state[1], state[2], state[3]
    v4, v5, v6, v7 = state[4], state[5], state[6], state[7]
    v8, v9, v10, v11 = _IV[0], _IV[1], _IV[2], _IV[3]
    v12, v13, v14, v15 = _IV[4] ^ counted, _IV[5], _IV[6] ^ last, _IV[7]
    for r in range(12):
        s = _SIGMA[r]
        v0, v4, v8, v12 = mixed(v0, v4, v8, v12, block[s[0]], block[s[1]])
        v1, v5, v9, v13 = mixed(v1, v5, v9, v13, block[s[2]], block[s[3]])
        v2, v6, v10, v14 = mixed(v2, v6, v10, v14, block[s[4]], block[s[5]])
        v3, v7, v11, v15 = mixed(v3, v7, v11, v15, block[s[6]], block[s[7]])
        v0, v5, v10, v15 = mixed(v0, v5, v10, v15, block[s[8]], block[s[9]])
        v1, v6, v11, v12 = mixed(v1, v6, v11, v12, block[s[10]], block[s[11]])
        v2, v7, v8, v13 = mixed(v2, v7, v8, v13, block[s[12]], block[s[13]])
        v3, v4, v9, v14 = mixed(v3, v4, v9, v14, block[s[14]], block[s[15]])
    state[0] ^= v0 ^ v8
    state[1] ^= v1 ^ v9
    state[2] ^= v2 ^ v10
    state[3] ^= v3 ^ v11
    state[4] ^= v4 ^ v12
    state[5] ^= v5 ^ v13
    state[6] ^= v6 ^ v14
    state[7] ^= v7 ^ v15


@kernel(types.void(given(U8, 1), given(I64, 1), given(U8, 1), types.Array(U64, 2, "C"), filled(U64)))
def keyed_hashes(messages: Bytes, ends: Counts, key: Bytes, hashes: Words, scratch: Words) -> None:
    """BLAKE2b-256 of each message under one key.

    Args:
        messages: All of them, one after the other; none is empty.
        ends: (n,) where each one ends.
        key: 32 bytes.
        hashes: (n, 4) little-endian words, overwritten.
        scratch: (32,), overwritten.
    """
    block, state, keyed = scratch[:16], scratch[16:24], scratch[24:32]
    raw = block.view(np.uint8)
    block[:] = 0
    keyed[:] = _IV
    keyed[0] ^= np.uint64(0x01010000 | (KEY_BYTES << 8) | 32)
    for i in range(KEY_BYTES):
        raw[i] = key[i]
    compress(keyed, block, np.uint64(BLOCK), np.uint64(0))
    begin = np.int64(0)
    for n in range(ends.shape[0]):
        length = ends[n] - begin
        state[:] = keyed
        at = np.int64(0)
        while True:
            take = min(length - at, np.int64(BLOCK))
            for i in range(take):
                raw[i] = messages[begin + at + i]
            for i in range(take, BLOCK):
                raw[i] = 0
            at += take
            compress(state, block, np.uint64(BLOCK + at), ~np.uint64(0) if at == length else np.uint64(0))
            if at == length:
                break
        for w in range(4):
            hashes[n, w] = state[w]
        begin = ends[n]


@kernel(types.void(given(U8, 1), given(I64, 1), given(U8, 1), given(I64, 1), filled(U8)))
def weave(firsts: Bytes, first_ends: Counts, seconds: Bytes, second_ends: Counts, woven: Bytes) -> None:
    """Write each first text and its second behind it, pair after pair.

    Args:
        firsts: Texts, one after the other.
        first_ends: (n,) where each one ends.
        seconds: As many texts.
        second_ends: (n,) where each of those ends.
        woven: As long as both together, overwritten.
    """
    at, a, b = np.int64(0), np.int64(0), np.int64(0)
    for n in range(first_ends.shape[0]):
        while a < first_ends[n]:
            woven[at] = firsts[a]
            at += 1
            a += 1
        while b < second_ends[n]:
            woven[at] = seconds[b]
            at += 1
            b += 1
