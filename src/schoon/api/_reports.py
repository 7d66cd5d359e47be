"""The routes for partners: hand a report in, and ask how far it is."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from schoon.api._bodies import MAX_JSON_BYTES, header_of, read_body, strict_json
from schoon.api._reply import HttpReply
from schoon.api._report_forms import NotTakenPart, ReportedItem, ReportProgress, ReportRequest, ReportTaken
from schoon.api._service import Call
from schoon.api.errors import MediaTypeError, RefusedFieldError
from schoon.hits import Language
from schoon.kinds import Digest, InputError, ReportId, SchoonError
from schoon.reports import (
    Arrival,
    ItemKind,
    KeyReusedError,
    NoSuchReportError,
    NotTaken,
    Reporter,
    ReportSource,
    Submission,
    SubmittedItem,
    read_xarf,
    report_text,
    unmasked,
)

JSON, XARF = "application/json", "application/xarf+json"
_KEY = re.compile(rb"[!-~]{1,150}")
_REQUEST = msgspec.json.Decoder(ReportRequest)
_Part = NotTakenPart


async def answer_new_report(call: Call) -> HttpReply:
    """POST /v1/reports."""
    media_type = _media_type(call)
    key = _key(call)
    seconds = call.service.options.json_seconds
    body = await read_body(call.scope, call.receive, limit=MAX_JSON_BYTES, seconds=seconds)
    taken = await asyncio.to_thread(_take, call, media_type, key, bytes(body))
    return HttpReply(body=msgspec.json.encode(taken))


async def answer_report(call: Call) -> HttpReply:
    """GET /v1/reports/{id}."""
    report_id = ReportId(str(call.scope["path_params"]["id"]))
    try:
        progress = await asyncio.to_thread(call.service.rooms.reports.progress, report_id)
    except NoSuchReportError:
        raise NoSuchReportError(
            f"there is no report {report_id[:64]!r}", next_step="give the `id` that POST /v1/reports answered"
        ) from None
    return HttpReply(body=msgspec.json.encode(ReportProgress(id=report_id, progress=progress.value)))


def _take(call: Call, media_type: str, key: str, body: bytes) -> ReportTaken:
    sender = f"organisation:{call.partner.organisation_id}"
    read = _from_xarf if media_type == XARF else _from_json
    submission, not_taken = read(body, sender, call)
    if key:
        submission = replace(submission, idempotency_key=f"api:{key}")
    try:
        (receipt,) = call.service.rooms.reports.take([submission], now=call.now)
    except KeyReusedError:
        raise KeyReusedError("the `Idempotency-Key`, or the `report_id` of XARF, is that of another report") from None
    refused = [_Part(item=one.place, reason=one.reason) for one in receipt.refused]
    return ReportTaken(
        id=receipt.report_id,
        status_code=receipt.status_code,
        items=receipt.item_ids,
        not_taken=(*refused, *not_taken),
    )


def _from_xarf(body: bytes, sender: str, call: Call) -> tuple[Submission, list[_Part]]:
    try:
        (taken,), refused = read_xarf(body, Arrival(sender=sender, now=call.now)).apart()
    except SchoonError as cause:
        raise RefusedFieldError(f"the XARF of the `body`: {cause.message}", next_step=cause.advice) from cause
    return taken.submission, _parts(refused)


def _from_json(body: bytes, sender: str, call: Call) -> tuple[Submission, list[_Part]]:  # noqa: ARG001 - as `_from_xarf`
    form = strict_json(body, _REQUEST, lambda _: -1)  # always the certain reading
    text, cut = report_text(form.text)
    try:
        submission = Submission(
            source=ReportSource.API,
            items=tuple(_item(one, place) for place, one in enumerate(form.items)),
            text=text,
            language=Language(form.language),
            reporter=_reporter(form),
            reference=form.reference,
            sender=sender,
        )
    except RefusedFieldError:
        raise
    except InputError as cause:
        raise RefusedFieldError(f"the `body`: {cause.message}", next_step=cause.advice) from cause
    return submission, [_Part(item=None, reason=reason) for reason in cut]


def _item(form: ReportedItem, place: int) -> SubmittedItem:
    given = {"md5": form.md5, "sha1": form.sha1, "sha256": form.sha256, "pdq": form.pdq}
    try:
        digests = tuple(Digest.parse(kind, text) for kind, text in given.items() if text is not None)
    except InputError as cause:
        raise RefusedFieldError(f"`$.items[{place}]`: {cause.message}", next_step=cause.advice) from cause
    page = unmasked(form.page) if form.page else ""
    return SubmittedItem(url=unmasked(form.url), kind=ItemKind(form.kind), page=page, digests=digests)


def _reporter(form: ReportRequest) -> Reporter | None:
    if form.reporter is None:
        return None
    return Reporter(name=form.reporter.name, email=form.reporter.email, phone=form.reporter.phone)


def _parts(refused: Sequence[NotTaken]) -> list[_Part]:
    return [_Part(item=None, reason=one.reason) for one in refused]


def _media_type(call: Call) -> str:
    """Which of the two it is; JSON when nothing is said.

    Raises:
        MediaTypeError: It is neither.
    """
    declared = header_of(call.scope, b"content-type")
    named = JSON if declared is None else declared.split(b";")[0].strip().lower().decode("latin-1")
    if named not in {JSON, XARF}:
        raise MediaTypeError(f"this route reads {JSON} and {XARF}, not {named[:60]!r}")
    return named


def _key(call: Call) -> str:
    """The sender's own name for the report; empty when it gave none.

    Raises:
        RefusedFieldError: It is none, or there are several.
    """
    given = [value for name, value in call.scope["headers"] if name == b"idempotency-key"]
    if not given:
        return ""
    if len(given) > 1 or not _KEY.fullmatch(given[0]):
        raise RefusedFieldError("`Idempotency-Key` is not one word of 1 to 150 printable ASCII characters")
    return str(given[0], "ascii")
