"""From a first notice to the last look: what is looked at, what is proven, what comes back."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from schoon.agenda import TaskKind
from schoon.followup import (
    ClockEnd,
    LegalBasisError,
    NoLegalBasisError,
    NotFollowedError,
    ProbeOutcome,
    TlsFault,
)
from schoon.kinds import Digest, Kind
from schoon.norms import Reading
from schoon.notices import Answer
from schoon.reports import ItemKind, ItemState, TargetUrl
from tests.followup_world import DAY, HOUR, MINUTE, World
from tests.memory.desk import T0


def test_looks_follow_the_plan_and_then_come_daily() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.run(6 * DAY)
    hours = [round(at / HOUR) for at in world.looked_at(item)]
    assert hours == [1, 3, 6, 12, 24, 48, 72, 96, 120, 144]


def test_a_removal_is_confirmed_after_an_hour_and_counts_from_when_it_was_first_seen() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.net.gone_from(item, T0 + 4 * HOUR)
    world.run(8 * HOUR)
    clock = world.clock(item)
    seen, gone, again = world.looked_at(item)[-3:]
    assert world.state(item) is ItemState.INACCESSIBLE
    assert (clock.seen_at, clock.gone_at, clock.confirmed_at) == (T0 + seen, T0 + gone, T0 + again)
    assert again - gone >= HOUR
    assert (clock.end, clock.ended_at) == (ClockEnd.INACCESSIBLE, clock.confirmed_at)
    takedown = clock.takedown(world.profile)
    assert takedown is not None
    assert takedown.reading(world.now) is Reading.IN_TIME
    assert world.tasks(TaskKind.CLOCK_STEP) == 0
    assert world.events("followup:item:inaccessible") == 1
    assert world.notices.ends == {(clock.notice_id, item): clock.gone_at}


def test_a_removal_seen_before_the_deadline_and_confirmed_after_it_is_in_time_and_takes_no_step() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.net.gone_from(item, T0 + 23 * HOUR)
    world.run(30 * HOUR)
    clock = world.clock(item)
    takedown = clock.takedown(world.profile)
    assert clock.confirmed_at is not None
    assert clock.deadline is not None
    assert clock.confirmed_at > clock.deadline
    assert takedown is not None
    assert takedown.reading(world.now) is Reading.IN_TIME
    assert world.steps(item) == []


def test_two_vantage_points_must_both_find_it_gone_twice() -> None:
    world = World(vantages=("here", "there"))
    (item,) = world.noticed("item")
    world.net.answers[item] = lambda vantage, now: (
        ProbeOutcome.GONE if vantage == "here" or now > T0 + 30 * HOUR else ProbeOutcome.PRESENT
    )
    world.run(30 * HOUR)
    assert world.state(item) is ItemState.NOTICED
    world.run(30 * HOUR)
    assert world.state(item) is ItemState.INACCESSIBLE
    clock = world.clock(item)
    assert clock.gone_at is not None
    assert clock.gone_at > T0 + 30 * HOUR


@pytest.mark.parametrize("outcome", [ProbeOutcome.BLOCKED, ProbeOutcome.TEMPORARY])
def test_a_hoster_that_never_lets_us_look_gains_nothing(outcome: ProbeOutcome) -> None:
    world = World()
    (item,) = world.noticed("item")
    world.net.always(item, outcome)
    world.run(80 * HOUR)
    assert world.state(item) is ItemState.NOTICED
    assert [step for step, _ in world.steps(item)] == ["notice_again", "police", "authority"]
    (record,) = world.followup.authority_records()
    assert record.seen_at is None


def test_a_hoster_that_hides_from_one_vantage_point_and_refuses_the_other_gains_hours_and_no_more() -> None:
    world = World(vantages=("here", "there"))
    (item,) = world.noticed("item")
    world.net.answers[item] = lambda vantage, _: ProbeOutcome.GONE if vantage == "here" else ProbeOutcome.BLOCKED
    world.run(100 * HOUR)
    steps = world.steps(item)
    assert [step for step, _ in steps] == ["notice_again", "police", "authority"]
    assert all(taken <= due + 7 * HOUR for (_, taken), due in zip(steps, (DAY, 2 * DAY, 3 * DAY), strict=True))


def test_an_answer_that_it_is_removed_is_looked_after_at_once() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.run(90 * MINUTE)
    world.net.gone_from(item, world.now)
    world.answer(item, Answer.REMOVED)
    world.run(MINUTE)
    assert world.looked_at(item)[-1] == 90 * MINUTE
    assert world.clock(item).acknowledged_at == T0 + 90 * MINUTE
    world.run(2 * HOUR)
    assert world.clock(item).gone_at == T0 + 90 * MINUTE
    assert world.state(item) is ItemState.INACCESSIBLE


def test_what_moved_to_another_hoster_is_noticed_anew_and_both_clocks_are_kept() -> None:
    world = World()
    one, two = world.hoster(), world.hoster()
    (item,) = world.noticed("item", hoster=one)
    world.run(2 * HOUR)
    world.net.details[item], world.hosted_by[item] = {"address": "198.51.100.9"}, two
    world.run(3 * HOUR)
    assert world.state(item) is ItemState.TO_NOTICE
    seen_elsewhere = T0 + world.looked_at(item)[-1]
    world.notice([item], two)
    world.run(30 * HOUR)
    old, new = world.followed(item).clocks
    assert (old.hoster_id, old.end, old.stopped_at) == (one, ClockEnd.MOVED, seen_elsewhere)
    assert world.notices.ends == {(old.notice_id, item): seen_elsewhere}
    assert (new.hoster_id, new.end, new.started_at) == (two, None, T0 + 5 * HOUR)
    assert [step.notice_id for step in world.followed(item).steps] == [new.notice_id]


def test_what_moves_between_two_hosters_and_back_has_used_up_its_time() -> None:
    world = World()
    one, two = world.hoster(), world.hoster()
    (item,) = world.noticed("item", hoster=one)
    world.run(7 * HOUR)
    world.net.details[item], world.hosted_by[item] = {"address": "198.51.100.9"}, two
    world.run(6 * HOUR)
    world.notice([item], two)
    left_at = world.clock_at(item, one).ended_at
    assert left_at is not None
    world.run(7 * HOUR)
    world.net.details[item], world.hosted_by[item] = {"address": "192.0.2.1"}, one
    world.run(6 * HOUR)
    world.notice([item], one)
    again = world.clock(item)
    assert again.started_at == world.now - (left_at - T0)
    assert again.deadline == again.started_at + DAY


def test_a_new_address_of_the_same_hoster_changes_nothing_and_is_asked_about_once() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.run(2 * HOUR)
    world.net.details[item] = {"address": "198.51.100.9"}
    world.run(HOUR)
    assert world.followed(item).watch.strayed_at is not None
    assert world.tasks(TaskKind.ITEM_ATTRIBUTE) == 0
    world.run(4 * HOUR)
    assert world.state(item) is ItemState.NOTICED
    assert world.followed(item).watch.strayed_at is None
    world.net.details[item] = {"address": "192.0.2.1"}
    world.run(20 * HOUR)
    assert world.followed(item).watch.strayed_at is None
    assert len(world.followed(item).clocks) == 1


def test_a_second_hoster_told_in_the_same_instant_does_not_end_the_clock_of_the_first() -> None:
    world = World()
    one, two = world.hoster(), world.hoster()
    (item,) = world.noticed("item", hoster=one)
    world.notice([item], two)
    assert [clock.end for clock in world.followed(item).clocks] == [None, None]


def test_a_place_to_which_an_item_leads_becomes_an_item_and_the_old_one_is_still_there() -> None:
    world = World()
    (item,) = world.noticed("item", kind=ItemKind.MEDIA)
    digest = Digest(kind=Kind.SHA256, value=bytes(32))
    world.net.always(item, ProbeOutcome.MOVED)
    world.net.details[item] = {"moved_to": TargetUrl.parse("https://example.net/new"), "digests": (digest,)}
    world.run(30 * HOUR)
    (taken,) = world.items.taken.values()
    (there,) = taken.items
    assert (there.url, there.kind, there.digests) == ("https://example.net/new", ItemKind.MEDIA, (digest,))
    assert item in taken.reference
    assert world.steps(item) == [("notice_again", DAY)]


def test_an_item_with_two_hosters_has_a_clock_at_each_and_one_look_serves_both() -> None:
    world = World()
    one, two = world.hoster(), world.hoster()
    (item,) = world.noticed("item", hoster=one)
    world.run(4 * HOUR)
    world.notice([item], two)
    world.net.gone_from(item, T0 + 26 * HOUR)
    world.run(60 * HOUR)
    assert [(clock.hoster_id, clock.end) for clock in world.followed(item).clocks] == [
        (one, ClockEnd.INACCESSIBLE),
        (two, ClockEnd.INACCESSIBLE),
    ]
    assert world.steps(item) == [("notice_again", DAY)]


def test_a_hoster_that_is_told_of_what_is_inaccessible_already_has_a_clock_that_never_ran() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.net.always(item, ProbeOutcome.GONE)
    world.run(4 * HOUR)
    late = world.notice([item], keep_state=True)
    assert world.state(item) is ItemState.INACCESSIBLE
    first, second = world.followed(item).clocks
    assert (first.end, second.end, second.notice_id) == (ClockEnd.INACCESSIBLE, ClockEnd.VOID, late.notice_id)
    assert world.followed(item).watch.confirmed_at is not None
    assert (world.tasks(TaskKind.ITEM_PROBE), world.tasks(TaskKind.CLOCK_STEP)) == (1, 0)


def test_nothing_is_looked_at_without_a_legal_basis_and_all_is_once_there_is_one() -> None:
    world = World(basis=False)
    (item,) = world.noticed("item")
    world.run(30 * HOUR)
    assert world.looked_at(item) == []
    assert world.steps(item) == [("notice_again", DAY)]
    world.followup.record_basis("a mandate", "A. Jansen", by="desk", now=world.now)
    world.run(2 * HOUR)
    assert len(world.looked_at(item)) == 1
    world.followup.end_basis(by="desk", now=world.now)
    world.run(5 * DAY)
    assert len(world.looked_at(item)) == 1
    assert world.events("followup:legal_basis:record") == world.events("followup:legal_basis:end") == 1


def test_a_legal_basis_names_its_signatory_and_there_is_one_to_end() -> None:
    world = World(basis=False)
    with pytest.raises(LegalBasisError):
        world.followup.record_basis("a mandate", " ", by="desk", now=T0)
    with pytest.raises(NoLegalBasisError):
        world.followup.end_basis(by="desk", now=T0)
    world.followup.record_basis("one", "A. Jansen", by="desk", now=T0)
    world.followup.record_basis("two", "B. de Vries", by="desk", now=T0 + HOUR)
    first, second = world.followup.bases()
    assert (first.ended_at, second.ended_at) == (T0 + HOUR, None)


def test_where_a_rule_forbids_to_look_nobody_is_accused_unless_a_person_saw_it() -> None:
    world = World()
    world.rules.not_to_probe.add("example.org")
    (item,) = world.noticed("item")
    world.run(60 * HOUR)
    assert world.looked_at(item) == []
    assert world.steps(item) == [("notice_again", DAY)]
    world.followup.looked([item], ProbeOutcome.PRESENT, by="analyst", now=world.now)
    world.run(MINUTE)
    assert world.steps(item)[1:] == [("police", 60 * HOUR)]
    assert world.events("followup:item:look") == 1


def test_a_person_who_looks_twice_proves_that_it_is_gone() -> None:
    world = World()
    world.rules.not_to_probe.add("example.org")
    (item,) = world.noticed("item")
    for _ in range(2):
        world.run(2 * HOUR)
        world.followup.looked([item], ProbeOutcome.GONE, by="analyst", now=world.now)
    assert (world.state(item), world.clock(item).gone_at) == (ItemState.INACCESSIBLE, T0 + 2 * HOUR)


def test_only_what_is_followed_can_be_looked_at_by_a_person() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.items.put(item, ItemState.HELD)
    with pytest.raises(NotFollowedError):
        world.followup.looked([item], ProbeOutcome.GONE, by="analyst", now=world.now)
    with pytest.raises(NotFollowedError):
        world.followup.followed(world.items.add("never noticed"))


@pytest.mark.parametrize("state", [ItemState.HELD, ItemState.TO_NOTICE, ItemState.NOT_ILLEGAL, ItemState.ABROAD])
def test_what_is_no_longer_noticed_is_not_looked_at(state: ItemState) -> None:
    world = World()
    (item,) = world.noticed("item")
    world.run(2 * HOUR)
    world.items.put(item, state)
    world.run(80 * HOUR)
    assert len(world.looked_at(item)) == 1
    assert world.steps(item) == []
    assert world.tasks() == 0


def test_a_prober_that_leaves_an_item_out_loses_nothing() -> None:
    world = World()
    _, two = world.noticed("one", "two")
    whole = world.net.look
    world.net.look = lambda targets, **more: whole([t for t in targets if t.item_id != two], **more)  # type: ignore[method-assign]  # a prober with a defect
    world.run(2 * HOUR)
    assert world.tasks(TaskKind.ITEM_PROBE) == 2
    del world.net.look
    world.run(2 * HOUR)
    assert world.looked_at(two) != []
    assert world.followed(two).looks[-1].result.reason == "no_result"


def test_everything_about_a_look_is_kept_but_content_and_places() -> None:
    world = World()
    (item,) = world.noticed("item")
    details: dict[str, Any] = {"status": 200, "size": 4096, "tls_fault": TlsFault.EXPIRED, "reason": "read"}
    world.net.details[item] = details
    world.run(2 * HOUR)
    (look,) = world.followed(item).looks
    assert {name: getattr(look.result, name) for name in details} == details
    assert look.result.at == T0 + world.looked_at(item)[0]


def test_no_address_of_material_and_no_digest_reaches_log_journal_or_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world = World()
    (item,) = world.noticed("secretpath", kind=ItemKind.MEDIA, host="secrethost.example")
    world.net.always(item, ProbeOutcome.MOVED)
    secret = Digest(kind=Kind.SHA256, value=b"\xab" * 32)
    world.net.details[item] = {
        "moved_to": TargetUrl.parse("https://secretplace.example/"),
        "digests": (secret,),
        "address": "203.0.113.77",
    }
    world.run(80 * HOUR)
    with world.ports.transactions.read() as tx:
        written = [repr(one) for one in world.ports.journal.read(tx)]
    written += [caplog.text, repr(world.followed(item)), repr(world.followup.authority_records())]
    text = "\n".join(written).replace("item:secretpath", "").replace("'secretpath'", "")
    for word in ("secrethost", "secretplace", "203.0.113.77", "abab"):
        assert word not in text


def test_an_item_that_two_workers_look_at_is_written_down_once() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.now = T0 + HOUR
    first = world.claim()
    world.now += 2 * MINUTE
    second = world.claim()
    world.work(first)
    world.work(second)
    world.work(second)
    assert len(world.followed(item).looks) == 1
    assert world.tasks(TaskKind.ITEM_PROBE) == 1


def test_a_long_silence_of_ours_ends_with_a_look_before_any_step() -> None:
    world = World()
    (item,) = world.noticed("item")
    world.net.gone_from(item, T0 + 2 * HOUR)
    world.run(90 * MINUTE)
    world.now += timedelta(days=5)
    world.run(4 * HOUR)
    assert world.state(item) is ItemState.INACCESSIBLE
    assert world.steps(item) == []
