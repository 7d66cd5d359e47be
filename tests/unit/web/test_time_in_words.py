"""Clocks, moments and durations say what is so, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.web._i18n import Language
from schoon.web.rules import ClockKind, Term, clock_face, duration, moment, number, percent

NOW = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
DAY = timedelta(hours=24)
EN, NL = Language.EN, Language.NL


def a_term(left: timedelta) -> Term:
    return Term(length=DAY, began_at=NOW + left - DAY, due_at=NOW + left)


def test_a_running_clock_says_what_is_left_and_until_when():
    face = clock_face(a_term(timedelta(hours=20)), NOW, EN)
    assert (face.kind, face.words, face.percent) == (ClockKind.RUNNING, "20 h left", 16)
    assert face.deadline is not None
    assert face.deadline.absolute == "Mon 23 Nov 10:05"
    assert clock_face(a_term(timedelta(hours=20)), NOW, NL).words == "nog 20 u"


def test_the_last_quarter_of_the_term_asks_for_attention():
    assert clock_face(a_term(timedelta(hours=6, seconds=1)), NOW, EN).kind is ClockKind.RUNNING
    assert clock_face(a_term(timedelta(hours=6)), NOW, EN).kind is ClockKind.SOON


def test_a_deadline_passes_at_its_very_instant():
    assert clock_face(a_term(timedelta(microseconds=1)), NOW, EN).kind is ClockKind.SOON
    face = clock_face(a_term(timedelta(0)), NOW, EN)
    assert (face.kind, face.words, face.percent) == (ClockKind.OVERDUE, "Overdue", 100)


def test_overdue_is_said_with_how_long():
    assert clock_face(a_term(-timedelta(hours=7, minutes=3)), NOW, EN).words == "Overdue by 7 h 3 min"
    assert clock_face(a_term(-timedelta(days=3, hours=2)), NOW, NL).words == "3 d 2 u te laat"


def test_a_clock_that_stands_still_has_no_deadline():
    term = Term(length=DAY, began_at=NOW - DAY, remaining=timedelta(hours=17))
    face = clock_face(term, NOW, EN)
    assert (face.kind, face.words, face.deadline) == (ClockKind.PAUSED, "Paused, 17 h left", None)
    late = Term(length=DAY, began_at=NOW - DAY, remaining=timedelta(0))
    assert clock_face(late, NOW, EN).words == "Paused, was overdue"


def test_a_stopped_clock_says_how_long_it_took():
    term = Term(length=DAY, began_at=NOW - 2 * DAY, ended_at=NOW - DAY - timedelta(hours=20))
    assert clock_face(term, NOW, EN).words == "Done in 4 h"
    late = Term(length=DAY, began_at=NOW - 2 * DAY, ended_at=NOW - timedelta(hours=18), was_late=True)
    assert clock_face(late, NOW, NL).words == "Te laat klaar, na 30 u"


def test_without_a_term_there_is_no_clock():
    face = clock_face(Term(length=DAY, began_at=NOW), NOW, EN)
    assert (face.kind, face.words) == (ClockKind.NONE, "No deadline")


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=9, minutes=59), "9 h 59 min"),
        (timedelta(hours=10, minutes=59), "10 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(hours=48), "2 d"),
        (timedelta(days=2, hours=5), "2 d 5 h"),
        (timedelta(days=40, hours=5), "40 d"),
    ],
)
def test_durations_are_rounded_down_to_two_units(length, words):
    assert duration(length, EN) == words


def test_moments_are_told_in_dutch_time_with_utc_beside():
    shown = moment(NOW, NOW + timedelta(hours=3), NL)
    assert (shown.absolute, shown.relative) == ("zo 22 nov 14:05", "3 u geleden")
    assert (shown.machine, shown.utc) == ("2026-11-22T13:05:00Z", "2026-11-22 13:05:00 UTC")


def test_summer_time_and_another_year_are_told():
    assert moment(datetime(2025, 7, 1, 12, tzinfo=UTC), NOW, EN).absolute == "Tue 1 Jul 2025 14:00"
    assert moment(NOW + timedelta(hours=2), NOW, EN).relative == "in 2 h"
    assert moment(NOW + timedelta(seconds=30), NOW, EN).relative == "just now"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        moment(datetime(2026, 1, 1), NOW, EN)  # noqa: DTZ001 - the fault that is tested


def test_thousands_stand_apart_as_the_language_does():
    assert (number(1234567, EN), number(1234567, NL), number(7, NL)) == ("1,234,567", "1.234.567", "7")


@given(st.timedeltas(min_value=-timedelta(days=400), max_value=timedelta(days=400)), st.sampled_from(Language))
def test_every_clock_has_words_and_a_bar_within_bounds(left, language):
    face = clock_face(a_term(left), NOW, language)
    assert face.words
    assert 0 <= face.percent <= 100
    assert (face.kind is ClockKind.OVERDUE) == (left <= timedelta(0))


@pytest.mark.parametrize(
    ("count", "of", "said"),
    [
        (0, 7, "0 %"),
        (1, 1_000, "<1 %"),
        (1, 100, "1 %"),
        (1, 3, "33 %"),
        (99, 100, "99 %"),
        (999, 1_000, ">99 %"),
        (7, 7, "100 %"),
    ],
)
def test_some_are_never_none_and_not_all_are_never_all(count: int, of: int, said: str) -> None:
    assert percent(count, of) == said
