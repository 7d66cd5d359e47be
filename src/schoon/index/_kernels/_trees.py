"""The levels of a hash tree (RFC 6962): SHA-256 of many messages of one length, side by side.

Sixteen messages fill a register of AVX-512 (two of AVX2), so that each step is one instruction for all of them. Hashes
are rows of eight big-endian numbers here, as SHA-256 counts. Plain twin: `hashlib`.

Source: FIPS 180-4, RFC 6962 section 2.1, docs/sources.md#rfc-6962
"""

import numpy as np
from numba import types

from schoon.index._kernels._compile import U32, Numbers, given, kernel

LANES = 16
_START = np.array(
    [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19], dtype=np.uint32
)
_ROUNDS = np.array(
    [
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
        0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
        0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
        0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
        0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
        0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    ],
    dtype=np.uint32,
)  # fmt: skip
_BLOCK = types.Array(U32, 2, "C")


@kernel(U32(U32, U32))
def turned(word: np.uint32, bits: np.uint32) -> np.uint32:
    """The word, rotated to the right."""
    return np.uint32((word >> bits) | (word << (np.uint32(32) - bits)))


@kernel(types.void(_BLOCK, _BLOCK, _BLOCK))
def take_block(words: Numbers, state: Numbers, work: Numbers) -> None:
    """Take one block per lane into the states.

    Args:
        words: (64, LANES), of which the first 16 rows are the block; the rest is overwritten.
        state: (8, LANES).
        work: (8, LANES), overwritten.
    """
    for t in range(16, 64):
        for lane in range(LANES):
            old, new = words[t - 15, lane], words[t - 2, lane]
            low = turned(old, np.uint32(7)) ^ turned(old, np.uint32(18)) ^ (old >> np.uint32(3))
            high = turned(new, np.uint32(17)) ^ turned(new, np.uint32(19)) ^ (new >> np.uint32(10))
            words[t, lane] = words[t - 16, lane] + low + words[t - 7, lane] + high
    for row in range(8):
        for lane in range(LANES):
            work[row, lane] = state[row, lane]
    for t in range(64):
        shift = 64 - t
        a, b, c, d = shift & 7, (shift + 1) & 7, (shift + 2) & 7, (shift + 3) & 7
        e, f, g, h = (shift + 4) & 7, (shift + 5) & 7, (shift + 6) & 7, (shift + 7) & 7
        constant = _ROUNDS[t]
        for lane in range(LANES):
            x, y = work[e, lane], work[a, lane]
            first = work[h, lane] + constant + words[t, lane]
            first += turned(x, np.uint32(6)) ^ turned(x, np.uint32(11)) ^ turned(x, np.uint32(25))
            first += (x & work[f, lane]) ^ (~x & work[g, lane])
            second = turned(y, np.uint32(2)) ^ turned(y, np.uint32(13)) ^ turned(y, np.uint32(22))
            second += (y & work[b, lane]) ^ (y & work[c, lane]) ^ (work[b, lane] & work[c, lane])
            work[d, lane] += first
            work[h, lane] = first + second
    for row in range(8):
        for lane in range(LANES):
            state[row, lane] += work[row, lane]


@kernel(types.void(given(U32, 2), _BLOCK, _BLOCK))
def leaf_hashes(contents: Numbers, hashes: Numbers, scratch: Numbers) -> None:
    """SHA-256(0x00 ‖ content) of each content of 32 bytes.

    Args:
        contents: (n, 8) big-endian numbers.
        hashes: (n, 8), overwritten.
        scratch: (80, LANES), overwritten.
    """
    words, state, work = scratch[:64], scratch[64:72], scratch[72:80]
    count = contents.shape[0]
    for base in range(0, count, LANES):
        lanes = min(LANES, count - base)
        words[:16] = 0
        words[15] = 33 * 8
        for lane in range(lanes):
            words[0, lane] = contents[base + lane, 0] >> np.uint32(8)
            for w in range(1, 8):
                words[w, lane] = (contents[base + lane, w - 1] << np.uint32(24)) | (
                    contents[base + lane, w] >> np.uint32(8)
                )
            words[8, lane] = (contents[base + lane, 7] << np.uint32(24)) | np.uint32(0x800000)
        for row in range(8):
            state[row] = _START[row]
        take_block(words, state, work)
        for lane in range(lanes):
            for row in range(8):
                hashes[base + lane, row] = state[row, lane]


@kernel(types.void(given(U32, 2), _BLOCK, _BLOCK))
def parent_hashes(level: Numbers, hashes: Numbers, scratch: Numbers) -> None:
    """SHA-256(0x01 ‖ left ‖ right) of each two rows that follow on each other.

    Args:
        level: (2n, 8) big-endian numbers.
        hashes: (n, 8), overwritten.
        scratch: (80, LANES), overwritten.
    """
    words, state, work = scratch[:64], scratch[64:72], scratch[72:80]
    count = level.shape[0] // 2
    for base in range(0, count, LANES):
        lanes = min(LANES, count - base)
        for row in range(8):
            state[row] = _START[row]
        for lane in range(lanes):
            at = 2 * (base + lane)
            words[0, lane] = (level[at, 0] >> np.uint32(8)) | np.uint32(0x1000000)
            for w in range(1, 16):
                words[w, lane] = (level[at + (w - 1) // 8, (w - 1) % 8] << np.uint32(24)) | (
                    level[at + w // 8, w % 8] >> np.uint32(8)
                )
        take_block(words, state, work)
        words[:16] = 0
        words[15] = 65 * 8
        for lane in range(lanes):
            words[0, lane] = (level[2 * (base + lane) + 1, 7] << np.uint32(24)) | np.uint32(0x800000)
        take_block(words, state, work)
        for lane in range(lanes):
            for row in range(8):
                hashes[base + lane, row] = state[row, lane]
