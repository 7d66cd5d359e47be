"""The door to registries against real servers on the loopback: good, failing, redirecting, endless, slow, forged."""

import json
import socket
import ssl
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from schoon.hosting.ports import SourceFault
from schoon.net import RdapDoor
from tests.hosting_world import World
from tests.rdap_server import bootstrap, domain, entity, network, serving_registry, status
from tests.unit.net.certificates import self_signed

QUICK = RdapDoor(
    connect_timeout=timedelta(seconds=1),
    answer_timeout=timedelta(seconds=0.3),
    longest_answer=timedelta(seconds=1),
    max_body=10_000,
)


@pytest.fixture
def registry():
    with serving_registry() as registry:
        yield registry


def fault_of(url, servers, door=QUICK):
    with pytest.raises(SourceFault) as caught:
        door.get(url, servers)
    return caught.value.kind


def test_an_answer_is_fetched(registry):
    registry.answers["/rdap/ip/45.80.1.10"] = network("45.80.1.0", "45.80.1.255")
    assert json.loads(QUICK.get(f"{registry.base}ip/45.80.1.10", registry.servers))["handle"]


def test_a_server_that_no_file_names_is_never_asked(registry):
    registry.answers["/rdap/ip/1"] = {}
    assert fault_of(f"{registry.base}ip/1", frozenset({"https://rdap.zz:443"})) == "not_allowed"
    assert registry.asked == []


def test_plain_http_goes_to_this_machine_alone():
    assert fault_of("http://rdap.zz/ip/1", frozenset({"http://rdap.zz:80"})) == "not_allowed"
    assert fault_of("http://45.80.1.10/ip/1", frozenset({"http://45.80.1.10:80"})) == "not_allowed"


def test_a_redirect_within_the_files_servers_is_followed(registry):
    with serving_registry() as other:
        other.answers["/rdap/ip/1"] = {"from": "other"}
        registry.answers["/rdap/ip/1"] = status(302, Location=f"{other.base}ip/1")
        assert json.loads(QUICK.get(f"{registry.base}ip/1", registry.servers | other.servers)) == {"from": "other"}


def test_a_redirect_to_another_host_is_not_followed(registry):
    with serving_registry() as other:
        registry.answers["/rdap/ip/1"] = status(307, Location=f"{other.base}ip/1")
        assert fault_of(f"{registry.base}ip/1", registry.servers) == "not_allowed"
        assert other.asked == []


@pytest.mark.parametrize("location", ["", "file:///etc/passwd", "gopher://127.0.0.1/", "//127.0.0.1:1/", "http://[::1"])
def test_a_redirect_elsewhere_is_not_followed(registry, location):
    registry.answers["/rdap/ip/1"] = status(301, Location=location)
    assert fault_of(f"{registry.base}ip/1", registry.servers) == "not_allowed"


def test_redirects_without_end_end(registry):
    registry.answers["/rdap/ip/1"] = status(302, Location="/rdap/ip/1")
    assert fault_of(f"{registry.base}ip/1", registry.servers) == "redirect"
    assert len(registry.asked) == 4


@pytest.mark.parametrize(
    ("code", "kind"), [(404, "not_found"), (429, "rate_limited"), (403, "refused"), (500, "error"), (204, "error")]
)
def test_a_status_is_told_in_a_word(registry, code, kind):
    registry.answers["/rdap/ip/1"] = status(code, b"" if code == 204 else b"{}")
    assert fault_of(f"{registry.base}ip/1", registry.servers) == kind


def test_an_answer_without_end_is_cut(registry):
    registry.answers["/rdap/ip/1"] = status(200, b"x" * 10_001)
    assert fault_of(f"{registry.base}ip/1", registry.servers) == "too_large"


def test_compression_is_not_asked_for_and_not_undone(registry):
    registry.answers["/rdap/ip/1"] = status(200, b"\x1f\x8b\x08\x00bomb", **{"Content-Encoding": "gzip"})
    assert fault_of(f"{registry.base}ip/1", registry.servers) == "malformed"


def test_a_silent_registry_times_out(registry):
    over = threading.Event()
    registry.answers["/rdap/ip/1"] = lambda handler: over.wait(5)
    assert fault_of(f"{registry.base}ip/1", registry.servers) == "timeout"
    over.set()


def test_a_registry_that_drips_is_cut_and_what_came_is_not_believed(registry):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    registry.answers["/rdap/ip/1"] = drip
    started = time.monotonic()
    assert fault_of(f"{registry.base}ip/1", registry.servers) in {"timeout", "unreachable"}
    assert time.monotonic() - started < 30, "cut long before the server would have ended"


def test_nobody_there_is_unreachable():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert fault_of(f"http://127.0.0.1:{port}/ip/1", frozenset({f"http://127.0.0.1:{port}"})) == "unreachable"


def test_a_certificate_that_nobody_vouches_for_is_refused(registry, tmp_path):
    url, servers, certificate = over_tls(registry, tmp_path)
    registry.answers["/rdap/ip/1"] = {"good": True}
    assert fault_of(url, servers) == "tls"
    assert registry.asked == []
    assert json.loads(RdapDoor(ca_file=certificate).get(url, servers)) == {"good": True}


def over_tls(registry, folder: Path):
    certificate, key = self_signed(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    registry.socket = context.wrap_socket(registry.socket, server_side=True)
    port = registry.server_address[1]
    return f"https://127.0.0.1:{port}/rdap/ip/1", frozenset({f"https://127.0.0.1:{port}"}), certificate


def test_a_whole_trace_over_a_real_registry(registry, tmp_path):
    world = World(tmp_path, registry=QUICK)
    world.take(bootstrap([[["45.0.0.0/8"], [registry.base]]]), name="ipv4.json")
    world.take(bootstrap([[["2d00::/8"], [registry.base.removesuffix("/")]]]), name="ipv6.json")
    world.take(bootstrap([[["zz"], [registry.base]]]), name="dns.json")
    holder = entity("registrant", name="Klant BV", country="NL", inner=[entity("abuse", email="abuse@klant.zz")])
    registry.answers["/rdap/ip/45.80.1.10"] = network("45.80.1.0", "45.80.1.255", holder)
    registry.answers["/rdap/ip/2d00:1::10"] = network("2d00:1::", "2d00:1:ffff::", holder)
    registrar = entity("registrar", name="Names Ltd", inner=[entity("abuse", email="abuse@names.zz")])
    registry.answers["/rdap/domain/foto.zz"] = domain("foto.zz", registrar)
    world.names.known["www.foto.zz"] = ["45.80.1.10", "2d00:1::10"]
    chain = world.trace("https://www.foto.zz/")
    assert registry.asked == ["/rdap/ip/45.80.1.10", "/rdap/ip/2d00:1::10", "/rdap/domain/foto.zz"]
    assert {one.email for one in chain.contacts} == {"abuse@klant.zz", "abuse@names.zz"}
