"""Verifying a receipt offline: that the service gave exactly this result to exactly this request."""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from schoon.client._wire import Receipt
from schoon.client.errors import ClientSettingsError, UntrustedReceiptError
from schoon.kinds import leaf_hash, root_from_path


def load_receipt_key(key: bytes) -> Ed25519PublicKey:
    """The public key from its PEM text or its 32 raw bytes.

    Raises:
        ClientSettingsError: It is neither, or a key of another kind.
    """
    try:
        loaded = Ed25519PublicKey.from_public_bytes(key) if len(key) == 32 else load_pem_public_key(key)
    except ValueError:
        raise ClientSettingsError(f"the receipt key ({len(key)} bytes) is not an Ed25519 public key") from None
    if not isinstance(loaded, Ed25519PublicKey):
        raise ClientSettingsError("the receipt key is a public key, but not an Ed25519 one")
    return loaded


def verify_receipt(receipt: Receipt, *, request: bytes, result: bytes, key: Ed25519PublicKey) -> None:
    """Nothing, when the receipt proves that `result` was the answer to `request`.

    Args:
        receipt: As it came with the answer.
        request: The exact body that was sent.
        result: The exact bytes of the `result` value.
        key: Whose signature counts.

    Raises:
        UntrustedReceiptError: It is about something else, its path leads nowhere, or the signature is another's.
    """
    verify_receipt_of(receipt, request_sha256=hashlib.sha256(request).digest(), result=result, key=key)


def verify_receipt_of(receipt: Receipt, *, request_sha256: bytes, result: bytes, key: Ed25519PublicKey) -> None:
    """The same as `verify_receipt`, for a request whose SHA-256 is known already.

    Raises:
        UntrustedReceiptError: As there.
    """
    asked, told = request_sha256, hashlib.sha256(result).digest()
    if _bytes_of(receipt.request_sha256) != asked or _bytes_of(receipt.result_sha256) != told:
        raise UntrustedReceiptError(
            f"the receipt of {receipt.issued_at[:40]} is about another request or another result"
        )
    path = [_bytes_of(node) for node in receipt.path]
    signature = _bytes_of(receipt.signature)
    leaf = leaf_hash(receipt.member.encode() + b"\x00" + asked + told)
    root = root_from_path(leaf, receipt.index, receipt.size, path)
    if root is None:
        raise UntrustedReceiptError(f"the path of leaf {receipt.index} of {receipt.size} in the receipt leads nowhere")
    text = "\n".join(
        (
            "schoon receipt v1",
            f"{receipt.list_name} {receipt.list_version}",
            receipt.issued_at,
            f"{receipt.size} {root.hex()}\n",
        )
    )
    try:
        key.verify(signature, text.encode())
    except InvalidSignature:
        raise UntrustedReceiptError(f"key {receipt.key_id[:64]!r} did not sign this receipt") from None


def _bytes_of(text: str) -> bytes:
    """The bytes behind lower-case hexadecimal; another spelling of the same bytes is not what was signed."""
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if value.hex() != text:
        raise UntrustedReceiptError("the receipt holds text that is not lower-case hexadecimal")
    return value
