"""Opens blocks that were made out of the rows of the first schema, where each entry was sealed by itself.

    sealed  = length of each (4, little-endian) ‖ every: nonce (12) ‖ AES-256-GCM(table key, packed,
              associated data = header ‖ supplier's time (8))

The migration that made these blocks has no key: it could put the sealed entries together and not seal them anew.
"""

from collections.abc import Sequence

import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schoon.lists.types import NO_TIME, EntryBlock

_NONCE_BYTES = 12
_TIME_OFFSET = 1 << 63
_NO_TIME = b"\xff" * 8


def open_each(cipher: AESGCM, block: EntryBlock, headers: Sequence[bytes]) -> list[bytes]:
    """The packed digests of each entry.

    Args:
        cipher: With the key of the tables.
        block: The block.
        headers: The header of each entry.

    Raises:
        InvalidTag: An entry does not open.
        ValueError: The lengths are not those of the sealed entries.
    """
    lengths = np.frombuffer(block.sealed, dtype="<u4", count=len(block)).tolist()
    at = 4 * len(block)
    if at + sum(lengths) != len(block.sealed):
        raise ValueError("the sealed entries are not as long as they say")
    opened = []
    for header, micros, length in zip(headers, np.frombuffer(block.times, dtype="<i8").tolist(), lengths, strict=True):
        sealed = block.sealed[at : at + length]
        time = _NO_TIME if micros == NO_TIME else (micros + _TIME_OFFSET).to_bytes(8)
        opened.append(cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], header + time))
        at += length
    return opened
