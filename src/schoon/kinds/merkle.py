"""The hash tree of RFC 6962: what a root commits to, and the path that proves one leaf.

Source: RFC 6962 section 2.1, docs/sources.md#rfc-6962
"""

import hashlib
from collections.abc import Iterable, Sequence

_BLOCK = 512
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The 32-byte hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The 32-byte hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class RootBuilder:
    """Takes leaf hashes in order and gives the root, keeping one hash per level only."""

    __slots__ = ("_stack", "count")

    def __init__(self) -> None:
        """Start with an empty tree."""
        self.count = 0
        self._stack: list[bytes] = []

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes (from `leaf_hash`); whole blocks go level by level, which is nearly twice as quick."""
        waiting, at = list(leaves), 0
        while at < len(waiting):
            if self.count % _BLOCK == 0 and len(waiting) - at >= _BLOCK:
                self._push(_root_of_block(waiting[at : at + _BLOCK]), _BLOCK)
                at += _BLOCK
            else:
                self._push(waiting[at], 1)
                at += 1

    def append_tree(self, root: bytes, size: int) -> None:
        """Append `size` leaves by the root over them.

        Raises:
            ValueError: That root is no node of the tree: `size` is no power of two that divides the count so far.
        """
        if size < 1 or size & (size - 1) or self.count % size:
            raise ValueError(f"{size} leaves after {self.count} are no node of the tree")
        self._push(root, size)

    def _push(self, node: bytes, size: int) -> None:
        """Append a whole subtree of `size` leaves; the stack holds one node per bit of `count` that is set."""
        full = self.count // size
        while full & 1:
            node = node_hash(self._stack.pop(), node)
            full >>= 1
        self._stack.append(node)
        self.count += size

    def root(self) -> bytes:
        """The root over all leaves so far; the builder can go on afterwards."""
        if not self._stack:
            return EMPTY_ROOT
        node = self._stack[-1]
        for left in reversed(self._stack[:-1]):
            node = node_hash(left, node)
        return node


def _root_of_block(level: list[bytes]) -> bytes:
    sha256 = hashlib.sha256
    while len(level) > 1:
        level = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    builder = RootBuilder()
    builder.extend(leaves)
    return builder.root()


def paths_of(leaves: Sequence[bytes]) -> tuple[bytes, list[tuple[bytes, ...]]]:
    """The root, and for every leaf hash its audit path from the leaf upwards.

    Cost: n log n steps; meant for the few hundred leaves of one batch.
    """
    count = len(leaves)
    paths: list[list[bytes]] = [[] for _ in range(count)]
    level = [(leaf, range(position, position + 1)) for position, leaf in enumerate(leaves)]
    while len(level) > 1:
        above = []
        for left, right in zip(level[::2], level[1::2], strict=False):
            for position in left[1]:
                paths[position].append(right[0])
            for position in right[1]:
                paths[position].append(left[0])
            above.append((node_hash(left[0], right[0]), range(left[1].start, right[1].stop)))
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return (level[0][0] if level else EMPTY_ROOT), [tuple(path) for path in paths]


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to, or None when it cannot belong to leaf `index` of a tree of `size`.

    Source: RFC 9162 section 2.1.3.2, docs/sources.md#rfc-6962
    """
    if not 0 <= index < size:
        return None
    position, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        position >>= 1
        last >>= 1
    return node if last == 0 else None
