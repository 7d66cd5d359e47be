"""What becomes of items until a channel has their notice; memory, SQLite and PostgreSQL."""

from datetime import UTC, date, datetime, timedelta

import pytest

from schoon.hosting import Outcome, Scope, Source, SourceFailure, Where
from schoon.notices import (
    DeliveryState,
    Handed,
    HandOver,
    NoticeState,
    Unreached,
)
from schoon.notices.rules import MOST_ITEMS
from schoon.reports import ItemState, PoliceAct
from tests.contract.notices import MakeWorld
from tests.contract.notices import make_world as make_world  # a fixture
from tests.contract.notices import world as world  # a fixture
from tests.notices_world import HOUR, MINUTE, T0, NoticesWorld, a_notice_world

SECOND = timedelta(seconds=1)
REFUSED = HandOver(handed=Handed.REFUSED, fault="the recipient was not taken (550)")
RETRY = HandOver(handed=Handed.RETRY, fault="the recipient was not taken (451)")
STROOM, FERN, NETWORK = "abuse@stroom.example", "abuse@fern.example", "noc@network.example"


# Gathering.


def test_items_of_one_hoster_are_gathered_until_the_window_ends_and_go_out_together(world: NoticesWorld) -> None:
    first = world.item("https://foto.example.org/1")
    world.work(T0)
    second = world.item("https://foto.example.org/2", now=T0 + 50 * MINUTE)
    world.work(T0 + 50 * MINUTE)
    world.work(T0 + HOUR - SECOND)
    assert world.mail.parcels == []
    world.work(T0 + HOUR)
    (notice,) = world.all()
    assert (notice.state, notice.items, notice.sent_at) == (NoticeState.SENT, 2, T0 + HOUR)
    assert len(world.mail.parcels) == 1
    assert {world.state(first), world.state(second)} == {ItemState.NOTICED}
    assert world.ear.heard == [("sent", (first, second))]


def test_the_window_is_a_setting(make_world: MakeWorld) -> None:
    world = make_world(window=timedelta(0))
    world.item()
    world.work(T0)
    assert [one.sent_at for one in world.all()] == [T0]


def test_there_is_one_open_notice_a_hoster_whatever_the_case_of_its_address(world: NoticesWorld) -> None:
    world.net.hosts["b.example.org"] = ((Scope.HOSTER, "ABUSE@Stroom.example"),)
    world.items("https://a.example.org/1", "https://b.example.org/1")
    world.work(T0)
    assert [one.items for one in world.all()] == [2]
    assert len(world.notices.hosters()) == 1


def test_two_hosters_of_one_item_get_a_notice_each_and_the_item_is_noticed_once(world: NoticesWorld) -> None:
    world.net.hosts["foto.example.org"] = (
        (Scope.HOSTER, STROOM, "192.0.2.0/24"),
        (Scope.HOSTER, FERN, "198.51.100.0/24"),
    )
    item_id = world.item()
    world.work(T0)
    world.work(T0 + HOUR)
    assert {one.email for one in world.all()} == {STROOM, FERN}
    assert [one.state for one in world.all()] == [NoticeState.SENT] * 2
    assert [what for what, _ in world.ear.heard] == ["sent", "sent"]
    addresses = {one.email: one.lines[0].addresses for one in world.mail.notices}
    assert addresses == {STROOM: ("192.0.2.10",), FERN: ("198.51.100.10",)}
    assert len(world.desk.reports.item(item_id).history) == 3


def test_a_host_is_traced_once_a_batch_and_two_hosts_of_one_site_are_two(world: NoticesWorld) -> None:
    world.net.hosts["b.example.org"] = ((Scope.HOSTER, FERN),)
    world.items(*[f"https://{host}.example.org/{n}" for host in "ab" for n in range(20)])
    world.work(T0)
    assert sorted(world.net.asked) == [("a.example.org", False), ("b.example.org", False)]
    assert {one.email: one.items for one in world.all()} == {STROOM: 20, FERN: 20}


