"""Thousands of hashes in one call are those that `hashlib` gives one by one."""

import hashlib
from itertools import pairwise

import numpy as np
import pytest

from schoon.index import _many_hashes, keyed_hashes, tree_root, warm, woven
from schoon.index._many_hashes import FEW
from schoon.kinds.merkle import EMPTY_ROOT, leaf_hash, root_of

KEY = bytes(range(32))
RANDOM = np.random.default_rng(5)


@pytest.fixture(autouse=True)
def loaded_kernels():
    warm()


def texts(lengths):
    ends = np.cumsum(np.array(lengths, dtype=np.int64))
    joined = np.frombuffer(RANDOM.bytes(int(ends[-1]) if len(ends) else 0), dtype=np.uint8)
    raw = joined.tobytes()
    return joined, ends, [raw[begin:end] for begin, end in pairwise([0, *ends.tolist()])]


@pytest.mark.parametrize("count", [0, 1, FEW - 1, FEW, FEW + 700])
def test_keyed_hashes_are_those_of_hashlib_at_every_length(count):
    lengths = [1 + n % 700 for n in range(count)]
    joined, ends, each = texts(lengths)
    expected = [hashlib.blake2b(text, key=KEY, digest_size=32).digest() for text in each]
    assert [row.tobytes() for row in keyed_hashes(KEY, joined, ends)] == expected


@pytest.mark.parametrize("count", [0, 1, 2, 3, FEW - 1, FEW, FEW + 1, FEW + 15, 1024, 4095, 4096, 4097])
def test_the_root_is_that_of_the_plain_tree(count):
    contents = np.frombuffer(RANDOM.bytes(32 * count), dtype=np.uint8).reshape(-1, 32)
    assert tree_root(contents) == root_of([leaf_hash(content.tobytes()) for content in contents])
    assert (tree_root(contents) == EMPTY_ROOT) == (count == 0)


def test_the_root_of_no_entries_is_the_empty_root_by_kernels_too(monkeypatch):
    monkeypatch.setattr(_many_hashes, "FEW", 0)
    assert tree_root(np.empty((0, 32), dtype=np.uint8)) == EMPTY_ROOT


@pytest.mark.parametrize("count", [0, 1, FEW - 1, FEW, 2 * FEW])
def test_woven_texts_are_pairs_put_together(count):
    firsts, first_ends, first = texts([n % 5 for n in range(count)])
    seconds, second_ends, second = texts([n % 7 for n in range(count)])
    joined, ends = woven(firsts, first_ends, seconds, second_ends)
    assert joined.tobytes() == b"".join(a + b for a, b in zip(first, second, strict=True))
    assert ends.tolist() == (first_ends + second_ends).tolist()


WRAPPING = [2**62, 11 - 2**63, 10]
"""As int64 every difference of two of them is above zero."""


@pytest.mark.parametrize("ends", [[4, 9], [4, 11], [11, 10], [-1, 10], WRAPPING, []])
def test_ends_outside_the_texts_are_refused(ends):
    joined = np.zeros(10, dtype=np.uint8)
    given = np.array(ends, dtype=np.int64)
    with pytest.raises(ValueError, match="ends"):
        keyed_hashes(KEY, joined, given)
    with pytest.raises(ValueError, match="ends"):
        woven(joined, given, joined, given)


def test_an_empty_message_and_a_key_of_another_length_are_refused():
    joined, ends = np.zeros(10, dtype=np.uint8), np.array([5, 5, 10])
    with pytest.raises(ValueError, match="empty"):
        keyed_hashes(KEY, joined, ends)
    with pytest.raises(ValueError, match="key"):
        keyed_hashes(KEY[:31], joined, np.array([10]))


def test_as_many_first_parts_as_second_ones():
    with pytest.raises(ValueError, match="parts"):
        woven(np.zeros(2, np.uint8), np.array([1, 2]), np.zeros(2, np.uint8), np.array([2]))
