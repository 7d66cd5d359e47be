"""Batches: order, turns, limits of time, our own outages, vantage points, the legal basis, and what is left behind."""

import logging
import os
import socket
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from schoon.followup import ProbeOutcome
from schoon.kinds import InputError, RefusedError
from schoon.net import DnsResolver, HttpProber, NoLegalBasisError, NoResolver, ProberSetUpError, Vantage
from schoon.net._probe_line import require_peer
from schoon.net._probe_words import LookEnded
from schoon.reports import TargetUrl
from tests.probe_world import BASIS, T0, answer, raw, serving, target, to


def outcomes(results):
    return [str(one.outcome) for one in results]


def test_results_come_in_the_order_of_the_targets(world, web):
    urls, expected = [], []
    for n in range(40):
        urls.append(web.at(f"h{n % 7}.zz", f"/{n}", answer("x", 200 if n % 3 else 404)))
        expected.append("present" if n % 3 else "gone")
    results = world.look(*urls)
    assert outcomes(results) == expected
    assert [one.item_id for one in results] == [f"item{n:04}" for n in range(40)]
    assert all(T0 <= one.at < T0 + timedelta(minutes=1) for one in results)


def test_an_empty_batch_asks_nobody(world, web):
    assert world.look() == []
    assert web.asked == []


def waiting(seconds: float):
    def wait(connection):
        time.sleep(seconds)
        answer("x", 404)(connection)

    return wait


class Together:
    """Counts the visitors that are there at the same time; the first wait until so many came."""

    def __init__(self, wanted: int):
        self._wanted, self._lock, self._full = wanted, threading.Lock(), threading.Event()
        self._there = self.most = 0

    def __call__(self, connection):
        with self._lock:
            self._there += 1
            self.most = max(self.most, self._there)
            if self._there == self._wanted:
                self._full.set()
        self._full.wait(10)
        time.sleep(0.03)
        with self._lock:
            self._there -= 1  # before the answer: a visitor who has it may go on elsewhere at once
        answer("x", 404)(connection)


class OneAtATime:
    """Counts the times that a second visitor came in while the first was there."""

    def __init__(self):
        self._busy = threading.Semaphore(1)
        self.overlaps = 0

    def __call__(self, connection):
        if self._busy.acquire(blocking=False):
            time.sleep(0.03)
            self._busy.release()
        else:
            self.overlaps += 1
        answer("x", 404)(connection)


def test_of_one_host_one_address_at_a_time_those_that_redirects_lead_to_as_well(world, web):
    counter = OneAtATime()
    web.everywhere("foto.zz", counter)
    urls = [f"http://foto.zz:{web.port}/{n}" for n in range(4)]
    urls += [web.at(f"h{n}.zz", "/a", to(f"http://foto.zz:{web.port}/x{n}")) for n in range(6)]
    assert set(outcomes(world.look(*urls))) == {"gone"}
    assert len(web.paths("foto.zz")) == 10
    assert counter.overlaps == 0
    world.look(*(web.at(f"h{n}.zz", "/b", counter) for n in range(6)))
    assert counter.overlaps > 0, "other hosts do not wait"


@pytest.mark.parametrize("parallel", [1, 3])
def test_at_most_so_many_hosts_at_the_same_time(world, web, parallel):
    counter = Together(parallel)
    urls = [web.at(f"h{n}.zz", "/a", counter) for n in range(9)]
    world.limits = replace(world.limits, parallel=parallel)
    assert set(outcomes(world.look(*urls))) == {"gone"}
    assert counter.most == parallel


def test_what_is_not_begun_in_time_is_not_begun(world, web):
    world.limits = replace(world.limits, batch=timedelta(seconds=0.1))
    urls = [web.at("foto.zz", f"/{n}", waiting(0.06)) for n in range(6)]
    results = world.look(*urls)
    assert outcomes(results)[0] == "gone"
    assert {one.reason for one in results[3:]} == {"not_begun"}
    assert {one.outcome for one in results[3:]} == {ProbeOutcome.CHECKER_FAULT}
    assert len(web.paths("foto.zz")) < 6


def test_a_look_that_takes_too_long_says_nothing_for_a_removal(world, web):
    world.limits = replace(world.limits, look=timedelta(seconds=0.05))
    with serving("127.0.0.2", web.port) as second:
        result = world.see(web.at("pair.zz", "/a", waiting(0.1)))
        second.at("pair.zz", "/a", waiting(0.1))
    assert (result.outcome, result.reason) == (ProbeOutcome.TEMPORARY, "out_of_time")