def test_what_does_not_fit_one_message_goes_into_the_next_at_once(make_world: MakeWorld) -> None:
    world = make_world()
    world.items(*[f"https://foto.example.org/{n}" for n in range(MOST_ITEMS + 3)])
    world.work(T0)
    world.work(T0 + HOUR)
    assert sorted(one.items for one in world.all()) == [3, MOST_ITEMS]
    assert {one.sent_at for one in world.all()} == {T0 + HOUR}
    items = [item_id for _, some in world.ear.heard for item_id in some]
    assert len(items) == len(set(items)) == MOST_ITEMS + 3


# Who is told.


def test_what_is_hosted_abroad_is_for_the_partner_there(world: NoticesWorld) -> None:
    world.net.where["foto.example.org"] = Where.ABROAD
    item_id = world.item()
    world.work(T0)
    assert world.state(item_id) is ItemState.ABROAD
    assert world.all() == []


def test_what_is_partly_here_or_of_unknown_country_is_told_to_the_best_contact(world: NoticesWorld) -> None:
    world.net.where |= {"a.example.org": Where.PARTLY, "b.example.org": Where.UNKNOWN}
    world.items("https://a.example.org/", "https://b.example.org/")
    world.work(T0)
    assert [one.items for one in world.all()] == [2]


def test_a_name_that_hides_its_host_is_untraceable(world: NoticesWorld) -> None:
    world.net.outcomes["abc.onion"] = Outcome.UNTRACEABLE
    item_id = world.item("http://abc.onion/")
    world.work(T0)
    assert world.state(item_id) is ItemState.UNTRACEABLE


def test_an_item_that_nobody_can_be_told_of_is_shown_and_tried_again_ever_more_slowly(world: NoticesWorld) -> None:
    world.net.default = ()
    item_id = world.item()
    world.work(T0)
    (alone,) = world.notices.unnoticed()
    assert (alone.item_id, alone.reason, alone.since, alone.tries) == (item_id, Unreached.NOBODY, T0, 1)
    assert world.state(item_id) is ItemState.TO_NOTICE
    world.work(T0 + 15 * MINUTE - SECOND)
    world.work(T0 + 15 * MINUTE)
    world.work(T0 + 45 * MINUTE - SECOND)
    assert [(one.tries, one.since) for one in world.notices.unnoticed()] == [(2, T0)]
    world.net.default = ((Scope.HOSTER, STROOM),)
    world.work(T0 + 45 * MINUTE)
    assert world.notices.unnoticed() == []
    assert [one.state for one in world.all()] == [NoticeState.OPEN]


def test_an_item_that_waited_a_window_already_waits_no_second_one(world: NoticesWorld) -> None:
    world.net.default = ()
    world.item()
    world.run(T0, T0 + HOUR, step=15 * MINUTE)
    world.net.default = ((Scope.HOSTER, STROOM),)
    late = T0 + 4 * HOUR
    world.work(late)
    assert [one.sent_at for one in world.all()] == [late]


def test_a_trace_that_fails_stops_nobody_else_and_is_tried_again(world: NoticesWorld) -> None:
    world.net.is_away = True
    item_id = world.item()
    world.work(T0)
    assert [(one.item_id, one.reason) for one in world.notices.unnoticed()] == [(item_id, Unreached.UNRESOLVED)]
    world.net.is_away = False
    world.work(T0 + 15 * MINUTE)
    assert len(world.all()) == 1


def test_a_name_that_is_gone_is_believed_an_hour_later_and_not_before(world: NoticesWorld) -> None:
    world.net.outcomes["foto.example.org"] = Outcome.NO_SUCH_NAME
    item_id = world.item()
    world.run(T0, T0 + HOUR - MINUTE)
    assert world.state(item_id) is ItemState.TO_NOTICE
    world.work(T0 + HOUR)
    assert world.state(item_id) is ItemState.INACCESSIBLE
    assert "gone before any notice" in world.desk.reports.item(item_id).history[-1].reason


