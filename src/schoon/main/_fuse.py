"""Tests only: ends this process at a named point, as a power cut would; what is left is for its successor.

Points lie where a workflow could be cut: around each transaction (`opened`, `written`: before its commit, `committed`),
after each look into the database (`read`), around each effect on the outside world (`before`, `after`). A point is
named after the use case that was called and the function that works in it: `notices.deliver_due/deliver_due/written`.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from typing_extensions import override

from schoon.settings import Settings
from schoon.store import Database

Port = TypeVar("Port")

_FROM = "schoon."
_NO_USE_CASE = ("schoon.store", "schoon.main", "schoon.worker", "schoon.rooms")


def _end_this_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Fuse:
    """Counts how often points are passed, and blows at one of them."""

    def __init__(
        self,
        where: str = "",
        *,
        time: int = 1,
        passed: Callable[[str], None] | None = None,
        blow: Callable[[], None] = _end_this_process,
    ) -> None:
        """Set the point.

        Args:
            where: Its name; empty for never.
            time: At which passing of it.
            passed: Told of every point, before it blows.
            blow: What happens there.
        """
        self._where, self._left, self._passed, self._blow = where, time, passed, blow

    def passes(self, point: str) -> None:
        """Say that this point is passed. When it is the one it blows, and comes back only if that does."""
        if self._passed is not None:
            self._passed(point)
        if point == self._where:
            self._left -= 1
            if self._left == 0:
                self._blow()


class FusedDatabase(Database):
    """A database with points around every transaction."""

    def __init__(self, url: str, fuse: Fuse) -> None:
        """Take the URL, and the fuse."""
        super().__init__(url)
        self._fuse = fuse

    @override
    @contextmanager
    def read(self) -> Iterator[Connection]:
        """See `Database.read`."""
        name = _workflow()
        with super().read() as connection:
            yield connection
        self._fuse.passes(f"{name}/read")

    @override
    @contextmanager
    def write(self) -> Iterator[Connection]:
        """See `Database.write`."""
        name = _workflow()
        with super().write() as connection:
            self._fuse.passes(f"{name}/opened")
            yield connection
            self._fuse.passes(f"{name}/written")
        self._fuse.passes(f"{name}/committed")


def database_of(settings: Settings) -> Database:
    """The database of these settings; one that kills this process at a point, where a test says so."""
    if not settings.die_at:
        return Database(settings.database_url)
    where, _, time = settings.die_at.partition("#")
    return FusedDatabase(settings.database_url, Fuse(where, time=int(time or 1)))


def fused(port: Port, fuse: Fuse, *effects: str) -> Port:
    """The port, with points before and after these calls of it."""
    return cast("Port", _FusedPort(port, fuse, frozenset(effects)))


class _FusedPort:
    def __init__(self, port: object, fuse: Fuse, effects: frozenset[str]) -> None:
        self._port, self._fuse, self._effects = port, fuse, effects

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
        found = getattr(self._port, name)
        if name not in self._effects:
            return found

        def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the call takes
            point = f"{_workflow()}/{name}"
            self._fuse.passes(f"{point}/before")
            done = found(*given, **named)
            self._fuse.passes(f"{point}/after")
            return done

        return call


def _workflow() -> str:
    """The use case that was called, and the function of ours that works in it."""
    inner, outer = "", ""
    frame = sys._getframe(1)
    walking: Any = frame
    while walking is not None:
        module = str(walking.f_globals.get("__name__", ""))
        if module.startswith(_FROM) and not module.startswith(_NO_USE_CASE):
            name = walking.f_code.co_name
            inner = inner or name
            if module.endswith(".service"):
                outer = f"{module.split('.')[1]}.{name}"
        walking = walking.f_back
    return f"{outer}/{inner}"
