"""PDQ of a picture at full size, as two banded matrix products, bit for bit what the field's C++ gives.

Up to the 16x16 coefficients the chain (luma, two box passes per axis, decimate to 64x64, DCT) is linear and
separable, so one small banded operator per axis length does it. The C++ works in float32 with running sums,
whose rounding decides a bit when two coefficients all but coincide (drawings, symmetric pictures). The fast way
knows how far off that rounding can be: where it could matter, `_pdq_exact` repeats the C++ arithmetic itself.

Source: the public description of PDQ (Meta, 2019) and its C++ reference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from schoon.hashing import _pdq_exact
from schoon.hashing.types import PdqHash

MIN_SIDE = 5
"""Pictures with fewer rows or columns have no PDQ."""

MAX_EXACT_PIXELS = 40_000_000
"""Above this the C++ rounding is not repeated (it needs four bytes a pixel); only the bits it would have drawn by
lot can differ."""

GRID = 64
_STRIPED_COLUMNS = 16_384
_STRIPE = 8
_LUMA = np.array([0.299, 0.587, 0.114])
_COEFFICIENT_SLACK = 0.006
"""Two coefficients closer than this may lie the other way round in the C++. The furthest that one was ever found off
is 0.0015, over photos, text, bright, dark and two-tone pictures from 100 x 100 to 40 million pixels and 64 x 20,000;
two that are off towards each other make 0.003. One ordinary photo in sixty is that close, one in eighteen at 0.02."""
_GRADIENT_SLACK = 5e-4
_QUALITY_STEP = 90
_BLOCK_ROWS = 64
_DCT64 = _pdq_exact.DCT.astype(np.float64)

_TRANSFORMS: dict[int, tuple[bool, bool, bool]] = {
    1: (False, False, False),
    2: (False, True, False),
    3: (True, True, False),
    4: (True, False, False),
    5: (False, False, True),
    6: (True, False, True),
    7: (True, True, True),
    8: (False, True, True),
}
"""EXIF orientation: turn the stored rows around, then the columns, then swap rows and columns."""


class Raster(Protocol):
    """Pixels as stored, read in bands of rows so that a large picture never needs a second copy."""

    @property
    def rows(self) -> int:
        """Stored rows."""
        ...

    @property
    def cols(self) -> int:
        """Stored columns."""
        ...

    def block(self, low: int, high: int) -> NDArray[Any]:
        """Rows low to high - 1: (k, cols) luma of any real dtype on the scale 0 to 255, or (k, cols, 3) uint8 RGB."""
        ...


@dataclass(frozen=True, slots=True)
class ArrayRaster:
    """A raster that is already an array: (rows, cols) luma, or (rows, cols, 3) uint8 RGB."""

    pixels: NDArray[Any]

    @property
    def rows(self) -> int:
        """Stored rows."""
        return int(self.pixels.shape[0])

    @property
    def cols(self) -> int:
        """Stored columns."""
        return int(self.pixels.shape[1])

    def block(self, low: int, high: int) -> NDArray[Any]:
        """A view of rows low to high - 1."""
        return self.pixels[low:high]


def pdq_of_image(image: NDArray[np.uint8], *, dihedral: bool = False) -> PdqHash:
    """The PDQ digest of an array, whatever its quality; the caller judges that.

    Args:
        image: (rows, cols) grey or (rows, cols, 3) RGB, uint8, at least five rows and columns.
        dihedral: Give the eight variants too.

    Raises:
        ValueError: Another shape or dtype, or fewer than five rows or columns.
    """
    if image.dtype != np.uint8 or image.ndim not in {2, 3} or (image.ndim == 3 and image.shape[2] != 3):
        raise ValueError(f"a {image.dtype} array of shape {image.shape} is neither grey nor RGB in uint8")
    if min(image.shape[:2]) < MIN_SIDE:
        raise ValueError(f"{image.shape[0]} x {image.shape[1]} pixels are too few for PDQ")
    return pdq_of_raster(ArrayRaster(image), dihedral=dihedral)


def pdq_of_raster(raster: Raster, *, orientation: int = 1, dihedral: bool = False, min_quality: int = 0) -> PdqHash:
    """The PDQ digest of a picture as a viewer would show it.

    Args:
        raster: The stored pixels.
        orientation: EXIF orientation 1 to 8, applied without moving a pixel.
        dihedral: Give the eight variants too.
        min_quality: Below it the caller will drop the digest, so that its bits are not made certain.
    """
    grid = _shrink(raster, orientation)
    coefficients = _DCT64 @ grid @ _DCT64.T
    quality, is_sure = _quality(grid)
    views = _variants(coefficients) if dihedral else [coefficients]
    if is_sure and quality >= min_quality:
        is_sure = all(_is_clear(view) for view in views)
    if not is_sure and raster.rows * raster.cols <= MAX_EXACT_PIXELS:
        exact = _pdq_exact.shrink(_whole_luma(raster, orientation))
        quality, coefficients = _pdq_exact.quality_of(exact), _pdq_exact.coefficients_of(exact).astype(np.float64)
    variants = dihedral_of(coefficients) if dihedral else ()
    return PdqHash(value=bits_of(coefficients), quality=quality, dihedral=variants)


def dihedral_of(coefficients: NDArray[Any]) -> tuple[bytes, ...]:
    """The eight digests of a picture turned and mirrored, from its own 16x16 coefficients.

    Order: original, rot90, rot180, rot270, flipX, flipY, flipPlus1, flipMinus1.
    """
    return tuple(bits_of(view) for view in _variants(coefficients))


def bits_of(coefficients: NDArray[Any]) -> bytes:
    """The 256 bits of (16, 16) coefficients, one where a coefficient lies above the lower median."""
    flat = coefficients.ravel()
    median = np.partition(flat, 127)[127]
    return np.packbits((flat > median)[::-1]).tobytes()


def _variants(b: NDArray[Any]) -> list[NDArray[Any]]:
    odd = np.arange(16) % 2
    rows = np.where(odd, 1.0, -1.0).astype(b.dtype)[:, None]
    cols = rows.T
    checker = -rows * cols
    flip_x, flip_y = b * rows, b * cols
    both = b * -checker
    return [b, flip_y.T, both, flip_x.T, flip_x, flip_y, b.T, both.T]


def _is_clear(view: NDArray[Any]) -> bool:
    """Whether the last coefficient below the line and the first above it lie too far apart for rounding to matter."""
    below, above = np.partition(view, (127, 128), axis=None)[127:129]
    return bool(above - below > _COEFFICIENT_SLACK)


def _quality(grid: NDArray[np.float64]) -> tuple[int, bool]:
    """The quality, and whether rounding cannot change it."""
    scaled = np.empty(2 * GRID * (GRID - 1))
    down, right = scaled[: len(scaled) // 2].reshape(GRID - 1, GRID), scaled[len(scaled) // 2 :].reshape(GRID, GRID - 1)
    np.subtract(grid[1:], grid[:-1], out=down)
    np.subtract(grid[:, 1:], grid[:, :-1], out=right)
    np.abs(scaled, out=scaled)
    scaled *= 100 / 255
    whole = np.floor(scaled)
    total, rest = int(whole.sum()), scaled - whole
    low = total - np.count_nonzero((rest < _GRADIENT_SLACK) & (whole > 0))
    high = total + np.count_nonzero(rest >= 1 - _GRADIENT_SLACK)
    least, most = (min(100, int(sum_of_steps) // _QUALITY_STEP) for sum_of_steps in (low, high))
    return min(100, total // _QUALITY_STEP), least == most


def _shrink(raster: Raster, orientation: int) -> NDArray[np.float64]:
    """The 64x64 picture, as shown: one weighted sum of rows per grid row, then the same along the columns."""
    turn_rows, turn_cols, swap = _TRANSFORMS[orientation]
    bands, columns = _bands(raster.rows, mirrored=turn_rows), raster.cols
    if columns <= _STRIPED_COLUMNS:
        grid = np.empty((GRID, GRID))
        lines = _lines(raster, bands)
        for at, stripe in enumerate(_stripes(columns, mirrored=turn_cols)):
            grid[:, at * _STRIPE : (at + 1) * _STRIPE] = lines[:, stripe.low : stripe.high] @ stripe.weights
    else:
        across = _bands(columns, mirrored=turn_cols)
        grid = np.array([_project(_weighed(raster.block(band.low, band.high), band), across) for band in bands])
    return grid.T if swap else grid


def _lines(raster: Raster, bands: Sequence["_Band"]) -> NDArray[np.float32]:
    """(64, columns): each band's rows, weighted and added. Grey rows become floating point in one room for all."""
    lines = np.empty((GRID, raster.cols), dtype=np.float32)
    room = np.empty((max(len(band.weights) for band in bands), raster.cols), dtype=np.float32)
    for line, band in zip(lines, bands, strict=True):
        pixels = raster.block(band.low, band.high)
        if pixels.ndim == 2:
            rows = room[: len(pixels)]
            np.copyto(rows, pixels, casting="same_kind")
            np.matmul(band.weights, rows, out=line)
        else:
            line[:] = _weighed(pixels, band)
    return lines


