"""Which addresses and ports may be connected to."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.followup import ProbeOutcome
from schoon.hosting import ipv4_behind, special_reason
from schoon.hosting.ports import DnsReply, DnsStatus
from schoon.net import ProbeLimits
from schoon.net._probe_names import Gate, Places
from schoon.net._probe_words import LookEnded
from schoon.reports import TargetUrl
from tests.integration.prober.attacks import INNER, LITERALS, RANGES

GATE = Gate(ProbeLimits())


@pytest.mark.parametrize("text", LITERALS)
def test_each_of_the_37_is_refused_with_a_reason(text):
    assert GATE.refusal(ip_address(text))


@pytest.mark.parametrize("text", RANGES)
def test_no_address_of_a_special_range_passes(text):
    network = ip_network(text)
    for place in (0, 1, network.num_addresses // 3, -1):
        assert GATE.refusal(network[place]), network[place]


@pytest.mark.parametrize(
    "text", ["45.80.1.10", "2d00:1::10", "1.1.1.1", "2a00::1", "::ffff:45.80.1.10", "64:ff9b::2d50:10a"]
)
def test_an_address_of_the_internet_passes_translated_ones_too(text):
    assert GATE.refusal(ip_address(text)) == ""


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("prefix", ["::ffff:0:0", "64:ff9b::"])
def test_what_is_reached_under_another_form_is_judged_in_its_place(inner, prefix):
    address = IPv6Address(int(IPv6Address(prefix)) | int(IPv4Address(inner)))
    assert ipv4_behind(address) == IPv4Address(inner)
    assert GATE.refusal(address) == special_reason(IPv4Address(inner)) != ""


@pytest.mark.parametrize(
    "text", ["::45.80.1.10", "2002:2d50:10a::", "64:ff9b:1::2d50:10a", "2001::d2af:fef5", "::ffff:0:45.80.1.10"]
)
def test_abolished_forms_and_tunnels_are_refused_whatever_they_hold(text):
    assert ipv4_behind(ip_address(text)) is None
    assert GATE.refusal(ip_address(text))


@given(st.ip_addresses())
def test_what_passes_is_an_address_that_the_whole_internet_reaches(address):
    inner = ipv4_behind(address) or address
    if not GATE.refusal(address):
        assert inner.is_global
        assert not any((inner.is_multicast, inner.is_private, inner.is_loopback, inner.is_reserved))


def test_networks_of_ones_own_are_refused_under_every_form():
    gate = Gate(replace(ProbeLimits(), own_networks=(ip_network("45.80.0.0/16"), ip_network("2d00:1::/32"))))
    for text in ("45.80.1.10", "::ffff:45.80.1.10", "64:ff9b::2d50:10a", "2d00:1::10"):
        assert gate.refusal(ip_address(text)) == "a network of one's own"
    assert gate.refusal(ip_address("45.81.0.1")) == ""


def test_ones_own_outweighs_what_is_open_for_a_trial():
    limits = ProbeLimits(own_networks=(ip_network("127.0.0.2"),), trial_networks=(ip_network("127.0.0.0/8"),))
    assert Gate(limits).refusal(ip_address("127.0.0.1")) == ""
    assert Gate(limits).refusal(ip_address("127.0.0.2"))


@pytest.mark.parametrize(
    ("url", "port"), [("http://a.zz/", 80), ("https://a.zz/", 443), ("http://a.zz:443/", 443), ("https://a.zz:80/", 80)]
)
def test_the_ports_of_the_web_may_be_connected_to(url, port):
    assert GATE.require_port(TargetUrl.parse(url)) == port


@pytest.mark.parametrize("port", [1, 22, 25, 53, 79, 81, 442, 444, 6379, 8080, 65535])
def test_other_ports_may_not_unless_they_are_set(port):
    url = TargetUrl.parse(f"http://a.zz:{port}/")
    with pytest.raises(LookEnded, match="forbidden_port"):
        GATE.require_port(url)
    assert Gate(ProbeLimits(ports=frozenset({port}))).require_port(url) == port


class Told:
    """A resolver that answers what it was told, one pair of answers after the other."""

    def __init__(self, *answers: tuple[DnsReply, DnsReply]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def look_up(self, name: str) -> tuple[DnsReply, DnsReply]:
        self.asked.append(name)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def reply(kind: str, status: DnsStatus, *addresses: str) -> DnsReply:
    return DnsReply(kind=kind, status=status, addresses=tuple(ip_address(one) for one in addresses))


def pair(four: DnsStatus, six: DnsStatus) -> tuple[DnsReply, DnsReply]:
    return reply("A", four), reply("AAAA", six)


def end_of(*answers: tuple[DnsReply, DnsReply]) -> tuple[str, str, int]:
    resolver = Told(*answers)
    with pytest.raises(LookEnded) as caught:
        Places(resolver, GATE).of("a.zz")
    return str(caught.value.outcome), str(caught.value.reason), len(resolver.asked)


S = DnsStatus


@pytest.mark.parametrize(
    ("four", "six", "expected"),
    [
        (S.NO_SUCH_NAME, S.NO_SUCH_NAME, ("gone", "nxdomain", 2)),
        (S.NO_DATA, S.NO_DATA, ("gone", "no_address", 2)),
        (S.NO_SUCH_NAME, S.SERVFAIL, ("temporary", "servfail", 1)),
        (S.NO_SUCH_NAME, S.NO_DATA, ("temporary", "servfail", 1)),
        (S.SERVFAIL, S.NO_DATA, ("temporary", "servfail", 1)),
        (S.MALFORMED, S.MALFORMED, ("temporary", "servfail", 1)),
        (S.TIMEOUT, S.NO_SUCH_NAME, ("temporary", "timeout", 1)),
        (S.TIMEOUT, S.TIMEOUT, ("temporary", "timeout", 1)),
        (S.REFUSED, S.NO_DATA, ("checker_fault", "resolver", 1)),
        (S.UNREACHABLE, S.UNREACHABLE, ("checker_fault", "resolver", 1)),
        (S.NOT_CONFIGURED, S.NOT_CONFIGURED, ("checker_fault", "resolver", 1)),
    ],
)
def test_what_a_name_without_an_address_says(four, six, expected):
    assert end_of(pair(four, six)) == expected


def test_a_name_that_is_gone_is_asked_for_twice_and_only_the_second_answer_counts():
    gone = pair(S.NO_SUCH_NAME, S.NO_SUCH_NAME)
    assert end_of(gone, pair(S.SERVFAIL, S.SERVFAIL)) == ("temporary", "servfail", 2)
    back = (reply("A", S.ANSWERED, "45.80.1.10"), reply("AAAA", S.NO_DATA))
    assert [str(one) for one in Places(Told(gone, back), GATE).of("a.zz")] == ["45.80.1.10"]


def test_one_answer_that_may_not_be_connected_to_refuses_all():
    answers = (reply("A", S.ANSWERED, "45.80.1.10", "45.80.1.11"), reply("AAAA", S.ANSWERED, "2d00:1::1", "::1"))
    assert end_of(answers) == ("checker_fault", "forbidden_address", 1)


def test_a_host_is_asked_for_once_and_remembered_also_when_it_failed():
    resolver = Told((reply("A", S.ANSWERED, "45.80.1.10"), reply("AAAA", S.SERVFAIL)))
    places = Places(resolver, GATE)
    assert places.of("a.zz") == places.of("a.zz") == (ip_address("45.80.1.10"),)
    assert resolver.asked == ["a.zz"]
    resolver.answers = [pair(S.SERVFAIL, S.SERVFAIL)]
    for _ in range(3):
        with pytest.raises(LookEnded):
            places.of("b.zz")
    assert resolver.asked == ["a.zz", "b.zz"]


def test_an_address_and_a_name_outside_the_dns_are_asked_of_nobody():
    resolver = Told(pair(S.NO_DATA, S.NO_DATA))
    places = Places(resolver, GATE)
    assert places.of("45.80.1.10") == (ip_address("45.80.1.10"),)
    for name in ("localhost", "x.onion", "onion", "db.internal", "a.local"):
        with pytest.raises(LookEnded) as caught:
            places.of(name)
        assert caught.value.outcome is ProbeOutcome.CHECKER_FAULT
    assert resolver.asked == []


def test_an_address_that_is_written_as_ipv6_is_connected_to_as_what_it_is():
    resolver = Told((reply("A", S.NO_DATA), reply("AAAA", S.ANSWERED, "::ffff:45.80.1.10")))
    assert Places(resolver, GATE).of("a.zz") == (IPv4Address("45.80.1.10"),)
