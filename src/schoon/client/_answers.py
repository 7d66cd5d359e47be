"""From the bytes of an answer to verdicts: complete, in order and about what was asked, or refused."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from schoon.client._wire import (
    BulkResult,
    CheckItem,
    CheckResult,
    Envelope,
    Found,
    ItemAnswer,
    ListState,
    Receipt,
    Verdict,
)
from schoon.client.errors import UnexpectedAnswerError, UntrustedReceiptError
from schoon.client.receipts import verify_receipt_of
from schoon.kinds import Kind

_ENVELOPE = msgspec.json.Decoder(Envelope)
_CHECKS = msgspec.json.Decoder(CheckResult)
_BULK = msgspec.json.Decoder(BulkResult)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReply:
    """The answers to one request.

    Attributes:
        list: Which list they rest on.
        answers: One per item, in the order asked.
        receipt: Proof of them; keep it with `request` and `result` to verify it later.
        request: The exact body that was sent.
        result: The exact bytes that the receipt is about.
    """

    list: ListState
    answers: tuple[ItemAnswer, ...]
    receipt: Receipt
    request: bytes = field(repr=False)
    result: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReply:
    """The answer to a bulk request.

    Attributes:
        list: Which list it rests on.
        kind: Kind of digest asked.
        count: Digests asked; those that `found` does not name are `not_listed`.
        found: Listed or under review, by ascending position.
        receipt: Proof; the request it is about is the digests as they were given.
        result: The exact bytes that the receipt is about.
    """

    list: ListState
    kind: Kind
    count: int
    found: tuple[Found, ...]
    receipt: Receipt
    result: bytes = field(repr=False)


def read_checks(body: bytes, *, items: Sequence[CheckItem], request: bytes, key: Ed25519PublicKey | None) -> CheckReply:
    """The reply in `body`, when it answers exactly these items.

    Raises:
        UnexpectedAnswerError: It is not such a reply.
        UntrustedReceiptError: `key` is given and the receipt does not prove it.
    """
    envelope, result = _opened(body, _CHECKS)
    if [answer.id for answer in result.answers] != [item.id for item in items]:
        raise UnexpectedAnswerError(f"{len(result.answers)} answers came for {len(items)} items, or about other items")
    for answer in result.answers:
        _require_verdict(answer, result.list)
    exact = bytes(envelope.result)
    asked = b"" if key is None else hashlib.sha256(request).digest()
    _require_receipt(envelope.receipt, result.list, request_sha256=asked, result=exact, key=key)
    return CheckReply(list=result.list, answers=result.answers, receipt=envelope.receipt, request=request, result=exact)


def read_bulk(body: bytes, *, kind: Kind, count: int, request_sha256: bytes, key: Ed25519PublicKey | None) -> BulkReply:
    """The reply in `body`, when it answers `count` digests of this kind.

    Raises:
        UnexpectedAnswerError: It is not such a reply.
        UntrustedReceiptError: `key` is given and the receipt does not prove it.
    """
    envelope, result = _opened(body, _BULK)
    if (result.kind, result.count) != (kind.value, count):
        raise UnexpectedAnswerError(f"the answer is about {result.count} {result.kind[:20]!r}, not {count} {kind}")
    if result.list.version == 0:
        raise UnexpectedAnswerError("the answer rests on no list")
    last = -1
    for found in result.found:
        if not last < found.position < count:
            raise UnexpectedAnswerError(f"position {found.position} is out of order, or outside 0 to {count - 1}")
        if found.verdict not in {Verdict.LISTED, Verdict.REVIEW}:
            raise UnexpectedAnswerError(f"position {found.position} is named as found with verdict {found.verdict}")
        last = found.position
    exact = bytes(envelope.result)
    _require_receipt(envelope.receipt, result.list, request_sha256=request_sha256, result=exact, key=key)
    return BulkReply(
        list=result.list, kind=kind, count=count, found=result.found, receipt=envelope.receipt, result=exact
    )


def _opened(body: bytes, decoder: "msgspec.json.Decoder[_T]") -> tuple[Envelope, _T]:
    try:
        envelope = _ENVELOPE.decode(body)
        return envelope, decoder.decode(envelope.result)
    except (msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise UnexpectedAnswerError(f"the answer is not one of the check service: {cause}") from cause


def _require_verdict(answer: ItemAnswer, state: ListState) -> None:
    """A verdict or an error, never both or neither; and a list behind each verdict that claims knowledge."""
    if (answer.verdict is None) == (answer.error is None):
        raise UnexpectedAnswerError(f"the answer on item {answer.id!r} has not exactly one of verdict and error")
    if state.version == 0 and answer.verdict not in {None, Verdict.UNAVAILABLE}:
        raise UnexpectedAnswerError(f"the answer on item {answer.id!r} rests on no list")


def _require_receipt(
    receipt: Receipt, state: ListState, *, request_sha256: bytes, result: bytes, key: Ed25519PublicKey | None
) -> None:
    if key is None:
        return
    if (receipt.list_name, receipt.list_version) != (state.name, state.version):
        raise UntrustedReceiptError(f"the receipt is about version {receipt.list_version}, not {state.version}")
    verify_receipt_of(receipt, request_sha256=request_sha256, result=result, key=key)
