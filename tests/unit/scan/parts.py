"""What scanner tests are made of: a service in memory, a clock that jumps, folders, and one call that scans."""

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha1, sha256
from pathlib import Path

from schoon.client import (
    ActionResult,
    CheckItem,
    CheckReply,
    HitAction,
    ItemAnswer,
    ListState,
    Match,
    Outcome,
    Receipt,
    Results,
    ServiceUnavailableError,
    Strength,
    Verdict,
)
from schoon.hashing import Hasher
from schoon.scan import FailMode, Progress, ScanAction, ScanSettings, ScanSummary, Surroundings, Time, run


def exact_of(content: bytes) -> bytes:
    return md5(content).digest() + sha1(content).digest() + sha256(content).digest()


class MemoryService:
    """The scanner's service port, answered from a set of contents; keeps every question.

    Attributes:
        listed: SHA-256 in hexadecimal -> strength.
        is_away: Every call fails like an unreachable service.
    """

    url = "https://check.example"

    def __init__(self, version: int = 1) -> None:
        self.listed: dict[str, Strength] = {}
        self.review: set[str] = set()
        self.version = version
        self.is_away = False
        self.has_list = True
        self.asked: list[CheckItem] = []
        self.requests = 0
        self.actions: list[HitAction] = []
        self.lock = threading.Lock()

    def put(self, content: bytes, strength: Strength = Strength.STRONG) -> None:
        self.listed[sha256(content).hexdigest()] = strength

    def take_off(self, content: bytes) -> None:
        del self.listed[sha256(content).hexdigest()]
        self.version += 1

    def _require_here(self) -> None:
        if self.is_away:
            raise ServiceUnavailableError("connection refused")

    def list_state(self) -> ListState:
        self._require_here()
        return ListState(name="nl", version=self.version if self.has_list else 0, age_seconds=1.0)

    def check(self, items: Sequence[CheckItem]) -> CheckReply:
        self._require_here()
        with self.lock:
            self.requests += 1
            self.asked.extend(items)
        state = ListState(name="nl", version=self.version, age_seconds=1.0)
        answers = tuple(self._answer(item) for item in items)
        return CheckReply(list=state, answers=answers, receipt=NO_RECEIPT, request=b"", result=b"")

    def _answer(self, item: CheckItem) -> ItemAnswer:
        digest = item.sha256 or ""
        if not self.has_list:
            return ItemAnswer(id=item.id, verdict=Verdict.UNAVAILABLE, reason="no_list")
        if digest in self.listed:
            kind = {Strength.STRONG: "sha256", Strength.WEAK: "md5", Strength.PERCEPTUAL: "pdq"}[self.listed[digest]]
            match = Match(kind=kind, strength=self.listed[digest], category="baseline", supplier_class="police")
            return ItemAnswer(id=item.id, verdict=Verdict.LISTED, hit="h" + digest[:25], matches=(match,))
        verdict = Verdict.REVIEW if digest in self.review else Verdict.NOT_LISTED
        return ItemAnswer(id=item.id, verdict=verdict)

    def act(self, actions: Sequence[HitAction]) -> Results:
        self._require_here()
        self.actions.extend(actions)
        return Results(
            results=tuple(ActionResult(hit=one.hit, outcome=Outcome.DONE, state=str(one.action)) for one in actions)
        )


NO_RECEIPT = Receipt(
    member="m",
    request_sha256="00" * 32,
    result_sha256="00" * 32,
    list_name="nl",
    list_version=1,
    issued_at="2026-03-01T12:00:00Z",
    index=0,
    size=1,
    path=(),
    key_id="k",
    signature="00" * 64,
)


@dataclass
class Heard:
    """A listener that keeps everything."""

    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    last: Progress | None = None
    on_event: object = None

    def event(self, name, facts):
        self.events.append((name, dict(facts)))
        if callable(self.on_event):
            self.on_event(name, facts)

    def progress(self, progress):
        self.last = progress

    def named(self, name):
        return [facts for event, facts in self.events if event == name]


class JumpingTime:
    """Waiting takes no time, and the clock jumps instead."""

    def __init__(self, stop: threading.Event, ahead: float = 10.0) -> None:
        self.offset = 0.0
        self.stop = stop
        present = datetime.now(UTC)  # noqa: TID251 - the file system's times are the machine's
        self.base = present + timedelta(seconds=ahead)  # files made just now are ten seconds old
        self.waits: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.offset += seconds
        self.waits.append(seconds)
        return self.stop.wait(0.002)

    def parts(self) -> Time:
        return Time(
            now=lambda: self.base + timedelta(seconds=self.offset),
            monotonic=lambda: self.offset,
            wait=self.wait,
            local=lambda moment: moment,
        )


class Bench:
    """A folder to scan, a state, a service, and `scan()`."""

    def __init__(self, root: Path, hasher: Hasher) -> None:
        self.files = root / "files"
        self.files.mkdir()
        self.state = root / "state"
        self.store = root / "quarantine"
        self.service = MemoryService()
        self.hasher = hasher
        self.heard = Heard()
        self.stop = threading.Event()
        self.time = JumpingTime(self.stop)

    def write(self, name: str | bytes, content: bytes) -> Path:
        path = self.files / (name if isinstance(name, str) else name.decode("utf-8", "surrogateescape"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def settings(self, **options) -> ScanSettings:
        options.setdefault("paths", (str(self.files).encode(),))
        options["action"] = ScanAction(options.get("action", "report"))
        options["fail"] = FailMode(options["fail"]) if "fail" in options else None
        return ScanSettings(state=str(self.state).encode(), **options)

    def scan(self, **options) -> ScanSummary:
        self.heard = Heard(on_event=self.heard.on_event)
        self.stop.clear()
        around = Surroundings(
            service=self.service,
            hasher=self.hasher,
            listener=self.heard,
            time=self.time.parts(),
            jobs=2,
            stop=self.stop,
        )
        return run(self.settings(**options), around)

    def quarantining(self, **options) -> ScanSummary:
        return self.scan(action="quarantine", fail="open", quarantine=str(self.store).encode(), **options)

    @property
    def asked_hashes(self) -> list[str | None]:
        return [item.sha256 for item in self.service.asked]


class Interfering:
    """A hasher during whose work something happens to the files."""

    def __init__(self, hasher, happening):
        self.hasher = hasher
        self.happening = happening
        self.calls = 0
        self._numbers = itertools.count(1)  # which threads may share

    def hash_reading(self, reading):
        self.calls = call = next(self._numbers)
        digests = self.hasher.hash_reading(reading)
        self.happening(call)
        return digests
