"""What goes back over HTTP, with the headers that every answer carries."""

from collections.abc import Sequence

import msgspec
from starlette.types import Send

JSON = b"application/json"
PROBLEM = b"application/problem+json"
TEXT = b"text/plain; charset=utf-8"

SAFETY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""On every answer: nothing is cached, sniffed, framed or told to another site."""


_ONLY_TLS = (b"strict-transport-security", b"max-age=31536000")
_FIXED = b"".join(name + b": " + value + b"\r\n" for name, value in SAFETY_HEADERS)
_FIXED_OVER_TLS = _FIXED + b"%b: %b\r\n" % _ONLY_TLS


class HttpReply(msgspec.Struct, frozen=True, kw_only=True):
    """Status, body and what is special in its headers."""

    status: int = 200
    media_type: bytes = JSON
    body: bytes
    headers: Sequence[tuple[bytes, bytes]] = ()


def head_of(reply: HttpReply, *, over_tls: bool) -> bytes:
    """The header lines of the reply as they go over the wire, each with its line end."""
    fixed = _FIXED_OVER_TLS if over_tls else _FIXED
    special = b"".join(name + b": " + value + b"\r\n" for name, value in reply.headers) if reply.headers else b""
    return b"content-type: %b\r\ncontent-length: %d\r\n%b%b" % (reply.media_type, len(reply.body), fixed, special)


async def send_reply(reply: HttpReply, send: Send, *, over_tls: bool) -> None:
    """Send the reply whole."""
    headers = [
        (b"content-type", reply.media_type),
        (b"content-length", b"%d" % len(reply.body)),
        *SAFETY_HEADERS,
        *reply.headers,
    ]
    if over_tls:
        headers.append(_ONLY_TLS)
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
