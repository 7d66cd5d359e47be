"""One question and its answer over a connection, by h11: a strict reader without sockets, so that each read is ours.

1. The head: at most `header_bytes` come in before it is whole, those of 1xx answers with them.
2. The body in pieces of at most 64 KiB; how much is read is up to the caller.
3. Each read has the time that is left, the first one `first_byte` at most.
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import h11

from schoon.followup import ProbeOutcome
from schoon.net._probe_words import LookEnded, ProbeLimits, Reason, Timer
from schoon.reports import TargetUrl

PIECE = 64 * 1024

_HEADERS = [
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
    ("Accept-Language", "nl,en;q=0.8"),
    ("Accept-Encoding", "identity"),
    ("Connection", "close"),
]
"""A browser's, since hosts that mean ill show a prober something else. No cookie, no credentials, no referrer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What comes before the body.

    Attributes:
        headers: Names in lower case, in the order in which they came.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]

    def all(self, name: bytes) -> list[str]:
        """Every value of one header; bytes outside ASCII are read as UTF-8 where they are that."""
        return [_text(value) for key, value in self.headers if key == name]

    def first(self, name: bytes) -> str:
        """The first value of one header, empty without one."""
        return next(iter(self.all(name)), "")


class Exchange:
    """One question; `head` first, then `body`."""

    def __init__(self, connection: socket.socket, limits: ProbeLimits, timer: Timer) -> None:
        """Take a connection that stands."""
        self._connection = connection
        self._limits = limits
        self._timer = timer
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=limits.header_bytes)

    def head(self, url: TargetUrl) -> Head:
        """Ask, and read up to the body.

        Raises:
            LookEnded: No answer, none in time, or none that can be read in one way only.
        """
        self._ask(url)
        came = 0
        while True:
            event = self._next()
            if isinstance(event, h11.Response) and event.http_version.startswith(b"1."):
                return Head(status=event.status_code, headers=tuple(event.headers))
            if event is h11.NEED_DATA:
                room = self._limits.header_bytes - came
                if room <= 0:
                    raise LookEnded(ProbeOutcome.TEMPORARY, Reason.HEADERS_TOO_LONG)
                came += self._receive(min(room, PIECE), is_first=not came)
            elif not isinstance(event, h11.InformationalResponse):
                raise LookEnded(ProbeOutcome.TEMPORARY, Reason.MALFORMED)

    def body(self) -> Iterator[bytes]:
        """The body in pieces, as it came over the line.

        Raises:
            LookEnded: It breaks off, or the time is over.
        """
        while True:
            event = self._next(Reason.CUT_SHORT)
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            elif event is h11.NEED_DATA:
                self._receive(PIECE)
            elif isinstance(event, h11.EndOfMessage):
                return
            else:
                raise LookEnded(ProbeOutcome.TEMPORARY, Reason.CUT_SHORT)

    def _ask(self, url: TargetUrl) -> None:
        host = f"[{url.host}]" if ":" in url.host else url.host
        port = "" if url.port is None else f":{url.port}"
        request = h11.Request(method="GET", target=url.path, headers=[("Host", host + port), *_HEADERS])
        message = (self._h11.send(request) or b"") + (self._h11.send(h11.EndOfMessage()) or b"")
        try:
            self._connection.settimeout(self._timer.left(self._limits.first_byte))
            self._connection.sendall(message)
        except TimeoutError as fault:
            raise LookEnded(ProbeOutcome.TEMPORARY, Reason.TIMEOUT) from fault
        except OSError as fault:
            raise LookEnded(ProbeOutcome.TEMPORARY, Reason.RESET) from fault

    def _next(self, reason: Reason = Reason.MALFORMED) -> object:
        try:
            return self._h11.next_event()
        except h11.RemoteProtocolError as fault:
            raise LookEnded(ProbeOutcome.TEMPORARY, reason) from fault

    def _receive(self, most: int, *, is_first: bool = False) -> int:
        self._connection.settimeout(self._timer.left(self._limits.first_byte if is_first else None))
        try:
            piece = self._connection.recv(most)
        except TimeoutError as fault:
            raise LookEnded(ProbeOutcome.TEMPORARY, Reason.TIMEOUT) from fault
        except OSError as fault:
            raise LookEnded(ProbeOutcome.TEMPORARY, Reason.RESET) from fault
        if is_first and not piece:
            raise LookEnded(ProbeOutcome.TEMPORARY, Reason.RESET)
        self._h11.receive_data(piece)
        return len(piece)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
