"""Law profiles and the clock of an item under a notice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.norms import LAW_PROFILES, Act, LawProfile, Reading, Step, TakedownClock

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


def a_clock(stopped_at: datetime | None = None) -> TakedownClock:
    clock = TakedownClock.start(LAW_PROFILES["nl-2018-selfreg"], T0)
    return TakedownClock(
        profile_id=clock.profile_id,
        started_at=clock.started_at,
        deadline=clock.deadline,
        steps=clock.steps,
        stopped_at=stopped_at,
    )


@pytest.mark.parametrize(
    ("profile_id", "notice", "instruction", "fine"),
    [
        ("nl-2018-selfreg", 24, None, None),
        ("nl-2021-draft", 24, 24, 4),
        ("nl-2024-act", 24, 12, 10),
    ],
)
def test_each_law_has_its_own_terms(profile_id: str, notice: int, instruction: int | None, fine: int | None) -> None:
    profile = LAW_PROFILES[profile_id]
    assert profile.terms[Act.NOTICE].length == notice * HOUR
    term = profile.terms.get(Act.INSTRUCTION)
    assert (term and term.length) == (instruction and instruction * HOUR)
    assert profile.fine_percent == fine


def test_a_draft_was_never_in_force() -> None:
    assert LAW_PROFILES["nl-2021-draft"].in_force is None


def test_a_ladder_that_jumps_a_step_is_refused() -> None:
    profile = LAW_PROFILES["nl-2024-act"]
    with pytest.raises(ValueError, match="every step once"):
        LawProfile(**{name: getattr(profile, name) for name in LawProfile.__slots__} | {"ladder": profile.ladder[1:]})


def test_a_deadline_passes_at_its_very_instant() -> None:
    clock = a_clock()
    assert clock.reading(clock.deadline - INSTANT) is Reading.RUNNING
    assert clock.reading(clock.deadline) is Reading.OVERDUE


def test_out_of_reach_before_the_deadline_is_in_time_and_at_it_is_not() -> None:
    deadline = a_clock().deadline
    later = deadline + 100 * HOUR
    assert a_clock(deadline - INSTANT).reading(later) is Reading.IN_TIME
    assert a_clock(deadline).reading(later) is Reading.TOO_LATE


def test_steps_follow_one_another_and_end() -> None:
    clock = a_clock()
    assert clock.next_step(None) == (Step.NOTICE_AGAIN, T0 + 24 * HOUR)
    assert clock.next_step(Step.NOTICE_AGAIN) == (Step.POLICE, T0 + 48 * HOUR)
    assert clock.next_step(Step.POLICE) == (Step.AUTHORITY, T0 + 72 * HOUR)
    assert clock.next_step(Step.AUTHORITY) is None


def test_nothing_is_due_once_it_is_out_of_reach() -> None:
    assert a_clock(T0 + HOUR).next_step(None) is None


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        a_clock().reading(T0.replace(tzinfo=None))


@given(first=st.integers(0, 200), more=st.integers(0, 200))
def test_a_clock_never_calms_down_by_itself(first: int, more: int) -> None:
    order = [Reading.RUNNING, Reading.OVERDUE]
    earlier, later = a_clock().reading(T0 + first * HOUR), a_clock().reading(T0 + (first + more) * HOUR)
    assert order.index(later) >= order.index(earlier)
