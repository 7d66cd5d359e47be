"""What every store of members, quotas and near digests must do; memory, SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from schoon.check import (
    MemberDraft,
    MemberExistsError,
    MembersUnknownError,
    NearAlarm,
    NoSuchMemberError,
    NoSuchTokenError,
    Policy,
    QuotaExceededError,
    ServiceType,
    TokenRefusedError,
    token_id_of,
)
from schoon.check.service import TRUST_LIMIT, MemberService, QuotaKeeper
from schoon.kinds import Category, EntryId, TokenId
from tests.contract.houses import house as house  # a fixture
from tests.memory.house import DAY, T0, House

SECOND = timedelta(seconds=1)
POLICY = Policy(
    categories=frozenset({Category.BASELINE, Category.OTHER}),
    suppliers=frozenset({"één", "two"}),
    pdq_distance=None,
    dihedral=False,
    service_type=ServiceType.MESSAGING,
    legal_basis="consent of each user, 2026",
)


def test_a_member_comes_back_as_it_was_added(house: House) -> None:
    draft = MemberDraft(name="big-host", policy=POLICY, quota=7, hit_term=2 * DAY, complaint_address="a@b.example")
    added = house.members.add(draft, actor="test", now=T0)
    assert house.members.find("big-host") == added
    assert house.members.list_members() == [added]
    member = added.member
    assert (member.policy, member.quota, member.hit_term) == (POLICY, 7, 2 * DAY)
    changed = house.members.change("big-host", MemberDraft(name="ignored"), actor="test", now=T0)
    assert house.members.find("big-host") == changed
    assert (changed.member.name, changed.member.hit_term) == ("big-host", DAY)
    assert house.members.set_policy("big-host", POLICY, actor="test", now=T0).member.policy == POLICY


def test_a_name_is_taken_once(house: House) -> None:
    house.member("a1")
    with pytest.raises(MemberExistsError, match="a1"):
        house.member("a1")
    with pytest.raises(NoSuchMemberError):
        house.members.find("a2")


def test_a_token_opens_until_it_is_revoked_in_any_process(house: House) -> None:
    member = house.member()
    elsewhere = MemberService(house.transactions, house.member_store, house.journal)
    token = house.members.issue_token("hoster", label="scanner", actor="test", now=T0)
    assert elsewhere.refresh(T0)
    assert not elsewhere.refresh(T0)
    assert elsewhere.authenticate(token.text, T0) == member
    assert elsewhere.authenticate_basic("hoster", token.text, T0) == member
    assert elsewhere.member_of(token_id_of(token.text), T0) == member
    assert house.members.revoke_token(token.token_id, actor="test", now=T0)
    assert not house.members.revoke_token(token.token_id, actor="test", now=T0)
    elsewhere.refresh(T0 + SECOND)
    with pytest.raises(TokenRefusedError):
        elsewhere.authenticate(token.text, T0 + SECOND)
    with pytest.raises(TokenRefusedError):
        elsewhere.member_of(token.token_id, T0 + SECOND)
    with pytest.raises(NoSuchTokenError):
        house.members.revoke_token(TokenId("none"), actor="test", now=T0)


def test_a_changed_policy_reaches_other_processes_at_their_next_look(house: House) -> None:
    house.member()
    elsewhere = MemberService(house.transactions, house.member_store, house.journal)
    token = house.members.issue_token("hoster", actor="test", now=T0)
    elsewhere.refresh(T0)
    house.members.set_policy("hoster", Policy(pdq_distance=3), actor="test", now=T0)
    elsewhere.refresh(T0 + SECOND)
    assert elsewhere.authenticate(token.text, T0 + SECOND).policy.pdq_distance == 3


def test_wrong_tokens_are_refused(house: House) -> None:
    house.member()
    house.member("other")
    token = house.members.issue_token("hoster", actor="test", now=T0).text
    house.members.refresh(T0)
    for wrong in (
        "",
        "schoon",
        token[:-1],
        token + "x",
        token.replace("schoon", "other"),
        token.upper(),
        "_" * 90,
        "é",
    ):
        with pytest.raises(TokenRefusedError):
            house.members.authenticate(wrong, T0)
    with pytest.raises(TokenRefusedError):
        house.members.authenticate_basic("other", token, T0)


def test_tokens_are_not_trusted_when_the_table_was_not_read_for_a_minute(house: House) -> None:
    house.member()
    token = house.members.issue_token("hoster", actor="test", now=T0).text
    with pytest.raises(MembersUnknownError):
        house.members.authenticate(token, T0)
    house.members.refresh(T0)
    assert house.members.authenticate(token, T0 + TRUST_LIMIT).name == "hoster"
    with pytest.raises(MembersUnknownError):
        house.members.authenticate(token, T0 + TRUST_LIMIT + SECOND)


def test_the_last_use_of_a_token_is_written_down_and_never_goes_back(house: House) -> None:
    house.member()
    token = house.members.issue_token("hoster", actor="test", now=T0)
    house.members.refresh(T0)
    assert house.members.list_tokens("hoster")[0].last_used_at is None
    house.members.authenticate(token.text, T0 + 5 * SECOND)
    house.members.flush_used()
    with house.transactions.write() as tx:
        house.member_store.mark_used(tx, {token.token_id: T0})
    assert house.members.list_tokens("hoster")[0].last_used_at == T0 + 5 * SECOND


def test_a_webhook_comes_back_with_its_secret_and_can_be_removed(house: House) -> None:
    member = house.member()
    webhook = house.members.set_webhook("hoster", "https://tickets.example/schoon", actor="test", now=T0)
    with house.transactions.read() as tx:
        assert house.member_store.webhook(tx, member.member_id) == webhook
    assert house.members.find("hoster").webhook_url == "https://tickets.example/schoon"
    house.members.set_webhook("hoster", None, actor="test", now=T0)
    with house.transactions.read() as tx:
        assert house.member_store.webhook(tx, member.member_id) is None


def test_the_quota_of_an_hour_is_never_passed_by_processes_together(house: House) -> None:
    member = replace(house.member(), quota=1000)
    keepers = [QuotaKeeper(house.transactions, house.usage) for _ in range(2)]
    got = [0] * 8

    def work(thread: int) -> None:
        for _ in range(100):
            try:
                keepers[thread % 2].reserve(member, 3, T0)
            except QuotaExceededError:
                return
            got[thread] += 3

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert 1000 - 2 * 10 - 3 <= sum(got) <= 1000


def test_a_new_hour_brings_new_digests_and_says_when(house: House) -> None:
    member = replace(house.member(), quota=100)
    keeper = QuotaKeeper(house.transactions, house.usage)
    now = T0 + timedelta(minutes=50)
    keeper.reserve(member, 100, now)
    with pytest.raises(QuotaExceededError, match="100") as refused:
        keeper.reserve(member, 1, now)
    assert refused.value.retry_after == timedelta(minutes=10)
    assert keeper.used(member, now) == 100
    keeper.reserve(member, 1, T0 + timedelta(hours=1))
    with pytest.raises(QuotaExceededError):
        keeper.reserve(member, 101, T0 + timedelta(hours=2))
    with house.transactions.write() as tx:
        assert house.usage.forget_before(tx, T0 + timedelta(hours=1)) == 1


def test_other_members_are_not_touched_by_a_used_up_quota(house: House) -> None:
    greedy, other = replace(house.member(), quota=10), house.member("other")
    keeper = QuotaKeeper(house.transactions, house.usage)
    keeper.reserve(greedy, 10, T0)
    with pytest.raises(QuotaExceededError):
        keeper.reserve(greedy, 1, T0)
    keeper.reserve(other, 1000, T0)


def tag(number: int) -> bytes:
    return number.to_bytes(16, "big")


def test_near_digests_are_counted_once_each_and_for_a_day(house: House) -> None:
    member, entry = house.member().member_id, EntryId(9)

    def note(numbers: range, at: timedelta) -> int:
        with house.transactions.write() as tx:
            return house.near.note(tx, member, {entry: [tag(n) for n in numbers]}, T0 + at, keep=17)[entry]

    assert note(range(3), timedelta(0)) == 3
    assert note(range(3), timedelta(hours=1)) == 3
    assert note(range(5), timedelta(hours=20)) == 5
    assert note(range(90, 91), timedelta(hours=44)) == 1
    with house.transactions.write() as tx:
        assert house.near.forget_before(tx, T0 + timedelta(hours=21)) == 5


def test_one_alarm_a_day_per_member_and_entry(house: House) -> None:
    member = house.member().member_id

    def raise_at(hours: int) -> bool:
        alarm = NearAlarm(member_id=member, entry_id=EntryId(9), raised_at=T0 + timedelta(hours=hours), digests=17)
        with house.transactions.write() as tx:
            return house.near.raise_alarm(tx, alarm)

    assert [raise_at(hours) for hours in (0, 1, 23, 24)] == [True, False, False, True]
    with house.transactions.read() as tx:
        assert [alarm.raised_at for alarm in house.near.alarms(tx)] == [T0 + DAY, T0]
