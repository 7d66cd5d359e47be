"""Places for heavy work, shared fairly: no member can take them all, or fill the whole queue before them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from schoon.api.errors import ServiceBusyError
from schoon.kinds import MemberId


class FairSlots:
    """At most `at_once` at work and `waiting` in the queue; of one member one less at work, and half of the queue."""

    def __init__(self, at_once: int, waiting: int) -> None:
        """Everything is free."""
        self._all = asyncio.Semaphore(at_once)
        self._of_one = max(1, at_once - 1)
        self._own: dict[MemberId, asyncio.Semaphore] = {}
        self._queue = waiting
        self._waiting: Counter[MemberId] = Counter()

    @asynccontextmanager
    async def place(self, member_id: MemberId) -> AsyncIterator[None]:
        """A place for as long as the block lasts.

        Raises:
            ServiceBusyError: Too many wait already, of everybody or of this member.
        """
        if self._waiting.total() >= self._queue or self._waiting[member_id] >= max(1, self._queue // 2):
            raise ServiceBusyError(f"{self._waiting[member_id]} large checks of this member are waiting")
        own = self._own.setdefault(member_id, asyncio.Semaphore(self._of_one))
        self._waiting[member_id] += 1
        waits = True
        try:
            async with own, self._all:
                self._waiting[member_id] -= 1
                waits = False
                yield
        finally:
            if waits:
                self._waiting[member_id] -= 1
