"""What options mean, when files may be read, and how long the scanner waits."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.scan import Hours, Rate, ScanAction, ScanSettingsError, Time, parse_age, parse_hours, parse_rate, shown
from schoon.scan._pace import Pace
from schoon.scan._refs import ref_of
from schoon.scan._walk_stage import Marks
from schoon.scan.rules import decide, is_racy, pause_before
from schoon.scan.types import join


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("22-6", time(22), time(6)), ("22:30-06:00", time(22, 30), time(6)), ("1-24", time(1), time(0))],
)
def test_hours_are_read(text, start, end):
    assert parse_hours(text) == Hours(start=start, end=end)


@pytest.mark.parametrize("text", ["", "22", "22-25", "25-3", "3-3", "a-b", "22:60-3", "22-6-7"])
def test_what_is_no_window_is_refused(text):
    with pytest.raises(ScanSettingsError, match="--hours"):
        parse_hours(text)


def test_a_window_may_pass_midnight_and_its_end_is_outside():
    night = parse_hours("22-6")
    assert [night.holds(time(hour)) for hour in (21, 22, 23, 0, 5, 6)] == [False, True, True, True, True, False]
    day = parse_hours("6-22")
    assert [day.holds(time(hour)) for hour in (5, 6, 21, 22)] == [False, True, True, False]


def test_rates_are_read():
    assert parse_rate(("200",)) == Rate(files_per_second=200.0)
    assert parse_rate(("20MB", "5 files/s")) == Rate(files_per_second=5.0, bytes_per_second=20e6)
    assert parse_rate(("1.5GB/s",)) == Rate(bytes_per_second=1.5e9)


@pytest.mark.parametrize("text", ["", "0", "-1", "fast", "20 TB", "MB"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ScanSettingsError, match="--rate"):
        parse_rate((text,))


def test_ages_are_read_and_nonsense_is_refused():
    assert (parse_age("30d"), parse_age("12h"), parse_age("2w")) == (30 * 86400, 12 * 3600, 14 * 86400)
    for text in ("", "30", "d", "1y", "-1d"):
        with pytest.raises(ScanSettingsError):
            parse_age(text)


@given(st.sampled_from(ScanAction), st.booleans(), st.booleans())
def test_nothing_is_deleted_on_less_than_a_strong_match(action, is_strong, may_quarantine):
    done = decide(action, is_strong=is_strong, may_quarantine=may_quarantine)
    assert done is not ScanAction.DELETE or (is_strong and action is ScanAction.DELETE)
    assert done is action or (action is ScanAction.DELETE and not is_strong)


def test_a_file_is_racy_until_two_seconds_after_its_change_and_when_it_comes_from_the_future():
    second = 1_000_000_000
    assert is_racy(10 * second, 11 * second)
    assert is_racy(20 * second, 11 * second)
    assert not is_racy(10 * second, 12 * second)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_pauses_grow_and_stay_within_two_minutes(attempt, chance):
    assert 0.5 <= pause_before(attempt, chance) <= 120
    assert pause_before(attempt, 0) * 2 == pytest.approx(pause_before(attempt, 1))
    assert pause_before(attempt + 1, chance) >= pause_before(attempt, chance)


@given(st.binary(min_size=1), st.binary(min_size=1))
def test_references_are_short_opaque_and_differ(one, other):
    ref = ref_of(b"k" * 32, one)
    assert len(ref) == 26
    assert ref.isalnum()
    assert (ref == ref_of(b"k" * 32, other)) is (one == other)
    assert ref != ref_of(b"l" * 32, one)


@given(st.binary())
def test_any_path_can_be_shown_on_one_line(path):
    assert shown(path).isprintable()


def test_paths_are_joined_also_at_the_root():
    assert (join(b"/", b"a"), join(b"/a", b"b")) == (b"/a", b"/a/b")


@given(st.sets(st.integers(0, 5_000)))
def test_marks_hold_exactly_what_was_added(rows):
    marks = Marks()
    for row in rows:
        marks.add(row)
    assert {row for row in range(5_100) if row in marks} == rows


class Wall:
    """Time that moves only by waiting."""

    def __init__(self, hour=12):
        self.seconds = 0.0
        self.start = datetime(2026, 3, 1, hour, tzinfo=UTC)
        self.stopped = threading.Event()

    def wait(self, seconds):
        self.seconds += seconds
        return self.stopped.is_set()

    def parts(self):
        return Time(
            now=lambda: self.start + timedelta(seconds=self.seconds),
            monotonic=lambda: self.seconds,
            wait=self.wait,
            local=lambda moment: moment,
        )


def test_files_a_second_are_kept_over_any_length_of_time():
    wall = Wall()
    pace = Pace(Rate(files_per_second=10), None, wall.parts())
    for _ in range(1_000):
        assert pace.admit(5)
    assert 98 <= wall.seconds <= 101


def test_bytes_a_second_are_kept_and_a_huge_file_is_paid_for_after_it():
    wall = Wall()
    pace = Pace(Rate(bytes_per_second=1_000), None, wall.parts())
    pace.admit(50_000)
    assert wall.seconds <= 1
    pace.admit(1)
    assert 49 <= wall.seconds <= 51


def test_no_limit_never_waits():
    wall = Wall()
    pace = Pace(Rate(), None, wall.parts())
    assert all(pace.admit(1 << 40) for _ in range(100))
    assert wall.seconds == 0


def test_files_are_read_only_in_the_hours_given():
    wall = Wall(hour=20)
    pace = Pace(Rate(), parse_hours("22-6"), wall.parts())
    assert not pace.is_open()
    assert pace.admit(1)
    assert 2 * 3600 <= wall.seconds <= 2 * 3600 + 60
    assert pace.is_open()


def test_a_stop_ends_the_wait_for_the_hour():
    wall = Wall(hour=12)
    wall.stopped.set()
    assert not Pace(Rate(), parse_hours("22-6"), wall.parts()).admit(1)
