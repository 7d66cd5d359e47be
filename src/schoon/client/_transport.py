"""One HTTP exchange with the service: pooled connections, patience with outages, errors by name."""

import hashlib
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

import msgspec
import urllib3

from schoon.client._wire import Problem
from schoon.client.errors import (
    ListUnavailableError,
    NotAllowedError,
    QuotaReachedError,
    RequestRefusedError,
    ServiceUnavailableError,
    TokenRefusedError,
    UnexpectedAnswerError,
)

LIST_UNAVAILABLE = "urn:schoon:problem:list-unavailable"
"""The problem type that tells an old or missing list apart from a service in trouble."""

MAX_ANSWER_BYTES = 256 * 1024 * 1024
"""An answer beyond this is not one of ours: a million found digests stay below it."""

_AWAY = frozenset({502, 503, 504})
_WRONG_REQUEST = frozenset({400, 404, 405, 409, 413, 415, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, and how often to ask again.

    Attributes:
        connect_seconds: To be connected.
        read_seconds: For the whole answer of one attempt.
        retries: Attempts after the first.
        first_pause_seconds: Before the second attempt; doubles each time, with jitter.
        longest_pause_seconds: No single pause is longer; a longer Retry-After is raised to the caller instead.
        connections: Kept open at most.
    """

    connect_seconds: float = 5.0
    read_seconds: float = 60.0
    retries: int = 4
    first_pause_seconds: float = 0.2
    longest_pause_seconds: float = 30.0
    connections: int = 8


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reply:
    """What came back, whole."""

    content_type: str
    body: bytes


class LargeBody:
    """A body that is sent from where it lies, and hashed once it is out: while the service works on it.

    Attributes:
        sha256: Of what was sent; empty before that.
    """

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        """Keep the memory, which must not change before the answer is there."""
        self.data = memoryview(data).cast("B")
        self.sha256 = b""

    def pieces(self) -> Iterator[memoryview]:
        """The whole body as one piece, once more for each attempt."""
        yield self.data
        self.sha256 = self.sha256 or hashlib.sha256(self.data).digest()


Body: TypeAlias = bytes | LargeBody | None


class _TryAgainError(Exception):
    """This attempt failed in a way that the next may not; carries what to raise when there is no next."""

    def __init__(self, error: ServiceUnavailableError | QuotaReachedError, pause_seconds: float | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause_seconds = pause_seconds


class Transport:
    """Sends requests to one service; safe to share between threads."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        patience: Patience,
        ca_file: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Certificates are always verified, against `ca_file` when given."""
        self._base = url.rstrip("/")
        self._headers = dict(headers)
        self._patience = patience
        self._sleep = sleep
        context = ssl.create_default_context(cafile=ca_file) if url.startswith("https:") else None
        self._pool = urllib3.PoolManager(
            num_pools=1,
            maxsize=patience.connections,
            block=False,
            retries=False,
            ssl_context=context,
        )

    def close(self) -> None:
        """Close every pooled connection."""
        self._pool.clear()

    def send(self, method: str, path: str, body: Body = None, content_type: str = "") -> Reply:
        """The reply with status 200; everything else is raised.

        Every route of the service may be asked twice: a repeated check adds no second hit, a repeated action is
        answered with the state that the first brought about.
        """
        attempt = 0
        while True:
            try:
                return self._once(method, path, body, content_type)
            except _TryAgainError as failed:
                pause = self._pause(attempt, failed.pause_seconds)
                if attempt >= self._patience.retries or pause is None:
                    raise failed.error from failed.__cause__
                self._sleep(pause)
                attempt += 1

    def _pause(self, attempt: int, asked_seconds: float | None) -> float | None:
        """How long to wait before the next attempt; None when the service asks for more than our patience."""
        longest = self._patience.longest_pause_seconds
        if asked_seconds is not None and asked_seconds > longest:
            return None
        backoff = min(longest, self._patience.first_pause_seconds * 2.0**attempt)
        jittered = backoff * random.uniform(0.5, 1.0)  # noqa: S311 - spreads clients over time, guards nothing
        return max(jittered, asked_seconds or 0.0)

    def _once(self, method: str, path: str, body: Body, content_type: str) -> Reply:
        try:
            reply, status, retry_after = self._exchange(method, path, body, content_type)
        except (urllib3.exceptions.HTTPError, OSError) as cause:
            away = ServiceUnavailableError(f"{self._base} did not answer {method} {path}: {type(cause).__name__}")
            raise _TryAgainError(away, None) from cause
        if status != 200:
            _raise_for(status, reply, retry_after)
        return reply

    def _exchange(self, method: str, path: str, body: Body, content_type: str) -> tuple[Reply, int, str | None]:
        patience = self._patience
        deadline = time.monotonic() + patience.connect_seconds + patience.read_seconds
        headers = self._headers | ({"Content-Type": content_type} if content_type else {})
        if isinstance(body, LargeBody):
            headers["Content-Length"] = str(len(body.data))
        response = self._pool.request(
            method,
            self._base + path,
            body=body.pieces() if isinstance(body, LargeBody) else body,  # type: ignore[arg-type]  # http.client sends any buffer
            headers=headers,
            timeout=urllib3.Timeout(connect=patience.connect_seconds, read=patience.read_seconds),
            redirect=False,
            preload_content=False,
        )
        try:
            data = _read_all(response, deadline)
        except BaseException:
            response.close()  # a half-read connection must not serve the next question
            raise
        response.release_conn()
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        return Reply(content_type=kind, body=data), response.status, response.headers.get("Retry-After")


def _read_all(response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
    chunks, size = [], 0
    while chunk := response.read1(1 << 20):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise UnexpectedAnswerError(f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
        if time.monotonic() > deadline:
            raise urllib3.exceptions.TimeoutError("the answer came too slowly")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _raise_for(status: int, reply: Reply, retry_after: str | None) -> NoReturn:
    problem = _problem_of(reply)
    said = problem.detail or problem.title
    step, seconds = problem.next_step, _seconds_of(retry_after)
    if status == 429:
        reached = QuotaReachedError(said, next_step=step, retry_after_seconds=seconds or 0.0)
        raise _TryAgainError(reached, seconds)
    if status in _AWAY:
        family = ListUnavailableError if problem.type == LIST_UNAVAILABLE else ServiceUnavailableError
        raise _TryAgainError(family(said or f"the service answered {status}", next_step=step), seconds)
    if status == 401:
        raise TokenRefusedError(said, next_step=step)
    if status == 403:
        raise NotAllowedError(said, next_step=step)
    if status in _WRONG_REQUEST and problem.type:
        raise RequestRefusedError(said, next_step=step, status=status, instance=problem.instance)
    raise UnexpectedAnswerError(f"the answer has status {status} and type {reply.content_type[:60]!r}")


def _problem_of(reply: Reply) -> Problem:
    """The problem details, or an empty problem when the body is something else."""
    if reply.content_type == "application/problem+json":
        try:
            return msgspec.json.decode(reply.body, type=Problem)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
    return Problem(type="", title="", status=0)


def _seconds_of(retry_after: str | None) -> float | None:
    """Retry-After as seconds; a date or nonsense counts as not given, so that backoff decides."""
    if retry_after is None or not retry_after.strip().isdecimal():
        return None
    return float(min(int(retry_after), 86_400))