def test_one_target_that_breaks_us_does_not_stop_the_others(world, web, caplog):
    class Breaking(DnsResolver):
        def look_up(self, name):
            if name == "shop.yy":
                raise RuntimeError("http://shop.yy/secret")
            return super().look_up(name)

    resolver = Breaking("127.0.0.1", world.resolver_port)
    with caplog.at_level(logging.DEBUG):
        results = world.look(web.at("foto.zz", "/a", answer("x")), "http://shop.yy/secret", resolver=resolver)
    assert [(str(one.outcome), one.reason) for one in results] == [("present", "content"), ("checker_fault", "defect")]
    assert "secret" not in caplog.text


# Our own outages


def test_without_control_nothing_is_looked_at(world, web):
    url = web.at("foto.zz", "/a", answer("x", 404))
    web.at("control.zz", "/", answer("down", 500))
    results = world.look(url, url)
    assert [(str(one.outcome), one.reason, one.control_ok) for one in results] == [
        ("checker_fault", "control", False)
    ] * 2
    assert web.paths("foto.zz") == []


def test_an_outage_that_begins_meanwhile_takes_what_was_seen_with_it(world, web):
    def breaking_down(connection):
        web.at("control.zz", "/", lambda _: None)
        answer("x", 404)(connection)

    results = world.look(web.at("foto.zz", "/a", breaking_down), web.at("h1.zz", "/a", answer("x")))
    assert {(str(one.outcome), one.control_ok) for one in results} == {("checker_fault", False)}


def test_one_control_of_several_is_enough(world, web):
    dead = TargetUrl.parse(f"http://dead.zz:{web.port}/")
    control = TargetUrl.parse(world.control)
    assert world.found(web.at("foto.zz", "/a", answer("x")), controls=[dead, control]) == ("present", "content")
    assert world.found(web.at("foto.zz", "/a", answer("x")), controls=[dead, dead]) == ("checker_fault", "control")


@pytest.mark.parametrize("reply", [answer("x", 404), answer("x", 503), to("/gone"), raw(b"junk"), answer("x", 401)])
def test_a_control_answers_well_or_not_at_all(world, web, reply):
    web.at("control.zz", "/", reply)
    assert world.found(web.at("foto.zz", "/a", answer("x"))) == ("checker_fault", "control")


def test_a_resolver_that_is_not_there_is_an_outage_of_ours(world, web):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        dead = DnsResolver("127.0.0.1", taken.getsockname()[1], timeout=timedelta(seconds=0.1), tries=1)
        url = web.at("foto.zz", "/a", answer("x"))
        assert world.found(url, resolver=dead) == ("checker_fault", "control")
    assert world.found(url, resolver=NoResolver()) == ("checker_fault", "control")


def test_a_resolver_that_invents_addresses_is_an_outage_of_ours(world, web):
    class Inventing(DnsResolver):
        def look_up(self, name):
            return super().look_up("foto.zz" if name.endswith(".invalid") else name)

    inventing = Inventing("127.0.0.1", world.resolver_port)
    assert world.found(web.at("foto.zz", "/a", answer("x")), resolver=inventing) == ("checker_fault", "control")


# Vantage points


def test_each_vantage_point_looks_with_its_own_address_and_control(world, web):
    points = [
        Vantage(name="one", sources=(ip_address("127.0.0.11"),)),
        Vantage(name="two", sources=(ip_address("127.0.0.12"),)),
    ]
    url = web.at("foto.zz", "/a", answer("x"))
    other = web.at("h1.zz", "/a", answer("x", 404))
    results = world.look(url, other, points=points)
    assert [(one.item_id, one.vantage, str(one.outcome)) for one in results] == [
        ("item0000", "one", "present"), ("item0000", "two", "present"),
        ("item0001", "one", "gone"), ("item0001", "two", "gone"),
    ]  # fmt: skip
    assert {one.peer for one in web.asked} == {"127.0.0.11", "127.0.0.12"}
    assert {one.peer for one in web.asked if one.host == "control.zz"} == {"127.0.0.11", "127.0.0.12"}
    assert world.prober(points=points).vantages == ("one", "two")


