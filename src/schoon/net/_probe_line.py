"""One connection to one checked address, with or without TLS; nothing here turns a name into an address."""

import errno
import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from schoon.followup import ProbeOutcome, TlsFault
from schoon.net._probe_words import LookEnded, ProbeLimits, Reason, Timer, Unreached
from schoon.reports import Address

_NO_WAY_OUT = {errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM, errno.ENETDOWN, errno.EAFNOSUPPORT}
"""What connecting says when this machine itself has no way there."""

_NO_CHECK_TIME = ssl.VerifyFlags(0x200000)
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, for which Python has no name."""

_BY_CODE = {
    9: TlsFault.EXPIRED,  # not yet valid
    10: TlsFault.EXPIRED,
    18: TlsFault.SELF_SIGNED,
    19: TlsFault.SELF_SIGNED,  # at the top of its chain
    62: TlsFault.NAME_MISMATCH,
    64: TlsFault.NAME_MISMATCH,
}
"""OpenSSL's verification errors; the rest are `untrusted`."""


class CertificateRefused(Exception):  # noqa: N818 - no error of an operation: the caller asks once more, for evidence
    """The certificate is not good; `fault` says what is wrong with it."""

    def __init__(self, fault: TlsFault) -> None:
        """Keep it."""
        self.fault = fault
        super().__init__(str(fault))


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Whom to connect to, and how.

    Attributes:
        address: Checked by the gate.
        host: For SNI and the certificate.
        tls: None for plain http.
        sources: Addresses of this machine to connect from; empty for whatever the system takes.
    """

    address: Address
    port: int
    host: str
    tls: ssl.SSLContext | None
    sources: Sequence[Address] = ()


class TlsWays:
    """The ways to speak TLS: verified, and for one more look after a fault. Each is made when it is first needed."""

    def __init__(self, ca_file: Path | None) -> None:
        """Take the certificates to trust instead of the system's."""
        self._trusted = None if ca_file is None else str(ca_file)
        self._lock = threading.Lock()
        self._made: dict[str, ssl.SSLContext] = {}

    @property
    def verified(self) -> ssl.SSLContext:
        """Believes good certificates alone."""
        return self._way("verified")

    def after(self, fault: TlsFault) -> ssl.SSLContext:
        """For one more look: of an expired certificate everything else is still verified, of another nothing."""
        return self._way("untimed" if fault is TlsFault.EXPIRED else "unverified")

    def _way(self, name: str) -> ssl.SSLContext:
        with self._lock:
            if name not in self._made:
                self._made[name] = self._new(name)
            return self._made[name]

    def _new(self, name: str) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._trusted)
        context.set_alpn_protocols(["http/1.1"])
        if name == "untimed":
            context.verify_flags |= _NO_CHECK_TIME
        elif name == "unverified":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def connected(call: Call, limits: ProbeLimits, timer: Timer) -> socket.socket:
    """A connection that stands, to that address and no other.

    Raises:
        Unreached: It does not come about.
        CertificateRefused: The certificate is not good.
        LookEnded: TLS fails otherwise, or the time is over.
    """
    plain = _plain(call, limits, timer)
    try:
        require_peer(plain, call.address)
        return plain if call.tls is None else _secured(plain, call, limits, timer)
    except BaseException:
        plain.close()
        raise


def require_peer(connection: socket.socket, address: Address) -> None:
    """Make sure that the other end is who was meant.

    Raises:
        LookEnded: It is not.
    """
    try:
        peer = ip_address(connection.getpeername()[0])
    except OSError as fault:
        raise Unreached(ProbeOutcome.TEMPORARY, Reason.RESET) from fault
    if peer != address:
        raise LookEnded(ProbeOutcome.CHECKER_FAULT, Reason.WRONG_PEER)


def _plain(call: Call, limits: ProbeLimits, timer: Timer) -> socket.socket:
    family = socket.AF_INET if call.address.version == 4 else socket.AF_INET6
    try:
        connection = socket.socket(family, socket.SOCK_STREAM)
    except OSError as fault:
        raise Unreached(ProbeOutcome.CHECKER_FAULT, Reason.NO_ROUTE) from fault
    try:
        _bind(connection, call)
        connection.settimeout(timer.left(limits.connect))
        connection.connect((str(call.address), call.port))
    except TimeoutError as fault:
        connection.close()
        raise Unreached(ProbeOutcome.TEMPORARY, Reason.TIMEOUT) from fault
    except OSError as fault:
        connection.close()
        if fault.errno in _NO_WAY_OUT:
            raise Unreached(ProbeOutcome.CHECKER_FAULT, Reason.NO_ROUTE) from fault
        raise Unreached(ProbeOutcome.TEMPORARY, Reason.UNREACHABLE) from fault
    except BaseException:
        connection.close()
        raise
    return connection


def _bind(connection: socket.socket, call: Call) -> None:
    if not call.sources:
        return
    for source in call.sources:
        if source.version == call.address.version:
            connection.bind((str(source), 0))
            return
    raise Unreached(ProbeOutcome.CHECKER_FAULT, Reason.NO_ROUTE)


def _secured(plain: socket.socket, call: Call, limits: ProbeLimits, timer: Timer) -> ssl.SSLSocket:
    if call.tls is None:
        raise ValueError("a connection without TLS has nothing to secure")
    plain.settimeout(timer.left(limits.connect))
    try:
        return call.tls.wrap_socket(plain, server_hostname=call.host)
    except ssl.SSLCertVerificationError as fault:
        raise CertificateRefused(_BY_CODE.get(fault.verify_code, TlsFault.UNTRUSTED)) from fault
    except TimeoutError as fault:
        raise LookEnded(ProbeOutcome.TEMPORARY, Reason.TIMEOUT) from fault
    except ssl.SSLEOFError as fault:
        raise LookEnded(ProbeOutcome.TEMPORARY, Reason.RESET) from fault
    except (ssl.SSLError, ValueError) as fault:  # ValueError: no name for SNI
        raise LookEnded(ProbeOutcome.TEMPORARY, Reason.TLS, tls_fault=TlsFault.HANDSHAKE) from fault
    except OSError as fault:
        raise LookEnded(ProbeOutcome.TEMPORARY, Reason.RESET) from fault


def hang_up(connection: socket.socket) -> None:
    """Close without a word of farewell: what the other side still sends is thrown away."""
    with suppress(OSError):
        connection.close()
