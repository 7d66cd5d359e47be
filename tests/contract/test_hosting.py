"""What the tables of `hosting` must do; memory, SQLite and PostgreSQL."""

import json
import threading
from collections.abc import Callable
from datetime import date, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from schoon.hosting import (
    CachedAnswer,
    DirectAssessment,
    DomainRuleError,
    DomainRuleId,
    DomainRuleOverlapError,
    NoSuchDomainRuleError,
    NoSuchTraceError,
    Route,
    RuleKind,
    Snapshot,
    SnapshotDateError,
    SnapshotFileError,
    SnapshotId,
    SnapshotImport,
    SnapshotKind,
    Source,
    chain_from_json,
    chain_to_json,
)
from schoon.store import Database
from tests.contract.conftest import BACKENDS
from tests.hosting_world import DAY, ROUTES, T0, World
from tests.rdap_server import bootstrap, entity, network

HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", *BACKENDS])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    if request.param == "memory":
        return World(tmp_path)
    make: Callable[[str], Database] = request.getfixturevalue("open_backend")
    return World(tmp_path, make(request.param))


def route_of(world: World, address: str) -> Route | None:
    with world.ports.transactions.read() as tx:
        newest = world.ports.snapshots.newest(tx, SnapshotKind.PREFIXES)
        return newest and world.ports.snapshots.route_for(tx, newest[0].snapshot_id, ip_address(address))


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("45.80.1.10", "45.80.1.0/24"),
        ("45.80.1.255", "45.80.1.0/24"),
        ("45.80.2.0", "45.80.0.0/16"),
        ("45.80.0.255", "45.80.0.0/16"),
        ("45.82.0.0", None),
        ("45.79.255.255", None),
        ("2d00:1::10", "2d00:1::/32"),
        ("2d00:1:ffff:ffff:ffff:ffff:ffff:ffff", "2d00:1::/32"),
        ("2d00:2::", None),
    ],
)
def test_the_longest_prefix_that_holds_an_address_is_its_route(world: World, address: str, prefix: str | None) -> None:
    world.take()
    found = route_of(world, address)
    assert (found and found.prefix) == prefix


def test_a_route_comes_back_as_it_was_imported(world: World) -> None:
    report = world.take("45.80.0.0/16\t\tÉénstroom BV\t\t\n::/3\t4294967295\tx\tNL\ta@b.zz\n")
    assert report.snapshot is None
    assert [row.line for row in report.refused] == [2]
    world.take("45.80.0.0/16\t\tÉénstroom BV\t\t\n2000::/3\t4294967295\tx\tNL\ta@b.zz\n")
    assert route_of(world, "45.80.0.1") == Route(
        prefix="45.80.0.0/16", asn=None, organisation="Éénstroom BV", country="", abuse=""
    )
    six = route_of(world, "2d00::1")
    assert six is not None
    assert (six.asn, six.country, six.abuse) == (4294967295, "NL", "a@b.zz")


def test_the_snapshot_with_the_newest_date_counts_whenever_it_was_imported(world: World) -> None:
    world.take(dated=date(2026, 11, 10))
    world.take("45.80.0.0/16\t1\tOld\tNL\t\n", dated=date(2026, 10, 1))
    found = route_of(world, "45.80.9.9")
    assert found is not None
    assert found.organisation == "Stroom BV"
    world.take("45.80.0.0/16\t1\tNew\tNL\t\n", dated=date(2026, 11, 11))
    found = route_of(world, "45.80.9.9")
    assert found is not None
    assert found.organisation == "New"
    assert [str(one.dated) for one in world.hosting.snapshots()] == ["2026-11-11", "2026-11-10", "2026-10-01"]


def test_an_incomplete_snapshot_counts_for_nothing_and_is_swept_away_later(world: World) -> None:
    draft = Snapshot(
        snapshot_id=SnapshotId(0),
        kind=SnapshotKind.PREFIXES,
        dated=date(2026, 11, 19),
        sha256="0" * 64,
        rows=0,
        refused=0,
        imported_by="x",
        imported_at=T0 - DAY,
    )
    route = Route(prefix="45.80.0.0/16", asn=1, organisation="Half", country="NL", abuse="")
    with world.ports.transactions.write() as tx:
        begun = world.ports.snapshots.begin(tx, draft)
        world.ports.snapshots.add_routes(tx, begun.snapshot_id, [route])
    assert route_of(world, "45.80.0.1") is None
    assert world.hosting.snapshots() == []
    world.take()
    with world.ports.transactions.read() as tx:
        assert world.ports.snapshots.abandoned(tx, before=T0 + DAY) == []
    found = route_of(world, "45.80.0.1")
    assert found is not None
    assert found.organisation == "Stroom BV"


