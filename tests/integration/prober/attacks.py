"""Ways to lead a prober to addresses where it must not go. Each is an address that somebody might report."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote

PUBLIC = "45.80.1.10"
PUBLIC_6 = "2d00:1::10"
CONTROL = "45.80.1.1"
RESOLVER = "45.80.0.53"
REBINDING = "45.80.0.54"

LITERALS = [
    # Those of which Python says that they are global.
    "192.0.0.8", "192.88.99.1", "224.0.0.1", "239.1.1.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::", "fec0::1", "ff02::1", "ff0e::1", "5f00::1", "3fff::1",
    "168.63.129.16",
    # The others.
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.192",
    "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "240.0.0.1", "255.255.255.255", "::", "::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "fd00:ec2::254", "fe80::1", "2001:db8::1",
]  # fmt: skip
SPELLINGS = ["127.1", "0x7f000001", "2130706433", "017700000001", "①②⑦.0.0.1", "0", "0177.0x0.0.1"]
RANGES = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    "::/32", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/32", "2001:10::/28", "2001:20::/28",
    "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "4000::/3", "5f00::/16", "8000::/2",
    "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
]  # fmt: skip
INNER = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1", "0.0.0.0", "224.0.0.1", "100.64.0.1"]
PORTS = [
    0,
    1,
    21,
    22,
    23,
    25,
    53,
    81,
    110,
    111,
    135,
    389,
    445,
    465,
    587,
    2375,
    3306,
    5432,
    6379,
    8000,
    8080,
    8443,
    9200,
    11211,
    65535,
]
PLACES = [
    "file:///etc/passwd", "file://localhost/etc/passwd", "gopher://127.0.0.1:70/_x", "gopher://10.0.0.1/", "ftp://10.0.0.1/",
    "dict://127.0.0.1:11211/stat", "ldap://127.0.0.1/", "data:text/html,x", "javascript:1", "jar:http://127.0.0.1!/x",
    "ws://127.0.0.1/", "tftp://127.0.0.1/x", "netdoc:///etc/passwd", "http://x@127.0.0.1/", f"http://{PUBLIC}@127.0.0.1/",
    "http://127.0.0.1\\@45.80.1.10/", "http://[::1]:80@45.80.1.10/", "//127.0.0.1/", "//[::1]/", "///127.0.0.1/",
    "http:127.0.0.1", "http:/127.0.0.1", "http:\\\\127.0.0.1\\", "\thttp://127.0.0.1/", "http://127.0.0.1%00.zz/",
    "http://127.0.0.1#@45.80.1.10/", "http://127.0.0.1?@45.80.1.10/", "http://localhost/", "http://LOCALHOST./",
    "http://metadata.google.internal/", "http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://127。0。0。1/", "http://127%2e0%2e0%2e1/", "http://x.onion/", "HTTP://127.0.0.1/",
]  # fmt: skip
"""Of redirects. Those that stay on the host they come from are right as well: nothing may leave."""

REBINDINGS = ["swap", "back", "both", "six", "second-look", "alias"]
"""How a name server changes its mind; what each does stands in `inside_namespace`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One address to look at.

    Attributes:
        name: For the test.
        url: What was reported.
        records: Lines of the zone `zz` that it needs.
        looks: How often it is looked at.
    """

    name: str
    url: str
    records: tuple[str, ...] = ()
    looks: int = 1


def attacks() -> list[Attack]:
    """All of them; the names differ."""
    every = [*_literals(), *_spellings(), *_ranges(), *_wrapped(), *_ports(), *_places(), *_rebindings()]
    assert len({one.name for one in every}) == len(every)
    return every


def shown(address: str) -> str:
    """As it stands in an address."""
    return f"[{address}]" if ":" in address else address


def led(place: str, status: int = 302) -> str:
    """An address of the public server that leads there."""
    return f"http://{PUBLIC}/to/{status}/{quote(place, safe='')}"


def _kind(address: str) -> str:
    return "AAAA" if ":" in address else "A"


def _literals() -> Iterator[Attack]:
    for n, one in enumerate(LITERALS):
        record, public = f"{_kind(one)} {one}", f"A {PUBLIC}"
        yield Attack(name=f"{one} itself", url=f"http://{shown(one)}/")
        yield Attack(name=f"{one} by TLS", url=f"https://{shown(one)}/")
        yield Attack(name=f"{one} by name", url=f"http://name{n}.zz/", records=(f"name{n} {record}",))
        mixed = (f"mixed{n} {public}", f"mixed{n} {record}", f"mixed{n} AAAA {PUBLIC_6}")
        yield Attack(name=f"{one} among others", url=f"https://mixed{n}.zz/", records=mixed)
        yield Attack(name=f"{one} by alias", url=f"http://alias{n}.zz/", records=(f"alias{n} CNAME name{n}",))
        yield Attack(name=f"{one} by redirect", url=led(f"http://{shown(one)}/"))
        yield Attack(name=f"{one} by redirect to a name", url=led(f"https://mixed{n}.zz/x", 307))


def _spellings() -> Iterator[Attack]:
    for one in SPELLINGS:
        yield Attack(name=f"{one} itself", url=f"http://{one}/")
        yield Attack(name=f"{one} by TLS", url=f"https://{one}:443/")
        yield Attack(name=f"{one} by redirect", url=led(f"http://{one}/", 301))
        yield Attack(name=f"{one} by two redirects", url=led(led(f"//{one}/", 308), 303))


def _ranges() -> Iterator[Attack]:
    for text in RANGES:
        network = ip_network(text)
        middle = network[network.num_addresses // 2 + 7]
        for where, address in (("first", network[0]), ("middle", middle), ("last", network[-1])):
            yield Attack(name=f"{where} of {text}", url=f"http://{shown(str(address))}/")


def _wrapped() -> Iterator[Attack]:
    for n, inner in enumerate(INNER):
        value = int(IPv4Address(inner))
        forms = {
            "mapped": int(IPv6Address("::ffff:0:0")) | value,
            "translated": int(IPv6Address("64:ff9b::")) | value,
            "translated here": int(IPv6Address("64:ff9b:1::")) | value,
            "compatible": value,
            "siit": int(IPv6Address("::ffff:0:0:0")) | value,
            "6to4": int(IPv6Address("2002::")) | value << 80,
            "teredo": int(IPv6Address("2001::")) | (value ^ 0xFFFFFFFF),
        }
        for m, (form, number) in enumerate(forms.items()):
            record = f"wrap{n}x{m} AAAA {ip_address(number) if number > 0xFFFFFFFF else IPv6Address(number)}"
            yield Attack(name=f"{inner} {form}", url=f"http://wrap{n}x{m}.zz/", records=(record,))


def _ports() -> Iterator[Attack]:
    for port in PORTS:
        if port:
            yield Attack(name=f"port {port}", url=f"http://{PUBLIC}:{port}/")
        yield Attack(name=f"port {port} by redirect", url=led(f"http://{PUBLIC}:{port}/"))


def _places() -> Iterator[Attack]:
    for place in PLACES:
        for status in (302, 308):
            yield Attack(name=f"{status} to {place!r}", url=led(place, status))


def _rebindings() -> Iterator[Attack]:
    for one in REBINDINGS:
        yield Attack(name=f"rebinding {one}", url=f"http://{one}.rebind/", looks=3)
        yield Attack(name=f"rebinding {one} by redirect", url=led(f"http://{one}-2.rebind/"), looks=3)
