"""The one table from a family of errors to an HTTP status, and problem details (RFC 9457) made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import msgspec

from schoon.api._reply import PROBLEM, TEXT, HttpReply
from schoon.api.errors import (
    BodyTooLargeError,
    BodyTooSlowError,
    ListUnavailableError,
    MalformedBodyError,
    MediaTypeError,
    MethodNotAllowedError,
    MetricsRefusedError,
    NoSuchRouteError,
    NoTokenError,
)
from schoon.check import QuotaExceededError, TokenRefusedError
from schoon.client import LIST_UNAVAILABLE, Problem
from schoon.hits import NoSuchHitError
from schoon.kinds import InputError, OutageError, RefusedError, SchoonError
from schoon.reports import KeyReusedError, NoSuchReportError


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """How one kind of problem is told.

    Attributes:
        status: HTTP status.
        slug: Last part of its type; a heading in docs/members/http-api.md.
        title: The same for every occurrence.
    """

    status: int
    slug: str
    title: str

    @property
    def type(self) -> str:
        """The problem type: `urn:schoon:problem:` and the slug."""
        return f"urn:schoon:problem:{self.slug}"


def _kind(status: int, slug: str, title: str) -> ProblemKind:
    return ProblemKind(status=status, slug=slug, title=title)


PROBLEM_KINDS: Mapping[type[Exception], ProblemKind] = {
    MalformedBodyError: _kind(400, "malformed-body", "The body is not strict JSON"),
    TokenRefusedError: _kind(401, "token-refused", "The token is not valid"),
    NoTokenError: _kind(401, "token-missing", "A token is needed"),
    MetricsRefusedError: _kind(403, "metrics-refused", "Figures are for the operator"),
    NoSuchRouteError: _kind(404, "no-such-route", "Nothing is served here"),
    NoSuchHitError: _kind(404, "no-such-hit", "No such hit"),
    NoSuchReportError: _kind(404, "no-such-report", "No such report"),
    MethodNotAllowedError: _kind(405, "method-not-allowed", "The path does not take this method"),
    BodyTooSlowError: _kind(408, "body-too-slow", "The body did not arrive in time"),
    BodyTooLargeError: _kind(413, "body-too-large", "The call is too large"),
    MediaTypeError: _kind(415, "media-type", "The Content-Type is not read here"),
    KeyReusedError: _kind(422, "key-reused", "The key is that of another report"),
    QuotaExceededError: _kind(429, "quota-exceeded", "The quota is used up"),
    ListUnavailableError: _kind(503, LIST_UNAVAILABLE.rsplit(":", 1)[1], "No list can answer now"),
    InputError: _kind(422, "input-refused", "The request is wrong"),
    RefusedError: _kind(403, "not-allowed", "Not allowed"),
    OutageError: _kind(503, "unavailable", "The service cannot answer now"),
    Exception: _kind(500, "internal-error", "The service has a fault"),
}
"""Looked up along the class's own line of descent: the nearest one counts."""

CHALLENGE: tuple[tuple[bytes, bytes], ...] = (
    (b"www-authenticate", b'Bearer realm="schoon"'),
    (b"www-authenticate", b'Basic realm="schoon", charset="UTF-8"'),
)
RETRY_SECONDS = 5
"""What a 503 asks for: lists are looked for every half second, outages last longer."""


def kind_of(error: type[Exception]) -> ProblemKind:
    """How errors of this class are told."""
    for ancestor in error.__mro__:
        if ancestor in PROBLEM_KINDS:
            return PROBLEM_KINDS[ancestor]
    raise TypeError(f"{error.__name__} is not an Exception")


def problem_reply(error: Exception, *, request_id: str, as_text: bool = False) -> HttpReply:
    """The answer that tells of `error`.

    A hit that does not exist and another member's hit must look the same to the byte, so a 404 has no reference.

    Args:
        error: What went wrong; of anything but a SchoonError only that it happened is told.
        request_id: The reference under which the log knows this request.
        as_text: For the routes that speak text.
    """
    kind = kind_of(type(error))
    told = error if isinstance(error, SchoonError) else None
    detail = told.message if told else "the fault is logged under the reference in `instance`"
    headers = list(_headers_of(error, kind))
    if as_text:
        return HttpReply(status=kind.status, media_type=TEXT, body=f"{kind.title}\n".encode(), headers=headers)
    problem = Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance="" if kind.status == 404 else f"urn:schoon:request:{request_id}",
        next_step=told.advice if told else "report the reference to the operator; asking again may help",
    )
    return HttpReply(status=kind.status, media_type=PROBLEM, body=msgspec.json.encode(problem), headers=headers)


def _headers_of(error: Exception, kind: ProblemKind) -> tuple[tuple[bytes, bytes], ...]:
    if kind.status == 401:
        return CHALLENGE
    if isinstance(error, MethodNotAllowedError):
        return ((b"allow", ", ".join(error.allowed).encode()),)
    if isinstance(error, QuotaExceededError):
        return ((b"retry-after", b"%d" % max(1, ceil(error.retry_after.total_seconds()))),)
    if kind.status == 503:
        return ((b"retry-after", b"%d" % RETRY_SECONDS),)
    return ()
