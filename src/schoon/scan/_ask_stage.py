"""The sender: asks the service about every waiting file, keeps the answers, and keeps the questions when it is away."""

import random
from collections.abc import Sequence

from schoon.client import (
    CheckItem,
    ItemAnswer,
    Match,
    QuotaReachedError,
    RequestRefusedError,
    Strength,
    Verdict,
)
from schoon.kinds import OutageError
from schoon.scan._act_book import ActBook, ActKind, Grounds
from schoon.scan._flow import Flow, path_facts
from schoon.scan._outside import Service
from schoon.scan._refs import ref_of
from schoon.scan._rows import StoredAnswer, WaitingFile
from schoon.scan._state import Connection, State
from schoon.scan.rules import decide, pause_before
from schoon.scan.types import FailMode, ScanAction, ScanSettings

_MOST_ITEMS = 1_000
_MOST_BYTES = 900_000  # the service takes one MiB
_ITEM_BYTES = 300
_FILL_SECONDS = 0.25
_IDLE_SECONDS = 0.1
REFUSED = "refused"
"""Kept in place of a verdict when the service refused an item."""

_MD5 = slice(0, 16)
_SHA1 = slice(16, 36)
_SHA256 = slice(36, 68)
_PDQ_BYTES = 32


class AskStage:
    """The one thread that speaks with the service about digests."""

    def __init__(self, flow: Flow, state: State, *, service: Service, settings: ScanSettings) -> None:
        """Asks nothing before `connect`."""
        self._flow = flow
        self._state = state
        self._book = ActBook(state)
        self._service = service
        self._settings = settings
        self._key = state.key()
        self._failures = 0
        self._away_since: float | None = None
        self._has_held = False
        self.list_name = ""
        self.list_version: int | None = None

    def connect(self) -> None:
        """Learn which list the service answers from, so that only what that version has not answered is asked.

        An absent service is no failure: everything is hashed and asked when it is back.
        """
        try:
            state = self._service.list_state()
        except OutageError as cause:
            self._went_away(cause)
            return
        self._came_back()
        if state.version != self.list_version:
            self._state.speak_with(f"{self._service.url} {state.name}")
            self._state.drop_needless(state.version)
        self.list_name = state.name
        self.list_version = state.version
        self._state.target_version = state.version

    def run(self) -> None:
        """Until every stored digest has an answer, the operator's patience is over, or the scan was stopped."""
        while not self._flow.stop.is_set():
            is_last = self._flow.stored.is_set()  # looked at before the queue, which may fill until it is set
            if not is_last and self._state.waiting_count() < _MOST_ITEMS:
                self._flow.stored.wait(_FILL_SECONDS)  # no longer than until there will be no more
            files = self._state.waiting(_MOST_ITEMS)
            if not files and is_last:
                return
            if not files:
                self._flow.stored.wait(_IDLE_SECONDS)
            elif not self._ask_all(files):
                if self._is_patience_over():
                    self._hold()
                    if is_last:
                        return
                self._flow.time.wait(pause_before(self._failures, random.random()))  # noqa: S311 - jitter

    def _ask_all(self, files: Sequence[WaitingFile]) -> bool:
        """Whether the service answered on all of them."""
        try:
            if self.list_version is None:
                self.connect()
                return self._is_connected()  # what is waiting may be less now: look again
            return all(self._ask(part) for part in _parts(files))
        except QuotaReachedError as full:
            self._flow.tell("service.quota", {"retry_after_seconds": full.retry_after_seconds})
            self._flow.time.wait(max(1.0, full.retry_after_seconds))
            return True
        except OutageError as cause:
            self._went_away(cause)
            return False

    def _is_connected(self) -> bool:
        return self.list_version is not None

    def _ask(self, files: Sequence[WaitingFile]) -> bool:
        try:
            reply = self._service.check([self._item(file) for file in files])
        except RequestRefusedError as cause:
            if len(files) == 1:
                self._keep_refusal(files[0], cause.message)
                return True
            middle = len(files) // 2  # one bad item must not keep the others from an answer
            return self._ask(files[:middle]) and self._ask(files[middle:])
        answered = [
            (file, answer)
            for file, answer in zip(files, reply.answers, strict=True)
            if answer.verdict is not Verdict.UNAVAILABLE
        ]
        self._keep(answered, reply.list.version)
        self.list_name = reply.list.name
        if len(answered) == len(files):
            self._came_back()
            return True
        self._went_away(OutageError("the service has no list that it can answer from"))
        return False

    def _item(self, file: WaitingFile) -> CheckItem:
        frames = (file.pdq[place : place + _PDQ_BYTES] for place in range(0, len(file.pdq), _PDQ_BYTES))
        return CheckItem(
            id=str(file.row),
            ref=ref_of(self._key, file.path),
            md5=file.exact[_MD5].hex(),
            sha1=file.exact[_SHA1].hex(),
            sha256=file.exact[_SHA256].hex(),
            pdq=tuple(frame.hex() for frame in frames),
        )

    def _keep(self, answered: Sequence[tuple[WaitingFile, ItemAnswer]], version: int) -> None:
        """Answers and the acts they lead to, in one transaction: neither is ever there without the other."""
        at = self._flow.time.now().isoformat()
        stored = [StoredAnswer(file, answer.verdict or REFUSED, answer.hit, version) for file, answer in answered]
        with self._state.writing() as tx:
            self._state.answer(tx, stored)
            for (file, answer), one in zip(answered, stored, strict=True):
                if file.held is not None:
                    self._book.settle_held(tx, one, _grounds(answer, version))
                elif answer.verdict is Verdict.LISTED:
                    self._plan(tx, file, _grounds(answer, version), at)
        self._flow.meter.answered += len(answered)
        for file, answer in answered:
            if answer.verdict is not Verdict.NOT_LISTED:
                self._tell(file, answer, version)

    def _keep_refusal(self, file: WaitingFile, detail: str) -> None:
        with self._state.writing() as tx:
            self._state.answer(tx, [StoredAnswer(file, REFUSED, None, self.list_version or 0)])
        self._flow.tell("file.trouble", {**path_facts(file.path), "problem": "refused_by_service", "detail": detail})

    def _plan(self, tx: Connection, file: WaitingFile, grounds: Grounds, at: str) -> None:
        action = decide(
            self._settings.action,
            is_strong=grounds.strength == Strength.STRONG,
            may_quarantine=self._settings.quarantine is not None,
        )
        if action is not ScanAction.REPORT:
            ref = ref_of(self._key, file.path)
            self._book.add(tx, ActKind(action), file, ref=ref, grounds=grounds, at=at)

    def _tell(self, file: WaitingFile, answer: ItemAnswer, version: int) -> None:
        where = {**path_facts(file.path), "ref": ref_of(self._key, file.path)}
        if answer.error is not None:
            trouble = {"problem": "refused_by_service", "detail": answer.error.detail}
            self._flow.tell("file.trouble", {**where, **trouble})
            return
        if answer.verdict is Verdict.LISTED:
            self._flow.meter.listed += 1
        self._flow.tell(
            f"file.{answer.verdict}",
            {
                **where,
                "hit": answer.hit,
                "reason": answer.reason,
                "list_version": version,
                "reopened": answer.reopened,
                "matches": [_told(match) for match in answer.matches],
            },
        )

    def _went_away(self, cause: OutageError) -> None:
        self._failures += 1
        if self._away_since is None:
            self._away_since = self._flow.time.monotonic()
            self._flow.meter.is_away = True
            self._flow.tell("service.away", {"detail": cause.message, "next_step": cause.advice})

    def _came_back(self) -> None:
        self._failures = 0
        if self._away_since is not None:
            self._away_since = None
            self._has_held = False
            self._flow.meter.is_away = False
            self._flow.tell("service.back", {})

    def _is_patience_over(self) -> bool:
        if self._away_since is None:
            return False
        return self._flow.time.monotonic() - self._away_since >= self._settings.patience_seconds

    def _hold(self) -> None:
        """Fail closed: what was never answered is set aside until it is."""
        if self._settings.fail is not FailMode.CLOSED or self._has_held:
            return
        self._has_held = True
        at = self._flow.time.now().isoformat()
        room = self._settings.hold_limit - self._book.held_count()
        files = self._book.to_hold(room + 1)
        if len(files) > room:
            self._flow.tell("hold.refused", {"limit": self._settings.hold_limit})
            return
        with self._state.writing() as tx:
            for file in files:
                self._book.add(tx, ActKind.HOLD, file, ref=ref_of(self._key, file.path), grounds=Grounds(), at=at)


def _parts(files: Sequence[WaitingFile]) -> list[list[WaitingFile]]:
    """The files in requests that the service takes."""
    parts: list[list[WaitingFile]] = [[]]
    size = 0
    for file in files:
        weight = _ITEM_BYTES + 67 * (len(file.pdq) // _PDQ_BYTES)
        if size + weight > _MOST_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(file)
        size += weight
    return parts


def _grounds(answer: ItemAnswer, version: int) -> Grounds:
    best: Match | None = answer.matches[0] if answer.matches else None
    return Grounds(
        hit=answer.hit,
        verdict=answer.verdict,
        strength=None if best is None else best.strength,
        category=None if best is None else best.category,
        list_version=version,
    )


def _told(match: Match) -> dict[str, object]:
    return {
        "kind": match.kind,
        "strength": match.strength,
        "band": match.band,
        "category": match.category,
        "supplier_class": match.supplier_class,
    }
