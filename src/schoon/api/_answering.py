"""From the wire to the check room and back: forms to items, answers to forms, receipts around them."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec

from schoon import check
from schoon.check import Answer, Answered, BulkAnswer, CheckReply, Item, Member, ReceiptSigner
from schoon.client import (
    MAX_FRAMES,
    BulkResult,
    CheckItem,
    CheckRequest,
    CheckResult,
    Found,
    ItemAnswer,
    ItemError,
    ListState,
    Match,
    Strength,
    Verdict,
)
from schoon.kinds import Digest, InputError, Kind

_REF = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ENCODER = msgspec.json.Encoder()
_VERDICTS = {verdict: Verdict(verdict.value) for verdict in check.Verdict}
_STRENGTHS = {strength: Strength(strength.value) for strength in check.Strength}


class ItemFaultError(InputError):
    """One item of a request cannot be checked."""

    next_step = "give the item at least one digest, and a ref of letters, digits, - and _ only"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One request, as the check room takes it. A struct, since there is one for every check.

    Attributes:
        member: Who asks.
        items: Those that can be checked.
        faults: What is wrong with the others, by their place in the request.
        form: The request itself; None on the legacy route, which needs no receipt.
        body: Its exact bytes.
    """

    member: Member
    items: tuple[Item, ...]
    faults: dict[int, ItemError] = {}
    form: CheckRequest | None = None
    body: bytes | bytearray = b""

    @property
    def digests(self) -> int:
        """How many are looked up."""
        return sum(len(item.digests) for item in self.items)

    @property
    def charged(self) -> int:
        """What the quota counts: an item without a usable digest is work too."""
        return self.digests + len(self.faults)

    def __repr__(self) -> str:
        """The member's id alone: digests stay out of logs."""
        return f"Question(member={self.member!r})"

    def is_light(self, most: int, most_bytes: int) -> bool:
        """Whether it has `most` digests and malformed items at most, none of them perceptual, in so many bytes."""
        if len(self.body) > most_bytes:
            return False
        digests = len(self.faults)
        for item in self.items:
            digests += len(item.digests)
            for digest in item.digests:
                if digest.kind is Kind.PDQ:
                    return False
        return digests <= most

    def look_ups(self, per_pdq: int) -> int:
        """How much work it is: a perceptual digest may be looked up in all its turned and mirrored forms."""
        pdq = sum(digest.kind is Kind.PDQ for item in self.items for digest in item.digests)
        return self.digests + pdq * (per_pdq - 1)


def question_of(member: Member, form: CheckRequest, body: bytes | bytearray) -> Question:
    """The question that a JSON check asks; malformed items become faults, the others are asked."""
    items: list[Item] = []
    faults: dict[int, ItemError] = {}
    for place, asked in enumerate(form.items):
        try:
            items.append(_item_of(asked))
        except InputError as error:
            faults[place] = ItemError(detail=error.message, next_step=error.advice)
    return Question(member=member, items=tuple(items), faults=faults, form=form, body=body)


def result_of(question: Question, reply: CheckReply) -> bytes:
    """The exact bytes of the `result` of a JSON check, its answers in the order of the request."""
    told = iter(reply.answers)
    count = len(question.items) + len(question.faults)
    forms = question.form.items if question.form else ()
    answers = tuple(
        ItemAnswer(id=forms[place].id, error=question.faults[place])
        if place in question.faults
        else _item_answer(next(told))
        for place in range(count)
    )
    return _ENCODER.encode(CheckResult(list=list_form(reply.list_state), answers=answers))


def bulk_result_of(answer: BulkAnswer) -> bytes:
    """The exact bytes of the `result` of a bulk check."""
    found = tuple(
        Found(
            position=position,
            verdict=_VERDICTS[one.verdict],
            reason=one.reason.value if one.reason else None,
            hit=one.hit_id,
            reopened=one.reopened,
            matches=_matches(one.matches),
        )
        for position, one in zip(answer.positions.tolist(), answer.answers, strict=True)
    )
    form = BulkResult(list=list_form(answer.list_state), kind=answer.kind.value, count=answer.count, found=found)
    return _ENCODER.encode(form)


def list_form(state: check.ListState) -> ListState:
    """The list an answer rests on, as it is told."""
    return ListState(name=state.name, version=state.version, age_seconds=round(state.age.total_seconds(), 3))


def signed_bodies(
    told: Sequence[tuple[Member, bytes, bytes]], signer: ReceiptSigner, state: check.ListState, now: datetime
) -> list[bytes]:
    """The body of each answer: its result as it was signed, and the receipt; all receipts are under one signature.

    Args:
        told: Member, SHA-256 of its request, and the result.
        signer: Signs.
        state: The list that all rest on.
        now: When.
    """
    answered = [Answered(member.name, request, hashlib.sha256(result).digest()) for member, request, result in told]
    receipts = signer.sign_as_json(answered, state, now)
    return [
        b'{"result":%b,"receipt":%b}' % (result, receipt)
        for (_, _, result), receipt in zip(told, receipts, strict=True)
    ]


def _item_of(asked: CheckItem) -> Item:
    if asked.ref is not None and not _REF.fullmatch(asked.ref):
        raise ItemFaultError(f"the ref of item {asked.id[:40]!r} is not 1 to 64 letters, digits, - or _")
    if len(asked.pdq) > MAX_FRAMES:
        raise ItemFaultError(f"item {asked.id[:40]!r} brings {len(asked.pdq)} pdq digests; {MAX_FRAMES} at most")
    digests = [
        Digest.parse(kind, text)
        for kind, text in (("md5", asked.md5), ("sha1", asked.sha1), ("sha256", asked.sha256))
        if text is not None
    ]
    digests.extend(Digest.parse(Kind.PDQ, text) for text in asked.pdq)
    if not digests:
        raise ItemFaultError(f"item {asked.id[:40]!r} brings no digest")
    return Item(item_id=asked.id, digests=tuple(digests), file_ref=asked.ref)


def _item_answer(answer: Answer) -> ItemAnswer:
    if answer.reason is None and not answer.matches:
        return ItemAnswer(id=answer.item_id, verdict=_VERDICTS[answer.verdict])
    return ItemAnswer(
        id=answer.item_id,
        verdict=_VERDICTS[answer.verdict],
        reason=answer.reason.value if answer.reason else None,
        hit=answer.hit_id,
        reopened=answer.reopened,
        matches=_matches(answer.matches),
    )


@lru_cache(maxsize=1024)
def _matches(matches: tuple[check.Match, ...]) -> tuple[Match, ...]:
    """Made once for all that matched alike, which nearly all hits of a batch did."""
    return tuple(
        Match(
            kind=match.kind.value,
            strength=_STRENGTHS[match.strength],
            category=match.category.value,
            supplier_class=match.supplier_class,
            band=match.band.value if match.band else None,
        )
        for match in matches
    )
