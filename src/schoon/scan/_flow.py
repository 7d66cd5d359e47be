"""What the stages of a scan share: the way to stop, the first failure, the counters and the listener."""

import queue
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from schoon.scan._handles import OpenedFile
from schoon.scan._outside import Listener
from schoon.scan._pace import Time
from schoon.scan.types import FoundFile, HashedFile, Trouble, WalkCounts, shown

_T = TypeVar("_T")
_LOOK_SECONDS = 0.2
_MOST_OPENED = 32


@dataclass(slots=True)
class Found:
    """What one stage hands to the storekeeper at a time.

    Attributes:
        again: Rows (with their device now) that are asked again without hashing.
    """

    hashed: list[HashedFile] = field(default_factory=list)
    again: list[tuple[int, int]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def add(self, outcome: HashedFile | Trouble) -> None:
        """One more file that was read, or could not be."""
        if isinstance(outcome, HashedFile):
            self.hashed.append(outcome)
        else:
            self.troubles.append(outcome)

    def __len__(self) -> int:
        return len(self.hashed) + len(self.again) + len(self.troubles)


@dataclass(slots=True)
class Meter:
    """Running totals for the progress line; each field has one writer, or is guarded by the flow's lock."""

    unchanged: int = 0
    hashed: int = 0
    bytes_hashed: int = 0
    answered: int = 0
    listed: int = 0
    troubles: int = 0
    is_away: bool = False
    expected: int | None = None


class Flow:
    """The line from walk to state: bounded queues, one stop, and no failure that goes unseen."""

    def __init__(self, *, jobs: int, time: Time, listener: Listener, stop: threading.Event) -> None:
        """`stop` may be set from outside at any moment; each stage then ends with what it has in hand."""
        self.jobs = jobs
        self.time = time
        self.stop = stop
        self.counts = WalkCounts()
        self.meter = Meter()
        self.to_hash: queue.Queue[list[FoundFile] | None] = queue.Queue(maxsize=16 * jobs)
        self.to_read: queue.Queue[OpenedFile | None] = queue.Queue(maxsize=_MOST_OPENED)
        self.to_store: queue.Queue[Found | None] = queue.Queue(maxsize=64)
        self.walked = threading.Event()
        self.stored = threading.Event()
        self.answered = threading.Event()
        self.failure: BaseException | None = None
        self.lock = threading.Lock()
        self._listener = listener
        self._speaking = threading.Lock()

    def put(self, target: "queue.Queue[_T]", item: _T, *, idle: Callable[[], None] | None = None) -> bool:
        """Hand on, waiting for room; False when the scan was stopped instead. `idle` is called while waiting."""
        while not self.stop.is_set():
            try:
                target.put(item, timeout=_LOOK_SECONDS)
            except queue.Full:
                if idle is not None:
                    idle()
            else:
                return True
        return False

    def take(self, source: "queue.Queue[_T | None]", *, idle: Callable[[], None] | None = None) -> _T | None:
        """The next thing; None when there will be no more, or when the scan was stopped.

        `idle` is called before it waits.
        """
        is_waiting = idle is None
        while not self.stop.is_set():
            try:
                return source.get(block=is_waiting, timeout=_LOOK_SECONDS)
            except queue.Empty:
                if idle is not None and not is_waiting:
                    idle()
                is_waiting = True
        return None

    def hand_to_store(self, found: Found) -> None:
        """Also when the scan was stopped, so that nothing hashed is lost; only a failure lets it go."""
        while self.failure is None:
            try:
                self.to_store.put(found, timeout=_LOOK_SECONDS)
            except queue.Full:
                continue
            return

    def end_store(self, thread: threading.Thread) -> None:
        """Tell the storekeeper that nothing more comes; it keeps what it has."""
        while thread.is_alive():
            try:
                self.to_store.put(None, timeout=_LOOK_SECONDS)
            except queue.Full:
                continue
            return

    def start(self, name: str, work: Callable[[], None]) -> threading.Thread:
        """A thread whose failure stops the scan and is raised at its end."""

        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - handed to the thread that started the scan, which raises it
                self.fail(error)

        thread = threading.Thread(target=guarded, name=name, daemon=True)
        thread.start()
        return thread

    def fail(self, error: BaseException) -> None:
        """Stop everything because of this; the first one counts."""
        with self.lock:
            if self.failure is None:
                self.failure = error
        self.stop.set()

    def tell(self, name: str, facts: Mapping[str, object]) -> None:
        """One event to the listener."""
        with self._speaking:
            self._listener.event(name, facts)

    def tell_troubles(self, troubles: Iterable[Trouble]) -> None:
        """One event for each."""
        for trouble in troubles:
            with self.lock:
                self.meter.troubles += 1
            self.tell(
                "file.trouble", {**path_facts(trouble.path), "problem": trouble.problem, "detail": trouble.detail}
            )

    @property
    def listener(self) -> Listener:
        """Who listens."""
        return self._listener


def path_facts(path: bytes) -> dict[str, object]:
    """A path for JSON: as text, and in hexadecimal when the text is not exactly it."""
    text = shown(path)
    return {"path": text} if text.encode() == path else {"path": text, "path_hex": path.hex()}