def test_a_complete_snapshot_is_never_discarded(world: World) -> None:
    snapshot = world.take().snapshot
    assert snapshot is not None
    with world.ports.transactions.write() as tx:
        assert world.ports.snapshots.discard_some(tx, snapshot.snapshot_id, limit=10)
    assert route_of(world, "45.80.1.10") is not None


def test_the_same_file_twice_is_once(world: World) -> None:
    first, second = world.take(), world.take(name="again")
    assert (first.was_there, second.was_there) == (False, True)
    assert second.snapshot == first.snapshot
    assert len(world.hosting.snapshots()) == 1
    assert [one.action for one in world.events()] == ["hosting:snapshot:import"]
    other_day = world.take(dated=T0.date())
    assert not other_day.was_there


def test_a_bad_row_keeps_the_whole_file_out(world: World) -> None:
    report = world.take(ROUTES + "45.83.0.0/16\tx\ty\tNL\t\n" + "45.80.0.0/16\t9\tAgain\tNL\t\n")
    assert report.snapshot is None
    assert [(row.line, row.reason) for row in report.refused] == [
        (7, "'x' is not an AS number"),
        (8, "45.80.0.0/16 stands on an earlier line"),
    ]
    assert route_of(world, "45.80.1.10") is None
    assert (world.hosting.snapshots(), world.events()) == ([], [])


def test_whoever_wants_it_gets_the_good_rows_and_the_snapshot_says_so(world: World) -> None:
    report = world.take(ROUTES + "bad\n", skip_bad_rows=True)
    assert report.snapshot is not None
    assert (report.snapshot.rows, report.snapshot.refused) == (5, 1)
    assert world.hosting.snapshots() == [report.snapshot]
    assert world.events()[0].detail["refused"] == 1


def test_a_file_of_more_rows_than_one_write_goes_in_whole_or_not_at_all(world: World) -> None:
    rows = [f"45.{n // 256}.{n % 256}.0/24\t{n}\tO\tNL\t\n" for n in range(4_500)]
    assert world.take("".join(rows)).snapshot is not None
    found = route_of(world, "45.17.147.1")
    assert found is not None
    assert found.asn == 4_499
    report = world.take("".join(rows) + "bad\n", dated=T0.date())
    assert (report.snapshot, report.refused_count) == (None, 1)
    assert len(world.hosting.snapshots()) == 1


@pytest.mark.parametrize("content", ["", "# nothing\n\n"])
def test_a_file_without_rows_is_not_taken(world: World, content: str) -> None:
    assert world.take(content).snapshot is None


def test_a_date_is_needed_and_not_from_the_future(world: World) -> None:
    for dated in (None, (T0 + DAY).date()):
        with pytest.raises(SnapshotDateError):
            world.take(dated=dated)
    assert world.take(bootstrap([[["zz"], ["https://x.zz/"]]]), dated=None).snapshot is not None


def test_a_file_that_is_not_there_or_not_of_its_form_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(SnapshotFileError, match="No such file"):
        world.hosting.import_snapshot(SnapshotImport(path=str(tmp_path / "no"), dated=T0.date(), by="x", now=T0))
    with pytest.raises(SnapshotFileError, match="RFC 9224"):
        world.take('{"services": 1}')


def test_an_answer_is_served_until_the_instant_it_expires(world: World) -> None:
    answer = CachedAnswer(
        source=Source.RDAP, asked="ip/x", text='{"é": 1}', found=True, obtained_at=T0, expires_at=T0 + HOUR
    )
    cache = world.ports.cache
    with world.ports.transactions.write() as tx:
        cache.put(tx, [answer])
    with world.ports.transactions.write() as tx:
        assert cache.get(tx, Source.RDAP, ["ip/x"], now=T0) == {"ip/x": answer}
        assert cache.get(tx, Source.RDAP, ["ip/x"], now=T0 + HOUR - timedelta(microseconds=1)) == {"ip/x": answer}
        assert cache.get(tx, Source.RDAP, ["ip/x"], now=T0 + HOUR) == {}
        assert cache.get(tx, Source.RDAP, ["ip/x"], now=T0 - HOUR) == {}, "before it was obtained"
        assert cache.get(tx, Source.DNS, ["ip/x"], now=T0) == {}
        assert cache.withdraw(tx, Source.RDAP, "ip/x") == 1
        assert cache.get(tx, Source.RDAP, ["ip/x"], now=T0) == {}
        assert cache.withdraw(tx, Source.RDAP) == 0
        cache.put(tx, [answer])
        assert cache.get(tx, Source.RDAP, ["ip/x"], now=T0) == {"ip/x": answer}, "a newer answer is good again"


