"""The arithmetic of the field's PDQ step by step in float32, for pictures where its rounding decides a bit.

About hundred times slower than `_pdq`, which calls it only then. Running sums become cumulative sums over an array
that holds each addition and subtraction in its turn: NumPy adds those up one after the other, as the C++ does.
"""

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.float32]

_PASSES = 2
_CHUNK = 32
_INDEX = np.arange(64)
DCT: Luma = (
    np.float32(np.sqrt(2 / 64)) * np.cos((np.pi / 2 / 64) * np.outer(np.arange(1, 17), 2 * _INDEX + 1))
).astype(np.float32)
"""(16, 64): rows 1 to 16 of the cosine transform; row 0 is left out."""


def window_of(length: int) -> int:
    """The width of the box filter along an axis of that many pixels."""
    return (length + 127) // 128


def centres_of(length: int) -> NDArray[np.int64]:
    """The 64 pixels of an axis that decimation keeps."""
    return ((_INDEX + 0.5) * length / 64).astype(np.int64)


def box_of(at: int, length: int, window: int) -> tuple[int, int]:
    """The pixels (first, last + 1) that one box of the filter averages; fewer at the edges."""
    half = (window + 2) // 2
    return max(0, at - (window - half)), min(length, at + half)


def shrink(luma: Luma) -> Luma:
    """The 64x64 picture PDQ is made of.

    Args:
        luma: (rows, cols) float32, contiguous; overwritten.
    """
    rows, cols = luma.shape
    if (rows, cols) == (64, 64):
        return luma
    for _ in range(_PASSES):
        for low in range(0, rows, _CHUNK):
            strip = luma[low : low + _CHUNK]
            strip[:] = _box(np.ascontiguousarray(strip.T), window_of(cols)).T
        for low in range(0, cols, _CHUNK):
            strip = luma[:, low : low + _CHUNK]
            strip[:] = _box(strip, window_of(rows))
    return luma[centres_of(rows)][:, centres_of(cols)]


def quality_of(grid: Luma) -> int:
    """0 to 100: how much the 64x64 picture changes from pixel to pixel, in whole percents."""
    total = 0
    for steps in (grid[:-1] - grid[1:], grid[:, :-1] - grid[:, 1:]):
        total += int(np.abs(np.trunc(steps * np.float32(100) / np.float32(255))).sum())
    return min(100, total // 90)


def coefficients_of(grid: Luma) -> Luma:
    """The (16, 16) cosine coefficients of the 64x64 picture, summed in the order of the C++."""
    half = np.zeros((16, 64), dtype=np.float32)
    for k in range(64):
        half += DCT[:, k, None] * grid[k]
    coefficients = np.zeros((16, 16), dtype=np.float32)
    for k in range(64):
        coefficients += half[:, k, None] * DCT[:, k]
    return coefficients


def _box(lines: Luma, window: int) -> Luma:
    """Each column of `lines` averaged over a sliding window, by one running sum from top to bottom."""
    length, half = len(lines), (window + 2) // 2
    middle, end = length - window, window + 2 * (length - window)
    changes = np.empty((end + half - 1, lines.shape[1]), dtype=np.float32)
    changes[:window] = lines[:window]
    changes[window:end:2] = lines[window:]
    np.negative(lines[:middle], out=changes[window + 1 : end : 2])
    np.negative(lines[middle : middle + half - 1], out=changes[end:])
    sums = np.add.accumulate(changes, axis=0, out=changes)
    averages = np.empty_like(lines)
    sizes = np.arange(half, window + 1, dtype=np.float32)[:, None]
    averages[: len(sizes)] = sums[half - 1 : window] / sizes
    averages[len(sizes) : len(sizes) + middle] = sums[window + 1 : end : 2] / np.float32(window)
    sizes = np.arange(window - 1, window - half, -1, dtype=np.float32)[:, None]
    averages[length - len(sizes) :] = sums[end:] / sizes
    return averages
