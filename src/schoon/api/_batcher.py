"""Checks that arrive close together share one index batch and one receipt signature."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeAlias

from schoon.api._answering import Question
from schoon.api._metrics import Metrics
from schoon.api._slots import FairSlots
from schoon.api._together import Later, Outcome, answer_at_once, answer_with_hits
from schoon.api.errors import ServiceBusyError
from schoon.kinds import SchoonError
from schoon.rooms import Rooms

GATHER_SECONDS = 0.002
"""While a batch is worked on in a thread, the next one gathers this long at most."""

MAX_BATCH_ITEMS = 1_000
"""A batch that holds so many items goes at once."""

HEAVY_LOOK_UPS = 1_000
"""A question with more look-ups than this is worked on apart: small ones do not wait for it."""

LIGHT_DIGESTS = 8
"""A question of so few digests, none of them perceptual, is worked on by the event loop itself."""

LIGHT_BYTES = 8 * 1024
"""And of so few bytes, which are hashed for the receipt; so few digests with the longest names need no more."""

LIGHT_AT_ONCE = 64
"""Light questions answered together, which takes about two milliseconds; then the loop looks at its connections."""

_LOOK_UPS_PER_PDQ = 8
_THREADS = 2
_WRITERS = 4
_HEAVY_AT_ONCE = 3
_HEAVY_WAITING = 64
_MAX_PENDING = 20_000

Told: TypeAlias = Callable[[Outcome | Exception], None]
"""Takes what came of a question, on the event loop."""

_Waiting: TypeAlias = tuple[Question, Told]
_Outcomes: TypeAlias = Sequence[Outcome | SchoonError | Later]
_Work: TypeAlias = asyncio.Future[Any]
"""Of `_Outcomes`, one for each question of a batch."""


class CheckBatcher:
    """Gathers questions on the event loop and answers them together.

    Light questions take microseconds each, less than a hop to a thread and back: the loop answers all that its
    connections brought in one turn. The others go in batches to a thread; a lone one as soon as the loop has seen to
    what else was ready. Questions that turn out to need the database go on in threads of their own, and so do heavy
    ones: a small miss never waits for somebody's hit to reach the disk, for a locked database, or for somebody's
    thousand pictures.

    Attributes:
        is_warm: Set once the kernels are compiled; before that the loop works on nothing, since it would wait for them.
    """

    def __init__(self, rooms: Rooms, metrics: Metrics) -> None:
        """Threads start when they are needed."""
        self.is_warm = False
        self._rooms = rooms
        self._metrics = metrics
        self._light: list[_Waiting] = []
        self._light_is_due = False
        self._pending: list[_Waiting] = []
        self._items = 0
        self._running = 0
        self._writing = 0
        self._later: list[tuple[Later, Told]] = []
        self._scheduled: asyncio.Handle | None = None
        self._apart: set[asyncio.Task[None]] = set()
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
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.ask_soon(question, partial(_settle, future))
        return await future

    def ask_soon(self, question: Question, tell: Told) -> None:
        """Take one question; `tell` is called later, with its outcome or with what `ask` would raise.

        Raises:
            ServiceBusyError: Too many wait already.
        """
        loop = asyncio.get_running_loop()
        if len(self._pending) + len(self._light) + len(self._later) >= _MAX_PENDING:
            raise ServiceBusyError(f"{_MAX_PENDING} checks are waiting")
        if self.is_warm and question.is_light(LIGHT_DIGESTS, LIGHT_BYTES):
            self._light.append((question, tell))
            if not self._light_is_due:
                self._light_is_due = True
                loop.call_soon(self._go_light, loop)
        elif question.look_ups(_LOOK_UPS_PER_PDQ) > HEAVY_LOOK_UPS:
            task = loop.create_task(self._ask_apart(loop, question, tell))
            self._apart.add(task)
            task.add_done_callback(self._apart.discard)
        else:
            self._gather(loop, question, tell)

    def _gather(self, loop: asyncio.AbstractEventLoop, question: Question, tell: Told) -> None:
        self._pending.append((question, tell))
        self._items += len(question.items) + len(question.faults)
        if self._items >= MAX_BATCH_ITEMS:
            self._go(loop)
        elif self._scheduled is None:
            later = self._running > 0
            self._scheduled = (
                loop.call_later(GATHER_SECONDS, self._go, loop) if later else loop.call_soon(self._go, loop)
            )

    async def _ask_apart(self, loop: asyncio.AbstractEventLoop, question: Question, tell: Told) -> None:
        outcome: Outcome | Exception
        try:
            async with self._heavy.place(question.member.member_id):
                self._metrics.count_batch(question.digests)
                work = partial(answer_with_hits, self._rooms, [Later(question=question)])
                (outcome,) = await loop.run_in_executor(self._heavy_threads, work)
        except Exception as error:  # noqa: BLE001 - whoever asked is told of it, whatever it is
            outcome = error
        tell(outcome)

    def _go_light(self, loop: asyncio.AbstractEventLoop) -> None:
        batch, self._light = self._light[:LIGHT_AT_ONCE], self._light[LIGHT_AT_ONCE:]
        self._light_is_due = bool(self._light)
        if self._light:
            loop.call_soon(self._go_light, loop)
        questions = [question for question, _ in batch]
        self._metrics.count_batch(sum(question.digests for question in questions))
        outcomes: _Outcomes | Exception
        try:
            outcomes = answer_at_once(self._rooms, questions)
        except Exception as error:  # noqa: BLE001 - everybody in the batch is told of it, whatever it is
            outcomes = error
        self._finish(loop, [tell for _, tell in batch], outcomes)

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
        told = [tell for _, tell in batch]
        loop.run_in_executor(self._threads, work).add_done_callback(partial(self._done, loop, told))

    def _done(self, loop: asyncio.AbstractEventLoop, told: Sequence[Told], done: _Work) -> None:
        self._running -= 1
        self._finish(loop, told, _outcomes_of(done))
        if self._pending:
            self._go(loop)

    def _finish(self, loop: asyncio.AbstractEventLoop, told: Sequence[Told], outcomes: _Outcomes | Exception) -> None:
        """Tell everybody what came of it; those that still have to wait go on to the writers."""
        for number, tell in enumerate(told):
            outcome = outcomes if isinstance(outcomes, Exception) else outcomes[number]
            if isinstance(outcome, Later):
                self._later.append((outcome, tell))
            else:
                tell(outcome)
        self._write(loop)

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        """Questions that wait for the database go together when a writer is free: a backlog is one batch, not many."""
        if not self._later or self._writing >= _WRITERS:
            return
        some, self._later = self._later[:MAX_BATCH_ITEMS], self._later[MAX_BATCH_ITEMS:]
        self._writing += 1
        work = partial(answer_with_hits, self._rooms, [later for later, _ in some])
        told = [tell for _, tell in some]
        loop.run_in_executor(self._writers, work).add_done_callback(partial(self._written, loop, told))

    def _written(self, loop: asyncio.AbstractEventLoop, told: Sequence[Told], done: _Work) -> None:
        self._writing -= 1
        self._finish(loop, told, _outcomes_of(done))


def _outcomes_of(done: _Work) -> _Outcomes | Exception:
    fault = done.exception()
    if isinstance(fault, Exception):
        return fault
    outcomes: _Outcomes = done.result()
    return outcomes


def _settle(future: "asyncio.Future[Outcome]", outcome: Outcome | Exception) -> None:
    if future.done():  # the caller went away
        return
    if isinstance(outcome, Outcome):
        future.set_result(outcome)
    else:
        future.set_exception(outcome)
