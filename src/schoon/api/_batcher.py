"""Single checks that arrive close together share one index batch and one receipt signature."""

import asyncio
import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from schoon.api._answering import Question, enveloped, result_of, sign
from schoon.api._metrics import Metrics
from schoon.api.errors import ServiceBusyError
from schoon.check import CheckReply, CheckRequest
from schoon.kinds import SchoonError
from schoon.rooms import Rooms

GATHER_SECONDS = 0.002
"""While a batch is worked on, the next one gathers this long at most."""

MAX_BATCH_ITEMS = 1_000
"""A batch that holds so many items goes at once."""

_THREADS = 8
_MAX_PENDING = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a question: the reply, and the body around it when it is to have a receipt."""

    reply: CheckReply
    body: bytes


class CheckBatcher:
    """Gathers questions on the event loop and answers them together in a thread.

    A lone question goes as soon as the loop has seen to what else was ready, without waiting for company. A batch whose
    hits wait for the database's write lock holds up nobody outside it: the next batch takes another thread.
    """

    def __init__(self, rooms: Rooms, metrics: Metrics) -> None:
        """Threads start when they are needed."""
        self._rooms = rooms
        self._metrics = metrics
        self._pending: list[tuple[Question, asyncio.Future[Outcome]]] = []
        self._items = 0
        self._running = 0
        self._scheduled: asyncio.Handle | None = None
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="schoon-check")

    def close(self) -> None:
        """Let what runs end, and take no more."""
        self._threads.shutdown(wait=True)

    async def ask(self, question: Question) -> Outcome:
        """The outcome of one question.

        Raises:
            QuotaExceededError, LegalBasisMissingError: As the check room says.
            ServiceBusyError: Too many wait already.
        """
        if len(self._pending) >= _MAX_PENDING:
            raise ServiceBusyError(f"{_MAX_PENDING} checks are waiting")
        loop = asyncio.get_running_loop()
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

    def _go(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._scheduled is not None:
            self._scheduled.cancel()
            self._scheduled = None
        if not self._pending or self._running >= _THREADS:
            return  # the batch that ends first takes along what waits
        batch, self._pending, self._items = self._pending, [], 0
        self._running += 1
        self._metrics.count_batch(sum(question.digests for question, _ in batch))
        work = loop.run_in_executor(self._threads, answer_together, self._rooms, [question for question, _ in batch])
        work.add_done_callback(lambda done: self._done(loop, done, [future for _, future in batch]))

    def _done(
        self,
        loop: asyncio.AbstractEventLoop,
        done: "asyncio.Future[list[Outcome | SchoonError]]",
        futures: list["asyncio.Future[Outcome]"],
    ) -> None:
        self._running -= 1
        fault = done.exception()
        outcomes: Sequence[Outcome | BaseException] = [fault] * len(futures) if fault else done.result()
        for future, outcome in zip(futures, outcomes, strict=True):
            if future.done():  # the caller went away
                continue
            if isinstance(outcome, Outcome):
                future.set_result(outcome)
            else:
                future.set_exception(outcome)
        if self._pending:
            self._go(loop)


def answer_together(rooms: Rooms, questions: Sequence[Question]) -> list[Outcome | SchoonError]:
    """What comes of each question, in order: all answered from one version of the list, under one signature."""
    now = rooms.clock()
    outcomes: list[Outcome | SchoonError | None] = [_reserve(rooms, question, now) for question in questions]
    asked = [place for place, refused in enumerate(outcomes) if refused is None]
    requests = [CheckRequest(member=questions[place].member, items=questions[place].items) for place in asked]
    replies = rooms.check.check_many(requests, now) if requests else []
    proven = []
    for place, reply in zip(asked, replies, strict=True):
        question = questions[place]
        if question.form is None:
            outcomes[place] = Outcome(reply=reply, body=b"")
        else:
            proven.append((place, reply, hashlib.sha256(question.body).digest(), result_of(question, reply)))
    if proven:
        told = [(questions[place].member, request, result) for place, _, request, result in proven]
        receipts = sign(told, rooms.receipts, proven[0][1].list_state, now)
        for (place, reply, _, result), receipt in zip(proven, receipts, strict=True):
            outcomes[place] = Outcome(reply=reply, body=enveloped(result, receipt))
    return [outcome for outcome in outcomes if outcome is not None]


def _reserve(rooms: Rooms, question: Question, now: datetime) -> SchoonError | None:
    try:
        rooms.check.reserve(question.member, question.digests, now)
    except SchoonError as refused:
        return refused
    return None
