"""Connections that hold a place without getting on with their request are closed, and none that works is."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from schoon.api import create_app
from schoon.api._direct import DirectProtocol
from schoon.api._protocol import MAX_HEAD_BYTES
from tests.integration.api.conftest import Running
from tests.integration.api.house import open_rooms


class HastyProtocol(DirectProtocol):
    """The same, with a tenth of a second where it has seconds."""

    head_seconds = 0.2
    linger_seconds = 0.2


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    home: Path = tmp_path_factory.mktemp("patience")
    with Running(create_app(open_rooms(home)), HastyProtocol) as url:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        yield parts.hostname, parts.port


def closed_after(connection: socket.socket, drip: bytes = b"") -> float:
    """Seconds until the other side closes, while `drip` is sent again and again."""
    start = time.monotonic()
    connection.settimeout(0.02)
    while time.monotonic() - start < 5:
        try:
            if drip:
                connection.sendall(drip)
            if not connection.recv(65536):
                return time.monotonic() - start
        except TimeoutError:
            continue
        except (BrokenPipeError, ConnectionResetError):
            return time.monotonic() - start
    raise AssertionError("it was never closed")


@pytest.mark.parametrize(
    ("sent", "drip"),
    [
        (b"", b""),
        (b"G", b""),
        (b"GET /health/live HTTP/1.1\r\nX-Slow: ", b"a"),
        (b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /", b"a"),
        (b"POST /v1/checks HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", b"a"),
    ],
)
def test_a_slow_request_loses_its_connection(address: tuple[str, int], sent: bytes, drip: bytes):
    with socket.create_connection(address) as connection:
        connection.sendall(sent)
        assert closed_after(connection, drip) < 3


def test_a_head_without_end_is_cut_off(address: tuple[str, int]):
    with socket.create_connection(address) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nX-Long: " + b"a" * 2 * MAX_HEAD_BYTES)
        assert closed_after(connection, b"a" * 4096) < 3


def test_a_connection_that_rests_between_requests_is_kept(address: tuple[str, int]):
    ask = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(address, timeout=5) as connection:
        for _ in range(3):
            connection.sendall(ask)
            received = b""
            while not received.endswith(b"alive\n"):
                received += connection.recv(65536)
            assert received.startswith(b"HTTP/1.1 200")
            time.sleep(0.3)  # longer than the patience with heads: what is shown is that it does not count here
