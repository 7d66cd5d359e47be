"""A service's side of a receipt, written apart from the service's own code."""

import hashlib
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LIST = {"name": "nl", "version": 7, "age_seconds": 1.5}


def envelope(
    request: bytes, result: dict[str, Any], key: Ed25519PrivateKey, *, member: str = "hoster", **changes: Any
) -> bytes:
    """A whole answer: the result, and a receipt that is the only leaf of its batch; `changes` spoil the receipt."""
    told = msgspec.json.encode(result)
    request_hash, result_hash = hashlib.sha256(request).digest(), hashlib.sha256(told).digest()
    leaf = hashlib.sha256(b"\x00" + member.encode() + b"\x00" + request_hash + result_hash).digest()
    name, version = result["list"]["name"], result["list"]["version"]
    issued_at = "2026-11-22T13:00:00.000000Z"
    text = f"schoon receipt v1\n{name} {version}\n{issued_at}\n1 {leaf.hex()}\n"
    receipt = {
        "member": member,
        "request_sha256": request_hash.hex(),
        "result_sha256": result_hash.hex(),
        "list_name": name,
        "list_version": version,
        "issued_at": issued_at,
        "index": 0,
        "size": 1,
        "path": [],
        "key_id": "k",
        "signature": key.sign(text.encode()).hex(),
    } | changes
    return b'{"result":' + told + b',"receipt":' + msgspec.json.encode(receipt) + b"}"
