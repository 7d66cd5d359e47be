"""Web servers that answer byte for byte what a test wants, and a prober that may look at this machine."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

from schoon.followup import LegalBasis, ProbeResult, ProbeTarget
from schoon.kinds import ItemId
from schoon.net import DnsResolver, HttpProber, ProbeLimits
from schoon.reports import TargetUrl
from tests.hosting_world import SUFFIXES

T0 = datetime(2026, 11, 20, 12, tzinfo=UTC)
BASIS = LegalBasis(number=1, basis="mandate", signatory="A. Signs", recorded_by="desk", recorded_at=T0)
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1"))

Reply = Callable[[socket.socket], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question that a server got."""

    host: str
    path: str
    headers: dict[str, str]
    peer: str


def answer(body: bytes | str = b"", status: int = 200, **headers: str | None) -> Reply:
    """A whole answer, of the right length; `Content_Type` names the header Content-Type."""
    content = body.encode() if isinstance(body, str) else body
    lines = {"Content_Type": "text/html", "Content_Length": str(len(content)), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items() if value is not None)
    return raw(f"HTTP/1.1 {status} Word\r\n{head}\r\n".encode() + content)


def to(place: str, status: int = 302, **headers: str) -> Reply:
    """A redirect."""
    return answer(b"", status, Location=place, **headers)


def raw(*pieces: bytes) -> Reply:
    """These bytes, and the connection is closed."""

    def send(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return send


class Web:
    """A server with any number of hosts; what it was not told is answered 404."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.pages: dict[tuple[str, str], Reply] = {}
        self.rest: dict[str, Reply] = {}
        self.connections = 0
        self._context = context
        self._lock = threading.Lock()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.create_server((address, port), family=family, backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def at(self, host: str, path: str, reply: Reply) -> str:
        """Answer so there; the address."""
        self.pages[host, path] = reply
        scheme = "http" if self._context is None else "https"
        shown = f"[{host}]" if ":" in host else host
        return f"{scheme}://{shown}:{self.port}{path}"

    def everywhere(self, host: str, reply: Reply) -> None:
        """Answer so at every address of the host that nothing else is said of."""
        self.rest[host] = reply

    def paths(self, host: str | None = None) -> list[str]:
        """What was asked for, of one host."""
        return [one.path for one in self.asked if host in {None, one.host}]

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, peer = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection, peer[0]), daemon=True).start()

    def _talk(self, connection: socket.socket, peer: str) -> None:
        with self._lock:
            self.connections += 1
        try:
            connection.settimeout(20)
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            self._answer(connection, peer)
        except (OSError, ValueError):
            pass  # the client went away, which is what some tests do
        finally:
            connection.close()

    def _answer(self, connection: socket.socket, peer: str) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65_536)
            if not piece:
                return
            head += piece
        first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        host = headers["host"].rsplit(":", 1)[0] if not headers["host"].endswith("]") else headers["host"]
        asked = Asked(host=host.strip("[]"), path=first.split(" ")[1], headers=headers, peer=peer)
        with self._lock:
            self.asked.append(asked)
        missing = self.rest.get(asked.host, answer("nothing here", 404))
        self.pages.get((asked.host, asked.path), missing)(connection)


@contextmanager
def serving(*arguments: Any, **options: Any) -> Iterator[Web]:
    """A server for the time of a test."""
    web = Web(*arguments, **options)
    try:
        yield web
    finally:
        web.close()


QUICK = ProbeLimits(
    connect=timedelta(seconds=2),
    first_byte=timedelta(seconds=3),
    total=timedelta(seconds=6),
    look=timedelta(seconds=20),
    trial_networks=LOOPBACK,
)


@dataclass
class World:
    """A prober, its control, and short ways to look."""

    web: Web
    resolver_port: int
    limits: ProbeLimits = QUICK
    options: dict[str, Any] = field(default_factory=dict)
    ports: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.control = self.web.at("control.zz", "/", answer("here I am"))

    def prober(self, **options: Any) -> HttpProber:
        given: dict[str, Any] = {
            "resolver": DnsResolver("127.0.0.1", self.resolver_port, timeout=timedelta(seconds=1), tries=1),
            "suffixes": SUFFIXES,
            "controls": [TargetUrl.parse(self.control)],
            "limits": replace(self.limits, ports=self.limits.ports | {self.web.port} | self.ports),
        }
        return HttpProber(**(given | self.options | options))

    def look(self, *urls: str, **options: Any) -> list[ProbeResult]:
        targets = [target(url, number) for number, url in enumerate(urls)]
        return self.prober(**options).look(targets, under=BASIS, now=T0)

    def see(self, url: str, **options: Any) -> ProbeResult:
        (result,) = self.look(url, **options)
        return result

    def found(self, url: str, **options: Any) -> tuple[str, str]:
        """Outcome and reason, as text."""
        result = self.see(url, **options)
        return str(result.outcome), result.reason


def target(url: str, number: int = 0) -> ProbeTarget:
    return ProbeTarget(item_id=ItemId(f"item{number:04}"), url=TargetUrl.parse(url))


ZONES = {
    "zz": """
@            SOA ns.zz. desk.zz. 1 3600 600 86400 60
@            NS  ns
@            A   127.0.0.1
ns           A   127.0.0.1
control      A   127.0.0.1
foto         A   127.0.0.1
www.foto     A   127.0.0.1
other        A   127.0.0.1
alias        CNAME foto
six          AAAA ::1
both         A   127.0.0.1
both         AAAA ::1
pair         A   127.0.0.1
pair         A   127.0.0.2
dead         A   127.0.0.9
half-dead    A   127.0.0.9
half-dead    A   127.0.0.1
mail         MX  10 foto
inside       A   10.0.0.1
half         A   127.0.0.1
half         A   192.168.1.1
mapped       AAAA ::ffff:127.0.0.1
away         A   127.0.0.1
""" + "".join(f"h{n} A 127.0.0.1\n" for n in range(40)),
    "yy": """
@            SOA ns.zz. desk.zz. 1 3600 600 86400 60
@            NS  ns.zz.
@            A   127.0.0.1
shop         A   127.0.0.1
""",
}  # fmt: skip
