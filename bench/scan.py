"""A scan from walk to stored answer, with a warm cache: photos, a web hoster's mixed files, and a second scan.

The service answers in this process, so that the figures are the scanner's own. The mixed files are, of a hundred: one
JPEG of a megapixel, five thumbnails of 160 x 120 and four small PNG, and ninety texts of 200 to 6,400 bytes (as HTML,
style sheets and scripts are), 500 to a folder.

The peers hash in a pool of as many processes, `threatexchange` (its PDQ hasher) and hashlib, without walk, state or
service. The limit of the photos is decoding and digesting on all cores at once and nothing else; of the mixed files the
sum of their own hashing: the hasher alone, one file after the other for each of its decoders; of the second scan naming
and looking at each file (scandir and stat).
SCHOON_BENCH_FILES sets how many mixed files there are.
"""

import io
import os
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench.hashing import a_photo, by_threatexchange, digests, floor
from schoon.client import (
    CheckItem,
    CheckReply,
    HitAction,
    ItemAnswer,
    ListState,
    Receipt,
    Results,
    Verdict,
)
from schoon.hashing import Hasher
from schoon.scan import Progress, ScanSettings, ScanSummary, Surroundings, Time, run

JOBS = 2
PHOTOS = 2_400
FILES = 100_000
TURNS = 3
FOLDER_FILES = 500
POOL_FILES, POOL_PHOTOS, FLOOR_PHOTOS = 2_000, 150, 800
POOL_STEP = 49  # has no divisor in common with the mix, so that a sample is mixed alike
RACY_SECONDS = 2.1  # files younger than this are hashed again by the second scan, as they should be
PICTURES = (".jpg", ".png")
LIST = ListState(name="nl", version=1, age_seconds=0.0)
NO_RECEIPT = Receipt(
    member="",
    request_sha256="",
    result_sha256="",
    list_name="nl",
    list_version=1,
    issued_at="",
    index=0,
    size=1,
    path=(),
    key_id="",
    signature="",
)


class NothingListed:
    """The service's part, without a network."""

    url = "https://check.example"

    def list_state(self) -> ListState:
        return LIST

    def check(self, items: Sequence[CheckItem]) -> CheckReply:
        answers = tuple(ItemAnswer(id=item.id, verdict=Verdict.NOT_LISTED) for item in items)
        return CheckReply(list=LIST, answers=answers, receipt=NO_RECEIPT, request=b"", result=b"")

    def act(self, actions: Sequence[HitAction]) -> Results:  # noqa: ARG002 - the port names it
        raise AssertionError("nothing is listed")


class Nobody:
    """A listener that does not listen."""

    def event(self, name: str, facts: Mapping[str, object]) -> None:
        """Nothing."""

    def progress(self, progress: Progress) -> None:
        """Nothing."""


def measure(*, photos: int = PHOTOS, files: int | None = None) -> Iterator[dict[str, Any]]:
    """Files a second of photos and of mixed files, and the seconds of a scan in which nothing has changed."""
    count = files or int(os.environ.get("SCHOON_BENCH_FILES", FILES))
    with tempfile.TemporaryDirectory() as folder, Hasher(JOBS, timeout_seconds=60) as hasher:
        yield _photos(hasher, Path(folder), photos)
        yield from _mixed(hasher, Path(folder), count)


def points(sizes: Iterable[int] = (1_000, 5_000, 20_000)) -> Iterator[tuple[int, float]]:
    """How many mixed files, and the seconds of a first scan."""
    return ((x, y) for series, x, y in points_beside(sizes) if series == "Schoon")


def points_beside(sizes: Iterable[int] = (1_000, 5_000, 20_000)) -> Iterator[tuple[str, int, float]]:
    """The same with the name of the series: a first scan, a second one, and the hasher alone."""
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder, Hasher(JOBS, timeout_seconds=60) as hasher:
            for series, spent in _three_ways(hasher, Path(folder), count).items():
                yield series, count, spent


def _three_ways(hasher: Hasher, root: Path, count: int) -> dict[str, float]:
    files, state = root / "mixed", root / "state"
    write_mixed(files, count)
    time.sleep(RACY_SECONDS)
    return {
        "hashing alone": seconds(lambda: _hasher_alone(hasher, files)),
        "Schoon": seconds(lambda: scan(hasher, files, state)),
        "second scan": seconds(lambda: scan(hasher, files, state, hashed=0)),
    }


def _photos(hasher: Hasher, root: Path, count: int) -> dict[str, Any]:
    _write_photos(root / "photos", count)
    photos = sorted((root / "photos").iterdir())
    turns = []
    for number in range(TURNS):
        state = root / f"state-photos{number}"
        rate = count / seconds(lambda: scan(hasher, root / "photos", state))  # noqa: B023 called at once
        turns.append((rate, _pool_rate(floor, photos[:FLOOR_PHOTOS])))
    rate, limit = (float(np.median(column)) for column in zip(*turns, strict=True))
    pool = _pool_rate(_by_peer, photos[:POOL_PHOTOS])
    size = f"{count} JPEG of 1 MP, {photos[0].stat().st_size * 8 / 1200 / 880:.1f} bits a pixel, {JOBS} jobs"
    return _figure("scan of photos", size, rate, "files/s", limit=limit, threatexchange=pool)


