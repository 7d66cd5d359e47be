"""The route for hosters' own systems: a signed acknowledgement of a notice. The signature is what opens it."""

import asyncio
import base64
import binascii
from datetime import datetime

import msgspec

from schoon.api._bodies import MAX_JSON_BYTES, header_of, read_body, require_media_type
from schoon.api._reply import HttpReply
from schoon.api._service import Call
from schoon.api.errors import RefusedFieldError
from schoon.kinds import InputError
from schoon.notices import Notice

SIGNATURE_HEADER = "Schoon-Signature"
_SIGNATURE_BYTES = 64
_LONGEST = 200


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that is acknowledged; the same again for the same document.

    Attributes:
        notice: Its name.
        acknowledged_at: When the hoster first acknowledged it.
    """

    notice: str
    acknowledged_at: datetime


async def answer_acknowledgement(call: Call) -> HttpReply:
    """POST /v1/notices/acknowledgements."""
    require_media_type(header_of(call.scope, b"content-type"), "application/json")
    signature = _signature(call)
    seconds = call.service.options.json_seconds
    body = await read_body(call.scope, call.receive, limit=MAX_JSON_BYTES, seconds=seconds)
    notice = await asyncio.to_thread(_acknowledge, call, bytes(body), signature)
    told = Acknowledged(notice=notice.notice_id, acknowledged_at=notice.acknowledged_at or call.now)
    return HttpReply(body=msgspec.json.encode(told))


def _acknowledge(call: Call, document: bytes, signature: bytes) -> Notice:
    try:
        return call.service.rooms.notices.acknowledge(document, signature, now=call.now)
    except InputError as cause:
        raise RefusedFieldError(f"the document in the `body`: {cause.message}", next_step=cause.advice) from cause


def _signature(call: Call) -> bytes:
    """The signature of the body.

    Raises:
        RefusedFieldError: There is none, or it is not 64 bytes in base64.
    """
    given = header_of(call.scope, SIGNATURE_HEADER.lower().encode()) or b""
    try:
        signature = base64.b64decode(given[:_LONGEST], validate=True)
    except binascii.Error:
        signature = b""
    if len(signature) != _SIGNATURE_BYTES:
        raise RefusedFieldError(
            f"`{SIGNATURE_HEADER}` is not an Ed25519 signature of {_SIGNATURE_BYTES} bytes in base64",
            next_step="sign the words of docs/members/notices.md and the body, and send the signature in this header",
        )
    return signature
