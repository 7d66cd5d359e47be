"""What every outbox must do; memory, SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock

import pytest

from schoon.check import Webhook
from schoon.hits import Leased, Message, NoSuchMessageError, SendResult
from schoon.hits.rules import LEASE, MAX_ATTEMPTS, retry_after
from schoon.kinds import MemberId
from tests.contract.houses import house as house  # a fixture
from tests.memory.house import T0, House

SECOND = timedelta(seconds=1)


class Receiver:
    """Answers as told; keeps what it was sent."""

    def __init__(self, *results: SendResult) -> None:
        self._results = list(results)
        self._lock = Lock()
        self.seen: list[str] = []

    def send(self, webhook: Webhook, leased: Leased, now: datetime) -> SendResult:
        with self._lock:
            self.seen.append(leased.delivery_id)
            return self._results.pop(0) if self._results else SendResult(delivered=True)


def put(house: House, member: MemberId, *keys: str) -> int:
    messages = [Message(key=key, member_id=member, body="{}", due_at=T0) for key in keys]
    with house.transactions.write() as tx:
        return house.outbox.put(tx, messages, T0)


def with_webhook(house: House, name: str = "hoster") -> MemberId:
    member = house.member(name)
    house.members.set_webhook(name, "https://tickets.example/x", actor="test", now=T0)
    return member.member_id


def test_a_key_is_put_once(house: House) -> None:
    member = with_webhook(house)
    assert put(house, member, "a", "b", "a") == 2
    assert put(house, member, "b", "c") == 1
    assert house.hits.waiting() == 3


def test_what_is_due_is_delivered_once(house: House) -> None:
    put(house, with_webhook(house), "a", "b")
    receiver = Receiver()
    assert house.hits.deliver_due(lambda: T0 - SECOND, receiver) == 0
    assert house.hits.deliver_due(lambda: T0, receiver) == 2
    assert house.hits.deliver_due(lambda: T0, receiver) == 0
    assert len(set(receiver.seen)) == 2
    assert house.hits.waiting() == 0


def test_a_fault_is_tried_again_later_with_the_same_name(house: House) -> None:
    put(house, with_webhook(house), "a")
    receiver = Receiver(SendResult(delivered=False, fault="answered 500"))
    assert house.hits.deliver_due(lambda: T0, receiver) == 0
    assert house.hits.deliver_due(lambda: T0 + retry_after(1) - SECOND, receiver) == 0
    assert house.hits.deliver_due(lambda: T0 + retry_after(1), receiver) == 1
    assert receiver.seen[0] == receiver.seen[1]


def test_after_twelve_faults_a_message_is_a_dead_letter_that_can_be_sent_again(house: House) -> None:
    put(house, with_webhook(house), "a")
    receiver = Receiver(*[SendResult(delivered=False, fault="answered 500")] * MAX_ATTEMPTS)
    now = T0
    for _ in range(MAX_ATTEMPTS + 3):
        house.hits.deliver_due(lambda: now, receiver)  # noqa: B023 - called at once
        now += timedelta(hours=9)
    assert len(receiver.seen) == MAX_ATTEMPTS
    (dead,) = house.hits.dead_letters()
    assert (dead.attempts, dead.fault) == (MAX_ATTEMPTS, "answered 500")
    house.hits.requeue(dead.message_id, actor="desk", now=now)
    assert house.hits.deliver_due(lambda: now, receiver) == 1
    with pytest.raises(NoSuchMessageError):
        house.hits.requeue(dead.message_id, actor="desk", now=now)


def test_a_member_without_webhook_makes_a_visible_dead_letter_and_holds_up_nobody(house: House) -> None:
    put(house, house.member("bare").member_id, "a", "b")
    put(house, with_webhook(house), "c")
    assert house.hits.deliver_due(lambda: T0, Receiver()) == 1
    assert [dead.fault for dead in house.hits.dead_letters()] == ["the member has no webhook"] * 2


def test_one_dead_receiver_does_not_hold_up_the_others(house: House) -> None:
    put(house, with_webhook(house), *[f"a{n}" for n in range(20)])
    put(house, with_webhook(house, "other"), "z")
    receiver = Receiver(SendResult(delivered=False, fault="timeout"))
    assert house.hits.deliver_due(lambda: T0, receiver) == 1
    assert len(receiver.seen) == 2


def test_a_dead_deliverers_message_is_taken_up_within_a_minute(house: House) -> None:
    put(house, with_webhook(house), "a")
    with house.transactions.write() as tx:
        lost = house.outbox.lease(tx, T0, until=T0 + LEASE)
    assert lost is not None
    receiver = Receiver()
    assert house.hits.deliver_due(lambda: T0 + LEASE - SECOND, receiver) == 0
    assert timedelta(minutes=1) > LEASE
    assert house.hits.deliver_due(lambda: T0 + LEASE, receiver) == 1
    with house.transactions.write() as tx:  # the dead one wakes up
        assert not house.outbox.retry(tx, lost, due_at=T0, fault="late")
        assert not house.outbox.give_up(tx, lost, T0, fault="late")
        assert not house.outbox.delivered(tx, lost, T0)
    assert house.hits.waiting() == 0


def test_an_expired_lease_cannot_undo_the_new_one(house: House) -> None:
    put(house, with_webhook(house), "a")
    with house.transactions.write() as tx:
        first = house.outbox.lease(tx, T0, until=T0 + LEASE)
        second = house.outbox.lease(tx, T0 + LEASE, until=T0 + 2 * LEASE)
        assert first is not None
        assert second is not None
        assert not house.outbox.retry(tx, first, due_at=T0, fault="late")
        assert house.outbox.delivered(tx, second, T0)


def test_deliverers_together_send_each_message_once(house: House) -> None:
    put(house, with_webhook(house), *[f"m{n}" for n in range(60)])
    receiver = Receiver()
    with ThreadPoolExecutor(6) as pool:
        sent = sum(pool.map(lambda _: house.hits.deliver_due(lambda: T0, receiver), range(6)))
    assert sent == len(receiver.seen) == len(set(receiver.seen)) == 60


def test_delivered_messages_are_forgotten_after_a_while(house: House) -> None:
    put(house, with_webhook(house), "a", "b")
    house.hits.deliver_due(lambda: T0, Receiver(), limit=1)
    with house.transactions.write() as tx:
        assert house.outbox.forget_before(tx, T0) == 0
        assert house.outbox.forget_before(tx, T0 + SECOND) == 1
    assert house.hits.waiting() == 1
