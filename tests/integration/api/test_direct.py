"""The short ways of the server answer as the ordinary one does, however the bytes come in and whatever goes wrong."""

import asyncio
import gc
import json
import socket
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from typing_extensions import override

from schoon.api import Api, ApiOptions, create_app
from schoon.api._direct import DirectProtocol
from tests.integration.api.conftest import LISTED_MD5, THE_LIST, Running, wait_until
from tests.integration.api.house import Publication, add_member, open_rooms

MISS = "ab" * 16


@dataclass
class Raw:
    """A service, and how to send it bytes as they are."""

    address: tuple[str, int]
    token: str
    api: Api
    protocol: "type[HastyProtocol]"

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=10)

    def head(self, path: str, length: int, *more: str) -> bytes:
        lines = [f"POST {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {self.token}", f"Content-Length: {length}"]
        return "\r\n".join([*lines, *more, "", ""]).encode()

    def check(self, number: int, *more: str) -> bytes:
        body = json.dumps({"items": [{"id": str(number), "md5": MISS}]}).encode()
        return self.head("/v1/checks", len(body), *more) + body


@pytest.fixture(scope="module", params=["asyncio", "uvloop"])
def raw(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Raw]:
    home: Path = tmp_path_factory.mktemp("direct")
    Publication(home / "publication").publish(THE_LIST)
    rooms = open_rooms(home)
    token = add_member(rooms, "hoster")
    api = create_app(rooms, ApiOptions(bulk_seconds=1.0, json_seconds=1.0))
    protocol = type("Noting", (HastyProtocol,), {"buffers": []})
    with Running(api, protocol, loop=request.param) as url:
        wait_until(lambda: api.readiness.is_warm and api.readiness.members_known and rooms.holder.current is not None)
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        yield Raw(address=(parts.hostname, parts.port), token=token, api=api, protocol=protocol)


class HastyProtocol(DirectProtocol):
    """The same, with less patience for the rest of a refused body and between requests; it notes what it fills."""

    linger_seconds = 0.5
    idle_seconds = 5.0
    buffers: ClassVar[list[weakref.ref[Any]]]

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        super().connection_made(transport)
        self.timeout_keep_alive = self.idle_seconds  # type: ignore[assignment]  # the loop takes parts of seconds

    @override
    async def _fill(self, memory: memoryview) -> None:
        self.buffers.append(weakref.ref(memory.obj))
        await super()._fill(memory)


