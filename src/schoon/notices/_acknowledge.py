"""Signed acknowledgements: canonical JSON under a key that the hoster registered.

The key is the hoster's own (Ed25519), not the secret of its webhook: what only the hoster can sign proves to others, an
authority for one, that the hoster said it; a secret that both sides have proves nothing to anybody else.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from schoon.kinds import ItemId, NoticeId, Transaction, require_utc
from schoon.notices._answer_types import Answerer, ItemAnswer, KeptAcknowledgement, Reseller, Said
from schoon.notices._answers import answer, notice_of
from schoon.notices._parts import NoticeParts
from schoon.notices.errors import AcknowledgementError, AcknowledgementSignatureError, NoSuchNoticeError
from schoon.notices.types import Answer, Notice
from schoon.parties import OrganisationKey

SIGNED_AS = b"schoon notice acknowledgement v1\n"
"""Stands before the document in what is signed, so that a signature for another purpose is none for this one."""

MOST_BYTES = 1024 * 1024
_AHEAD = timedelta(minutes=10)
_FIELDS = {"answers", "at", "notice", "version"}
_ANSWER_FIELDS = {"answer", "item", "reseller", "text"}
_RESELLER_FIELDS = {"country", "email", "organisation"}


def acknowledge(parts: NoticeParts, document: bytes, signature: bytes, *, now: datetime) -> Notice:
    """The notice, acknowledged; the same document twice is answered alike, and counts once.

    Raises:
        AcknowledgementError: It is not canonical, or has other fields than the format.
        AcknowledgementSignatureError: No good key of the notice's hoster signed these bytes; or there is no such
            notice: the two are never told apart.
        NotOnNoticeError, HosterAnswerError, TooManyResellersError: As for any answer.
    """
    notice_id, answers, said_at = _read(document)
    if said_at > now + _AHEAD:
        raise AcknowledgementError(f"it is of {said_at:%Y-%m-%d %H:%M} UTC, which is not yet")
    signed = SIGNED_AS + document
    with parts.transactions.read() as tx:  # nobody whose signature is not good takes a place among those who write
        _signer(parts, tx, notice_id, signature=signature, signed=signed)
    with parts.transactions.write() as tx:
        key = _signer(parts, tx, notice_id, signature=signature, signed=signed)
        kept = KeptAcknowledgement(
            notice_id=notice_id, key_id=key.key_id, document=document, signature=signature, at=now
        )
        if not parts.answers.add_acknowledgement(tx, kept):
            return notice_of(parts, tx, notice_id)
        said = Said(notice_id=notice_id, answers=answers, answerer=Answerer.KEY, by=f"key:{key.key_id}", at=now)
        return answer(parts, tx, said)


def canonical(value: object) -> bytes:
    """JSON in the one form in which it is signed (RFC 8785, for values without fractions)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _signer(
    parts: NoticeParts, tx: Transaction, notice_id: NoticeId, *, signature: bytes, signed: bytes
) -> OrganisationKey:
    try:
        notice = notice_of(parts, tx, notice_id)
    except NoSuchNoticeError:
        raise AcknowledgementSignatureError from None
    party = parts.hosters.hosters(tx, [notice.hoster_id])[notice.hoster_id].party
    keys = [] if party is None else parts.parties.keys(tx, party)
    for key in keys:
        if key.is_good and _verifies(key, signature, signed):
            return key
    raise AcknowledgementSignatureError


def _verifies(key: OrganisationKey, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _read(document: bytes) -> tuple[NoticeId, tuple[ItemAnswer, ...], datetime]:
    if len(document) > MOST_BYTES:
        raise AcknowledgementError(f"{len(document):,} bytes, and an acknowledgement has at most {MOST_BYTES:,}")
    try:
        value = json.loads(document.decode())
        is_canonical = canonical(value) == document
    except (ValueError, RecursionError) as cause:
        raise AcknowledgementError("it is no JSON") from cause
    if not is_canonical:
        raise AcknowledgementError("it is not canonical: keys sorted, no spaces, UTF-8 without needless escapes")
    fields = _fields(value, _FIELDS, needed=_FIELDS)
    if type(fields["version"]) is not int or fields["version"] != 1:
        raise AcknowledgementError("its version is not 1")
    if not isinstance(fields["answers"], list):
        raise AcknowledgementError("its answers are no list")
    return (
        NoticeId(_text(fields["notice"])),
        tuple(_answer(one) for one in fields["answers"]),
        _instant(_text(fields["at"])),
    )


def _answer(value: object) -> ItemAnswer:
    fields = _fields(value, _ANSWER_FIELDS, needed={"answer", "item"})
    given = _text(fields["answer"])
    if given not in set(Answer):
        raise AcknowledgementError(f"{given[:40]!r} is no answer")
    reseller = None
    if "reseller" in fields:
        named = _fields(fields["reseller"], _RESELLER_FIELDS, needed={"email"})
        reseller = Reseller(**{name: _text(text) for name, text in named.items()})
    return ItemAnswer(
        item_id=ItemId(_text(fields["item"])),
        answer=Answer(given),
        text=_text(fields.get("text", "")),
        reseller=reseller,
    )


def _fields(value: object, known: set[str], *, needed: set[str]) -> Mapping[str, object]:
    if not isinstance(value, dict) or not needed <= value.keys() <= known:
        raise AcknowledgementError(f"it lacks one of {', '.join(sorted(needed))}, or has a field that is unknown")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise AcknowledgementError("a value is no text")
    return value


def _instant(text: str) -> datetime:
    try:
        return require_utc(datetime.fromisoformat(text))
    except ValueError:
        raise AcknowledgementError(f"{text[:40]!r} is no time like 2026-11-26T10:00:00Z") from None
