"""What a serving process does besides answering: look for a newer list and newer members, deliver, count."""

import os
import sys
import threading
from collections.abc import Callable, Sequence

from schoon.index import warm
from schoon.worker import Chore, chore_threads

_STOP_SECONDS = 10.0
_NICE = 10
"""How far chores step back. With 19 one that holds the interpreter was held up itself, and everybody with it."""


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
        self._threads = chore_threads(chores, self._stop, first=_step_back)
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


def _step_back() -> None:
    """Let this thread come after those that answer: on Linux a thread has a priority of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
