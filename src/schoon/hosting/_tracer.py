"""Traces one address: rules, names, addresses, registries; and puts what they say together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from schoon.hosting._asking import Notes, Questions, Registries, Routes, Tables, findings_of, question_of
from schoon.hosting._findings import Findings, Found, domain_contacts, rule_contact
from schoon.hosting._outcome import Resolved, resolved_by
from schoon.hosting._special import special_name_reason
from schoon.hosting.ports import HostingPorts, SourceFault
from schoon.hosting.rules import in_order, residence_of, rule_of, rules_for
from schoon.hosting.types import (
    Contact,
    DomainName,
    HostingChain,
    KeptRule,
    Outcome,
    RejectedContact,
    RuleKind,
    Scope,
    Source,
    TraceId,
)
from schoon.reports import Address, TargetUrl, address_of

_PARTIES = {
    RuleKind.FORCE_HOSTER: Scope.HOSTER,
    RuleKind.CDN_ORIGIN: Scope.HOSTER,
    RuleKind.NOTIFY_OWNER: Scope.SITE_OWNER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What is known before the registries are asked."""

    target: TargetUrl
    domain: DomainName | None
    resolved: Resolved
    rules: Sequence[KeptRule]
    tables: Tables
    notes: Notes


class Tracer:
    """Asks every source about an address."""

    def __init__(self, ports: HostingPorts, *, home_country: str, new_id: Callable[[], str]) -> None:
        """Take the ports, the country in which hosting is ours, and who names traces."""
        self._ports = ports
        self._new_id = new_id
        self._home = home_country
        self._routes = Routes(ports.transactions, ports.snapshots)
        self._registries = Registries(ports.transactions, ports.cache, ports.registry)

    def trace(
        self, targets: Sequence[TargetUrl], *, by: str, now: datetime, fresh: bool
    ) -> Iterator[tuple[HostingChain, Notes]]:
        """The chains, not kept yet, and the notes with the registries' answers that came new."""
        ports, hosts = self._ports, {target.host for target in targets}
        tables = Tables.load(ports.transactions, ports.snapshots, ports.rules, hosts)
        if not fresh:
            cut = [ports.suffixes.cut(host).registrable for host in hosts if address_of(host) is None]
            self._registries.recall(tables, {question_of(one) for one in cut if one}, now)
        for target in targets:
            yield self._trace(target, tables, by=by, now=now, fresh=fresh)

    def _trace(
        self, target: TargetUrl, tables: Tables, *, by: str, now: datetime, fresh: bool
    ) -> tuple[HostingChain, Notes]:
        notes = Notes(now=now)
        rules = rules_for(tables.rules, target.host, notes.now)
        domain = None if target.address else self._cut(target.host, notes)
        resolved = self._resolved(target, notes)
        task = _Task(target=target, domain=domain, resolved=resolved, rules=rules, tables=tables, notes=notes)
        findings, contacts = self._found(task, fresh=fresh)
        chain = HostingChain(
            trace_id=TraceId(self._new_id()),
            target=target,
            asked_by=by,
            traced_at=notes.now,
            outcome=resolved.outcome,
            outcome_reason=resolved.reason,
            residence=residence_of(findings, rules, home=self._home),
            domain=domain,
            aliases=resolved.aliases,
            addresses=tuple(one.traced() for one in findings),
            contacts=in_order([one for one in contacts if isinstance(one, Contact)]),
            rejected=tuple(dict.fromkeys(one for one in contacts if isinstance(one, RejectedContact))),
            failures=tuple(notes.failures),
            rules=rules,
            evidence=tuple(notes.evidence),
        )
        return chain, notes

    def _found(self, task: "_Task", *, fresh: bool) -> tuple[list[Findings], list[Found]]:
        rules, notes, resolved = task.rules, task.notes, task.resolved
        contacts: list[Found] = _by_rules(rules, notes)
        hides = resolved.outcome is Outcome.UNTRACEABLE
        if hides or (resolved.outcome is Outcome.SPECIAL and not resolved.addresses):
            return [], contacts
        questions = self._registries.begin(task.tables, notes, fresh=fresh)
        cdn = rule_of(rules, RuleKind.CDN_ORIGIN)
        origins = self._origins(cdn, task.target.host, notes) if cdn else []
        addresses = [(one, False) for one in resolved.addresses if one not in origins]
        addresses += [(one, True) for one in origins]
        find_routes = partial(self._routes.find, task.tables.prefixes, notes=notes)
        findings = findings_of(addresses, find_routes, questions, internet=self._ports.internet, cdn=cdn is not None)
        contacts += [contact for one in findings for contact in one.contacts()]
        contacts += _of_domain(task.domain, questions, rules)
        return findings, contacts

    def _cut(self, host: str, notes: Notes) -> DomainName:
        domain = self._ports.suffixes.cut(host)
        raw = f"{host}: suffix {domain.suffix}, registrable {domain.registrable}, site {domain.site}"
        notes.keep(Source.SUFFIXES, host, raw, dated=domain.list_dated)
        return domain

    def _resolved(self, target: TargetUrl, notes: Notes) -> Resolved:
        if target.address:
            why = self._ports.internet.special_reason(target.address)
            outcome, reason = Outcome.TRACED, "the address names a machine itself"
            if why:
                outcome, reason = Outcome.SPECIAL, f"nothing on the internet is hosted at {target.address}: {why}"
            return Resolved(outcome=outcome, reason=reason, addresses=(target.address,))
        if target.host.endswith(".onion"):  # such a name must never be asked of the DNS (RFC 7686)
            reason = "a .onion name hides where it is hosted, by design; no source can be asked"
            return Resolved(outcome=Outcome.UNTRACEABLE, reason=reason)
        why = special_name_reason(target.host)
        if why:
            return Resolved(outcome=Outcome.SPECIAL, reason=f"the name is not one of the public DNS: {why}")
        return resolved_by(self._ports.resolver.look_up(target.host), target.host, notes, self._ports.internet)

    def _origins(self, cdn: KeptRule, host: str, notes: Notes) -> list[Address]:
        if cdn.rule.origins:
            return [address for one in cdn.rule.origins if (address := address_of(one))]
        if self._ports.origins is None:
            notes.fail(Source.ORIGIN, host, "not_configured", "no CDN has given a door to ask what lies behind it")
            return []
        try:
            found = list(self._ports.origins.origins(host))
        except SourceFault as fault:
            notes.fail(Source.ORIGIN, host, fault.kind, fault.reason)
            return []
        notes.keep(Source.ORIGIN, host, " ".join(str(one) for one in found))
        return found


def _of_domain(domain: DomainName | None, questions: Questions, rules: Sequence[KeptRule]) -> list[Found]:
    if domain is None or domain.registrable is None:
        return []
    found = questions.domain(domain.registrable)
    if found is None:
        return []
    with_owner = rule_of(rules, RuleKind.NOTIFY_OWNER) is not None
    return domain_contacts(domain.registrable, *found, with_owner=with_owner)


def _by_rules(rules: Sequence[KeptRule], notes: Notes) -> list[Found]:
    found: list[Found] = []
    for one in rules:
        raw = f"rule {one.rule_id}, {one.rule.kind} for {one.rule.domain} since {one.rule.valid_from:%Y-%m-%d}: "
        evidence = notes.keep(Source.RULE, one.rule.domain, raw + one.rule.reason, dated=one.rule.valid_from.date())
        if one.rule.kind in _PARTIES and (one.rule.email or one.rule.organisation):
            found.append(rule_contact(one, _PARTIES[one.rule.kind], evidence))
    return found
