"""Certificates: verified; a fault is a finding, and what lies behind it is looked at once more, for evidence."""

import socket
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from schoon.followup import ProbeOutcome, TlsFault
from schoon.kinds import Kind
from tests.probe_world import BASIS, T0, World, answer, serving, target, to
from tests.unit.hashing.pictures import a_picture, encoded
from tests.unit.net.certificates import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusting(world: World, authority: Authority) -> World:
    world.options["ca_file"] = authority.file
    return world


def over_tls(authority: Authority, name: str = "foto.zz", **options):
    return serving(context=authority.context(name, **options))


def test_a_good_certificate_is_no_finding(trusting, authority):
    with over_tls(authority) as web:
        trusting.ports.add(web.port)
        result = trusting.see(web.at("foto.zz", "/a", answer("x")))
        assert (result.outcome, result.tls_fault) == (ProbeOutcome.PRESENT, None)
        assert trusting.see(web.at("foto.zz", "/b", answer("x", 404))).outcome is ProbeOutcome.GONE


FAULTS: dict[TlsFault, dict[str, Any]] = {
    TlsFault.EXPIRED: {"days": (-10, -1)},
    TlsFault.NAME_MISMATCH: {"name": "shop.yy"},
    TlsFault.SELF_SIGNED: {"is_self_signed": True},
    TlsFault.UNTRUSTED: {"is_of_another": True},
}
"""What is wrong, and how the authority makes it so."""


@pytest.mark.parametrize("fault", FAULTS)
def test_content_behind_a_bad_certificate_is_present_and_the_fault_is_told(trusting, authority, fault):
    with over_tls(authority, **FAULTS[fault]) as web:
        trusting.ports.add(web.port)
        result = trusting.see(web.at("foto.zz", "/a", answer("x")))
        assert (result.outcome, result.tls_fault) == (ProbeOutcome.PRESENT, fault)
        assert result.digests
        assert web.paths()[0] == "/a"


@pytest.mark.parametrize("fault", FAULTS)
def test_how_a_picture_looks_is_not_believed_of_a_host_that_nobody_vouches_for(trusting, authority, fault):
    """Else whoever sits in between makes a removal by showing another one."""
    picture = encoded(a_picture(), "JPEG")
    with over_tls(authority, **FAULTS[fault]) as web:
        trusting.ports.add(web.port)
        url = web.at("foto.zz", "/a", answer(picture))
        with closing(trusting.prober(pictures=True)) as prober:
            (result,) = prober.look([target(url)], under=BASIS, now=T0)
    kinds = {one.kind for one in result.digests}
    assert kinds == {Kind.MD5, Kind.SHA1, Kind.SHA256} | ({Kind.PDQ} if fault is TlsFault.EXPIRED else set())


@pytest.mark.parametrize("fault", [one for one in FAULTS if one is not TlsFault.EXPIRED])
@pytest.mark.parametrize(
    "reply",
    [answer("", 404), answer("", 410), answer(""), answer("no", 403), to("/b"), to("http://shop.yy/")],
    ids=["404", "410", "empty", "403", "to a 404", "to another site"],
)
def test_no_removal_is_taken_from_a_host_that_nobody_vouches_for(trusting, authority, fault, reply):
    with over_tls(authority, **FAULTS[fault]) as web:
        trusting.ports.add(web.port)
        result = trusting.see(web.at("foto.zz", "/a", reply))
        assert result.outcome is ProbeOutcome.TEMPORARY
        assert result.moved_to is None


def test_of_an_expired_certificate_the_rest_is_still_verified_so_that_a_removal_counts(trusting, authority):
    with over_tls(authority, days=(-10, -1)) as web:
        trusting.ports.add(web.port)
        result = trusting.see(web.at("foto.zz", "/a", answer("", 404)))
        assert (result.outcome, result.tls_fault) == (ProbeOutcome.GONE, TlsFault.EXPIRED)
        early = trusting.see(web.at("foto.zz", "/b", answer("x")))
        assert early.tls_fault is TlsFault.EXPIRED


@pytest.mark.parametrize("more", [{"name": "shop.yy"}, {"is_self_signed": True}, {"is_of_another": True}])
def test_expired_and_something_else_is_not_expired_alone(trusting, authority, more):
    with over_tls(authority, days=(-10, -1), **more) as web:
        trusting.ports.add(web.port)
        result = trusting.see(web.at("foto.zz", "/a", answer("", 404)))
        assert result.outcome is ProbeOutcome.TEMPORARY
        assert result.tls_fault not in {None, TlsFault.EXPIRED}


def test_a_certificate_that_is_not_valid_yet_counts_as_expired(trusting, authority):
    with over_tls(authority, days=(1, 10)) as web:
        trusting.ports.add(web.port)
        assert trusting.see(web.at("foto.zz", "/a", answer("x"))).tls_fault is TlsFault.EXPIRED


def test_an_address_in_numbers_needs_a_certificate_for_that_address(trusting, authority):
    with over_tls(authority) as web:
        trusting.ports.add(web.port)
        assert trusting.see(web.at("127.0.0.1", "/a", answer("x"))).tls_fault is TlsFault.NAME_MISMATCH
    with over_tls(authority, name="127.0.0.1") as web:
        trusting.ports.add(web.port)
        assert trusting.see(web.at("127.0.0.1", "/a", answer("x"))).tls_fault is None


def test_the_name_that_was_asked_for_is_sent(trusting, authority):
    context = authority.context("foto.zz")
    names: list[str | None] = []
    context.sni_callback = lambda connection, name, _: names.append(name)
    with serving(context=context) as web:
        trusting.ports.add(web.port)
        trusting.see(web.at("foto.zz", "/a", answer("x")))
    assert set(names) == {"foto.zz"}


def talk_once(server: socket.socket, talk: Callable[[socket.socket], object]) -> None:
    with server.accept()[0] as connection, suppress(OSError):
        talk(connection)


@pytest.mark.parametrize(
    ("talk", "reason", "fault"),
    [
        (lambda connection: connection.sendall(b"220 mail\r\n" * 9), "tls", TlsFault.HANDSHAKE),
        (lambda connection: connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28"), "tls", TlsFault.HANDSHAKE),
        (lambda connection: connection.close(), "reset", None),
        (
            lambda connection: (connection.recv(10_000) and connection.settimeout(2)) or connection.recv(1),
            "timeout",
            None,
        ),
    ],
    ids=["another protocol", "an alert", "closes", "silent"],
)
def test_what_speaks_no_tls_says_nothing_today(trusting, talk, reason, fault):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        trusting.ports.add(port)
        trusting.limits = replace(trusting.limits, connect=timedelta(seconds=0.5))
        threading.Thread(target=talk_once, args=(server, talk), daemon=True).start()
        result = trusting.see(f"https://foto.zz:{port}/a")
    assert (result.outcome, result.reason, result.tls_fault) == (ProbeOutcome.TEMPORARY, reason, fault)


def test_a_redirect_from_a_host_that_nobody_vouches_for_taints_what_follows(trusting, authority):
    with over_tls(authority, is_self_signed=True) as bad:
        gone = trusting.web.at("www.foto.zz", "/gone", answer("", 404))
        url = bad.at("foto.zz", "/a", to(gone))
        trusting.ports.add(bad.port)
        assert trusting.see(url).outcome is ProbeOutcome.TEMPORARY
