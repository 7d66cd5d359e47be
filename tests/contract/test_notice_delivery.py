"""How messages are handed over, and what is asked again; memory, SQLite and PostgreSQL."""

from datetime import timedelta

import pytest

from schoon.agenda import TaskKind
from schoon.hosting import Scope
from schoon.notices import (
    ChannelKind,
    DeliveryState,
    Dropped,
    Handed,
    HandOver,
    NoticeKind,
    NoticeState,
    Unreached,
)
from schoon.notices.rules import GIVE_UP, GIVE_WAY
from schoon.reports import ItemState, Move
from tests.contract.notices import make_world as make_world  # a fixture
from tests.contract.notices import world as world  # a fixture
from tests.notices_world import DAY, HOUR, MINUTE, T0, NoticesWorld

SECOND = timedelta(seconds=1)
REFUSED = HandOver(handed=Handed.REFUSED, fault="the recipient was not taken (550)")
RETRY = HandOver(handed=Handed.RETRY, fault="the recipient was not taken (451)")
STROOM, FERN, NETWORK = "abuse@stroom.example", "abuse@fern.example", "noc@network.example"


# Delivery.


def test_a_message_is_the_same_at_every_attempt_and_is_tried_ever_more_slowly(world: NoticesWorld) -> None:
    item_id = world.item()
    world.work(T0)
    world.mail.answers = [RETRY] * 4
    world.run(T0 + HOUR, T0 + HOUR + 18 * MINUTE)
    assert len(world.mail.parcels) == 5
    assert len({parcel.content for parcel in world.mail.parcels}) == 1
    assert len({parcel.delivery.message_id for parcel in world.mail.parcels}) == 1
    assert [parcel.delivery.attempts for parcel in world.mail.parcels] == [0, 1, 2, 3, 4]
    (notice,) = world.all()
    assert notice.sent_at == T0 + HOUR + 18 * MINUTE
    assert notice.clock_at == notice.sent_at
    assert notice.due_at == notice.sent_at + DAY
    assert world.state(item_id) is ItemState.NOTICED


def test_what_our_own_side_could_not_try_counts_as_no_attempt_and_harms_no_contact(world: NoticesWorld) -> None:
    world.item()
    world.work(T0)
    world.mail.default = HandOver(handed=Handed.NOT_TRIED, fault="the mail server cannot be used")
    world.run(T0 + HOUR, T0 + HOUR + 7 * DAY, step=2 * HOUR)
    (notice,) = world.all()
    assert notice.state is NoticeState.CLOSED
    (delivery,) = world.deliveries(notice.notice_id)
    assert (delivery.attempts, delivery.fault) == (0, "the mail server cannot be used")
    assert world.hoster().bounced_at is None
    world.mail.default = HandOver(handed=Handed.SENT)
    world.work(T0 + 8 * DAY)
    assert [one.state for one in world.all()] == [NoticeState.SENT]


def test_a_refused_contact_gives_way_to_the_next_in_the_chain_at_once(world: NoticesWorld) -> None:
    world.net.default = ((Scope.HOSTER, STROOM), (Scope.NETWORK, NETWORK))
    item_id = world.item()
    world.work(T0)
    world.mail.answers = [REFUSED]
    world.work(T0 + HOUR)
    assert {one.email: one.state for one in world.all()} == {STROOM: NoticeState.FAILED, NETWORK: NoticeState.SENT}
    assert world.state(item_id) is ItemState.NOTICED
    assert world.hoster().bounced_at == T0 + HOUR
    assert [what for what, _ in world.ear.heard] == ["sent"], "the hoster that never had it is told of to nobody"


def test_a_hoster_whose_only_contact_is_refused_is_tried_again_a_day_later(world: NoticesWorld) -> None:
    item_id = world.item()
    world.work(T0)
    world.mail.answers = [REFUSED]
    world.work(T0 + HOUR)
    assert [(one.item_id, one.reason) for one in world.notices.unnoticed()] == [(item_id, Unreached.BOUNCING)]
    world.run(T0 + 2 * HOUR, T0 + 24 * HOUR, step=30 * MINUTE)
    assert world.state(item_id) is ItemState.TO_NOTICE
    world.run(T0 + 25 * HOUR, T0 + 31 * HOUR, step=30 * MINUTE)
    assert world.state(item_id) is ItemState.NOTICED


