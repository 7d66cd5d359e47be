"""The Dutch calendar and the terms counted in it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from schoon.norms import LIST_AGE_LIMIT, MEMBER_AGREEMENT, after_working_days, dutch_holidays, is_working_day

EASTERS = {
    2024: date(2024, 3, 31),
    2025: date(2025, 4, 20),
    2026: date(2026, 4, 5),
    2027: date(2027, 3, 28),
    2038: date(2038, 4, 25),
}


@pytest.mark.parametrize(("year", "easter"), EASTERS.items())
def test_movable_feasts_follow_easter(year, easter):
    holidays = dutch_holidays(year)
    assert {easter + timedelta(days=d) for d in (-2, 1, 39, 50)} <= holidays


def test_kings_day_moves_to_saturday_when_the_27th_is_a_sunday():
    assert date(2025, 4, 26) in dutch_holidays(2025)
    assert date(2025, 4, 27) not in dutch_holidays(2025)
    assert date(2026, 4, 27) in dutch_holidays(2026)


def test_the_fifth_of_may_and_weekends_are_no_working_days():
    assert not is_working_day(date(2026, 5, 5))
    assert not is_working_day(date(2026, 11, 21))
    assert is_working_day(date(2026, 11, 23))


def test_five_working_days_from_a_monday_end_with_the_next_monday():
    monday = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    assert after_working_days(monday, 5) == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


def test_days_are_those_of_amsterdam_not_of_greenwich():
    late_sunday_in_utc = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
    assert after_working_days(late_sunday_in_utc, 1) == datetime(2026, 11, 17, 23, 0, tzinfo=UTC)


def test_a_term_over_the_change_to_summer_time_ends_at_local_midnight():
    friday = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)
    assert after_working_days(friday, 1) == datetime(2026, 3, 30, 22, 0, tzinfo=UTC)


def test_christmas_and_new_year_stretch_the_term():
    wednesday = datetime(2026, 12, 23, 12, 0, tzinfo=UTC)
    assert after_working_days(wednesday, 5) == datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    assert after_working_days(wednesday, 6) == datetime(2027, 1, 4, 23, 0, tzinfo=UTC)


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        after_working_days(datetime(2026, 1, 1), 1)  # noqa: DTZ001 - a naive time is what is tested
    with pytest.raises(ValueError, match="0 working days"):
        after_working_days(datetime(2026, 1, 1, tzinfo=UTC), 0)


def test_every_term_names_its_source():
    for term in (LIST_AGE_LIMIT, MEMBER_AGREEMENT.hit_term):
        assert term.source.startswith("docs/sources.md#")
