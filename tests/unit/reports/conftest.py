"""What the tests of this room share."""

import time

import pytest

A_SECOND = 20_000_000
"""So many plain additions are one: what one core of a server does."""


@pytest.fixture
def cpu_seconds():
    """Measures a call in seconds of a server's processor, by what plain additions take beside it.

    What others do on this machine does not count, nor that it is slow, or becomes so.
    """

    def measure(call):
        before = _additions()
        spent = _spent(call)
        return spent / max(before, _additions())

    return measure


def _additions() -> float:
    """How long a second of a server takes here."""
    share = 40

    def add():
        total = 0
        for number in range(A_SECOND // share):
            total += number

    return _spent(add) * share


def _spent(call) -> float:
    begin = time.process_time()
    call()
    return time.process_time() - begin
