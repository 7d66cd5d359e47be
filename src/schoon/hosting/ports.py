"""What this room needs from outside: the DNS, registries, the public suffix list, and tables."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from schoon.hosting._snapshot_types import Route, Snapshot, SnapshotId, SnapshotKind
from schoon.hosting._special import INTERNET, Internet
from schoon.hosting.types import (
    CachedAnswer,
    DomainName,
    DomainRule,
    DomainRuleId,
    HostingChain,
    KeptRule,
    Source,
)
from schoon.journal import Journal
from schoon.kinds import Transaction, Transactions
from schoon.reports import Address


class DnsStatus(StrEnum):
    """How one question to the DNS ended."""

    ANSWERED = "answered"
    NO_SUCH_NAME = "no_such_name"
    NO_DATA = "no_data"
    SERVFAIL = "servfail"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    MALFORMED = "malformed"
    UNREACHABLE = "unreachable"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsReply:
    """The answer to one question.

    Attributes:
        kind: "A" or "AAAA".
        aliases: The names that it went through (CNAME), in order.
        raw: The answer as text, for evidence.
    """

    kind: str
    status: DnsStatus
    addresses: tuple[Address, ...] = ()
    aliases: tuple[str, ...] = ()
    raw: str = ""


class Resolver(Protocol):
    """The one configured resolver; no other server is ever asked."""

    def look_up(self, name: str) -> tuple[DnsReply, DnsReply]:
        """The answers for A and for AAAA; one that fails does not stop the other. Never raises for the network."""
        ...


class SourceFault(Exception):  # noqa: N818 - no error of an operation: it becomes a SourceFailure beside the results
    """A source gave no answer.

    Attributes:
        kind: One word, as in `SourceFailure`.
        reason: In words, without the address that was asked.
    """

    def __init__(self, kind: str, reason: str) -> None:
        """Keep both."""
        self.kind = kind
        self.reason = reason
        super().__init__(f"{kind}: {reason}")


class RegistryDoor(Protocol):
    """Fetches RDAP answers."""

    def get(self, url: str, servers: frozenset[str]) -> str:
        """The text of an answer.

        Args:
            url: At one of the servers.
            servers: Scheme, host and port of those that may be asked, here and after a redirect; no other ever is.

        Raises:
            SourceFault: There is no answer; `not_found` when the registry has none.
        """
        ...


class Suffixes(Protocol):
    """The public suffix list."""

    def cut(self, host: str) -> DomainName:
        """The parts of a canonical name."""
        ...


class OriginLookup(Protocol):
    """Asks a CDN what lies behind it; approved parties have such a door."""

    def origins(self, host: str) -> Sequence[Address]:
        """The addresses behind the CDN; empty when it knows of none.

        Raises:
            SourceFault: It does not say.
        """
        ...


class SnapshotBook(Protocol):
    """Imported files. Of each kind the newest complete one counts."""

    def begin(self, tx: Transaction, snapshot: Snapshot) -> Snapshot:
        """The snapshot with its number, incomplete: it counts for nothing yet."""
        ...

    def same(self, tx: Transaction, *, kind: SnapshotKind, dated: date, sha256: str) -> Snapshot | None:
        """The complete one of that content and date."""
        ...

    def add_routes(self, tx: Transaction, snapshot_id: SnapshotId, routes: Sequence[Route]) -> None:
        """Add rows to an incomplete snapshot."""
        ...

    def complete(self, tx: Transaction, snapshot: Snapshot, *, content: str = "") -> bool:
        """Let it count from now on; False when the same content and date was completed meanwhile.

        Args:
            tx: The transaction.
            snapshot: With its final counts.
            content: The whole text, of an RDAP file.
        """
        ...

    def abandoned(self, tx: Transaction, *, before: datetime) -> list[SnapshotId]:
        """Incomplete ones that were begun before an instant: their imports were cut off."""
        ...

    def discard_some(self, tx: Transaction, snapshot_id: SnapshotId, *, limit: int) -> bool:
        """Remove up to `limit` rows of an incomplete snapshot, and itself with the last; whether it is gone."""
        ...

    def newest(self, tx: Transaction, kind: SnapshotKind) -> tuple[Snapshot, str] | None:
        """The one that counts, with the text of an RDAP file."""
        ...

    def all(self, tx: Transaction) -> list[Snapshot]:
        """Every complete one, the newest first within its kind."""
        ...

    def route_for(self, tx: Transaction, snapshot_id: SnapshotId, address: Address) -> Route | None:
        """The row with the longest prefix that holds the address."""
        ...


class DomainRuleBook(Protocol):
    """Domain rules; they are ended, never removed."""

    def take_turn(self, tx: Transaction) -> None:
        """Wait until nobody else changes rules, until the transaction ends."""
        ...

    def add(self, tx: Transaction, rule: DomainRule, *, by: str, at: datetime) -> KeptRule:
        """The rule as it is kept."""
        ...

    def all(self, tx: Transaction, *, domains: Iterable[str] | None = None) -> list[KeptRule]:
        """Every rule, or those of the domains given, in the order they came."""
        ...

    def end(self, tx: Transaction, rule_id: DomainRuleId, *, by: str, at: datetime) -> bool:
        """Let it hold until `at`; False when there is no such rule that would hold later than that."""
        ...


class AnswerCache(Protocol):
    """Answers that may be used again. What is expired or withdrawn is never given."""

    def get(self, tx: Transaction, source: Source, asked: Collection[str], *, now: datetime) -> dict[str, CachedAnswer]:
        """The answers to these questions that are good at `now`: one holds up to and without its expiry."""
        ...

    def put(self, tx: Transaction, answers: Collection[CachedAnswer]) -> None:
        """Keep answers, each in the place of an earlier one to its question."""
        ...

    def withdraw(self, tx: Transaction, source: Source, asked: str | None = None) -> int:
        """Withdraw the answer to one question, or all of a source; how many there were."""
        ...

    def clean(self, tx: Transaction, *, now: datetime) -> int:
        """Remove what is expired or withdrawn, and nothing else; how many there were."""
        ...


class TraceBook(Protocol):
    """Kept traces; they are never changed."""

    def add(self, tx: Transaction, chains: Sequence[HostingChain]) -> None:
        """Keep some."""
        ...

    def of_url(self, tx: Transaction, url: str, *, until: datetime, limit: int) -> list[HostingChain]:
        """Those of an address up to and with an instant, the newest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HostingPorts:
    """Everything that this room needs from outside.

    Attributes:
        origins: None while no CDN has given us a door; rules may still name what lies behind one.
        internet: What counts as the internet.
    """

    transactions: Transactions
    snapshots: SnapshotBook
    rules: DomainRuleBook
    cache: AnswerCache
    traces: TraceBook
    journal: Journal
    resolver: Resolver
    registry: RegistryDoor
    suffixes: Suffixes
    origins: OriginLookup | None = None
    internet: Internet = INTERNET
