"""The desk as one: what becomes of a report, its notice and its clock, over memory and both databases."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from schoon.agenda import TaskKind
from schoon.followup import ClockEnd, ProbeOutcome
from schoon.hosting import Outcome, Scope, Where
from schoon.notices import Answer, ChannelKind, ItemAnswer, NoticeKind, Settled
from schoon.reports import ItemState, PoliceAct
from schoon.store import Database
from tests.contract.conftest import BACKENDS
from tests.desk_world import HOUR, MINUTE, T0, DeskWorld

DAY = timedelta(days=1)


@pytest.fixture(params=["memory", *BACKENDS])
def desk(request: pytest.FixtureRequest) -> DeskWorld:
    if request.param == "memory":
        return DeskWorld()
    make: Callable[[str], Database] = request.getfixturevalue("open_backend")
    return DeskWorld(make(request.param))


@pytest.mark.parametrize("channel", ChannelKind)
def test_defect_1_every_channel_has_an_exact_removal_time(desk: DeskWorld, channel: ChannelKind) -> None:
    known = desk.item("https://foto.example.org/before")
    desk.run(HOUR)
    desk.front.change(channel=channel, webhook_url="https://hoster.example/hook")
    item = desk.item()
    desk.net.gone_from(item, T0 + 6 * HOUR)
    desk.run(12 * HOUR)
    clock = desk.clock(item)
    assert clock.notice_id != desk.clock(known).notice_id
    assert clock.first_seen_at == T0 + HOUR
    assert clock.sent_at == T0 + 2 * HOUR
    assert (clock.delivered_at is None) == (channel is ChannelKind.MAIL)
    assert clock.seen_at is not None
    assert clock.gone_at is not None
    assert clock.confirmed_at is not None
    assert clock.seen_at < T0 + 6 * HOUR <= clock.gone_at
    assert clock.gone_at + HOUR <= clock.confirmed_at
    assert desk.state(item) is ItemState.INACCESSIBLE
    row = next(one.row for one in desk.front.notices.notice(clock.notice_id).view.lines if one.row.item_id == item)
    assert row.gone_at == clock.gone_at


def test_what_stays_is_noticed_again_and_goes_to_the_police_and_the_authority(desk: DeskWorld) -> None:
    item = desk.item()
    desk.run(5 * DAY)
    assert desk.steps(item) == ["notice_again", "police", "authority"]
    again = [one for one in desk.front.all() if one.kind is NoticeKind.AGAIN]
    assert len(again) == 1
    assert again[0].sent_at is not None
    assert again[0].sent_at >= T0 + HOUR + DAY
    assert [one.referral.lines[0].item_id for one in desk.front.police.parcels] == [item]
    assert desk.front.police.parcels[0].referral.lines[0].notices == 2
    (record,) = desk.followup.authority_records()
    assert record.recorded_at == T0 + HOUR + 3 * DAY
    assert len(desk.followed(item).clocks) == 1


def test_defect_9_the_number_of_notices_counts_up(desk: DeskWorld) -> None:
    """There, a misspelt counter stood at 1 for ever. Here on each store, with every notice that the ladder brings."""
    item = desk.item()
    counted = []
    for _ in range(2):
        desk.run(DAY)
        with desk.front.parts.transactions.read() as tx:
            counted.append(desk.front.notices.times(tx, [item])[item].notices)
    assert counted == [1, 2]


def test_what_moved_to_another_hoster_is_told_there_and_each_hoster_has_its_own_clock(desk: DeskWorld) -> None:
    item = desk.item()
    desk.run(5 * HOUR)
    desk.front.net.hosts["foto.example.org"] = ((Scope.HOSTER, "abuse@elders.example", "198.51.100.0/24"),)
    desk.net.details[item] = {"address": "198.51.100.10"}
    desk.run(4 * HOUR)
    old, new = desk.followed(item).clocks
    assert desk.state(item) is ItemState.NOTICED
    assert (old.end, new.end) == (ClockEnd.MOVED, None)
    assert old.hoster_id != new.hoster_id
    assert old.ended_at is not None
    assert old.ended_at <= new.sent_at <= old.ended_at + MINUTE
    desk.run(DAY)
    assert [one.notice_id for one in desk.followed(item).steps] == [new.notice_id]


def test_what_moved_abroad_is_for_the_partner_there(desk: DeskWorld) -> None:
    item = desk.item()
    desk.run(5 * HOUR)
    desk.front.net.where["foto.example.org"] = Where.ABROAD
    desk.net.details[item] = {"address": "198.51.100.10"}
    desk.run(2 * DAY)
    assert desk.state(item) is ItemState.ABROAD
    assert desk.clock(item).end is ClockEnd.MOVED
    assert desk.steps(item) == []


@pytest.mark.parametrize("upheld", [True, False])
def test_a_dispute_holds_what_accuses_until_the_desk_has_settled_it(desk: DeskWorld, *, upheld: bool) -> None:
    item = desk.item()
    desk.run(2 * HOUR)
    desk.front.answer(ItemAnswer(item_id=item, answer=Answer.DISPUTED, text="it is a drawing"), now=desk.now)
    desk.run(4 * DAY)
    assert desk.steps(item) == ["notice_again"]
    (dispute,) = desk.front.notices.disputes()
    settled = Settled(number=dispute.number, upheld=upheld, reason="looked at anew", by="desk", at=desk.now)
    desk.front.notices.settle(settled)
    desk.run(HOUR)
    assert desk.state(item) is (ItemState.NOT_ILLEGAL if upheld else ItemState.NOTICED)
    assert desk.steps(item) == (["notice_again"] if upheld else ["notice_again", "police", "authority"])
    assert (desk.clock(item).end is ClockEnd.VOID) is upheld


def test_what_a_hoster_says_it_removed_is_looked_after_at_once(desk: DeskWorld) -> None:
    item = desk.item()
    desk.run(2 * HOUR)
    desk.net.gone_from(item, desk.now)
    desk.front.answer(ItemAnswer(item_id=item, answer=Answer.REMOVED), now=desk.now)
    said_at = desk.now
    desk.run(2 * HOUR)
    clock = desk.clock(item)
    assert (clock.acknowledged_at, clock.gone_at, clock.end) == (said_at, said_at, ClockEnd.INACCESSIBLE)


def test_what_the_police_hold_takes_no_step_and_goes_on_when_it_is_released(desk: DeskWorld) -> None:
    unit = desk.front.desk.police()
    item = desk.item()
    desk.run(20 * HOUR)
    reports = desk.front.desk.reports
    reports.police([item], PoliceAct.HOLD, police=unit, by="officer", reason="an investigation runs", now=desk.now)
    desk.run(10 * DAY)
    assert (desk.state(item), desk.steps(item), desk.front.police.parcels) == (ItemState.HELD, [], [])
    reports.release([item], police=unit, by="officer", reason="the investigation ended", now=desk.now)
    desk.run(2 * HOUR)
    assert desk.state(item) is ItemState.NOTICED
    held, clock = desk.followed(item).clocks
    assert held.end is ClockEnd.RENEWED
    assert clock.started_at is not None
    assert held.started_at is not None
    assert held.paused_at is not None
    assert clock.sent_at - clock.started_at == held.paused_at - held.started_at


def test_defect_5_what_comes_back_is_told_anew(desk: DeskWorld) -> None:
    item = desk.item()
    desk.net.answers[item] = lambda _, now: (
        ProbeOutcome.GONE if T0 + 2 * HOUR <= now < T0 + 3 * DAY else ProbeOutcome.PRESENT
    )
    desk.run(DAY)
    assert desk.state(item) is ItemState.INACCESSIBLE
    desk.run(8 * DAY)
    assert desk.state(item) is ItemState.NOTICED
    first, second = desk.followed(item).clocks
    assert (first.end, second.end) == (ClockEnd.INACCESSIBLE, None)
    assert first.gone_at is not None
    assert second.started_at == second.sent_at


def test_what_went_before_any_notice_is_watched_for_its_return_too(desk: DeskWorld) -> None:
    host = "foto.example.org"
    desk.front.net.outcomes[host] = Outcome.NO_SUCH_NAME
    item = desk.item()
    desk.net.gone_from(item, T0)
    desk.run(DAY)
    assert desk.state(item) is ItemState.INACCESSIBLE
    del desk.front.net.outcomes[host]
    desk.net.always(item, ProbeOutcome.PRESENT)
    desk.run(8 * DAY)
    assert desk.state(item) is ItemState.NOTICED
    assert desk.clock(item).end is None


def test_workers_at_once_take_each_step_once(backend: Database) -> None:
    desk = DeskWorld(backend)
    items = [desk.item(f"https://foto.example.org/{number}") for number in range(20)]
    desk.run(HOUR + DAY - MINUTE)
    desk.now += MINUTE
    with backend.write() as tx:
        agenda = desk.front.parts.agenda
        claimed = agenda.claim(tx, now=desk.now, until=desk.now, limit=100, kinds=[TaskKind.CLOCK_STEP])
    assert len(claimed) == len(items)
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        desk.followup.step_due(claimed, now=desk.now)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [desk.steps(item) for item in items] == [["notice_again"]] * len(items)
    (again,) = [one for one in desk.front.all() if one.kind is NoticeKind.AGAIN]
    assert again.items == len(items)
    desk.run(DAY)
    assert [desk.steps(item) for item in items] == [["notice_again", "police"]] * len(items)


def test_what_hid_its_name_for_an_hour_is_looked_at_again_when_it_is_reported_again(desk: DeskWorld) -> None:
    """It had been followed before: the watch of then must not keep the next look away."""
    item, host = desk.item(), "foto.example.org"
    desk.net.answers[item] = lambda _, now: (
        ProbeOutcome.GONE if T0 + 2 * HOUR <= now < T0 + 3 * DAY else ProbeOutcome.PRESENT
    )
    desk.run(DAY)
    desk.front.net.outcomes[host] = Outcome.NO_SUCH_NAME
    desk.run(8 * DAY + 3 * HOUR)
    del desk.front.net.outcomes[host]
    desk.front.desk.take("https://foto.example.org/1", now=desk.now)
    desk.run(DAY)
    assert desk.state(item) is ItemState.NOTICED
