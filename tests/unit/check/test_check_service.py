"""Verdicts from a real index: policies, weighing, hits, alarms, and what is never answered."""

import dataclasses
from datetime import datetime, timedelta

import numpy as np
import pytest

from schoon.check import (
    Band,
    CheckRequest,
    LegalBasisMissingError,
    Member,
    Policy,
    Reason,
    ServiceType,
    Strength,
    Verdict,
)
from schoon.check.rules import dihedral_variants
from schoon.check.service import CheckService
from schoon.hits import Action, HitState
from schoon.kinds import Category, Digest, Kind, OutageError, Standing
from tests.memory.house import T0, House, memory_house
from tests.unit.check.parts import EVERYTHING, Listed, Source, a_check, an_index, an_item, digest_of, moved

LISTED = [
    Listed(1, "one"),
    Listed(2, "two", kinds=(Kind.MD5, Kind.SHA1), category=Category.NATIONAL, supplier=2),
    Listed(3, "single", standing=Standing.ATTESTED),
    Listed(4, "suspended", standing=Standing.SUSPENDED),
    Listed(5, "investigated", category=Category.INVESTIGATION),
    Listed(6, "gone", standing=Standing.WITHDRAWN),
    Listed(7, "only-md5", kinds=(Kind.MD5,)),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return an_index(tmp_path_factory.mktemp("list"), LISTED)


@pytest.fixture
def house() -> House:
    return memory_house()


@pytest.fixture
def check(house, index) -> CheckService:
    return a_check(house, Source(index))


@pytest.fixture
def member(house) -> Member:
    return house.member()


def ask(check, member, *digests, now=T0, **policy):
    if policy:
        member = dataclasses.replace(member, policy=Policy(**policy))
    return check.check_items(member, [an_item("x", *digests)], now)[1][0]


@pytest.mark.parametrize(
    ("kind", "strength"),
    [
        (Kind.SHA256, Strength.STRONG),
        (Kind.MD5, Strength.WEAK),
        (Kind.SHA1, Strength.WEAK),
        (Kind.PDQ, Strength.PERCEPTUAL),
    ],
)
def test_each_kind_of_digest_is_found_and_says_how_much_it_proves(check, member, kind, strength):
    answer = ask(check, member, digest_of(kind, "one"))
    assert answer.verdict is Verdict.LISTED
    assert [(m.kind, m.strength, m.category, m.supplier_class) for m in answer.matches] == [
        (kind, strength, Category.BASELINE, "police")
    ]
    assert answer.entry_id == 1
    assert answer.hit_id is not None


def test_what_is_not_on_the_list_is_not_listed_and_leaves_nothing(check, member, house):
    answer = ask(check, member, *(digest_of(kind, "unknown") for kind in Kind))
    assert (answer.verdict, answer.hit_id, answer.matches) == (Verdict.NOT_LISTED, None, ())
    assert house.all_hits() == []


@pytest.mark.parametrize(
    ("distance", "band"), [(0, Band.SAME), (1, Band.NEAR), (15, Band.NEAR), (16, Band.FAR), (31, Band.FAR), (32, None)]
)
def test_a_likeness_is_told_in_bands_up_to_31(check, member, distance, band):
    answer = ask(check, member, moved(digest_of(Kind.PDQ, "one"), distance), dihedral=False)
    assert answer.verdict is (Verdict.NOT_LISTED if band is None else Verdict.LISTED)
    assert [m.band for m in answer.matches] == ([] if band is None else [band])


def test_a_members_own_distance_counts_and_none_switches_likeness_off(check, member):
    near = moved(digest_of(Kind.PDQ, "one"), 10)
    assert ask(check, member, near, pdq_distance=10).verdict is Verdict.LISTED
    assert ask(check, member, near, pdq_distance=9).verdict is Verdict.NOT_LISTED
    assert ask(check, member, digest_of(Kind.PDQ, "one"), pdq_distance=None).verdict is Verdict.NOT_LISTED
    assert ask(check, member, digest_of(Kind.PDQ, "one"), pdq_distance=0).verdict is Verdict.LISTED


def test_turned_pictures_are_found_where_the_policy_says_so(check, member):
    vector = np.frombuffer(digest_of(Kind.PDQ, "one").value, dtype=np.uint8).reshape(1, 32)
    for turned in dihedral_variants(vector)[0, 1:]:
        digest = Digest(kind=Kind.PDQ, value=turned.tobytes())
        answer = ask(check, member, digest)
        assert answer.verdict is Verdict.LISTED
        assert len(answer.matches) == 1
        assert ask(check, member, digest, dihedral=False).verdict is Verdict.NOT_LISTED


def test_categories_and_suppliers_outside_the_policy_do_not_count(check, member):
    investigated, hotline = digest_of(Kind.SHA256, "investigated"), digest_of(Kind.MD5, "two")
    assert ask(check, member, investigated).verdict is Verdict.NOT_LISTED
    assert ask(check, member, investigated, categories=EVERYTHING.categories).verdict is Verdict.LISTED
    assert ask(check, member, hotline).verdict is Verdict.LISTED
    assert ask(check, member, hotline, suppliers=frozenset({"police-nl"})).verdict is Verdict.NOT_LISTED
    assert ask(check, member, hotline, suppliers=frozenset({"meldpunt"})).verdict is Verdict.LISTED
    assert ask(check, member, hotline, categories=frozenset({Category.BASELINE})).verdict is Verdict.NOT_LISTED
    assert ask(check, member, hotline, suppliers=frozenset()).verdict is Verdict.NOT_LISTED


@pytest.mark.parametrize(("name", "reason"), [("single", Reason.SINGLE_ATTESTATION), ("suspended", Reason.SUSPENDED)])
def test_entries_that_are_not_active_ask_for_a_look(check, member, house, name, reason):
    answer = ask(check, member, digest_of(Kind.SHA256, name))
    assert (answer.verdict, answer.reason) == (Verdict.REVIEW, reason)
    assert house.hits.counts(None, T0).review == 1
    assert house.hits.overdue(T0 + timedelta(days=99)) == []


def test_a_withdrawn_entry_is_never_found(check, member):
    assert ask(check, member, *(digest_of(kind, "gone") for kind in Kind)).verdict is Verdict.NOT_LISTED


def test_a_listed_md5_with_another_sha256_is_a_forged_collision(check, member):
    answer = ask(check, member, digest_of(Kind.MD5, "one"), digest_of(Kind.SHA256, "harmless"))
    assert (answer.verdict, answer.reason, answer.entry_id) == (Verdict.REVIEW, Reason.FORGED_COLLISION, 1)
    assert answer.matches[0].strength is Strength.WEAK


def test_an_entry_without_sha256_is_weak_whatever_sha256_comes_along(check, member):
    answer = ask(check, member, digest_of(Kind.MD5, "only-md5"), digest_of(Kind.SHA256, "any"))
    assert (answer.verdict, answer.matches[0].strength) == (Verdict.LISTED, Strength.WEAK)


def test_each_member_of_a_batch_gets_its_own_policy_and_its_own_hit(check, house):
    wide, narrow = house.member("wide"), house.member("narrow")
    narrow = dataclasses.replace(narrow, policy=Policy(categories=frozenset({Category.NATIONAL}), pdq_distance=None))
    items = tuple(an_item(name, *(digest_of(kind, name) for kind in Kind)) for name in ("one", "two", "no"))
    replies = check.check_many([CheckRequest(member=m, items=items) for m in (wide, narrow)], T0)
    verdicts = [[answer.verdict for answer in reply.answers] for reply in replies]
    assert verdicts == [
        [Verdict.LISTED, Verdict.LISTED, Verdict.NOT_LISTED],
        [Verdict.NOT_LISTED, Verdict.LISTED, Verdict.NOT_LISTED],
    ]
    assert [answer.item_id for answer in replies[1].answers] == ["one", "two", "no"]
    assert replies[0].answers[1].hit_id != replies[1].answers[1].hit_id


def test_bulk_answers_only_the_positions_that_are_not_not_listed(check, member, house):
    names = [f"n{n}" for n in range(1000)]
    names[17], names[900], names[901] = "one", "one", "single"
    digests = np.frombuffer(b"".join(digest_of(Kind.SHA256, n).value for n in names), dtype=np.uint8).reshape(-1, 32)
    answer = check.check_bulk(member, Kind.SHA256, digests, T0)
    assert (answer.count, answer.unavailable) == (1000, None)
    assert answer.positions.tolist() == [17, 900, 901]
    assert [a.verdict for a in answer.answers] == [Verdict.LISTED, Verdict.LISTED, Verdict.REVIEW]
    assert answer.answers[0].hit_id == answer.answers[1].hit_id
    assert {hit.sightings for hit in house.all_hits()} == {1, 2}
    near = np.frombuffer(moved(digest_of(Kind.PDQ, "one"), 20).value, dtype=np.uint8).reshape(1, 32)
    (perceptual,) = check.check_bulk(member, Kind.PDQ, near, T0).answers
    assert perceptual.matches[0].band is Band.FAR
    assert perceptual.hit_id == answer.answers[0].hit_id
    assert check.check_bulk(member, Kind.PDQ, near[:0], T0).positions.tolist() == []


def test_frames_of_one_file_are_one_item(check, member):
    frames = [digest_of(Kind.PDQ, f"frame {n}") for n in range(5)]
    answer = ask(check, member, *frames, moved(digest_of(Kind.PDQ, "one"), 3))
    assert (answer.verdict, answer.entry_id) == (Verdict.LISTED, 1)


@pytest.mark.parametrize(
    ("issued_at", "reason"),
    [
        (None, Reason.NO_LIST),
        (T0 - timedelta(hours=1, microseconds=1), Reason.LIST_TOO_OLD),
        (T0 + timedelta(minutes=5, microseconds=1), Reason.CLOCK_WRONG),
    ],
)
def test_without_a_trustworthy_list_everything_is_unavailable(house, index, issued_at: datetime | None, reason):
    member = house.member()
    check = a_check(house, Source(index, issued_at))
    answer = ask(check, member, digest_of(Kind.SHA256, "one"))
    assert (answer.verdict, answer.reason) == (Verdict.UNAVAILABLE, reason)
    digests = np.zeros((3, 32), dtype=np.uint8)
    bulk = check.check_bulk(member, Kind.SHA256, digests, T0)
    assert (bulk.unavailable, bulk.positions.size) == (reason, 0)
    assert check.list_state(T0)[1] is reason
    assert check.counts.answers() == {v: 4 if v is Verdict.UNAVAILABLE else 0 for v in Verdict}


def test_a_list_of_exactly_the_limit_still_answers(house, index):
    check = a_check(house, Source(index, T0 - timedelta(hours=1)))
    assert ask(check, house.member(), digest_of(Kind.SHA256, "one")).verdict is Verdict.LISTED
    state, fault = check.list_state(T0)
    assert (state.name, state.version, state.age, fault) == ("nl", 3, timedelta(hours=1), None)


def test_no_list_at_all_is_unavailable(house):
    assert ask(a_check(house, Source()), house.member(), digest_of(Kind.MD5, "one")).verdict is Verdict.UNAVAILABLE


class DeadTransactions:
    def read(self):
        raise OutageError("the database is away")

    write = read


def test_a_hit_that_cannot_be_stored_is_unavailable_and_misses_are_still_answered(house, index):
    member = house.member()
    check = a_check(dataclasses.replace(house, transactions=DeadTransactions()), Source(index))
    items = [an_item("hit", digest_of(Kind.SHA256, "one")), an_item("miss", digest_of(Kind.SHA256, "no"))]
    _, answers = check.check_items(member, items, T0)
    assert [a.verdict for a in answers] == [Verdict.UNAVAILABLE, Verdict.NOT_LISTED]
    assert answers[0].reason is Reason.HIT_NOT_STORED


def test_messages_are_not_scanned_without_a_legal_basis(check, house):
    without = dataclasses.replace(house.member(), policy=Policy(service_type=ServiceType.MESSAGING))
    for call in (
        lambda: check.reserve(without, 1, T0),
        lambda: ask(check, without, digest_of(Kind.MD5, "one")),
        lambda: check.check_bulk(without, Kind.MD5, np.zeros((1, 16), dtype=np.uint8), T0),
    ):
        with pytest.raises(LegalBasisMissingError):
            call()
    with_basis = dataclasses.replace(
        without, policy=Policy(service_type=ServiceType.MESSAGING, legal_basis="Regulation (EU) 2021/1232")
    )
    check.reserve(with_basis, 1, T0)


def probe(check, member, number, now=T0):
    return ask(check, member, moved(digest_of(Kind.PDQ, "one"), 5, seed=number), now=now)


def test_the_seventeenth_digest_near_one_entry_in_a_day_raises_one_alarm(check, member, house):
    for number in range(16):
        probe(check, member, number)
        probe(check, member, number)
    assert check.recorder.alarms() == []
    for number in range(16, 40):
        probe(check, member, number)
    (alarm,) = check.recorder.alarms(member.member_id)
    assert (alarm.entry_id, alarm.digests) == (1, 17)
    assert check.recorder.counts.alarms() == 1
    assert house.events("check:near:alarm") == 1


def test_digests_spread_over_days_or_members_raise_no_alarm(check, house):
    members = [house.member(f"m{n}") for n in range(3)]
    for number in range(45):
        probe(check, members[number % 3], number)
    for day in range(1, 4):
        for number in range(10):
            probe(check, members[0], day * 100 + number, now=T0 + timedelta(days=day))
            check.source.issued_at = T0 + timedelta(days=day)
    assert check.recorder.alarms() == []


def test_an_alarm_survives_a_restart_and_is_shared_by_processes(house, index, member):
    for number in range(17):
        probe(a_check(house, Source(index)), member, number)
    assert len(a_check(house, Source(index)).recorder.alarms()) == 1


def test_one_bulk_call_that_probes_is_noticed(check, member):
    some = b"".join(moved(digest_of(Kind.PDQ, "one"), 6, seed=n).value for n in range(200))
    check.check_bulk(member, Kind.PDQ, np.frombuffer(some, dtype=np.uint8).reshape(-1, 32), T0)
    assert len(check.recorder.alarms()) == 1
    assert check.sweep(T0 + timedelta(days=2)) <= 34


def test_an_item_seen_again_after_removal_says_reopened(check, member, house):
    first = ask(check, member, digest_of(Kind.SHA256, "one"))
    assert not first.reopened
    house.act(member, first.hit_id, Action.REMOVED)
    again = ask(check, member, digest_of(Kind.MD5, "one"))
    assert again.reopened
    assert house.hit(again.hit_id).state is HitState.OPEN


def test_weighing_alone_writes_nothing(check, member, house):
    request = CheckRequest(member=member, items=(an_item("x", digest_of(Kind.SHA256, "one")),))
    weighed = check.weigh_many([request], T0)
    assert weighed.has_hits
    assert house.all_hits() == []
    (reply,) = check.answer(weighed, T0)
    assert reply.answers[0].verdict is Verdict.LISTED
