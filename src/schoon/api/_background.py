"""What a serving process does besides answering: look for a newer list and newer members, deliver, count."""

import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schoon.index import warm

_log = logging.getLogger(__name__)
_STOP_SECONDS = 10.0
_NICE = 10
"""How far chores step back. With 19 one that holds the interpreter was held up itself, and everybody with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Something done again and again.

    Attributes:
        name: For the thread and the log.
        every_seconds: Pause between the end of one run and the start of the next.
        run: Does it once.
    """

    name: str
    every_seconds: float
    run: Callable[[], object]


class Background:
    """One thread per chore, from `start` to `stop`; a chore that fails is logged and tried again."""

    def __init__(self, chores: Sequence[Chore], *, on_warm: Callable[[], None]) -> None:
        """Nothing runs yet.

        Args:
            chores: What to do.
            on_warm: Called once, when the kernels are compiled.
        """
        self._stop = threading.Event()
        self._on_warm = on_warm
        self._threads = [
            threading.Thread(target=self._repeat, args=(chore,), name=f"schoon-{chore.name}", daemon=True)
            for chore in chores
        ]
        self._threads.append(threading.Thread(target=self._warm, name="schoon-warm", daemon=True))

    def start(self) -> None:
        """Start every chore."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask every chore to end, and wait a little for it."""
        self._stop.set()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)

    def _warm(self) -> None:
        warm()
        self._on_warm()

    def _repeat(self, chore: Chore) -> None:
        _step_back()
        failing = False
        while not self._stop.is_set():
            try:
                chore.run()
                failing = False
            except Exception as error:  # noqa: BLE001 - the outermost loop of a worker: it must outlive any fault
                level = logging.DEBUG if failing else logging.ERROR  # once per outage, not twice a second
                fields = {"event": "api.chore_failed", "chore": chore.name, "error": type(error).__name__}
                _log.log(level, "chore failed", extra=fields)
                failing = True
            self._stop.wait(chore.every_seconds)


def _step_back() -> None:
    """Let this thread come after those that answer: on Linux a thread has a priority of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
