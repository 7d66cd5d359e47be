"""The room `hosting` over each store, with sources that answer what a test puts into them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from schoon.hosting import (
    DomainRule,
    HostingChain,
    KeptRule,
    RuleKind,
    SnapshotImport,
    SnapshotReport,
    server_of,
)
from schoon.hosting.ports import DnsReply, DnsStatus, HostingPorts, SourceFault
from schoon.hosting.service import HostingService
from schoon.net import InstalledSuffixes
from schoon.reports import Address
from schoon.store import Database
from schoon.store.hosting import SqlAnswers, SqlDomainRules, SqlTraces
from schoon.store.journal import SqlJournal
from schoon.store.routes import SqlSnapshots
from tests.memory.hosting import MemoryAnswers, MemoryDomainRules, MemorySnapshots, MemoryTraces
from tests.memory.journal import MemoryJournal
from tests.memory.transactions import MemoryTransactions
from tests.rdap_server import bootstrap

T0 = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SUFFIXES = InstalledSuffixes()

ROUTES = """# prefix\tAS\torganisation\tcountry\tabuse contact
45.80.0.0/16\tAS64500\tStroom BV\tNL\tabuse@stroom.zz
45.80.1.0/24\t64501\tKlant BV\tNL\tabuse@klant.zz
45.81.0.0/16\tAS64502\tFern GmbH\tDE\tabuse@fern.zz
45.99.0.0/16\tAS64599\tSnelnet CDN\tUS\tabuse@snelnet.zz
2d00:1::/32\tAS64500\tStroom BV\tNL\tabuse@stroom.zz
"""


@dataclass
class Names:
    """A resolver that knows what it was told; a name that it was not told of does not exist."""

    known: dict[str, list[str]] = field(default_factory=dict)
    faults: dict[tuple[str, str], DnsStatus] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def look_up(self, name: str) -> tuple[DnsReply, DnsReply]:
        self.asked.append(name)
        return self._reply(name, "A", 4), self._reply(name, "AAAA", 6)

    def _reply(self, name: str, kind: str, version: int) -> DnsReply:
        if (name, kind) in self.faults:
            return DnsReply(kind=kind, status=self.faults[name, kind])
        if name not in self.known:
            return DnsReply(kind=kind, status=DnsStatus.NO_SUCH_NAME, raw="NXDOMAIN")
        found = tuple(one for text in self.known[name] if (one := ip_address(text)).version == version)
        status = DnsStatus.ANSWERED if found else DnsStatus.NO_DATA
        return DnsReply(kind=kind, status=status, addresses=found, raw=f"{name} {kind} {found}")


@dataclass
class Registry:
    """A registry that knows what it was told, by the last two parts of the path."""

    answers: dict[str, str | SourceFault] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, servers: frozenset[str]) -> str:
        assert server_of(url) in servers
        asked = "/".join(url.split("/")[-2:])
        self.asked.append(asked)
        found = self.answers.get(asked, SourceFault("not_found", "the registry answered 404"))
        if isinstance(found, SourceFault):
            raise found
        return found


@dataclass
class Origins:
    """A CDN's door."""

    found: Sequence[Address] = ()
    fault: SourceFault | None = None

    def origins(self, host: str) -> Sequence[Address]:
        if self.fault:
            raise self.fault
        return self.found


class World:
    """The room with its sources, and short ways to do the usual things."""

    def __init__(self, folder: Path, database: Database | None = None, *, home: str = "NL", **sources: Any) -> None:
        self.folder = folder
        self.names = Names()
        self.registry = Registry()
        memory = MemoryTransactions()
        twins: dict[str, Any] = {
            "snapshots": MemorySnapshots(),
            "rules": MemoryDomainRules(),
            "cache": MemoryAnswers(),
            "traces": MemoryTraces(),
            "journal": MemoryJournal(),
        }
        if database is None:
            for book in twins.values():
                memory.register(book)
        else:
            twins = {
                "snapshots": SqlSnapshots(),
                "rules": SqlDomainRules(),
                "cache": SqlAnswers(),
                "traces": SqlTraces(),
                "journal": SqlJournal(),
            }
        given: dict[str, Any] = {"resolver": self.names, "registry": self.registry, "suffixes": SUFFIXES}
        self.ports = HostingPorts(transactions=database or memory, **twins, **(given | sources))
        self.hosting = HostingService(self.ports, home_country=home)

    def take(self, text: str = ROUTES, *, name: str = "file", **more: Any) -> SnapshotReport:
        """Import a table of prefixes, or an RDAP file."""
        path = self.folder / name
        path.write_bytes(text.encode())
        options: dict[str, Any] = {"dated": (T0 - DAY).date(), "by": "desk", "now": T0} | more
        return self.hosting.import_snapshot(SnapshotImport(path=str(path), **options))

    def take_servers(self, base: str = "https://rdap.zz/") -> None:
        """Import IANA's three files, of which every row names one server."""
        self.take(bootstrap([[["zz", "yy", "uk"], [base]]]), name="dns.json")
        self.take(bootstrap([[["45.0.0.0/8"], [base]]]), name="ipv4.json")
        self.take(bootstrap([[["2d00::/8"], [base]]]), name="ipv6.json")

    def trace(self, url: str = "https://foto.zz/", *, now: datetime = T0, **more: Any) -> HostingChain:
        return self.hosting.trace(url, by="desk", now=now, **more)

    def rule(self, domain: str, kind: RuleKind, **more: Any) -> KeptRule:
        options: dict[str, Any] = {"valid_from": T0 - DAY, "reason": "because"} | more
        return self.hosting.add_rule(DomainRule(domain=domain, kind=kind, **options), by="desk", now=T0)

    def events(self) -> list[Any]:
        with self.ports.transactions.read() as tx:
            return [one.event for one in self.ports.journal.read(tx)]
