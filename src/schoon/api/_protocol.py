"""The HTTP protocol with patience that ends: a connection that sends its request too slowly is closed."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_SECONDS = 10.0
"""For the whole head of a request to arrive, from the connection or from its first byte on."""

LINGER_SECONDS = 5.0
"""How long the rest of a body is still taken in after it was refused."""

WRITE_SECONDS = 30.0
"""How long the other side may take in nothing at all of an answer before its connection is cut."""

MAX_HEAD_BYTES = 32 * 1024
"""Of request line and headers together; ours need a few hundred."""


class PatientProtocol(HttpToolsProtocol):
    """Closes connections that hold a place without getting on with their request."""

    head_seconds = HEAD_SECONDS
    linger_seconds = LINGER_SECONDS
    write_seconds = WRITE_SECONDS

    _limit: asyncio.TimerHandle | None = None
    _write_limit: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _in_head = True
    _turns = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Give the first request its time."""
        super().connection_made(transport)
        self._arm(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the limit."""
        self._disarm()
        self._disarm_write()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The answer leaves slower than it was made: from now on it must get on."""
        super().pause_writing()
        self._arm_write()

    def resume_writing(self) -> None:
        """It got out."""
        self._disarm_write()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Take what came, and see that a head ends in time and size."""
        turns = self._turns
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head:
            self._see_head(len(data), is_new=turns != self._turns)
        elif self._limit is None and self._is_answered_early():
            self._arm(self.linger_seconds)

    def _is_answered_early(self) -> bool:
        """Whether the rest of a body is still coming of a request that has its answer."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and cycle.response_complete and cycle.more_body

    def _see_head(self, size_bytes: int, *, is_new: bool) -> None:
        """Between two requests only what belongs to the next head counts; where it began in `data` is not told."""
        self._head_bytes = 0 if is_new else self._head_bytes + size_bytes
        if self._head_bytes > MAX_HEAD_BYTES:
            self.transport.close()
        elif self._limit is None and self._head_bytes:
            self._arm(self.head_seconds)

    def on_headers_complete(self) -> None:
        """The head is there; its body has the time that the route gives it."""
        self.see_head_complete()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is there too: what follows is a new head, or nothing for as long as keep-alive lasts."""
        self.see_message_complete()
        super().on_message_complete()

    def see_head_complete(self) -> None:
        """No head is under way any more; nor is the connection idle, as an answer within this read may have set it."""
        self._unset_keepalive_if_required()
        self._in_head = False
        self._turns += 1
        self._disarm()

    def see_message_complete(self) -> None:
        """No body is under way any more."""
        self._in_head = True
        self._turns += 1
        self._disarm()

    def forget_head(self) -> None:
        """What came belongs to no head."""
        self._head_bytes = 0

    def _arm_write(self) -> None:
        self._disarm_write()
        left = self.transport.get_write_buffer_size()
        self._write_limit = self.loop.call_later(self.write_seconds, self._see_writing, left)

    def _disarm_write(self) -> None:
        if self._write_limit is not None:
            self._write_limit.cancel()
            self._write_limit = None

    def _see_writing(self, before: int) -> None:
        """A closed transport would wait for its reader for ever: one that takes nothing is cut."""
        if self.transport.get_write_buffer_size() < before:
            self._arm_write()
        else:
            self.transport.abort()

    def _arm(self, seconds: float) -> None:
        self._limit = self.loop.call_later(seconds, self._expire)

    def _disarm(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _expire(self) -> None:
        self._limit = None
        if not self.transport.is_closing():
            self.transport.close()
