"""The shape of a transaction: services open one and hand it to every port that must act in it together."""

from contextlib import AbstractContextManager
from typing import Protocol


class Transaction(Protocol):
    """One unit of work on the store; only the store knows what is inside."""


class Transactions(Protocol):
    """Where services open their units of work."""

    def read(self) -> AbstractContextManager[Transaction]:
        """A consistent view; writing through it is an error."""
        ...

    def write(self) -> AbstractContextManager[Transaction]:
        """All or nothing: commits when the block ends, rolls back when it raises."""
        ...