def test_a_name_that_comes_back_within_the_hour_gets_its_notice(world: NoticesWorld) -> None:
    world.net.outcomes["foto.example.org"] = Outcome.NO_SUCH_NAME
    item_id = world.item()
    world.work(T0)
    del world.net.outcomes["foto.example.org"]
    world.work(T0 + HOUR)
    assert world.state(item_id) is ItemState.NOTICED


def test_whom_a_rule_names_is_told_whatever_the_dns_says(world: NoticesWorld) -> None:
    world.net.outcomes["foto.example.org"] = Outcome.TRACED
    world.net.source = Source.RULE
    item_id = world.item()
    world.work(T0)
    world.work(T0 + HOUR)
    assert world.state(item_id) is ItemState.NOTICED


def test_held_items_are_not_attributed_until_the_police_release_them(world: NoticesWorld) -> None:
    item_id = world.item()
    unit = world.desk.police()
    world.desk.reports.police([item_id], PoliceAct.HOLD, police=unit, by="anna", reason="a case of ours", now=T0)
    world.run(T0, T0 + 2 * HOUR, step=30 * MINUTE)
    assert world.all() == []
    world.desk.reports.release([item_id], police=unit, by="anna", reason="the case is closed", now=T0 + 3 * HOUR)
    world.work(T0 + 3 * HOUR)
    world.work(T0 + 4 * HOUR)
    assert world.state(item_id) is ItemState.NOTICED


# Just before sending.


def test_items_are_traced_afresh_just_before_sending_and_follow_their_hoster(world: NoticesWorld) -> None:
    stays, moves = world.items("https://a.example.org/1", "https://b.example.org/1")
    world.work(T0)
    world.net.hosts["b.example.org"] = ((Scope.HOSTER, FERN),)
    world.work(T0 + HOUR)
    assert ("b.example.org", True) in world.net.asked
    assert {one.email: (one.items, one.sent_at) for one in world.all()} == {
        STROOM: (1, T0 + HOUR),
        FERN: (1, T0 + HOUR),
    }
    told = {one.email: [line.item_id for line in one.lines] for one in world.mail.notices}
    assert told == {STROOM: [stays], FERN: [moves]}


def test_addresses_that_change_faster_than_notices_close_are_told_of_all_the_same(world: NoticesWorld) -> None:
    item_id = world.item()
    turns = [STROOM, FERN]
    trace = world.net.trace

    def flapping(targets, *, now, fresh):  # every trace names the other one
        turns.reverse()
        world.net.default = ((Scope.HOSTER, turns[0]),)
        return trace(targets, now=now, fresh=fresh)

    world.net.trace = flapping  # type: ignore[method-assign]  # a tracer of this test alone
    world.run(T0, T0 + HOUR, step=10 * MINUTE)
    assert world.state(item_id) is ItemState.NOTICED
    assert len(world.mail.parcels) == 1


def test_a_trace_with_a_source_that_failed_takes_nobody_off_a_notice(world: NoticesWorld) -> None:
    world.item()
    world.work(T0)
    world.net.default = ((Scope.NETWORK, NETWORK),)
    world.net.failures = (SourceFailure(source=Source.RDAP, asked="x", kind="timeout", reason="slow"),)
    world.work(T0 + HOUR)
    assert [(one.email, one.state) for one in world.all()] == [(STROOM, NoticeState.SENT)]


def test_what_left_its_hoster_for_another_country_is_taken_off_and_handed_on(world: NoticesWorld) -> None:
    item_id = world.item()
    world.work(T0)
    world.net.where["foto.example.org"] = Where.ABROAD
    world.work(T0 + HOUR)
    assert world.state(item_id) is ItemState.ABROAD
    assert [one.state for one in world.all()] == [NoticeState.EMPTY]
    assert world.mail.parcels == []


