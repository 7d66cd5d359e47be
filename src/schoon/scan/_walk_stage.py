"""The walking thread: decides for each file met whether it is hashed, asked again, or known well enough."""

from collections.abc import Sequence

from schoon.scan._ask_stage import REFUSED, AskStage
from schoon.scan._flow import Flow, Found
from schoon.scan._rows import KnownFile
from schoon.scan._state import State
from schoon.scan._walk import FolderDone, Walk, WalkRules
from schoon.scan.types import FoundFile, Problem, Trouble

_BATCH_FILES = 32
_LOOK_UP_FILES = 512
_BATCH_BYTES = 8 << 20
_FOUND_BATCH = 256
_FOLDER_TROUBLES = frozenset({Problem.UNREADABLE_FOLDER, Problem.MAIL_STORE, Problem.TOO_DEEP, Problem.VANISHED})


class Marks:
    """A set of row numbers at one bit each."""

    def __init__(self) -> None:
        """Empty."""
        self._bits = bytearray()

    def add(self, row: int) -> None:
        """Mark one."""
        place = row >> 3
        if place >= len(self._bits):
            self._bits.extend(bytes(max(place + 1 - len(self._bits), len(self._bits) // 2)))
        self._bits[place] |= 1 << (row & 7)

    def __contains__(self, row: int) -> bool:
        """Whether it was marked."""
        place = row >> 3
        return place < len(self._bits) and bool(self._bits[place] & (1 << (row & 7)))


class WalkStage:
    """Walks, and feeds the hashing threads and the storekeeper."""

    def __init__(self, flow: Flow, state: State, ask: AskStage, rules: WalkRules) -> None:
        """Nothing is seen yet."""
        self._flow = flow
        self._state = state
        self._ask = ask
        self._rules = rules
        self.seen = Marks()  # known and unchanged: their answers count
        self._changed = Marks()  # known, there and not as they were: they are not forgotten either
        self._folders_whole = Marks()
        self._is_clean = True
        self._folder: bytes | None = None
        self._met_here: list[FoundFile] = []  # of that folder, not looked up yet
        self._batch: list[FoundFile] = []
        self._batch_bytes = 0
        self._found = Found()

    def walk(self, starts: Sequence[bytes], *, may_be_gone: bool = False) -> bool:
        """Everything below these paths; whether the walk came to its end.

        Args:
            may_be_gone: A path that is not there is no trouble: the kernel told of it a moment ago.
        """
        self._folder = None
        for start in starts:
            for met in Walk(self._rules, self._flow.counts, self._flow.stop).run(start):
                if isinstance(met, FoundFile):
                    self._meet(met)
                elif isinstance(met, FolderDone):
                    row = self._state.folder_row(met.path)
                    if row is not None:
                        self._folders_whole.add(row)
                elif not (may_be_gone and met.problem is Problem.VANISHED):
                    self._meet_trouble(met)
        self._flush()
        return not self._flow.stop.is_set()

    def forget_gone(self, starts: Sequence[bytes]) -> int:
        """Drop what is known on files that a walk that came to its end did not meet; how many.

        Where some folder could not be read, only what was in folders that were read whole is dropped.
        """
        return self._state.forget(
            roots=starts,
            seen=lambda row: row in self.seen or row in self._changed,
            walked=lambda folder: self._is_clean or folder in self._folders_whole,
        )

    def _meet(self, file: FoundFile) -> None:
        """Files are looked up many at a time, folder by folder: a statement for each would take half the walk."""
        if file.folder != self._folder or len(self._met_here) >= _LOOK_UP_FILES:
            self._look_up()
            self._folder = file.folder
        self._met_here.append(file)

    def _look_up(self) -> None:
        met, self._met_here = self._met_here, []
        folder = self._state.folder_row(met[0].folder) if met else None
        known = {} if folder is None else self._state.known(folder, [file.name for file in met])
        unchanged = 0
        for file in met:
            row = known.get(file.name)
            if row is not None and row.is_unchanged(file.stamp):
                unchanged += 1
                self.seen.add(row.row)
                if self._is_asked_again(row):
                    self._found.again.append((row.row, file.stamp.dev))
            else:
                if row is not None:
                    self._changed.add(row.row)
                self._meet_new(file)
        self._flow.meter.unchanged += unchanged
        if len(self._found) >= _FOUND_BATCH:
            self._flush_found()

    def _meet_new(self, file: FoundFile) -> None:
        if file.links > 1 and (twin := self._state.twin(file)) is not None:
            self._flow.meter.unchanged += 1
            self._found.hashed.append(twin)
            return
        self._batch.append(file)
        self._batch_bytes += file.stamp.size
        if len(self._batch) >= _BATCH_FILES or self._batch_bytes >= _BATCH_BYTES:
            self._flush_batch()

    def _is_asked_again(self, known: KnownFile) -> bool:
        """A listed file is asked in every scan, so that nothing is done on an answer of yesterday."""
        if known.waiting:
            return False
        if known.verdict in {"listed", REFUSED, None}:
            return True
        return known.list_version is None or known.list_version != self._ask.list_version

    def _meet_trouble(self, trouble: Trouble) -> None:
        if trouble.problem in _FOLDER_TROUBLES:
            self._is_clean = False
        self._found.troubles.append(trouble)

    def _flush(self) -> None:
        self._look_up()
        self._flush_batch()
        self._flush_found()

    def _flush_batch(self) -> None:
        if self._batch:
            self._flow.put(self._flow.to_hash, self._batch)
        self._batch = []
        self._batch_bytes = 0

    def _flush_found(self) -> None:
        if len(self._found):
            self._flow.put(self._flow.to_store, self._found)
        self._found = Found()
