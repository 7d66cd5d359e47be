"""Single checks that arrive close together share one index batch and one receipt signature."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from schoon.api._answering import Question
from schoon.api._metrics import Metrics
from schoon.api._slots import FairSlots
from schoon.api._together import Later, Outcome, answer_at_once, answer_with_hits
from schoon.api.errors import ServiceBusyError
from schoon.kinds import SchoonError
from schoon.rooms import Rooms

GATHER_SECONDS = 0.002
"""While a batch is worked on, the next one gathers this long at most."""

MAX_BATCH_ITEMS = 1_000
"""A batch that holds so many items goes at once."""

HEAVY_LOOK_UPS = 1_000
"""A question with more look-ups than this is worked on apart: small ones do not wait for it."""

_LOOK_UPS_PER_PDQ = 8
_THREADS = 2
_WRITERS = 4
_HEAVY_AT_ONCE = 3
_HEAVY_WAITING = 64
_MAX_PENDING = 20_000

_Work = asyncio.Future[Any]
"""Of a list with an outcome, an error or a `Later` for each question."""


class CheckBatcher:
    """Gathers questions on the event loop and answers them together in a thread.

    A lone question goes as soon as the loop has seen to what else was ready, without waiting for company. Questions
    that turn out to need the database go on in threads of their own, and so do heavy ones: a small miss never waits for
    somebody's hit to reach the disk, for a locked database, or for somebody's thousand pictures.
    """

    def __init__(self, rooms: Rooms, metrics: Metrics) -> None:
        """Threads start when they are needed."""
        self._rooms = rooms
        self._metrics = metrics
        self._pending: list[tuple[Question, asyncio.Future[Outcome]]] = []
        self._items = 0
        self._running = 0
        self._writing = 0
        self._later: list[tuple[Later, asyncio.Future[Outcome]]] = []
        self._scheduled: asyncio.Handle | None = None
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="schoon-check")
        self._writers = ThreadPoolExecutor(_WRITERS, thread_name_prefix="schoon-hits")
        self._heavy_threads = ThreadPoolExecutor(_HEAVY_AT_ONCE, thread_name_prefix="schoon-heavy")
        self._heavy = FairSlots(_HEAVY_AT_ONCE, _HEAVY_WAITING)

    def close(self) -> None:
        """Let what runs end, and take no more."""
        for threads in (self._threads, self._writers, self._heavy_threads):
            threads.shutdown(wait=True)

    async def ask(self, question: Question) -> Outcome:
        """The outcome of one question.

        Raises:
            QuotaExceededError, LegalBasisMissingError: As the check room says.
            ServiceBusyError: Too many wait already.
        """
        loop = asyncio.get_running_loop()
        if question.look_ups(_LOOK_UPS_PER_PDQ) > HEAVY_LOOK_UPS:
            return await self._ask_apart(loop, question)
        if len(self._pending) + len(self._later) >= _MAX_PENDING:
            raise ServiceBusyError(f"{_MAX_PENDING} checks are waiting")
        future: asyncio.Future[Outcome] = loop.create_future()
        self._pending.append((question, future))
        self._items += len(question.items)
        if self._items >= MAX_BATCH_ITEMS:
            self._go(loop)
        elif self._scheduled is None:
            later = self._running > 0
            self._scheduled = (
                loop.call_later(GATHER_SECONDS, self._go, loop) if later else loop.call_soon(self._go, loop)
            )
        return await future

    async def _ask_apart(self, loop: asyncio.AbstractEventLoop, question: Question) -> Outcome:
        async with self._heavy.place(question.member.member_id):
            self._metrics.count_batch(question.digests)
            work = partial(answer_with_hits, self._rooms, [Later(question=question)])
            (outcome,) = await loop.run_in_executor(self._heavy_threads, work)
        if isinstance(outcome, SchoonError):
            raise outcome
        return outcome

    def _go(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._scheduled is not None:
            self._scheduled.cancel()
            self._scheduled = None
        if not self._pending or self._running >= _THREADS:
            return  # the batch that ends first takes along what waits
        batch, self._pending, self._items = self._pending, [], 0
        self._running += 1
        self._metrics.count_batch(sum(question.digests for question, _ in batch))
        work = partial(answer_at_once, self._rooms, [question for question, _ in batch])
        futures = [future for _, future in batch]
        loop.run_in_executor(self._threads, work).add_done_callback(partial(self._done, loop, futures))

    def _done(self, loop: asyncio.AbstractEventLoop, futures: Sequence["asyncio.Future[Outcome]"], done: _Work) -> None:
        self._running -= 1
        waiting = _tell(futures, done)
        self._later += waiting
        self._write(loop)
        if self._pending:
            self._go(loop)

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        """Questions that wait for the database go together when a writer is free: a backlog is one batch, not many."""
        if not self._later or self._writing >= _WRITERS:
            return
        some, self._later = self._later[:MAX_BATCH_ITEMS], self._later[MAX_BATCH_ITEMS:]
        self._writing += 1
        work = partial(answer_with_hits, self._rooms, [later for later, _ in some])
        futures = [future for _, future in some]
        loop.run_in_executor(self._writers, work).add_done_callback(partial(self._written, loop, futures))

    def _written(
        self, loop: asyncio.AbstractEventLoop, futures: Sequence["asyncio.Future[Outcome]"], done: _Work
    ) -> None:
        self._writing -= 1
        _tell(futures, done)
        self._write(loop)


def _tell(futures: Sequence["asyncio.Future[Outcome]"], done: _Work) -> list[tuple[Later, "asyncio.Future[Outcome]"]]:
    """Tell everybody what came of it; those that still have to wait are returned."""
    fault = done.exception()
    outcomes: Sequence[Outcome | SchoonError | Later | BaseException] = (
        [fault] * len(futures) if fault else done.result()
    )
    waiting: list[tuple[Later, asyncio.Future[Outcome]]] = []
    for future, outcome in zip(futures, outcomes, strict=True):
        if isinstance(outcome, Later):
            waiting.append((outcome, future))
        elif future.done():  # the caller went away
            continue
        elif isinstance(outcome, Outcome):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)
    return waiting
