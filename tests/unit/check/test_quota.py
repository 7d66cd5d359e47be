"""Quotas: what memory can decide is decided there, and what is leased ahead never passes the quota."""

import threading
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from schoon.check import MemberDraft, QuotaExceededError
from schoon.check.service import QuotaKeeper
from tests.memory.house import T0, House, memory_house
from tests.memory.members import MemoryUsage

HOUR = timedelta(hours=1)


def a_keeper(quota: int) -> tuple[House, QuotaKeeper]:
    house = memory_house()
    house.members.add(MemberDraft(name="hoster", quota=quota), actor="test", now=T0)
    return house, QuotaKeeper(house.transactions, house.usage)


def test_nothing_is_given_at_once_before_the_database_gave_a_lease():
    house, keeper = a_keeper(1_000)
    member = house.members.find("hoster").member
    assert not keeper.reserve_at_once(member, 1, T0)
    keeper.reserve(member, 1, T0)
    assert keeper.reserve_at_once(member, 9, T0)
    assert not keeper.reserve_at_once(member, 1, T0), "a hundredth of the quota was leased, and is used"


def test_a_lease_of_the_last_hour_is_worth_nothing_in_this_one():
    house, keeper = a_keeper(1_000)
    member = house.members.find("hoster").member
    keeper.reserve(member, 1, T0)
    assert not keeper.reserve_at_once(member, 1, T0 + HOUR)
    assert keeper.top_up(T0 + HOUR) == 0


def test_leases_are_topped_up_before_they_run_out_and_never_pass_the_quota():
    house, keeper = a_keeper(1_000)
    member = house.members.find("hoster").member
    keeper.reserve(member, 1, T0)
    given = 1
    for _ in range(500):
        keeper.top_up(T0)
        given += 5 * keeper.reserve_at_once(member, 5, T0)
    assert given <= 1_000
    assert keeper.used(member, T0) == 1_000
    with pytest.raises(QuotaExceededError):
        keeper.reserve(member, 10, T0)
    assert keeper.top_up(T0) == 0


def test_a_raised_quota_counts_within_the_hour():
    house, keeper = a_keeper(10)
    member = house.members.find("hoster").member
    keeper.reserve(member, 10, T0)
    assert keeper.top_up(T0) == 0
    keeper.reserve(replace(member, quota=1_000), 100, T0)
    assert keeper.used(member, T0) >= 110


def test_usage_older_than_a_quarter_is_forgotten():
    house, keeper = a_keeper(10)
    member = house.members.find("hoster").member
    keeper.reserve(member, 10, T0)
    assert keeper.forget_before(T0 + timedelta(days=91)) == 0
    assert keeper.forget_before(T0 + timedelta(days=93)) == 1
    assert keeper.used(member, T0) == 0


def test_what_a_renewal_takes_is_not_missing_to_whoever_asks_meanwhile():
    """The last digest of the hour was leased and not yet counted when a request came, which was refused."""
    house, _ = a_keeper(10)
    member = house.members.find("hoster").member
    asked: list[threading.Thread] = []
    refused: list[QuotaExceededError] = []

    class Slow(MemoryUsage):
        """Usage, with somebody who asks for the last digest as soon as the renewal has it."""

        def lease(self, tx, member_id, hour, *, at_least, wanted, limit):
            granted = super().lease(tx, member_id, hour, at_least=at_least, wanted=wanted, limit=limit)
            if threading.current_thread() is threading.main_thread() and not asked and at_least == 1:
                asked.append(threading.Thread(target=ask))
                asked[0].start()
                asked[0].join(0.2)  # it finds nothing left in the database, and waits for us
            return granted

    def ask():
        try:
            keeper.reserve(member, 1, T0)
        except QuotaExceededError as error:
            refused.append(error)

    keeper = QuotaKeeper(Apart(), Slow())
    keeper.reserve(member, 9, T0)
    assert keeper.top_up(T0) == 1
    asked[0].join(10)
    assert refused == []
    with pytest.raises(QuotaExceededError):
        keeper.reserve(member, 1, T0)


class Apart:
    """Transactions in memory that do not wait for each other, as those of PostgreSQL."""

    def read(self):
        return nullcontext(object())

    write = read
