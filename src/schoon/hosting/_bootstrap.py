"""IANA's files that say which RDAP server answers for what (RFC 9224)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from urllib.parse import urlsplit

from schoon.hosting._snapshot_types import SnapshotKind
from schoon.hosting.errors import SnapshotFileError
from schoon.reports import Address

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """One of the files.

    Attributes:
        published: As the file says.
        domains: Top-level domain (or a longer one) → servers; empty for the files of addresses.
        networks: Range → servers, longest prefix first; empty for the file of domains.
        servers: Scheme, host and port of every server that the file names.
    """

    kind: SnapshotKind
    published: date
    domains: Mapping[str, tuple[str, ...]]
    networks: tuple[tuple[Network, tuple[str, ...]], ...]
    servers: frozenset[str]

    @property
    def count(self) -> int:
        """How many domains or ranges have a server."""
        return len(self.domains) + len(self.networks)

    def for_domain(self, name: str) -> tuple[str, ...]:
        """The servers of the longest entry that a name lies under; https first; empty when there is none."""
        labels = name.split(".")
        for cut in range(len(labels)):
            urls = self.domains.get(".".join(labels[cut:]))
            if urls is not None:
                return urls
        return ()

    def for_address(self, address: Address) -> tuple[str, ...]:
        """The servers of the longest range that holds the address; https first; empty when there is none."""
        for network, urls in self.networks:
            if network.version == address.version and address in network:
                return urls
        return ()


def server_of(url: str) -> str:
    """Scheme, host and port of an address, as one comparable text; empty when it has none.

    Only plain addresses count: one with a user name, or that two programs could read differently, is none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if not (host and port and host.isascii()) or "@" in parts.netloc or "\\" in url or not url.isprintable():
        return ""
    return f"{parts.scheme}://{host}:{port}"


@lru_cache(maxsize=8)
def read_bootstrap(text: str) -> Bootstrap:
    """The file.

    Raises:
        SnapshotFileError: It is not one of IANA's three files, or a row of it cannot be read.
    """
    try:
        content = json.loads(text)
        published = date.fromisoformat(str(content["publication"])[:10])
        rows = [_row(row) for row in content["services"]]
    except (ValueError, KeyError, TypeError, RecursionError) as cause:
        raise SnapshotFileError(
            "it has not the form of RFC 9224: publication, and services of names and URLs"
        ) from cause
    keys = [(key, urls) for names, urls in rows for key in names]
    if not keys:
        raise SnapshotFileError("it names no service")
    networks = [(_network(key), urls) for key, urls in keys]
    servers = frozenset(server_of(url) for _, urls in keys for url in urls)
    versions = {network.version if network else 0 for network, _ in networks}
    if versions == {0}:
        if any(key.replace("-", "").isdigit() for key, _ in keys):
            raise SnapshotFileError("it is the file of AS numbers, which is not used: import dns, ipv4 and ipv6")
        return Bootstrap(
            kind=SnapshotKind.RDAP_DNS,
            published=published,
            domains={key.lower().strip("."): urls for key, urls in keys},
            networks=(),
            servers=servers,
        )
    if len(versions) > 1:
        raise SnapshotFileError("it mixes domains, IPv4 and IPv6")
    return Bootstrap(
        kind=SnapshotKind.RDAP_IPV4 if versions == {4} else SnapshotKind.RDAP_IPV6,
        published=published,
        domains={},
        networks=tuple(
            sorted(((net, urls) for net, urls in networks if net is not None), key=lambda one: -one[0].prefixlen)
        ),
        servers=servers,
    )


def _row(row: Any) -> tuple[list[str], tuple[str, ...]]:  # noqa: ANN401 - from JSON, checked here
    names, urls = row[0], row[1]
    if not all(isinstance(one, str) for one in [*names, *urls]):
        raise TypeError("names and URLs are text")
    usable = [url for url in urls if server_of(url).startswith(("https:", "http:"))]
    if not usable:
        raise ValueError("a service without a usable URL")
    return list(names), tuple(sorted(usable, key=lambda url: not url.startswith("https:")))


def _network(key: str) -> Network | None:
    try:
        return ip_network(key) if "/" in key else None
    except ValueError:
        return None
