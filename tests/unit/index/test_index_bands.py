"""How vectors are cut into bands and sorted, against the plain twins."""

import numpy as np
import pytest

from schoon.index._bands import Bands, reorder
from schoon.index._compiled import kernels
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


@pytest.mark.parametrize("low_bits", [0, 3, 9, 16])
def test_codes_are_cut_as_the_twin_cuts_them(low_bits: int) -> None:
    vectors = np.random.default_rng(3).integers(0, 256, (40, 32), dtype=np.uint8)
    codes = np.empty((40, 11), np.uint64)
    kernels().code_vectors(vectors.view(np.uint64), np.uint64(low_bits), codes)
    for vector, row in zip(vectors, codes.tolist(), strict=True):
        bits = naive_index.reordered(vector.tobytes(), list(range(256)))
        assert [(code >> 16, code & 0xFFFF) for code in row] == [
            naive_index.code(bits, band, low_bits) for band in range(11)
        ]


@pytest.mark.parametrize("count", [1, 700, 100_000])
def test_every_band_holds_every_vector_once_in_its_group(count: int) -> None:
    """In the order of their numbers, each with its sketch; what lies between two starts is one group."""
    vectors = np.random.default_rng(4).integers(0, 256, (count, 32), dtype=np.uint8)
    bands = Bands(vectors)
    codes = np.empty((count, 11), np.uint64)
    kernels().code_vectors(vectors.view(np.uint64), bands._key_low_bits, codes)
    for band in range(11):
        groups = (codes[:, band] >> np.uint64(16)).astype(np.int64)
        order = np.argsort(groups, kind="stable")
        starts = np.searchsorted(groups[order], np.arange(bands._starts.shape[1])) + band * count
        assert np.array_equal(bands._ids[band], order)
        assert np.array_equal(bands._starts[band], starts)
        sketches = bands._sketches[band * count : (band + 1) * count]
        assert np.array_equal(sketches, (codes[order, band] & np.uint64(0xFFFF)))
