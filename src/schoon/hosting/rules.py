"""Which domain rules hold, where the hosting is, and in what order contacts come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from schoon.hosting._findings import Findings
from schoon.hosting.types import (
    Confidence,
    Contact,
    DomainRule,
    KeptRule,
    Residence,
    RuleKind,
    Scope,
    Source,
    Where,
)
from schoon.reports import address_of

_SCOPE_ORDER = (Scope.HOSTER, Scope.NETWORK, Scope.CDN, Scope.RESELLER, Scope.SITE_OWNER, Scope.REGISTRAR)
_CONFIDENCE_ORDER = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)


def covers(domain: str, host: str) -> bool:
    """Whether a rule's domain is the host or lies above it, label by label; an address covers itself alone."""
    if domain == host:
        return True
    return address_of(host) is None and address_of(domain) is None and host.endswith(f".{domain}")


def domains_above(host: str) -> list[str]:
    """The host and every name above it: the only domains of which a rule can cover it."""
    if address_of(host) is not None:
        return [host]
    labels = host.split(".")
    return [".".join(labels[cut:]) for cut in range(len(labels))]


def rules_for(rules: Sequence[KeptRule], host: str, now: datetime) -> tuple[KeptRule, ...]:
    """The rules that hold for a host at an instant: of each kind the one with the longest domain."""
    chosen: dict[RuleKind, KeptRule] = {}
    for one in rules:
        rule = one.rule
        if rule.is_in_force(now) and covers(rule.domain, host):
            other = chosen.get(rule.kind)
            if other is None or len(rule.domain) > len(other.rule.domain):
                chosen[rule.kind] = one
    return tuple(chosen[kind] for kind in RuleKind if kind in chosen)


def rule_of(rules: Sequence[KeptRule], kind: RuleKind) -> KeptRule | None:
    """The rule of that kind among those that hold."""
    return next((one for one in rules if one.rule.kind is kind), None)


def overlap(one: DomainRule, other: DomainRule) -> bool:
    """Whether two rules would hold at the same time for the same domain."""
    same = (one.kind, one.domain) == (other.kind, other.domain)
    if not same or one.valid_from == one.valid_until or other.valid_from == other.valid_until:
        return False
    one_ends_first = one.valid_until is not None and one.valid_until <= other.valid_from
    other_ends_first = other.valid_until is not None and other.valid_until <= one.valid_from
    return not (one_ends_first or other_ends_first)


def in_order(contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    """Each contact once; a decision of ours first, then who is closest to the machine, then who is surest."""
    first_of = {replace(one, evidence=0): one for one in reversed(contacts)}
    unique = [one for one in contacts if first_of[replace(one, evidence=0)] is one]
    return tuple(sorted(unique, key=_place))


def _place(contact: Contact) -> tuple[bool, bool, int, int]:
    return (
        contact.source is not Source.RULE or contact.scope is Scope.SITE_OWNER,
        not contact.email,
        _SCOPE_ORDER.index(contact.scope),
        _CONFIDENCE_ORDER.index(contact.confidence),
    )


def residence_of(findings: Sequence[Findings], rules: Sequence[KeptRule], *, home: str) -> Residence:
    """Where the hosting is: by a rule, else by the organisations behind the addresses.

    The registry's country of a range alone decides nothing: it says where the range was registered.
    """
    forced = rule_of(rules, RuleKind.FORCE_HOSTER) or rule_of(rules, RuleKind.CDN_ORIGIN)
    if forced is not None and forced.rule.country:
        country = forced.rule.country
        where = Where.OURS if country == home else Where.ABROAD
        reason = f"rule {forced.rule_id} says that the hoster is {forced.rule.organisation or 'somebody'} in {country}"
        return Residence(where=where, countries=(country,), reason=reason)
    hosting = [one for one in findings if not one.special]
    if rule_of(rules, RuleKind.CDN_ORIGIN) is not None:
        hosting = [one for one in hosting if one.origin]
        if not hosting:
            reason = "the addresses are a CDN's, and what lies behind it is not known"
            return Residence(where=Where.UNKNOWN, countries=(), reason=reason)
    if not hosting:
        return Residence(where=Where.UNKNOWN, countries=(), reason="there is no address of the internet to go by")
    return _by_organisations(hosting, home)


def _by_organisations(hosting: Sequence[Findings], home: str) -> Residence:
    stated = [(one, one.countries) for one in hosting]
    known = sorted({countries[0] for _, countries in stated if len(countries) == 1})
    unclear = [f"{one.address}: {_why_unclear(one)}" for one, countries in stated if len(countries) != 1]
    if home in known:
        where = Where.OURS if known == [home] and not unclear else Where.PARTLY
    else:
        where = Where.ABROAD if known and not unclear else Where.UNKNOWN
    named = dict.fromkeys(
        f"{one.organisation or 'an organisation'} ({countries[0]})" for one, countries in stated if len(countries) == 1
    )
    reason = "; ".join(
        [*([f"by the organisations behind the addresses: {', '.join(named)}"] if named else []), *unclear]
    )
    return Residence(where=where, countries=tuple(known), reason=reason)


def _why_unclear(one: Findings) -> str:
    if one.countries:
        return f"its organisations are in different countries ({' and '.join(one.countries)})"
    if one.registered_country:
        return (
            f"only the registry's country ({one.registered_country}) is known, which is where the range was registered"
        )
    return "nobody says in which country its organisation is"
