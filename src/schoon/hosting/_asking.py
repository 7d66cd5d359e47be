"""Asks the sources, one after the other: what one of them cannot say stands beside what the others said."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from ipaddress import ip_address

from schoon.hosting._bootstrap import Bootstrap, read_bootstrap
from schoon.hosting._findings import Findings
from schoon.hosting._rdap import MalformedAnswerError, Registration, read_registration
from schoon.hosting._snapshot_types import Route, Snapshot, SnapshotId, SnapshotKind
from schoon.hosting._special import Internet
from schoon.hosting.ports import AnswerCache, DomainRuleBook, RegistryDoor, SnapshotBook, SourceFault
from schoon.hosting.rules import domains_above
from schoon.hosting.types import (
    ANSWER_TERM,
    MAX_RAW,
    NOT_FOUND_TERM,
    CachedAnswer,
    Evidence,
    KeptRule,
    Source,
    SourceFailure,
)
from schoon.kinds import Transactions
from schoon.reports import Address

MAX_QUESTIONS = 32
"""Questions to registries in one trace; they limit how many they take."""

_NOT_FOUND = "not_found"
_ROUTES_REMEMBERED = 16_384


@dataclass(slots=True)
class Notes:
    """What a trace gathers on its way.

    Attributes:
        answers: Good answers of registries that came new, to be kept.
        spoiled: Questions that were asked anew and got no answer: what is kept of them is withdrawn.
    """

    now: datetime
    evidence: list[Evidence] = field(default_factory=list)
    failures: list[SourceFailure] = field(default_factory=list)
    answers: list[CachedAnswer] = field(default_factory=list)
    spoiled: list[str] = field(default_factory=list)

    def keep(
        self, source: Source, asked: str, raw: str, *, obtained_at: datetime | None = None, dated: date | None = None
    ) -> Evidence:
        """The answer as evidence, its raw text cut to a bounded size.

        Args:
            source: Who answered.
            asked: What was asked.
            raw: The answer.
            obtained_at: When, for an answer that was kept; now otherwise.
            dated: Of the snapshot that it comes from.
        """
        self.evidence.append(
            Evidence(
                number=len(self.evidence) + 1,
                source=source,
                asked=asked,
                obtained_at=obtained_at or self.now,
                raw=raw[:MAX_RAW],
                size=len(raw),
                sha256=hashlib.sha256(raw.encode(errors="surrogatepass")).hexdigest(),
                dated=dated,
                from_cache=obtained_at is not None,
            )
        )
        return self.evidence[-1]

    def fail(self, source: Source, asked: str, kind: str, reason: str) -> None:
        """Keep a failure."""
        self.failures.append(SourceFailure(source=source, asked=asked, kind=kind, reason=reason))


@dataclass(frozen=True, slots=True)
class Tables:
    """What the traces of one call go by alike, read once.

    Attributes:
        rules: Of every host and what lies above it.
        prefixes: The newest table of prefixes; None when none was imported.
        files: IANA's files of servers that were imported.
        servers: That may be asked.
        kept: Registries' answers from before, by question; None where there is none that may be used again.
        heard: Their answers in this call: nothing is asked twice.
        read: What those say that were used.
    """

    rules: Sequence[KeptRule]
    prefixes: Snapshot | None
    files: Mapping[SnapshotKind, Bootstrap]
    servers: frozenset[str]
    kept: dict[str, CachedAnswer | None] = field(default_factory=dict)
    heard: dict[str, CachedAnswer] = field(default_factory=dict)
    read: dict[str, Registration] = field(default_factory=dict)

    @classmethod
    def load(
        cls, transactions: Transactions, book: SnapshotBook, rules: DomainRuleBook, hosts: Collection[str]
    ) -> "Tables":
        """The tables as they are now."""
        files: dict[SnapshotKind, Bootstrap] = {}
        with transactions.read() as tx:
            kept = rules.all(tx, domains={domain for host in hosts for domain in domains_above(host)})
            prefixes = book.newest(tx, SnapshotKind.PREFIXES)
            for kind in (SnapshotKind.RDAP_DNS, SnapshotKind.RDAP_IPV4, SnapshotKind.RDAP_IPV6):
                newest = book.newest(tx, kind)
                if newest is not None:
                    files[kind] = read_bootstrap(newest[1])
        servers = frozenset[str]().union(*(one.servers for one in files.values()))
        return cls(kept, None if prefixes is None else prefixes[0], files, servers)


class Routes:
    """The newest table of prefixes. What it says of an address never changes, and is remembered."""

    def __init__(self, transactions: Transactions, book: SnapshotBook) -> None:
        """Take the table's place."""
        self._transactions = transactions
        self._book = book
        self._routes = lru_cache(maxsize=_ROUTES_REMEMBERED)(self._route)

    def find(
        self, snapshot: Snapshot | None, addresses: Sequence[Address], notes: Notes
    ) -> dict[Address, tuple[Route, Evidence]]:
        """The route of each address that has one."""
        found: dict[Address, tuple[Route, Evidence]] = {}
        if snapshot is None:
            notes.fail(Source.SNAPSHOT, "prefixes", "not_configured", "no table of prefixes was imported")
            return found
        evidence: dict[str, Evidence] = {}
        for address in addresses:
            route = self._routes(snapshot.snapshot_id, address)
            if route is None:
                reason = f"no prefix of the snapshot of {snapshot.dated} holds it"
                notes.fail(Source.SNAPSHOT, str(address), _NOT_FOUND, reason)
                continue
            if route.prefix not in evidence:
                raw = "\t".join([route.prefix, str(route.asn or ""), route.organisation, route.country, route.abuse])
                evidence[route.prefix] = notes.keep(Source.SNAPSHOT, route.prefix, raw, dated=snapshot.dated)
            found[address] = route, evidence[route.prefix]
        return found

    def _route(self, snapshot_id: SnapshotId, address: Address) -> Route | None:
        with self._transactions.read() as tx:
            return self._book.route_for(tx, snapshot_id, address)


