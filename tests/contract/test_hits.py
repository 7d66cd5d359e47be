"""What every store of hits must do; memory, SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from schoon.check import Verdict
from schoon.hits import (
    Action,
    ActionOutcome,
    DisputeAnswer,
    DisputeAnsweredError,
    DisputeOutcome,
    HitAction,
    HitState,
    Language,
    NoSuchHitError,
    NotEntitledError,
    ReasonsMissingError,
    Shelf,
    StatementHeldError,
    TooManyActionsError,
    Wanted,
)
from schoon.kinds import EntryId, HitId
from schoon.lists import EntryState
from schoon.norms import after_working_days
from tests.contract.houses import house as house  # a fixture
from tests.memory.house import DAY, T0, House, a_sighting, some_sightings

HOUR = timedelta(hours=1)
REASON = "this is a logo of our own site"


def test_one_open_hit_per_member_and_entry_with_all_its_sightings(house: House) -> None:
    member, other = house.member(), house.member("other")
    first = house.see(member, a_sighting(5, file_ref="a"), a_sighting(5, file_ref="b"), a_sighting(6))
    again = house.see(member, a_sighting(5, file_ref="b"), now=T0 + HOUR)
    elsewhere = house.see(other, a_sighting(5))
    assert first[0] == first[1] == again[0]
    assert len({first[0], first[2], elsewhere[0]}) == 3
    details = house.hits.hit(first[0])
    assert (details.hit.sightings, details.file_count) == (3, 2)
    assert {f.file_ref: f.count for f in details.files} == {"a": 1, "b": 2}
    assert details.hit.last_seen_at == T0 + HOUR
    assert details.hit.due_at == T0 + DAY
    assert house.events("hit:open") == 2


def test_a_hit_comes_back_as_it_was_stored(house: House) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5))
    hit = house.hit(hit_id)
    assert replace(hit, sightings=0) == replace(house.all_hits()[0], sightings=0)
    assert hit_id.startswith("h")
    assert len(hit_id) == 26


def test_an_entry_seen_after_its_hit_was_closed_opens_a_new_one_that_says_so(house: House) -> None:
    member = house.member()
    (first,) = house.see(member, a_sighting(5))
    house.act(member, first, Action.REMOVED)
    with house.transactions.write() as tx:
        (second,) = house.hits.record(tx, member.member_id, [a_sighting(5)], T0 + HOUR, hit_term=DAY)
    assert second.hit_id != first
    assert second.reopened
    assert not house.hit(first).reopened
    assert house.hit(first).state is HitState.REMOVED


def test_review_is_counted_apart_and_has_no_clock_until_it_is_listed(house: House) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5, Verdict.REVIEW))
    assert house.hit(hit_id).due_at is None
    assert house.hits.counts(member.member_id, T0).review == 1
    (again,) = house.see(member, a_sighting(5), now=T0 + HOUR)
    assert again == hit_id
    assert house.hit(hit_id).due_at == T0 + HOUR + DAY
    counts = house.hits.counts(member.member_id, T0)
    assert (counts.review, counts.by_state[HitState.OPEN]) == (0, 1)
    house.see(member, a_sighting(5, Verdict.REVIEW), now=T0 + 2 * HOUR)
    assert house.hit(hit_id).verdict is Verdict.LISTED


def test_a_batch_that_says_review_and_listed_of_one_entry_opens_it_listed(house: House) -> None:
    member = house.member()
    house.see(member, a_sighting(5, Verdict.REVIEW), a_sighting(5))
    assert [hit.verdict for hit in house.all_hits()] == [Verdict.LISTED]


@pytest.mark.parametrize("action", [Action.REMOVED, Action.QUARANTINED])
def test_an_action_closes_the_hit_and_is_done_once(house: House, action: Action) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5))
    assert house.act(member, hit_id, action).outcome is ActionOutcome.DONE
    again = house.act(member, hit_id, action, now=T0 + HOUR)
    assert again.outcome is ActionOutcome.UNCHANGED
    hit = house.hit(hit_id)
    assert (hit.action, hit.acted_at, hit.closed_at, hit.due_at) == (action, T0, T0, None)
    assert [taken.action for taken in house.hits.hit(hit_id).actions] == [action]
    assert house.events(f"hit:act:{action}") == 1


def test_another_members_hit_is_missing_like_one_that_never_was(house: House) -> None:
    member, other = house.member(), house.member("other")
    (hit_id,) = house.see(member, a_sighting(5))
    theirs, nobodys = house.act(other, hit_id, Action.REMOVED), house.act(other, HitId("h0"), Action.REMOVED)
    assert replace(theirs, hit_id=HitId("h0")) == nobodys
    assert theirs.outcome is ActionOutcome.MISSING
    for wanted in (hit_id, HitId("h0")):
        with pytest.raises(NoSuchHitError):
            house.hits.hit(wanted, member_id=other.member_id)
    assert house.hit(hit_id).state is HitState.OPEN


def test_ten_thousand_actions_in_one_call_are_each_answered(house: House) -> None:
    member = house.member()
    hit_ids = house.see(member, *some_sightings(range(1, 2001)))
    actions = [HitAction(hit_id=hit_id, action=Action.QUARANTINED) for hit_id in hit_ids] * 5
    results = house.hits.act(member.member_id, actions, actor="member", now=T0)
    outcomes = [result.outcome for result in results]
    assert (outcomes.count(ActionOutcome.DONE), outcomes.count(ActionOutcome.UNCHANGED)) == (2000, 8000)
    with pytest.raises(TooManyActionsError):
        house.hits.act(member.member_id, [*actions, actions[0]], actor="member", now=T0)


def test_sightings_are_added_to_own_hits_only(house: House) -> None:
    member, other = house.member(), house.member("other")
    (hit_id,) = house.see(member, a_sighting(5))
    mine = house.hits.add_sightings(member.member_id, [(hit_id, "x"), (HitId("h0"), "y")], now=T0)
    theirs = house.hits.add_sightings(other.member_id, [(hit_id, "z")], now=T0)
    assert [r.outcome for r in mine] == [ActionOutcome.DONE, ActionOutcome.MISSING]
    assert [r.outcome for r in theirs] == [ActionOutcome.MISSING]
    assert [f.file_ref for f in house.hits.hit(hit_id).files] == ["x"]


def test_a_dispute_needs_reasons_stops_the_clock_and_is_due_in_five_working_days(house: House) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5))
    assert house.act(member, hit_id, Action.DISPUTED, "too short").outcome is ActionOutcome.REFUSED
    assert house.act(member, hit_id, Action.DISPUTED, REASON, T0 + HOUR).outcome is ActionOutcome.DONE
    assert house.act(member, hit_id, Action.DISPUTED, REASON, T0 + HOUR).outcome is ActionOutcome.UNCHANGED
    hit = house.hit(hit_id)
    assert (hit.state, hit.due_at, hit.remaining) == (HitState.DISPUTED, None, DAY - HOUR)
    (dispute,) = house.hits.disputes()
    assert dispute.due_at == after_working_days(T0 + HOUR, 5)
    assert house.hits.overdue(T0 + 100 * DAY) == []


def test_a_rejected_dispute_lets_the_clock_go_on_with_what_was_left(house: House) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5))
    house.act(member, hit_id, Action.DISPUTED, REASON, T0 + HOUR)
    (dispute,) = house.hits.disputes()
    with pytest.raises(ReasonsMissingError):
        house.hits.answer_dispute(an_answer(dispute.dispute_id, reasons="no"), actor="desk", now=T0 + DAY)
    house.hits.answer_dispute(an_answer(dispute.dispute_id), actor="desk", now=T0 + 2 * DAY)
    hit = house.hit(hit_id)
    assert (hit.state, hit.due_at) == (HitState.OPEN, T0 + 2 * DAY + (DAY - HOUR))
    with pytest.raises(DisputeAnsweredError):
        house.hits.answer_dispute(an_answer(dispute.dispute_id), actor="desk", now=T0 + 2 * DAY)
    assert house.act(member, hit_id, Action.DISPUTED, REASON, T0 + 3 * DAY).outcome is ActionOutcome.DONE
    assert house.hits.disputes(open_only=False)[0].answer == REASON


def test_disputing_again_after_a_rejection_is_heard_and_stops_no_clock(house: House) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5))
    house.act(member, hit_id, Action.DISPUTED, REASON)
    (dispute,) = house.hits.disputes()
    house.hits.answer_dispute(an_answer(dispute.dispute_id), actor="desk", now=T0 + HOUR)
    due_at = house.hit(hit_id).due_at
    for outcome in (ActionOutcome.DONE, ActionOutcome.UNCHANGED):
        assert house.act(member, hit_id, Action.DISPUTED, REASON, T0 + 2 * HOUR).outcome is outcome
    twice = [HitAction(hit_id=hit_id, action=Action.DISPUTED, note=REASON)] * 2
    results = house.hits.act(member.member_id, twice, actor="test", now=T0 + 2 * HOUR)
    assert [one.outcome for one in results] == [ActionOutcome.UNCHANGED] * 2
    assert [one.action for one in house.hits.hit(hit_id).actions] == [Action.DISPUTED] * 2
    (again,) = house.hits.disputes()
    assert again.dispute_id != dispute.dispute_id
    assert (house.hit(hit_id).state, house.hit(hit_id).due_at) == (HitState.OPEN, due_at)
    house.hits.answer_dispute(an_answer(again.dispute_id), actor="desk", now=T0 + 3 * HOUR)
    assert house.hit(hit_id).due_at == due_at
    assert [hit.hit_id for hit in house.hits.overdue(T0 + 2 * DAY)] == [hit_id]


def an_answer(
    dispute_id: int, outcome: DisputeOutcome = DisputeOutcome.REJECTED, *, by: int | None = None, reasons: str = REASON
):
    return DisputeAnswer(dispute_id=dispute_id, outcome=outcome, reasons=reasons, by=by)  # type: ignore[arg-type]  # no organisation: its table is another room's


def test_only_those_entitled_uphold_and_then_the_entry_is_suspended_for_everybody(house: House) -> None:
    member, other = house.member(), house.member("other")
    (hit_id,), (theirs,) = house.see(member, a_sighting(5)), house.see(other, a_sighting(5))
    house.act(member, hit_id, Action.DISPUTED, REASON)
    (dispute,) = house.hits.disputes()
    upheld = an_answer(dispute.dispute_id, DisputeOutcome.UPHELD)
    with pytest.raises(NotEntitledError):
        house.hits.answer_dispute(upheld, actor="desk", now=T0 + HOUR)
    house.office.attested[EntryId(5)] = {upheld.by}
    house.hits.answer_dispute(upheld, actor="desk", now=T0 + HOUR)
    assert [entry for entry, _ in house.office.suspended] == [5]
    assert house.hit(hit_id).state is HitState.SUSPENDED
    assert (house.hit(theirs).state, house.hit(theirs).due_at) == (HitState.SUSPENDED, None)
    house.office.change(EntryId(5), EntryState.ACTIVE, now=T0 + 3 * HOUR)
    assert house.hit(hit_id).due_at == T0 + 3 * HOUR + DAY
    assert house.hit(theirs).due_at == T0 + 3 * HOUR + DAY - HOUR


def test_a_new_hit_on_a_disputed_or_suspended_entry_starts_standing_still(house: House) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5))
    house.act(member, hit_id, Action.QUARANTINED)
    house.act(member, hit_id, Action.DISPUTED, REASON)
    (second,) = house.see(member, a_sighting(5), now=T0 + HOUR)
    assert (house.hit(second).state, house.hit(second).remaining) == (HitState.DISPUTED, DAY)
    house.office.states[EntryId(6)] = EntryState.SUSPENDED
    (third,) = house.see(member, a_sighting(6, Verdict.REVIEW))
    assert house.hit(third).state is HitState.SUSPENDED
    (dispute,) = house.hits.disputes()
    house.hits.answer_dispute(an_answer(dispute.dispute_id), actor="desk", now=T0 + 2 * HOUR)
    assert house.hit(second).due_at == T0 + 2 * HOUR + DAY
    assert house.hit(hit_id).state is HitState.QUARANTINED


def test_withdrawal_tells_every_member_once_and_offers_restore(house: House) -> None:
    member, other, bystander = house.member(), house.member("other"), house.member("bystander")
    (acted,), (open_one,) = house.see(member, a_sighting(5)), house.see(other, a_sighting(5))
    house.see(bystander, a_sighting(6))
    house.act(member, acted, Action.QUARANTINED)
    (second,) = house.see(member, a_sighting(5))
    house.act(member, second, Action.DISPUTED, REASON)
    before = house.hits.waiting()
    for _ in range(2):
        house.office.change(EntryId(5), EntryState.WITHDRAWN, now=T0 + HOUR)
    assert house.hits.waiting() - before == 3  # one message a member, and the answer to the dispute
    assert house.hits.disputes() == []
    assert house.hit(acted).restore_offered
    assert house.hit(open_one).state is house.hit(second).state is HitState.WITHDRAWN
    assert house.act(member, acted, Action.RESTORED).outcome is ActionOutcome.DONE
    assert house.act(member, acted, Action.RESTORED).outcome is ActionOutcome.UNCHANGED
    assert house.act(member, acted, Action.REMOVED).outcome is ActionOutcome.REFUSED
    assert house.hit(acted).state is HitState.RESTORED
    assert house.act(bystander, house.all_hits(bystander)[0].hit_id, Action.RESTORED).outcome is ActionOutcome.REFUSED


def test_a_check_that_lost_the_race_with_a_withdrawal_opens_nothing_that_stays_open(house: House) -> None:
    member = house.member()
    house.office.states[EntryId(5)] = EntryState.WITHDRAWN
    (first,) = house.see(member, a_sighting(5, Verdict.REVIEW))
    (again,) = house.see(member, a_sighting(5), now=T0 + HOUR)
    assert first == again
    assert house.hit(first).due_at is None
    assert house.hit(first).state is HitState.WITHDRAWN
    (late,) = house.see(member, a_sighting(6))
    house.office.states[EntryId(6)] = EntryState.WITHDRAWN  # the list changed; the hit was not seen then
    assert house.hits.due_work(T0 + timedelta(minutes=1)) == 1
    assert house.hit(late).state is HitState.WITHDRAWN
    assert house.hits.waiting() == 2


def test_a_clock_that_ran_out_is_marked_once_and_tells_once(house: House) -> None:
    member = house.member()
    (hit_id, _) = house.see(member, a_sighting(5), a_sighting(6))
    house.act(member, hit_id, Action.REMOVED)
    (late,) = house.see(member, a_sighting(5), now=T0 + HOUR)
    assert house.hits.due_work(T0 + DAY - timedelta(microseconds=1)) == 0
    assert house.hits.due_work(T0 + DAY) == 1
    assert house.hits.due_work(T0 + DAY) == 0
    assert [hit.entry_id for hit in house.hits.overdue(T0 + DAY + HOUR)] == [6, 5]
    assert house.hits.due_work(T0 + DAY + HOUR) == 1
    assert house.hit(late).overdue_at == T0 + DAY + HOUR
    assert house.hits.waiting() == 2
    assert house.hits.counts(None, T0 + DAY + HOUR).overdue == 2


def test_a_dispute_not_answered_in_time_is_marked_once(house: House) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5))
    house.act(member, hit_id, Action.DISPUTED, REASON)
    due_at = house.hits.disputes()[0].due_at
    assert [house.hits.due_work(due_at), house.hits.due_work(due_at)] == [1, 0]
    assert house.events("hit:dispute:overdue") == 1


def test_pages_go_on_where_the_last_one_ended_on_every_shelf(house: House) -> None:
    member = house.member()
    terms = {entry: timedelta(hours=1 + entry * 7 % 11) for entry in range(1, 31)}
    for entry, term in terms.items():
        house.see(member, a_sighting(entry, Verdict.REVIEW if entry % 5 == 0 else Verdict.LISTED), hit_term=term)
    for number, hit in enumerate(house.all_hits(member)):
        if number % 3 == 0:
            house.act(member, hit.hit_id, [Action.REMOVED, Action.QUARANTINED][number % 2])
    now = T0 + timedelta(hours=6)
    counts = house.hits.counts(member.member_id, now)
    for shelf in Shelf:
        found: list[HitId] = []
        wanted = Wanted(now=now, shelf=shelf, limit=4)
        while page := house.hits.list_hits(member.member_id, wanted):
            found += [hit.hit_id for hit in page]
            wanted = replace(wanted, after=found[-1])
        assert len(found) == len(set(found)) == counts.by_shelf[shelf]
    due = [hit.due_at for hit in house.hits.list_hits(member.member_id, Wanted(now=now, shelf=Shelf.OPEN))]
    assert due == sorted(due, key=lambda moment: moment or now)
    assert sum(counts.by_state.values()) + counts.by_shelf[Shelf.REVIEW] <= 30


def test_each_state_is_found_by_its_name(house: House) -> None:
    member = house.member()
    ids = dict(zip(HitState, house.see(member, *some_sightings(range(1, 8))), strict=True))
    house.act(member, ids[HitState.DISPUTED], Action.DISPUTED, REASON)
    house.act(member, ids[HitState.QUARANTINED], Action.QUARANTINED)
    house.act(member, ids[HitState.REMOVED], Action.REMOVED)
    house.office.change(house.hit(ids[HitState.SUSPENDED]).entry_id, EntryState.SUSPENDED, now=T0)
    for state in (HitState.WITHDRAWN, HitState.RESTORED):
        house.act(member, ids[state], Action.QUARANTINED)
        house.office.change(house.hit(ids[state]).entry_id, EntryState.WITHDRAWN, now=T0)
    house.act(member, ids[HitState.RESTORED], Action.RESTORED)
    for state, hit_id in ids.items():
        found = house.hits.list_hits(member.member_id, Wanted(now=T0, state=state))
        assert [hit.hit_id for hit in found] == [hit_id]
        assert found[0].state is state
    assert set(house.hits.counts(None, T0).by_state.values()) == {1}


def test_a_statement_held_back_for_the_police_is_seen_to_be_held(house: House) -> None:
    member = house.member()
    (hit_id,) = house.see(member, a_sighting(5))
    house.act(member, hit_id, Action.REMOVED)
    house.hits.hold_statement(hit_id, by="Team KP", reason="an arrest is near", actor="desk", now=T0)

    with pytest.raises(StatementHeldError):
        house.hits.statement(hit_id, Language.DUTCH)
    hold = house.hit(hit_id).hold
    assert hold is not None
    assert (hold.by, hold.at) == ("Team KP", T0)
    house.hits.release_statement(hit_id, actor="desk", now=T0)
    assert hit_id in house.hits.statement(hit_id, Language.ENGLISH)


def test_a_failing_transaction_leaves_no_hit(house: House) -> None:
    member = house.member()

    def fail() -> None:
        with house.transactions.write() as tx:
            house.hits.record(tx, member.member_id, [a_sighting(5)], T0, hit_term=DAY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert house.all_hits() == []
    assert house.hits.waiting() == 0


def test_fifty_threads_that_see_one_entry_open_one_hit(house: House) -> None:
    member = house.member()
    with ThreadPoolExecutor(50) as pool:
        found = list(
            pool.map(lambda n: house.see(member, a_sighting(5, file_ref=f"f{n}"), a_sighting(n + 10)), range(50))
        )
    assert len({hit_ids[0] for hit_ids in found}) == 1
    details = house.hits.hit(found[0][0])
    assert (details.hit.sightings, details.file_count) == (50, 50)
    assert len(house.all_hits()) == 51


def test_threads_that_act_and_see_at_once_neither_lose_nor_double_a_hit(house: House) -> None:
    member = house.member()

    def work(n: int) -> None:
        hit_ids = house.see(member, *some_sightings(range(1, 21)))
        for hit_id in hit_ids[n % 4 :: 4]:
            house.act(member, hit_id, Action.REMOVED)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    hits = house.all_hits()
    assert sum(hit.sightings for hit in hits) == 24 * 20
    still_open = [hit.entry_id for hit in hits if hit.closed_at is None]
    assert len(still_open) == len(set(still_open))
