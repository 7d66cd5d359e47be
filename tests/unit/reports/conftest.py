"""What the tests of this room share."""

import time

import pytest


@pytest.fixture
def cpu_seconds():
    """Measures a call in seconds of the processor: what others do on this machine does not count."""

    def measure(call):
        begin = time.process_time()
        call()
        return time.process_time() - begin

    return measure