def test_a_vantage_point_that_has_lost_its_address_is_at_fault_alone(world, web):
    points = [Vantage(name="one"), Vantage(name="two", sources=(ip_address("192.0.2.7"),))]
    results = world.look(web.at("foto.zz", "/a", answer("x", 404)), points=points)
    assert [(one.vantage, str(one.outcome), one.control_ok) for one in results] == [
        ("one", "gone", True), ("two", "checker_fault", False),
    ]  # fmt: skip


def test_an_address_of_a_version_that_the_vantage_point_lacks_is_no_removal(world, web):
    points = [Vantage(name="four", sources=(ip_address("127.0.0.11"),))]
    assert world.found(f"http://six.zz:{web.port}/a", points=points) == ("checker_fault", "no_route")


# What it needs to be made, and to look


def test_nobody_looks_under_a_legal_basis_that_has_ended(world, web):
    url = web.at("foto.zz", "/a", answer("x"))
    ended = replace(BASIS, ended_at=T0)
    for basis, now in ((ended, T0), (ended, T0 + timedelta(days=1)), (BASIS, T0 - timedelta(seconds=1))):
        with pytest.raises(NoLegalBasisError) as caught:
            world.prober().look([target(url)], under=basis, now=now)
        assert isinstance(caught.value, RefusedError)
    assert web.asked == []
    assert world.prober().look([target(url)], under=replace(ended, ended_at=T0 + timedelta(seconds=1)), now=T0)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"controls": []}, "control"),
        ({"points": []}, "none"),
        ({"points": [Vantage(name="a"), Vantage(name="a")]}, "a, a"),
        ({"points": [Vantage(name="desk")]}, "desk"),
    ],
)
def test_a_prober_that_could_not_tell_our_outage_from_a_removal_is_not_made(world, options, word):
    with pytest.raises(ProberSetUpError, match=word) as caught:
        world.prober(**options)
    assert isinstance(caught.value, InputError)


def test_the_other_end_must_be_who_was_meant():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        require_peer(connection, ip_address("127.0.0.1"))
        with pytest.raises(LookEnded, match="wrong_peer"):
            require_peer(connection, ip_address("127.0.0.2"))


def test_a_network_of_ones_own_is_never_connected_to(world, web):
    with serving("127.0.0.2", web.port) as second:
        second.at("pair.zz", "/a", answer("x"))
        url = web.at("pair.zz", "/a", answer("x"))
        assert world.found(url) == ("present", "content")
        asked = len(web.paths("pair.zz") + second.paths())
        world.limits = replace(world.limits, own_networks=(ip_network("127.0.0.2"),))
        assert world.found(url) == ("checker_fault", "forbidden_address")
        assert len(web.paths("pair.zz") + second.paths()) == asked


# What is left behind


_watching: list[tuple[str, tuple[Any, ...]]] | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching is not None and event in {
        "open",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "os.rename",
        "os.mkdir",
    }:
        _watching.append((event, arguments))


sys.addaudithook(_hook)


def test_nothing_is_written_and_no_name_is_given_to_the_system(world, web):
    global _watching
    body = b"\xff\xd8\xff" + os.urandom(200_000)
    urls = [
        web.at("foto.zz", "/a.jpg", answer(body)),
        web.at("h1.zz", "/a", to(f"http://www.foto.zz:{web.port}/b")),
        web.at("h2.zz", "/a", answer("x", 404)),
        "http://nowhere.zz/",
    ]
    prober = world.prober()
    assert prober.tls.verified  # reads the system's certificates, once
    _watching = []
    try:
        results = prober.look([target(url, n) for n, url in enumerate(urls)], under=BASIS, now=T0)
        seen = list(_watching)
    finally:
        _watching = None
    assert outcomes(results) == ["present", "gone", "gone", "gone"]
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT
    written = [one for one in seen if one[0] != "open" or (isinstance(one[1][2], int) and one[1][2] & writing)]
    assert written == []


def test_nothing_of_it_is_in_logs_or_in_what_is_shown(world, web, caplog):
    with caplog.at_level(logging.DEBUG):
        result = world.see(web.at("foto.zz", "/very-secret", answer("secret words")))
    told = caplog.text + repr(result) + repr(target("http://foto.zz/very-secret"))
    for secret in ("secret", "foto.zz", "127.0.0.1", result.digests[0].hex):
        assert secret not in told


def test_it_is_a_prober(world):
    assert isinstance(world.prober(), HttpProber)
