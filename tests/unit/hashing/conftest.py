from pathlib import Path

import pytest

from schoon.hashing import FileDigests, Hasher


@pytest.fixture(scope="session")
def hasher():
    with Hasher(2) as one:
        yield one


@pytest.fixture
def hash_bytes(hasher, tmp_path):
    """Hashes bytes as a file of their own."""

    def run(content: bytes, with_hasher: Hasher | None = None) -> FileDigests:
        path: Path = tmp_path / "file"
        path.write_bytes(content)
        return (with_hasher or hasher).hash_path(path)

    return run