class Registries:
    """RDAP, of which answers are kept for a while."""

    def __init__(self, transactions: Transactions, cache: AnswerCache, door: RegistryDoor) -> None:
        """Take the ports."""
        self._transactions = transactions
        self._cache = cache
        self._door = door

    def begin(self, tables: Tables, notes: Notes, *, fresh: bool) -> "Questions":
        """The questions of one trace."""
        return Questions(self, tables, notes, fresh=fresh)

    def recall(self, tables: Tables, asked: Collection[str], now: datetime) -> None:
        """Look up at once which of these questions were answered before."""
        unknown = [one for one in asked if one not in tables.kept]
        if unknown:
            with self._transactions.read() as tx:
                found = self._cache.get(tx, Source.RDAP, unknown, now=now)
            tables.kept.update({one: found.get(one) for one in unknown})

    def fetch(self, url: str, servers: frozenset[str]) -> str:
        """The answer of a registry."""
        return self._door.get(url, servers)


def question_of(subject: str | Address) -> str:
    """How a registry is asked about a registrable domain, or about an address."""
    return f"domain/{subject}" if isinstance(subject, str) else f"ip/{subject}"


class Questions:
    """What one trace asks of registries."""

    def __init__(self, registries: Registries, tables: Tables, notes: Notes, *, fresh: bool) -> None:
        """Take the files of servers.

        Args:
            registries: Who asks.
            tables: With IANA's files, and what was heard in the same call.
            notes: Where answers and failures go.
            fresh: Whether kept answers are passed over.
        """
        self._registries = registries
        self._tables, self._files = tables, tables.files
        self._notes = notes
        self._fresh = fresh
        self._asked = 0

    def recall(self, addresses: Collection[Address]) -> None:
        """Look up at once what was said of these before."""
        if not self._fresh:
            asked = [question_of(one) for one in addresses]
            self._registries.recall(self._tables, asked, self._notes.now)

    def domain(self, name: str) -> tuple[Registration, Evidence] | None:
        """The registration of a registrable domain."""
        file = self._files.get(SnapshotKind.RDAP_DNS)
        return self._ask(question_of(name), file.for_domain(name) if file else (), "domain", known=file is not None)

    def network(self, address: Address) -> tuple[Registration, Evidence] | None:
        """The registration of the smallest range that holds an address.

        Each address is asked for by itself: a range that was told for one may hold a smaller one of somebody else,
        in which the next address lies.
        """
        kind = SnapshotKind.RDAP_IPV4 if address.version == 4 else SnapshotKind.RDAP_IPV6
        file = self._files.get(kind)
        urls = file.for_address(address) if file else ()
        asked = question_of(address)
        found = self._ask(asked, urls, "ip network", known=file is not None)
        if found is not None and not _holds(found[0], address):
            self._notes.fail(Source.RDAP, asked, "malformed", "the answer is about another range")
            return None
        return found

    def _ask(
        self, asked: str, urls: Sequence[str], object_class: str, *, known: bool
    ) -> tuple[Registration, Evidence] | None:
        try:
            answer = self._answer(asked, urls, known=known)
            registration = self._tables.read.get(asked) or read_registration(answer.text, object_class)
        except SourceFault as fault:
            self._notes.fail(Source.RDAP, asked, fault.kind, fault.reason)
            return None
        except MalformedAnswerError as fault:
            self._notes.fail(Source.RDAP, asked, "malformed", str(fault))
            self._notes.spoiled.append(asked)
            return None
        kept_since = None if answer.obtained_at == self._notes.now else answer.obtained_at
        if kept_since is None:
            self._notes.answers.append(answer)
            self._tables.heard[asked] = answer
        self._tables.read[asked] = registration
        return registration, self._notes.keep(Source.RDAP, asked, answer.text, obtained_at=kept_since)

    def _answer(self, asked: str, urls: Sequence[str], *, known: bool) -> CachedAnswer:
        now = self._notes.now
        kept = self._kept(asked)
        if kept is not None and not kept.found:
            raise SourceFault(_NOT_FOUND, f"the registry had no such object at {kept.obtained_at:%Y-%m-%d %H:%M} UTC")
        if kept is not None:
            return kept
        if not urls:
            kind, reason = ("no_server", "IANA's file names no server for it")
            if not known:
                kind, reason = ("not_configured", "IANA's file of RDAP servers was not imported")
            raise SourceFault(kind, reason)
        self._asked += 1
        if self._asked > MAX_QUESTIONS:
            raise SourceFault("too_many", f"more than {MAX_QUESTIONS} questions to registries in one trace")
        draft = CachedAnswer(
            source=Source.RDAP, asked=asked, text="", found=True, obtained_at=now, expires_at=now + ANSWER_TERM
        )
        try:
            return replace(draft, text=self._first_answer(asked, urls))
        except SourceFault as fault:
            if fault.kind == _NOT_FOUND:
                self._tables.heard[asked] = replace(draft, found=False, expires_at=now + NOT_FOUND_TERM)
                self._notes.answers.append(self._tables.heard[asked])
            else:
                self._notes.spoiled.append(asked)
            raise

    def _kept(self, asked: str) -> CachedAnswer | None:
        if asked in self._tables.heard or self._fresh:
            return self._tables.heard.get(asked)
        self._registries.recall(self._tables, [asked], self._notes.now)
        return self._tables.kept[asked]

    def _first_answer(self, asked: str, urls: Sequence[str]) -> str:
        """The answer of the first server that gives one; https servers come first."""
        problem = SourceFault("no_server", "IANA's file names no server for it")
        for base in urls:
            try:
                return self._registries.fetch(f"{base.rstrip('/')}/{asked}", self._tables.servers)
            except SourceFault as fault:
                problem = fault
                if fault.kind == _NOT_FOUND:
                    break
        raise problem


def _holds(registration: Registration, address: Address) -> bool:
    try:
        first, last = (ip_address(text.split("/")[0]) for text in (registration.first, registration.last))
    except ValueError:
        return False
    return first.version == last.version == address.version and int(first) <= int(address) <= int(last)


def findings_of(
    addresses: Sequence[tuple[Address, bool]],
    find_routes: Callable[[Sequence[Address]], dict[Address, tuple[Route, Evidence]]],
    questions: Questions,
    *,
    internet: Internet,
    cdn: bool,
) -> list[Findings]:
    """What the sources say about each address.

    Args:
        addresses: Each with whether it lies behind a CDN.
        find_routes: Looks addresses up in the table of prefixes.
        questions: To the registries.
        internet: What counts as the internet.
        cdn: Whether the other addresses are a CDN's.
    """
    special = {address: internet.special_reason(address) for address, _ in addresses}
    public = [address for address, why in special.items() if not why]
    found = find_routes(public)
    questions.recall(public)
    return [
        Findings(
            address=address,
            origin=origin,
            cdn=cdn and not origin,
            special=special[address],
            route=found.get(address),
            registration=None if special[address] else questions.network(address),
        )
        for address, origin in addresses
    ]