def _mixed(hasher: Hasher, root: Path, count: int) -> Iterator[dict[str, Any]]:
    files, size = root / "mixed", f"{count:,} files, {JOBS} jobs"
    write_mixed(files, count)
    time.sleep(RACY_SECONDS)
    turns = []
    for number in range(TURNS):  # scan and hashing take turns, so that a noisy moment meets both
        spent = seconds(lambda: scan(hasher, files, root / f"state{number}"))  # noqa: B023 called at once
        turns.append((spent, seconds(lambda: _hasher_alone(hasher, files))))
    first, alone = (float(np.median(column)) for column in zip(*turns, strict=True))
    pool = _pool_rate(_by_peer, [_place(files, (at * POOL_STEP) % count) for at in range(min(POOL_FILES, count))])
    yield _figure("scan of mixed files", size, count / first, "files/s", limit=count / alone, threatexchange=pool)
    looked = seconds(lambda: _look_at_all(files))
    second = seconds(lambda: scan(hasher, files, root / "state0", hashed=0))
    yield _figure("second scan, nothing changed", size, second, "s", limit=looked)


def _figure(name: str, size: str, value: float, unit: str, *, limit: float, **peers: float) -> dict[str, Any]:
    return {"figure": name, "size": size, "value": value, "unit": unit, "peers": peers, "limit": limit}


def scan(hasher: Hasher, files: Path, state: Path, hashed: int | None = None) -> ScanSummary:
    """One scan, which must be complete; `hashed` is how many files it must have read."""
    stop = threading.Event()
    around = Surroundings(
        service=NothingListed(),
        hasher=hasher,
        listener=Nobody(),
        time=Time(now=lambda: datetime.now(UTC), monotonic=time.monotonic, wait=stop.wait),
        jobs=JOBS,
        stop=stop,
    )
    summary = run(ScanSettings(paths=(os.fsencode(files),), state=os.fsencode(state)), around)
    if not summary.is_complete or hashed not in {None, summary.hashed}:
        raise SystemExit(f"the scan went wrong: {summary}")
    return summary


def _hasher_alone(hasher: Hasher, files: Path) -> None:
    paths: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for folder, _, names in os.walk(files):
        for name in names:
            paths.put(Path(folder, name))

    def work() -> None:
        while True:
            try:
                hasher.hash_path(paths.get_nowait())
            except queue.Empty:
                return

    threads = [threading.Thread(target=work) for _ in range(JOBS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _look_at_all(files: Path) -> None:
    for entry in os.scandir(files):
        for file in os.scandir(entry.path):
            file.stat(follow_symlinks=False)


def _pool_rate(work: Callable[[Path], object], paths: Sequence[Path]) -> float:
    """Files a second in as many processes at once, which are warm when the time begins."""
    with ProcessPoolExecutor(JOBS, mp_context=get_context("spawn")) as pool:
        list(pool.map(work, [paths[0]] * 8 * JOBS))
        return len(paths) / seconds(lambda: list(pool.map(work, paths, chunksize=25)))


def _by_peer(path: Path) -> None:
    if path.suffix in PICTURES:
        by_threatexchange(path)
    else:
        digests(path.read_bytes())


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _write_photos(folder: Path, count: int) -> None:
    photo = a_photo(1200, 880)
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.jpg").write_bytes(photo + b"%d" % number)  # trailing bytes make each another file


def write_mixed(folder: Path, count: int) -> None:
    """The mix of the head of this file; every file is another."""
    photo, thumbnail, icon = a_photo(1200, 880), a_photo(160, 120), _icon()
    for number in range(count):
        path = _place(folder, number)
        if number % FOLDER_FILES == 0:
            path.parent.mkdir(parents=True)
        place = number % 100
        if place >= 10:
            content = (b"<p>%d</p>" % number * 700)[: 200 << number % 6]
        else:
            content = (photo if place == 0 else thumbnail if place < 6 else icon) + b"%d" % number
        path.write_bytes(content)


def _place(folder: Path, number: int) -> Path:
    place = number % 100
    kind = ".html" if place >= 10 else ".jpg" if place < 6 else ".png"
    return folder / f"{number // FOLDER_FILES}" / f"{number}{kind}"


def _icon() -> bytes:
    dots = np.random.default_rng(3).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(dots).resize((32, 32), Image.Resampling.BICUBIC).save(stream, "PNG")
    return stream.getvalue()


if __name__ == "__main__":
    for figure in measure(files=int(sys.argv[1]) if len(sys.argv) > 1 else None):
        print(figure)
