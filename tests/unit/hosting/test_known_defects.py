"""Defects of the tool in use today, by their numbers in our study of it: none of them is ours."""

import json
from datetime import timedelta
from ipaddress import ip_address

import pytest

from schoon.hosting import CachedAnswer, Scope, Source, Where
from tests.hosting_world import ROUTES, SUFFIXES, T0, World
from tests.rdap_server import entity, network


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.take()
    world.take_servers()
    return world


def test_defect_8_cleaning_the_cache_removes_what_expired_and_keeps_what_is_valid(world):
    """There, the nightly job deleted the rows that were still good, and left the old ones."""

    def answer(asked, hours):
        return CachedAnswer(
            source=Source.RDAP,
            asked=asked,
            text="{}",
            found=True,
            obtained_at=T0 - timedelta(days=1),
            expires_at=T0 + timedelta(hours=hours),
        )

    cache = world.ports.cache
    with world.ports.transactions.write() as tx:
        cache.put(tx, [answer("good", 1), answer("ends now", 0), answer("old", -1), answer("withdrawn", 1)])
        cache.withdraw(tx, Source.RDAP, "withdrawn")
        served = cache.get(tx, Source.RDAP, ["good", "ends now", "old", "withdrawn"], now=T0)
        assert list(served) == ["good"], "before the cleaning nothing old or withdrawn is served either"
        assert cache.clean(tx, now=T0) == 3
        assert "good" in cache.get(tx, Source.RDAP, ["good"], now=T0)


def test_defect_10_a_namesake_in_another_country_is_not_taken_for_the_hoster(world):
    """There, an OR without brackets let organisations of the same name through the filter on country."""
    world.take(
        "45.80.0.0/16\t1\tStroom\tNL\tabuse@stroom-nl.zz\n45.81.0.0/16\t2\tStroom\tDE\tabuse@stroom-de.zz\n",
        dated=T0.date(),
    )
    world.names.known = {"here.zz": ["45.80.0.1"], "there.zz": ["45.81.0.1"]}
    here, there = world.trace("https://here.zz/"), world.trace("https://there.zz/")
    assert ([one.email for one in here.contacts], here.residence.where) == (["abuse@stroom-nl.zz"], Where.OURS)
    assert ([one.email for one in there.contacts], there.residence.where) == (["abuse@stroom-de.zz"], Where.ABROAD)


@pytest.mark.parametrize(
    ("host", "registrable", "site"),
    [
        ("www.foto.co.uk", "foto.co.uk", "foto.co.uk"),
        ("a.b.foto.com.au", "foto.com.au", "foto.com.au"),
        ("www.foto.zz", "foto.zz", "foto.zz"),
        ("x.foto.city.kawasaki.jp", "city.kawasaki.jp", "city.kawasaki.jp"),
        ("someone.github.io", "github.io", "someone.github.io"),
        ("a.someone.github.io", "github.io", "someone.github.io"),
        ("co.uk", None, None),
        ("xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
    ],
)
def test_defect_11_the_registrable_domain_is_not_the_last_two_labels(host, registrable, site):
    """There, the main domain of foto.co.uk was co.uk."""
    found = SUFFIXES.cut(host)
    assert (found.registrable, found.site) == (registrable, site)


def test_defect_11_the_registrar_is_asked_for_the_registrable_domain(world):
    world.names.known["www.foto.co.uk"] = ["45.80.1.10"]
    world.trace("https://www.foto.co.uk/")
    assert "domain/foto.co.uk" in world.registry.asked


def test_defect_11_ipv6_is_traced_like_ipv4(world):
    """There, IPv6 was "not working yet"."""
    world.names.known["six.zz"] = ["2d00:1::10"]
    holder = entity("registrant", name="Zes BV", country="NL", inner=[entity("abuse", email="abuse@zes.zz")])
    world.registry.answers["ip/2d00:1::10"] = json.dumps(network("2d00:1::", "2d00:1::ffff", holder))
    for url in ("https://six.zz/", "https://[2d00:1::10]/"):
        chain = world.trace(url)
        (address,) = chain.addresses
        assert (address.prefix, address.asn, address.registered_range) == (
            "2d00:1::/32",
            64500,
            "2d00:1:: - 2d00:1::ffff",
        )
        assert chain.best_contact.email == "abuse@zes.zz"
        assert {one.scope for one in chain.contacts} == {Scope.HOSTER, Scope.NETWORK}
        assert chain.residence.where is Where.OURS


def test_defect_11_every_address_is_traced_and_not_the_first_alone(world):
    """There, the first A record decided, although the others may be at other hosters."""
    world.names.known["many.zz"] = ["45.81.0.1", "45.80.1.10", "45.80.9.9", "2d00:1::10"]
    chain = world.trace("https://many.zz/")
    assert {one.address: one.organisation for one in chain.addresses} == {
        "45.81.0.1": "Fern GmbH",
        "45.80.1.10": "Klant BV",
        "45.80.9.9": "Stroom BV",
        "2d00:1::10": "Stroom BV",
    }
    assert {one.email for one in chain.contacts} == {"abuse@fern.zz", "abuse@klant.zz", "abuse@stroom.zz"}
    assert len(chain.notice_to) == 3, "each of the three hosters gets a notice"
    assert chain.residence.where is Where.PARTLY
    assert chain.residence.countries == ("DE", "NL")


def test_the_rows_of_these_tests_hold_addresses_of_the_internet():
    """Otherwise the tests above would pass for want of hosting."""
    rows = [line.split("\t")[0] for line in ROUTES.splitlines()[1:]]
    assert len(rows) == 5
    assert all(ip_address(row.split("/")[0]).is_global or row.startswith("2d00") for row in rows)
