"""Reading what a member sends: never more than allowed, never longer than allowed, and JSON taken strictly."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import numpy as np
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from schoon.api._filling import FILL, Fill
from schoon.api.errors import (
    BodyTooLargeError,
    BodyTooSlowError,
    MalformedBodyError,
    MediaTypeError,
    RefusedFieldError,
)

MAX_JSON_BYTES = 1024 * 1024
"""A JSON body; more is refused before it is read."""

_SMALL_BYTES = 32 * 1024
_T = TypeVar("_T")


def header_of(scope: Scope, name: bytes) -> bytes | None:
    """The value of a header (name in lower case), None when it was not sent, the first when sent twice."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return None


def require_media_type(declared: bytes | None, expected: str) -> None:
    """Nothing, when the Content-Type is `expected`, or was not sent at all.

    Raises:
        MediaTypeError: It is something else.
    """
    if declared is None or declared == expected.encode():
        return
    named = declared.split(b";")[0].strip().lower().decode("latin-1")
    if named != expected:
        raise MediaTypeError(f"this route reads {expected}, not {named[:60]!r}")


def declared_length(scope: Scope) -> int | None:
    """The Content-Length, or None when the body comes in chunks."""
    declared = header_of(scope, b"content-length")
    return int(declared) if declared is not None and declared.isdigit() else None


async def read_body(scope: Scope, receive: Receive, *, limit: int, seconds: float) -> bytes | bytearray:
    """The whole body, at most `limit` bytes of it, within `seconds`.

    A declared length is judged before a byte is read; an undeclared one while reading.

    Raises:
        BodyTooLargeError: It is, or says it is, larger.
        BodyTooSlowError: It did not arrive in time.
        ClientDisconnect: The other side went away.
    """
    length = declared_length(scope)
    if length is not None and length > limit:
        raise BodyTooLargeError(f"the body has {length} bytes; this route takes {limit} at most")
    try:
        async with asyncio.timeout(seconds):
            return await _collect(receive, length, limit)
    except TimeoutError:
        raise _too_slow(seconds) from None


async def read_large(scope: Scope, receive: Receive, *, limit: int, seconds: float) -> memoryview:
    """The same as `read_body`, received where it stays when the length was declared and the server can do that.

    Raises:
        BodyTooLargeError, BodyTooSlowError, ClientDisconnect: As `read_body` says.
    """
    length = declared_length(scope)
    fill: Fill | None = scope.get("extensions", {}).get(FILL)
    if length is None or length > limit or fill is None:
        return memoryview(await read_body(scope, receive, limit=limit, seconds=seconds))
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            first: bytes = message.get("body", b"")
            if not message.get("more_body", False):
                return memoryview(first)
            body = np.empty(length, dtype=np.uint8).data  # zeros first would be a copy too
            body[: len(first)] = first
            await fill(body[len(first) :])
            return body
    except TimeoutError:
        raise _too_slow(seconds) from None


def _too_slow(seconds: float) -> BodyTooSlowError:
    return BodyTooSlowError(f"the body did not arrive within {seconds:g} seconds")


async def _collect(receive: Receive, length: int | None, limit: int) -> bytes | bytearray:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    first: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return _within(first, limit)
    body = bytearray(max(length or 0, len(first)))
    body[: len(first)] = first
    filled = len(first)
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        body[filled : filled + len(chunk)] = chunk
        filled += len(chunk)
        _within(body, limit)
    return body[:filled] if filled != len(body) else body


def _within(body: bytes | bytearray, limit: int) -> bytes | bytearray:
    if len(body) > limit:
        raise BodyTooLargeError(f"the body has more than the {limit} bytes that this route takes")
    return body


async def read_json(
    body: bytes | bytearray, decoder: "msgspec.json.Decoder[_T]", names_and_colons: Callable[[_T], int]
) -> _T:
    """The same as `strict_json`; a large body is read in a thread, so that others' answers do not wait for it.

    Raises:
        MalformedBodyError, RefusedFieldError: As `strict_json` says.
    """
    if len(body) <= _SMALL_BYTES:
        return strict_json(body, decoder, names_and_colons)
    return await asyncio.to_thread(strict_json, body, decoder, names_and_colons)


def strict_json(
    body: bytes | bytearray, decoder: "msgspec.json.Decoder[_T]", names_and_colons: Callable[[_T], int]
) -> _T:
    """The decoded body, when it is strict JSON of the form that `decoder` knows.

    msgspec silently takes the last of two equal keys. Every key has one colon after it, so a body without escapes has
    exactly as many colons as the form has keys and its texts have colons, unless a key came twice. Only where that
    count does not fit is the body parsed again, slowly, to be sure.

    Args:
        body: What came.
        decoder: Gives the form; unknown fields are refused by it.
        names_and_colons: How many keys and colons in texts the form holds.

    Raises:
        MalformedBodyError: Not JSON, not UTF-8, a NUL inside, or a key twice.
        RefusedFieldError: JSON of another form.
    """
    try:
        form = decoder.decode(body)
    except msgspec.ValidationError as cause:
        _require_strict(body)
        raise RefusedFieldError(str(cause)) from cause
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise MalformedBodyError(f"the body is not JSON in UTF-8: {cause}") from cause
    if b"\\" in body or body.count(b":") != names_and_colons(form):
        _require_strict(body)
    return form


def _require_strict(body: bytes | bytearray) -> None:
    """The slow and certain reading of what msgspec lets pass.

    Raises:
        MalformedBodyError: A key twice, a NUL, half a surrogate pair, or not JSON at all.
    """
    try:
        text = body.decode("utf-8")
        json.loads(text, object_pairs_hook=_require_once, parse_constant=_refuse_constant)
    except UnicodeError as cause:
        raise MalformedBodyError("the body is not UTF-8") from cause
    except (ValueError, RecursionError) as cause:
        raise MalformedBodyError(f"the body is not JSON: {cause}") from cause


def _require_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedBodyError("a key stands twice in one object")
    for key, value in pairs:
        for text in (key, value):
            if isinstance(text, str):
                _require_storable(text)
    return members


def _require_storable(text: str) -> None:
    if "\x00" in text:
        raise MalformedBodyError("a text in the body holds NUL")
    text.encode("utf-8")  # half a surrogate pair cannot be: a UnicodeError, which the caller names


def _refuse_constant(name: str) -> None:
    raise MalformedBodyError(f"{name} is not JSON")
