"""What a check over HTTP costs, counted without a clock: copies, statements, signatures, hops, calls."""

import asyncio
import gc
import json
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from schoon.api import create_app
from schoon.api._answering import Question, question_of
from schoon.api._batcher import CheckBatcher
from schoon.api._direct import DirectProtocol
from schoon.api._metrics import Metrics
from schoon.api._together import Outcome
from schoon.check import Item, Member, ReceiptSigner
from schoon.client import CheckItem, CheckRequest, SchoonClient
from schoon.index import warm
from schoon.kinds import Digest, Kind
from schoon.rooms import Rooms
from tests.integration.api.conftest import ONE_SHOT, RECEIPT_PUBLIC, Running, wait_until
from tests.integration.api.house import RECEIPT_KEY, Known, Publication, add_member, clock, open_rooms
from tests.statements import statements

LISTED = [number.to_bytes(16, "big") for number in range(1, 1_201)]
BULK = 200_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of 1,200 MD5 digests, and one member."""
    home = tmp_path_factory.mktemp("house")
    Publication(home / "publication").publish([Known((Digest(kind=Kind.MD5, value=one),)) for one in LISTED])
    warm()
    return home


@pytest.fixture(scope="module")
def token(home: Path) -> str:
    return add_member(open_rooms(home), "hoster", quota=10**9)


@pytest.fixture
def rooms(home: Path, token: str) -> Iterator[Rooms]:
    rooms = open_rooms(home)
    rooms.holder.refresh()
    rooms.members.refresh(clock())
    yield rooms
    rooms.close()


@pytest.fixture
def member(rooms: Rooms, token: str) -> Member:
    member = rooms.members.authenticate(token, clock())
    rooms.check.reserve(member, 1, clock())  # a lease of digests, which a service has taken ahead
    rooms.check.top_up(clock())
    return member


def misses(count: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(1).integers(128, 256, (count, 16), dtype=np.uint8)


def test_a_bulk_body_is_held_once_and_beside_it_only_its_tags(home: Path, token: str):
    """Each further copy costs 16 MB a request; five were made once. Client and service are counted together."""
    rooms = open_rooms(home)
    api = create_app(rooms)
    body = misses(BULK).data.cast("B")
    with Running(api) as url, SchoonClient(url, token, receipt_key=RECEIPT_PUBLIC, patience=ONE_SHOT) as client:
        wait_until(lambda: api.readiness.is_warm and api.readiness.members_known and rooms.holder.current is not None)
        client.check_bulk(Kind.MD5, body)
        gc.collect()
        tracemalloc.start()
        try:
            client.check_bulk(Kind.MD5, body)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    held, tags = body.nbytes, body.nbytes
    assert peak <= held + tags + body.nbytes // 4


def test_a_bulk_check_without_hits_asks_the_database_nothing(rooms: Rooms, member: Member):
    """Misses are stored nowhere, and the quota is leased in blocks: a statement here would be one too many."""
    assert rooms.check.reserve_at_once(member, 1_000, clock())
    with statements(this_thread=True) as seen:
        rooms.check.check_bulk(member, Kind.MD5, misses(1_000), clock())
    assert seen == []


def test_the_hits_of_a_bulk_check_take_few_statements_however_many(rooms: Rooms, member: Member):
    """400 new hits are stored in 12 statements, and 4 events that name 100 each; a statement a hit took 46 ms."""
    counts = []
    for first, hits in ((0, 100), (100, 900)):
        digests = misses(2_000)
        digests[:hits] = np.frombuffer(b"".join(LISTED[first : first + hits]), dtype=np.uint8).reshape(-1, 16)
        with statements(this_thread=True) as seen:
            answers = rooms.check.check_bulk(member, Kind.MD5, digests, clock()).answers
        assert len(answers) == hits
        events = -(-hits // 100)
        counts.append(len(seen) - events)
    assert counts[0] == counts[1] <= 12


class CountingKey:
    """The receipt key, counting its signatures."""

    def __init__(self) -> None:
        self.signatures = 0

    def public_key(self) -> Ed25519PublicKey:
        return RECEIPT_KEY.public_key()

    def sign(self, text: bytes) -> bytes:
        self.signatures += 1
        return RECEIPT_KEY.sign(text)


def question(member: Member, number: int, *digests: Digest) -> Question:
    form = CheckRequest(items=(CheckItem(id=str(number)),))
    items = (Item(item_id=str(number), digests=digests),)
    return Question(member=member, items=items, form=form, body=b"%d" % number)


def asked_together(rooms: Rooms, questions: list[Question]) -> tuple[int, int]:
    """Signatures and hops to threads for questions that came in one turn of the loop; all must be answered."""
    key = CountingKey()
    batcher_rooms = replace(rooms, receipts=ReceiptSigner(key))  # type: ignore[arg-type]  # what a key is asked here
    told: list[Outcome | Exception] = []
    hops: list[object] = []

    async def ask() -> None:
        loop, all_told = asyncio.get_running_loop(), asyncio.Event()
        hop: Callable[..., Any] = loop.run_in_executor

        def counted(*given: Any) -> Any:
            hops.append(given)
            return hop(*given)

        def tell(outcome: Outcome | Exception) -> None:
            told.append(outcome)
            if len(told) == len(questions):
                all_told.set()

        loop.run_in_executor = counted  # type: ignore[method-assign,assignment]  # counts, and hops
        batcher = CheckBatcher(batcher_rooms, Metrics(rooms.check.counts))
        batcher.is_warm = True
        for one in questions:
            batcher.ask_soon(one, tell)
        async with asyncio.timeout(30):
            await all_told.wait()
        batcher.close()

    asyncio.run(ask())
    assert all(isinstance(one, Outcome) for one in told)
    return key.signatures, len(hops)


def test_misses_that_come_together_share_one_signature_and_need_no_thread(rooms: Rooms, member: Member):
    """A signature costs as much as two checks, a hop to a thread and back as much as one."""
    some = [question(member, n, Digest(kind=Kind.MD5, value=one.tobytes())) for n, one in enumerate(misses(60))]
    assert asked_together(rooms, some) == (1, 0)


def test_hits_among_them_add_one_signature_and_one_hop_for_all(rooms: Rooms, member: Member):
    """What waits for the database waits together."""
    some = [question(member, n, Digest(kind=Kind.MD5, value=one.tobytes())) for n, one in enumerate(misses(40))]
    some += [question(member, 100 + n, Digest(kind=Kind.MD5, value=one)) for n, one in enumerate(LISTED[:20])]
    assert asked_together(rooms, some) == (2, 1)


def test_perceptual_questions_share_one_signature_and_one_hop(rooms: Rooms, member: Member):
    """They take milliseconds of kernel, so a thread has them; one hop for all."""
    vectors = np.random.default_rng(2).integers(0, 256, (20, 32), dtype=np.uint8)
    some = [question(member, n, Digest(kind=Kind.PDQ, value=one.tobytes())) for n, one in enumerate(vectors)]
    assert asked_together(rooms, some) == (1, 1)


@pytest.mark.parametrize(("faulty", "spaces", "hops"), [(1_000, 0, 1), (9, 0, 1), (8, 0, 0), (1, 1_000_000, 1)])
def test_what_brings_much_but_few_digests_is_not_the_loops(
    rooms: Rooms, member: Member, faulty: int, spaces: int, hops: int
):
    """A thousand items without a digest take milliseconds, as a megabyte of spaces does to hash: others would wait."""
    form = CheckRequest(items=tuple(CheckItem(id=str(number)) for number in range(faulty)))
    asked = question_of(member, form, json.dumps({"items": []}).encode() + b" " * spaces)
    assert asked_together(rooms, [asked]) == (1, hops)


class CountingProtocol(DirectProtocol):
    """Counts the requests that took the ordinary way, and writes to the socket."""

    ordinary = 0
    writes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        super().connection_made(transport)
        write = self.transport.write

        def counted(data: Any) -> None:
            type(self).writes += 1
            write(data)

        self.transport.write = counted  # type: ignore[method-assign]  # counts, and writes

    def _start_asgi_task(self, *given: Any) -> None:
        type(self).ordinary += 1
        super()._start_asgi_task(*given)


def test_a_small_check_is_one_write_and_no_task(home: Path, token: str):
    """The ordinary way of the server costs a task, an event, a future and two writes: as much as the check itself."""
    rooms = open_rooms(home)
    api = create_app(rooms)
    with Running(api, CountingProtocol) as url, SchoonClient(url, token, patience=ONE_SHOT) as client:
        wait_until(lambda: api.readiness.is_warm and api.readiness.members_known and rooms.holder.current is not None)
        CountingProtocol.ordinary = CountingProtocol.writes = 0
        for number in range(20):
            client.check([CheckItem(id=str(number), md5="ab" * 16)])
        assert (CountingProtocol.ordinary, CountingProtocol.writes) == (0, 20)


def test_a_single_check_takes_few_calls_of_python_functions(rooms: Rooms, member: Member, token: str):
    """From head and body to the answer's bytes, in a batch of 64. A call costs 50 ns, and most do some work."""
    api = create_app(rooms)
    api._warmed()
    bodies = [
        json.dumps({"items": [{"id": str(n), "md5": one.tobytes().hex()}]}).encode() for n, one in enumerate(misses(64))
    ]
    head = {b"authorization": f"Bearer {token}".encode(), b"content-type": b"application/json"}
    told: list[object] = []
    calls = 0

    def count(_frame: object, what: str, _argument: object) -> None:
        nonlocal calls
        calls += what == "call"

    async def ask() -> None:
        for turn in range(2):  # the first fills caches
            sys.setprofile(count if turn else None)
            for body in bodies:
                api.answer_directly(b"/v1/checks", head, body, told.append)
            await asyncio.sleep(0)
            sys.setprofile(None)

    asyncio.run(ask())
    assert len(told) == 128
    assert calls / 64 <= 75
