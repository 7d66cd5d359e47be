"""Runs every attack inside a network namespace of its own, and counts the packets that go where none may go.

    unshare --net python -m tests.integration.prober.inside_namespace

In the namespace every address of the internet, and every other one, is this machine, and servers listen on all of them:
whoever connects gets an answer, and is counted. A packet is counted unless it goes to, or comes from, one of the few
public servers that a case may speak to. Prints one line of JSON a case.
"""

import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import dns.message
import dns.rcode
import dns.rrset

from schoon.net import DnsResolver, HttpProber, ProbeLimits
from schoon.reports import TargetUrl
from tests.hosting_world import SUFFIXES
from tests.integration.prober.attacks import (
    CONTROL,
    LITERALS,
    PUBLIC,
    PUBLIC_6,
    REBINDING,
    RESOLVER,
    Attack,
    attacks,
    shown,
)
from tests.nameserver import serving_zones
from tests.probe_world import BASIS, T0, answer, target
from tests.unit.net.certificates import Authority

ETH_P_ALL = 3
PACKET_STATISTICS = 6
SOL_PACKET = 263
SO_RCVBUFFORCE = 33
TCP, UDP = 6, 17

LIMITS = ProbeLimits(
    connect=timedelta(seconds=1), first_byte=timedelta(seconds=1), total=timedelta(seconds=3), look=timedelta(seconds=6)
)
"""The defaults but for the times: no network is open that would not be in use."""

ANYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
TRANSLATED = "64:ff9b::2d50:10a"
"""The public server under the prefix of translations, where it may be reached."""


