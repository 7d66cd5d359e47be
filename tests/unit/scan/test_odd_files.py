"""Files that change, vanish, block or have strange names while they are scanned."""

import os
import socket
import stat
from hashlib import sha256

from schoon.scan import Problem
from tests.unit.scan.parts import Interfering


def test_special_files_and_links_are_passed_by(bench):
    bench.write("file", b"x")
    os.mkfifo(bench.files / "pipe")
    (bench.files / "link").symlink_to("file")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(bench.files / "s"))
        summary = bench.scan()
    assert (summary.not_listed, summary.is_complete) == (1, True)
    assert summary.passed_by == {"special": 2, "links": 1}


def test_a_pipe_that_takes_the_name_of_a_file_blocks_nothing(bench):
    first = bench.write("a/1", b"x")
    second = bench.write("b/2", b"y")

    def swap(call):
        for path in (first, second):
            if path.exists() and not stat.S_ISFIFO(path.stat().st_mode) and call == 1:
                path.unlink()
                os.mkfifo(path)

    bench.hasher = Interfering(bench.hasher, swap)
    summary = bench.scan()
    assert not summary.is_complete or summary.not_listed == 2
    assert summary.not_listed + sum(summary.problems.values()) == 2


def test_a_file_that_grows_while_it_is_read_is_told_as_changing(bench):
    path = bench.write("log", b"x")

    def grow(call):
        with path.open("ab") as file:
            file.write(b"%d" % call)

    bench.hasher = Interfering(bench.hasher, grow)
    summary = bench.scan()
    assert (summary.problems, summary.not_listed) == ({Problem.CHANGING: 1}, 0)


def test_a_file_that_shrinks_once_is_read_again_at_once(bench):
    path = bench.write("file", b"long content")
    bench.hasher = Interfering(bench.hasher, lambda call: path.write_bytes(b"short") if call == 1 else None)
    summary = bench.scan()
    assert (summary.not_listed, summary.is_complete) == (1, True)
    assert bench.asked_hashes == [sha256(b"short").hexdigest()]


def test_large_files_and_files_that_the_disk_must_give_are_hashed_like_the_others(bench):
    contents = [b"%d" % number * (1 << 17 if number % 5 == 0 else 9) for number in range(60)]
    for number, content in enumerate(contents):
        with bench.write(f"{number}", content).open("rb") as file:
            os.fsync(file.fileno())
            if number % 2:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # out of memory, where a disk is beneath
    summary = bench.scan()
    assert (summary.not_listed, summary.is_complete) == (60, True)
    assert sorted(bench.asked_hashes) == sorted(sha256(one).hexdigest() for one in contents)


def test_a_scan_that_is_stopped_leaves_no_file_open(bench):
    for number in range(200):
        bench.write(f"{number}", b"%d" % number * (1 << 17))
    bench.hasher = Interfering(bench.hasher, lambda call: bench.stop.set() if call == 3 else None)
    before = len(os.listdir("/proc/self/fd"))
    assert not bench.scan().is_complete
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_file_that_vanishes_is_told(bench):
    for name in "abcdef":
        bench.write(name, name.encode())

    def vanish(call):
        if call == 1:
            for path in bench.files.iterdir():
                path.unlink(missing_ok=True)

    bench.hasher = Interfering(bench.hasher, vanish)
    summary = bench.scan()
    assert summary.problems.get(Problem.VANISHED, 0) >= 3
    assert summary.not_listed + sum(summary.problems.values()) == 6
    assert not summary.is_complete


def test_a_changed_file_that_can_no_longer_be_read_is_not_counted_as_clean(bench):
    path = bench.write("file", b"x")
    bench.scan()
    path.write_bytes(b"other")
    bench.hasher = Interfering(bench.hasher, lambda call: path.write_bytes(b"%d" % call))
    summary = bench.scan()
    assert (summary.not_listed, summary.problems) == (0, {Problem.CHANGING: 1})


def test_sparse_and_empty_files_are_hashed(bench):
    with bench.write("sparse", b"").open("r+b") as file:
        file.truncate(200_000_000)
    bench.write("empty", b"")
    assert bench.scan().not_listed == 2


def test_names_that_are_no_utf8_are_scanned_quarantined_and_told(bench):
    bench.service.put(b"known")
    bench.write(b"caf\xe9/\xff\n.jpg", b"known")
    summary = bench.quarantining()
    assert (summary.quarantined, summary.passed_by) == (1, {"names_not_utf8": 1})
    (told,) = bench.heard.named("act.done")
    assert bytes.fromhex(told["path_hex"]).endswith(b"caf\xe9/\xff\n.jpg")
    assert "\n" not in told["path"]
