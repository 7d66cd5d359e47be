"""How vectors are cut into bands and sorted, against the plain twins."""

import numpy as np
import pytest

from schoon.index._bands import Bands, reorder
from schoon.index._kernels._vectors import id_at
from tests import naive_index


def test_bits_are_reordered_as_the_twin_reorders_them() -> None:
    random = np.random.default_rng(1)
    vectors = random.integers(0, 256, (50, 32), dtype=np.uint8)
    order = random.permutation(256).astype(np.uint8)
    found = np.unpackbits(reorder(vectors, order), axis=1, bitorder="little")
    assert found.tolist() == [naive_index.reordered(vector.tobytes(), order.tolist()) for vector in vectors]
    back = reorder(reorder(vectors, order), np.argsort(order).astype(np.uint8))
    assert np.array_equal(back, vectors)


def test_bits_are_reordered_in_place() -> None:
    random = np.random.default_rng(2)
    vectors = random.integers(0, 256, (50, 32), dtype=np.uint8)
    order = random.permutation(256).astype(np.uint8)
    expected = reorder(vectors, order)
    assert reorder(vectors, order, vectors) is vectors
    assert np.array_equal(vectors, expected)


@pytest.mark.parametrize("count", [1, 700, 100_000])
def test_every_band_holds_every_vector_once_under_its_key(count: int) -> None:
    """In the order of their numbers, each with its key in the next band; what lies between two starts has one key."""
    vectors = np.random.default_rng(4).integers(0, 256, (count, 32), dtype=np.uint8)
    bands = Bands(vectors)
    keys = vectors.view(np.uint16)
    for vector, row in zip(vectors[:20], keys[:20].tolist(), strict=True):
        bits = naive_index.reordered(vector.tobytes(), list(range(256)))
        assert row == [naive_index.key(bits, band) for band in range(16)]
    for band in range(16):
        order = np.argsort(keys[:, band], kind="stable")
        starts = np.searchsorted(keys[order, band], np.arange(65_537)) + band * count
        numbers = np.pad(bands._ids[band].reshape(count, 3), ((0, 0), (0, 1))).view("<u4").ravel()
        assert np.array_equal(numbers, order)
        assert np.array_equal(bands._starts[band], starts)
        sketches = bands._sketches[band * count : (band + 1) * count]
        assert np.array_equal(sketches, keys[order, (band + 1) % 16])


def test_numbers_of_four_bytes_are_read_back() -> None:
    """Lists of more than 16.7 million vectors have them; no test makes so many."""
    random = np.random.default_rng(5)
    numbers = random.integers(0, 2**32, 50, dtype=np.uint32)
    for width in (3, 4):
        stored = np.ascontiguousarray(numbers.view(np.uint8).reshape(-1, 4)[:, :width]).ravel()
        found = [int(id_at(stored, np.uint64(place), np.uint64(width))) for place in range(50)]
        assert found == [int(number) % 2 ** (8 * width) for number in numbers]
