"""Defects of the tool in use today, numbers 1 to 5 of the list: each a test that fails where the defect is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schoon.followup import Likeness, ProbeOutcome
from schoon.kinds import Digest, Kind
from schoon.norms import LAW_PROFILES, ClockStart
from schoon.notices import SentNotice
from schoon.reports import ItemKind, ItemState
from tests.followup_world import DAY, HOUR, MINUTE, PROFILE_ID, World
from tests.memory.desk import T0

KNOWN = Digest(kind=Kind.SHA256, value=b"\x01" * 32)
KNOWN_PDQ = Digest(kind=Kind.PDQ, value=b"\x0f" * 32)


def flipped(bits: int) -> Digest:
    value = int.from_bytes(KNOWN_PDQ.value) ^ ((1 << bits) - 1)
    return Digest(kind=Kind.PDQ, value=value.to_bytes(32))


@pytest.mark.parametrize("delivered_after", [None, 2 * MINUTE])
@pytest.mark.parametrize("starts", ClockStart)
def test_defect_1_every_channel_has_an_exact_removal_time(
    starts: ClockStart, delivered_after: timedelta | None
) -> None:
    """Mail that nobody confirms is `sent` alone; a webhook or a page is `sent` and `delivered`."""
    world = World(profile=replace(LAW_PROFILES[PROFILE_ID], starts=starts))
    item = world.items.add("item", at=T0 - 3 * HOUR)
    notice = world.notice([item])
    if delivered_after is not None:
        at = T0 + delivered_after
        with world.ports.transactions.write() as tx:
            arrived = SentNotice(notice=replace(notice, delivered_at=at), item_ids=(item,))
            world.followup.listener.delivered(tx, [arrived], at)
    world.net.gone_from(item, T0 + 4 * HOUR)
    world.run(12 * HOUR)
    clock, (first, second) = world.clock(item), world.looked_at(item)[-2:]
    assert (clock.first_seen_at, clock.sent_at) == (T0 - 3 * HOUR, T0)
    assert clock.delivered_at == (None if delivered_after is None else T0 + delivered_after)
    assert (clock.gone_at, clock.confirmed_at) == (T0 + first, T0 + second)
    assert clock.seen_at is not None
    assert clock.seen_at < T0 + 4 * HOUR <= T0 + first


@pytest.mark.parametrize("as_what", [ProbeOutcome.GONE, ProbeOutcome.PLACEHOLDER, ProbeOutcome.CHECKER_FAULT])
def test_defect_2_an_outage_of_ours_is_no_miss(as_what: ProbeOutcome) -> None:
    """A proxy of ours that is down answers for the host, even with a 404: the control address gives it away."""
    world = World()
    (item,) = world.noticed("item")
    world.net.cut_off.add("here")
    world.net.always(item, as_what)
    world.run(3 * DAY)
    assert world.state(item) is ItemState.NOTICED
    assert world.followed(item).watch.runs == ()
    assert world.followed(item).watch.looked_at is None


def test_defect_3_a_placeholder_is_not_online() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.net.gone_from(item, T0 + 2 * HOUR, ProbeOutcome.PLACEHOLDER)
    world.run(8 * HOUR)
    assert world.state(item) is ItemState.INACCESSIBLE


def test_defect_3_another_picture_in_its_place_is_not_online() -> None:
    world = World()
    (item,) = world.noticed("item", kind=ItemKind.MEDIA)
    world.items.known[item] = (KNOWN, KNOWN_PDQ)
    world.net.details[item] = {"digests": (Digest(kind=Kind.SHA256, value=bytes(32)), flipped(128))}
    world.run(8 * HOUR)
    assert world.state(item) is ItemState.INACCESSIBLE
    assert {look.likeness for look in world.followed(item).looks} == {Likeness.OTHER}


@pytest.mark.parametrize("bits", [0, 10, 31, 60])
def test_defect_4_a_picture_stored_anew_is_not_offline(bits: int) -> None:
    world = World()
    (item,) = world.noticed("item", kind=ItemKind.MEDIA)
    world.items.known[item] = (KNOWN, KNOWN_PDQ)
    world.net.details[item] = {"digests": (Digest(kind=Kind.SHA256, value=bytes(32)), flipped(bits))}
    world.run(30 * HOUR)
    assert world.state(item) is ItemState.NOTICED
    assert {look.likeness for look in world.followed(item).looks} == {Likeness.NEAR}
    assert world.steps(item) == [("notice_again", DAY)]


def test_defect_4_a_digest_that_differs_alone_is_not_offline() -> None:
    world = World()
    (item,) = world.noticed("item", kind=ItemKind.MEDIA)
    world.items.known[item] = (KNOWN,)
    world.net.details[item] = {"digests": (Digest(kind=Kind.SHA256, value=bytes(32)), KNOWN_PDQ)}
    world.run(8 * HOUR)
    assert world.state(item) is ItemState.NOTICED


@pytest.mark.parametrize("back_after", [3 * DAY, 20 * DAY])
def test_defect_5_what_comes_back_is_caught(back_after: timedelta) -> None:
    world = World()
    (item,) = world.noticed("item")
    world.net.answers[item] = lambda _, now: (
        ProbeOutcome.GONE if T0 + HOUR <= now < T0 + back_after else ProbeOutcome.PRESENT
    )
    world.run(2 * DAY)
    assert world.state(item) is ItemState.INACCESSIBLE
    world.run(31 * DAY)
    assert world.state(item) is ItemState.TO_NOTICE
    assert world.items.moves[-1].reason == "returned"
    returned_at = world.followed(item).watch.returned_at
    assert returned_at is not None
    assert returned_at >= T0 + back_after
    assert world.events("followup:item:return") == 1
    first = world.clock(item)
    world.notice([item], first.hoster_id)
    world.run(2 * DAY)
    assert world.clock(item).number != first.number
    assert world.clock(item).started_at == world.clock(item).sent_at
    assert [step for step, _ in world.steps(item)] == ["notice_again", "police"]
