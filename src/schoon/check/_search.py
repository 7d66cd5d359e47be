"""One batch through the index: digests to arrays, arrays to matches, and the members' policies applied to them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from schoon.check.ports import SearchIndex
from schoon.check.rules import Found, dihedral_variants
from schoon.check.types import Item, Policy
from schoon.index import ListKeys, tags_of
from schoon.kinds import CATEGORY_CODES, EXACT_KINDS, KIND_BITS, KIND_BYTES, EntryId, Kind, Standing

_CATEGORIES = {code: category for category, code in CATEGORY_CODES.items()}
_NO_PDQ = 255
_STANDINGS = {int(standing): standing for standing in Standing}
_WITHDRAWN = int(Standing.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is asked, grouped by kind of digest.

    Attributes:
        digests: Per kind (n, bytes of the kind) uint8.
        owners: Per kind (n,) int64: the number of the item each digest belongs to; None when digest i is item i.
        policies: The different policies of the batch.
        policy_of: (items,) int64 into `policies`; None when there is one policy.
    """

    digests: dict[Kind, NDArray[np.uint8]]
    owners: dict[Kind, NDArray[np.int64] | None]
    policies: tuple[Policy, ...]
    policy_of: NDArray[np.int64] | None


class ItemMatches(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one item matched within its member's policy.

    Attributes:
        item: Its number in the batch.
        found: At least one.
        near: (entry, position in the batch's PDQ digests) of each perceptual match.
    """

    item: int
    found: list[Found]
    near: list[tuple[EntryId, int]] = []


def batch_of_items(items: Sequence[Item], policy_of: Sequence[int] | None, policies: tuple[Policy, ...]) -> Batch:
    """The batch of items with digests of any kinds; `policy_of` has one number per item, or is None with one policy."""
    values: dict[Kind, list[bytes]] = defaultdict(list)
    owners: dict[Kind, list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        for digest in item.digests:
            values[digest.kind].append(digest.value)
            owners[digest.kind].append(number)
    return Batch(
        digests={
            kind: np.frombuffer(b"".join(some), dtype=np.uint8).reshape(-1, KIND_BYTES[kind])
            for kind, some in values.items()
        },
        owners={kind: np.array(some, dtype=np.int64) for kind, some in owners.items()},
        policies=policies,
        policy_of=None if policy_of is None else np.array(policy_of, dtype=np.int64),
    )


def matches_of(index: SearchIndex, keys: ListKeys, batch: Batch) -> Iterator[ItemMatches]:
    """The items that matched something, by item number; the others cost nothing in Python."""
    columns = [_exact(index, keys, batch, kind) for kind in EXACT_KINDS if kind in batch.digests]
    if Kind.PDQ in batch.digests:
        columns.append(_perceptual(index, batch))
    columns = [some for some in columns if some.items.size]
    if not columns:
        return
    matched = _Matched(
        items=np.concatenate([c.items for c in columns]),
        rows=np.concatenate([c.rows for c in columns]),
        kinds=np.concatenate([c.kinds for c in columns]),
        distances=np.concatenate([c.distances for c in columns]),
        queries=np.concatenate([c.queries for c in columns]),
    )
    entries = index.entries(matched.rows)
    allowed = _allowed(index, batch, matched.items, entries)
    if not allowed.all():
        matched, entries = matched.only(allowed), entries[allowed]
    order = np.argsort(matched.items, kind="stable")
    yield from _grouped(index, matched.only(order), entries[order])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matched:
    items: NDArray[np.int64]
    rows: NDArray[np.int64]
    kinds: NDArray[np.uint8]
    distances: NDArray[np.uint8]
    queries: NDArray[np.int64]

    def only(self, chosen: NDArray[Any]) -> "_Matched":
        return _Matched(
            items=self.items[chosen],
            rows=self.rows[chosen],
            kinds=self.kinds[chosen],
            distances=self.distances[chosen],
            queries=self.queries[chosen],
        )


def _exact(index: SearchIndex, keys: ListKeys, batch: Batch, kind: Kind) -> _Matched:
    queries, rows = index.find_exact(kind, tags_of(keys, kind, batch.digests[kind]))
    owners = batch.owners[kind]
    return _Matched(
        items=queries if owners is None else owners[queries],
        rows=rows,
        kinds=np.full(rows.size, KIND_BITS[kind], dtype=np.uint8),
        distances=np.zeros(rows.size, dtype=np.uint8),
        queries=queries,
    )


def _perceptual(index: SearchIndex, batch: Batch) -> _Matched:
    digests, owners = batch.digests[Kind.PDQ], batch.owners[Kind.PDQ]
    items = np.arange(len(digests), dtype=np.int64) if owners is None else owners
    policy = np.zeros(len(digests), dtype=np.int64) if batch.policy_of is None else batch.policy_of[items]
    radius = np.array([_NO_PDQ if p.pdq_distance is None else p.pdq_distance for p in batch.policies], dtype=np.uint8)[
        policy
    ]
    turned = np.array([p.dihedral for p in batch.policies], dtype=np.bool_)[policy]
    asked = radius != _NO_PDQ
    plain = np.flatnonzero(asked & ~turned)
    eight = np.flatnonzero(asked & turned)
    vectors = np.concatenate((digests[plain], dihedral_variants(digests[eight]).reshape(-1, 32)))
    query_of = np.concatenate((plain, np.repeat(eight, 8)))
    if not query_of.size:
        return _no_matches()
    places, rows, distances = index.find_pdq(np.ascontiguousarray(vectors), radius[query_of])
    queries, rows, distances = _nearest(query_of[places], rows, distances)
    return _Matched(
        items=items[queries],
        rows=rows,
        kinds=np.full(rows.size, KIND_BITS[Kind.PDQ], dtype=np.uint8),
        distances=distances,
        queries=queries,
    )


def _nearest(
    queries: NDArray[np.int64], rows: NDArray[np.int64], distances: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    # Several of the eight forms of one digest may match the same entry: the nearest counts.
    order = np.lexsort((distances, rows, queries))
    queries, rows, distances = queries[order], rows[order], distances[order]
    first = np.ones(queries.size, dtype=np.bool_)
    first[1:] = (queries[1:] != queries[:-1]) | (rows[1:] != rows[:-1])
    return queries[first], rows[first], distances[first]


def _no_matches() -> _Matched:
    none, no_bytes = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint8)
    return _Matched(items=none, rows=none, kinds=no_bytes, distances=no_bytes, queries=none)


def _allowed(index: SearchIndex, batch: Batch, items: NDArray[np.int64], entries: NDArray[Any]) -> NDArray[np.bool_]:
    policy = np.zeros(items.size, dtype=np.int64) if batch.policy_of is None else batch.policy_of[items]
    categories = np.zeros((len(batch.policies), 256), dtype=np.bool_)
    for number, one in enumerate(batch.policies):
        categories[number, [CATEGORY_CODES[category] for category in one.categories]] = True
    allowed = categories[policy, entries["category"]] & (entries["standing"] != _WITHDRAWN)
    if any(one.suppliers is not None for one in batch.policies):
        codes = np.zeros((len(batch.policies), 65536), dtype=np.bool_)
        for number, one in enumerate(batch.policies):
            wanted = [label.code for label in index.suppliers if one.suppliers is None or label.name in one.suppliers]
            codes[number, wanted] = True
        allowed &= codes[policy, entries["supplier"]]
    return np.asarray(allowed, dtype=np.bool_)


_KIND_OF_BIT = {bit: kind for kind, bit in KIND_BITS.items()}


def _grouped(index: SearchIndex, matched: _Matched, entries: NDArray[Any]) -> Iterator[ItemMatches]:
    classes = {label.code: label.supplier_class for label in index.suppliers}
    group: ItemMatches | None = None
    rows = zip(
        matched.items.tolist(),
        matched.kinds.tolist(),
        matched.distances.tolist(),
        matched.queries.tolist(),
        entries.tolist(),
        strict=True,
    )  # fmt: skip - one column a word reads better than one a line
    for item, kind_bit, distance, query, (entry_id, supplier, category, entry_kinds, standing) in rows:
        if group is None or group.item != item:
            if group is not None:
                yield group
            group = ItemMatches(item=item, found=[])
        kind = _KIND_OF_BIT[kind_bit]
        group.found.append(
            Found(
                entry_id=EntryId(entry_id),
                category=_CATEGORIES[category],
                supplier_class=classes.get(supplier, ""),
                standing=_STANDINGS[standing],
                entry_kinds=entry_kinds,
                kind=kind,
                distance=distance,
            )
        )
        if kind is Kind.PDQ:
            group.near.append((EntryId(entry_id), query))
    if group is not None:
        yield group
