"""The steps of a clock: when each is taken, once, and what holds it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schoon.agenda import TaskKind
from schoon.followup import ClockEnd, ProbeOutcome, Wanted
from schoon.norms import LAW_PROFILES, ClockStart
from schoon.notices import Answer, NoticeKind, SentNotice
from schoon.reports import ItemState
from tests.followup_world import DAY, HOUR, MINUTE, PROFILE_ID, World
from tests.memory.desk import T0

LADDER = [("notice_again", DAY), ("police", 2 * DAY), ("authority", 3 * DAY)]


def test_what_stays_is_noticed_again_goes_to_the_police_and_is_laid_before_the_authority() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.run(10 * DAY)
    assert world.steps(item) == LADDER
    assert world.notices.again == [(item, T0 + DAY)]
    assert world.notices.police == [(item, T0 + 2 * DAY)]
    (record,) = world.followup.authority_records()
    assert (record.item_id, record.recorded_at) == (item, T0 + 3 * DAY)
    assert (record.noticed_again_at, record.police_at) == (T0 + DAY, T0 + 2 * DAY)
    assert record.seen_at is not None
    assert T0 + 3 * DAY - HOUR <= record.seen_at <= T0 + 3 * DAY
    assert world.events("followup:clock:step") == 3
    assert world.tasks(TaskKind.CLOCK_STEP) == 0


def test_a_step_is_due_at_its_very_instant_and_not_before() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.run(DAY - timedelta(microseconds=1))
    assert world.steps(item) == []
    world.run(timedelta(microseconds=1))
    assert world.steps(item) == LADDER[:1]


def test_a_notice_again_starts_no_clock() -> None:
    world = World()
    (item,) = world.noticed("item")
    clock = world.clock(item)
    world.run(DAY)
    world.notice([item], clock.hoster_id, NoticeKind.AGAIN)
    assert len(world.followed(item).clocks) == 1
    world.run(3 * DAY)
    assert world.steps(item) == LADDER


def test_a_disputed_item_is_noticed_again_and_accuses_nobody_until_the_answer() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.run(HOUR)
    world.answer(item, Answer.DISPUTED)
    assert [clock.item_id for clock in world.followup.clocks(Wanted(disputed=True))] == [item]
    world.run(5 * DAY)
    assert world.steps(item) == LADDER[:1]
    answered_at = world.now
    world.settle(item, upheld=False)
    assert world.followup.clocks(Wanted(disputed=True)) == []
    world.run(HOUR)
    assert world.steps(item) == [*LADDER[:1], ("police", answered_at - T0), ("authority", answered_at - T0)]
    assert world.clock(item).deadline == T0 + DAY


def test_a_rejected_dispute_holds_nothing_a_second_time() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.answer(item, Answer.DISPUTED)
    world.settle(item, upheld=False)
    world.run(HOUR)
    world.answer(item, Answer.DISPUTED)
    world.run(4 * DAY)
    assert world.steps(item) == LADDER


def test_an_upheld_dispute_makes_the_item_not_illegal_and_its_clocks_void() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.run(HOUR)
    world.answer(item, Answer.DISPUTED)
    world.settle(item, upheld=True)
    assert world.state(item) is ItemState.NOT_ILLEGAL
    clock = world.clock(item)
    assert (clock.end, clock.upheld, clock.stopped_at) == (ClockEnd.VOID, True, None)
    assert world.tasks() == 0
    world.run(5 * DAY)
    assert world.steps(item) == []


def test_a_dispute_about_what_was_removed_meanwhile_is_answered_too() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.answer(item, Answer.DISPUTED)
    world.net.always(item, ProbeOutcome.GONE)
    world.run(5 * HOUR)
    assert world.state(item) is ItemState.INACCESSIBLE
    world.settle(item, upheld=True)
    assert world.state(item) is ItemState.INACCESSIBLE
    assert (world.clock(item).upheld, world.clock(item).end) == (True, ClockEnd.INACCESSIBLE)
    assert world.tasks() == 0


def test_a_dispute_that_is_rejected_leaves_the_watch_for_a_return_in_place() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.answer(item, Answer.DISPUTED)
    world.net.always(item, ProbeOutcome.GONE)
    world.run(5 * HOUR)
    world.settle(item, upheld=False)
    assert (world.tasks(TaskKind.ITEM_PROBE), world.tasks(TaskKind.CLOCK_STEP)) == (1, 0)


def test_the_dispute_of_one_hoster_holds_the_steps_of_the_other() -> None:
    world = World()
    one, two = world.hoster(), world.hoster()
    (item,) = world.noticed("item", hoster=one)
    world.run(30 * HOUR)
    world.notice([item], two)
    world.answer(item, Answer.DISPUTED, two)
    world.run(4 * DAY)
    assert world.steps(item) == [("notice_again", DAY), ("notice_again", 54 * HOUR)]


def test_what_the_police_holds_takes_no_step_and_goes_on_with_what_was_left_once_it_is_noticed_again() -> None:
    world = World()
    hoster = world.hoster()
    (item,) = world.noticed("item", hoster=hoster)
    world.run(20 * HOUR)
    world.items.put(item, ItemState.HELD)
    world.run(10 * DAY)
    assert (world.notices.again, world.notices.police, world.tasks()) == ([], [], 0)
    assert world.clock(item).paused_at == T0 + DAY
    world.notice([item], hoster)
    renewed, clock = world.followed(item).clocks
    assert renewed.end is ClockEnd.RENEWED
    assert clock.started_at == world.now - DAY
    world.run(DAY)
    assert [step for step, _ in world.steps(item)] == ["notice_again", "police"]


def test_whoever_is_asked_no_more_after_a_hold_has_its_clock_ended() -> None:
    world = World()
    one, two = world.hoster(), world.hoster()
    (item,) = world.noticed("item", hoster=one)
    world.items.put(item, ItemState.HELD)
    world.run(2 * DAY)
    world.notice([item], two)
    assert world.clock_at(item, one).end is ClockEnd.MOVED
    world.run(DAY)
    assert [one.notice_id for one in world.followed(item).steps] == [world.clock_at(item, two).notice_id]


def test_what_is_settled_otherwise_ends_its_clocks() -> None:
    world = World()
    not_illegal, abroad = world.noticed("not illegal", "abroad")
    world.items.put(not_illegal, ItemState.NOT_ILLEGAL)
    world.items.put(abroad, ItemState.ABROAD)
    world.run(2 * DAY)
    assert world.clock(not_illegal).end is ClockEnd.VOID
    assert world.clock(abroad).end is ClockEnd.MOVED


def test_a_notice_that_came_back_never_counted() -> None:
    world = World()
    item = world.items.add("item")
    notice = world.notice([item])
    with world.ports.transactions.write() as tx:
        world.items.put(item, ItemState.TO_NOTICE)
        world.followup.listener.failed(tx, [SentNotice(notice=notice, item_ids=(item,))], world.now + HOUR)
    assert world.clock(item).end is ClockEnd.VOID
    assert world.tasks() == 0
    world.run(DAY)
    world.notice([item])
    assert world.clock(item).started_at == world.now


def test_a_clock_that_counts_from_delivery_waits_for_it() -> None:
    profile = replace(LAW_PROFILES[PROFILE_ID], starts=ClockStart.DELIVERED)
    world = World(profile=profile)
    item = world.items.add("item")
    notice = world.notice([item])
    world.run(30 * HOUR)
    assert world.clock(item).started_at is None
    for hours in (0, 5):
        with world.ports.transactions.write() as tx:
            arrived = replace(notice, delivered_at=T0 + (30 + hours) * HOUR)
            world.followup.listener.delivered(tx, [SentNotice(notice=arrived, item_ids=(item,))], world.now)
    assert (world.clock(item).started_at, world.clock(item).delivered_at) == (T0 + 30 * HOUR, T0 + 30 * HOUR)
    world.run(25 * HOUR)
    assert world.steps(item) == [("notice_again", 54 * HOUR)]


def test_delivery_and_acknowledgement_are_kept_beside_the_start() -> None:
    world = World()
    item = world.items.add("item")
    notice = world.notice([item])
    with world.ports.transactions.write() as tx:
        arrived = replace(notice, delivered_at=T0 + 3 * MINUTE)
        world.followup.listener.delivered(tx, [SentNotice(notice=arrived, item_ids=(item,))], T0 + 3 * MINUTE)
    world.now = T0 + HOUR
    world.answer(item, Answer.PASSED_ON)
    world.now = T0 + 2 * HOUR
    world.answer(item, Answer.NOT_OURS)
    clock = world.clock(item)
    assert (clock.sent_at, clock.delivered_at, clock.acknowledged_at) == (T0, T0 + 3 * MINUTE, T0 + HOUR)


@pytest.mark.parametrize("outage", [3 * HOUR, 4 * DAY])
def test_a_step_waits_for_our_own_outage_and_is_taken_at_the_first_look_after_it(outage: timedelta) -> None:
    world = World()
    (item,) = world.noticed("item")
    world.run(47 * HOUR)
    world.net.cut_off.add("here")
    world.run(outage)
    assert world.steps(item) == LADDER[:1]
    world.net.cut_off.clear()
    world.run(DAY)
    seen_at = [one.result.at for one in world.followed(item).looks if one.outcome is ProbeOutcome.PRESENT]
    first = min(at for at in seen_at if at > T0 + 47 * HOUR + outage)
    assert ("police", first - T0) in world.steps(item)


def test_an_outage_does_not_end_the_patience_with_a_removal_that_nobody_can_confirm() -> None:
    world = World(vantages=("here", "there"))
    (item,) = world.noticed("item")
    world.net.answers[item] = lambda vantage, _: ProbeOutcome.GONE if vantage == "here" else ProbeOutcome.BLOCKED
    world.run(47 * HOUR)
    world.net.cut_off |= {"here", "there"}
    world.run(DAY)
    world.net.cut_off.clear()
    world.run(2 * DAY)
    assert [step for step, _ in world.steps(item)] == ["notice_again", "police", "authority"]
