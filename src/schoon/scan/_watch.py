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
_RESTART_SECONDS = 2.0
_MOST_FAILURES = 20


class WatchRefusedError(OutageError):
    """The kernel does not tell what changes in these folders."""

    next_step = "raise fs.inotify.max_user_watches above the number of folders, or scan from a timer without --watch"


class Watch:
    """Follows the kernel's notices until the scan is stopped."""

    def __init__(self, rules: WalkRules, walk: WalkStage, ask: AskStage, flow: Flow, *, rewalk_seconds: float) -> None:
        """Uses the stages and the rules of the first pass."""
        self._rewalk_seconds = rewalk_seconds
        self._failures = 0
        self._rules = rules
        self._walk = walk
        self._ask = ask
        self._flow = flow
        self._walked_at = flow.time.monotonic()
        self._looked_at = flow.time.monotonic()

    def run(self, starts: Sequence[bytes]) -> None:
        """Until stopped.

        Raises:
            WatchRefusedError: The kernel tells of nothing, time and again.
        """
        while not self._flow.stop.is_set():
            try:
                self._follow(starts)
            except (RuntimeError, OSError) as cause:
                # A name that is no UTF-8 ends the notices; everything is walked once, and they begin anew.
                self._failures += 1
                if self._failures > _MOST_FAILURES:
                    raise WatchRefusedError(f"{type(cause).__name__} after {_MOST_FAILURES} attempts") from cause
                self._flow.tell("watch.restarted", {})
                self._flow.time.wait(_RESTART_SECONDS)

    def _follow(self, starts: Sequence[bytes]) -> None:
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
            if is_first:  # the kernel tells from now on; what changed since the last walk is found by walking
                self._walk_all(starts)
                self._flow.tell("watch.started", {})
                is_first = False
            else:
                self._failures = 0
            told = {os.fsencode(path) for change, path in changes if change is not watchfiles.Change.deleted}
            self._look_at(starts, told)
            self._look_at_list(starts)

    def _look_at(self, starts: Sequence[bytes], told: set[bytes]) -> None:
        if self._flow.time.monotonic() - self._walked_at >= self._rewalk_seconds:
            self._walk_all(starts)
            return
        paths = [path for path in told if self._is_walked(starts, path)]
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


def _outermost(paths: Iterable[bytes]) -> list[bytes]:
    """Without paths that lie below another of them."""
    chosen: list[bytes] = []
    for path in sorted(set(paths)):
        if not chosen or not path.startswith(chosen[-1].rstrip(b"/") + b"/"):
            chosen.append(path)
    return chosen
