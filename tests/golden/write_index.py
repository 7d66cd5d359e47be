"""Three-entry files of the index, byte for byte: fixed keys and nonce. Run by `make golden`; review the difference."""

from pathlib import Path

import numpy as np

from schoon.index import ENTRY_DTYPE
from schoon.index._files import _delta_parts, _snapshot_parts
from schoon.index._format import PreviousJson
from schoon.kinds import KIND_BYTES, Kind, Standing
from tests.index_lists import KEYS, SIGNING_KEY, PlainList, a_delta, a_header

FOLDER = Path(__file__).parent / "index"
NONCE = bytes(range(100, 112))


def three_entries() -> PlainList:
    """One with every kind, one with MD5 and PDQ, one with SHA-256 alone; digests that count up."""
    entries = np.array(
        [(1, 1, 1, 15, Standing.ACTIVE), (2, 7, 2, 9, Standing.ATTESTED), (900, 7, 3, 4, Standing.SUSPENDED)],
        ENTRY_DTYPE,
    )
    rows = {Kind.MD5: [0, 1], Kind.SHA1: [0], Kind.SHA256: [0, 2], Kind.PDQ: [0, 1]}
    digests = {}
    for kind, of in rows.items():
        size = KIND_BYTES[kind]
        values = [[(17 * row + at + size) % 256 for at in range(size)] for row in of]
        digests[kind] = np.array(values, dtype=np.uint8), np.array(of, dtype=np.uint32)
    return PlainList(entries=entries, digests=digests)


def golden_files() -> dict[str, bytes]:
    """Name and content of each golden file."""
    plain = three_entries()
    snapshot = _snapshot_parts(a_header(12), plain.columns(), keys=KEYS, signing_key=SIGNING_KEY, nonce=NONCE)
    later = PlainList(entries=plain.entries.copy(), digests=plain.digests)
    later.entries["entry_id"] += 1000
    delta = _delta_parts(
        a_delta(13, later, {1: Standing.SUSPENDED, 900: Standing.WITHDRAWN}),
        PreviousJson(version=12, sha256="ab" * 32),
        keys=KEYS,
        signing_key=SIGNING_KEY,
        nonce=NONCE,
    )
    return {"snapshot.schoon": b"".join(snapshot), "delta.schoon": b"".join(delta)}


def write() -> None:
    """Put them into the folder."""
    for name, content in golden_files().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    write()
