"""The small internet of the demonstration is one: names, clock and sites behave as the real ones do."""

import http.client
from datetime import UTC, datetime, timedelta

import pytest

from schoon.cli.demo._clock import LeapingClock
from schoon.cli.demo._names import NameServer
from schoon.cli.demo._sites import Site
from schoon.hosting.ports import DnsStatus
from schoon.net import DnsResolver

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Machine:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


def test_the_clock_lies_behind_runs_along_and_leaps_until_it_is_the_machines():
    machine = Machine()
    clock = LeapingClock(machine, 2 * DAY)
    assert clock() == NOON - 2 * DAY
    machine.now += timedelta(seconds=5)
    assert clock() == NOON - 2 * DAY + timedelta(seconds=5)
    clock.leap(NOON - DAY)
    assert clock() == NOON - DAY
    assert not clock.has_caught_up
    clock.leap(NOON + DAY)
    assert clock() == machine.now
    assert clock.has_caught_up


def test_the_clock_never_goes_back():
    clock = LeapingClock(Machine(), DAY)
    clock.leap(NOON - 3 * DAY)
    assert clock() == NOON - DAY


def test_names_are_answered_over_real_packets():
    names = NameServer("127.0.0.1", {"foto.zz": "127.77.1.10"})
    try:
        host, _, port = names.address.partition(":")
        resolver = DnsResolver(host, int(port))
        v4, v6 = resolver.look_up("foto.zz")
        assert [str(one) for one in v4.addresses] == ["127.77.1.10"]
        assert v6.status is DnsStatus.NO_DATA
        assert {one.status for one in resolver.look_up("nobody.zz")} == {DnsStatus.NO_SUCH_NAME}
        names.move("foto.zz", "127.77.1.20")
        assert [str(one) for one in resolver.look_up("foto.zz")[0].addresses] == ["127.77.1.20"]
    finally:
        names.close()


@pytest.mark.parametrize(("soft", "status"), [(False, 404), (True, 200)])
def test_a_site_says_in_its_own_way_that_something_is_gone(soft, status):
    site = Site("foto.zz", "127.0.0.1", soft=soft)
    try:
        site.put("/1.png", b"picture")
        assert asked(site, "/1.png") == (200, b"picture")
        site.take_away("/1.png")
        assert asked(site, "/1.png")[0] == status
        assert b"does not exist" in asked(site, "/1.png")[1]
    finally:
        site.close()


def asked(site, path):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found
