"""The doors to the DNS, the tables of routes and the registries of the world."""

import json
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from schoon.hosting import SnapshotImport, server_of
from schoon.hosting.ports import DnsReply, DnsStatus, SourceFault
from schoon.hosting.service import HostingService
from schoon.reports import Address
from tests.rdap_server import bootstrap, entity, network
from tests.simulation.hosters import UPSTREAM, HosterModel
from tests.simulation.world import World

REGISTRY = "https://rdap.registry.zz/"
_WITH_IPV6 = 64
"""Of 256 names, so many have an IPv6 address too."""


@dataclass(frozen=True, slots=True)
class Names:
    """The resolver."""

    world: World

    def look_up(self, name: str) -> tuple[DnsReply, DnsReply]:
        world = self.world
        if world.troubles.resolver.holds(world.now):
            return DnsReply(kind="A", status=DnsStatus.TIMEOUT), DnsReply(kind="AAAA", status=DnsStatus.TIMEOUT)
        hoster = world.hoster_of(name)
        if hoster is None:
            gone = DnsStatus.NO_SUCH_NAME
            return DnsReply(kind="A", status=gone, raw="NXDOMAIN"), DnsReply(kind="AAAA", status=gone, raw="NXDOMAIN")
        found = addresses_of(name, hoster)
        return _reply("A", found[:1]), _reply("AAAA", found[1:])


def addresses_of(name: str, hoster: HosterModel) -> list[Address]:
    """Where a hoster has a name: one IPv4 address, and now and then one of IPv6."""
    low, high, third = blake2b(name.encode(), digest_size=3).digest()
    found: list[Address] = [IPv4Address(f"45.{hoster.number}.{high}.{low}")]
    if third < _WITH_IPV6:
        found.append(IPv6Address(f"2d00:{hoster.number:x}::{high:x}{low:02x}"))
    return found


def _reply(kind: str, found: list[Address]) -> DnsReply:
    status = DnsStatus.ANSWERED if found else DnsStatus.NO_DATA
    return DnsReply(kind=kind, status=status, addresses=tuple(found), raw=f"{kind} {' '.join(map(str, found))}")


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry knows more than the table of routes of those alone whose own contact does not work."""

    world: World

    def get(self, url: str, servers: frozenset[str]) -> str:
        assert server_of(url) in servers
        question, _, asked = url.removeprefix(REGISTRY).partition("/")
        number = int(asked.split(".")[1]) if question == "ip" and ":" not in asked else 0
        if not any(one.number == number and one.bounces for one in self.world.home):
            raise SourceFault("not_found", "the registry answered 404")
        above = entity("abuse", name="Doorvoer BV", email=UPSTREAM.email, country="NL")
        return json.dumps(network(f"45.{number}.0.0", f"45.{number}.255.255", above, country="NL"))


def import_tables(hosting: HostingService, world: World, folder: Path) -> None:
    """Let the hosting know the routes of the world, and the registry."""
    rows = ["# prefix\tAS\torganisation\tcountry\tabuse contact"]
    for one in (*world.home, UPSTREAM, *world.foreign):
        tail = f"AS{one.asn}\t{one.name} BV\t{one.country}\t{one.email}"
        rows += [f"{one.prefix}\t{tail}", f"2d00:{one.number:x}::/32\t{tail}"]
    dated = date(2025, 12, 31)
    for name, text in (
        ("prefixes.tsv", "\n".join(rows) + "\n"),
        ("dns.json", bootstrap([[["zz"], [REGISTRY]]], "2025-12-31T00:00:00Z")),
        ("ipv4.json", bootstrap([[["45.0.0.0/8"], [REGISTRY]]], "2025-12-31T00:00:00Z")),
        ("ipv6.json", bootstrap([[["2d00::/8"], [REGISTRY]]], "2025-12-31T00:00:00Z")),
    ):
        path = folder / name
        path.write_text(text)
        hosting.import_snapshot(SnapshotImport(path=str(path), dated=dated, by="simulation", now=world.span[0]))
