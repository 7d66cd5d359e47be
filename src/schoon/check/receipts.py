"""Receipts: a signature over a batch of answers, with the path that proves one answer was in it.

A receipt says: this service answered this very request of this member with this very result, from this version of the
list, at this time. It is verified offline, with the service's public key, the request and the result as they were sent.
The format is docs/receipts.md.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from schoon.check.errors import ReceiptError
from schoon.check.types import ListState
from schoon.kinds import require_utc
from schoon.kinds.merkle import leaf_hash, paths_of, root_from_path

_HASH_BYTES = 32
_SIGNATURE_BYTES = 64
_LONGEST_PATH = 32
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
_FIELDS = frozenset(
    {
        "member",
        "request_sha256",
        "result_sha256",
        "list_name",
        "list_version",
        "issued_at",
        "index",
        "size",
        "path",
        "key_id",
        "signature",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The proof of one answer.

    Attributes:
        member: The member's name.
        request_sha256: SHA-256 of the request body.
        result_sha256: SHA-256 of the bytes of the result.
        list_name, list_version: The list that answered.
        issued_at: When the batch was signed (UTC).
        index, size: Place of this answer in the batch, and how many the batch has.
        path: Hashes from the leaf up to the signed root.
        key_id: First 16 bytes of the SHA-256 of the public key, in hexadecimal.
        signature: Ed25519, 64 bytes.
    """

    member: str
    request_sha256: bytes
    result_sha256: bytes
    list_name: str
    list_version: int
    issued_at: datetime
    index: int
    size: int
    path: tuple[bytes, ...]
    key_id: str
    signature: bytes


class Answered(NamedTuple):
    """One answer of a batch that is to be signed: who asked, and the hashes of both bodies."""

    member: str
    request_sha256: bytes
    result_sha256: bytes


class ReceiptSigner:
    """Signs batches of answers with the service's key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key()
        self.key_id = key_id_of(self.public_key)

    def sign(self, answered: Sequence[Answered], list_state: ListState, now: datetime) -> list[Receipt]:
        """One receipt per answer, in order, all under one signature. Cost: one signature, some hashes per answer."""
        if not answered:
            return []
        issued_at = require_utc(now)
        paths, signature = self._signed(answered, list_state, issued_at)
        return [
            Receipt(
                member=one.member,
                request_sha256=one.request_sha256,
                result_sha256=one.result_sha256,
                list_name=list_state.name,
                list_version=list_state.version,
                issued_at=issued_at,
                index=index,
                size=len(answered),
                path=path,
                key_id=self.key_id,
                signature=signature,
            )
            for index, (one, path) in enumerate(zip(answered, paths, strict=True))
        ]

    def sign_as_json(self, answered: Sequence[Answered], list_state: ListState, now: datetime) -> list[bytes]:
        """The receipts of `sign`, each as the JSON of its `receipt_fields`: what they share is written once."""
        if not answered:
            return []
        issued_at = require_utc(now)
        paths, signature = self._signed(answered, list_state, issued_at)
        middle = (
            f'"list_name":{_quoted(list_state.name)},"list_version":{list_state.version},'
            f'"issued_at":"{issued_at.strftime(_TIME)}"'
        )
        end = f'"key_id":"{self.key_id}","signature":"{signature.hex()}"'
        return [
            _as_json(one, f'{middle},"index":{index},"size":{len(answered)}', path, end)
            for index, (one, path) in enumerate(zip(answered, paths, strict=True))
        ]

    def _signed(
        self, answered: Sequence[Answered], list_state: ListState, issued_at: datetime
    ) -> tuple[list[tuple[bytes, ...]], bytes]:
        root, paths = paths_of([_leaf(one.member, one.request_sha256, one.result_sha256) for one in answered])
        text = _signed_text(list_state.name, list_state.version, issued_at, size=len(answered), root=root)
        return paths, self._key.sign(text)


def key_id_of(public_key: Ed25519PublicKey) -> str:
    """The name of a receipt key: 32 hexadecimal digits."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:32]


