"""A receipt proves one answer, and nothing else."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.check import (
    Answered,
    ListState,
    ReceiptError,
    ReceiptSigner,
    receipt_fields,
    receipt_from_fields,
    verify_receipt,
)

NOW = datetime(2026, 11, 22, 13, 0, 0, 123, tzinfo=UTC)
STATE = ListState(name="nl", version=12, age=timedelta(0))
SIGNER = ReceiptSigner(Ed25519PrivateKey.generate())
REQUEST, RESULT = b'{"items":[]}', b'{"list":{}}'


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def a_batch(size: int, mine: int = 0):
    batch = [
        Answered(member=f"m{n % 3}", request_sha256=sha(b"q%d" % n), result_sha256=sha(b"r%d" % n)) for n in range(size)
    ]
    batch[mine] = Answered(member="mine", request_sha256=sha(REQUEST), result_sha256=sha(RESULT))
    return SIGNER.sign(batch, STATE, NOW)[mine]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 100])
def test_every_answer_of_a_batch_has_its_proof(size):
    for place in {0, size // 2, size - 1}:
        verify_receipt(a_batch(size, place), REQUEST, RESULT, SIGNER.public_key)


def test_an_empty_batch_needs_no_signature():
    assert SIGNER.sign([], STATE, NOW) == []


def test_a_receipt_comes_back_from_json_as_it_was():
    receipt = a_batch(7, 4)
    assert receipt_from_fields(json.loads(json.dumps(receipt_fields(receipt)))) == receipt


def test_any_flipped_bit_is_refused():
    written = json.dumps(receipt_fields(a_batch(6, 2)), separators=(",", ":")).encode()
    accepted = []
    for place in range(len(written)):
        for bit in range(8):
            flipped = bytearray(written)
            flipped[place] ^= 1 << bit
            try:
                fields = json.loads(flipped)
                verify_receipt(receipt_from_fields(fields), REQUEST, RESULT, SIGNER.public_key)
            except (ReceiptError, UnicodeDecodeError, json.JSONDecodeError):
                continue
            accepted.append((place, bit))
    assert accepted == []


def test_another_request_result_member_time_list_or_key_is_refused():
    receipt = a_batch(4, 1)
    for wrong in (
        replace(receipt, member="other"),
        replace(receipt, list_name="be"),
        replace(receipt, list_version=13),
        replace(receipt, issued_at=NOW + timedelta(microseconds=1)),
        replace(receipt, index=2),
        replace(receipt, size=5),
        replace(receipt, size=0),
        replace(receipt, index=-1),
        replace(receipt, path=receipt.path[1:]),
        replace(receipt, path=(*receipt.path, bytes(32))),
        replace(receipt, signature=bytes(64)),
        replace(receipt, key_id="0" * 32),
        replace(receipt, request_sha256=bytes(32)),
    ):
        with pytest.raises(ReceiptError):
            verify_receipt(wrong, REQUEST, RESULT, SIGNER.public_key)
    for request, result in ((REQUEST + b" ", RESULT), (REQUEST, RESULT + b" ")):
        with pytest.raises(ReceiptError):
            verify_receipt(receipt, request, result, SIGNER.public_key)
    with pytest.raises(ReceiptError, match="key"):
        verify_receipt(receipt, REQUEST, RESULT, Ed25519PrivateKey.generate().public_key())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("index", True),
        ("index", "1"),
        ("size", -1),
        ("size", 1.0),
        ("path", "00"),
        ("path", ["00" * 32] * 33),
        ("path", [1]),
        ("signature", "AB" * 64),
        ("member", 7),
        ("issued_at", "2026-11-22"),
        ("issued_at", "2026-11-22T13:00:00.1Z"),
        ("request_sha256", None),
    ],
)
def test_fields_in_another_form_are_refused(field, value):
    with pytest.raises(ReceiptError):
        receipt_from_fields(receipt_fields(a_batch(3)) | {field: value})


@pytest.mark.parametrize("fields", [None, [], "x", {}, {"member": "x"}])
def test_what_is_no_receipt_is_refused(fields):
    with pytest.raises(ReceiptError):
        receipt_from_fields(fields)
    with pytest.raises(ReceiptError):
        receipt_from_fields(receipt_fields(a_batch(2)) | {"extra": 1})


@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.parametrize("name", ["hoster", 'a"b\\c', "naïef"])
def test_receipts_written_together_say_what_each_would_say_alone(count: int, name: str):
    answered = [Answered(name, bytes([number]) * 32, bytes([99 - number]) * 32) for number in range(count)]
    alone = [receipt_fields(receipt) for receipt in SIGNER.sign(answered, STATE, NOW)]
    together = SIGNER.sign_as_json(answered, STATE, NOW)
    assert [list(json.loads(one).items()) for one in together] == [list(fields.items()) for fields in alone]
    assert SIGNER.sign_as_json([], STATE, NOW) == []
