"""MD5, SHA-1, SHA-256 and PDQ of one JPEG after another, beside the field's common ways and the physical limit.

The peers hash the same files one at a time: `threatexchange` (its PDQ hasher), `pdqhash` after Pillow, Thorn's
`perception`, each with hashlib's three digests. The limit is the floor: decoding to luma and the three digests alone,
one after the other. All are taken in turns, so that a noisy moment falls on each of them.

The picture is made here, with a photo's spectrum and grain. Twelve ordinary photos (scikit-image's, PDQ's samples) take
0.6 to 2.2 bits a pixel at quality 85, in the middle 1.8; this one takes 1.9 at one megapixel. A grainier one of 2.4,
which takes longer to decode and so hides more of the cost of PDQ, is measured as a figure of its own. Each size says
its bits a pixel.

perception wants rich below 14 and Schoon 15, so that it needs an environment of its own:
`python3 -m venv X && X/bin/pip install perception pdqhash`, then SCHOON_BENCH_PERCEPTION=X/bin/python.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pdqhash
import simplejpeg
from PIL import Image

from schoon.hashing import Hasher

SIZES = {0.25: (600, 440), 1: (1200, 880), 3: (2048, 1536), 6: (3000, 2000), 12: (4000, 3000), 24: (6000, 4000)}
SECONDS = 5.0
ROUNDS = 3
SEED = 2026
GRAIN, HEAVY_GRAIN = 6, 9
CORES = 2

Way = Callable[[], object]
Figure = dict[str, Any]

_PERCEPTION = """
import hashlib, sys
from perception.hashers.image.pdq import PDQHash
hasher = PDQHash()
for line in sys.stdin:
    hasher.compute(line[:-1])
    content = open(line[:-1], "rb").read()
    for make in (hashlib.md5, hashlib.sha1, hashlib.sha256):
        make(content).digest()
    print(flush=True)
"""


def measure(*, sizes: Iterable[float] = (1, 3, 12), seconds: float = SECONDS) -> Iterator[Figure]:
    """Milliseconds a file for each size in megapixels, the ratio to the common way, files a second on two cores."""
    with tempfile.TemporaryDirectory() as folder, peers() as others:
        for megapixels in sizes:
            path = Path(folder) / f"{megapixels}.jpg"
            path.write_bytes(a_photo(*SIZES[megapixels]))
            yield from _one_size(path, megapixels, "hashing a JPEG", others, seconds)
        heavy = Path(folder) / "heavy.jpg"
        heavy.write_bytes(a_photo(*SIZES[1], grain=HEAVY_GRAIN))
        yield from _one_size(heavy, 1, "hashing a grainy JPEG", others, seconds)


def points(sizes: Iterable[float] = tuple(SIZES), seconds: float = 1.0) -> Iterator[tuple[float, float]]:
    """Megapixels and milliseconds a file."""
    return ((x, y) for series, x, y in points_beside(sizes, seconds, with_peers=False) if series == "Schoon")


def points_beside(
    sizes: Iterable[float] = tuple(SIZES), seconds: float = 1.0, *, with_peers: bool = True
) -> Iterator[tuple[str, float, float]]:
    """The same with the name of the series: Schoon, decode and digests alone, and the peers."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        others = stack.enter_context(peers()) if with_peers else {}
        hasher = stack.enter_context(Hasher(1, timeout_seconds=60))
        for megapixels in sizes:
            path = Path(folder) / f"{megapixels}.jpg"
            path.write_bytes(a_photo(*SIZES[megapixels]))
            for name, spent in _interleaved(_ways(hasher, path, others), seconds).items():
                yield {"schoon": "Schoon", "floor": "decode and digests alone"}.get(name, name), megapixels, spent


def a_photo(cols: int, rows: int, *, grain: float = GRAIN) -> bytes:
    """A JPEG of quality 85 with a photo's spectrum and grain: 1.9 bits a pixel at one megapixel."""
    rng = np.random.default_rng(SEED)
    total = np.zeros((rows, cols, 3), dtype=np.float32)
    size = 4
    while size < max(rows, cols):
        noise = Image.fromarray(rng.integers(0, 256, (size, size, 3), dtype=np.uint8))
        total += np.asarray(noise.resize((cols, rows), Image.Resampling.BICUBIC), dtype=np.float32) / size**0.5
        size *= 2
    total = (total - total.min()) * (255 / (total.max() - total.min()))
    total = (total + rng.normal(0, grain, (rows, cols, 1))).clip(0, 255)
    return bytes(simplejpeg.encode_jpeg(total.astype(np.uint8), quality=85, colorsubsampling="420"))


