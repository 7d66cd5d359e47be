"""From a host to the addresses that may be connected to: resolved once a batch, every answer checked."""

import threading
from collections.abc import Sequence

from schoon.followup import ProbeOutcome
from schoon.hosting import ipv4_behind, special_name_reason, special_reason
from schoon.hosting.ports import DnsReply, DnsStatus, Resolver
from schoon.net._probe_words import LookEnded, ProbeLimits, Reason
from schoon.reports import Address, TargetUrl, address_of

_DEFAULT_PORTS = {"http": 80, "https": 443}
_OURS = {DnsStatus.REFUSED, DnsStatus.UNREACHABLE, DnsStatus.NOT_CONFIGURED}
"""The configured resolver is not there for us, whatever the name."""


class Gate:
    """Which addresses and ports may be connected to."""

    def __init__(self, limits: ProbeLimits) -> None:
        """Take the networks and the ports."""
        self._own = limits.own_networks
        self._trial = limits.trial_networks
        self._ports = limits.ports

    def refusal(self, address: Address) -> str:
        """Why nothing may be sent to the address; empty when it may.

        An IPv4 address within it is judged in its place: by the tables, and by one's own networks.
        """
        if any(address in network for network in self._own):
            return "a network of one's own"
        if any(address in network for network in self._trial):
            return ""
        inner = ipv4_behind(address)
        return special_reason(address) if inner is None else self.refusal(inner)

    def require_port(self, url: TargetUrl) -> int:
        """The port to connect to.

        Raises:
            LookEnded: It may not be connected to.
        """
        port = _DEFAULT_PORTS[url.scheme] if url.port is None else url.port
        if port not in self._ports:
            raise LookEnded(ProbeOutcome.CHECKER_FAULT, Reason.FORBIDDEN_PORT)
        return port


class Places:
    """The checked addresses of hosts, each host asked for once however many threads want it."""

    def __init__(self, resolver: Resolver, gate: Gate) -> None:
        """Take the one resolver that is asked, and the gate that every answer must pass."""
        self._resolver = resolver
        self._gate = gate
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._known: dict[str, tuple[Address, ...] | LookEnded] = {}

    def of(self, host: str) -> tuple[Address, ...]:
        """All its addresses, at least one, each of which may be connected to.

        Raises:
            LookEnded: It has none, one of them may not be connected to, or nobody answers.
        """
        with self._lock:
            lock = self._locks.setdefault(host, threading.Lock())
        with lock:
            if host not in self._known:
                self._known[host] = self._found(host)
            found = self._known[host]
        if isinstance(found, LookEnded):
            raise LookEnded(found.outcome, found.reason)  # a new one: its traceback is this thread's
        return found

    def tells_the_truth(self, name: str) -> bool:
        """Whether the resolver has no address for a name that cannot have one; some invent one for what is missing."""
        return not any(reply.addresses for reply in self._resolver.look_up(name))

    def _found(self, host: str) -> tuple[Address, ...] | LookEnded:
        try:
            addresses = self._resolved(host)
        except LookEnded as end:
            return end
        if any(self._gate.refusal(address) for address in addresses):
            return LookEnded(ProbeOutcome.CHECKER_FAULT, Reason.FORBIDDEN_ADDRESS)
        return addresses

    def _resolved(self, host: str) -> tuple[Address, ...]:
        literal = address_of(host)
        if literal is not None:
            return (literal,)
        if special_name_reason(host) or host == "onion" or host.endswith(".onion"):  # never asked of the DNS (RFC 7686)
            raise LookEnded(ProbeOutcome.CHECKER_FAULT, Reason.FORBIDDEN_NAME)
        replies = self._resolver.look_up(host)
        if not _addresses(replies) and _end_of(replies).outcome is ProbeOutcome.GONE:
            replies = self._resolver.look_up(host)  # what speaks for a removal is asked twice
        if not _addresses(replies):
            raise _end_of(replies)
        return _addresses(replies)


def _addresses(replies: Sequence[DnsReply]) -> tuple[Address, ...]:
    found = (address for reply in replies for address in reply.addresses)
    return tuple(dict.fromkeys(getattr(one, "ipv4_mapped", None) or one for one in found))


def _end_of(replies: Sequence[DnsReply]) -> LookEnded:
    """What follows from two replies without an address."""
    statuses = {reply.status for reply in replies}
    if statuses == {DnsStatus.NO_SUCH_NAME}:
        return LookEnded(ProbeOutcome.GONE, Reason.NXDOMAIN)
    if statuses == {DnsStatus.NO_DATA}:
        return LookEnded(ProbeOutcome.GONE, Reason.NO_ADDRESS)
    if statuses & _OURS:
        return LookEnded(ProbeOutcome.CHECKER_FAULT, Reason.RESOLVER)
    if DnsStatus.TIMEOUT in statuses:
        return LookEnded(ProbeOutcome.TEMPORARY, Reason.TIMEOUT)
    return LookEnded(ProbeOutcome.TEMPORARY, Reason.SERVFAIL)