class Counting:
    """Sees every packet of the namespace."""

    def __init__(self, allowed: set[tuple[str, int]]) -> None:
        self._allowed = allowed
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self._socket.setblocking(False)

    def drain(self) -> tuple[Counter[str], int]:
        """Where packets went that were not allowed, and how many were allowed, since the last time."""
        strays: Counter[str] = Counter()
        good = 0
        while True:
            try:
                packet = self._socket.recv(65_536)
            except BlockingIOError:
                return strays, good
            ends = _ends_of(packet)
            if ends & self._allowed:
                good += 1
            else:
                strays[str(sorted(ends))] += 1

    def lost(self) -> int:
        """Packets that came too fast to be seen."""
        seen, lost = struct.unpack("II", self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        assert seen
        return lost


def _ends_of(packet: bytes) -> set[tuple[str, int]]:
    if packet[0] >> 4 == 4:
        protocol, at = packet[9], (packet[0] & 15) * 4
        addresses = [ip_address(packet[12:16]), ip_address(packet[16:20])]
    else:
        protocol, at = packet[6], 40
        addresses = [ip_address(packet[8:24]), ip_address(packet[24:40])]
    ports = struct.unpack("!HH", packet[at : at + 4]) if protocol in {TCP, UDP} else (0, 0)
    return {(str(address), port) for address, port in zip(addresses, ports, strict=True)}


def set_up() -> None:
    """Make every address one of this machine; only in a namespace that has nothing but its loopback."""
    links = json.loads(subprocess.run(["ip", "-j", "link"], capture_output=True, check=True, text=True).stdout)
    assert [link["ifname"] for link in links] == ["lo"], "not in a namespace of its own"
    for command in (
        "link set lo up",
        "route add local 0.0.0.0/0 dev lo",
        "-6 route add local ::/0 dev lo",
        "-6 route add local fe80::/10 dev lo",
    ):
        subprocess.run(["ip", *command.split()], check=True)


def serve(context: ssl.SSLContext) -> None:
    """Answer on every address, on 80, 443 and a few ports that are not for the web."""
    for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        for port in (80, 443, 22, 25, 6379, 8080, 11211):
            server = socket.create_server((address, port), family=family, backlog=256)
            threading.Thread(target=_accept, args=(server, context if port == 443 else None), daemon=True).start()


def _accept(server: socket.socket, context: ssl.SSLContext | None) -> None:
    while True:
        connection, _ = server.accept()
        threading.Thread(target=_answer, args=(connection, context), daemon=True).start()


def _answer(connection: socket.socket, context: ssl.SSLContext | None) -> None:
    with suppress(OSError, ValueError, IndexError):
        connection.settimeout(3)
        if context is not None:
            connection = context.wrap_socket(connection, server_side=True)
        path = connection.recv(65_536).split(b" ")[1].decode()
        if path.startswith("/to/"):
            _, _, status, place = path.split("/", 3)
            head = b"HTTP/1.1 %s X\r\nContent-Length: 0\r\nLocation: " % status.encode()
            connection.sendall(head + unquote(place).encode() + b"\r\n\r\n")
        else:
            answer(f"you reached {connection.getsockname()[0]}")(connection)
    connection.close()


class ChangingNames:
    """A name server that gives another answer the next time."""

    def __init__(self) -> None:
        self._asked: Counter[tuple[str, str]] = Counter()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((REBINDING, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            question, peer = self._socket.recvfrom(4096)
            self._socket.sendto(self._reply(dns.message.from_wire(question)).to_wire(), peer)

    def _reply(self, question: dns.message.Message) -> dns.message.Message:
        reply = dns.message.make_response(question)
        name, kind = str(question.question[0].name), dns.rdatatype.to_text(question.question[0].rdtype)
        if not name.endswith("rebind."):
            reply.set_rcode(dns.rcode.NXDOMAIN)
            return reply
        times = self._asked[name, kind]
        self._asked[name, kind] += 1
        for record in _rebound(name.split(".")[0].removesuffix("-2"), kind, times):
            reply.answer.append(dns.rrset.from_text(name, 0, "IN", *record.split(" ", 1)))
        return reply


def _rebound(how: str, kind: str, times: int) -> list[str]:
    """What a name has, the how-manieth time it is asked for."""
    inside, outside = {"A": ("A 127.0.0.1", f"A {PUBLIC}"), "AAAA": ("AAAA ::1", f"AAAA {PUBLIC_6}")}[kind]
    return {
        "swap": [inside if times % 2 else outside],
        "back": [outside if times % 2 else inside],
        "both": [outside, inside] if times else [outside],
        "six": [inside] if kind == "AAAA" and times else [outside] if kind == "A" else [],
        "second-look": [inside] if times else [outside],
        "alias": [f"CNAME {'localhost.' if times else 'second-look.rebind.'}"],
    }[how]


def main() -> int:
    """Run everything, and print what came of it."""
    set_up()
    with tempfile.TemporaryDirectory() as folder, serving_zones(Path(folder), _zones(), address=RESOLVER) as port:
        authority = Authority(Path(folder))
        serve(authority.context("foto.zz"))
        ChangingNames()
        runner = Runner(port)
        for result in runner.results():
            print(json.dumps(result), flush=True)
    return 0


def _zones() -> dict[str, str]:
    records = sorted({record for attack in attacks() for record in attack.records})
    head = "@ SOA ns.zz. desk.zz. 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n"
    public = (
        f"pub A {PUBLIC}\npub AAAA {PUBLIC_6}\nsix AAAA {PUBLIC_6}\ntranslated AAAA {TRANSLATED}\nfoto A {PUBLIC}\n"
    )
    return {"zz": head + public + "\n".join(records) + "\n"}


class Runner:
    """Looks at one case after the other."""

    def __init__(self, port: int) -> None:
        self._nsd = DnsResolver(RESOLVER, port, timeout=timedelta(seconds=1), tries=1)
        self._changing = DnsResolver(REBINDING, timeout=timedelta(seconds=1), tries=1)
        self._shut = self._prober(self._nsd, LIMITS)
        self._rebound = self._prober(self._changing, LIMITS)
        self._allowed = {(address, port) for address in (CONTROL, PUBLIC, PUBLIC_6) for port in (80, 443)}
        self._allowed |= {(RESOLVER, port), (REBINDING, 53)}
        self._counting = Counting(self._allowed)

    def results(self) -> Iterator[dict[str, object]]:
        """One a case: how it ended, and the packets; then those of the proof that they would be counted."""
        for attack in attacks():
            yield self._one(attack, self._rebound if "rebinding" in attack.name else self._shut)
        for name in ("pub", "six", "foto"):
            yield self._one(Attack(name=f"public {name}", url=f"http://{name}.zz/"), self._shut)
        self._allowed.add((TRANSLATED, 80))
        yield self._one(Attack(name="public translated", url="http://translated.zz/"), self._shut)
        is_open = self._prober(self._nsd, replace(LIMITS, trial_networks=ANYWHERE))
        for one in LITERALS:
            yield self._one(Attack(name=f"open {one}", url=f"http://{shown(one)}/"), is_open)
        yield self._one(Attack(name="open by name", url="http://name20.zz/"), is_open)
        any_port = self._prober(self._nsd, replace(LIMITS, ports=frozenset({22, 80})))
        yield self._one(Attack(name="open port", url=f"http://{PUBLIC}:22/"), any_port)
        subprocess.run(["ip", "-6", "route", "del", "local", "::/0", "dev", "lo"], check=True)
        yield self._one(Attack(name="no way out", url="http://six.zz/"), self._shut)
        yield {"name": "lost", "strays": self._counting.lost(), "names_given_to_the_system": _given}

    def _prober(self, resolver: DnsResolver, limits: ProbeLimits) -> HttpProber:
        controls = [TargetUrl.parse(f"http://{CONTROL}/")]
        return HttpProber(resolver=resolver, suffixes=SUFFIXES, controls=controls, limits=limits)

    def _one(self, attack: Attack, prober: HttpProber) -> dict[str, object]:
        self._counting.drain()
        _connected.clear()
        looks = [prober.look([target(attack.url)], under=BASIS, now=T0)[0] for _ in range(attack.looks)]
        strays, good = self._counting.drain()
        return {
            "name": attack.name,
            "outcomes": [str(one.outcome) for one in looks],
            "reasons": [one.reason for one in looks],
            "controls": [one.control_ok for one in looks],
            "strays": sum(strays.values()),
            "where": dict(strays),
            "allowed": good,
            "connected": [one for one in _connected if one not in self._allowed],
        }


_connected: list[tuple[str, int]] = []
"""To whom this process asked for a connection, whether or not a packet came of it."""
_given: list[str] = []
"""Names that the system was asked to resolve; there must be none."""


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and arguments[0].family in {socket.AF_INET, socket.AF_INET6}:
        _connected.append(arguments[1][:2])
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"} and ip_of(arguments[0]) is None:
        _given.append(str(arguments[0]))


def ip_of(text: object) -> object:
    """The address that a text is; None for a name."""
    try:
        return ip_address(str(text))
    except ValueError:
        return None


if __name__ == "__main__":
    sys.addaudithook(_hook)
    code = main()
    sys.stdout.flush()
    os._exit(code)  # threads wait for connections that never come
