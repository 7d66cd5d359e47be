"""The real program traces an address: a real name server, a registry on the loopback, snapshots, rules, kept traces."""

import os
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.hosting_world import ROUTES
from tests.nameserver import serving_zones
from tests.rdap_server import bootstrap, domain, entity, network, serving_registry

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hosting")
    with serving_zones(tmp_path_factory.mktemp("zones")) as port, serving_registry() as registry:
        program = Program(folder / "home", SCHOON_RESOLVER=f"127.0.0.1:{port}")
        program.run("init")
        holder = entity("registrant", name="Klant BV", country="NL", inner=[entity("abuse", email="abuse@klant.zz")])
        registry.answers["/rdap/ip/45.80.1.10"] = network("45.80.1.0", "45.80.1.255", holder, country="GB")
        redacted = entity("registrar", name="Names Ltd", inner=[entity("abuse", email="REDACTED FOR PRIVACY")])
        registry.answers["/rdap/domain/foto.zz"] = domain("foto.zz", redacted)
        (folder / "prefixes.tsv").write_text(ROUTES)
        for name, key in (("dns.json", "zz"), ("ipv4.json", "45.0.0.0/8"), ("ipv6.json", "2d00::/8")):
            (folder / name).write_text(bootstrap([[[key], [registry.base]]]))
            program.run("hosting", "snapshot", "import", name)
        ended = program.run("hosting", "snapshot", "import", "prefixes.tsv", "--date", "2025-11-20")
        assert "5 rows" in ended.stdout
        yield program


def test_a_trace_says_who_can_act_with_evidence(program):
    found = program.json("hosting", "trace", "https://WWW.foto.zz:443/album#1")
    chain = found["chain"]
    assert found["url"] == "https://www.foto.zz/album"
    assert [one["email"] for one in found["notice_to"]] == ["abuse@klant.zz", "abuse@fern.zz", "abuse@stroom.zz"]
    assert (chain["outcome"], chain["residence"]["where"]) == ("traced", "partly")
    assert len(chain["addresses"]) == 5
    assert {one["source"] for one in chain["evidence"]} == {"suffixes", "dns", "snapshot", "rdap"}
    assert [one["reason"] for one in chain["rejected"]] == ["withheld by the registry or registrar"]
    assert {one["kind"] for one in chain["failures"]} == {"not_found"}


def test_a_trace_can_be_read_on_a_terminal(program):
    shown = program.run("hosting", "trace", "-", given="https://foto.zz/album\n").stdout
    assert "abuse@klant.zz, Klant BV (hoster)" in shown
    for title in ("Who can act", "No contact, and why", "Not answered", "Evidence"):
        assert title in shown
    assert "2d00:1::11" in shown
    assert "public suffix list of" in shown


def test_the_hoster_of_an_earlier_time_can_be_shown(program):
    program.run("hosting", "trace", "https://only4.zz/")
    kept = program.lines("hosting", "traces", "https://only4.zz/")
    assert len(kept) == 1
    at = kept[0]["chain"]["traced_at"]
    assert program.lines("hosting", "traces", "https://only4.zz/", "--at", at) == kept
    assert "abuse@klant.zz" in program.run("hosting", "traces", "https://only4.zz/").stdout
    ended = program.run("hosting", "traces", "https://only4.zz/", "--at", "2020-01-01", code=3)
    assert "2020-01-01" in ended.stderr


def test_rules_are_added_shown_and_ended(program):
    rule = ("hosting", "rule", "add", "only6.zz", "--kind", "force-hoster", "--reason", "lets space")
    ended = program.run(*rule, code=3)
    assert "force-hoster needs" in ended.stderr
    number = str(program.json(*rule, "--name", "Zes BV", "--email", "abuse@zes.zz", "--country", "BE")["rule"])
    assert "already" in program.run(*rule, "--name", "X", "--email", "a@x.zz", "--country", "BE", code=4).stderr
    chain = program.json("hosting", "trace", "https://only6.zz/")
    assert (chain["notice_to"][0]["email"], chain["chain"]["residence"]["where"]) == ("abuse@zes.zz", "abroad")
    assert "Zes BV, BE, abuse@zes.zz" in program.run("hosting", "rule", "list").stdout
    program.run("hosting", "rule", "end", number, "--reason", "moved")
    assert [one["holds"] for one in program.lines("hosting", "rule", "list", "--all")] == [False]


def test_a_bad_row_is_named_and_nothing_goes_in(program):
    path = program.home.parent / "bad.tsv"
    path.write_text(ROUTES + "45.90.0.0/16\tx\ty\tNL\t\n")
    ended = program.run("hosting", "snapshot", "import", "bad.tsv", "--date", "2025-11-21", code=3)
    assert "line 7: 'x' is not an AS number" in ended.stderr
    assert "--skip-bad-rows" in ended.stderr
    taken = program.json("hosting", "snapshot", "import", "bad.tsv", "--date", "2025-11-21", "--skip-bad-rows")
    assert (taken["snapshot"]["rows"], taken["refused_count"]) == (5, 1)
    again = program.run("hosting", "snapshot", "import", "bad.tsv", "--date", "2025-11-21")
    assert "nothing is changed" in again.stdout
    kinds = [one["kind"] for one in program.lines("hosting", "snapshot", "list")]
    assert kinds == ["prefixes", "prefixes", "rdap-dns", "rdap-ipv4", "rdap-ipv6"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("trace", "https://user:word@foto.zz/"), "user name"),
        (("snapshot", "import", "prefixes.tsv"), "--date YYYY-MM-DD"),
        (("rule", "add", "co.uk", "--kind", "do-not-probe", "--reason", "x"), "public suffix"),
    ],
)
def test_a_mistake_is_told_in_three_parts(program, arguments, words):
    ended = program.run("hosting", *arguments, code=3)
    assert ended.stderr.startswith("error: ")
    assert " next: " in ended.stderr
    assert words in ended.stderr.replace("\n", " ")


def test_an_onion_name_is_an_answer_and_no_log_of_all_this_holds_an_address(program):
    assert "untraceable" in program.run("hosting", "trace", "http://very-secret.onion/").stdout
    logs = [Path(folder) / name for folder, _, names in os.walk(program.home) for name in names if "log" in name]
    written = "".join(path.read_text() for path in logs)
    assert "hosting.trace" in written
    assert [word for word in ("foto.zz", "very-secret", "45.80.1", "klant.zz") if word in written] == []
