"""Forms as browsers send them: read within limits, nothing guessed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from schoon.kinds import InputError

LARGEST_BODY = 64 * 1024
LONGEST_SECONDS = 15.0
"""For a form to arrive: who sends it drop by drop holds a connection that checks need."""
_MOST_FIELDS = 500
_MEDIA_TYPE = "application/x-www-form-urlencoded"
_WITH_FILES = "multipart/form-data"


class FormError(InputError):
    """What was sent is not a form of these pages."""

    next_step = "open the page again and use its form"


class FormTooLargeError(InputError):
    """What was sent is larger than any form of these pages."""

    next_step = "shorten the text, or select fewer hits"


class FormBrokenOffError(InputError):
    """The form did not arrive whole."""

    next_step = "send it again"


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """The fields of one form; out of logs, since they may hold a token."""

    _fields: Mapping[str, Sequence[str]]
    _files: Mapping[str, bytes] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The last value of a field, without space around it; empty when it was not sent."""
        values = self._fields.get(name, ())
        return values[-1].strip() if values else ""

    def file(self, name: str) -> bytes:
        """What a file field holds; empty when no file was chosen."""
        return self._files.get(name, b"")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field once, in the order sent."""
        return tuple(dict.fromkeys(self._fields.get(name, ())))


async def read_form(request: Request, *, largest: int = LARGEST_BODY, seconds: float = LONGEST_SECONDS) -> Form:
    """The form that a request carries.

    Args:
        request: What came.
        largest: Bytes of its body. A form that may have more than others may be multipart, with a file.
        seconds: For it to arrive.

    Raises:
        FormTooLargeError: Its body is larger than that; the rest is not read.
        FormError: It is not of the media type of such a form, not UTF-8, or has more fields than any form here.
        FormBrokenOffError: The visitor went away while sending, or took longer than `seconds`.
    """
    declared = request.headers.get("content-type", "")
    media_type = declared.partition(";")[0].strip().lower()
    accepted = (_MEDIA_TYPE, _WITH_FILES) if largest > LARGEST_BODY else (_MEDIA_TYPE,)
    if media_type not in accepted:
        raise FormError(f"this form is {' or '.join(accepted)}, not {media_type[:60]!r}")
    try:
        async with asyncio.timeout(seconds):
            body = await _body_of(request, largest)
    except (ClientDisconnect, TimeoutError):
        raise FormBrokenOffError from None
    if media_type == _MEDIA_TYPE:
        return parse_form(body)
    return await asyncio.to_thread(parse_form_with_files, body, declared)  # megabytes would hold up everybody's answers


async def _body_of(request: Request, largest: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise FormTooLargeError(f"this form has at most {largest:,} bytes")
    return bytes(body)


def parse_form(body: bytes) -> Form:
    """The fields in a form's body.

    Raises:
        FormError: It is not UTF-8, or has more fields than any form here.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS, separator="&"
        )
    except ValueError:
        raise FormError("the form cannot be read") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\x00", ""))
    return Form(fields)


def parse_form_with_files(body: bytes, declared: str) -> Form:
    """The fields and files in a multipart body.

    Args:
        body: The whole body.
        declared: Its Content-Type, which names the boundary.

    Raises:
        FormError: It is no multipart form, a text is not UTF-8, or there are more fields than in any form here.
    """
    try:
        message = message_from_bytes(b"Content-Type: " + declared.encode("latin-1", "replace") + b"\r\n\r\n" + body)
    except RecursionError:  # parts in parts in parts
        raise FormError("the form cannot be read") from None
    parts = message.get_payload()
    if not message.is_multipart() or not isinstance(parts, list) or message.defects or len(parts) > _MOST_FIELDS:
        raise FormError("the form cannot be read")
    fields: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for part in parts:
        if not isinstance(part, Message):
            raise FormError("the form cannot be read")
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise FormError("the form cannot be read")
        if part.get_filename() is not None:
            files[name] = content
            continue
        try:
            fields.setdefault(name, []).append(content.decode().replace("\r\n", "\n").replace("\x00", ""))
        except UnicodeDecodeError:
            raise FormError("the form cannot be read") from None
    return Form(fields, files)
