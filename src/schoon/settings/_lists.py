"""Settings of several values in one variable; each function raises ValueError naming what was expected."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
Point = tuple[str, tuple[IPv4Address | IPv6Address, ...]]


def texts(value: str) -> tuple[str, ...]:
    """Texts with commas between them."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def ports(value: str) -> frozenset[int]:
    """Port numbers with commas between them."""
    try:
        found = frozenset(int(part) for part in texts(value))
    except ValueError:
        found = frozenset({0})
    if not all(0 < port < 65_536 for port in found):
        raise ValueError("port numbers with commas between them, such as 80,443,8080")
    return found


def networks(value: str) -> tuple[Network, ...]:
    """Networks with commas between them."""
    try:
        return tuple(ip_network(part) for part in texts(value))
    except ValueError:
        raise ValueError("networks with commas between them, such as 192.0.2.0/24,2001:db8::/32") from None


def vantages(value: str) -> tuple[Point, ...]:
    """Names with addresses of this machine."""
    try:
        named = [part.partition("=") for part in texts(value)]
        points = tuple((name, tuple(ip_address(one) for one in sources.split("+"))) for name, _, sources in named)
    except ValueError:
        points = (("", ()),)
    if not all(re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name) for name, _ in points):
        raise ValueError("names with this machine's addresses, such as here=192.0.2.7+2001:db8::7,there=198.51.100.7")
    return points


def count(value: str) -> int:
    """A number from 1 to 256."""
    if not value.isdecimal() or not 1 <= int(value) <= 256:
        raise ValueError("a number from 1 to 256")
    return int(value)
