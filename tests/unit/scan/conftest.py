"""One hasher for all scanner tests, and a fresh bench for each."""

import pytest

from schoon.hashing import Hasher
from tests.unit.scan.parts import Bench


@pytest.fixture(scope="session")
def hasher():
    with Hasher(jobs=1) as one:
        yield one


@pytest.fixture
def bench(tmp_path, hasher):
    return Bench(tmp_path, hasher)
