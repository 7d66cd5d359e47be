"""From whom reports by mail are taken: addresses and domains, judged on a sender that somebody else verified."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from schoon.kinds import InputError
from schoon.reports._urls import canonical_host
from schoon.reports.errors import TargetUrlError


class SenderListError(InputError):
    """An entry of the list of senders is neither a mail address nor a domain."""

    next_step = "write addresses (desk@police.example) and whole domains (police.example), without names or brackets"


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderList:
    """The senders whose mail becomes reports. A domain stands for itself, not for what is below it."""

    addresses: frozenset[str] = field(default=frozenset(), repr=False)
    domains: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "SenderList":
        """The list of addresses and domains; empty texts are passed over.

        Raises:
            SenderListError: One is neither.
        """
        addresses, domains = set(), set()
        for entry in filter(None, map(str.strip, entries)):
            local, _, domain = entry.rpartition("@")
            whole = canonical_sender(entry if local else f"x@{domain}")
            if not whole:
                raise SenderListError(f"{entry[:80]!r} is no mail address and no domain")
            if local:
                addresses.add(whole)
            else:
                domains.add(whole.rpartition("@")[2])
        return cls(addresses=frozenset(addresses), domains=frozenset(domains))

    def allows(self, sender: str) -> bool:
        """Whether reports are taken from this verified mail address; never from none."""
        address = canonical_sender(sender)
        return bool(address) and (address in self.addresses or address.rpartition("@")[2] in self.domains)


def canonical_sender(address: str) -> str:
    """The address in the one form in which two can be compared; empty when it is none."""
    local, at, domain = address.strip().removeprefix("<").removesuffix(">").rpartition("@")
    if not at or not local or len(address) > 320 or not domain or any(sign.isspace() for sign in local):
        return ""
    try:
        return f"{local.casefold()}@{canonical_host(domain)}"
    except TargetUrlError:
        return ""
