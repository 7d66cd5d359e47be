"""What databases are asked meanwhile, and how one of them finds the answer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

from schoon.store import Database


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement with its values; with many rows of values it is one too."""

    text: str
    values: Any


@contextmanager
def statements(*, this_thread: bool = False) -> Iterator[list[Asked]]:
    """Those that the block sends to any database; of all threads, or of the one that asks."""
    seen: list[Asked] = []
    mine = threading.get_ident()

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_: Any) -> None:
        if not this_thread or threading.get_ident() == mine:
            seen.append(Asked(text, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def plan_of(database: Database, asked: Asked) -> list[str]:
    """SQLite's steps to the answer."""
    with database.read() as tx:
        return [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked.text}", asked.values)]
