"""Many bulk checks in a row: in order, few in memory, and a fault in its place."""

import sys
import threading
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from typing_extensions import override

from schoon.client import BulkReply, RequestRefusedError, SchoonClient
from schoon.kinds import Kind
from tests.integration.api.conftest import LISTED_MD5, ONE_SHOT, RECEIPT_PUBLIC, Served, wait_until

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


def test_what_the_source_raises_comes_after_the_answers_to_what_it_gave(served: Served):
    def batches() -> Iterator[bytes]:
        for number in range(4):
            yield MISS * number + LISTED_MD5
        raise OSError("the disk is gone")

    with served.client() as client:
        replies = client.check_bulk_stream("md5", batches())
        assert [[one.position for one in next(replies).found] for _ in range(4)] == [[0], [1], [2], [3]]
        with pytest.raises(OSError, match="the disk is gone"):
            next(replies)


def test_what_is_no_batch_is_not_taken_for_the_end(served: Served):
    with served.client() as client:
        replies = client.check_bulk_stream("md5", [MISS, None, LISTED_MD5])  # type: ignore[list-item]  # on purpose
        assert next(replies).count == 1
        with pytest.raises(TypeError):
            next(replies)


def test_a_source_may_wait_for_the_answer_of_as_many_batches_before(served: Served):
    told: list[int] = []

    def batches() -> Iterator[bytes]:
        for number in range(8):
            if number >= 3:
                assert told[number - 3] == number - 2
            yield MISS * (number + 1)

    with served.client() as client:
        for reply in client.check_bulk_stream("md5", batches(), at_once=3):
            told.append(reply.count)  # noqa: PERF401 - the source looks at it meanwhile
    assert told == list(range(1, 9))


class Noting(SchoonClient):
    """A client that tells how many bulk checks came back to whoever asked."""

    returned = 0

    @override
    def check_bulk(self, kind: Kind | str, digests: bytes | bytearray | memoryview) -> BulkReply:
        try:
            return super().check_bulk(kind, digests)
        finally:
            self.returned += 1

    def have_come_back(self, count: int) -> bool:
        """Whether so many answers are with the stream: its threads look for work, nothing of a call is left on them."""
        threads = {one.ident for one in threading.enumerate() if one.name.startswith("schoon-bulk")}
        frames = [frame for thread, frame in sys._current_frames().items() if thread in threads]
        return self.returned == count and all(frame.f_code.co_name == "_worker" for frame in frames)


def test_an_answer_that_is_there_comes_before_the_source_is_asked_again(served: Served):
    told: list[int] = []

    def batches() -> Iterator[bytes]:
        for number in range(6):
            assert len(told) >= number - 1
            wait_until(partial(client.have_come_back, number))
            yield MISS * (number + 1)

    with Noting(served.url, served.token, receipt_key=RECEIPT_PUBLIC, patience=ONE_SHOT) as client:
        for reply in client.check_bulk_stream("md5", batches(), at_once=3):
            told.append(reply.count)  # noqa: PERF401 - the source looks at it meanwhile
    assert told == list(range(1, 7))


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