def answer(connection: socket.socket, received: bytearray) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the next answer; what follows it stays in `received`."""
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += more_of(connection)
    status, *lines = bytes(received[:end]).decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    length = int(headers["content-length"])
    while len(received) < end + 4 + length:
        received += more_of(connection)
    body = bytes(received[end + 4 : end + 4 + length])
    del received[: end + 4 + length]
    return int(status.split()[1]), headers, body


def more_of(connection: socket.socket) -> bytes:
    some = connection.recv(65536)
    if not some:
        raise EOFError
    return some


def id_in(body: bytes) -> str:
    told: str = json.loads(body)["result"]["answers"][0]["id"]
    return told


@pytest.mark.parametrize("at", [1, 30, 120, -60, -40, -1])
def test_a_check_is_answered_wherever_its_bytes_are_cut(raw: Raw, at: int):
    sent = raw.check(at)
    with raw.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for pause in (0.0, 0.01, 0.1):
            connection.sendall(sent[:at])
            time.sleep(pause)  # where the cut falls is what is shown, not how long it takes
            connection.sendall(sent[at:])
            status, _, body = answer(connection, bytearray())
            assert (status, id_in(body)) == (200, str(at))


def test_a_check_that_comes_byte_by_byte_is_answered(raw: Raw):
    with raw.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in raw.check(5):
            connection.sendall(bytes([byte]))
        assert answer(connection, bytearray())[0] == 200


def test_pipelined_checks_are_answered_in_their_order(raw: Raw):
    with raw.connect() as connection:
        connection.sendall(b"".join(raw.check(number) for number in range(40)))
        received = bytearray()
        assert [id_in(answer(connection, received)[2]) for _ in range(40)] == [str(number) for number in range(40)]


@pytest.mark.parametrize("path", ["/v1/checks/bulk/md5", "/v1/checks"])
def test_a_refusal_gives_what_follows_it_in_one_packet_its_whole_time(
    raw: Raw, path: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(raw.protocol, "idle_seconds", 0.2)
    sent = LISTED_MD5 * 4_000 if "bulk" in path else raw.check(1).partition(b"\r\n\r\n")[2]
    with raw.connect() as connection:
        refused = raw.check(0, "Content-Type: text/plain")
        connection.sendall(refused + raw.head(path, len(sent)) + sent[:5])
        received = bytearray()
        assert answer(connection, received)[0] == 415
        time.sleep(0.6)  # longer than a connection may be idle, shorter than a body may take
        connection.sendall(sent[5:])
        assert answer(connection, received)[0] == 200


def test_both_ways_give_the_same_headers(raw: Raw):
    with raw.connect() as connection:
        connection.sendall(raw.check(1) + raw.check(2, "X-Twice: 1", "X-Twice: 2"))
        received = bytearray()
        (_, direct, _), (_, ordinary, _) = answer(connection, received), answer(connection, received)
    for varying in ("date", "content-length"):
        del direct[varying], ordinary[varying]
    assert direct == ordinary


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (("Authorization: Bearer other",), 401),
        (("Content-Type: text/plain",), 415),
        (("Content-Type: application/json; charset=utf-8",), 200),
        (("Expect: 100-continue",), 200),
        (("Connection: close",), 200),
    ],
)
def test_headers_mean_what_they_mean(raw: Raw, more: tuple[str, ...], status: int):
    with raw.connect() as connection:
        connection.sendall(raw.check(3, *more))
        received = bytearray()
        if "Expect" in more[0]:
            while (end := received.find(b"100 Continue\r\n\r\n")) < 0:
                received += more_of(connection)
            del received[: end + len(b"100 Continue\r\n\r\n")]
        told, headers, _ = answer(connection, received)
        assert told == status
        if "close" in more[0]:
            assert headers["connection"] == "close"
            assert connection.recv(1) == b""


def test_what_is_wrong_with_a_body_is_told_on_the_short_way_too(raw: Raw):
    with raw.connect() as connection:
        for body, status in (
            (b"{", 400),
            (b'{"items":[],"items":[]}', 400),
            (b'{"items":[]}', 422),
            (b'{"items":[{"id":"a"},{"id":"a"}]}', 422),
        ):
            connection.sendall(raw.head("/v1/checks", len(body)) + body)
            told, headers, _ = answer(connection, bytearray())
            assert (told, headers["content-type"]) == (status, "application/problem+json")


def test_a_large_body_is_filled_in_and_the_connection_goes_on(raw: Raw):
    body = LISTED_MD5 + bytes(range(16)) * 60_000 + LISTED_MD5
    bulk = raw.head("/v1/checks/bulk/md5", len(body)) + body
    with raw.connect() as connection:
        received = bytearray()
        for _ in range(3):
            connection.sendall(bulk + raw.check(7))
            status, _, told = answer(connection, received)
            found = [one["position"] for one in json.loads(told)["result"]["found"]]
            assert (status, found) == (200, [0, 60_001])
            assert id_in(answer(connection, received)[2]) == "7"


@pytest.mark.parametrize("cut", [0, 16, 700])
@pytest.mark.parametrize("digests", [500, 1_000, 3_000])
def test_a_large_body_right_behind_a_filled_one_keeps_its_place(raw: Raw, digests: int, cut: int):
    first, second = bytes(range(16)) * 999 + LISTED_MD5, LISTED_MD5 + bytes(16 * (digests - 1))
    with raw.connect() as connection:
        begin_filling(raw, connection, first)
        connection.sendall(first[1:] + raw.head("/v1/checks/bulk/md5", len(second)) + second[:cut])
        received = bytearray()
        assert found_in(answer(connection, received)) == (200, [999])
        connection.sendall(second[cut:] + raw.check(4))
        assert found_in(answer(connection, received)) == (200, [0])
        assert id_in(answer(connection, received)[2]) == "4"


@pytest.mark.parametrize("cut", [-60, -1])
def test_a_check_right_behind_a_filled_body_keeps_its_place(raw: Raw, cut: int):
    first, check = bytes(16 * 1_000), raw.check(6)
    with raw.connect() as connection:
        begin_filling(raw, connection, first)
        connection.sendall(first[1:] + check[:cut])
        received = bytearray()
        assert found_in(answer(connection, received)) == (200, [])
        connection.sendall(check[cut:] + raw.check(7))
        assert [id_in(answer(connection, received)[2]) for _ in range(2)] == ["6", "7"]


def test_what_lies_in_a_body_behind_a_filled_one_is_no_request(raw: Raw):
    """The second body is just so long that, taken for the first, it would end where a request lies in it."""
    first = bytes(range(16)) * 1_000
    inner = raw.head("/v1/checks", 0)
    second = LISTED_MD5 + inner + bytes(len(first) - 1 - len(inner) - 4) + b"\r\n\r\n"
    second += bytes(-len(second) % 16)
    with raw.connect() as connection:
        begin_filling(raw, connection, first)
        connection.sendall(first[1:] + raw.head("/v1/checks/bulk/md5", len(second)) + second[:16])
        received = bytearray()
        assert found_in(answer(connection, received)) == (200, [])
        connection.sendall(second[16:] + raw.check(8))
        assert found_in(answer(connection, received)) == (200, [0])
        assert id_in(answer(connection, received)[2]) == "8"


def begin_filling(raw: Raw, connection: socket.socket, body: bytes) -> None:
    """Send head and first byte of a bulk check; return when the rest of it goes straight to its place."""
    begun = len(raw.protocol.buffers)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(raw.head("/v1/checks/bulk/md5", len(body)) + body[:1])
    wait_until(lambda: len(raw.protocol.buffers) > begun)


def found_in(told: tuple[int, dict[str, str], bytes]) -> tuple[int, list[int]]:
    status, _, body = told
    return status, [one["position"] for one in json.loads(body)["result"]["found"]]


def test_a_large_body_without_a_length_is_taken_too(raw: Raw):
    body = LISTED_MD5 * 20_000
    head = raw.head("/v1/checks/bulk/md5", 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    with raw.connect() as connection:
        connection.sendall(head + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")
        status, _, told = answer(connection, bytearray())
        assert (status, len(json.loads(told)["result"]["found"])) == (200, 20_000)


def test_a_large_body_that_stops_is_408_and_what_still_comes_of_it_is_no_request(raw: Raw):
    body = bytes(16 * 60_000)
    with raw.connect() as connection:
        connection.sendall(raw.head("/v1/checks/bulk/md5", len(body)) + body[: len(body) // 2])
        received = bytearray()
        assert answer(connection, received)[0] == 408
        connection.sendall(body[len(body) // 2 :] + raw.check(9))
        assert id_in(answer(connection, received)[2]) == "9"


@pytest.mark.parametrize("arrives", [1.0, 0.5])
def test_a_connection_does_not_keep_the_body_it_brought(raw: Raw, arrives: float):
    body = bytes(16 * 60_000)
    with raw.connect() as connection:
        begin_filling(raw, connection, body)
        filled = raw.protocol.buffers[-1]
        connection.sendall(body[1 : int(len(body) * arrives)])
        assert answer(connection, bytearray())[0] == (200 if arrives == 1.0 else 408)
        wait_until(lambda: gc.collect() >= 0 and filled() is None, seconds=5)
        connection.sendall(body[int(len(body) * arrives) :] + raw.check(2))
        assert id_in(answer(connection, bytearray())[2]) == "2"


def test_a_large_body_whose_sender_goes_away_gives_its_place_back(raw: Raw):
    body = bytes(16 * 60_000)
    for _ in range(12):
        with raw.connect() as connection:
            connection.sendall(raw.head("/v1/checks/bulk/md5", len(body)) + body[: len(body) // 2])
            time.sleep(0.02)  # the service should have begun to take it in
    with raw.connect() as connection:
        connection.sendall(raw.head("/v1/checks/bulk/md5", len(body)) + body)
        assert answer(connection, bytearray())[0] == 200
