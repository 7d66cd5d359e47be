"""Keys out of the list key, tags out of digests."""

import hashlib
import hmac
import subprocess
import sys

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from schoon.index import InvalidListKeyError, InvalidQueryError, derive_keys, tags_of
from schoon.kinds import EXACT_KINDS, KIND_BYTES, Kind


def hkdf(secret: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 with an empty salt, for at most 32 bytes."""
    key = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(key, info + b"\x01", hashlib.sha256).digest()[:length]


def test_every_purpose_has_a_key_of_its_own_by_hkdf() -> None:
    secret = bytes(range(32))
    keys = derive_keys(secret)
    for kind in EXACT_KINDS:
        assert keys.tag_keys[kind] == hkdf(secret, f"schoon/tag/{kind}".encode(), 16)
    assert keys.vector_key == hkdf(secret, b"schoon/vectors", 32)
    assert keys.table_key == hkdf(secret, b"schoon/table", 32)


def test_keys_stay_out_of_repr() -> None:
    keys = derive_keys(bytes(range(32)))
    assert keys.vector_key.hex() not in repr(keys)
    assert repr(keys.vector_key) not in repr(keys)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_list_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(InvalidListKeyError, match=str(length)):
        derive_keys(bytes(length))


@pytest.mark.parametrize("kind", EXACT_KINDS)
def test_a_tag_is_one_aes_block_of_the_first_sixteen_bytes(kind: Kind) -> None:
    keys = derive_keys(bytes(32))
    digests = np.random.default_rng(4).integers(0, 256, (50, KIND_BYTES[kind]), dtype=np.uint8)
    tags = tags_of(keys, kind, digests)
    for digest, tag in zip(digests, tags, strict=True):
        block = Cipher(algorithms.AES(keys.tag_keys[kind]), modes.CBC(bytes(16))).encryptor()
        assert block.update(digest[:16].tobytes()) == tag.tobytes()


def test_no_digests_give_no_tags() -> None:
    assert tags_of(derive_keys(bytes(32)), Kind.MD5, np.empty((0, 16), np.uint8)).shape == (0, 16)


def test_a_read_only_strided_batch_is_taken() -> None:
    whole = np.frombuffer(bytes(range(200)), dtype=np.uint8).reshape(5, 40)
    tags = tags_of(derive_keys(bytes(32)), Kind.SHA1, whole[::2, :20])
    assert np.array_equal(tags, tags_of(derive_keys(bytes(32)), Kind.SHA1, whole[::2, :20].copy()))


@pytest.mark.parametrize(
    ("kind", "shape"), [(Kind.PDQ, (1, 32)), (Kind.MD5, (1, 20)), (Kind.SHA256, (32,)), (Kind.SHA1, (2, 16))]
)
def test_a_batch_of_the_wrong_kind_or_shape_is_refused(kind: Kind, shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidQueryError):
        tags_of(derive_keys(bytes(32)), kind, np.zeros(shape, np.uint8))


def test_importing_the_index_does_not_load_the_compiler() -> None:
    script = "import sys, schoon.index; sys.exit('numba' in sys.modules or 'llvmlite' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
