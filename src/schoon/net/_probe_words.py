"""What the parts of the prober tell each other: limits, the time that is left, and how a look ended."""

import time
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from schoon.followup import ProbeOutcome, TlsFault

Network = IPv4Network | IPv6Network


class Reason(StrEnum):
    """Why a look ended as it did, in one word. Closed; docs/operators/prober.md explains each."""

    STATUS = "status"
    NXDOMAIN = "nxdomain"
    NO_ADDRESS = "no_address"
    SERVFAIL = "servfail"
    RESOLVER = "resolver"
    NO_ROUTE = "no_route"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    RESET = "reset"
    TLS = "tls"
    MALFORMED = "malformed"
    HEADERS_TOO_LONG = "headers_too_long"
    CUT_SHORT = "cut_short"
    REDIRECTS = "redirects"
    FORBIDDEN_ADDRESS = "forbidden_address"
    FORBIDDEN_NAME = "forbidden_name"
    FORBIDDEN_PORT = "forbidden_port"
    FORBIDDEN_REDIRECT = "forbidden_redirect"
    WRONG_PEER = "wrong_peer"
    CONTROL = "control"
    NOT_BEGUN = "not_begun"
    DEFECT = "defect"
    OUT_OF_TIME = "out_of_time"
    LOGIN = "login"
    RIDDLE = "riddle"
    AGE = "age"
    REGION = "region"
    EMPTY = "empty"
    SIBLING = "sibling"
    REDIRECTED = "redirected"
    PARKED = "parked"
    OTHER_SITE = "other_site"
    CONTENT = "content"
    EVERYWHERE = "everywhere"
    NEEDS_SCRIPT = "needs_script"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BOMB = "bomb"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeLimits:
    """How far the prober goes.

    Attributes:
        connect: Until a connection stands; TLS has as long again.
        first_byte: From the question to the first byte of the answer.
        total: One answer with all its redirects, from first to last byte.
        look: One target from one vantage point, with everything that is asked beside it.
        batch: After this no further target of a batch is begun. The batch may last one
            `look` longer, with the answer and the questions to the DNS that are under way then.
        header_bytes: Before the body, whatever comes there.
        body_bytes: Read of one body; a larger one is `too_large`.
        picture_bytes: Of a picture that is handed to the decoder; a larger one has exact digests alone.
        ratio: How many times larger than what came over the line a body may become when it is unpacked.
        redirects: Followed, each after the same checks as the first address.
        addresses: Of a host that are looked at before it counts as gone.
        parallel: Hosts that are looked at at the same time; of one host one address at a time.
        ports: That may be connected to.
        own_networks: Networks of one's own that look like the internet's; never connected to.
        trial_networks: Connected to whatever the tables say, unless they are one's own as well; for tests and
            demonstrations on one machine. No setting.
    """

    connect: timedelta = timedelta(seconds=5)
    first_byte: timedelta = timedelta(seconds=10)
    total: timedelta = timedelta(seconds=30)
    look: timedelta = timedelta(seconds=90)
    batch: timedelta = timedelta(minutes=4)
    header_bytes: int = 64 * 1024
    body_bytes: int = 100_000_000
    picture_bytes: int = 30_000_000
    ratio: int = 100
    redirects: int = 5
    addresses: int = 6
    parallel: int = 8
    ports: frozenset[int] = frozenset({80, 443})
    own_networks: tuple[Network, ...] = ()
    trial_networks: tuple[Network, ...] = ()


class LookEnded(Exception):  # noqa: N818 - no error of an operation: it becomes the result of a look
    """A look ended before there was an answer to judge."""

    def __init__(self, outcome: ProbeOutcome, reason: Reason, *, tls_fault: TlsFault | None = None) -> None:
        """Keep what it ended with."""
        self.outcome = outcome
        self.reason = reason
        self.tls_fault = tls_fault
        super().__init__(f"{outcome}: {reason}")


class Unreached(LookEnded):
    """No connection to one address; the host may have others, as browsers try them."""


class Timer:
    """The time that one piece of work has left, on the monotonic clock."""

    def __init__(self, longest: timedelta) -> None:
        """Start it."""
        self._end = time.monotonic() + longest.total_seconds()

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return time.monotonic() >= self._end

    def left(self, at_most: timedelta | None = None) -> float:
        """Seconds left, no more than `at_most`.

        Raises:
            LookEnded: Nothing is left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise LookEnded(ProbeOutcome.TEMPORARY, Reason.TIMEOUT)
        return left if at_most is None else min(left, at_most.total_seconds())

    def stand_still(self, seconds: float) -> None:
        """Give back time that was spent waiting for one's turn."""
        self._end += seconds