def _weighed(pixels: NDArray[Any], band: "_Band") -> NDArray[Any]:
    """One line of luma: rows of grey or RGB, weighted and added."""
    flat = pixels.reshape(len(pixels), -1).astype(np.float32, copy=False)
    line = band.weights @ flat
    return line if pixels.ndim == 2 else line.reshape(-1, 3) @ _LUMA


def _project(line: NDArray[Any], across: Sequence["_Band"]) -> list[float]:
    return [float(line[band.low : band.high] @ band.weights) for band in across]


@dataclass(frozen=True, slots=True)
class _Band:
    """The weights of one output line: they start at input line `low`, and no others count."""

    low: int
    weights: NDArray[np.float32]

    @property
    def high(self) -> int:
        """The last input line + 1."""
        return self.low + len(self.weights)


@lru_cache(maxsize=256)
def _bands(length: int, *, mirrored: bool) -> tuple[_Band, ...]:
    """For each of the 64 output lines of an axis, the box filter applied twice, then decimation."""
    window = _pdq_exact.window_of(length)
    bands = []
    for centre in _pdq_exact.centres_of(length):
        low, high = _pdq_exact.box_of(int(centre), length, window)
        first = _pdq_exact.box_of(low, length, window)[0]
        weights = np.zeros(_pdq_exact.box_of(high - 1, length, window)[1] - first)
        for line in range(low, high):
            start, end = _pdq_exact.box_of(line, length, window)
            weights[start - first : end - first] += 1.0 / ((end - start) * (high - low))
        if mirrored:
            first, weights = length - first - len(weights), weights[::-1]
        bands.append(_Band(first, np.ascontiguousarray(weights, dtype=np.float32)))
    return tuple(bands)


