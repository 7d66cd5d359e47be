"""Many bulk checks in a row: in order, few in memory, and a fault in its place."""

from collections.abc import Iterator

import numpy as np
import pytest

from schoon.client import RequestRefusedError
from schoon.kinds import Kind
from tests.integration.api.conftest import LISTED_MD5, Served

MISS = b"\xab" * 16


def test_replies_come_in_the_order_of_the_batches(served: Served):
    batches = [MISS * number + LISTED_MD5 for number in range(9)]
    with served.client() as client:
        replies = list(client.check_bulk_stream(Kind.MD5, batches))
    assert [[one.position for one in reply.found] for reply in replies] == [[number] for number in range(9)]
    assert [reply.count for reply in replies] == list(range(1, 10))


def test_a_batch_is_taken_when_there_is_room_for_it(served: Served):
    taken = 0

    def batches() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(20):
            taken += 1
            yield MISS

    with served.client() as client:
        for told, _ in enumerate(client.check_bulk_stream("md5", batches(), at_once=2), 1):
            assert taken <= told + 2
    assert taken == 20


def test_a_fault_is_raised_in_its_place_and_ends_the_stream(served: Served):
    with served.client() as client:
        replies = client.check_bulk_stream("md5", [MISS, LISTED_MD5, b"cut short", MISS])
        assert [len(next(replies).found) for _ in range(2)] == [0, 1]
        with pytest.raises(RequestRefusedError):
            next(replies)
        assert list(replies) == []


def test_a_stream_that_is_left_early_leaves_the_client_in_order(served: Served):
    with served.client() as client:
        for _ in client.check_bulk_stream("md5", [MISS] * 10):
            break
        assert client.check_bulk("md5", LISTED_MD5).found


@pytest.mark.parametrize("form", [bytes, bytearray, memoryview])
def test_digests_may_lie_in_any_buffer(served: Served, form: type):
    with served.client() as client:
        assert client.check_bulk("md5", form(MISS + LISTED_MD5)).count == 2
        array = np.frombuffer(MISS + LISTED_MD5, dtype=np.uint8).reshape(-1, 16)
        assert [one.position for one in client.check_bulk("md5", array.data).found] == [1]
