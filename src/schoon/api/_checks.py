"""The routes that check: JSON, digests back to back, and the one-hash protocol that Dutch hosters speak."""

import asyncio
import hashlib

import msgspec
import numpy as np

from schoon import check
from schoon.api._answering import Question, bulk_result_of, question_of, signed_bodies
from schoon.api._bodies import (
    MAX_JSON_BYTES,
    declared_length,
    header_of,
    read_body,
    read_json,
    read_large,
    require_media_type,
)
from schoon.api._reply import TEXT, HttpReply
from schoon.api._service import Call
from schoon.api.errors import BodyTooLargeError, ListUnavailableError, RefusedFieldError
from schoon.check import Item, Member
from schoon.client import MAX_BULK, MAX_BULK_PDQ, MAX_ITEMS, CheckRequest
from schoon.kinds import KIND_BYTES, Digest, Kind

CHECKS_PATH = "/v1/checks"
CHECKS_MEDIA_TYPE = "application/json"
CHECKS_DECODER = msgspec.json.Decoder(CheckRequest)
_LEGACY_BYTES = 256


async def answer_checks(call: Call) -> HttpReply:
    """POST /v1/checks."""
    require_media_type(header_of(call.scope, b"content-type"), CHECKS_MEDIA_TYPE)
    body = await read_body(call.scope, call.receive, limit=MAX_JSON_BYTES, seconds=call.service.options.json_seconds)
    form = await read_json(body, CHECKS_DECODER, names_and_colons)
    outcome = await call.service.batcher.ask(question_in(form, call.asker, body))
    return HttpReply(body=outcome.body)


def question_in(form: CheckRequest, member: Member, body: bytes | bytearray) -> Question:
    """What a JSON check asks.

    Raises:
        RefusedFieldError: There are no items, or two of one id.
        BodyTooLargeError: There are too many.
    """
    if not form.items:
        raise RefusedFieldError("`items` is empty: there is nothing to check")
    if len(form.items) > MAX_ITEMS:
        raise BodyTooLargeError(f"`items` holds {len(form.items)} items; one call takes {MAX_ITEMS}")
    if len(form.items) > 1 and len({item.id for item in form.items}) != len(form.items):
        raise RefusedFieldError("two items have the same `id`: answers could not be told apart")
    return question_of(member, form, body)


async def answer_legacy_check(call: Call) -> HttpReply:
    """POST /v1/check/{md5|sha1}."""
    kind = Kind(call.scope["path"].rsplit("/", 1)[1])
    body = await read_body(call.scope, call.receive, limit=_LEGACY_BYTES, seconds=call.service.options.json_seconds)
    digest = Digest.parse(kind, bytes(body).decode("latin-1").strip().strip('"'))
    question = Question(member=call.asker, items=(Item(item_id="0", digests=(digest,)),))
    answer = (await call.service.batcher.ask(question)).reply.answers[0]
    if answer.verdict is check.Verdict.UNAVAILABLE:
        raise ListUnavailableError(f"no answer is possible now: {answer.reason}")
    listed = answer.verdict is check.Verdict.LISTED
    return HttpReply(media_type=TEXT, body=b"true" if listed else b"false")


async def answer_bulk(call: Call) -> HttpReply:
    """POST /v1/checks/bulk/{kind}: the length is judged and the quota charged before a byte is read."""
    kind = Kind(call.scope["path"].rsplit("/", 1)[1])
    most = (MAX_BULK_PDQ if kind is Kind.PDQ else MAX_BULK) * KIND_BYTES[kind]
    require_media_type(header_of(call.scope, b"content-type"), "application/octet-stream")
    declared = declared_length(call.scope)
    if declared is not None and declared <= most:
        await _reserve(call, kind, declared)
    async with call.service.bulk_slots.place(call.asker.member_id):
        body = await read_large(call.scope, call.receive, limit=most, seconds=call.service.options.bulk_seconds)
        if declared is None:
            await _reserve(call, kind, len(body))
        elif len(body) != declared:
            raise RefusedFieldError(f"the body has {len(body)} bytes, its Content-Length says {declared}")
        return HttpReply(body=await asyncio.to_thread(_answered_bulk, call, kind, body))


def _answered_bulk(call: Call, kind: Kind, body: memoryview) -> bytes:
    """In a thread: the digests are looked up where they were received, without a copy."""
    rooms, now = call.service.rooms, call.service.now()
    asked = call.service.hasher.submit(_sha256, body)
    digests = np.frombuffer(body, dtype=np.uint8).reshape(-1, KIND_BYTES[kind])
    answer = rooms.check.check_bulk(call.asker, kind, digests, now)
    call.service.metrics.count_bulk(len(digests))
    if answer.unavailable is not None:
        raise ListUnavailableError(f"no answer is possible now: {answer.unavailable}")
    if any(one.verdict is check.Verdict.UNAVAILABLE for one in answer.answers):
        raise ListUnavailableError("what was found could not be recorded, and is not told without its record")
    result = bulk_result_of(answer)
    (told,) = signed_bodies([(call.asker, asked.result(), result)], rooms.receipts, answer.list_state, now)
    return told


def _sha256(body: memoryview) -> bytes:
    return hashlib.sha256(body).digest()


async def _reserve(call: Call, kind: Kind, size_bytes: int) -> None:
    """The quota may need the database, so a thread asks for it.

    Raises:
        RefusedFieldError: The body is empty, or not a whole number of digests.
    """
    if size_bytes == 0 or size_bytes % KIND_BYTES[kind]:
        raise RefusedFieldError(f"{size_bytes} bytes are not one or more {kind} digests of {KIND_BYTES[kind]} bytes")
    count = size_bytes // KIND_BYTES[kind]
    await asyncio.to_thread(call.service.rooms.check.reserve, call.asker, count, call.now)


def names_and_colons(form: CheckRequest) -> int:
    """Keys of the request, and colons in the texts that may hold any."""
    count = 1
    for item in form.items:
        count += 1 + (item.ref is not None) + (item.md5 is not None) + (item.sha1 is not None)
        count += (item.sha256 is not None) + bool(item.pdq) + item.id.count(":")
    return count
