"""MD5, SHA-1, SHA-256 and PDQ of one JPEG after another, beside the field's common way and beside pdqhash.

The peers hash the same files in one process: `threatexchange` (its PDQ hasher) and `pdqhash` alone after Pillow, both
with hashlib's three digests. The floor is decoding to luma and the three digests alone, one after the other.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pdqhash
import simplejpeg
from PIL import Image

from schoon.hashing import Hasher

SIZES = {1: (1200, 880), 3: (2048, 1536), 12: (4000, 3000)}
SECONDS = 4.0
SEED = 2026
GRAIN = 9


def measure(*, sizes: Iterable[int] = (1, 3, 12), seconds: float = SECONDS) -> list[dict[str, Any]]:
    """Milliseconds a file for each size in megapixels, and files a second over two decoders."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        for megapixels in sizes:
            path = Path(folder) / f"{megapixels}.jpg"
            path.write_bytes(a_photo(*SIZES[megapixels]))
            figures.extend(_one_size(path, megapixels, seconds))
    return figures


def a_photo(cols: int, rows: int) -> bytes:
    """A JPEG with a photo's spectrum, about three bits a pixel as phones make them."""
    rng = np.random.default_rng(SEED)
    total = np.zeros((rows, cols, 3), dtype=np.float32)
    size = 4
    while size < max(rows, cols):
        noise = Image.fromarray(rng.integers(0, 256, (size, size, 3), dtype=np.uint8))
        total += np.asarray(noise.resize((cols, rows), Image.Resampling.BICUBIC), dtype=np.float32) / size**0.5
        size *= 2
    total = (total - total.min()) * (255 / (total.max() - total.min()))
    total = (total + rng.normal(0, GRAIN, (rows, cols, 1))).clip(0, 255)
    return bytes(simplejpeg.encode_jpeg(total.astype(np.uint8), quality=85, colorsubsampling="420"))


def _one_size(path: Path, megapixels: int, seconds: float) -> list[dict[str, Any]]:
    with Hasher(1, timeout_seconds=60) as hasher:
        ways: dict[str, Callable[[], object]] = {
            "schoon": lambda: hasher.hash_path(path),
            "threatexchange": lambda: _threatexchange(path),
            "pdqhash": lambda: _pdqhash(path),
            "floor: luma and digests": lambda: _floor(path),
        }
        spent = _interleaved(ways, seconds)
    peers = {name: value for name, value in spent.items() if name != "schoon"}
    size = f"{megapixels} MP, {path.stat().st_size / 1e6:.1f} MB"
    ratio = spent["threatexchange"] / spent["schoon"]
    over = spent["schoon"] / spent["floor: luma and digests"]
    limit = f"8 x threatexchange at 12 MP (here {ratio:.1f} x); 1.25 of the floor (here {over:.2f})"
    one = {"figure": "hashing a JPEG", "size": size, "value": spent["schoon"], "unit": "ms", "peers": peers}
    rate = {"figure": "hashing JPEGs, two decoders", "size": size, "value": _rate(path, seconds), "unit": "files/s"}
    return [one | {"limit": limit}, rate | {"peers": {"threatexchange": 1000 / spent["threatexchange"]}, "limit": None}]


def _interleaved(ways: dict[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """The median milliseconds of each way, taken in turns so that a noisy moment falls on all of them."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for run in ways.values():
        run()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(spent["schoon"]) < 3:
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            spent[name].append((time.perf_counter() - start) * 1000)
    return {name: float(np.median(values)) for name, values in spent.items()}


def _rate(path: Path, seconds: float) -> float:
    from concurrent.futures import ThreadPoolExecutor

    with Hasher(2, timeout_seconds=60) as hasher, ThreadPoolExecutor(3) as threads:
        list(threads.map(hasher.hash_path, [path] * 6))
        start, done = time.perf_counter(), 0
        while time.perf_counter() - start < seconds / 2:
            done += len(list(threads.map(hasher.hash_path, [path] * 12)))
        return done / (time.perf_counter() - start)


def _digests(content: bytes) -> tuple[bytes, bytes, bytes]:
    return hashlib.md5(content).digest(), hashlib.sha1(content).digest(), hashlib.sha256(content).digest()


def _threatexchange(path: Path) -> object:
    from threatexchange.signal_type.pdq.signal import PdqSignal

    return PdqSignal.hash_from_file(path), _digests(path.read_bytes())


def _pdqhash(path: Path) -> object:
    with Image.open(path) as image:
        return pdqhash.compute(np.asarray(image.convert("RGB"))), _digests(path.read_bytes())


def _floor(path: Path) -> object:
    content = path.read_bytes()
    return simplejpeg.decode_jpeg(content, "GRAY"), _digests(content)


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for figure in measure():
        print(figure)
