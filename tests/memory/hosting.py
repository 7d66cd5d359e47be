"""Snapshots, domain rules, answers and traces in memory."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from ipaddress import ip_network

from schoon.hosting import (
    CachedAnswer,
    DomainRule,
    DomainRuleId,
    HostingChain,
    KeptRule,
    Route,
    Snapshot,
    SnapshotId,
    SnapshotKind,
    Source,
)
from schoon.kinds import Transaction
from schoon.reports import Address


class MemorySnapshots:
    def __init__(self) -> None:
        self._all: dict[SnapshotId, tuple[Snapshot, bool, str]] = {}
        self._routes: dict[SnapshotId, dict[str, Route]] = {}

    def begin(self, tx: Transaction, snapshot: Snapshot) -> Snapshot:
        new = replace(snapshot, snapshot_id=SnapshotId(max(self._all, default=0) + 1))
        self._all[new.snapshot_id] = (new, False, "")
        self._routes[new.snapshot_id] = {}
        return new

    def same(self, tx: Transaction, *, kind: SnapshotKind, dated: date, sha256: str) -> Snapshot | None:
        wanted = (kind, dated, sha256)
        return next((one for one in self.all(tx) if (one.kind, one.dated, one.sha256) == wanted), None)

    def add_routes(self, tx: Transaction, snapshot_id: SnapshotId, new: Sequence[Route]) -> None:
        self._routes[snapshot_id] |= {one.prefix: one for one in new}

    def complete(self, tx: Transaction, snapshot: Snapshot, *, content: str = "") -> bool:
        if self.same(tx, kind=snapshot.kind, dated=snapshot.dated, sha256=snapshot.sha256):
            return False
        self._all[snapshot.snapshot_id] = (snapshot, True, content)
        return True

    def abandoned(self, tx: Transaction, *, before: datetime) -> list[SnapshotId]:
        return [one.snapshot_id for one, complete, _ in self._all.values() if not complete and one.imported_at < before]

    def discard_some(self, tx: Transaction, snapshot_id: SnapshotId, *, limit: int) -> bool:
        if snapshot_id not in self._all or self._all[snapshot_id][1]:
            return True
        some = list(self._routes[snapshot_id])[:limit]
        for prefix in some:
            del self._routes[snapshot_id][prefix]
        if some:
            return False
        del self._all[snapshot_id], self._routes[snapshot_id]
        return True

    def newest(self, tx: Transaction, kind: SnapshotKind) -> tuple[Snapshot, str] | None:
        found = [one for one in self.all(tx) if one.kind is kind]
        return (found[0], self._all[found[0].snapshot_id][2]) if found else None

    def all(self, tx: Transaction) -> list[Snapshot]:
        complete = [one for one, is_complete, _ in self._all.values() if is_complete]
        complete.sort(key=lambda one: (one.dated, one.snapshot_id), reverse=True)
        return sorted(complete, key=lambda one: one.kind)

    def route_for(self, tx: Transaction, snapshot_id: SnapshotId, address: Address) -> Route | None:
        holding = [one for one in self._routes[snapshot_id].values() if address in ip_network(one.prefix)]
        return max(holding, key=lambda one: ip_network(one.prefix).prefixlen, default=None)


class MemoryDomainRules:
    def __init__(self) -> None:
        self._rules: dict[DomainRuleId, KeptRule] = {}

    def take_turn(self, tx: Transaction) -> None:
        """Whoever writes in memory is alone."""

    def add(self, tx: Transaction, rule: DomainRule, *, by: str, at: datetime) -> KeptRule:
        new = KeptRule(rule_id=DomainRuleId(len(self._rules) + 1), rule=rule, added_by=by, added_at=at)
        self._rules[new.rule_id] = new
        return new

    def all(self, tx: Transaction, *, domains: Iterable[str] | None = None) -> list[KeptRule]:
        wanted = None if domains is None else set(domains)
        return [one for one in self._rules.values() if wanted is None or one.rule.domain in wanted]

    def end(self, tx: Transaction, rule_id: DomainRuleId, *, by: str, at: datetime) -> bool:
        kept = self._rules.get(rule_id)
        if kept is None:
            return False
        begin, end = kept.rule.valid_from, kept.rule.valid_until
        if end is not None and (end <= at or end <= begin):
            return False
        self._rules[rule_id] = replace(kept, rule=replace(kept.rule, valid_until=max(begin, at)), ended_by=by)
        return True


class MemoryAnswers:
    def __init__(self) -> None:
        self._answers: dict[tuple[Source, str], CachedAnswer] = {}
        self._withdrawn: set[tuple[Source, str]] = set()

    def get(self, tx: Transaction, source: Source, asked: Collection[str], *, now: datetime) -> dict[str, CachedAnswer]:
        kept = [self._answers[source, one] for one in asked if (source, one) in self._answers.keys() - self._withdrawn]
        return {one.asked: one for one in kept if one.obtained_at <= now < one.expires_at}

    def put(self, tx: Transaction, answers: Collection[CachedAnswer]) -> None:
        for answer in answers:
            self._answers[answer.source, answer.asked] = answer
            self._withdrawn.discard((answer.source, answer.asked))

    def withdraw(self, tx: Transaction, source: Source, asked: str | None = None) -> int:
        hit = {key for key in self._answers if key[0] is source and asked in {None, key[1]}} - self._withdrawn
        self._withdrawn |= hit
        return len(hit)

    def clean(self, tx: Transaction, *, now: datetime) -> int:
        old = {key for key, answer in self._answers.items() if answer.expires_at <= now or key in self._withdrawn}
        for key in old:
            del self._answers[key]
        self._withdrawn -= old
        return len(old)


class MemoryTraces:
    def __init__(self) -> None:
        self._chains: list[HostingChain] = []

    def add(self, tx: Transaction, chains: Sequence[HostingChain]) -> None:
        self._chains += chains

    def of_url(self, tx: Transaction, url: str, *, until: datetime, limit: int) -> list[HostingChain]:
        found = [one for one in reversed(self._chains) if one.target.text == url and one.traced_at <= until]
        return sorted(found, key=lambda one: one.traced_at, reverse=True)[:limit]
