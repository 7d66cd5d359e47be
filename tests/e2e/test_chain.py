"""One item's whole way through the real programs: what each of them saw of it, told by `inside_chain`."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.architecture._tree import ROOT
from tests.integration.prober.test_no_packet_strays import PATH, require_namespace

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(400)]

HOSTER = "abuse@klant.zz"


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    require_namespace()
    command = ["unshare", "--net", sys.executable, "-m", "tests.e2e.inside_chain"]
    environment = os.environ | {"PATH": PATH}  # noqa: TID251 - tests have no settings
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=390)
    assert ended.returncode == 0, ended.stderr[-6_000:]
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def test_the_hoster_is_found_by_names_routes_and_registry(seen):
    assert {"/rdap/ip/45.80.1.10", "/rdap/domain/foto.zz"} <= set(seen["asked_registry"])
    assert seen["chains"]
    for chain in seen["chains"]:
        assert {one["source"] for one in chain["evidence"]} == {"suffixes", "dns", "snapshot", "rdap"}
        assert (chain["residence"]["where"], chain["contacts"][0]["email"]) == ("ours", HOSTER)
        assert chain["failures"] == []


def test_one_mail_goes_to_the_hoster_signed_with_the_key_in_the_zone(seen):
    (mail,) = seen["mails"]
    assert (mail["to"], mail["is_signed"]) == ([HOSTER], True)


def test_the_library_reads_our_report_as_it_came_over_the_wire(seen):
    (mail,) = seen["mails"]
    (report,) = mail["reports"]
    (notice,) = seen["notices"]
    assert mail["errors"] == []
    assert (report["category"], report["type"], report["classification"]) == ("content", "csam", "baseline")
    assert (report["url"], report["source_identifier"]) == (seen["url"], "45.80.1.10")
    assert report["case_number"] == notice["notice"]


def test_the_answer_on_the_page_is_the_acknowledgement(seen):
    (notice,) = seen["notices"]
    assert 'value="removed" selected' in seen["page"]
    assert notice["state"] == "sent"
    assert notice["sent_at"] < notice["seen_at"] < notice["acknowledged_at"] < notice["due_at"]


def test_the_prober_saw_it_there_and_twice_gone_before_the_item_was_inaccessible(seen):
    followed = seen["followed"]
    (clock,) = followed["clocks"]
    assert [one["outcome"] for one in followed["looks"]] == ["gone", "gone", "present"]
    assert all(one["control_ok"] for one in followed["looks"])
    assert seen["looked_at"] >= 3
    gone, confirmed = (datetime.fromisoformat(clock[name]) for name in ("gone_at", "confirmed_at"))
    assert confirmed - gone >= timedelta(hours=1)
    assert (clock["end"], clock["reading"], clock["last_step"]) == ("inaccessible", "in_time", None)
    assert clock["sent_at"] < clock["acknowledged_at"] < clock["gone_at"] < clock["deadline"]


def test_the_history_is_unbroken(seen):
    steps = sorted(seen["item"]["history"], key=lambda one: one["number"])
    assert [one["number"] for one in steps] == list(range(steps[0]["number"], steps[0]["number"] + len(steps)))
    assert [one["from"] for one in steps[1:]] == [one["to"] for one in steps[:-1]]
    assert steps[-1]["to"] == seen["item"]["state"] == "inaccessible"
