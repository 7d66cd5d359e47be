"""Decoder processes: what they have given up, how they die, and that nobody else is harmed."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schoon.hashing import Hasher, NotARegularFileError, NotHashable, _decoder
from schoon.hashing._decoder import Decoder
from schoon.hashing._frames import Outcome, Request, pack_answer
from tests.unit.hashing.pictures import a_picture, encoded, oracle

PICTURE = a_picture()
PNG = encoded(PICTURE, "PNG")
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to drop, and may look inside a decoder")


@pytest.fixture
def png(tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(PNG)
    return path


def status_of(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def limits_of(pid):
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {line[:26].strip(): line[26:].split()[0] for line in lines}


@pytest.fixture
def busy(png):
    """A hasher of one decoder that has confined itself and read a file."""
    with Hasher(1) as hasher:
        hasher.hash_path(png)
        yield hasher


@AS_ROOT
def test_started_as_root_a_decoder_is_nobody_without_groups(busy):
    status = status_of(busy.decoder_pids[0])
    assert status["Uid"].split() == ["65534"] * 4
    assert status["Gid"].split() == ["65534"] * 4
    assert status["Groups"].split() == []
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0


def test_a_decoder_has_given_up_what_it_does_not_need(busy):
    pid = busy.decoder_pids[0]
    status, limits = status_of(pid), limits_of(pid)
    assert status["NoNewPrivs"] == "1"
    assert status["Threads"] == "1"
    assert limits["Max address space"] == str(1 << 30)
    assert limits["Max file size"] == limits["Max core file size"] == limits["Max processes"] == "0"
    assert limits["Max open files"] == "5"


@AS_ROOT
def test_a_decoder_holds_nothing_but_its_socket(busy):
    pid = busy.decoder_pids[0]
    held = {fd.name: str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir()}
    assert sorted(held) == ["0", "1", "2", "3"]
    assert [held[fd] for fd in "012"] == ["/dev/null"] * 3
    assert held["3"].startswith("socket:")
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
    assert "SCHOON" not in Path(f"/proc/{pid}/environ").read_bytes().decode()


def test_reading_files_leaves_no_descriptor_behind(png):
    with Hasher(2) as hasher:
        hasher.hash_path(png)
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(50):
            hasher.hash_path(png)
        assert len(list(Path("/proc/self/fd").iterdir())) == before
        pids = hasher.decoder_pids
    for pid in pids:
        assert not Path(f"/proc/{pid}").exists()


def test_the_callers_offset_stays_and_does_not_matter(hasher, png):
    fd = os.open(png, os.O_RDONLY)
    try:
        os.lseek(fd, 77, os.SEEK_SET)
        assert hasher.hash_fd(fd).pdq[0].value == oracle(PICTURE)
        assert os.lseek(fd, 0, os.SEEK_CUR) == 77
    finally:
        os.close(fd)


def test_one_descriptor_may_be_hashed_by_many_threads_at_once(hasher, png):
    fd = os.open(png, os.O_RDONLY)
    try:
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(hasher.hash_fd, [fd] * 64))
    finally:
        os.close(fd)
    assert {one.pdq[0].value for one in found} == {oracle(PICTURE)}
    assert len({one.sha256 for one in found}) == 1


def test_many_threads_get_each_their_own_answer(hasher, tmp_path):
    pictures = [a_picture(seed=seed) for seed in range(12)]
    paths = [tmp_path / str(at) for at in range(len(pictures))]
    for picture, path in zip(pictures, paths, strict=True):
        path.write_bytes(encoded(picture, "PNG"))
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(hasher.hash_path, paths * 5))
    assert [one.pdq[0].value for one in found] == [oracle(picture) for picture in pictures] * 5


def test_a_file_open_for_writing_reaches_the_decoder_read_only(hasher, png, monkeypatch):
    handed = []
    send = Decoder.send

    def look(self, fd, request):
        handed.append(Path(f"/proc/self/fd/{fd}").readlink())
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(fd, b"x")
        send(self, fd, request)

    monkeypatch.setattr(Decoder, "send", look)
    fd = os.open(png, os.O_RDWR)
    try:
        assert hasher.hash_fd(fd).pdq
    finally:
        os.close(fd)
    assert handed == [png]


@pytest.mark.parametrize("fatal", [signal.SIGKILL, signal.SIGSEGV])
def test_a_decoder_that_dies_over_a_file_costs_nobody_a_digest(png, fatal):
    with Hasher(1, timeout_seconds=20) as hasher:
        hasher.hash_path(png)
        victim = hasher.decoder_pids[0]
        os.kill(victim, signal.SIGSTOP)
        answers = []
        thread = threading.Thread(target=lambda: answers.append(hasher.hash_path(png)))
        thread.start()
        _until(hasher._idle.empty)
        os.kill(victim, fatal)
        with contextlib.suppress(ProcessLookupError):  # SIGKILL ends a stopped process too, and it may be collected
            os.kill(victim, signal.SIGCONT)
        thread.join(10)
        assert answers[0].pdq[0].value == oracle(PICTURE)
        assert hasher.hash_path(png).pdq
        assert hasher.decoder_pids[0] != victim


def test_a_file_over_which_a_decoder_dies_is_answered_so_and_the_decoder_replaced(png):
    request = Request(sequence=1, media="png", frames=1, dihedral=False, max_pixels=10**6, milliseconds=5000)
    decoder = Decoder()
    try:
        with png.open("rb") as stream:
            decoder.send(stream.fileno(), request)
            assert decoder.receive(request, time.monotonic() + 30).outcome is Outcome.HASHED
            os.kill(decoder.pid, signal.SIGSTOP)
            first = decoder.pid
            decoder.send(stream.fileno(), request)
            os.kill(first, signal.SIGKILL)
            assert decoder.receive(request, time.monotonic() + 30).outcome is Outcome.DIED
            decoder.send(stream.fileno(), request)
            assert decoder.receive(request, time.monotonic() + 30).outcome is Outcome.HASHED
        assert decoder.pid != first
    finally:
        decoder.close()


def test_a_decoder_that_hangs_is_ended_after_its_time(png):
    with Hasher(1, timeout_seconds=0.5) as hasher:
        hasher.hash_path(png)
        os.kill(hasher.decoder_pids[0], signal.SIGSTOP)
        start = time.monotonic()
        found = hasher.hash_path(png)
        assert 0.4 < time.monotonic() - start < 3
        assert found.refusal is NotHashable.UNDECODABLE
        assert "longer" in found.detail
        assert hasher.hash_path(png).pdq


def test_a_decoder_that_died_between_two_files_is_replaced_unnoticed(png):
    with Hasher(1) as hasher:
        hasher.hash_path(png)
        os.kill(hasher.decoder_pids[0], signal.SIGKILL)
        assert hasher.hash_path(png).pdq


def test_a_decoder_is_replaced_after_enough_files(png, monkeypatch):
    monkeypatch.setattr(_decoder, "_FILES_PER_PROCESS", 3)
    with Hasher(1) as hasher:
        pids = set()
        for _ in range(8):
            assert hasher.hash_path(png).pdq
            pids.add(hasher.decoder_pids[0])
    assert len(pids) == 3


@pytest.mark.parametrize(
    "nonsense",
    [b"x", b"ShAn" + bytes(9000), pack_answer(99, Outcome.LOW_QUALITY), pack_answer(1, Outcome.HASHED)],
)
def test_a_decoder_that_answers_nonsense_is_not_believed_and_replaced(nonsense):
    decoder = Decoder()
    try:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        decoder._channel.close()
        decoder._channel = ours
        first = decoder.pid
        request = Request(sequence=1, media="png", frames=1, dihedral=False, max_pixels=10**6, milliseconds=5000)
        with theirs, Path("/dev/null").open("rb") as extra:
            socket.send_fds(theirs, [nonsense], [extra.fileno()])
            answer = decoder.receive(request, time.monotonic() + 5)
        assert (answer.outcome, answer.digests) == (Outcome.NONSENSE, ())
        assert decoder.pid != first
    finally:
        decoder.close()


def test_a_decoder_ends_itself_when_its_caller_is_gone():
    program = (
        "import sys, time\n"
        "from schoon.hashing import Hasher\n"
        "hasher = Hasher(1)\n"
        "hasher.hash_path(sys.argv[1])\n"
        "print(hasher.decoder_pids[0], flush=True)\n"
        "time.sleep(60)\n"
    )
    path = Path(__file__).parent / "pictures.py"
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout is not None
        pid = int(caller.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        caller.kill()
    _until(lambda: not Path(f"/proc/{pid}").exists() or status_of(pid)["State"].startswith("Z"))


def test_only_regular_files_are_hashed(hasher, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe, Path("/dev/null")):
        with pytest.raises(NotARegularFileError):
            hasher.hash_path(path)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_importing_the_face_loads_no_picture_library():
    program = "import sys, schoon.hashing; print({'PIL', 'simplejpeg', 'pillow_heif'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"


@pytest.mark.parametrize(
    "wrong", [{"jobs": 0}, {"frames": 0}, {"frames": 65}, {"max_pixels": 0}, {"timeout_seconds": 0}]
)
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="jobs="):
        Hasher(**wrong)


def _until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
