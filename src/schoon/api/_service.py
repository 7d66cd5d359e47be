"""What every route has at hand: the rooms, the counters, the shared batches and the limits."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from starlette.types import ASGIApp, Receive, Scope

from schoon.api._batcher import CheckBatcher
from schoon.api._metrics import Metrics
from schoon.api._slots import FairSlots
from schoon.check import Member
from schoon.parties import Person
from schoon.rooms import Rooms

DATABASE_SECONDS = 5.0
"""The database is asked twice a second; after so long without an answer this process should get no more questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiOptions:
    """How the HTTP door is set.

    Attributes:
        metrics_token: Opens /metrics from anywhere; without one it answers this machine only.
        json_seconds: For a JSON body to arrive.
        bulk_seconds: For a bulk body to arrive.
        bulk_at_once: Bulk requests that are worked on at the same time, one less of one member; each holds up to 32 MB.
        bulk_waiting: Bulk requests that may wait beside them, half of them of one member; more are answered 503.
        mounts: Path prefixes with the apps that answer what no route of the api does, such as ("/", pages).
    """

    metrics_token: str = field(default="", repr=False)
    json_seconds: float = 15.0
    bulk_seconds: float = 120.0
    bulk_at_once: int = 4
    bulk_waiting: int = 16
    mounts: Sequence[tuple[str, ASGIApp]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The parts behind the routes of one process.

    Attributes:
        rooms, options, metrics: As given.
        batcher: Answers JSON checks together.
        bulk_slots: Places for bulk checks.
        hasher: Hashes large bodies for their receipts, while the kernels look their digests up.
        readiness: Whether to send questions here.
    """

    rooms: Rooms
    options: ApiOptions
    metrics: Metrics
    batcher: CheckBatcher
    bulk_slots: FairSlots
    hasher: ThreadPoolExecutor
    readiness: "Readiness"

    def now(self) -> datetime:
        """The present instant."""
        return self.rooms.clock()


class Readiness:
    """Whether this process may be sent questions, and if not, why."""

    def __init__(self) -> None:
        """Not warm yet."""
        self.is_warm = False
        self.is_stopping = False
        self.members_known = False
        self._database_at: float | None = None

    def saw_database(self) -> None:
        """The database has answered just now."""
        self._database_at = time.monotonic()

    @property
    def is_database_away(self) -> bool:
        """Whether it has not answered for longer than `DATABASE_SECONDS`, having answered before."""
        return self._database_at is not None and time.monotonic() - self._database_at > DATABASE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request on its way to a route.

    Attributes:
        member: Who asks; None on open routes.
        person: Who asks at the desk; None on other routes.
        request_id: The reference that the log knows.
    """

    service: Service
    scope: Scope
    receive: Receive
    request_id: str
    member: Member | None
    now: datetime
    person: Person | None = None

    @property
    def partner(self) -> Person:
        """The person, on routes for partners.

        Raises:
            RuntimeError: The route was declared for others; our own mistake.
        """
        if self.person is None:
            raise RuntimeError("this route was declared without access for partners")
        return self.person

    @property
    def asker(self) -> Member:
        """The member, on routes that need one.

        Raises:
            RuntimeError: The route was declared open; our own mistake.
        """
        if self.member is None:
            raise RuntimeError("this route was declared without access for members")
        return self.member