def test_a_new_address_of_a_hoster_is_used_at_once(world: NoticesWorld) -> None:
    item_id = world.item()
    world.work(T0)
    world.mail.answers = [REFUSED]
    world.work(T0 + HOUR)
    world.change(email="new@stroom.example")
    world.run(T0 + HOUR, T0 + 2 * HOUR, step=15 * MINUTE)
    assert world.state(item_id) is ItemState.NOTICED
    assert world.mail.parcels[-1].delivery.address == "new@stroom.example"
    world.item("https://foto.example.org/2", now=T0 + 3 * HOUR)
    world.work(T0 + 3 * HOUR)
    world.work(T0 + 4 * HOUR)
    assert len(world.notices.hosters()) == 1, "a trace that names the old address means the same hoster"


def test_a_contact_that_does_not_answer_for_hours_is_passed_by_and_tried_on(world: NoticesWorld) -> None:
    world.net.default = ((Scope.HOSTER, STROOM), (Scope.NETWORK, NETWORK))
    item_id = world.item()
    world.work(T0)
    world.mail.default = RETRY
    world.run(T0 + HOUR, T0 + HOUR + GIVE_WAY - MINUTE, step=5 * MINUTE)
    assert {one.email for one in world.all()} == {STROOM}
    world.mail.answers = [RETRY, HandOver(handed=Handed.SENT)]
    world.run(T0 + HOUR + GIVE_WAY, T0 + HOUR + GIVE_WAY + 2 * HOUR, step=5 * MINUTE)
    assert {one.email: one.state for one in world.all()} == {STROOM: NoticeState.CLOSED, NETWORK: NoticeState.SENT}
    world.mail.default = HandOver(handed=Handed.SENT)
    world.run(T0 + 8 * HOUR, T0 + 11 * HOUR, step=HOUR)
    assert {one.state for one in world.all()} == {NoticeState.SENT}
    assert world.state(item_id) is ItemState.NOTICED


def test_after_days_of_trying_a_notice_has_failed_and_its_items_are_shown(world: NoticesWorld) -> None:
    item_id = world.item()
    world.work(T0)
    world.mail.default = RETRY
    world.run(T0 + HOUR, T0 + GIVE_UP + 3 * HOUR, step=HOUR)
    assert world.all()[-1].state is NoticeState.FAILED
    assert world.deliveries(world.all()[-1].notice_id)[0].state is DeliveryState.REFUSED
    assert world.state(item_id) is ItemState.TO_NOTICE


def test_a_webhook_that_refuses_falls_back_on_mail_to_the_same_hoster(world: NoticesWorld) -> None:
    item_id = world.item()
    world.work(T0)
    world.change(channel=ChannelKind.WEBHOOK, webhook_url="https://abuse.stroom.example/hook")
    world.webhook.answers = [HandOver(handed=Handed.REFUSED, fault="answered 410")]
    world.work(T0 + HOUR)
    (notice,) = world.all()
    by = [(one.channel, one.state) for one in world.deliveries(notice.notice_id)]
    assert by == [(ChannelKind.WEBHOOK, DeliveryState.REFUSED), (ChannelKind.MAIL, DeliveryState.SENT)]
    assert world.state(item_id) is ItemState.NOTICED
    assert world.hoster().bounced_at is None


@pytest.mark.parametrize("channel", ChannelKind)
def test_every_channel_gives_a_notice_its_times_and_counts(world: NoticesWorld, channel: ChannelKind) -> None:
    world.item("https://foto.example.org/0")
    world.work(T0)
    world.change(channel=channel, webhook_url="https://abuse.stroom.example/hook")
    world.work(T0 + HOUR)
    item_id = world.item("https://foto.example.org/1", now=T0 + DAY)
    world.work(T0 + DAY)
    world.work(T0 + DAY + HOUR)
    world.again(item_id, now=T0 + 2 * DAY)
    world.work(T0 + 2 * DAY + HOUR)
    with world.parts.transactions.read() as tx:
        times = world.notices.times(tx, [item_id])[item_id]
    assert (times.first_sent_at, times.last_sent_at, times.notices) == (T0 + DAY + HOUR, T0 + 2 * DAY + HOUR, 2)
    is_told = channel is not ChannelKind.MAIL
    assert (times.first_delivered_at == T0 + DAY + HOUR) is is_told
    assert ("delivered", (item_id,)) in world.ear.heard or not is_told


