"""One working process: takes turns until it is told to stop, or until its crew is gone."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from multiprocessing.connection import Connection
from types import FrameType

import msgspec

from schoon.worker._chores import chore_threads
from schoon.worker._keeper import Keeper
from schoon.worker._tally import Tally
from schoon.worker._turns import LEASE, Turns
from schoon.worker._workplace import Workplace

IDLE_SECONDS = 1.0
"""Without anything due, the agenda is looked at again after so long: others put tasks into it."""

_BEAT_SECONDS = 0.5
_LONGEST_PAUSE = 10.0
_CHORE_SECONDS = 10.0
_log = logging.getLogger(__name__)


def workplace_of(factory: str) -> Workplace:
    """What the factory makes: "module:name" of a callable without arguments."""
    module, _, name = factory.partition(":")
    make: Callable[[], Workplace] = getattr(import_module(module), name)
    return make()


def run_process(factory: str, beats: Connection, *, with_chores: bool) -> None:
    """Work until SIGTERM or SIGINT, and end the batch at hand first.

    Args:
        factory: See `workplace_of`.
        beats: Each turn is told here, with what was counted; when nobody listens any more, the process ends.
        with_chores: Whether this is the process that does the chores too.
    """
    stop = threading.Event()
    _stop_by_signals(stop)
    place = workplace_of(factory)
    keeper = Keeper(place.agenda, place.clock, lease=LEASE)
    chores = chore_threads(place.chores if with_chores else [], stop)
    for thread in chores:
        thread.start()
    _log.info("worker started", extra={"event": "worker.start", "pid": os.getpid()})
    try:
        _work(Turns(place, hold=keeper.hold), place, _Beats(beats), stop)
    except BrokenPipeError:
        _log.warning("the crew is gone", extra={"event": "worker.orphaned", "pid": os.getpid()})
    finally:
        stop.set()
        keeper.end()
        for thread in chores:
            thread.join(_CHORE_SECONDS)
        place.close()
    _log.info("worker stopped", extra={"event": "worker.stop", "pid": os.getpid()})


class _Beats:
    """Tells the crew that this process is alive, and what it did."""

    def __init__(self, beats: Connection) -> None:
        self._beats = beats
        self._last = 0.0

    def tell(self, turns: Turns) -> None:
        """Hand the counts over, twice a second at most.

        Raises:
            BrokenPipeError: Nobody listens any more.
        """
        now = time.monotonic()
        if now - self._last >= _BEAT_SECONDS:
            self._beats.send_bytes(msgspec.json.encode(turns.tally))
            turns.tally, self._last = Tally(), now


def _work(turns: Turns, place: Workplace, beats: _Beats, stop: threading.Event) -> None:
    pause = outage = 0.0
    known: type[Exception] | None = None
    while not stop.wait(pause):
        beats.tell(turns)
        try:
            pause, outage, known = _pause(turns.turn(), place.clock()), 0.0, None
        except Exception as fault:  # noqa: BLE001 - the outermost loop of a worker: it must outlive any fault
            is_news, known = type(fault) is not known, type(fault)  # the same again is not, as long as an outage lasts
            fields = {"event": "worker.turn_failed", "error": type(fault).__name__}
            _log.log(logging.ERROR if is_news else logging.DEBUG, "turn failed", extra=fields, exc_info=is_news)
            pause = outage = min(max(2 * outage, IDLE_SECONDS), _LONGEST_PAUSE)
    beats.tell(turns)


def _pause(next_at: datetime | None, now: datetime) -> float:
    if next_at is None:
        return IDLE_SECONDS
    return min(max((next_at - now).total_seconds(), 0.0), IDLE_SECONDS)


def _stop_by_signals(stop: threading.Event) -> None:
    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
