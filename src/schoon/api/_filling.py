"""A large body straight from the socket into its place: no copy of it is ever made."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeAlias

from starlette.requests import ClientDisconnect
from typing_extensions import override

FILL = "schoon.fill"
"""The extension of the ASGI scope: a `Fill`, for the rest of a body whose length was declared."""

Fill: TypeAlias = Callable[[memoryview], Awaitable[None]]
"""Fills the memory with the rest of the body, of exactly that size.

Raises ClientDisconnect when the other side went away. When it is cancelled, the body goes on as if it had not begun.
"""


class Home(Protocol):
    """The protocol of the connection, as the filler needs it."""

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        ...

    def pause_writing(self) -> None:
        """The answer leaves slower than it is made."""
        ...

    def resume_writing(self) -> None:
        """It got out."""
        ...


class BodyFiller(asyncio.BufferedProtocol):
    """Takes the place of a connection's protocol while its body arrives."""

    def __init__(self, home: Home, memory: memoryview, on_full: Callable[[], None]) -> None:
        """Fill `memory`; `on_full` is called from within the transport's own call, before anything else is read."""
        self.filled = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._home = home
        self._memory = memory
        self._on_full = on_full

    def let_go(self) -> None:
        """Forget the memory, once another protocol has the place.

        uvloop's transport keeps the methods of its last buffered protocol for as long as the connection lasts, and so
        this object: an idle connection would hold a body of many megabytes.
        """
        self._memory = memoryview(b"")

    @override
    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes belong; never more room than the body has left."""
        return self._memory[self.filled :]

    @override
    def buffer_updated(self, nbytes: int) -> None:
        """So many came."""
        self.filled += nbytes
        if self.filled == len(self._memory):
            self._on_full()
            if not self.done.done():
                self.done.set_result(None)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        self._home.connection_lost(exc)
        if not self.done.done():
            self.done.set_exception(ClientDisconnect())

    @override
    def eof_received(self) -> Any:
        """Nothing more will come: close."""
        return None

    @override
    def pause_writing(self) -> None:
        """For the connection's own protocol."""
        self._home.pause_writing()

    @override
    def resume_writing(self) -> None:
        """For the connection's own protocol."""
        self._home.resume_writing()
