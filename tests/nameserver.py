"""A real name server (Debian's nsd) with zones of the tests' own, on the loopback."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import pytest

IN_CI = os.environ.get("CI", "") == "true"  # noqa: TID251 (CI must not skip the name server)
_START_SECONDS = 20

# Nothing is ever sent to these addresses; documentation ranges would be refused as hosting.
ZONES = {
    "zz": """
@            SOA ns.zz. desk.zz. 1 3600 600 86400 60
@            NS  ns
ns           A   127.0.0.1
foto         A   45.80.1.10
foto         A   45.80.1.11
foto         A   45.81.0.1
foto         AAAA 2d00:1::10
foto         AAAA 2d00:1::11
only4        A   45.80.1.10
only6        AAAA 2d00:1::10
www.foto     CNAME foto
deep         CNAME www.foto
elsewhere    CNAME target.yy.
dangling     CNAME nothing
mail         MX  10 only4
inside       A   10.0.0.1
inside       A   127.0.0.1
inside       AAAA ::1
half         A   45.80.1.10
half         A   192.168.1.1
cdn          A   45.99.0.1
xn--bcher-kva A  45.80.1.12
loop1        CNAME loop.yy.
""",
    "yy": """
@            SOA ns.zz. desk.zz. 1 3600 600 86400 60
@            NS  ns.zz.
target       A   45.80.1.20
loop         CNAME loop1.zz.
big          TXT "x"
""" + "".join(f"many A 45.82.{n // 250}.{n % 250 + 1}\n" for n in range(400)),
}  # fmt: skip


def nsd_program() -> str | None:
    """Where the server is; Debian keeps it out of an ordinary user's path."""
    return shutil.which("nsd") or shutil.which("nsd", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def serving_zones(
    folder: Path, zones: Mapping[str, str] = ZONES, broken: str = "xx", address: str = "127.0.0.1"
) -> Iterator[int]:
    """The port of a server with those zones; it answers SERVFAIL for the broken one, and REFUSED for others."""
    program = nsd_program()
    if program is None:
        if IN_CI:
            pytest.fail("CI must have a name server: apt-get install nsd")
        pytest.skip("NOT RUN AGAINST A NAME SERVER: apt-get install nsd")
    for name, text in zones.items():
        (folder / f"{name}.zone").write_text(f"$ORIGIN {name}.\n$TTL 60\n{text}")
    port = _free_port()
    (folder / "nsd.conf").write_text(_configuration(folder, f"{address}@{port}", [*zones, broken]))
    log = folder / "nsd.log"
    command = [program, "-d", "-c", str(folder / "nsd.conf")]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_it_answers((address, port), server, log)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _configuration(folder: Path, listens: str, zones: list[str]) -> str:
    lines = ["server:", f"  ip-address: {listens}", "  server-count: 1", '  username: ""', '  chroot: ""']
    lines += [f'  zonesdir: "{folder}"', f'  pidfile: "{folder}/nsd.pid"', f'  xfrdfile: "{folder}/xfrd.state"']
    lines += [f'  zonelistfile: "{folder}/zone.list"', f'  xfrdir: "{folder}"', '  database: ""', "  rrl-ratelimit: 0"]
    lines += ["remote-control:", "  control-enable: no"]
    for name in zones:
        lines += ["zone:", f'  name: "{name}"', f'  zonefile: "{name}.zone"']
    return "\n".join(lines) + "\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


def _wait_until_it_answers(at: tuple[str, int], server: subprocess.Popen[bytes], log: Path) -> None:
    question = dns.message.make_query("ns.zz", "A")
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise AssertionError(log.read_text())
        try:
            dns.query.udp(question, at[0], port=at[1], timeout=0.2)
        except (dns.exception.Timeout, OSError):
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())