@lru_cache(maxsize=32)
def _stripes(length: int, *, mirrored: bool) -> tuple[_Band, ...]:
    """The same operator as matrices for eight output lines each: an eighth of the zeros that one for all would hold."""
    bands, stripes = _bands(length, mirrored=mirrored), []
    for at in range(0, GRID, _STRIPE):
        together = bands[at : at + _STRIPE]
        low, high = min(band.low for band in together), max(band.high for band in together)
        matrix = np.zeros((high - low, _STRIPE), dtype=np.float32)
        for column, band in enumerate(together):
            matrix[band.low - low : band.high - low, column] = band.weights
        stripes.append(_Band(low, matrix))
    return tuple(stripes)


def _whole_luma(raster: Raster, orientation: int) -> NDArray[np.float32]:
    """All luma as shown, rounded to float32 as the field's implementation rounds it."""
    luma = np.empty((raster.rows, raster.cols), dtype=np.float32)
    for low in range(0, raster.rows, _BLOCK_ROWS):
        high = min(low + _BLOCK_ROWS, raster.rows)
        pixels = raster.block(low, high)
        if pixels.ndim == 3:
            red, green, blue = (pixels[..., channel] * weight for channel, weight in enumerate(_LUMA))
            pixels = red + green + blue
        luma[low:high] = pixels
    turn_rows, turn_cols, swap = _TRANSFORMS[orientation]
    turned = luma[:: -1 if turn_rows else 1, :: -1 if turn_cols else 1]
    return np.ascontiguousarray(turned.T if swap else turned)
