"""Fetches RDAP answers (RFC 7480) from the servers that IANA's files name, and from no other host.

1. Before each request, a redirect's too: the server must be among those given; https, or http to this very machine.
2. Redirects are followed here, at most three; no proxy, no cookie, no credentials.
3. The body is read up to a cap, without compression, and the connection is cut when its time is over.
"""

import socket
import ssl
from contextlib import closing, suppress
from datetime import timedelta
from http.client import HTTPException
from ipaddress import ip_address
from pathlib import Path
from threading import Timer
from urllib.parse import urljoin, urlsplit

import urllib3
from typing_extensions import override
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

from schoon.hosting import server_of
from schoon.hosting.ports import RegistryDoor, SourceFault

CONNECT_TIMEOUT = timedelta(seconds=5)
ANSWER_TIMEOUT = timedelta(seconds=10)
LONGEST_ANSWER = timedelta(seconds=20)
"""After this the connection is cut, however slowly the server keeps answering."""

MAX_BODY = 1024 * 1024
MAX_REDIRECTS = 3

_OK = 200
_BLOCK = 65_536
_REDIRECTS = {301, 302, 303, 307, 308}
_HEADERS = {
    "Accept": "application/rdap+json, application/json;q=0.8",
    "Accept-Encoding": "identity",
    "User-Agent": "schoon-rdap/1",
}
_KINDS = {404: "not_found", 429: "rate_limited", 401: "refused", 403: "refused"}


class RdapDoor(RegistryDoor):
    """Asks over a fresh connection each time."""

    def __init__(
        self,
        *,
        ca_file: Path | None = None,
        connect_timeout: timedelta = CONNECT_TIMEOUT,
        answer_timeout: timedelta = ANSWER_TIMEOUT,
        longest_answer: timedelta = LONGEST_ANSWER,
        max_body: int = MAX_BODY,
    ) -> None:
        """Set the limits.

        Args:
            ca_file: Certificates to trust instead of the system's.
            connect_timeout: Until the connection stands.
            answer_timeout: Until the server says anything, each time.
            longest_answer: Until it has said everything.
            max_body: Bytes of an answer.
        """
        self._tls = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
        self._connect = connect_timeout.total_seconds()
        self._answer = answer_timeout.total_seconds()
        self._longest = longest_answer.total_seconds()
        self._max_body = max_body

    @override
    def get(self, url: str, servers: frozenset[str]) -> str:
        """The text of an answer; see the module's docstring for what is checked."""
        for _ in range(MAX_REDIRECTS + 1):
            _require_allowed(url, servers)
            answer = self._fetch(url)
            if isinstance(answer, str):
                return answer
            url = answer.seen_from(url)
        raise SourceFault("redirect", f"more than {MAX_REDIRECTS} redirects")

    def _fetch(self, url: str) -> "str | _Elsewhere":
        cut = _Cut(self._longest)
        try:
            return self._ask(url, cut)
        except ssl.SSLError as fault:
            raise SourceFault("tls", f"the registry's certificate is not good ({fault.reason})") from fault
        except UnicodeDecodeError as fault:
            raise SourceFault("malformed", "the answer is not UTF-8") from fault
        except (urllib3.exceptions.HTTPError, HTTPException, OSError) as fault:
            refused = isinstance(fault, urllib3.exceptions.NewConnectionError)  # urllib3 counts it among the timeouts
            if cut.was_made or (isinstance(fault, TimeoutError | urllib3.exceptions.TimeoutError) and not refused):
                raise SourceFault("timeout", "the registry did not answer in time") from fault
            raise SourceFault("unreachable", f"the connection failed ({type(fault).__name__})") from fault

    def _ask(self, url: str, cut: "_Cut") -> "str | _Elsewhere":
        parts = urlsplit(url)
        connection: HTTPConnection
        if parts.scheme == "https":
            connection = HTTPSConnection(parts.hostname or "", parts.port, ssl_context=self._tls, timeout=self._connect)
        else:
            connection = HTTPConnection(parts.hostname or "", parts.port, timeout=self._connect)
        try:
            connection.connect()
            cut.start(connection)
            connection.timeout = self._answer  # urllib3 sets it on the socket before each answer
            path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            connection.request("GET", path, headers=_HEADERS, preload_content=False, decode_content=False)
            with closing(connection.getresponse()) as response:
                answer = self._read(response)
            if cut.was_made:  # what was cut short may look complete
                raise TimeoutError
            return answer
        finally:
            cut.stop()
            connection.close()

    def _read(self, response: HTTPResponse) -> "str | _Elsewhere":
        if response.status in _REDIRECTS:
            return _Elsewhere(response.headers.get("Location", ""))
        if response.status != _OK:
            kind = _KINDS.get(response.status, "error")
            raise SourceFault(kind, f"the registry answered {response.status}")
        body = bytearray()
        while block := response.read(_BLOCK, decode_content=False):
            body += block
            if len(body) > self._max_body:
                raise SourceFault("too_large", f"the answer is larger than {self._max_body:,} bytes")
        return body.decode()


class _Cut:
    """Cuts a connection when its time is over: a server that drips one byte at a time holds nobody up."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._timer: Timer | None = None
        self.was_made = False

    def start(self, connection: HTTPConnection) -> None:
        self._timer = Timer(self._longest, self._make, [connection.sock])
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _make(self, connected: socket.socket) -> None:
        self.was_made = True
        with suppress(OSError):  # it may just have been closed
            connected.shutdown(socket.SHUT_RDWR)


class _Elsewhere:
    """Where the server says that the answer is."""

    def __init__(self, location: str) -> None:
        self._location = location

    def seen_from(self, url: str) -> str:
        """The whole address; empty when it is none."""
        try:
            return urljoin(url, self._location) if self._location else ""
        except ValueError:
            return ""


def _require_allowed(url: str, servers: frozenset[str]) -> None:
    server = server_of(url)
    if not server or server not in servers:
        raise SourceFault("not_allowed", "the answer would be at a host that IANA's files do not name")
    if not server.startswith("https:") and not _is_own_machine(urlsplit(url).hostname or ""):
        raise SourceFault("not_allowed", "the registry is only there without TLS")


def _is_own_machine(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False