def test_what_is_held_while_its_notice_is_gathered_does_not_go_out(world: NoticesWorld) -> None:
    goes, held = world.items("https://foto.example.org/1", "https://foto.example.org/2")
    world.work(T0)
    unit = world.desk.police()
    world.desk.reports.police([held], PoliceAct.HOLD, police=unit, by="anna", reason="a case of ours", now=T0)
    world.work(T0 + HOUR)
    (notice,) = world.mail.notices
    assert [line.item_id for line in notice.lines] == [goes]
    assert world.state(held) is ItemState.HELD


def test_what_is_held_after_the_message_was_written_takes_it_back(world: NoticesWorld) -> None:
    goes, held = world.items("https://foto.example.org/1", "https://foto.example.org/2")
    world.work(T0)
    world.mail.answers = [RETRY]
    world.work(T0 + HOUR)
    unit = world.desk.police()
    world.desk.reports.police([held], PoliceAct.HOLD, police=unit, by="anna", reason="a case of ours", now=T0)
    world.work(T0 + HOUR + MINUTE)
    first, second = world.mail.notices
    assert {line.item_id for line in first.lines} == {goes, held}
    assert [line.item_id for line in second.lines] == [goes]
    states = [one.state for one in world.deliveries(world.all()[0].notice_id)]
    assert states == [DeliveryState.TAKEN_BACK, DeliveryState.SENT]
    assert [parcel.content for parcel in world.mail.parcels][-1] != world.mail.parcels[0].content


def test_what_is_held_while_the_message_is_written_is_written_anew(world: NoticesWorld) -> None:
    goes, held = world.items("https://foto.example.org/1", "https://foto.example.org/2")
    world.work(T0)
    unit = world.desk.police()
    trace = world.net.trace

    def meanwhile(targets, *, now, fresh):
        if world.state(held) is ItemState.TO_NOTICE:
            order = {"police": unit, "by": "anna", "reason": "a case of ours", "now": now}
            world.desk.reports.police([held], PoliceAct.HOLD, **order)
        return trace(targets, now=now, fresh=fresh)

    world.net.trace = meanwhile  # type: ignore[method-assign]  # a tracer of this test alone
    world.work(T0 + HOUR)
    assert [[line.item_id for line in one.lines] for one in world.mail.notices][-1] == [goes]
    assert len(world.mail.parcels) == 1


def test_a_notice_of_which_nothing_is_left_is_empty_and_the_next_item_opens_another(world: NoticesWorld) -> None:
    item_id = world.item()
    world.work(T0)
    world.net.where["foto.example.org"] = Where.ABROAD
    world.work(T0 + HOUR)
    world.net.where.clear()
    world.item("https://foto.example.org/2", now=T0 + 2 * HOUR)
    world.work(T0 + 2 * HOUR)
    assert [one.state for one in world.all()] == [NoticeState.OPEN, NoticeState.EMPTY]
    assert world.state(item_id) is ItemState.ABROAD


# When.


@pytest.mark.parametrize("hour", range(0, 24 * 7, 5))
def test_working_hours_never_delay_a_notice(hour: int) -> None:
    world = a_notice_world()
    start = datetime(2026, 12, 24, tzinfo=UTC) + timedelta(hours=hour)  # Christmas, a weekend, New Year's Eve
    world.item(now=start)
    world.work(start)
    world.work(start + HOUR)
    assert [one.sent_at for one in world.all()] == [start + HOUR]


def test_on_a_blocked_day_nothing_is_sent_and_after_midnight_everything_is(make_world: MakeWorld) -> None:
    world = make_world(blocked_days=frozenset({date(2026, 11, 23)}))
    item_id = world.item()
    world.run(T0, T0 + 14 * HOUR, step=HOUR)
    assert world.mail.parcels == []
    world.work(datetime(2026, 11, 24, tzinfo=UTC))
    assert world.state(item_id) is ItemState.NOTICED


def test_without_a_sender_notices_are_gathered_and_wait(make_world: MakeWorld) -> None:
    world = make_world(sender=None)
    world.item()
    world.run(T0, T0 + 5 * HOUR, step=HOUR)
    assert [one.state for one in world.all()] == [NoticeState.OPEN]
    assert world.mail.parcels == []
