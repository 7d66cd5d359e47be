"""Looks at what changes after the first pass, and walks everything again from time to time for what was not told."""

import os
import stat
from collections.abc import Iterable, Sequence

import watchfiles

from schoon.kinds import OutageError
from schoon.scan._ask_stage import AskStage
from schoon.scan._flow import Flow
from schoon.scan._walk import WalkRules
from schoon.scan._walk_stage import WalkStage
from schoon.scan.types import join

_DEBOUNCE_MILLISECONDS = 1_600
_LOOK_MILLISECONDS = 1_000
_LIST_SECONDS = 15.0
_BENT = "\N{REPLACEMENT CHARACTER}".encode()


class Watch:
    """Follows the kernel's notices until the scan is stopped."""

    def __init__(self, rules: WalkRules, walk: WalkStage, ask: AskStage, flow: Flow, *, rewalk_seconds: float) -> None:
        """Uses the stages and the rules of the first pass."""
        self._rewalk_seconds = rewalk_seconds
        self._rules = rules
        self._walk = walk
        self._ask = ask
        self._flow = flow
        self._walked_at = flow.time.monotonic()
        self._looked_at = flow.time.monotonic()

    def run(self, starts: Sequence[bytes]) -> None:
        """Until stopped."""
        self._flow.tell("watch.started", {})
        notices = watchfiles.watch(
            *(os.fsdecode(start) for start in starts),
            watch_filter=None,
            debounce=_DEBOUNCE_MILLISECONDS,
            rust_timeout=_LOOK_MILLISECONDS,
            yield_on_timeout=True,
            stop_event=self._flow.stop,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        is_first = True
        for changes in notices:
            if self._flow.stop.is_set():
                return
            if is_first:  # the kernel tells from now on; what changed since the first pass is found by walking
                self._walk_all(starts)
                is_first = False
            self._look_at(
                starts, {os.fsencode(path) for change, path in changes if change is not watchfiles.Change.deleted}
            )
            self._look_at_list(starts)

    def _look_at(self, starts: Sequence[bytes], told: set[bytes]) -> None:
        if self._flow.time.monotonic() - self._walked_at >= self._rewalk_seconds:
            self._walk_all(starts)
            return
        there = (_there(path) for path in told)
        paths = [path for path in there if path is not None and self._is_walked(starts, path)]
        if paths:
            self._walk.walk(_outermost(paths), may_be_gone=True)

    def _is_walked(self, starts: Sequence[bytes], path: bytes) -> bool:
        """Whether a walk from the start would have come here: past no link, exclusion or folder of our own."""
        for start in starts:
            if path == start:
                return True
            if path.startswith(join(start, b"")):
                return self._is_open_way(start, path[len(join(start, b"")) :].split(b"/"))
        return False

    def _is_open_way(self, start: bytes, steps: Sequence[bytes]) -> bool:
        here = start
        for step in steps:
            if self._rules.globs.match(here, os.fsdecode(step)):
                return False
            here = join(here, step)
            try:
                found = os.lstat(here)
            except OSError:
                return False
            if stat.S_ISLNK(found.st_mode) or (found.st_dev, found.st_ino) in self._rules.hidden:
                return False
        return True

    def _walk_all(self, starts: Sequence[bytes]) -> None:
        if self._walk.walk(starts):
            self._walk.forget_gone(starts)
        self._walked_at = self._flow.time.monotonic()

    def _look_at_list(self, starts: Sequence[bytes]) -> None:
        """A new list version is asked about everything at once."""
        now = self._flow.time.monotonic()
        if now - self._looked_at < _LIST_SECONDS:
            return
        self._looked_at = now
        before = self._ask.list_version
        try:
            self._ask.connect()
        except OutageError:
            return
        if self._ask.list_version != before:
            self._walk_all(starts)


def _there(path: bytes) -> bytes | None:
    """The path when it is there; its folder when the name arrived bent, as names that are no UTF-8 do; else None."""
    if os.path.lexists(path):
        return path
    folder = os.path.dirname(path)
    return folder if _BENT in path and os.path.lexists(folder) else None


def _outermost(paths: Iterable[bytes]) -> list[bytes]:
    """Without paths that lie below another of them."""
    chosen: list[bytes] = []
    for path in sorted(set(paths)):
        if not chosen or not path.startswith(chosen[-1].rstrip(b"/") + b"/"):
            chosen.append(path)
    return chosen
