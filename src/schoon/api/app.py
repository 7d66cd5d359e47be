"""The HTTP application of one process: the table of operations behind one door, and the chores beside it."""

import asyncio
import gc
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

from starlette.types import ASGIApp, Receive, Scope, Send

from schoon.api._background import Background
from schoon.api._batcher import CheckBatcher
from schoon.api._direct import Head, Tell
from schoon.api._direct_checks import DirectChecks
from schoon.api._door import Door
from schoon.api._metrics import Metrics, Standing
from schoon.api._openapi import openapi_document
from schoon.api._reply import HttpReply
from schoon.api._routes import Access, Operation
from schoon.api._service import ApiOptions, Call, Readiness, Service
from schoon.api._slots import FairSlots
from schoon.api._table import OPERATIONS
from schoon.hits import HitState
from schoon.rooms import Rooms
from schoon.worker import Chore

_SWITCH_SECONDS = 0.001
"""How long a thread may keep the interpreter while the event loop waits; Python's own 5 ms add up to a bad p99."""

_REFRESH_SECONDS = 0.5
_TOP_UP_SECONDS = 0.2
_DELIVER_SECONDS = 1.0
_DUE_SECONDS = 30.0
_COUNT_SECONDS = 5.0
_SWEEP_SECONDS = 3600.0


class Api:
    """The ASGI application: answers, and from start to end of its life runs the chores."""

    def __init__(self, rooms: Rooms, options: ApiOptions) -> None:
        """Nothing runs before the server says that life begins."""
        self.metrics = Metrics(rooms.check.counts)
        self.readiness = Readiness()
        self._rooms = rooms
        self._batcher = CheckBatcher(rooms, self.metrics)
        self._hasher = ThreadPoolExecutor(options.bulk_at_once, thread_name_prefix="schoon-hash")
        service = Service(
            rooms=rooms,
            options=options,
            metrics=self.metrics,
            batcher=self._batcher,
            bulk_slots=FairSlots(options.bulk_at_once, options.bulk_waiting),
            hasher=self._hasher,
            readiness=self.readiness,
        )
        self.operations: Sequence[Operation] = (*OPERATIONS, _document_operation())
        self._door: ASGIApp = Door(service, self.operations)
        self._checks = DirectChecks(service)

    @property
    def direct_paths(self) -> frozenset[bytes]:
        """See `AnswersDirectly`."""
        return self._checks.paths

    def answer_directly(self, path: bytes, head: Head, body: bytes, tell: Tell) -> None:  # noqa: ARG002 - there is one
        """See `AnswersDirectly`."""
        self._checks.answer(head, body, tell)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the whole life of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._door(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        sys.setswitchinterval(_SWITCH_SECONDS)
        background = Background(self._chores(), on_warm=self._warmed)
        background.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.readiness.is_stopping = True
        await asyncio.to_thread(self._end, background)
        await send({"type": "lifespan.shutdown.complete"})

    def _end(self, background: Background) -> None:
        background.stop()
        self._batcher.close()
        self._hasher.shutdown(wait=True)
        self._rooms.members.flush_used()
        self._rooms.close()

    def _warmed(self) -> None:
        """What was loaded stays for good: the collector need not walk it, which would hold up answers for 50 ms."""
        gc.collect()
        gc.freeze()
        self._batcher.is_warm = True
        self.readiness.is_warm = True

    def _chores(self) -> list[Chore]:
        rooms = self._rooms
        return [
            Chore(name="list", every_seconds=_REFRESH_SECONDS, run=rooms.holder.refresh),
            Chore(name="members", every_seconds=_REFRESH_SECONDS, run=self._refresh_members),
            Chore(name="quota", every_seconds=_TOP_UP_SECONDS, run=lambda: rooms.check.top_up(rooms.clock())),
            Chore(name="delivery", every_seconds=_DELIVER_SECONDS, run=self._deliver),
            Chore(name="due", every_seconds=_DUE_SECONDS, run=self._mark_due),
            Chore(name="figures", every_seconds=_COUNT_SECONDS, run=self._count),
            Chore(name="sweep", every_seconds=_SWEEP_SECONDS, run=lambda: rooms.check.sweep(rooms.clock())),
        ]

    def _refresh_members(self) -> None:
        self._rooms.members.refresh(self._rooms.clock())
        self.readiness.members_known = True
        self.readiness.saw_database()

    def _deliver(self) -> None:
        self._rooms.hits.deliver_due(self._rooms.clock, self._rooms.sender)

    def _mark_due(self) -> None:
        self._rooms.hits.due_work(self._rooms.clock())

    def _count(self) -> None:
        rooms, now = self._rooms, self._rooms.clock()
        state, _ = rooms.check.list_state(now)
        hits = rooms.hits.counts(None, now)
        self.metrics.show(
            Standing(
                list_version=state.version,
                list_age_seconds=state.age.total_seconds() if state.version else None,
                index_fault=rooms.holder.fault is not None,
                open_hits=hits.by_state[HitState.OPEN],
                overdue_hits=hits.overdue,
                alarms=rooms.check.recorder.counts.alarms(),
                outbox=rooms.hits.waiting(),
                dead_letters=len(rooms.hits.dead_letters()),
            )
        )


def create_app(rooms: Rooms, options: ApiOptions | None = None) -> Api:
    """The application over opened rooms; serve it with `serve`, or with any ASGI server."""
    return Api(rooms, options or ApiOptions())


def openapi_json() -> bytes:
    """The OpenAPI document, as it is served."""
    document = openapi_document((*OPERATIONS, _document_operation()), version=version("schoon"))
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _document_operation() -> Operation:
    document: list[bytes] = []

    async def answer_document(call: Call) -> HttpReply:  # noqa: ARG001 - the same for every call
        if not document:
            document.append(openapi_json())
        return HttpReply(body=document[0])

    return Operation(
        method="GET",
        path="/openapi.json",
        access=Access.OPEN,
        summary="This document",
        answer=answer_document,
    )
