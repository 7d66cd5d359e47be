"""Transactions over plain Python objects."""

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def _copied(value: Any) -> Any:
    """A copy to go back to; what cannot change stands for itself, which a test of thousands of steps notices."""
    if isinstance(value, list):
        return [_copied(one) for one in value]
    if isinstance(value, dict):
        fresh = copy.copy(value)
        for key, one in value.items():
            fresh[key] = _copied(one)
        return fresh
    params = getattr(type(value), "__dataclass_params__", None)
    return value if params is not None and params.frozen else copy.deepcopy(value)


class MemoryTransactions:
    """One lock, and a copy to go back to: what `schoon.kinds.Transactions` promises, without a database.

    Each book registers the object that holds its rows; a write that raises puts the copies back.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._books: list[Any] = []

    def register(self, book: Any) -> None:
        self._books.append(book)

    @contextmanager
    def read(self) -> Iterator[object]:
        with self._lock:
            yield self

    @contextmanager
    def write(self) -> Iterator[object]:
        with self._lock:
            saved = [_copied(book.__dict__) for book in self._books]
            try:
                yield self
            except BaseException:
                for book, state in zip(self._books, saved, strict=True):
                    book.__dict__.clear()
                    book.__dict__.update(state)
                raise
