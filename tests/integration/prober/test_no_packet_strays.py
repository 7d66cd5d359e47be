"""No way of writing, naming, redirecting or rebinding an address makes the prober send a packet where none may go.

The attacks run once, in a network namespace of its own, where every packet is seen; here each has its verdict.
"""

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest

from tests.architecture._tree import ROOT
from tests.conftest import IN_CI
from tests.integration.prober.attacks import LITERALS, SPELLINGS, attacks
from tests.nameserver import nsd_program

pytestmark = pytest.mark.slow

PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"  # noqa: TID251 - tests have no settings
NAMES = [one.name for one in attacks()]
NEVER_LEAVES = {"224.0.0.1", "239.1.1.1", "255.255.255.255", "ff02::1", "ff0e::1", "fe80::1"}
"""To these the kernel itself makes no connection; that one was asked for is seen all the same."""


def require_namespace() -> None:
    """Fail or skip, loudly, where no network namespace can be had: it takes root, and three programs."""
    missing = [name for name in ("unshare", "ip") if shutil.which(name, path=PATH) is None]
    if nsd_program() is None:
        missing.append("nsd")
    if not missing and subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode:
        missing.append("root")
    if missing:
        words = f"NO PACKET WAS COUNTED: without {', '.join(missing)} (apt-get install iproute2 util-linux nsd)"
        pytest.fail(words) if IN_CI else pytest.skip(words)


@pytest.fixture(scope="session")
def results() -> dict[str, dict[str, Any]]:
    require_namespace()
    command = ["unshare", "--net", sys.executable, "-m", "tests.integration.prober.inside_namespace"]
    environment = os.environ | {"PATH": PATH}  # noqa: TID251 - tests have no settings
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert ended.returncode == 0, ended.stderr[-4000:]
    return {one["name"]: one for one in map(json.loads, ended.stdout.splitlines())}


def test_the_list_is_the_list():
    assert (len(LITERALS), len(SPELLINGS)) == (37, 7)
    print(f"{len(NAMES)} attacks")
    assert len(NAMES) >= 500


@pytest.mark.parametrize("name", NAMES)
def test_no_packet_goes_where_none_may_go(results, name):
    result = results[name]
    assert (result["strays"], result["connected"]) == (0, []), result["where"]
    assert all(result["controls"]), "the look was real: the control answered before and after it"
    assert result["allowed"] > 0


@pytest.mark.parametrize("name", [name for name in NAMES if "rebinding" not in name])
def test_it_is_refused_as_a_matter_of_our_own_policy(results, name):
    assert results[name]["outcomes"] == ["checker_fault"]
    assert results[name]["reasons"][0].startswith("forbidden_")


@pytest.mark.parametrize("name", [name for name in NAMES if "rebinding" in name])
def test_a_name_that_changes_is_refused_when_it_leads_inside(results, name):
    assert "forbidden_address" in results[name]["reasons"]


@pytest.mark.parametrize("name", ["public pub", "public six", "public foto", "public translated"])
def test_the_public_internet_is_looked_at(results, name):
    assert results[name]["outcomes"] in (["present"], ["placeholder"])
    assert results[name]["strays"] == 0


@pytest.mark.parametrize("address", LITERALS)
def test_without_the_check_the_same_count_sees_it(results, address):
    """The proof that the counting counts: the same list, and nothing changed but the networks that may be looked at."""
    result = results[f"open {address}"]
    assert result["connected"], "a connection was asked for"
    assert (result["strays"] > 0) == (address not in NEVER_LEAVES)


@pytest.mark.parametrize("name", ["open by name", "open port"])
def test_without_the_check_a_name_and_a_port_are_seen_too(results, name):
    assert results[name]["strays"] > 0


def test_where_there_is_no_way_out_the_fault_is_ours(results):
    assert (results["no way out"]["outcomes"], results["no way out"]["reasons"]) == (["checker_fault"], ["no_route"])


def test_no_packet_escaped_the_count_and_no_name_went_to_the_system(results):
    assert results["lost"] == {"name": "lost", "strays": 0, "names_given_to_the_system": []}
