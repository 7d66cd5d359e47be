"""Reads the table of prefixes: prefix, AS, organisation, country, abuse contact; tab-separated, one route a line."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network

from schoon.hosting._snapshot_types import RefusedRow, Route
from schoon.hosting._special import INTERNET, Internet
from schoon.reports import Address

MAX_LINE = 4_096
_COLUMNS = 5
_ASN = re.compile(r"(?:AS)?([0-9]{1,10})", re.IGNORECASE)
_COUNTRY = re.compile(r"[A-Z]{2}")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,253}")
_MAX_ASN = 2**32 - 1
_MAX_ORGANISATION = 200


def read_row(line: bytes, number: int, internet: Internet = INTERNET) -> Route | RefusedRow | None:
    """The route of a line, why there is none, or None for an empty line, a comment and the line of column names."""
    if len(line) > MAX_LINE:
        return RefusedRow(line=number, reason=f"longer than {MAX_LINE:,} bytes")
    try:
        text = line.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return RefusedRow(line=number, reason="not UTF-8")
    if not text.strip() or text.startswith("#") or (number == 1 and text.lower().startswith("prefix\t")):
        return None
    parts = [part.strip() for part in text.split("\t")]
    if len(parts) != _COLUMNS:
        return RefusedRow(line=number, reason=f"{len(parts)} columns, and a route has {_COLUMNS}, separated by tabs")
    prefix, asn, organisation, country, abuse = parts
    network = _network(prefix, internet)
    reason = network if isinstance(network, str) else _reason(parts)
    if reason:
        return RefusedRow(line=number, reason=reason)
    return Route(
        prefix=str(network),
        asn=int(asn[2:] if asn[:1] in {"A", "a"} else asn) if asn else None,
        organisation=organisation,
        country=country,
        abuse=abuse,
    )


def _reason(parts: list[str]) -> str:
    _, asn, organisation, country, abuse = parts
    wrong_number = asn and (not (match := _ASN.fullmatch(asn)) or int(match[1]) > _MAX_ASN)
    if wrong_number:
        return f"{asn[:20]!r} is not an AS number"
    if not "".join(parts).isprintable():
        return "it holds characters that cannot be printed"
    if len(organisation) > _MAX_ORGANISATION:
        return f"the organisation's name is longer than {_MAX_ORGANISATION} characters"
    if country and not _COUNTRY.fullmatch(country):
        return f"{country[:20]!r} is not a country of two capital letters"
    if abuse and not _EMAIL.fullmatch(abuse):
        return f"{abuse[:60]!r} is not an e-mail address"
    return ""


def _network(prefix: str, internet: Internet) -> IPv4Network | IPv6Network | str:
    """The prefix, or why it is none that says anything."""
    try:
        network = IPv6Network(prefix) if ":" in prefix else IPv4Network(prefix)
    except ValueError:
        return f"{prefix[:60]!r} is not a prefix, or has bits set behind its length"
    if network.prefixlen == 0:
        return f"{prefix} holds every address, so it says nothing about any"
    why = internet.special_reason(network.network_address)
    if why and internet.special_reason(network.broadcast_address):
        return f"{prefix} lies in a special range ({why})"
    return network


def prefixes_of(address: Address) -> Iterator[str]:
    """Every prefix that can hold the address, longest first, as the table writes it."""
    kind = IPv4Network if address.version == 4 else IPv6Network
    bits, value = address.max_prefixlen, int(address)
    for length in range(bits, 0, -1):
        yield str(kind((value >> (bits - length) << (bits - length), length)))
