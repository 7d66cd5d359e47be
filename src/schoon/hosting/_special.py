"""Addresses that host nothing on the internet: IANA's special-purpose registries, with multicast and translations.

An own table, since `ipaddress.is_global` is true for several of these (multicast, NAT64 and 6to4 of the loopback).
Source: docs/sources.md#special-addresses.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from schoon.reports import Address

_V4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private (RFC 1918)",
    "100.64.0.0/10": "shared by a provider's customers (RFC 6598)",
    "127.0.0.0/8": "loopback",
    "168.63.129.16/32": "a cloud's own host (Azure)",
    "169.254.0.0/16": "link-local, also the metadata of clouds",
    "172.16.0.0/12": "private (RFC 1918)",
    "192.0.0.0/24": "protocol assignments of IETF",
    "192.0.2.0/24": "documentation (RFC 5737)",
    "192.31.196.0/24": "the sink for questions about private addresses (AS112)",
    "192.52.193.0/24": "relays of multicast (RFC 7450)",
    "192.88.99.0/24": "6to4 relay, abolished",
    "192.168.0.0/16": "private (RFC 1918)",
    "192.175.48.0/24": "the sink for questions about private addresses (AS112)",
    "198.18.0.0/15": "benchmarks (RFC 2544)",
    "198.51.100.0/24": "documentation (RFC 5737)",
    "203.0.113.0/24": "documentation (RFC 5737)",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved, or broadcast",
}
_V6 = {
    "::/128": "unspecified",
    "::1/128": "loopback",
    "::ffff:0:0/96": "an IPv4 address written as IPv6",
    "::ffff:0:0:0/96": "an IPv4 address written as IPv6 (SIIT), abolished",
    "::/96": "an IPv4 address written as IPv6, abolished",
    "64:ff9b::/96": "translation from IPv4 (NAT64)",
    "64:ff9b:1::/48": "translation from IPv4 (NAT64), local",
    "100::/64": "discard only",
    "100:0:0:1::/64": "dummy prefix (RFC 9780)",
    "2001::/32": "Teredo, a tunnel over IPv4",
    "2001::/23": "protocol assignments of IETF",
    "2001:db8::/32": "documentation (RFC 3849)",
    "2002::/16": "6to4, a tunnel over IPv4",
    "2620:4f:8000::/48": "the sink for questions about private addresses (AS112)",
    "3fff::/20": "documentation (RFC 9637)",
    "5f00::/16": "segment routing (RFC 9602)",
    "fc00::/7": "private (unique local)",
    "fe80::/10": "link-local",
    "fec0::/10": "site-local, abolished",
    "ff00::/8": "multicast",
}
_NAMES = {
    "localhost": "the asker's own machine",
    "local": "names of a local network",
    "internal": "names of a private network",
    "home.arpa": "names of a home network",
    "invalid": "names that never exist",
    "alt": "names outside the DNS",
}


def _table(rows: dict[str, str]) -> list[tuple[int, int, str]]:
    """First and last address of each range, as numbers, the smallest range first: the closest reason is given."""
    networks = [(ip_network(text), why) for text, why in rows.items()]
    networks.sort(key=lambda row: -row[0].prefixlen)
    return [
        (int(network.network_address), int(network.broadcast_address), f"{why}, {network}") for network, why in networks
    ]


_TABLES = {4: _table(_V4), 6: _table(_V6)}
_UNICAST, _UNICAST_SHIFT = 0b001, 125
"""The first three bits of 2000::/3."""

_STANDS_FOR = (int(IPv6Address("::ffff:0:0")) >> 32, int(IPv6Address("64:ff9b::")) >> 32)
"""The first 96 bits of the two forms by which a machine on the internet is reached under its IPv4 address."""


def special_reason(address: Address) -> str:
    """Why nothing on the internet is hosted at the address; empty when something may be."""
    value = int(address)
    for first, last, why in _TABLES[address.version]:
        if first <= value <= last:
            return why
    if address.version == 6 and value >> _UNICAST_SHIFT != _UNICAST:
        return "outside 2000::/3, the only part of IPv6 given out so far"
    return ""


@dataclass(frozen=True, slots=True)
class Internet:
    """What counts as the internet: everything outside the special ranges.

    Attributes:
        trial: Networks that count as well, whatever the tables say: for a demonstration on one machine. No setting.
    """

    trial: tuple[IPv4Network | IPv6Network, ...] = ()

    def special_reason(self, address: Address) -> str:
        """Why nothing is hosted at the address; empty when something may be."""
        return "" if any(address in network for network in self.trial) else special_reason(address)


INTERNET = Internet()
"""The internet as it is."""


def special_name_reason(host: str) -> str:
    """Why a name is not one of the public DNS (RFC 6761 and its like); empty when it may be."""
    for name, why in _NAMES.items():
        if host == name or host.endswith(f".{name}"):
            return f"{why}, .{name}"
    return ""


def ipv4_behind(address: Address) -> IPv4Address | None:
    """The IPv4 address that is reached under an IPv6 one, which whoever connects must judge in its place.

    Mapped (RFC 4291), or translated under the prefix that the whole internet shares (NAT64, RFC 6052). None for all
    others: the abolished forms and the tunnels reach nothing.
    """
    if address.version == 6 and int(address) >> 32 in _STANDS_FOR:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
