import hashlib

import pytest

from schoon.kinds import merkle

# Published test vectors of Certificate Transparency's tree: leaf inputs, and the root at each size.
LEAVES = [
    bytes.fromhex(h)
    for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_equal_the_published_vectors(size):
    assert merkle.root_of([merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize("size", [*range(70), 127, 128, 129, 255, 257])
def test_every_path_leads_to_the_root_and_only_from_its_own_place(size):
    leaves = [merkle.leaf_hash(bytes([n & 255, n >> 8])) for n in range(size)]
    root, paths = merkle.paths_of(leaves)
    assert root == merkle.root_of(leaves) == naive_root(leaves)
    for index, path in enumerate(paths):
        assert merkle.root_from_path(leaves[index], index, size, path) == root
        assert merkle.root_from_path(leaves[index], index + 1, size, path) != root
        assert merkle.root_from_path(leaves[index], index, size, (*path, b"\0" * 32)) != root
        if path:
            assert merkle.root_from_path(leaves[index], index, size, path[:-1]) != root


@pytest.mark.parametrize("after", [0, 1, 5, 8])
def test_a_tree_appended_by_its_root_is_as_if_its_leaves_were(after):
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(16 + after)]
    builder = merkle.RootBuilder()
    builder.append_tree(merkle.root_of(leaves[:8]), 8)
    builder.append_tree(merkle.root_of(leaves[8:16]), 8)
    builder.extend(leaves[16:])
    assert (builder.count, builder.root()) == (16 + after, merkle.root_of(leaves))


@pytest.mark.parametrize(("before", "size"), [(0, 3), (0, 0), (1, 2), (4, 8), (0, -1)])
def test_a_tree_that_is_no_node_is_refused(before, size):
    builder = merkle.RootBuilder()
    builder.extend([merkle.leaf_hash(bytes([n])) for n in range(before)])
    with pytest.raises(ValueError, match="no node"):
        builder.append_tree(merkle.leaf_hash(b""), size)
