"""Databases whose statements are counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from schoon.store import Database, migrate


class StatementCounter:
    """Opens migrated SQLite databases, and lists the statements that a block sends to any database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: list[Database] = []

    def database(self) -> Database:
        url = f"sqlite:///{self._folder}/{len(self._opened)}.db"
        migrate(url)
        self._opened.append(Database(url))
        return self._opened[-1]

    @contextmanager
    def __call__(self) -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    def close(self) -> None:
        for one in self._opened:
            one.close()


@pytest.fixture
def count_statements(tmp_path: Path) -> Iterator[StatementCounter]:
    counter = StatementCounter(tmp_path)
    yield counter
    counter.close()
