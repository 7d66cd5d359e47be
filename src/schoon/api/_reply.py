"""What goes back over HTTP, with the headers that every answer carries."""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """Status, body and what is special in its headers."""

    status: int = 200
    media_type: bytes = JSON
    body: bytes
    headers: Sequence[tuple[bytes, bytes]] = ()


async def send_reply(reply: HttpReply, send: Send, *, over_tls: bool) -> None:
    """Send the reply whole."""
    headers = [
        (b"content-type", reply.media_type),
        (b"content-length", b"%d" % len(reply.body)),
        *SAFETY_HEADERS,
        *reply.headers,
    ]
    if over_tls:
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