@contextmanager
def peers() -> Iterator[dict[str, Callable[[Path], object]]]:
    """What others do with one file, by their names; what is not there is named."""
    found: dict[str, Callable[[Path], object]] = {"threatexchange": by_threatexchange, "pdqhash": _by_pdqhash}
    python = os.environ.get("SCHOON_BENCH_PERCEPTION")
    if not python:
        print(
            "NOT MEASURED: Thorn perception (set SCHOON_BENCH_PERCEPTION, see the head of bench/hashing.py)",
            file=sys.stderr,
        )
        yield found
        return
    with subprocess.Popen(
        [python, "-c", _PERCEPTION], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        asked, told = process.stdin, process.stdout
        assert asked is not None
        assert told is not None

        def by_perception(path: Path) -> object:
            asked.write(f"{path}\n")
            asked.flush()
            if not told.readline():
                raise SystemExit("perception ended; see what it says above")
            return None

        yield found | {"Thorn perception": by_perception}
        asked.close()


def floor(path: Path) -> object:
    """Decoding to luma and the three digests, and nothing else."""
    content = path.read_bytes()
    return simplejpeg.decode_jpeg(content, "GRAY"), digests(content)


def by_threatexchange(path: Path) -> object:
    """The field's common way with one file."""
    from threatexchange.signal_type.pdq.signal import PdqSignal

    return PdqSignal.hash_from_file(path), digests(path.read_bytes())


def _one_size(
    path: Path, megapixels: float, name: str, others: dict[str, Callable[[Path], object]], seconds: float
) -> Iterator[Figure]:
    with Hasher(1, timeout_seconds=60) as hasher:
        spent = _interleaved(_ways(hasher, path, others), seconds)
    own, alone = spent.pop("schoon"), spent.pop("floor")
    cols, rows = SIZES[megapixels]
    size = f"{megapixels} MP, {path.stat().st_size * 8 / cols / rows:.1f} bits a pixel"
    common = spent["threatexchange"]
    yield {"figure": name, "size": size, "value": own, "unit": "ms", "peers": spent, "limit": alone}
    ratio = {"figure": f"{name}, times as fast as threatexchange", "size": size, "value": common / own, "unit": "x"}
    yield ratio | {"peers": {}, "limit": common / alone}
    rate = {"figure": f"{name}, {CORES} decoders", "size": size, "value": _rate(path, seconds / 3), "unit": "files/s"}
    yield rate | {"peers": {}, "limit": CORES * 1000 / alone}


def _ways(hasher: Hasher, path: Path, others: dict[str, Callable[[Path], object]]) -> dict[str, Way]:
    # The floor stands beside ours, not after a peer: it should find the caches as we do.
    ways: dict[str, Way] = {"schoon": lambda: hasher.hash_path(path), "floor": lambda: floor(path)}
    return ways | {name: partial(way, path) for name, way in others.items()}


def _interleaved(ways: dict[str, Way], seconds: float) -> dict[str, float]:
    """The median milliseconds of each way, taken in turns; ours and the floor three times a turn, being quick."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for run in ways.values():
        run()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(spent["schoon"]) < ROUNDS:
        for name, run in [*list(ways.items())[:2] * 3, *list(ways.items())[2:]]:
            start = time.perf_counter()
            run()
            spent[name].append((time.perf_counter() - start) * 1000)
    return {name: float(np.median(values)) for name, values in spent.items()}


def _rate(path: Path, seconds: float) -> float:
    with Hasher(CORES, timeout_seconds=60) as hasher, ThreadPoolExecutor(CORES + 1) as threads:
        list(threads.map(hasher.hash_path, [path] * 6))
        start, done = time.perf_counter(), 0
        while time.perf_counter() - start < seconds:
            done += len(list(threads.map(hasher.hash_path, [path] * 24)))
        return done / (time.perf_counter() - start)


def digests(content: bytes) -> tuple[bytes, bytes, bytes]:
    """What hashlib gives: MD5, SHA-1, SHA-256."""
    return hashlib.md5(content).digest(), hashlib.sha1(content).digest(), hashlib.sha256(content).digest()


def _by_pdqhash(path: Path) -> object:
    with Image.open(path) as image:
        return pdqhash.compute(np.asarray(image.convert("RGB"))), digests(path.read_bytes())


if __name__ == "__main__":
    for figure in measure():
        print(figure)
