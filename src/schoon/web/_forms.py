"""Forms as browsers send them: read within limits, nothing guessed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from schoon.kinds import InputError

LARGEST_BODY = 64 * 1024
LONGEST_SECONDS = 15.0
"""For a form to arrive: who sends it drop by drop holds a connection that checks need."""
_MOST_FIELDS = 500
_MEDIA_TYPE = "application/x-www-form-urlencoded"


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

    def one(self, name: str) -> str:
        """The last value of a field, without space around it; empty when it was not sent."""
        values = self._fields.get(name, ())
        return values[-1].strip() if values else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field once, in the order sent."""
        return tuple(dict.fromkeys(self._fields.get(name, ())))


async def read_form(request: Request, *, seconds: float = LONGEST_SECONDS) -> Form:
    """The form that a request carries.

    Raises:
        FormTooLargeError: Its body is larger than `LARGEST_BODY`; the rest is not read.
        FormError: It is not URL-encoded UTF-8, or has more fields than any form here.
        FormBrokenOffError: The visitor went away while sending, or took longer than `seconds`.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _MEDIA_TYPE:
        raise FormError(f"a form is {_MEDIA_TYPE}, not {media_type[:60]!r}")
    try:
        async with asyncio.timeout(seconds):
            body = await _body_of(request)
    except (ClientDisconnect, TimeoutError):
        raise FormBrokenOffError from None
    return parse_form(body)


async def _body_of(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise FormTooLargeError(f"a form has at most {LARGEST_BODY} bytes")
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
