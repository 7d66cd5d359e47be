"""A hosting chain on a terminal, and as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from rich.text import Text

from schoon.cli._output import facts, say, table
from schoon.hosting import Contact, HostingChain, Outcome, Scope, Source, TracedAddress, Where, chain_to_json

_SCOPES = {
    Scope.SITE_OWNER: "site owner",
    Scope.RESELLER: "reseller",
    Scope.HOSTER: "hoster",
    Scope.CDN: "CDN",
    Scope.NETWORK: "network",
    Scope.REGISTRAR: "registrar",
}
_SOURCES = {
    Source.RULE: "rule",
    Source.SNAPSHOT: "snapshot",
    Source.RDAP: "RDAP",
    Source.DNS: "DNS",
    Source.ORIGIN: "CDN",
    Source.SUFFIXES: "suffix list",
}
_WHERE = {
    Where.OURS: "here",
    Where.PARTLY: "partly here",
    Where.ABROAD: "abroad",
    Where.UNKNOWN: "unknown",
}


def chain_record(chain: HostingChain) -> dict[str, Any]:
    """The kept record, with what follows from it: the address as text, and to whom notices go."""
    record: dict[str, Any] = json.loads(chain_to_json(chain))
    told = [record["chain"]["contacts"][chain.contacts.index(one)] for one in chain.notice_to]
    return {"url": chain.target.text, "notice_to": told} | record


def show_chain(chain: HostingChain) -> None:
    """Everything a person wants to know of it; the raw answers are in the JSON."""
    facts(_summary(chain))
    _part(
        "Addresses",
        [
            "address",
            "prefix",
            "AS",
            "organisation",
            "country",
            "complaints to",
            "range in the registry",
            "registry says",
        ],
        [_address_row(one) for one in chain.addresses],
    )
    _part(
        "Who can act",
        ["scope", "organisation", "country", "notice to", "for", "by", "sure", "evidence"],
        [_contact_row(one) for one in chain.contacts],
    )
    _part(
        "No contact, and why",
        ["scope", "it says", "because", "by", "evidence"],
        [
            (_SCOPES[one.scope], one.value, one.reason, _SOURCES[one.source], str(one.evidence))
            for one in chain.rejected
        ],
    )
    _part(
        "Not answered",
        ["by", "asked", "what", "because"],
        [(_SOURCES[one.source], one.asked, one.kind, one.reason) for one in chain.failures],
    )
    _part(
        "Evidence",
        ["number", "by", "asked", "obtained", "of", "characters"],
        [
            (
                str(one.number),
                _SOURCES[one.source] + (", kept" if one.from_cache else ""),
                one.asked,
                one.obtained_at,
                str(one.dated) if one.dated else None,
                one.size,
            )
            for one in chain.evidence
        ],
    )


def show_kept(chains: Sequence[HostingChain]) -> None:
    """The kept traces of one address, a line each."""
    table(
        ["trace", "traced", "outcome", "hosting", "notice to", "addresses", "asked by"],
        [
            (
                one.trace_id,
                one.traced_at,
                one.outcome.value.replace("_", " "),
                _WHERE[one.residence.where],
                one.best_contact.email if one.best_contact else None,
                len(one.addresses),
                one.asked_by,
            )
            for one in chains
        ],
        numbers=["addresses"],
    )


def _summary(chain: HostingChain) -> list[tuple[str, object]]:
    countries = f" ({', '.join(chain.residence.countries)})" if chain.residence.countries else ""
    pairs: list[tuple[str, object]] = [
        ("address", chain.target.text),
        ("trace", f"{chain.trace_id}, {chain.traced_at:%Y-%m-%d %H:%M} UTC"),
        ("outcome", f"{chain.outcome.value.replace('_', ' ')}: {chain.outcome_reason}"),
    ]
    if chain.outcome is not Outcome.UNTRACEABLE:
        pairs.append(("hosting", f"{_WHERE[chain.residence.where]}{countries}: {chain.residence.reason}"))
    if chain.domain is not None:
        pairs.append(("domain", _domain_words(chain)))
    if chain.aliases:
        pairs.append(("aliases", " -> ".join(chain.aliases)))
    rules = [(one.rule_id, one.rule) for one in chain.rules]
    pairs += [("rule", f"{number}, {rule.kind} for {rule.domain}: {rule.reason}") for number, rule in rules]
    told = [f"{one.email}, {one.organisation or 'no name'} ({_SCOPES[one.scope]})" for one in chain.notice_to]
    pairs += [("notice to", Text(words, style="bold")) for words in told]
    if not told:
        pairs.append(("notice to", Text("nobody is known", style="yellow")))
    return pairs


def _domain_words(chain: HostingChain) -> str:
    domain = chain.domain
    if domain is None or domain.registrable is None:
        return "a public suffix itself"
    site = "" if domain.site in {None, domain.registrable} else f", site {domain.site}"
    return f"{domain.registrable}{site} (public suffix list of {domain.list_dated})"


def _address_row(one: TracedAddress) -> tuple[object, ...]:
    if one.special:
        return (one.address, None, None, Text(f"not hosting: {one.special}", style="yellow"), None, None, None, None)
    return (
        f"{one.address} (behind the CDN)" if one.origin else one.address,
        one.prefix or None,
        str(one.asn) if one.asn is not None else None,
        one.organisation or None,
        one.country or None,
        one.abuse or None,
        one.registered_range or None,
        one.registered_country or None,
    )


def _contact_row(one: Contact) -> tuple[object, ...]:
    return (
        _SCOPES[one.scope],
        one.organisation or None,
        one.country or None,
        one.email or None,
        one.about,
        _SOURCES[one.source],
        one.confidence.value,
        str(one.evidence),
    )


def _part(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        say("")
        say(title, style="bold")
        table(columns, rows, numbers=["AS", "evidence", "number", "characters"])
