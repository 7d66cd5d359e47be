"""Real servers on free ports: uvicorn in a thread for most tests, in subprocesses where processes matter."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3
import uvicorn

from schoon.api import Api, ApiOptions, create_app
from schoon.api._direct import DirectProtocol
from schoon.api._protocol import PatientProtocol
from schoon.client import Patience, SchoonClient
from schoon.kinds import Digest
from schoon.parties import Duty
from schoon.rooms import Rooms
from tests.integration.api.house import RECEIPT_KEY, Known, Publication, add_member, add_person, clock, open_rooms

RECEIPT_PUBLIC = RECEIPT_KEY.public_key().public_bytes_raw()
ONE_SHOT = Patience(retries=0, read_seconds=20)
LISTED_MD5, LISTED_SHA1, LISTED_SHA256, LISTED_PDQ = b"\x11" * 16, b"\x12" * 20, b"\x13" * 32, b"\x0f\xa3" * 16


@dataclass
class Served:
    """A running service and what a test needs to speak with it."""

    url: str
    rooms: Rooms
    publication: Publication
    token: str
    other_token: str
    api: Api
    desk_token: str = ""

    def client(self, token: str | None = None) -> SchoonClient:
        return SchoonClient(self.url, token or self.token, receipt_key=RECEIPT_PUBLIC, patience=ONE_SHOT)

    def raw(
        self, method: str, path: str, body: bytes | None = None, *, token: str | None = "", **headers: str
    ) -> urllib3.BaseHTTPResponse:
        """One request as it is, with this member's token unless told otherwise (None: no token)."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent.setdefault("Authorization", f"Bearer {token or self.token}")
        with urllib3.PoolManager() as pool:
            return pool.request(method, self.url + path, body=body, headers=sent, retries=False, timeout=20)


def digests_of(**values: bytes) -> tuple[Digest, ...]:
    return tuple(Digest.parse(kind, value.hex()) for kind, value in values.items())


THE_LIST = [
    Known(digests_of(md5=LISTED_MD5, sha1=LISTED_SHA1, sha256=LISTED_SHA256, pdq=LISTED_PDQ)),
    Known(digests_of(md5=b"\x21" * 16)),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Served]:
    """One service with a published list and two members."""
    publication = Publication(home / "publication")
    publication.publish(THE_LIST)
    rooms = open_rooms(home)
    token, other = add_member(rooms, "hoster"), add_member(rooms, "other-hoster")
    api = create_app(rooms, ApiOptions(json_seconds=1.0))
    with Running(api) as url:
        wait_until(lambda: api.readiness.is_warm and api.readiness.members_known and rooms.holder.current is not None)
        yield Served(
            url=url,
            rooms=rooms,
            publication=publication,
            token=token,
            other_token=other,
            api=api,
            desk_token=add_person(rooms, "Hotline", Duty.ANALYST),
        )


class Running:
    """A server in a thread, as a context."""

    def __init__(self, api: Api, protocol: type[PatientProtocol] = DirectProtocol, *, loop: str = "asyncio") -> None:
        config = uvicorn.Config(
            api,
            port=0,
            loop=loop,
            http=protocol,
            ws="none",
            lifespan="on",
            interface="asgi3",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)

    def __enter__(self) -> str:
        self.thread.start()
        wait_until(lambda: self.server.started)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(20)


def wait_until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    """Returns as soon as it is so; another thread or process has to make it so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"it was not so within {seconds} seconds")
        time.sleep(0.005)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def processes() -> Iterator[Callable[[Path], str]]:
    """Starts a service process over a home; gives its URL when it is ready."""
    started: list[subprocess.Popen[bytes]] = []

    def start(home: Path) -> str:
        port = free_port()
        code = (
            "from schoon.api import ServeOptions, serve; "
            f"serve('tests.integration.api.house:app', ServeOptions(port={port}))"
        )
        environment = {**os.environ, "SCHOON_TEST_HOME": str(home)}  # noqa: TID251 - a subprocess inherits it
        started.append(subprocess.Popen([sys.executable, "-c", code], env=environment))
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: is_ready(url))
        return url

    yield start
    for process in started:
        process.terminate()
    for process in started:
        process.wait(20)


def is_ready(url: str) -> bool:
    try:
        with urllib3.PoolManager() as pool:
            return pool.request("GET", url + "/health/ready", retries=False, timeout=2).status == 200
    except urllib3.exceptions.HTTPError:
        return False


__all__ = ["THE_LIST", "Running", "Served", "clock", "digests_of", "is_ready", "wait_until"]
