"""The crew: starts the working processes, replaces those that die or hang, adds up their counts, stops them."""

import logging
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType

import msgspec
from prometheus_client import start_http_server

from schoon.kinds import OutageError
from schoon.worker._figures import Figures
from schoon.worker._keeper import LONGEST_BATCH
from schoon.worker._process import run_process, workplace_of
from schoon.worker._tally import Tally
from schoon.worker._workplace import Workplace
from schoon.worker.errors import FiguresPortError, WorkOptionsError

_LOOK_SECONDS = 1.0
_FIGURES_SECONDS = 60.0
_GRACE_SECONDS = 60.0
_SILENT_SECONDS = LONGEST_BATCH.total_seconds() + 60
_AGAIN_SECONDS = 5.0
"""A process that ended is replaced; one that ended at once not before so long after its start."""

_SPAWN = get_context("spawn")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOptions:
    """How to work.

    Attributes:
        processes: That work at the same time; each has its own connections.
        metrics_port: Of the loopback, where Prometheus finds the figures; None for nowhere.
    """

    processes: int = 2
    metrics_port: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.processes <= 64:
            raise WorkOptionsError(f"{self.processes} processes; 1 to 64 can be started")


@dataclass(slots=True)
class _Mate:
    """One working process, as the crew sees it."""

    process: SpawnProcess
    beats: Connection
    started: float
    heard: float = field(init=False)

    def __post_init__(self) -> None:
        self.heard = self.started


def work(factory: str, options: WorkOptions) -> None:
    """Work until told to stop (SIGTERM, SIGINT); every process ends the batch at hand first.

    Args:
        factory: "module:name" of a callable without arguments that opens a workplace. Every process calls it once.
        options: How.

    Raises:
        FiguresPortError: Something else listens at the port for figures.
        OutageError: The database does not answer, or was not migrated.
    """
    place = workplace_of(factory)
    try:
        place.agenda.waiting(place.clock())
        figures = Figures([job.kind for job in place.jobs])
        with _shown(figures, options.metrics_port), _Signals() as signals:
            _Crew(factory, options, figures).run(place, signals)
    finally:
        place.close()


class _Signals:
    """Whether SIGTERM or SIGINT came, while the block runs."""

    def __enter__(self) -> "_Signals":
        self.came = False
        self._before = {one: signal.signal(one, self._take) for one in (signal.SIGTERM, signal.SIGINT)}
        return self

    def __exit__(self, *_: object) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True


@contextmanager
def _shown(figures: Figures, port: int | None) -> Iterator[None]:
    if port is None:
        yield
        return
    try:
        server, thread = start_http_server(port, addr="127.0.0.1", registry=figures.registry)
    except OSError as problem:
        raise FiguresPortError(f"127.0.0.1 port {port}: {problem.strerror}") from problem
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Crew:
    """The processes, by their number; the first does the chores too."""

    def __init__(self, factory: str, options: WorkOptions, figures: Figures) -> None:
        self._factory, self._options, self._figures = factory, options, figures
        self._mates: dict[int, _Mate] = {}

    def run(self, place: Workplace, signals: _Signals) -> None:
        figures_at = time.monotonic()
        try:
            for number in range(self._options.processes):
                self._mates[number] = self._start(number)
            while not signals.came:
                self._listen(_LOOK_SECONDS)
                self._replace()
                if time.monotonic() >= figures_at:
                    self._show(place)
                    figures_at = time.monotonic() + _FIGURES_SECONDS
        finally:
            self._stop()

    def _start(self, number: int) -> _Mate:
        heard, told = _SPAWN.Pipe(duplex=False)
        process = _SPAWN.Process(
            target=run_process,
            args=(self._factory, told),
            kwargs={"with_chores": number == 0},
            name=f"schoon-worker-{number}",
        )
        process.start()
        told.close()  # the process has its own end; when that is gone, so is the process
        self._figures.started()
        return _Mate(process, heard, time.monotonic())

    def _listen(self, seconds: float) -> None:
        """Take in what the processes tell, for at most so long."""
        ends = {mate.beats: mate for mate in self._mates.values() if not mate.beats.closed}
        for ready in wait([*ends], timeout=seconds):
            mate = ends[ready]  # type: ignore[index]  # nothing but connections was given
            try:
                self._figures.add(msgspec.json.decode(mate.beats.recv_bytes(), type=Tally))
                mate.heard = time.monotonic()
            except (EOFError, OSError):  # it ended, or was killed in the middle of a message
                mate.beats.close()
        if not ends:
            time.sleep(seconds)

    def _replace(self) -> None:
        now = time.monotonic()
        for number, mate in self._mates.items():
            fields = {"event": "worker.ended", "pid": mate.process.pid}
            if mate.process.is_alive() and now - mate.heard > _SILENT_SECONDS:
                _log.error("process hangs", extra=fields | {"event": "worker.hangs"})
                mate.process.kill()
                mate.process.join()
            if not mate.process.is_alive() and now - mate.started >= _AGAIN_SECONDS:
                _log.error("process ended", extra=fields | {"code": mate.process.exitcode})
                mate.beats.close()
                self._mates[number] = self._start(number)

    def _show(self, place: Workplace) -> None:
        now = place.clock()
        alive = sum(mate.process.is_alive() for mate in self._mates.values())
        try:
            self._figures.show(place.agenda.waiting(now), now, processes=alive)
        except OutageError as fault:
            _log.warning("no figures", extra={"event": "worker.no_figures", "error": type(fault).__name__})

    def _stop(self) -> None:
        for mate in self._mates.values():
            mate.process.terminate()
        until = time.monotonic() + _GRACE_SECONDS
        for mate in self._mates.values():
            mate.process.join(max(until - time.monotonic(), 0.0))
            if mate.process.is_alive():
                _log.error("process killed", extra={"event": "worker.killed", "pid": mate.process.pid})
                mate.process.kill()
                mate.process.join()
