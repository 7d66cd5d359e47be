"""Secrets at rest: AES-256-GCM for what must be read again, keyed tags for what must only be found again."""

import base64
import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

from schoon.reports.errors import VaultError
from schoon.reports.ports import Vault

_NONCE = 12
_TAG_BYTES = 16
_CODE_BYTES = 10
_GROUP = 4


class KeyVault(Vault):
    """A vault under the 32 bytes of a key file; each purpose has a key of its own that follows from them."""

    def __init__(self, secret: bytes) -> None:
        """Take the key.

        Raises:
            ValueError: It is shorter than 32 bytes.
        """
        if len(secret) < 32:
            raise ValueError(f"a vault's key has 32 bytes, not {len(secret)}")
        self._cipher = AESGCM(hmac.digest(secret, b"schoon/seal", "sha256"))

        @lru_cache(maxsize=64)
        def key_of(purpose: str) -> bytes:
            return hmac.digest(secret, f"schoon/tag/{purpose}".encode(), "sha256")

        self._key_of = key_of

    @override
    def seal(self, place: str, text: str) -> bytes:
        nonce = AESGCM.generate_key(128)[:_NONCE]  # fresh random bytes, from where the keys come from
        return nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())

    @override
    def open(self, place: str, sealed: bytes) -> str:
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError) as cause:  # too short a value is a ValueError
            raise VaultError(f"the value at {place} does not open") from cause

    @override
    def tag(self, purpose: str, text: str) -> str:
        return hmac.digest(self._key_of(purpose), text.encode(), "sha256")[:_TAG_BYTES].hex()

    @override
    def code(self, purpose: str, text: str) -> str:
        raw = hmac.digest(self._key_of(purpose), text.encode(), "sha256")[:_CODE_BYTES]
        letters = base64.b32encode(raw).decode("ascii").lower()
        return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))

    def __repr__(self) -> str:
        return "KeyVault(…)"
