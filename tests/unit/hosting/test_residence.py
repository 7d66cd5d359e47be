"""Ours or abroad: by the organisations behind the addresses, with the reason in words."""

import json

import pytest

from schoon.hosting import Where
from tests.hosting_world import World
from tests.rdap_server import entity, network

ROWS = """45.80.0.0/16\t1\tHier BV\tNL\tabuse@hier.zz
45.81.0.0/16\t2\tDaar GmbH\tDE\tabuse@daar.zz
45.82.0.0/16\t3\tZwijgt\t\tabuse@zwijgt.zz
"""


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.take(ROWS)
    world.take_servers()
    return world


def registered(world, address, *, holder="", country=""):
    """The registry says that a range has a country, and perhaps that its holder is in one."""
    parties = [entity("registrant", name="Houder", country=holder)]
    world.registry.answers[f"ip/{address}"] = json.dumps(network(address, address, *parties, country=country))


def where(world, *addresses):
    world.names.known["foto.zz"] = list(addresses)
    return world.trace(fresh=True).residence


def test_one_organisation_decides(world):
    found = where(world, "45.80.0.1")
    assert (found.where, found.countries) == (Where.OURS, ("NL",))
    assert "Hier BV (NL)" in found.reason
    assert where(world, "45.81.0.1").where is Where.ABROAD


def test_the_registrys_country_alone_decides_nothing(world):
    registered(world, "45.82.0.1", country="NL")
    found = where(world, "45.82.0.1")
    assert (found.where, found.countries) == (Where.UNKNOWN, ())
    assert "only the registry's country (NL)" in found.reason


def test_the_registrys_country_does_not_go_before_the_organisations(world):
    registered(world, "45.80.0.1", country="GB")
    assert where(world, "45.80.0.1").where is Where.OURS
    registered(world, "45.82.0.2", holder="NL", country="DE")
    assert where(world, "45.82.0.2").where is Where.OURS


def test_organisations_in_different_countries_leave_it_unknown(world):
    registered(world, "45.80.0.3", holder="DE")
    found = where(world, "45.80.0.3")
    assert found.where is Where.UNKNOWN
    assert "DE and NL" in found.reason


def test_nobody_who_says_anything_leaves_it_unknown(world):
    found = where(world, "45.82.0.9")
    assert found.where is Where.UNKNOWN
    assert "nobody says" in found.reason


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (["45.80.0.1", "45.80.0.2"], Where.OURS),
        (["45.81.0.1", "45.81.0.2"], Where.ABROAD),
        (["45.80.0.1", "45.81.0.1"], Where.PARTLY),
        (["45.80.0.1", "45.82.0.9"], Where.PARTLY),
        (["45.81.0.1", "45.82.0.9"], Where.UNKNOWN),
        (["45.80.0.1", "192.168.0.1"], Where.OURS),
        (["192.168.0.1"], Where.UNKNOWN),
        ([], Where.UNKNOWN),
    ],
)
def test_every_address_counts_and_special_ones_do_not(world, addresses, expected):
    assert where(world, *addresses).where is expected


def test_what_is_ours_is_a_setting(tmp_path):
    world = World(tmp_path, home="DE")
    world.take(ROWS)
    assert where(world, "45.81.0.1").where is Where.OURS
    assert where(world, "45.80.0.1").where is Where.ABROAD
