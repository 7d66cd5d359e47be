"""What the walk gives out, what it passes by, and what it refuses."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import tracemalloc
from pathlib import Path

import pytest

from schoon.scan._mail import is_mbox
from schoon.scan._mounts import is_kernel_path, kernel_devices, mount_root
from schoon.scan._walk import FolderDone, Globs, Walk, WalkRules
from schoon.scan.types import FoundFile, Problem, Trouble, WalkCounts, shown


def walk(start, **rules):
    counts = WalkCounts()
    rules.setdefault("globs", Globs([]))
    met = list(Walk(WalkRules(**rules), counts, threading.Event()).run(os.fsencode(start)))
    files = sorted(one.path for one in met if isinstance(one, FoundFile))
    return files, [one for one in met if isinstance(one, Trouble)], counts


def names(files, start):
    return [path[len(os.fsencode(start)) + 1 :].decode() for path in files]


def test_every_regular_file_is_found_once_however_deep(tmp_path):
    for number in range(30):
        folder = tmp_path / f"{number % 3}" / "x" / f"{number}"
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"x")
    files, troubles, counts = walk(tmp_path)
    assert len(files) == len(set(files)) == 30
    assert (troubles, counts.folders) == ([], 1 + 3 + 3 + 30)


def test_a_folder_is_told_when_it_was_read_whole_and_after_what_is_in_it(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(b"")
    met = list(Walk(WalkRules(globs=Globs([])), WalkCounts(), threading.Event()).run(os.fsencode(tmp_path)))
    assert [type(one) for one in met] == [FoundFile, FolderDone, FolderDone]


def test_links_are_counted_and_never_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_bytes(b"x")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "to-file").symlink_to(tmp_path / "real" / "file")
    (tmp_path / "dead").symlink_to("nowhere")
    files, troubles, counts = walk(tmp_path)
    assert names(files, tmp_path) == ["real/file"]
    assert (troubles, counts.links) == ([], 3)


def test_a_start_below_a_link_is_not_entered(tmp_path):
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    files, (trouble,), _ = walk(tmp_path / "link" / "inner")
    assert (files, trouble.problem) == ([], Problem.UNREADABLE_FOLDER)


def test_pipes_and_sockets_are_counted_and_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        files, troubles, counts = walk(tmp_path)
    assert (files, troubles, counts.special) == ([], [], 2)


def test_names_that_are_no_utf8_arrive_byte_for_byte(tmp_path):
    name = b"caf\xe9\n\xff.jpg"
    with open(os.path.join(os.fsencode(tmp_path), name), "wb"):
        pass
    (path,), _, counts = walk(tmp_path)
    assert os.path.basename(path) == name
    assert counts.odd_names == 1
    assert shown(path).endswith("caf\\xe9\\n\\xff.jpg")


@pytest.mark.parametrize(
    ("globs", "left"),
    [
        (["*.log"], ["a/b/keep.jpg", "a/keep.jpg"]),
        (["b"], ["a/keep.jpg", "a/x.log"]),
        (["*/a/b/*"], ["a/keep.jpg", "a/x.log"]),
        (["*/a/b/"], ["a/keep.jpg", "a/x.log"]),
        (["*.log", "*/b"], ["a/keep.jpg"]),
    ],
)
def test_globs_leave_out_by_name_or_by_whole_path(tmp_path, globs, left):
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("a/keep.jpg", "a/x.log", "a/b/keep.jpg"):
        (tmp_path / name).write_bytes(b"x")
    files, _, counts = walk(tmp_path, globs=Globs(globs))
    assert names(files, tmp_path) == left
    assert counts.excluded > 0


def test_our_own_folders_are_known_by_identity_and_not_by_name(tmp_path):
    ours, borrowed = tmp_path / "ours", tmp_path / "a" / ".schoon-quarantine"
    for folder in (ours, borrowed):
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"x")
    found = ours.stat()
    files, _, _ = walk(tmp_path, hidden=frozenset({(found.st_dev, found.st_ino)}))
    assert names(files, tmp_path) == ["a/.schoon-quarantine/file"]
    assert walk(ours, hidden=frozenset({(found.st_dev, found.st_ino)}))[0] == []


def test_a_folder_that_is_too_deep_is_told_and_not_passed_over_in_silence(tmp_path):
    (tmp_path / "1" / "2" / "3").mkdir(parents=True)
    (tmp_path / "1" / "2" / "3" / "file").write_bytes(b"x")
    files, (trouble,), _ = walk(tmp_path, deepest=2)
    assert (files, trouble.problem, trouble.path) == ([], Problem.TOO_DEEP, os.fsencode(tmp_path / "1" / "2" / "3"))


def test_a_chain_of_five_hundred_folders_is_walked_to_its_end(tmp_path):
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(500):
        os.mkdir("deep-folder", dir_fd=here)
        below = os.open("deep-folder", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    files, troubles, counts = walk(tmp_path)
    assert (len(files), troubles, counts.folders) == (1, [], 501)
    subprocess.run(["rm", "-rf", str(tmp_path / "deep-folder")], check=True)


@pytest.mark.parametrize(
    "marks", [["cur/", "new/", "tmp/"], ["dbox-Mails/"], ["dovecot.index.log"], ["dovecot-uidlist"]]
)
def test_mail_stores_are_refused_unless_there_is_a_legal_basis(tmp_path, marks):
    store = tmp_path / "user"
    store.mkdir()
    for mark in marks:
        (store / mark).mkdir() if mark.endswith("/") else (store / mark).write_bytes(b"")
    (store / "message").write_bytes(b"x")
    files, (trouble,), _ = walk(tmp_path)
    assert (files, trouble.problem) == ([], Problem.MAIL_STORE)
    files, troubles, _ = walk(tmp_path, mail_allowed=True)
    assert (os.fsencode(store / "message") in files, troubles) == (True, [])


def test_an_mbox_is_known_by_its_first_lines_and_a_letter_is_not_one():
    assert is_mbox(b"From a@b.example Fri Jul  8 12:08:34 2011\nReceived: from x\n")
    assert is_mbox(b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\r\nFrom: x\r\n")
    assert not is_mbox(b"From the editor's desk, at 12:30 we met\nand spoke.\n")
    assert not is_mbox(b"From: a@b.example\n")


def test_the_kernels_own_file_systems_are_never_entered():
    devices = kernel_devices()
    assert os.stat("/proc").st_dev in devices
    assert is_kernel_path(b"/proc/self")
    assert not is_kernel_path(b"/processes")
    _, _, counts = walk("/", globs=Globs(["[!ps]*"]), kernel_devices=devices)
    assert counts.other_mounts >= 2


def test_another_mount_is_passed_by_when_asked(tmp_path):
    if os.stat("/dev/shm").st_dev == os.stat("/dev").st_dev:
        pytest.skip("/dev/shm is no mount of its own here")
    assert mount_root(b"/dev/shm") == b"/dev/shm"
    assert os.stat(mount_root(os.fsencode(tmp_path))).st_dev == tmp_path.stat().st_dev


def test_the_walk_ends_soon_after_it_was_stopped(tmp_path):
    for number in range(50):
        (tmp_path / f"{number}").write_bytes(b"x")
    stop = threading.Event()
    found = 0
    for _ in Walk(WalkRules(globs=Globs([])), WalkCounts(), stop).run(os.fsencode(tmp_path)):
        found += 1
        stop.set()
    assert found == 1


def test_a_large_folder_takes_no_more_memory_than_a_small_one(tmp_path):
    handle = os.open(tmp_path, os.O_RDONLY)
    for number in range(20_000):
        os.close(os.open(f"some-longer-name-{number}", os.O_CREAT | os.O_WRONLY, dir_fd=handle))
    os.close(handle)
    counts = WalkCounts()
    tracemalloc.start()
    for _ in Walk(WalkRules(globs=Globs([])), counts, threading.Event()).run(os.fsencode(tmp_path)):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert counts.files == 20_000
    assert peak < 300_000


def test_an_unreadable_folder_is_told():
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are for one user only
        root = Path(name)
        root.chmod(0o755)
        (root / "shut").mkdir(mode=0)
        (root / "open").mkdir()
        (root / "open" / "file").write_bytes(b"x")
        told = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, name], capture_output=True, text=True, check=True
        ).stdout
    assert sorted(told.split("\n")) == ["", "FolderDone ", "FolderDone ", "FoundFile ", "Trouble unreadable_folder"]


AS_NOBODY = """
import os, sys, threading
from schoon.scan._walk import *
if os.geteuid() == 0:  # root may read everything
    os.setgid(65534)
    os.setuid(65534)
for met in Walk(WalkRules(globs=Globs([])), WalkCounts(), threading.Event()).run(os.fsencode(sys.argv[1])):
    print(type(met).__name__, getattr(met, 'problem', ''))
"""
