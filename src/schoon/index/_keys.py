"""Keys out of the list key, and tags out of digests."""

import hashlib
import hmac
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from schoon.index.errors import InvalidListKeyError, InvalidQueryError
from schoon.index.types import ListKeys
from schoon.kinds import EXACT_KINDS, KIND_BYTES, Kind

TAG_BYTES = 16
LIST_KEY_BYTES = 32
KEY_CHECK_BYTES = 16


def derive_keys(secret: bytes) -> ListKeys:
    """The keys for each purpose, by HKDF-SHA-256 with an info text per purpose ("schoon/tag/md5").

    Raises:
        InvalidListKeyError: The secret is not 32 bytes.
    """
    if len(secret) != LIST_KEY_BYTES:
        raise InvalidListKeyError(f"the list key has {len(secret)} bytes, not {LIST_KEY_BYTES}")
    return ListKeys(
        tag_keys={kind: _derive(secret, f"schoon/tag/{kind}", TAG_BYTES) for kind in EXACT_KINDS},
        vector_key=_derive(secret, "schoon/vectors", 32),
        table_key=_derive(secret, "schoon/table", 32),
    )


def tags_of(keys: ListKeys, kind: Kind, digests: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The (n, 16) tags of n digests: the first 16 bytes of each, as one AES-128 block under the key of the kind.

    A block cipher is a permutation, so two digests share a tag only when their first 16 bytes are equal.

    Args:
        keys: From `derive_keys`.
        kind: An exact kind.
        digests: (n, size of the kind) uint8.

    Raises:
        InvalidQueryError: The kind is not exact, or the shape does not fit it.
    """
    if kind not in keys.tag_keys:
        raise InvalidQueryError(f"{kind} digests have no tags; only exact kinds have")
    if digests.dtype != np.uint8 or digests.ndim != 2 or digests.shape[1] != KIND_BYTES[kind]:
        raise InvalidQueryError(
            f"{kind} digests come as (n, {KIND_BYTES[kind]}) uint8, not {digests.shape} {digests.dtype}"
        )
    blocks: NDArray[np.uint8] = np.ascontiguousarray(digests[:, :TAG_BYTES])
    out = np.empty(blocks.size + TAG_BYTES - 1, dtype=np.uint8)
    # Not a message in ECB mode: every block is a value of its own, and equal digests must give equal tags.
    cipher: Cipher[Any] = Cipher(algorithms.AES128(keys.tag_keys[kind]), modes.ECB())  # noqa: S305 see the line above
    if blocks.size:
        cipher.encryptor().update_into(blocks.data, out.data)
    return out[: blocks.size].reshape(-1, TAG_BYTES)


def key_check(keys: ListKeys, list_name: str) -> bytes:
    """A value that tells two list keys apart and gives neither away: kept in every file."""
    joined = keys.vector_key + b"".join(keys.tag_keys[kind] for kind in EXACT_KINDS)
    return hmac.new(joined, b"schoon list key check v1\0" + list_name.encode(), hashlib.sha256).digest()[
        :KEY_CHECK_BYTES
    ]


def _derive(secret: bytes, purpose: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose.encode()).derive(secret)
