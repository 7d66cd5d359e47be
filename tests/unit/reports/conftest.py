"""What the tests of this room share."""

import time

import pytest

TRIES = 3


@pytest.fixture
def cpu_seconds():
    """Measures a call in seconds of the processor, the least of a few tries: what others do only adds."""

    def measure(call):
        return min(spent(call) for _ in range(TRIES))

    def spent(call):
        begin = time.process_time()
        call()
        return time.process_time() - begin

    return measure
