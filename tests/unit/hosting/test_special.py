"""Addresses at which nothing on the internet is hosted."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.hosting._special import Internet, special_name_reason, special_reason

SPECIAL = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "4000::1",
    "1000::1",
    "0200::1",
]
PUBLIC = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "45.80.1.10",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "192.167.255.255",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2a00::1",
    "2400::1",
    "2001:200::1",
    "2003::1",
]


@pytest.mark.parametrize("text", SPECIAL)
def test_a_special_address_hosts_nothing_and_says_why(text):
    assert special_reason(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_of_the_internet_may_host(text):
    assert special_reason(ip_address(text)) == ""


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_python_knows_as_private_or_multicast_is_never_hosting(address):
    if address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified:
        assert special_reason(address)
    if address.version == 4 and not address.is_global and str(address) not in {"192.0.0.9", "192.0.0.10"}:
        assert special_reason(address)


@pytest.mark.parametrize("name", ["localhost", "a.localhost", "printer.local", "db.internal", "x.home.arpa", "a.alt"])
def test_a_name_outside_the_public_dns_says_why(name):
    assert special_name_reason(name)


@pytest.mark.parametrize("name", ["foto.zz", "local.zz", "notlocalhost", "internal.zz"])
def test_other_names_may_be_asked(name):
    assert special_name_reason(name) == ""


def test_a_trial_network_counts_as_the_internet_and_what_lies_beside_it_does_not():
    trial = Internet((ip_network("127.77.0.0/16"),))
    assert trial.special_reason(ip_address("127.77.1.10")) == ""
    assert "loopback" in trial.special_reason(ip_address("127.78.0.1"))
    assert "loopback" in Internet().special_reason(ip_address("127.77.1.10"))
    assert "IPv4 address written as IPv6" in trial.special_reason(ip_address("::ffff:127.77.1.10"))
