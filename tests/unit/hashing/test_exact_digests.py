"""MD5, SHA-1 and SHA-256 against hashlib, in constant memory."""

import hashlib
import os
import resource
import subprocess
import sys

import pytest

from schoon.hashing._digests import BLOCK_BYTES, ExactDigests, Reading


def digests(fd: int) -> ExactDigests:
    return Reading(fd, os.fstat(fd).st_size).digests()


@pytest.mark.parametrize("size", [0, 1, 63, 64, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES + 5])
def test_every_size_gives_the_digests_of_hashlib(hash_bytes, size):
    content = os.urandom(size)
    found = hash_bytes(content)
    assert found.size_bytes == size
    assert found.md5 == hashlib.md5(content).digest()
    assert found.sha1 == hashlib.sha1(content).digest()
    assert found.sha256 == hashlib.sha256(content).digest()


def test_a_sparse_file_is_read_in_constant_memory(tmp_path):
    path = tmp_path / "sparse"
    with path.open("wb") as stream:
        stream.truncate(300 << 20)
    program = (
        "import os, resource, sys\n"
        "from schoon.hashing._digests import Reading\n"
        "fd = os.open(sys.argv[1], os.O_RDONLY)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "assert Reading(fd, 300 << 20).digests().size_bytes == 300 << 20\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    shown = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    assert int(shown.stdout) < 4 << 10
    assert resource.getpagesize() > 0


def test_a_file_that_grew_or_shrank_since_it_was_opened_is_read_as_it_is(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a" * 1000)
    fd = os.open(path, os.O_RDONLY)
    try:
        with path.open("ab") as stream:
            stream.write(b"b" * 500)
        assert digests(fd).size_bytes == 1500
        os.truncate(path, 10)
        assert digests(fd).md5 == hashlib.md5(b"a" * 10).digest()
    finally:
        os.close(fd)


def test_a_file_that_grows_between_its_size_and_its_first_block_is_read_with_what_is_there(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a" * 1500)
    fd = os.open(path, os.O_RDONLY)
    try:
        assert Reading(fd, 1000).digests().md5 == hashlib.md5(b"a" * 1500).digest()
    finally:
        os.close(fd)


def test_a_block_that_is_short_before_the_end_is_followed_by_another(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a" * 1000)
    fd = os.open(path, os.O_RDONLY)
    try:
        reading = Reading(fd, 1500)  # as a file system answers that gives out fewer bytes than it was asked for
        path.write_bytes(b"a" * 1000 + b"b" * 500)
        assert reading.digests().md5 == hashlib.md5(b"a" * 1000 + b"b" * 500).digest()
    finally:
        os.close(fd)
