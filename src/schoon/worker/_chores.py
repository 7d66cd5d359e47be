"""What is done again and again beside the work at hand, each in a thread of its own."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Something to do again and again that needs no claim: any number of processes may do it at once.

    Attributes:
        name: For the thread and the log.
        every_seconds: Pause between the end of one run and the start of the next.
        run: Does it once.
    """

    name: str
    every_seconds: float
    run: Callable[[], object]


def chore_threads(
    chores: Sequence[Chore], stop: threading.Event, *, first: Callable[[], None] = lambda: None
) -> list[threading.Thread]:
    """A thread for each chore, to be started; each calls `first` once, and ends after `stop` was set.

    A chore that fails is logged, with the place of the fault, and tried again; the same fault again is not news.
    """

    def repeat(chore: Chore) -> None:
        first()
        known: type[Exception] | None = None
        while not stop.is_set():
            try:
                chore.run()
                known = None
            except Exception as fault:  # noqa: BLE001 - the outermost loop of a thread: it must outlive any fault
                is_news, known = type(fault) is not known, type(fault)
                fields = {"event": "chore.failed", "chore": chore.name, "error": type(fault).__name__}
                _log.log(logging.ERROR if is_news else logging.DEBUG, "chore failed", extra=fields, exc_info=is_news)
            stop.wait(chore.every_seconds)

    return [
        threading.Thread(target=repeat, args=(chore,), name=f"schoon-{chore.name}", daemon=True) for chore in chores
    ]