# Notices again.


def test_a_notice_again_goes_to_the_hoster_that_was_told_with_the_time_of_its_first(world: NoticesWorld) -> None:
    item_id, first = world.sent()
    world.again(item_id, now=T0 + DAY)
    world.again(item_id, now=T0 + DAY)
    world.work(T0 + DAY + HOUR)
    assert [(one.kind, one.state, one.items) for one in world.all()] == [
        (NoticeKind.AGAIN, NoticeState.SENT, 1),
        (NoticeKind.FIRST, NoticeState.SENT, 1),
    ]
    assert world.mail.notices[-1].lines[0].first_noticed_at == first.sent_at


def test_nothing_is_asked_again_of_an_item_that_is_out_of_reach(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    world.again(item_id, now=T0 + DAY)
    with world.parts.transactions.write() as tx:
        world.desk.reports.move(tx, [a_move(item_id, ItemState.NOTICED, ItemState.INACCESSIBLE)], now=T0 + DAY)
    world.work(T0 + DAY + HOUR)
    assert world.all()[0].state is NoticeState.EMPTY
    world.again(item_id, now=T0 + 2 * DAY)
    assert len(world.all()) == 2


def test_what_comes_back_is_a_first_notice_once_more_and_at_once(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    with world.parts.transactions.write() as tx:
        for step in ((ItemState.NOTICED, ItemState.INACCESSIBLE), (ItemState.INACCESSIBLE, ItemState.TO_NOTICE)):
            world.desk.reports.move(tx, [a_move(item_id, *step)], now=T0 + 7 * DAY)
    world.work(T0 + 7 * DAY)
    assert next((one.kind, one.sent_at) for one in world.all()) == (NoticeKind.FIRST, T0 + 7 * DAY)


def test_an_item_that_moved_is_told_to_the_new_hoster_alone_when_it_is_asked_again(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    world.net.default = ((Scope.HOSTER, FERN),)
    world.again(item_id, now=T0 + DAY)
    world.work(T0 + DAY + HOUR)
    assert [(one.email, one.kind, one.state) for one in world.all()][:2] == [
        (FERN, NoticeKind.FIRST, NoticeState.SENT),
        (STROOM, NoticeKind.AGAIN, NoticeState.EMPTY),
    ]
    assert world.state(item_id) is ItemState.NOTICED
    rows = world.parts.notices
    with world.parts.transactions.read() as tx:
        assert rows.times_moved(tx, [item_id], T0) == {item_id: 1}
        (moved,) = rows.moved(tx, before=None, limit=5)
        assert rows.moved(tx, before=moved.number, limit=5) == []
        assert rows.last_hosters(tx, [item_id]) == {item_id: moved.to_hoster_id}
    assert moved.item_id == item_id
    assert moved.from_hoster_id != moved.to_hoster_id
    assert Dropped.MOVED


# Together.


def test_nothing_is_left_over_and_every_step_is_in_the_journal(world: NoticesWorld) -> None:
    world.sent()
    with world.parts.transactions.read() as tx:
        kinds = {one.kind for one in world.parts.agenda.waiting(tx, T0 + HOUR)}
    assert not kinds & {TaskKind.ITEM_ATTRIBUTE, TaskKind.NOTICE_SEND, TaskKind.DELIVERY_ATTEMPT}
    actions = [one.action for one in world.desk.events() if one.action.startswith("notice:")]
    assert actions == ["notice:notice:open", "notice:notice:close", "notice:notice:send"]


def a_move(item_id, before, after):
    return Move(item_id=item_id, from_state=before, to_state=after, by="followup", reason="as the test says")
