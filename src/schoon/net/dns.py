"""Asks one configured resolver, and nobody else: who asks the DNS about a reported name tells it to whoever answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA
from typing_extensions import override

from schoon.hosting.ports import DnsReply, DnsStatus, Resolver

ANSWER_TIMEOUT = timedelta(seconds=4)
TRIES = 2
MAX_ALIASES = 8
"""CNAMEs that are followed by asking again, when the resolver itself stops at one."""

_UDP_BYTES = 1_232
"""The size that passes everywhere; larger answers come over TCP. Source: DNS flag day 2020."""

_BY_CODE = {
    dns.rcode.NXDOMAIN: DnsStatus.NO_SUCH_NAME,
    dns.rcode.SERVFAIL: DnsStatus.SERVFAIL,
    dns.rcode.REFUSED: DnsStatus.REFUSED,
}


class DnsResolver(Resolver):
    """Asks a recursive resolver over UDP, and over TCP when the answer is cut short."""

    def __init__(
        self, address: str, port: int = 53, *, timeout: timedelta = ANSWER_TIMEOUT, tries: int = TRIES
    ) -> None:
        """Name the resolver.

        Args:
            address: Its IP address.
            port: Where it listens.
            timeout: Of one try.
            tries: Of one question, when no answer comes.
        """
        self._address = str(ip_address(address))
        self._port = port
        self._timeout = timeout.total_seconds()
        self._tries = tries

    @override
    def look_up(self, name: str) -> tuple[DnsReply, DnsReply]:
        """Both answers; the second is asked for whatever became of the first."""
        return self._follow(name, "A"), self._follow(name, "AAAA")

    def _follow(self, name: str, kind: str) -> DnsReply:
        """The answer at the end of the aliases, however many questions they take."""
        aliases: list[str] = []
        raw: list[str] = []
        at = name
        while True:
            reply = self._ask(at, kind)
            raw.append(reply.raw)
            new = [alias for alias in reply.aliases if alias not in {name, *aliases}]
            aliases += new
            stopped_at_alias = reply.status is DnsStatus.NO_DATA and new
            if not stopped_at_alias or len(aliases) > MAX_ALIASES:
                break
            at = aliases[-1]
        return DnsReply(
            kind=kind,
            status=DnsStatus.MALFORMED if len(aliases) > MAX_ALIASES and not reply.addresses else reply.status,
            addresses=reply.addresses,
            aliases=tuple(aliases),
            raw="\n".join(part for part in raw if part),
        )

    def _ask(self, name: str, kind: str) -> DnsReply:
        for attempt in range(self._tries):
            try:
                return self._ask_once(name, kind)
            except dns.exception.Timeout:
                if attempt == self._tries - 1:
                    return DnsReply(kind=kind, status=DnsStatus.TIMEOUT)
            except OSError:
                return DnsReply(kind=kind, status=DnsStatus.UNREACHABLE)
            except (dns.exception.DNSException, ValueError):
                return DnsReply(kind=kind, status=DnsStatus.MALFORMED)
        return DnsReply(kind=kind, status=DnsStatus.TIMEOUT)

    def _ask_once(self, name: str, kind: str) -> DnsReply:
        question = dns.message.make_query(
            dns.name.from_text(name), kind, use_edns=0, payload=_UDP_BYTES, flags=dns.flags.RD
        )
        answer, _ = dns.query.udp_with_fallback(question, self._address, timeout=self._timeout, port=self._port)
        code = answer.rcode()
        if code != dns.rcode.NOERROR:
            status = _BY_CODE.get(code, DnsStatus.MALFORMED)
            return replace(_read(answer, kind), status=status, addresses=(), raw=answer.to_text())
        return _read(answer, kind)


class NoResolver(Resolver):
    """Stands where no resolver is configured; every question fails, and says so."""

    @override
    def look_up(self, name: str) -> tuple[DnsReply, DnsReply]:
        """Two answers that say that nobody was asked."""
        status = DnsStatus.NOT_CONFIGURED
        return DnsReply(kind="A", status=status), DnsReply(kind="AAAA", status=status)


def _read(answer: dns.message.Message, kind: str) -> DnsReply:
    if not isinstance(answer, dns.message.QueryMessage):
        return DnsReply(kind=kind, status=DnsStatus.MALFORMED)
    chained = answer.resolve_chaining()
    aliases = [str(record.target) for rrset in chained.cnames for record in rrset]
    make: Callable[[str], IPv4Address | IPv6Address] = IPv4Address if kind == "A" else IPv6Address
    records = [record for record in chained.answer or () if isinstance(record, A | AAAA)]
    return DnsReply(
        kind=kind,
        status=DnsStatus.ANSWERED if records else DnsStatus.NO_DATA,
        addresses=tuple(make(record.address) for record in records),
        aliases=tuple(alias.removesuffix(".").lower() for alias in aliases),
        raw=answer.to_text(),
    )
