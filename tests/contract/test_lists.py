"""The list from import to withdrawal, on every store."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from schoon.index import read_head
from schoon.kinds import EntryId, InputError, Kind, RefusedError, Standing
from schoon.lists import EntryState, KnownGood, PublicationForm, PublishForm
from schoon.lists.service import ListPorts
from schoon.store import Database
from schoon.store.batches import SqlBatchBook
from schoon.store.entries import SqlEntryBook
from schoon.store.journal import SqlJournal
from schoon.store.marks import SqlMarkBook
from schoon.store.parties import SqlPartyBook
from schoon.store.publications import SqlPublicationBook
from tests.contract.conftest import BACKENDS
from tests.houses import House, digest, ids, line
from tests.memory.lists import memory_ports


def sql_ports(database: Database) -> ListPorts:
    return ListPorts(
        transactions=database,
        batches=SqlBatchBook(),
        entries=SqlEntryBook(),
        marks=SqlMarkBook(),
        publications=SqlPublicationBook(),
        parties=SqlPartyBook(),
        journal=SqlJournal(),
    )


@pytest.fixture(params=["memory", *BACKENDS])
def house(request: pytest.FixtureRequest, tmp_path: Path, open_backend: Callable[[str], Database]) -> House:
    directory = tmp_path / "publication"
    directory.mkdir()
    ports = memory_ports() if request.param == "memory" else sql_ports(open_backend(request.param))
    return House(ports, directory)


def test_an_entry_is_listed_after_two_attestations_a_test_and_a_publish(house: House) -> None:
    batch = house.batch(line("a"), line("b"))
    assert house.publish().entries == 0
    assert house.found("a") == {}
    house.attest(batch, house.hotline)
    house.publish()
    assert house.found("a") == {1: Standing.ATTESTED}
    house.attest(batch, house.police)
    house.publish()
    assert house.found("a") == {1: Standing.ATTESTED}, "not tested yet"
    house.test(batch)
    published = house.publish()
    assert published.activated == (batch,)
    for kind in (Kind.MD5, Kind.SHA1, Kind.PDQ):
        assert house.found("a", kind) == {1: Standing.ACTIVE}
    assert house.served().version == published.version


def test_the_same_file_twice_changes_nothing(house: House) -> None:
    first = house.take(line("a"), line("b"))
    assert (first.new, first.unchanged, first.kinds) == (2, 0, {"md5": 2, "sha1": 2, "pdq": 2})
    again = house.take(line("a"), line("b"))
    assert (again.new, again.unchanged, again.batch_id) == (0, 2, None)
    assert len(house.lists.batches()) == 1


def test_an_organisation_attests_once(house: House) -> None:
    batch = house.batch(line("a"))
    house.attest(batch, house.hotline)
    with pytest.raises(RefusedError):
        house.attest(batch, house.hotline)


def test_a_detached_signature_counts_and_a_wrong_one_does_not(house: House) -> None:
    batch = house.batch(line("a"))
    text = house.lists.attestation_text(batch)
    good = house.secrets[house.police].sign(text)
    with pytest.raises(InputError):
        house.lists.attest(batch, house.hotline, good, by="op", now=house.tick())
    with pytest.raises(InputError):
        house.lists.attest(batch, house.police, house.secrets[house.police].sign(text + b"x"), by="op", now=house.now)
    assert house.lists.attest(batch, house.police, good, by="op", now=house.tick()).first_attestor == house.police


def test_a_withdrawal_goes_out_at_once(house: House) -> None:
    house.ready(line("a"), line("b"))
    first = house.publish().version
    report = house.lists.withdraw(ids(1), reason="lawful", by="op", now=house.tick())
    assert report.entry_ids == (1,)
    assert report.version == first + 1
    assert house.found("a") == {}
    assert house.found("b") == {2: Standing.ACTIVE}
    assert house.listener.heard == [((1,), EntryState.WITHDRAWN, "lawful")]
    again = house.lists.withdraw(ids(1), reason="lawful", by="op", now=house.tick())
    assert (again.entry_ids, again.unchanged, again.version) == ((), (1,), None)


def test_a_suspension_answers_review_until_it_is_released(house: House) -> None:
    house.ready(line("a"))
    house.publish()
    house.lists.suspend(ids(1), reason="disputed", by="op", now=house.tick())
    assert house.found("a") == {1: Standing.SUSPENDED}
    house.publish(force=True)
    assert house.found("a") == {1: Standing.SUSPENDED}
    house.lists.release(ids(1), reason="rejected", by="op", now=house.tick())
    assert house.found("a") == {1: Standing.ACTIVE}
    assert [state for _, state, _ in house.listener.heard] == [EntryState.SUSPENDED, EntryState.ACTIVE]


def test_attesting_never_revives_a_suspended_or_withdrawn_entry(house: House) -> None:
    batch = house.batch(line("a"), line("b"), line("c"))
    house.lists.suspend(ids(1), reason="x", by="op", now=house.tick())
    house.lists.withdraw(ids(2), reason="x", by="op", now=house.tick())
    house.attest(batch)
    house.test(batch)
    house.publish()
    assert house.found("a") == {1: Standing.SUSPENDED}
    assert house.found("b") == {}
    assert house.found("c") == {3: Standing.ACTIVE}
    with pytest.raises(InputError):
        house.lists.release(ids(99), reason="x", by="op", now=house.tick())
    house.lists.release(ids(2), reason="x", by="op", now=house.tick())
    assert house.found("b") == {}


def test_publish_without_a_change_writes_nothing_unless_asked(house: House) -> None:
    house.ready(line("a"))
    first = house.publish()
    again = house.publish()
    assert (again.form, again.version) == (None, first.version)
    forced = house.publish(force=True)
    assert (forced.form, forced.version) == (PublicationForm.SNAPSHOT, first.version + 1)


def test_additions_go_out_as_a_delta(house: House) -> None:
    house.ready(line("a"))
    house.publish()
    house.ready(line("b"), line("a", category="national"))
    published = house.publish(form=PublishForm.DELTA)
    assert published.form is PublicationForm.DELTA
    assert house.found("b") == {2: Standing.ACTIVE}
    assert house.found("a") == {3: Standing.ACTIVE}, "the newer revision replaces the old one"
    house.lists.withdraw(ids(2), reason="x", by="op", now=house.tick())
    assert house.found("b") == {}
    house.lists.suspend(ids(1), reason="x", by="op", now=house.tick())
    assert house.found("a") == {3: Standing.SUSPENDED}
    house.publish()
    assert house.found("a") == {3: Standing.SUSPENDED}
    assert house.found("b") == {}


def test_an_older_batch_cannot_go_out_as_a_delta(house: House) -> None:
    older = house.batch(line("a"))
    house.ready(line("b"))
    house.publish()
    house.attest(older)
    house.test(older)
    assert "imported before" in house.lists.dry_run().delta_refusal
    with pytest.raises(RefusedError):
        house.publish(form=PublishForm.DELTA)
    house.publish()
    assert house.found("a") == {1: Standing.ACTIVE}


def test_a_changed_entry_replaces_the_old_one_when_it_is_active(house: House) -> None:
    house.ready(line("a"))
    house.publish()
    report = house.take(line("a", sha256=digest("a", Kind.SHA256).hex))
    assert (report.new, report.superseding) == (0, 1)
    house.publish(force=True)
    assert house.found("a") == {1: Standing.ACTIVE}
    assert report.batch_id is not None
    house.attest(report.batch_id)
    house.publish()
    assert house.found("a") == {1: Standing.ACTIVE, 2: Standing.ATTESTED}
    house.test(report.batch_id)
    house.publish()
    assert house.found("a") == {2: Standing.ACTIVE}


def test_a_withdrawal_in_a_file_takes_effect_at_once(house: House) -> None:
    house.ready(line("a"), line("b"))
    house.publish()
    report = house.take({"id": "id-a", "withdrawn": True}, {"id": "id-unknown", "withdrawn": True})
    assert report.withdrawn == 2
    assert house.found("a") == {}
    assert house.take(line("unknown")).held_back == 1
    again = house.take({"id": "id-a", "withdrawn": True}, {"id": "id-unknown", "withdrawn": True})
    assert (again.withdrawn, again.unchanged) == (0, 2)


def test_an_entry_comes_back_only_with_a_later_time(house: House) -> None:
    at = "2026-01-0{}T00:00:00Z".format
    house.ready(line("a", time=at(1)))
    house.take({"id": "id-a", "withdrawn": True, "time": at(3)})
    assert house.take(line("a", time=at(2))).held_back == 1
    report = house.take(line("a", time=at(4)))
    assert report.new == 1
    assert house.take({"id": "id-a", "withdrawn": True, "time": at(3)}).withdrawn == 0, "older than the entry"
    assert report.batch_id is not None
    house.attest(report.batch_id)
    house.test(report.batch_id)
    house.publish()
    assert house.found("a") == {2: Standing.ACTIVE}


def test_a_supplier_cannot_bring_back_what_was_withdrawn_here(house: House) -> None:
    house.ready(line("a", time="2026-01-01T00:00:00Z"))
    house.publish()
    house.lists.withdraw(ids(1), reason="lawful", by="op", now=house.tick())
    assert house.take(line("a", time="2026-02-01T00:00:00Z")).held_back == 1


def test_a_known_good_collision_is_suspended_and_named_without_its_digest(house: House) -> None:
    batch = house.batch(line("a"), line("b"), line("c"))
    report = house.test(batch, digest("a", Kind.MD5), digest("b", Kind.PDQ), digest("other", Kind.SHA1))
    assert [(c.entry_id, c.ref, c.kind) for c in report.collisions] == [(1, "id-a", Kind.MD5), (2, "id-b", Kind.PDQ)]
    assert (report.known_good_count, report.entries_tested) == (3, 3)
    house.attest(batch)
    house.publish()
    assert house.found("a") == {1: Standing.SUSPENDED}
    assert house.found("c") == {3: Standing.ACTIVE}


@pytest.mark.parametrize("kind", [Kind.MD5, Kind.PDQ])
def test_an_allowed_digest_never_counts(house: House, kind: Kind) -> None:
    house.ready(line("a"), line("b"))
    assert house.lists.allow([digest("a", kind)], reason="lawful", by="op", now=house.tick()) == 1
    assert house.lists.allow([digest("a", kind)], reason="lawful", by="op", now=house.tick()) == 0
    assert house.lists.dry_run().allowed == 1
    assert house.publish().allowed == 1
    assert house.found("a") == {}
    assert house.found("b") == {2: Standing.ACTIVE}


def test_a_dry_run_tells_what_would_change_and_changes_nothing(house: House) -> None:
    house.ready(line("a"), line("b", category="national"))
    waiting = house.batch(line("c"))
    sample = KnownGood.of([digest("a", Kind.MD5), digest("x", Kind.MD5), digest("b", Kind.PDQ)])
    plan = house.lists.dry_run(sample)
    assert plan.activates == {("police list", "baseline"): 1, ("police list", "national"): 1}
    assert plan.kinds == {Kind.MD5: 2, Kind.SHA1: 2, Kind.PDQ: 2}
    assert plan.newly_matching == 2
    assert "attestations" in plan.waiting[waiting]
    assert house.lists.status().version == 0


def test_a_rollback_brings_the_older_content_under_a_higher_version(house: House) -> None:
    house.ready(line("a"))
    first = house.publish().version
    house.ready(line("b"))
    second = house.publish().version
    rolled = house.lists.rollback(first, by="op", now=house.tick())
    assert rolled.version == second + 1
    assert (house.found("a"), house.found("b")) == ({1: Standing.ACTIVE}, {})
    house.publish(force=True)
    assert house.found("b") == {}, "the next publish does not bring it back by itself"
    house.lists.rollback(second, by="op", now=house.tick())
    assert house.found("b") == {2: Standing.ACTIVE}
    with pytest.raises(InputError):
        house.lists.rollback(999, by="op", now=house.tick())


def test_a_rollback_does_not_revive_what_was_withdrawn_since(house: House) -> None:
    house.ready(line("a"), line("b"))
    first = house.publish().version
    house.lists.withdraw(ids(1), reason="x", by="op", now=house.tick())
    house.lists.rollback(first, by="op", now=house.tick())
    assert (house.found("a"), house.found("b")) == ({}, {2: Standing.ACTIVE})


def test_a_rollback_to_review_stays_at_review(house: House) -> None:
    batch = house.batch(line("a"))
    house.attest(batch, house.hotline)
    first = house.publish().version
    house.attest(batch, house.police)
    house.test(batch)
    house.publish()
    house.lists.rollback(first, by="op", now=house.tick())
    assert house.found("a") == {1: Standing.ATTESTED}
    house.lists.release_batch(batch, reason="fine", by="op", now=house.tick())
    house.publish()
    assert house.found("a") == {1: Standing.ACTIVE}


def test_refresh_renews_the_head_and_sends_what_waits(house: House) -> None:
    house.ready(line("a"))
    house.publish()
    elsewhere = house.service(signing=False)
    report = elsewhere.suspend(ids(1), reason="x", by="op", now=house.tick())
    assert report.version is None
    assert house.found("a") == {1: Standing.ACTIVE}
    later = house.now + timedelta(minutes=30)
    house.lists.refresh(now=later)
    assert house.found("a") == {1: Standing.SUSPENDED}
    assert read_head(house.directory, public_key=house.signing.public_key()).issued_at == later


def test_without_the_publishing_key_nothing_is_published(house: House) -> None:
    with pytest.raises(RefusedError):
        house.service(signing=False).publish(by="op", now=house.tick())


def test_a_revoked_key_no_longer_counts_until_the_organisation_attests_again(house: House) -> None:
    batch = house.ready(line("a"))
    house.publish()
    key = house.parties.keys(house.police)[0]
    house.parties.revoke_key(key.key_id, by="op", now=house.tick())
    house.publish()
    assert house.found("a") == {1: Standing.ATTESTED}
    house.add_key(house.police)
    house.attest(batch, house.police)
    house.publish()
    assert house.found("a") == {1: Standing.ACTIVE}


def test_a_batch_can_be_withdrawn_as_a_whole(house: House) -> None:
    batch = house.ready(line("a"), line("b"))
    house.ready(line("c"))
    house.publish()
    house.lists.withdraw_batch(batch, reason="wrong category", by="op", now=house.tick())
    assert (house.found("a"), house.found("c")) == ({}, {3: Standing.ACTIVE})
    assert house.take(line("a")).held_back == 1
    assert house.take(line("a", category="other")).superseding == 1
    with pytest.raises(RefusedError):
        house.attest(batch, house.hotline)


def test_entry_facts_say_who_stands_for_an_entry(house: House) -> None:
    batch = house.batch(line("a"))
    house.attest(batch, house.hotline)
    with house.ports.transactions.read() as tx:
        facts = house.lists.entry_facts(tx, ids(1, 99))
    assert set(facts) == {1}
    fact = facts[EntryId(1)]
    assert (fact.supplier_name, fact.supplier_class, fact.category) == ("police list", "police", "baseline")
    assert (fact.attested_by, fact.state) == ((house.hotline,), EntryState.ATTESTED)
    assert fact.kinds == {Kind.MD5, Kind.SHA1, Kind.PDQ}


def test_status_says_what_is_to_be_done(house: House) -> None:
    house.batch(line("a"))
    status = house.lists.status()
    assert (status.version, status.entries, status.issued_at) == (0, 0, None)
    assert any("2 more attestations" in advice for advice in status.advice)


def test_strict_takes_nothing_when_a_row_is_bad(house: House) -> None:
    report = house.take(line("a"), line("b", md5="nonsense"), strict=True)
    assert (report.new, report.batch_id) == (0, None)
    assert [(r.line, "md5" in r.reason) for r in report.refused] == [(2, True)]
    assert house.lists.batches() == []
    assert house.take(line("a"), line("b", md5="nonsense")).new == 1


def test_each_step_is_in_the_journal(house: House) -> None:
    house.ready(line("a"))
    house.publish()
    assert {
        "list:supplier:add",
        "list:batch:open",
        "list:batch:import",
        "list:batch:attest",
        "list:batch:test",
        "list:version:publish",
    } <= set(house.actions())
