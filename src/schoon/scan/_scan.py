"""One scan from beginning to end: the stages put in a line, and the sum drawn up."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from schoon.scan._act_book import ActBook, ActKind, Step
from schoon.scan._act_stage import ActStage
from schoon.scan._ask_stage import REFUSED, AskStage
from schoon.scan._flow import Flow, path_facts
from schoon.scan._handles import folder_handle
from schoon.scan._hash_stage import HashStage
from schoon.scan._mail import is_mail_folder
from schoon.scan._mounts import is_kernel_path, kernel_devices
from schoon.scan._outside import Hashes, Listener, Progress, Service
from schoon.scan._pace import Pace, Time
from schoon.scan._refs import ref_of
from schoon.scan._state import State
from schoon.scan._state_folder import StateFolder
from schoon.scan._store_stage import StoreStage
from schoon.scan._walk import Globs, Identity, Walk, WalkRules
from schoon.scan._walk_stage import WalkStage
from schoon.scan._watch import Watch
from schoon.scan.quarantine import Stores
from schoon.scan.types import (
    MailStoreError,
    Problem,
    ScanAction,
    ScanSettings,
    ScanSettingsError,
    ScanSummary,
    WalkCounts,
    shown,
)

_PROGRESS_SECONDS = 0.25
_PATIENT_PER_JOB = 2
"""Threads for each decoder process: while one waits for a picture, another reads the next from the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a scan is given to work with.

    Attributes:
        jobs: How many files are hashed at a time.
        stop: Set it from a signal handler: the scan ends soon, and the next one goes on.
        count_ahead: Count the files in a walk of its own, so that the time left is known.
    """

    service: Service
    hasher: Hashes
    listener: Listener
    time: Time
    jobs: int
    stop: threading.Event = field(default_factory=threading.Event)
    count_ahead: bool = False


def run(settings: ScanSettings, around: Surroundings) -> ScanSummary:
    """Walk, hash, ask and act; what the end of it was.

    1. hold the state; 2. refuse what may not be scanned; 3. start the stages from the last to the first; 4. walk in
    this thread; 5. let each stage end in order; 6. draw up the sum.

    Raises:
        StateBusyError, UnsafeFolderError, DamagedStateError, ScanSettingsError, MailStoreError: Before any reading.
        SchoonError: The service refused the token or the requests; what was hashed is kept.
    """
    with StateFolder(settings.state) as folder, State(folder) as state:  # 1
        return _Scan(settings, around, state).run()


def resolve(state_path: bytes, ref: str) -> bytes | None:
    """The path that a reference stands for; None when this state knows none."""
    with StateFolder(state_path) as folder, State(folder) as state:
        key = state.key()
        return next((path for path in state.all_paths() if ref_of(key, path) == ref.strip().lower()), None)


class _Scan:
    def __init__(self, settings: ScanSettings, around: Surroundings, state: State) -> None:
        self._settings = settings
        self._around = around
        self._state = state
        self._flow = Flow(jobs=around.jobs, time=around.time, listener=around.listener, stop=around.stop)
        self._book = ActBook(state)
        self._stores = Stores(settings.quarantine)
        self._pace = Pace(settings.rate, settings.hours, around.time)
        self._ask = AskStage(self._flow, state, service=around.service, settings=settings)

    def run(self) -> ScanSummary:
        starts = tuple(_start_of(path, self._settings) for path in self._settings.paths)  # 2
        rules = self._rules(starts)
        time = self._around.time
        began = time.monotonic()
        self._begin(starts)
        walk = WalkStage(self._flow, self._state, self._ask, rules)
        self._ask.connect()
        is_finished = False
        with self._ticking(), self._stages(), self._counting(rules, starts):  # 3
            is_finished = walk.walk(starts)  # 4
            if is_finished:
                walk.forget_gone(starts)
            if is_finished and self._settings.watch:
                Watch(rules, walk, self._ask, self._flow, rewalk_seconds=self._settings.rewalk_seconds).run(starts)
        if self._flow.failure is not None:  # 5
            raise self._flow.failure
        self._tell_unanswered(walk)
        summary = self._summary(walk, is_finished=is_finished, seconds=time.monotonic() - began)  # 6
        self._state.end(time.now().isoformat())
        self._flow.tell("scan.finished", _summary_facts(summary))
        return summary

    def _begin(self, starts: tuple[bytes, ...]) -> None:
        settings = self._settings
        paths = "\n".join(shown(start) for start in starts)
        self._state.begin(
            started_at=self._around.time.now().isoformat(),
            paths=paths,
            action=settings.action,
            fail=settings.fail,
            legal_basis=settings.mail_legal_basis,
        )
        facts = {"action": settings.action, "fail": settings.fail, "mail_legal_basis": settings.mail_legal_basis}
        self._flow.tell("scan.started", {"paths": [shown(start) for start in starts], **facts})

    def _rules(self, starts: tuple[bytes, ...]) -> WalkRules:
        settings = self._settings
        if settings.action is ScanAction.QUARANTINE or settings.quarantine is not None:
            for start in starts:  # made now: an operator hears of a wrong folder before the first file is read
                self._stores.store_for(start if os.path.isdir(start) else os.path.dirname(start))
        ours = {settings.state, *self._book.stores(), *(self._stores.place_for(start) for start in starts)}
        return WalkRules(
            globs=Globs(settings.exclude),
            hidden=frozenset(identity for path in ours if (identity := _identity_of(path)) is not None),
            kernel_devices=kernel_devices(),
            one_file_system=settings.one_file_system,
            mail_allowed=bool(settings.mail_legal_basis),
        )

    @contextmanager
    def _stages(self) -> Iterator[None]:
        """Every stage runs inside; each is told to end when the one before it has."""
        flow = self._flow
        hashing = HashStage(flow, self._around.hasher, self._pace, mail_allowed=bool(self._settings.mail_legal_basis))
        acting = ActStage(flow, self._state, self._around.service, self._stores)
        acting.settle()
        act = flow.start("act", acting.run)
        ask = flow.start("ask", self._ask.run)
        store = flow.start("store", StoreStage(flow, self._state).run)
        patient = [flow.start(f"hash-{at}", hashing.hash_patiently) for at in range(_PATIENT_PER_JOB * flow.jobs)]
        at_once = flow.start("hash", hashing.hash_at_once)
        try:
            yield
        except BaseException as error:  # noqa: BLE001 - kept as the scan's failure and raised by run()
            flow.fail(error)
        flow.put(flow.to_hash, None)
        at_once.join()
        for _ in patient:
            flow.put(flow.to_read, None)
        for thread in patient:
            thread.join()
        hashing.close_rest()
        flow.end_store(store)
        store.join()
        flow.stored.set()
        ask.join()
        flow.answered.set()
        act.join()

    @contextmanager
    def _ticking(self) -> Iterator[None]:
        ended = threading.Event()

        def tick() -> None:
            while not ended.wait(_PROGRESS_SECONDS):
                self._around.listener.progress(self._progress())

        thread = self._flow.start("progress", tick)
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self._around.listener.progress(self._progress())

    @contextmanager
    def _counting(self, rules: WalkRules, starts: tuple[bytes, ...]) -> Iterator[None]:
        """A second walk that only counts, for the time left."""

        def count() -> None:
            counts = WalkCounts()
            for start in starts:
                for _ in Walk(rules, counts, self._flow.stop).run(start):
                    continue
            self._flow.meter.expected = counts.files

        if self._around.count_ahead:
            self._flow.start("count", count)
        yield

    def _progress(self) -> Progress:
        meter = self._flow.meter
        return Progress(
            files=meter.hashed + meter.unchanged,
            files_expected=meter.expected,
            bytes_hashed=meter.bytes_hashed,
            answered=meter.answered,
            hits=meter.listed,
            troubles=meter.troubles,
            is_away=meter.is_away,
            is_waiting=not self._pace.is_open(),
        )

    def _tell_unanswered(self, walk: WalkStage) -> None:
        for path in self._state.unanswered(walk.seen.__contains__):
            self._flow.tell(
                "file.trouble",
                {**path_facts(path), "problem": Problem.NOT_ANSWERED, "detail": "hashed, and not answered yet"},
            )

    def _summary(self, walk: WalkStage, *, is_finished: bool, seconds: float) -> ScanSummary:
        counts = self._flow.counts
        tally = self._state.tally(walk.seen.__contains__)
        problems = self._state.troubles()
        verdicts: dict[str, int] = {}
        exact_only: dict[str, int] = {}
        for (verdict, refusal), count in tally.items():
            verdicts[verdict] = verdicts.get(verdict, 0) + count
            if refusal:
                exact_only[refusal] = exact_only.get(refusal, 0) + count
        problems[Problem.NOT_ANSWERED] += verdicts.get("waiting", 0)
        problems[Problem.REFUSED_BY_SERVICE] += verdicts.get(REFUSED, 0)
        acts = self._book.counts()
        return ScanSummary(
            finished=is_finished and not (self._flow.stop.is_set() and not self._settings.watch),
            files=counts.files,
            folders=counts.folders,
            bytes_seen=counts.bytes_seen,
            hashed=self._flow.meter.hashed,
            not_listed=verdicts.get("not_listed", 0),
            review=verdicts.get("review", 0),
            listed=verdicts.get("listed", 0),
            exact_only=exact_only,
            quarantined=acts[ActKind.QUARANTINE, Step.DONE],
            deleted=acts[ActKind.DELETE, Step.DONE],
            held=acts[ActKind.HOLD, Step.DONE],
            released=acts[ActKind.HOLD, Step.RELEASED],
            problems={problem: count for problem, count in problems.items() if count},
            passed_by=_passed_by(counts),
            list_name=self._ask.list_name,
            list_version=self._ask.list_version or 0,
            seconds=seconds,
            mail_legal_basis=self._settings.mail_legal_basis,
        )


def _start_of(path: bytes, settings: ScanSettings) -> bytes:
    """The path without links, once it is certain that it may be scanned."""
    try:
        start = os.path.realpath(path, strict=True)
    except OSError as cause:
        raise ScanSettingsError(f"{shown(path)}: {(cause.strerror or 'cannot be read').lower()}") from cause
    if is_kernel_path(start):
        raise ScanSettingsError(f"{shown(start)} holds no files: the kernel makes it up")
    if os.path.isdir(start) and not settings.mail_legal_basis:
        with folder_handle(start) as handle:
            if is_mail_folder(handle):
                raise MailStoreError(f"{shown(start)} is a mail store")
    return start


def _identity_of(path: bytes) -> Identity | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _passed_by(counts: WalkCounts) -> dict[str, int]:
    met = {
        "links": counts.links,
        "special": counts.special,
        "excluded": counts.excluded,
        "other_mounts": counts.other_mounts,
        "loops": counts.loops,
        "names_not_utf8": counts.odd_names,
    }
    return {kind: count for kind, count in met.items() if count}


def _summary_facts(summary: ScanSummary) -> dict[str, object]:
    names = list(summary.__dataclass_fields__)
    return {**{name: getattr(summary, name) for name in names}, "complete": summary.is_complete}
