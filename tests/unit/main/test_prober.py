"""The prober that settings describe."""

from pathlib import Path

import pytest

import schoon
from schoon.main._prober import prober_of
from schoon.net import ProberSetUpError
from schoon.reports import TargetUrlError
from schoon.settings import Settings

SET = {
    "SCHOON_RESOLVER": "192.0.2.53",
    "SCHOON_PROBE_CONTROLS": "https://example.org/,https://example.net/",
    "SCHOON_PROBE_VANTAGES": "one=192.0.2.7,two=198.51.100.7+2001:db8::7",
    "SCHOON_PROBE_PORTS": "80,443,8080",
    "SCHOON_PROBE_OWN_NETWORKS": "45.80.0.0/16",
    "SCHOON_PROBE_PARALLEL": "3",
    "SCHOON_PROBE_PICTURES": "yes",
}


@pytest.mark.parametrize("missing", ["SCHOON_RESOLVER", "SCHOON_PROBE_CONTROLS"])
def test_without_a_resolver_or_a_control_there_is_none(missing):
    assert prober_of(Settings.from_environment({})) is None
    assert prober_of(Settings.from_environment({name: SET[name] for name in SET if name != missing})) is None


def test_every_setting_reaches_it():
    prober = prober_of(Settings.from_environment(SET))
    assert prober is not None
    assert prober.vantages == ("one", "two")
    assert [len(point.sources) for point in prober.points] == [1, 2]
    assert [url.text for url in prober.controls] == ["https://example.org/", "https://example.net/"]
    assert prober.limits.ports == {80, 443, 8080}
    assert (prober.limits.parallel, prober.pictures) == (3, True)
    assert [str(one) for one in prober.limits.own_networks] == ["45.80.0.0/16"]


def test_no_setting_opens_a_network_that_is_not_of_the_internet():
    prober = prober_of(Settings.from_environment(SET))
    assert prober is not None
    assert prober.limits.trial_networks == ()


def test_nothing_but_the_demonstration_asks_for_such_networks():
    source = Path(schoon.__file__).parent
    asking = {path.relative_to(source).as_posix() for path in source.rglob("*.py") if ".trial(" in path.read_text()}
    assert asking == {"cli/demo/_command.py"}


def test_what_cannot_be_is_refused_by_name():
    with pytest.raises(TargetUrlError):
        prober_of(Settings.from_environment(SET | {"SCHOON_PROBE_CONTROLS": "ftp://example.org/"}))
    with pytest.raises(ProberSetUpError, match="desk"):
        prober_of(Settings.from_environment(SET | {"SCHOON_PROBE_VANTAGES": "desk=192.0.2.7"}))
