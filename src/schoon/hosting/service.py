"""Says who can take an address down, and keeps what was found."""

import logging
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from schoon.hosting._asking import Notes
from schoon.hosting._import import SnapshotImporter
from schoon.hosting._snapshot_types import Snapshot, SnapshotImport, SnapshotReport
from schoon.hosting._tracer import Tracer
from schoon.hosting.errors import (
    DomainRuleError,
    DomainRuleOverlapError,
    NoSuchDomainRuleError,
    NoSuchTraceError,
)
from schoon.hosting.ports import HostingPorts
from schoon.hosting.rules import covers, domains_above, overlap
from schoon.hosting.types import DomainRule, DomainRuleId, HostingChain, KeptRule, RuleKind, Source
from schoon.journal import Event
from schoon.kinds import Transaction, require_utc
from schoon.reports import TargetUrl, TargetUrlError, address_of, canonical_host

_log = logging.getLogger(__name__)
_MAX_KEPT_SHOWN = 100
_NAME_BYTES = 8


def _random_name() -> str:
    return secrets.token_hex(_NAME_BYTES)


class HostingService:
    """Traces addresses; keeps the snapshots and rules that traces go by."""

    def __init__(self, ports: HostingPorts, *, home_country: str, new_id: Callable[[], str] = _random_name) -> None:
        """Take the ports.

        Args:
            ports: See there.
            home_country: Two letters; hosting there is ours.
            new_id: Makes random names of traces, unless something must be repeatable.
        """
        self._ports = ports
        self._tracer = Tracer(ports, home_country=home_country, new_id=new_id)
        self._importer = SnapshotImporter(ports)

    def trace(self, url: str, *, by: str, now: datetime, fresh: bool = False) -> HostingChain:
        """Who can take the address down, asked now, and kept.

        Args:
            url: As it was reported.
            by: Who asks.
            now: The present instant.
            fresh: Ask registries anew, whatever they answered before; those earlier answers are not used again.

        Raises:
            TargetUrlError: It is not an address that can be traced.
        """
        return self.trace_many([TargetUrl.parse(url)], by=by, now=now, fresh=fresh)[0]

    def trace_many(
        self, targets: Sequence[TargetUrl], *, by: str, now: datetime, fresh: bool = False
    ) -> list[HostingChain]:
        """The same for many addresses, in order. Tables are read once, and no registry is asked a thing twice."""
        traced = list(self._tracer.trace(targets, by=by, now=require_utc(now), fresh=fresh))
        with self._ports.transactions.write() as tx:
            self._keep_answers(tx, [notes for _, notes in traced], now)
            self._ports.traces.add(tx, [chain for chain, _ in traced])
            self._ports.journal.append_all(tx, [_trace_event(chain) for chain, _ in traced])
        for chain, _ in traced:
            faults = [f"{one.source}:{one.kind}" for one in chain.failures]
            fields = {"event": "hosting.trace", "trace_id": chain.trace_id, "outcome": chain.outcome.value}
            _log.info("address traced", extra=fields | {"addresses": len(chain.addresses), "faults": faults})
        return [chain for chain, _ in traced]

    def traces(self, url: str, *, until: datetime) -> list[HostingChain]:
        """The kept traces of an address up to and with an instant, the newest first; at most a hundred."""
        text = TargetUrl.parse(url).text
        with self._ports.transactions.read() as tx:
            return self._ports.traces.of_url(tx, text, until=require_utc(until), limit=_MAX_KEPT_SHOWN)

    def trace_at(self, url: str, moment: datetime) -> HostingChain:
        """What was known of an address at an instant: the last trace before it, or in it.

        Raises:
            NoSuchTraceError: None was made until then.
        """
        text = TargetUrl.parse(url).text
        with self._ports.transactions.read() as tx:
            found = self._ports.traces.of_url(tx, text, until=require_utc(moment), limit=1)
        if not found:
            raise NoSuchTraceError(f"no trace from {moment:%Y-%m-%d %H:%M} or before")
        return found[0]

    def import_snapshot(self, wanted: SnapshotImport) -> SnapshotReport:
        """What became of the file; see `SnapshotImporter.take`."""
        return self._importer.take(wanted)

    def snapshots(self) -> list[Snapshot]:
        """Every imported file, of each kind the newest first: that one counts."""
        with self._ports.transactions.read() as tx:
            return self._ports.snapshots.all(tx)

    def add_rule(self, rule: DomainRule, *, by: str, now: datetime) -> KeptRule:
        """The rule as it is kept, its domain in canonical form.

        Raises:
            DomainRuleError: Its domain is a public suffix, or no domain.
            DomainRuleOverlapError: One of that kind and domain holds in the same time.
        """
        rule = replace(rule, domain=self._rule_domain(rule.domain))
        if rule.valid_until == rule.valid_from:
            raise DomainRuleError("it would end as it begins, and never hold")
        with self._ports.transactions.write() as tx:
            self._ports.rules.take_turn(tx)
            for other in self._ports.rules.all(tx, domains=[rule.domain]):
                if overlap(rule, other.rule):
                    raise DomainRuleOverlapError(f"rule {other.rule_id} is {rule.kind} for {rule.domain} in that time")
            kept = self._ports.rules.add(tx, rule, by=by, at=require_utc(now))
            until = rule.valid_until.isoformat() if rule.valid_until else None
            detail = {"kind": rule.kind.value, "from": rule.valid_from.isoformat(), "until": until}
            self._record(tx, "hosting:rule:add", kept.rule_id, by=by, now=now, detail=detail)
        return kept

    def rules(self) -> list[KeptRule]:
        """Every rule, ended ones too, in the order they came."""
        with self._ports.transactions.read() as tx:
            return self._ports.rules.all(tx)

    def forbidden(self, hosts: Collection[str], *, now: datetime) -> frozenset[str]:
        """Those of the hosts, canonical, at which a rule says that nobody looks."""
        domains = {domain for host in hosts for domain in domains_above(host)}
        with self._ports.transactions.read() as tx:
            rules = self._ports.rules.all(tx, domains=domains)
        no_looking = [one for one in rules if one.rule.kind is RuleKind.DO_NOT_PROBE and one.rule.is_in_force(now)]
        return frozenset(host for host in hosts if any(covers(one.rule.domain, host) for one in no_looking))

    def end_rule(self, rule_id: DomainRuleId, *, reason: str, by: str, now: datetime) -> None:
        """Let a rule hold until now, or not at all when it would begin later.

        Raises:
            NoSuchDomainRuleError: There is none of that number that holds now or later.
            DomainRuleError: No reason was given.
        """
        if not reason.strip():
            raise DomainRuleError("no reason was given", next_step="say why the rule ends: --reason TEXT")
        with self._ports.transactions.write() as tx:
            self._ports.rules.take_turn(tx)
            if not self._ports.rules.end(tx, rule_id, by=by, at=require_utc(now)):
                raise NoSuchDomainRuleError(f"rule {rule_id} is not there, or ended before")
            self._record(tx, "hosting:rule:end", rule_id, by=by, now=now, detail={"reason": reason})

    def _keep_answers(self, tx: Transaction, notes: Sequence[Notes], now: datetime) -> None:
        for asked in {asked: None for one in notes for asked in one.spoiled}:
            self._ports.cache.withdraw(tx, Source.RDAP, asked)
        self._ports.cache.put(tx, {answer.asked: answer for one in notes for answer in one.answers}.values())
        self._ports.cache.clean(tx, now=require_utc(now))

    def _rule_domain(self, text: str) -> str:
        try:
            host = canonical_host(f"[{text}]" if ":" in text and not text.startswith("[") else text)
        except TargetUrlError as cause:
            raise DomainRuleError(cause.message) from cause
        if address_of(host) is None and self._ports.suffixes.cut(host).registrable is None:
            raise DomainRuleError(f"{host!r} is a public suffix: such a rule would hold for everybody's domains")
        return host

    def _record(
        self,
        tx: Transaction,
        action: str,
        rule_id: DomainRuleId,
        *,
        by: str,
        now: datetime,
        detail: dict[str, str | None],
    ) -> None:
        self._ports.journal.append(
            tx, Event(action=action, actor=by, subject=f"hosting_rule:{rule_id}", at=now, detail=detail)
        )


def _trace_event(chain: HostingChain) -> Event:
    detail = {
        "outcome": chain.outcome.value,
        "where": chain.residence.where.value,
        "addresses": len(chain.addresses),
        "contacts": len(chain.contacts),
        "failures": len(chain.failures),
    }
    subject = f"hosting_trace:{chain.trace_id}"
    return Event(action="hosting:url:trace", actor=chain.asked_by, subject=subject, at=chain.traced_at, detail=detail)
