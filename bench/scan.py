"""A scan from walk to stored answer: photos, many small files, and a second scan in which nothing has changed.

The service answers in this process, so that the figures are the scanner's own. The peer of the first is the hasher
alone over the same files, from as many threads; of the second, reading and hashing each file with hashlib in a loop.
SCHOON_BENCH_FILES sets how many small files there are (20,000; the issue's size is 100,000).
"""

import hashlib
import os
import queue
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.hashing import a_photo
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
PHOTOS = 600
SMALL_FILES = 20_000
RACY_SECONDS = 2.1  # files younger than this are hashed again by the second scan, as they should be
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


def measure(*, photos: int = PHOTOS, small_files: int | None = None) -> list[dict[str, Any]]:
    """Files a second of each kind of scan, and microseconds a file of a scan without changes."""
    count = small_files or int(os.environ.get("SCHOON_BENCH_FILES", SMALL_FILES))
    with tempfile.TemporaryDirectory() as folder, Hasher(JOBS, timeout_seconds=60) as hasher:
        root = Path(folder)
        _write_photos(root / "photos", photos)
        _write_small(root / "small", count)
        time.sleep(RACY_SECONDS)
        alone = _seconds(lambda: _hasher_alone(hasher, root / "photos"))
        with_scan = _seconds(lambda: _scan(hasher, root / "photos", root / "state-1"))
        loop = _seconds(lambda: _hashlib_loop(root / "small"))
        first = _seconds(lambda: _scan(hasher, root / "small", root / "state-2"))
        second = _seconds(lambda: _scan(hasher, root / "small", root / "state-2", hashed=0))
    size = f"{count:,} small files, {JOBS} jobs"
    return [
        _figure(
            "scan of photos", f"{photos} JPEG of 1 MP, {JOBS} jobs", photos / with_scan, hasher_alone=photos / alone
        ),
        _figure("scan of small files", size, count / first, hashlib_loop=count / loop),
        _figure("second scan, nothing changed", size, count / second, first_scan=count / first),
    ]


def _figure(name: str, size: str, value: float, **peers: float) -> dict[str, Any]:
    limit = {"scan of photos": "600 files/s on 2 cores"}.get(name, "below 150 us a file besides hashing")
    return {"figure": name, "size": size, "value": value, "unit": "files/s", "peers": peers, "limit": limit}


def _scan(hasher: Hasher, files: Path, state: Path, hashed: int | None = None) -> ScanSummary:
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
    for path in files.rglob("*.jpg"):
        paths.put(path)

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


def _hashlib_loop(files: Path) -> None:
    for folder, _, names in os.walk(files):
        for name in names:
            content = Path(folder, name).read_bytes()
            for make in (hashlib.md5, hashlib.sha1, hashlib.sha256):
                make(content).digest()


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _write_photos(folder: Path, count: int) -> None:
    photo = a_photo(1200, 880)
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.jpg").write_bytes(photo + b"%d" % number)  # trailing bytes make each another file


def _write_small(folder: Path, count: int) -> None:
    for number in range(count):
        here = folder / f"{number // 500}"
        if number % 500 == 0:
            here.mkdir(parents=True)
        (here / f"{number}.bin").write_bytes(b"small file %d" % number * 20)
