"""The protocol that serves: patient, and with two short ways through it for what comes often or comes large.

A small check that arrives whole is handed to the application as it is and answered by one write, without an ASGI cycle,
a task or an event. A large body goes from the socket straight into the memory that the route gives for it. Everything
else, and every request for which a short way has a doubt, takes uvicorn's ordinary way.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

import httptools
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from schoon.api._filling import FILL, BodyFiller
from schoon.api._protocol import PatientProtocol
from schoon.api._reply import HttpReply, head_of

MAX_WHOLE_BYTES = 32 * 1024
"""A body up to this size is read on the event loop; it fits the first read of a connection."""

BODY_FOLLOWS_SECONDS = 0.05
"""Many clients send head and body apart; so long one read of the body is waited for on the short way."""

Head = Mapping[bytes, bytes]
"""The headers of a request in which none came twice, by their names in lower case."""

Tell = Callable[[HttpReply], None]


@runtime_checkable
class AnswersDirectly(Protocol):
    """An application that takes some requests whole."""

    @property
    def direct_paths(self) -> frozenset[bytes]:
        """The targets of those POST requests, as they stand in the request line."""
        ...

    def answer_directly(self, path: bytes, head: Head, body: bytes, tell: Tell) -> None:
        """Call `tell` once, now or later, on the event loop; never raise."""
        ...


class _NobodyWaits:
    """Stands for the event that an ASGI cycle has for its task: here is no task."""

    @staticmethod
    def set() -> None:
        """Nothing."""


class DirectExchange:
    """One request on the short way: to uvicorn a cycle whose body is there, waiting for its answer."""

    __slots__ = ("_protocol", "disconnected", "keep_alive", "response_complete")

    more_body = False
    message_event = _NobodyWaits

    def __init__(self, protocol: "DirectProtocol", *, keep_alive: bool) -> None:
        self._protocol = protocol
        self.keep_alive = keep_alive
        self.disconnected = False
        self.response_complete = False

    def tell(self, reply: HttpReply) -> None:
        """Send the answer, unless nobody waits for it any more."""
        if self.disconnected or self.response_complete:
            return
        self.response_complete = True
        self._protocol.send_directly(reply, self)


class DirectProtocol(PatientProtocol):
    """Patient, and short where it can be."""

    _direct: AnswersDirectly | None = None
    _head: dict[bytes, bytes] | None = None
    _whole = b""
    _waits: asyncio.TimerHandle | None = None
    _body_left = 0
    _is_passed_over = False
    _is_gone = False

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        super().connection_made(transport)
        self._direct = self.app if isinstance(self.app, AnswersDirectly) else None

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is None or self.transport.is_closing():
            return
        if self._waits is None:
            self._waits = self.loop.call_later(BODY_FOLLOWS_SECONDS, self._take_ordinary_way)
        else:  # a second piece that is not the last
            self._take_ordinary_way()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._is_gone = True
        self._stop_waiting()
        super().connection_lost(exc)

    @override
    def on_message_begin(self) -> None:
        if self._direct is None:
            super().on_message_begin()
        else:  # the scope is made when the ordinary way is taken
            self.url, self.headers, self.expect_100_continue = b"", [], False

    @override
    def on_headers_complete(self) -> None:
        self.see_head_complete()
        self._head = self._direct_head()
        if self._head is None:
            self._take_ordinary_way()

    @override
    def on_body(self, body: bytes) -> None:
        if self._head is not None:
            self._whole = self._whole + body if self._whole else body
        elif not self._is_passed_over:
            self._body_left -= len(body)
            super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        if self._head is None or self._direct is None:
            super().on_message_complete()
            return
        self._stop_waiting()
        self.see_message_complete()
        head, body, self._head, self._whole = self._head, self._whole, None, b""
        exchange = DirectExchange(self, keep_alive=self.parser.should_keep_alive())
        self.cycle = exchange  # type: ignore[assignment]  # it has what uvicorn asks of a cycle
        self._direct.answer_directly(self.url, head, body, exchange.tell)

    def send_directly(self, reply: HttpReply, exchange: DirectExchange) -> None:
        """Write an answer whole, and go on with what follows on this connection."""
        parts = [STATUS_LINE[reply.status]]
        for name, value in self.server_state.default_headers:
            parts += (name, b": ", value, b"\r\n")
        parts.append(head_of(reply, over_tls=self.scheme == "https"))
        parts.append(b"\r\n" if exchange.keep_alive else b"connection: close\r\n\r\n")
        parts.append(reply.body)
        self.transport.write(b"".join(parts))
        if not exchange.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _direct_head(self) -> dict[bytes, bytes] | None:
        """The headers, when this request can take the short way."""
        direct = self._direct
        cycle: RequestResponseCycle | None = self.cycle
        if direct is None or self.url not in direct.direct_paths or self.parser.get_method() != b"POST":
            return None
        head = dict(self.headers)
        if len(head) != len(self.headers) or not _is_small(head) or self.parser.get_http_version() != "1.1":
            return None
        if self.expect_100_continue or self.parser.should_upgrade() or self.flow.write_paused:
            return None
        if cycle is not None and not cycle.response_complete:
            return None  # a pipelined request waits for its turn
        limit = self.limit_concurrency
        return head if limit is None or max(len(self.connections), len(self.tasks)) < limit else None

    def _take_ordinary_way(self) -> None:
        url, headers, expects, whole = self.url, self.headers, self.expect_100_continue, self._whole
        self._head, self._whole = None, b""
        self._stop_waiting()
        if self._direct is not None:
            super().on_message_begin()
            self.url, self.expect_100_continue = url, expects
            self.headers.extend(headers)
        lengths = [value for name, value in headers if name == b"content-length"]
        self._body_left = int(lengths[0]) if lengths else 0
        if lengths:
            self.scope["extensions"] = {FILL: self._fill}  # type: ignore[dict-item]  # one of our own
        super().on_headers_complete()
        if whole:
            self.on_body(whole)

    def _stop_waiting(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    async def _fill(self, memory: memoryview) -> None:
        """See `Fill`."""
        early, cycle = bytes(self.cycle.body), self.cycle
        memory[: len(early)] = early
        cycle.body = bytearray()
        rest = memory[len(early) :]
        if len(rest) != self._body_left:
            raise RuntimeError(f"{len(memory)} bytes are to be filled, and {self._body_left} of the body are to come")
        if not len(rest):
            return
        filler = BodyFiller(self, rest, self._filled)
        self._read_with(filler)
        try:
            await filler.done
        finally:  # `_body_left` may be the next request's by now: only the filler knows how far this body came
            if filler.filled < len(rest) and not self._is_gone:
                self._go_on_after(rest[: filler.filled])
            filler.let_go()

    def _filled(self) -> None:
        """The body is there: the parser, which saw nothing of it, makes place for one that begins a new message."""
        self._body_left = 0
        self._read_with(self)
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn makes its own
        self.forget_head()
        self.on_message_complete()

    def _go_on_after(self, seen: memoryview) -> None:
        """The route gave up: the parser goes over what came, so that it still knows where this message ends."""
        if self.transport.is_closing():
            self.transport.set_protocol(self)
            return
        self._read_with(self)
        self._is_passed_over = True
        self.parser.feed_data(seen)
        self._is_passed_over = False
        self._body_left -= len(seen)

    def _read_with(self, protocol: "BodyFiller | DirectProtocol") -> None:
        """A transport looks at what kind its protocol is when it starts reading."""
        self.transport.pause_reading()
        self.transport.set_protocol(protocol)
        self.flow.read_paused = False
        self.transport.resume_reading()


def _is_small(head: Head) -> bool:
    length = head.get(b"content-length", b"")
    return b"transfer-encoding" not in head and 0 < len(length) <= 5 and int(length) <= MAX_WHOLE_BYTES
