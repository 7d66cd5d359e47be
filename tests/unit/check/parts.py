"""A real small index, and the check put together over memory."""

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.check import Item, Policy, SearchIndex
from schoon.check.service import CheckService, HitRecorder, QuotaKeeper
from schoon.index import ENTRY_DTYPE, Columns, derive_keys, open_index, tags_of, write_snapshot
from schoon.kinds import (
    CATEGORY_CODES,
    EXACT_KINDS,
    KIND_BITS,
    KIND_BYTES,
    Category,
    Digest,
    Kind,
    SnapshotHeader,
    Standing,
    SupplierLabel,
)
from tests.memory.house import T0, House

KEYS = derive_keys(bytes(range(32)))
SUPPLIERS = (
    SupplierLabel(code=1, name="police-nl", supplier_class="police"),
    SupplierLabel(code=2, name="meldpunt", supplier_class="hotline"),
)


def digest_of(kind: Kind, name: str) -> Digest:
    """A digest that looks random and is the same for the same name; a PDQ one has half its bits set."""
    if kind is Kind.PDQ:
        bits = [1] * 128 + [0] * 128
        random.Random(name).shuffle(bits)
        return Digest(kind=kind, value=np.packbits(bits).tobytes())
    return Digest(kind=kind, value=hashlib.sha512(f"{kind}{name}".encode()).digest()[: KIND_BYTES[kind]])


def moved(digest: Digest, distance: int, seed: int = 0) -> Digest:
    """A PDQ digest that many bits away."""
    bits = np.unpackbits(np.frombuffer(digest.value, dtype=np.uint8))
    bits[random.Random(seed).sample(range(256), distance)] ^= 1
    return Digest(kind=Kind.PDQ, value=np.packbits(bits).tobytes())


@dataclass
class Listed:
    """An entry to be listed; its digests are those of `name`, unless given."""

    entry: int
    name: str
    kinds: tuple[Kind, ...] = tuple(Kind)
    category: Category = Category.BASELINE
    supplier: int = 1
    standing: Standing = Standing.ACTIVE
    other: dict[Kind, str] = field(default_factory=dict)


def an_index(folder: Path, listed: Iterable[Listed], version: int = 3) -> SearchIndex:
    """A snapshot of those entries, written and opened."""
    some = sorted(listed, key=lambda one: one.entry)
    entries = np.zeros(len(some), dtype=ENTRY_DTYPE)
    digests: dict[Kind, list[tuple[bytes, int]]] = {kind: [] for kind in Kind}
    for row, one in enumerate(some):
        kinds = sum(KIND_BITS[kind] for kind in one.kinds)
        entries[row] = (one.entry, one.supplier, CATEGORY_CODES[one.category], kinds, one.standing)
        for kind in one.kinds:
            digests[kind].append((digest_of(kind, one.other.get(kind, one.name)).value, row))
    exact = {}
    for kind in EXACT_KINDS:
        values = np.frombuffer(b"".join(v for v, _ in digests[kind]), dtype=np.uint8).reshape(-1, KIND_BYTES[kind])
        exact[kind] = (tags_of(KEYS, kind, values), np.array([r for _, r in digests[kind]], dtype=np.uint32))
    columns = Columns(
        entries=entries,
        exact=exact,
        vectors=np.frombuffer(b"".join(v for v, _ in digests[Kind.PDQ]), dtype=np.uint8).reshape(-1, 32),
        vector_rows=np.array([r for _, r in digests[Kind.PDQ]], dtype=np.uint32),
    )
    header = SnapshotHeader(list_name="nl", version=version, created_at=T0, suppliers=SUPPLIERS)
    signing_key = Ed25519PrivateKey.generate()
    path = folder / f"snapshot-{version:012d}.schoon"
    write_snapshot(path, header, columns, keys=KEYS, signing_key=signing_key)
    return open_index(path, keys=KEYS, public_key=signing_key.public_key())


@dataclass
class Source:
    """Holds an index; what an IndexHolder is to the check."""

    current: SearchIndex | None = None
    issued_at: datetime | None = T0


def a_check(house: House, source: Source, age_limit: timedelta = timedelta(hours=1)) -> CheckService:
    recorder = HitRecorder(house.transactions, house.hits, house.near, house.journal, keys=KEYS)
    quotas = QuotaKeeper(house.transactions, house.usage)
    return CheckService(source=source, keys=KEYS, recorder=recorder, quotas=quotas, age_limit=age_limit)


def an_item(name: str, *digests: Digest, file_ref: str | None = None) -> Item:
    return Item(item_id=name, digests=digests, file_ref=file_ref)


EVERYTHING = Policy(categories=frozenset(Category))
