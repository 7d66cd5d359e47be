"""What the answers of the DNS amount to."""

from collections.abc import Sequence
from dataclasses import dataclass

from schoon.hosting._asking import Notes
from schoon.hosting._special import Internet
from schoon.hosting.ports import DnsReply, DnsStatus
from schoon.hosting.types import Outcome, Source
from schoon.reports import Address

_SETTLED = {DnsStatus.ANSWERED, DnsStatus.NO_DATA, DnsStatus.NO_SUCH_NAME}
_WORDS = {
    DnsStatus.SERVFAIL: "the resolver could not find out (SERVFAIL)",
    DnsStatus.REFUSED: "the resolver refuses to answer",
    DnsStatus.TIMEOUT: "the resolver did not answer in time",
    DnsStatus.MALFORMED: "the answer cannot be read",
    DnsStatus.UNREACHABLE: "the resolver cannot be reached",
    DnsStatus.NOT_CONFIGURED: "no resolver is set (SCHOON_RESOLVER)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The addresses of a target, and how they were found."""

    outcome: Outcome
    reason: str
    addresses: tuple[Address, ...] = ()
    aliases: tuple[str, ...] = ()


def resolved_by(replies: Sequence[DnsReply], host: str, notes: Notes, internet: Internet) -> Resolved:
    """What both answers amount to; each answer is kept as evidence, each failure beside them."""
    for reply in replies:
        if reply.raw:
            notes.keep(Source.DNS, f"{reply.kind} {host}", reply.raw)
        if reply.status not in _SETTLED:
            notes.fail(Source.DNS, f"{reply.kind} {host}", reply.status.value, _WORDS[reply.status])
    addresses = tuple(dict.fromkeys(address for reply in replies for address in reply.addresses))
    aliases = tuple(dict.fromkeys(alias for reply in replies for alias in reply.aliases))
    outcome, reason = _judged({reply.status for reply in replies}, addresses, internet)
    return Resolved(outcome=outcome, reason=reason, addresses=addresses, aliases=aliases)


def _judged(statuses: set[DnsStatus], addresses: Sequence[Address], internet: Internet) -> tuple[Outcome, str]:
    if addresses and all(internet.special_reason(one) for one in addresses):
        return Outcome.SPECIAL, "every address of the name is one at which nothing on the internet is hosted"
    if addresses:
        return Outcome.TRACED, "the name has addresses"
    if statuses - _SETTLED:
        return Outcome.UNRESOLVED, "; ".join(sorted(_WORDS[one] for one in statuses - _SETTLED))
    if statuses == {DnsStatus.NO_SUCH_NAME}:
        return Outcome.NO_SUCH_NAME, "the name does not exist (NXDOMAIN)"
    return Outcome.NO_ADDRESS, "the name exists, and has no address"
