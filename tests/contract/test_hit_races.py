"""What must hold of hits when things come late, together, or in the wrong order; memory, SQLite and PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from schoon.check import TokenRefusedError, Verdict, Webhook
from schoon.hits import Action, ActionOutcome, HitState, Leased, Message, SendResult
from schoon.hits.service import HitService
from schoon.kinds import EntryId, HitId, MemberId, Transaction
from schoon.lists import EntryState
from schoon.store.errors import SealedWithAnotherKeyError
from tests.contract.houses import house as house  # a fixture
from tests.memory.house import DAY, T0, House, a_sighting, some_sightings

HOUR = timedelta(hours=1)
REASON = "this is a logo of our own site"


def test_what_is_done_too_late_is_marked_late_even_when_nobody_had_looked_at_the_clock(house: House) -> None:
    member = house.member()
    late, at_the_instant, in_time = house.see(member, *some_sightings([5, 6, 7]))
    house.act(member, in_time, Action.REMOVED, now=T0 + DAY - timedelta(microseconds=1))
    house.act(member, at_the_instant, Action.REMOVED, now=T0 + DAY)
    house.act(member, late, Action.DISPUTED, REASON, now=T0 + DAY + HOUR)
    house.hits.due_work(T0 + DAY + 2 * HOUR)
    assert [house.hit(one).overdue_at for one in (late, at_the_instant, in_time)] == [T0 + DAY + HOUR, T0 + DAY, None]
    assert house.events("hit:overdue") == 2


def test_a_clock_that_goes_back_makes_no_hit_late_and_no_action_lost(house: House) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5))
    assert house.act(member, hit_id, Action.REMOVED, now=T0 - HOUR).outcome is ActionOutcome.DONE
    hit = house.hit(hit_id)
    assert (hit.state, hit.overdue_at) == (HitState.REMOVED, None)


def opened_in_a_race(house: House, member_id: MemberId, entry: int, *, suspended: bool) -> HitId:
    """The hit as a check leaves it that ran beside a decision about its entry, and did not see it."""
    (hit_id,) = [hit.hit_id for hit in house.all_hits() if hit.entry_id == entry]
    with house.transactions.write() as tx:
        hit = house.store.hits(tx, [hit_id], member_id)[hit_id]
        stopped = replace(hit, suspended=suspended, due_at=None, remaining=DAY) if suspended else hit
        house.store.save(tx, [stopped])
    return hit_id


def test_a_hit_that_missed_the_release_of_its_entry_gets_its_clock(house: House) -> None:
    member = house.member()
    house.see(member, a_sighting(5))
    hit_id = opened_in_a_race(house, member.member_id, 5, suspended=True)
    assert house.hits.due_work(T0 + timedelta(minutes=1)) == 1
    assert house.hit(hit_id).due_at == T0 + timedelta(minutes=1) + DAY
    assert house.hits.due_work(T0 + timedelta(minutes=2)) == 0


def test_a_hit_that_missed_its_withdrawal_and_was_acted_on_at_once_is_offered_back(house: House) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5))
    house.act(member, hit_id, Action.QUARANTINED)
    house.office.states[EntryId(5)] = EntryState.WITHDRAWN
    assert house.hits.due_work(T0 + timedelta(minutes=1)) == 1
    assert house.hit(hit_id).restore_offered
    assert house.hits.due_work(T0 + timedelta(minutes=2)) == 0


def test_a_closed_hit_on_a_suspended_entry_is_left_alone(house: House) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5))
    house.act(member, hit_id, Action.REMOVED)
    house.office.states[EntryId(5)] = EntryState.SUSPENDED
    assert house.hits.due_work(T0 + timedelta(minutes=1)) == 0
    assert house.hit(hit_id).state is HitState.REMOVED


def test_a_thousand_disputes_past_their_term_are_each_marked_once(house: House) -> None:
    member = house.member()
    for hit_id in house.see(member, *some_sightings(range(1, 1202))):
        house.act(member, hit_id, Action.DISPUTED, REASON)
    assert house.hits.due_work(T0 + 30 * DAY) == 1201
    assert house.hits.due_work(T0 + 31 * DAY) == 0


class Receiver:
    """Takes everything; keeps whose it was."""

    def __init__(self) -> None:
        self.seen: list[MemberId] = []

    def send(self, webhook: Webhook, leased: Leased, now: object) -> SendResult:
        self.seen.append(leased.member_id)
        return SendResult(delivered=True)


class SomeSealed:
    """Webhooks of which those of some members do not open under this installation's key."""

    def __init__(self, sealed: Sequence[MemberId]) -> None:
        self.sealed = sealed

    def webhook(self, tx: Transaction, member_id: MemberId) -> Webhook | None:
        if member_id in self.sealed:
            raise SealedWithAnotherKeyError
        return Webhook(url="https://tickets.example/x", secret=b"s" * 32)


def with_webhooks(house: House, webhooks: SomeSealed) -> HitService:
    parts = house.hits
    return replace(parts, webhooks=webhooks)


def test_one_members_broken_webhook_costs_it_no_hit_and_others_no_message(house: House) -> None:
    broken, fine = house.member("broken"), house.member("fine")
    hits = with_webhooks(house, SomeSealed([broken.member_id]))
    with house.transactions.write() as tx:
        (recorded,) = hits.record(tx, broken.member_id, [a_sighting(5)], T0, hit_term=DAY)
        house.outbox.put(tx, [Message(key="later", member_id=fine.member_id, body="{}", due_at=T0)], T0)
    assert house.hit(recorded.hit_id).verdict is Verdict.LISTED
    receiver = Receiver()
    assert hits.deliver_due(lambda: T0, receiver) == 1
    assert receiver.seen == [fine.member_id]
    assert hits.waiting() == 1, "its own message waits for the key"


def test_revoking_every_token_of_a_member_shuts_it_out_and_leaves_the_others(house: House) -> None:
    house.member("gone")
    house.member("stays")
    tokens = [house.members.issue_token(name, actor="test", now=T0) for name in ("gone", "gone", "stays")]
    house.members.refresh(T0)
    assert house.members.revoke_all_tokens("gone", actor="test", now=T0) == 2
    assert house.members.revoke_all_tokens("gone", actor="test", now=T0) == 0
    house.members.refresh(T0)
    good = []
    for token in tokens:
        try:
            good.append(house.members.authenticate(token.text, T0).name)
        except TokenRefusedError:
            continue
    assert good == ["stays"]
    assert house.events("member:token:revoke") == 2