def test_defect_8_cleaning_removes_what_expired_or_was_withdrawn_and_nothing_else(world: World) -> None:
    cache = world.ports.cache

    def answer(asked: str, expires: timedelta) -> CachedAnswer:
        return CachedAnswer(
            source=Source.RDAP, asked=asked, text="", found=False, obtained_at=T0 - DAY, expires_at=T0 + expires
        )

    with world.ports.transactions.write() as tx:
        cache.put(tx, [answer("good", HOUR), answer("now", timedelta(0)), answer("old", -HOUR), answer("gone", HOUR)])
        cache.withdraw(tx, Source.RDAP, "gone")
        assert cache.clean(tx, now=T0) == 3
        assert cache.get(tx, Source.RDAP, ["good"], now=T0) == {"good": answer("good", HOUR)}
        assert cache.clean(tx, now=T0) == 0


def test_a_rule_holds_from_its_first_instant_and_not_at_its_last(world: World) -> None:
    kept = world.rule("foto.zz", RuleKind.DO_NOT_PROBE, valid_from=T0, valid_until=T0 + HOUR)
    moments = {T0 - timedelta(microseconds=1): False, T0: True, T0 + HOUR: False}
    assert {moment: world.trace(now=moment).do_not_probe for moment in moments} == moments
    assert world.hosting.rules() == [kept]


def test_of_several_rules_of_a_kind_the_longest_domain_wins(world: World) -> None:
    world.rule("foto.zz", RuleKind.DIRECT_ASSESSMENT, assessment=DirectAssessment.NOT_ILLEGAL)
    world.rule("a.foto.zz", RuleKind.DIRECT_ASSESSMENT, assessment=DirectAssessment.ILLEGAL)
    world.rule("45.80.1.10", RuleKind.DO_NOT_PROBE)
    said = {
        url: (chain.assessment, chain.do_not_probe)
        for url in ("https://b.foto.zz/", "https://x.a.foto.zz/", "https://afoto.zz/", "https://45.80.1.10/")
        for chain in [world.trace(url)]
    }
    assert said == {
        "https://b.foto.zz/": (DirectAssessment.NOT_ILLEGAL, False),
        "https://x.a.foto.zz/": (DirectAssessment.ILLEGAL, False),
        "https://afoto.zz/": (None, False),
        "https://45.80.1.10/": (None, True),
    }


@pytest.mark.parametrize("domain", ["co.uk", "uk", "", "a b.zz", "https://foto.zz/", "foto.zz/path", "1.2.3.4.5"])
def test_a_rule_for_a_public_suffix_or_no_domain_is_refused(world: World, domain: str) -> None:
    with pytest.raises(DomainRuleError):
        world.rule(domain, RuleKind.DO_NOT_PROBE)


@pytest.mark.parametrize(
    "party",
    [{"email": "abuse"}, {"email": "abuse@example.com"}, {"country": "nl"}, {"country": "NLD"}, {"reason": " "}],
)
def test_a_rule_that_names_nobody_a_notice_can_reach_is_refused(world: World, party: dict[str, str]) -> None:
    good = {"organisation": "Echt BV", "email": "abuse@echt.zz", "country": "NL"}
    with pytest.raises(DomainRuleError):
        world.rule("foto.zz", RuleKind.FORCE_HOSTER, **(good | party))
    world.rule("foto.zz", RuleKind.FORCE_HOSTER, **good)


def test_the_domain_of_a_rule_is_canonical(world: World) -> None:
    assert world.rule("BÜCHER.zz.", RuleKind.DO_NOT_PROBE).rule.domain == "xn--bcher-kva.zz"
    assert world.rule("2D00:1::0", RuleKind.DO_NOT_PROBE).rule.domain == "2d00:1::"
    assert world.rule("github.io", RuleKind.DO_NOT_PROBE).rule.domain == "github.io"


def test_two_rules_of_a_kind_and_domain_never_hold_at_once(world: World) -> None:
    world.rule("foto.zz", RuleKind.DO_NOT_PROBE, valid_until=T0 + HOUR)
    with pytest.raises(DomainRuleOverlapError):
        world.rule("foto.zz", RuleKind.DO_NOT_PROBE)
    world.rule("foto.zz", RuleKind.DO_NOT_PROBE, valid_from=T0 + HOUR)
    world.rule("foto.zz", RuleKind.NOTIFY_OWNER)
    assert len(world.hosting.rules()) == 3


