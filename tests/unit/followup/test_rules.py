"""When to look, what looks prove, and when a step may be taken."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.followup import GoneRun, ItemClock, Likeness, Look, ProbeOutcome, ProbeResult, Watch
from schoon.followup.rules import (
    CONFIRM_AFTER,
    DESK,
    FRESH,
    MAX_WAITS,
    PLAN,
    SHIFT,
    Ruling,
    carried,
    confirmed,
    judge,
    next_look,
    next_step,
    ruling,
    with_looks,
)
from schoon.kinds import Digest, HosterId, ItemId, Kind, NoticeId
from schoon.norms import LAW_PROFILES, Step
from schoon.reports import TargetUrl

T0 = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
PROFILE = LAW_PROFILES["nl-2024-act"]
ONE, TWO = ("here",), ("here", "there")
PRESENT, GONE, PLACEHOLDER = ProbeOutcome.PRESENT, ProbeOutcome.GONE, ProbeOutcome.PLACEHOLDER
SAYS_NOTHING = [ProbeOutcome.BLOCKED, ProbeOutcome.TEMPORARY, ProbeOutcome.CHECKER_FAULT]
ELSEWHERE = TargetUrl.parse("https://example.net/")


def a_clock(**given: Any) -> ItemClock:
    options: dict[str, Any] = {
        "item_id": ItemId("item"),
        "notice_id": NoticeId("notice"),
        "hoster_id": HosterId(1),
        "profile_id": PROFILE.profile_id,
        "first_seen_at": T0 - DAY,
        "sent_at": T0,
        "started_at": T0,
    }
    return ItemClock(**options | given)


def a_watch(**given: Any) -> Watch:
    options: dict[str, Any] = {"item_id": ItemId("item"), "anchor_at": T0, "first_seen_at": T0 - DAY}
    return Watch(**options | given)


def a_result(outcome: ProbeOutcome, at: datetime = T0, vantage: str = "here", **more: Any) -> ProbeResult:
    if outcome is ProbeOutcome.MOVED:
        more.setdefault("moved_to", ELSEWHERE)
    return ProbeResult(item_id=ItemId("item"), vantage=vantage, at=at, outcome=outcome, **more)


def looks(outcome: ProbeOutcome, at: datetime = T0, vantages: tuple[str, ...] = ONE, **more: Any) -> list[Look]:
    return [judge(a_result(outcome, at, vantage, **more), ()) for vantage in vantages]


def after(*rounds: list[Look], watch: Watch | None = None) -> Watch:
    watch = watch or a_watch()
    for one in rounds:
        watch = with_looks(watch, one)
    return watch


def pdq(bits: int) -> Digest:
    return Digest(kind=Kind.PDQ, value=((1 << bits) - 1).to_bytes(32))


def sha256(byte: int) -> Digest:
    return Digest(kind=Kind.SHA256, value=bytes([byte]) * 32)


@pytest.mark.parametrize(("hours", "wanted"), [(0, 1), (1, 3), (3, 6), (6, 12), (12, 24), (24, 48), (48, 72), (72, 96)])
def test_looks_come_shortly_before_the_marks_of_the_plan(hours: int, wanted: int) -> None:
    due = next_look(a_watch(), T0 + hours * HOUR, step_due=None)
    assert due is not None
    assert T0 + wanted * HOUR - SHIFT <= due < T0 + wanted * HOUR


@given(st.text("abcdefgh234567", min_size=26, max_size=26), st.integers(0, 60 * 24 * 40))
def test_every_look_is_followed_by_the_next_mark_and_none_is_skipped_or_doubled(item: str, minutes: int) -> None:
    watch = a_watch(item_id=ItemId(item))
    marks = [*PLAN, *(PLAN[-1] + day * DAY for day in range(1, 50))]
    found = [next_look(watch, T0, step_due=None)]
    for _ in marks[1:]:
        assert found[-1] is not None
        found.append(next_look(watch, found[-1], step_due=None))
    assert [one and (one - T0 + SHIFT) // HOUR * HOUR for one in found] == marks
    later = next_look(watch, T0 + minutes * MINUTE, step_due=None)
    assert later == min(one for one in found if one and one > T0 + minutes * MINUTE)


def test_two_items_are_looked_at_at_different_moments_and_one_at_the_same_every_time() -> None:
    def due(item: str) -> datetime | None:
        return next_look(a_watch(item_id=ItemId(item)), T0, step_due=None)

    assert due("a") == due("a")
    assert len({due(str(number)) for number in range(50)}) == 50


def test_a_look_of_the_plan_serves_the_step_at_its_mark() -> None:
    due = next_look(a_watch(), T0 + 12 * HOUR, step_due=T0 + 24 * HOUR)
    assert due is not None
    assert next_look(a_watch(), due, step_due=T0 + 24 * HOUR) == next_look(a_watch(), T0 + 24 * HOUR, step_due=None)


def test_a_look_comes_before_a_step_that_the_plan_does_not_know() -> None:
    due = next_look(a_watch(), T0 + 24 * HOUR, step_due=T0 + 30 * HOUR)
    assert due is not None
    assert T0 + 30 * HOUR - SHIFT <= due < T0 + 30 * HOUR


def test_a_removal_is_looked_at_again_after_an_hour_and_not_before() -> None:
    watch = after(looks(GONE, T0 + 12 * HOUR))
    due = next_look(watch, T0 + 12 * HOUR, step_due=None)
    assert due is not None
    assert T0 + 12 * HOUR + CONFIRM_AFTER < due <= T0 + 12 * HOUR + CONFIRM_AFTER + SHIFT


def test_after_a_fault_of_ours_the_next_look_does_not_wait_for_the_plan() -> None:
    assert next_look(a_watch(faults=1), T0 + 25 * HOUR, step_due=None) == T0 + 26 * HOUR


def test_faults_that_last_are_looked_after_less_and_less_often() -> None:
    gone = [a_watch(confirmed_at=T0, faults=faults) for faults in (1, 2, 3, 6, 60)]
    waits = [next_look(watch, T0, step_due=None) for watch in gone]
    assert waits == [T0 + hours * HOUR for hours in (1, 2, 4, 24, 24)]


def test_a_run_that_cannot_be_completed_is_looked_at_hourly_for_a_day_and_then_by_the_plan() -> None:
    watch = after(looks(GONE, T0 + 72 * HOUR))
    assert next_look(watch, T0 + 90 * HOUR, step_due=None) == T0 + 91 * HOUR
    plan = next_look(a_watch(), T0 + 97 * HOUR, step_due=None)
    assert next_look(watch, T0 + 97 * HOUR, step_due=None) == plan


def test_an_inaccessible_item_is_looked_at_after_a_week_and_a_month_and_then_no_more() -> None:
    watch = a_watch(confirmed_at=T0)
    week = next_look(watch, T0, step_due=None)
    assert week is not None
    assert T0 + 7 * DAY - SHIFT <= week < T0 + 7 * DAY
    month = next_look(watch, week, step_due=None)
    assert month is not None
    assert T0 + 30 * DAY - SHIFT <= month < T0 + 30 * DAY
    assert next_look(watch, month, step_due=None) is None
    assert next_look(replace(watch, faults=1), month, step_due=None) == month + HOUR


@pytest.mark.parametrize("first", [GONE, PLACEHOLDER])
@pytest.mark.parametrize("second", [GONE, PLACEHOLDER])
def test_two_looks_an_hour_apart_confirm_a_removal_from_the_first_of_them(
    first: ProbeOutcome, second: ProbeOutcome
) -> None:
    watch = after(looks(first, T0), looks(second, T0 + HOUR))
    assert confirmed(watch, ONE) == (T0, T0 + HOUR)


def test_two_looks_less_than_an_hour_apart_confirm_nothing() -> None:
    assert confirmed(after(looks(GONE, T0), looks(GONE, T0 + HOUR - timedelta(microseconds=1))), ONE) is None


def test_one_vantage_point_of_two_confirms_nothing() -> None:
    watch = after(looks(GONE, T0), looks(GONE, T0 + HOUR))
    assert confirmed(watch, TWO) is None


def test_who_showed_one_vantage_point_nothing_has_removed_nothing_before_the_other_finds_it_gone_too() -> None:
    watch = after(looks(GONE, T0), looks(GONE, T0 + HOUR))
    both = after(looks(GONE, T0 + 60 * HOUR, TWO), looks(GONE, T0 + 61 * HOUR, TWO), watch=watch)
    assert confirmed(both, TWO) == (T0 + 60 * HOUR, T0 + 61 * HOUR)


def test_without_a_vantage_point_a_person_confirms_by_looking_twice_and_not_by_looking_once() -> None:
    once = after(looks(GONE, T0, (DESK,)))
    assert confirmed(once, ()) is None
    assert confirmed(after(looks(PRESENT, T0, (DESK,))), ()) is None
    assert confirmed(after(looks(GONE, T0 + HOUR, (DESK,)), watch=once), ()) == (T0, T0 + HOUR)


@pytest.mark.parametrize("seen", [PRESENT, ProbeOutcome.MOVED])
def test_whoever_sees_it_outweighs_everybody_who_does_not(seen: ProbeOutcome) -> None:
    mixed = [*looks(seen, T0 + HOUR, ("there",)), *looks(GONE, T0 + HOUR + MINUTE)]
    watch = after(looks(GONE, T0, TWO), mixed)
    assert (watch.runs, watch.seen_at) == ((), T0 + HOUR)


@pytest.mark.parametrize("nothing", SAYS_NOTHING)
def test_what_says_nothing_neither_counts_nor_takes_back(nothing: ProbeOutcome) -> None:
    assert after(looks(nothing, T0), looks(nothing, T0 + HOUR)).runs == ()
    between = after(looks(GONE, T0), looks(nothing, T0 + HOUR), looks(GONE, T0 + 2 * HOUR))
    assert confirmed(between, ONE) == (T0, T0 + 2 * HOUR)


@pytest.mark.parametrize("outcome", ProbeOutcome)
def test_without_its_control_address_a_look_counts_for_nothing(outcome: ProbeOutcome) -> None:
    watch = a_watch(runs=(GoneRun(vantage="here", first_at=T0, last_at=T0),))
    assert with_looks(watch, looks(outcome, T0 + HOUR, control_ok=False)) == replace(watch, faults=1)


@pytest.mark.parametrize("outcome", [ProbeOutcome.BLOCKED, ProbeOutcome.TEMPORARY])
def test_a_host_that_refuses_was_looked_at(outcome: ProbeOutcome) -> None:
    assert after(looks(outcome, T0)).looked_at == T0
    assert after(looks(ProbeOutcome.CHECKER_FAULT, T0)).looked_at is None


def test_a_person_who_looked_twice_is_enough_where_no_machine_may_look() -> None:
    watch = after(looks(GONE, T0, (DESK,)), looks(GONE, T0 + HOUR, (DESK,)))
    assert confirmed(watch, TWO) == (T0, T0 + HOUR)


@pytest.mark.parametrize("bits", [0, 80])
@pytest.mark.parametrize("outcome", [GONE, PLACEHOLDER, ProbeOutcome.BLOCKED, ProbeOutcome.TEMPORARY])
def test_a_file_that_is_sent_is_there_whatever_the_host_says_with_it(outcome: ProbeOutcome, bits: int) -> None:
    look = judge(a_result(outcome, digests=(sha256(2), pdq(bits))), [sha256(1), pdq(0)])
    assert look.outcome is PRESENT
    assert judge(a_result(outcome, digests=(sha256(2), pdq(200))), [sha256(1), pdq(0)]).outcome is outcome


@pytest.mark.parametrize(
    ("found", "known", "likeness", "outcome"),
    [
        ([sha256(1), pdq(200)], [sha256(1), pdq(0)], Likeness.SAME, PRESENT),
        ([sha256(2), pdq(31)], [sha256(1), pdq(0)], Likeness.NEAR, PRESENT),
        ([sha256(2), pdq(200), pdq(80)], [sha256(1), pdq(0)], Likeness.NEAR, PRESENT),
        ([sha256(2), pdq(81)], [sha256(1), pdq(0)], Likeness.OTHER, PLACEHOLDER),
        ([sha256(2)], [sha256(1), pdq(0)], Likeness.UNKNOWN, PRESENT),
        ([sha256(2), pdq(0)], [sha256(1)], Likeness.UNKNOWN, PRESENT),
        ([], [sha256(1)], Likeness.UNKNOWN, PRESENT),
        ([sha256(1)], [], Likeness.UNKNOWN, PRESENT),
    ],
)
def test_only_another_picture_says_that_the_picture_is_gone(
    found: list[Digest], known: list[Digest], likeness: Likeness, outcome: ProbeOutcome
) -> None:
    look = judge(a_result(PRESENT, digests=tuple(found)), known)
    assert (look.likeness, look.outcome) == (likeness, outcome)


DUE = T0 + 24 * HOUR
RUN = (GoneRun(vantage="here", first_at=DUE - MINUTE, last_at=DUE - MINUTE),)


@pytest.mark.parametrize(
    ("step", "watch", "waited", "wanted"),
    [
        (Step.NOTICE_AGAIN, {"looked_at": DUE - FRESH}, 0, Ruling.TAKE),
        (Step.NOTICE_AGAIN, {"looked_at": DUE - FRESH - MINUTE}, 0, Ruling.LOOK_FIRST),
        (Step.NOTICE_AGAIN, {"looked_at": DUE, "runs": RUN}, 0, Ruling.CONFIRM_FIRST),
        (Step.NOTICE_AGAIN, {"looked_at": DUE, "runs": RUN}, MAX_WAITS, Ruling.TAKE),
        (Step.NOTICE_AGAIN, {}, 0, Ruling.LOOK_FIRST),
        (Step.NOTICE_AGAIN, {}, MAX_WAITS, Ruling.TAKE),
        (Step.POLICE, {}, MAX_WAITS, Ruling.LOOK_FIRST),
        (Step.AUTHORITY, {"looked_at": T0}, MAX_WAITS, Ruling.LOOK_FIRST),
        (Step.POLICE, {"looked_at": DUE, "runs": RUN}, MAX_WAITS, Ruling.TAKE),
    ],
)
def test_a_step_rests_on_a_fresh_look_and_waits_for_no_hoster_without_end(
    step: Step, watch: dict[str, Any], waited: int, wanted: Ruling
) -> None:
    assert ruling(a_watch(**watch), step, DUE, may_look=True, waited=waited) is wanted


def test_where_nobody_may_look_a_step_does_not_wait_for_a_look_and_accuses_nobody() -> None:
    assert ruling(a_watch(), Step.NOTICE_AGAIN, DUE, may_look=False, waited=0) is Ruling.TAKE
    assert ruling(a_watch(), Step.POLICE, DUE, may_look=False, waited=0) is Ruling.UNSEEN
    assert ruling(a_watch(looked_at=T0), Step.POLICE, DUE, may_look=False, waited=0) is Ruling.TAKE


def test_a_new_hoster_has_the_whole_term() -> None:
    clock = carried(a_clock(started_at=None), None, PROFILE, T0)
    assert (clock.started_at, clock.deadline, next_step(clock, PROFILE)) == (
        T0,
        T0 + DAY,
        (Step.NOTICE_AGAIN, T0 + DAY),
    )


def test_a_hoster_to_whom_an_item_comes_back_has_what_was_left_of_its_term() -> None:
    earlier = a_clock(started_at=T0 - 40 * HOUR, ended_at=T0 - 10 * HOUR, last_step=Step.NOTICE_AGAIN)
    clock = carried(a_clock(started_at=None), earlier, PROFILE, T0)
    assert clock.started_at == T0 - 30 * HOUR
    assert next_step(clock, PROFILE) == (Step.POLICE, T0 + 18 * HOUR)


def test_time_on_hold_does_not_count() -> None:
    earlier = a_clock(started_at=T0 - 40 * HOUR, paused_at=T0 - 35 * HOUR)
    assert carried(a_clock(started_at=None), earlier, PROFILE, T0).started_at == T0 - 5 * HOUR


@given(st.lists(st.sampled_from([*Step, None]), max_size=6), st.booleans())
def test_a_clock_that_ended_has_no_step(taken: list[Step | None], ended: bool) -> None:
    for step in taken:
        clock = replace(a_clock(last_step=step), ended_at=T0 if ended else None)
        assert (next_step(clock, PROFILE) is None) == (ended or step is Step.AUTHORITY)
