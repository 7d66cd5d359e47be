"""What a scan costs a file, in things that do not depend on the machine. The bounds lie close above today's."""

import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Callable
from types import BuiltinFunctionType, FrameType
from typing import Any

import pytest

from schoon.hashing import Hasher
from schoon.scan import ScanSummary
from tests.unit.scan.parts import Bench

FOLDERS, FILES = 4, 300
ALL = FOLDERS * FILES
LOOKS = {"open", "close", "dup", "fstat", "lstat", "stat", "pread", "preadv", "read", "access", "scandir", "sendmsg"}


@pytest.fixture(scope="module")
def hasher() -> Any:
    with Hasher(jobs=1) as one:
        yield one


@pytest.fixture
def bench(tmp_path: Any, hasher: Hasher) -> Bench:
    made = Bench(tmp_path, hasher)
    for number in range(ALL):
        made.write(f"{number // FILES}/{number}.html", b"<p>%d</p>" % number * 50)
    return made


def counted(work: Callable[[], ScanSummary]) -> tuple[ScanSummary, Counter[str]]:
    """The sum of a scan, and how often any of its threads called the system, SQLite or a queue, by name."""
    counts: Counter[str] = Counter()
    lock = threading.Lock()

    def look(frame: FrameType, event: str, argument: object) -> None:
        if event == "c_call" and isinstance(argument, BuiltinFunctionType):
            if isinstance(argument.__self__, sqlite3.Connection):
                if argument.__name__ in {"execute", "executemany"}:
                    with lock:
                        counts["sql"] += 1
                        counts["sql, row by row"] += argument.__name__ == "executemany"
            elif argument.__name__ in LOOKS:
                with lock:
                    counts[argument.__name__] += 1
        elif event == "call" and frame.f_code.co_name == "put" and "queue" in frame.f_code.co_filename:
            with lock:
                counts["queue"] += 1

    threading.setprofile(look)
    sys.setprofile(look)
    try:
        summary = work()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return summary, counts


def test_an_unchanged_file_costs_one_look_and_a_share_of_a_statement(bench: Bench) -> None:
    """A second scan is as fast as naming the files allows: none is opened, and SQLite is asked for many at a time."""
    bench.scan()
    summary, counts = counted(bench.scan)
    assert (summary.files, summary.hashed, summary.is_complete) == (ALL, 0, True)
    assert counts["stat"] <= ALL + 40
    looks = sum(counts[name] for name in LOOKS - {"stat"})
    assert looks <= 140  # some thirty to begin and to end, and a few a folder
    assert counts["sql"] <= 60
    assert counts["queue"] <= 8  # that each thread ends


def test_a_new_file_is_opened_once_and_read_once(bench: Bench) -> None:
    """Each call lets go of the interpreter's lock and must win it back, which costs more than the call."""
    summary, counts = counted(bench.scan)
    assert (summary.files, summary.hashed, summary.is_complete) == (ALL, ALL, True)
    assert counts["open"] <= ALL + 200  # its folder, once a batch and thread
    assert counts["preadv"] == ALL
    assert counts["pread"] == 0
    assert counts["fstat"] <= 2 * ALL + 30  # when opened, and after reading
    assert counts["sendmsg"] == 0  # no decoder is asked about a text


def test_new_files_go_through_the_queues_and_into_the_state_many_at_a_time(bench: Bench) -> None:
    """A message for every file, or a transaction, would cost more than hashing it."""
    _, counts = counted(bench.scan)
    assert counts["queue"] <= ALL / 10
    assert counts["sql"] <= ALL / 8
    assert counts["sql, row by row"] == 0
