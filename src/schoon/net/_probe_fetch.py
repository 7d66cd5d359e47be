"""Fetches one address: redirects followed by hand, each hop through the same checks as the first.

1. Scheme and port, then every address of the host, before anything is sent.
2. A connection to one checked address; the next one where that does not come about, as browsers do.
3. A certificate that is not good is a finding; one more look without relying on it gives evidence.
4. The head; then, of a redirect, nothing more, and of an answer the body.
"""

import re
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urldefrag, urljoin

from schoon.followup import ProbeOutcome, TlsFault
from schoon.hashing import Hasher
from schoon.net._probe_body import Body, BodyReader
from schoon.net._probe_exchange import Exchange, Head
from schoon.net._probe_line import Call, CertificateRefused, TlsWays, connected, hang_up
from schoon.net._probe_names import Gate, Places
from schoon.net._probe_page import Page, page_of
from schoon.net._probe_words import LookEnded, ProbeLimits, Reason, Timer, Unreached
from schoon.reports import Address, TargetUrl, TargetUrlError

_REDIRECTS = {301, 302, 303, 307, 308}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SLOW_IS_THERE = 64 * 1024
"""Bytes of a body after which its slowness no longer hides that it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """What one address of a chain answered, without its body."""

    url: TargetUrl
    head: Head
    address: Address
    tls_fault: TlsFault | None


@dataclass(frozen=True, kw_only=True, repr=False)
class Answer:
    """The end of a chain of redirects.

    Attributes:
        hop: The last one.
        landing: Where redirects ended, with the fragment that the last of them named; empty without a redirect.
        is_vouched_for: Whether every certificate on the way was good, but perhaps for its date.
    """

    hop: Hop
    body: Body
    landing: str = ""
    is_vouched_for: bool = True

    @property
    def status(self) -> int:
        """Of the last answer."""
        return self.hop.head.status

    @cached_property
    def page(self) -> Page | None:
        """The body as a page, when it is text."""
        return page_of(self.body.start) if self.body.start else None


class Turns:
    """Of one host, one address at a time, however many threads look."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    @contextmanager
    def of(self, host: str, timer: Timer) -> Iterator[None]:
        """The host's turn; waiting for it costs no time."""
        with self._lock:
            lock = self._locks.setdefault(host, threading.Lock())
        began = time.monotonic()
        with lock:
            timer.stand_still(time.monotonic() - began)
            yield


@dataclass(frozen=True, kw_only=True)
class Fetcher:
    """Fetches from one vantage point.

    Attributes:
        sources: Addresses of this machine to connect from; empty for whatever the system takes.
        hasher: Hashes pictures by their looks; None for exact digests alone.
    """

    limits: ProbeLimits
    gate: Gate
    places: Places
    turns: Turns
    tls: TlsWays
    sources: Sequence[Address] = ()
    hasher: Hasher | None = None

    def addresses(self, url: TargetUrl) -> tuple[Address, ...]:
        """The checked addresses of the host.

        Raises:
            LookEnded: There are none, or they may not be connected to.
        """
        self.gate.require_port(url)
        return self.places.of(url.host)

    def fetch(self, url: TargetUrl, only: Sequence[Address] = ()) -> Answer:
        """The answer at the end of the redirects.

        Args:
            url: Where to begin.
            only: The checked addresses to try at the first hop; every one of the host's when empty.

        Raises:
            Unreached: No connection to any of those at the first hop.
            LookEnded: There is no answer to judge.
        """
        timer = Timer(self.limits.total)
        landing, is_vouched_for = "", True
        for hops in range(self.limits.redirects + 1):
            try:
                with self.turns.of(url.host, timer):
                    hop, body = self._hop(url, (not hops and only) or self.addresses(url), timer)
            except Unreached as fault:
                if hops:
                    raise LookEnded(fault.outcome, fault.reason) from fault
                raise
            is_vouched_for &= hop.tls_fault in {None, TlsFault.EXPIRED}
            if body is not None:
                return Answer(hop=hop, body=body, landing=landing, is_vouched_for=is_vouched_for)
            url, landing = _led_to(url, hop.head)
        raise LookEnded(ProbeOutcome.TEMPORARY, Reason.REDIRECTS)

    def _hop(self, url: TargetUrl, addresses: Sequence[Address], timer: Timer) -> tuple[Hop, Body | None]:
        """The answer of the first address that a connection comes about with."""
        unreached: list[Unreached] = []
        for address in addresses[: self.limits.addresses]:
            try:
                return self._at(url, address, timer)
            except Unreached as fault:
                unreached.append(fault)
        raise next((one for one in unreached if one.outcome is ProbeOutcome.TEMPORARY), unreached[0])

    def _at(self, url: TargetUrl, address: Address, timer: Timer) -> tuple[Hop, Body | None]:
        if url.scheme == "http":
            return self._ask(url, address, None, timer)
        try:
            return self._ask(url, address, self.tls.verified, timer)
        except CertificateRefused as refused:
            fault = refused.fault
        try:
            hop, body = self._ask(url, address, self.tls.after(fault), timer)
        except CertificateRefused as refused:  # expired, and by the second look something else as well
            raise LookEnded(ProbeOutcome.TEMPORARY, Reason.TLS, tls_fault=refused.fault) from refused
        except LookEnded as end:
            raise LookEnded(end.outcome, end.reason, tls_fault=fault) from end
        return Hop(url=hop.url, head=hop.head, address=hop.address, tls_fault=fault), body

    def _ask(
        self, url: TargetUrl, address: Address, tls: ssl.SSLContext | None, timer: Timer
    ) -> tuple[Hop, Body | None]:
        port = self.gate.require_port(url)
        call = Call(address=address, port=port, host=url.host, tls=tls, sources=self.sources)
        connection = connected(call, self.limits, timer)
        try:
            exchange = Exchange(connection, self.limits, timer)
            hop = Hop(url=url, head=exchange.head(url), address=address, tls_fault=None)
            if hop.head.status in _REDIRECTS and hop.head.first(b"location"):
                return hop, None
            return hop, self._body(exchange, hop.head)
        finally:
            hang_up(connection)

    def _body(self, exchange: Exchange, head: Head) -> Body:
        with BodyReader(self.limits, head.first(b"content-encoding"), self.hasher) as reader:
            try:
                for piece in exchange.body():
                    if not reader.feed(piece):
                        return reader.body(Reason.TOO_LARGE)
            except LookEnded as end:
                slow = end.reason is Reason.TIMEOUT and reader.size >= _SLOW_IS_THERE
                return reader.body(Reason.TOO_SLOW if slow else end.reason)
            return reader.body()


def _led_to(url: TargetUrl, head: Head) -> tuple[TargetUrl, str]:
    """Where a redirect leads, and that with its fragment."""
    places = set(head.all(b"location"))
    if len(places) > 1:
        raise LookEnded(ProbeOutcome.TEMPORARY, Reason.MALFORMED)
    place, fragment = urldefrag(places.pop().strip())
    if place.startswith("//"):
        place = f"{url.scheme}:{place}"
    try:
        led = TargetUrl.parse(place if _SCHEME.match(place) else urljoin(url.text, place))
    except (ValueError, TargetUrlError) as fault:
        raise LookEnded(ProbeOutcome.CHECKER_FAULT, Reason.FORBIDDEN_REDIRECT) from fault
    return led, f"{led.text}#{fragment}"
