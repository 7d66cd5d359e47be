"""Defects of the tool in use today, by their numbers in our study of it: none of them is ours."""

import pytest

from schoon.hosting import Scope
from schoon.notices import ChannelKind, NoticeState
from schoon.reports import ItemState
from tests.notices_world import DAY, HOUR, T0, NoticesWorld, a_notice_world

HOOK = "https://abuse.stroom.example/hook"


def by_channel(channel: ChannelKind) -> NoticesWorld:
    """A hoster that is known, and wants its notices so."""
    world = a_notice_world()
    world.sent("https://foto.example.org/known")
    world.change(channel=channel, webhook_url=HOOK)
    return world


@pytest.mark.parametrize("channel", ChannelKind)
def test_defect_1_the_time_of_the_first_notice_is_kept_for_every_channel(channel: ChannelKind) -> None:
    """There, it was set after a mail alone, and hosters told by API vanished from the export."""
    world = by_channel(channel)
    item_id, notice = world.sent(now=T0 + DAY)
    assert world.deliveries(notice.notice_id)[0].channel is channel
    assert notice.sent_at == notice.clock_at == T0 + DAY + HOUR
    with world.parts.transactions.read() as tx:
        assert world.notices.times(tx, [item_id])[item_id].first_sent_at == T0 + DAY + HOUR
    listed = world.all(hoster_id=notice.hoster_id, states=frozenset({NoticeState.SENT}))
    assert notice.notice_id in {one.notice_id for one in listed}


def test_defect_6_the_reasons_of_the_police_reach_no_hoster_in_a_batch_of_both() -> None:
    """There, the last recipient of a loop chose the template for all of them."""
    world = a_notice_world()
    item_id, _ = world.sent()
    with world.parts.transactions.write() as tx:
        world.notices.refer_to_police(tx, [item_id], reasons="verdachte Pietersen", now=T0 + 2 * DAY)
        world.notices.notice_again(tx, [item_id], now=T0 + 2 * DAY - HOUR)
    world.work(T0 + 2 * DAY)
    assert len(world.police.parcels) == 1
    assert len(world.mail.parcels) == 2
    assert b"Pietersen" in world.police.parcels[0].content
    for parcel in world.mail.parcels:
        assert b"Pietersen" not in parcel.content
    assert "Pietersen" not in "".join(str(one.detail) for one in world.desk.events())


@pytest.mark.parametrize("channel", ChannelKind)
def test_defect_9_the_number_of_notices_counts_up_for_every_channel(channel: ChannelKind) -> None:
    """There, a misspelt counter stood at 1 for ever."""
    world = by_channel(channel)
    item_id, _ = world.sent(now=T0 + DAY)
    for number in (2, 3, 4):
        world.again(item_id, now=T0 + number * DAY)
        world.work(T0 + number * DAY + HOUR)
        with world.parts.transactions.read() as tx:
            assert world.notices.times(tx, [item_id])[item_id].notices == number


def test_defect_13_an_unknown_hoster_gets_its_notice_and_is_flagged_for_review() -> None:
    """There, it got none at all until somebody had approved of it."""
    world = a_notice_world()
    world.net.default = ((Scope.HOSTER, "abuse@never-seen.example"),)
    assert world.notices.hosters() == []
    item_id, notice = world.sent()
    assert (notice.state, notice.email) == (NoticeState.SENT, "abuse@never-seen.example")
    assert world.state(item_id) is ItemState.NOTICED
    assert [one.reviewed for one in world.notices.hosters()] == [False]