def verify_receipt(receipt: Receipt, request: bytes, result: bytes, public_key: Ed25519PublicKey) -> None:
    """Pass, if that service gave that result to that request.

    Raises:
        ReceiptError: It did not, or something was changed since; the message says what does not fit.
    """
    if receipt.key_id != key_id_of(public_key):
        raise ReceiptError(f"the receipt names the key {receipt.key_id[:32]}; the key given is {key_id_of(public_key)}")
    if hashlib.sha256(request).digest() != receipt.request_sha256:
        raise ReceiptError("the request is not the one that was answered")
    if hashlib.sha256(result).digest() != receipt.result_sha256:
        raise ReceiptError("the result is not the one that was given")
    leaf = _leaf(receipt.member, receipt.request_sha256, receipt.result_sha256)
    root = root_from_path(leaf, receipt.index, receipt.size, receipt.path)
    if root is None:
        raise ReceiptError(
            f"the path of {len(receipt.path)} hashes cannot lead from place {receipt.index} of {receipt.size}"
        )
    text = _signed_text(receipt.list_name, receipt.list_version, receipt.issued_at, size=receipt.size, root=root)
    try:
        public_key.verify(receipt.signature, text)
    except InvalidSignature:
        raise ReceiptError(
            "the signature does not fit: member, list, time or place were changed, or the key is not the one"
        ) from None


def receipt_fields(receipt: Receipt) -> dict[str, object]:
    """The receipt as JSON values, in the order in which they are written."""
    return {
        "member": receipt.member,
        "request_sha256": receipt.request_sha256.hex(),
        "result_sha256": receipt.result_sha256.hex(),
        "list_name": receipt.list_name,
        "list_version": receipt.list_version,
        "issued_at": receipt.issued_at.strftime(_TIME),
        "index": receipt.index,
        "size": receipt.size,
        "path": [step.hex() for step in receipt.path],
        "key_id": receipt.key_id,
        "signature": receipt.signature.hex(),
    }


def receipt_from_fields(fields: object) -> Receipt:
    """The receipt from JSON values, each in exactly the form in which it is written.

    Raises:
        ReceiptError: A field is missing, unknown, or not in that form; the message names it.
    """
    if not isinstance(fields, Mapping) or set(fields) != _FIELDS:
        raise ReceiptError("a receipt is an object with the fields " + ", ".join(sorted(_FIELDS)))
    path = fields["path"]
    if not isinstance(path, list) or len(path) > _LONGEST_PATH:
        raise ReceiptError(f"the field 'path' is a list of at most {_LONGEST_PATH} hashes")
    return Receipt(
        member=_text(fields, "member"),
        request_sha256=_bytes(fields["request_sha256"], "request_sha256", _HASH_BYTES),
        result_sha256=_bytes(fields["result_sha256"], "result_sha256", _HASH_BYTES),
        list_name=_text(fields, "list_name"),
        list_version=_number(fields, "list_version"),
        issued_at=_time(_text(fields, "issued_at")),
        index=_number(fields, "index"),
        size=_number(fields, "size"),
        path=tuple(_bytes(step, "path", _HASH_BYTES) for step in path),
        key_id=_text(fields, "key_id"),
        signature=_bytes(fields["signature"], "signature", _SIGNATURE_BYTES),
    )


def _as_json(one: Answered, middle: str, path: Sequence[bytes], end: str) -> bytes:
    steps = ",".join([f'"{step.hex()}"' for step in path])
    asked, told = one.request_sha256.hex(), one.result_sha256.hex()
    said = f'"member":{_quoted(one.member)},"request_sha256":"{asked}","result_sha256":"{told}"'
    return f'{{{said},{middle},"path":[{steps}],{end}}}'.encode()


@lru_cache(maxsize=1024)
def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _leaf(member: str, request_sha256: bytes, result_sha256: bytes) -> bytes:
    return leaf_hash(member.encode() + b"\x00" + request_sha256 + result_sha256)


def _signed_text(list_name: str, version: int, issued_at: datetime, *, size: int, root: bytes) -> bytes:
    return f"schoon receipt v1\n{list_name} {version}\n{issued_at.strftime(_TIME)}\n{size} {root.hex()}\n".encode()


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str):
        raise ReceiptError(f"the field {name!r} is text")
    return value


def _number(fields: Mapping[str, object], name: str) -> int:
    value = fields[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ReceiptError(f"the field {name!r} is a whole number")
    return value


def _bytes(value: object, name: str, length: int) -> bytes:
    if not isinstance(value, str) or len(value) != 2 * length or set(value) - set("0123456789abcdef"):
        raise ReceiptError(f"the field {name!r} holds {2 * length} lower-case hexadecimal digits")
    return bytes.fromhex(value)


def _time(text: str) -> datetime:
    try:
        moment = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise ReceiptError(f"{text[:40]!r} is not a time like 2026-11-22T13:00:00.000000Z") from None
    if moment.strftime(_TIME) != text:
        raise ReceiptError(f"{text[:40]!r} is not a time like 2026-11-22T13:00:00.000000Z")
    return moment
