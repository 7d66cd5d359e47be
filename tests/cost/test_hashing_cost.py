"""What hashing a picture costs, in things that do not depend on the machine. The bounds lie close above today's."""

import io
import os
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import BuiltinFunctionType, FrameType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from schoon.hashing import Hasher
from schoon.hashing._decode import pictures_of
from schoon.hashing._digests import BLOCK_BYTES
from schoon.hashing._pdq import ArrayRaster, pdq_of_raster

MEGAPIXELS = {1: (880, 1200), 3: (1536, 2048), 12: (3000, 4000)}
SYSTEM_CALLS = {"open", "close", "dup", "fstat", "fcntl", "pread", "preadv", "read", "sendmsg", "recv", "poll"}


@dataclass
class CountingRaster:
    """A raster that keeps how often it was read, and how many rows in all."""

    pixels: NDArray[Any]
    reads: list[int] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def cols(self) -> int:
        return int(self.pixels.shape[1])

    def block(self, low: int, high: int) -> NDArray[Any]:
        self.reads.append(high - low)
        return self.pixels[low:high]


def a_photo(rows: int, cols: int, seed: int = 5) -> NDArray[np.uint8]:
    """Luma with structure at every scale and some grain, as a photo has."""
    random, total, size = np.random.default_rng(seed), np.zeros((rows, cols), np.float32), 4
    while size < max(rows, cols):
        noise = Image.fromarray(random.integers(0, 256, (size, size), dtype=np.uint8))
        total += np.asarray(noise.resize((cols, rows), Image.Resampling.BICUBIC), np.float32) / size**0.5
        size *= 2
    total = (total - total.min()) * (255 / (total.max() - total.min())) + random.normal(0, 6, (rows, cols))
    return np.asarray(total.clip(0, 255), np.uint8)


def calls_of(work: Callable[[], object]) -> Counter[str]:
    """How often `work` asked the system for something, by name."""
    counts: Counter[str] = Counter()

    def look(_frame: FrameType, event: str, argument: object) -> None:
        if event == "c_call" and isinstance(argument, BuiltinFunctionType) and argument.__name__ in SYSTEM_CALLS:
            counts[argument.__name__] += 1

    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counts


def peak_bytes(work: Callable[[], object]) -> int:
    work()  # tables that are made once are not this picture's
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("megapixels", MEGAPIXELS)
@pytest.mark.parametrize("orientation", [1, 6])
def test_the_pixels_of_a_photo_are_passed_over_once(megapixels: int, orientation: int) -> None:
    """PDQ lives on memory bandwidth: each row is turned into floating point once, in 64 products, and never again."""
    raster = CountingRaster(a_photo(*MEGAPIXELS[megapixels]))
    assert pdq_of_raster(raster, orientation=orientation, min_quality=50).quality >= 50
    assert len(raster.reads) == 64
    assert sum(raster.reads) <= 1.01 * raster.rows


def test_the_exact_arithmetic_is_needed_for_few_ordinary_photos() -> None:
    """It takes fifty nanoseconds a pixel, ten times as long as decoding: one photo in ten would double the whole."""
    rasters = [CountingRaster(a_photo(120, 160, seed)) for seed in range(200)]
    for raster in rasters:
        pdq_of_raster(raster, min_quality=50)
    assert sum(len(raster.reads) > 64 for raster in rasters) <= 5


def test_pdq_holds_no_second_copy_of_a_large_picture() -> None:
    """64 lines and the widest band as floating point: 2.6 MB beside 12 MB of luma, and nothing for every pixel."""
    raster = ArrayRaster(a_photo(*MEGAPIXELS[12]))
    assert peak_bytes(lambda: pdq_of_raster(raster, min_quality=50)) <= 2_700_000


def test_a_jpeg_is_held_once_as_a_file_and_once_as_luma() -> None:
    """A decoder may have so much memory and no more; what it does not need is another picture at the same time."""
    rows, cols = MEGAPIXELS[3]
    stream = io.BytesIO()
    Image.fromarray(a_photo(rows, cols)).save(stream, "JPEG", quality=85)
    content = stream.getvalue()

    def decode() -> None:
        for raster, _ in pictures_of(io.BytesIO(content), "jpeg", frames=1, max_pixels=10**8):
            assert (raster.rows, raster.cols) == (rows, cols)

    assert peak_bytes(decode) <= 1.01 * (rows * cols + 2 * len(content))


@pytest.mark.parametrize(("size", "reads"), [(0, 1), (5_000, 1), (BLOCK_BYTES - 1, 1), (3 * BLOCK_BYTES, 4)])
def test_a_file_that_is_no_picture_costs_its_reads_and_one_look(tmp_path: Path, size: int, reads: int) -> None:
    """Most files of a disk are small: opened, looked at, read once, closed. No process is asked."""
    path = tmp_path / "file"
    path.write_bytes(b"x" * size)
    with Hasher(1) as hasher:
        hasher.hash_path(path)
        assert calls_of(lambda: hasher.hash_path(path)) == {"open": 1, "fstat": 1, "preadv": reads, "close": 1}


def test_a_picture_costs_one_message_each_way(tmp_path: Path) -> None:
    """Each message wakes a process, which takes some ten microseconds; the file itself never goes through it."""
    path = tmp_path / "picture.png"
    Image.fromarray(a_photo(120, 160)).save(path)
    with Hasher(1) as hasher:
        assert hasher.hash_path(path).pdq
        counts = calls_of(lambda: hasher.hash_path(path))
    assert (counts["sendmsg"], counts["recv"]) == (1, 1)
    assert counts.total() <= 12


def test_no_block_is_made_for_each_file(tmp_path: Path) -> None:
    """Making and clearing 256 KB takes longer than hashing a small file."""
    path = tmp_path / "file"
    path.write_bytes(os.urandom(3_000))
    with Hasher(1) as hasher:
        assert peak_bytes(lambda: hasher.hash_path(path)) <= 4_000