def test_a_rule_ends_and_another_may_follow(world: World) -> None:
    kept = world.rule("foto.zz", RuleKind.DO_NOT_PROBE)
    world.hosting.end_rule(kept.rule_id, reason="moved", by="boss", now=T0)
    assert not world.trace().do_not_probe
    assert world.trace(now=T0 - HOUR).do_not_probe
    with pytest.raises(NoSuchDomainRuleError):
        world.hosting.end_rule(kept.rule_id, reason="again", by="boss", now=T0 + HOUR)
    assert [one.ended_by for one in world.hosting.rules()] == ["boss"]
    world.rule("foto.zz", RuleKind.DO_NOT_PROBE, valid_from=T0)
    assert [one.action for one in world.events() if "rule" in one.action] == [
        "hosting:rule:add",
        "hosting:rule:end",
        "hosting:rule:add",
    ]


def test_a_rule_that_is_ended_before_it_begins_never_holds(world: World) -> None:
    kept = world.rule("foto.zz", RuleKind.DO_NOT_PROBE, valid_from=T0 + HOUR)
    world.hosting.end_rule(kept.rule_id, reason="mistake", by="boss", now=T0)
    assert not world.trace(now=T0 + HOUR).do_not_probe
    with pytest.raises(NoSuchDomainRuleError):
        world.hosting.end_rule(kept.rule_id, reason="again", by="boss", now=T0)
    world.rule("foto.zz", RuleKind.DO_NOT_PROBE)


def test_ending_needs_a_rule_and_a_reason(world: World) -> None:
    with pytest.raises(NoSuchDomainRuleError):
        world.hosting.end_rule(DomainRuleId(99), reason="x", by="boss", now=T0)
    kept = world.rule("foto.zz", RuleKind.DO_NOT_PROBE)
    with pytest.raises(DomainRuleError):
        world.hosting.end_rule(kept.rule_id, reason=" ", by="boss", now=T0)


def test_who_add_the_same_rule_at_once_add_it_once(backend: Database, tmp_path: Path) -> None:
    world, results = World(tmp_path, backend), []

    def add() -> None:
        try:
            world.rule("foto.zz", RuleKind.DO_NOT_PROBE)
            results.append("added")
        except DomainRuleOverlapError:
            results.append("refused")

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["added"] + ["refused"] * 5
    assert len(world.hosting.rules()) == 1


def test_the_hoster_at_the_time_of_a_notice_can_be_shown_later(world: World) -> None:
    world.take()
    world.names.known["foto.zz"] = ["45.80.1.10"]
    first = world.trace("https://FOTO.zz:443/a#x")
    world.names.known["foto.zz"] = ["45.81.0.1"]
    second = world.trace("https://foto.zz/a", now=T0 + DAY)
    at_notice = world.hosting.trace_at("https://foto.zz/a", T0 + HOUR)
    assert at_notice == first
    assert at_notice.best_contact is not None
    assert (at_notice.best_contact.email, at_notice.asked_by) == ("abuse@klant.zz", "desk")
    assert world.hosting.trace_at("https://foto.zz/a", T0 + DAY) == second
    assert world.hosting.traces("https://foto.zz/a", until=T0 + DAY) == [second, first]
    assert world.hosting.traces("https://foto.zz/b", until=T0 + DAY) == []
    with pytest.raises(NoSuchTraceError):
        world.hosting.trace_at("https://foto.zz/a", T0 - HOUR)


def test_a_chain_with_everything_in_it_comes_back_as_it_was(world: World) -> None:
    world.take()
    world.take_servers()
    world.names.known["foto.zz"] = ["45.80.1.10", "10.0.0.1", "2d00:1::10"]
    abuse = [entity("abuse", name="é", email="abuse@klant.zz"), entity("abuse", email="abuse@example.com")]
    world.registry.answers["ip/45.80.1.10"] = json.dumps(network("45.80.1.0", "45.80.1.255", *abuse))
    world.rule("foto.zz", RuleKind.CDN_ORIGIN, origins=("45.81.0.1",), organisation="E", email="e@e.zz", country="NL")
    world.rule("foto.zz", RuleKind.DIRECT_ASSESSMENT, assessment=DirectAssessment.ILLEGAL)
    chain = world.trace()
    assert all((chain.contacts, chain.rejected, chain.failures, chain.rules, chain.evidence))
    assert world.hosting.trace_at("https://foto.zz/", T0) == chain
    assert chain_from_json(chain_to_json(chain)) == chain


def test_a_kept_trace_cannot_be_changed_by_sql(backend: Database, tmp_path: Path) -> None:
    World(tmp_path, backend).trace("http://abc.onion/")
    with pytest.raises(IntegrityError, match="never changed"), backend.write() as tx:
        tx.execute(text("UPDATE hosting_traces SET record = '{}'"))


def test_a_trace_is_in_the_journal_without_its_address(world: World) -> None:
    world.trace("https://foto.zz/secret")
    (event,) = world.events()
    assert (event.action, event.actor) == ("hosting:url:trace", "desk")
    assert event.subject.startswith("hosting_trace:")
    assert "foto" not in repr(event)
