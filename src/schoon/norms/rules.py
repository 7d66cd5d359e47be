"""Dutch working days: which days count, and when a number of them has passed."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from schoon.kinds import require_utc

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""Days are those of the Dutch calendar, also for a member abroad: the operator of the list answers."""

_SATURDAY = 5


def after_working_days(moment: datetime, days: int) -> datetime:
    """The instant (UTC) at which that many Dutch working days after `moment` have passed.

    The day of `moment` itself does not count, and the last day counts to its end: the term has passed at the
    midnight with which that day closes in Amsterdam. Source: docs/sources.md#working-days

    Raises:
        ValueError: `moment` has no time zone, or `days` is not positive.
    """
    if days < 1:
        raise ValueError(f"{days} working days is not a term; give 1 or more")
    day = require_utc(moment).astimezone(AMSTERDAM).date()
    left = days
    while left:
        day += timedelta(days=1)
        if is_working_day(day):
            left -= 1
    return require_utc(datetime.combine(day + timedelta(days=1), time.min, tzinfo=AMSTERDAM))


def is_working_day(day: date) -> bool:
    """Whether offices work on that day in the Netherlands: no weekend, no public holiday."""
    return day.weekday() < _SATURDAY and day not in dutch_holidays(day.year)


@lru_cache(maxsize=64)
def dutch_holidays(year: int) -> frozenset[date]:
    """The generally recognised holidays of that year, Good Friday with them.

    Source: docs/sources.md#working-days
    """
    easter = _easter_sunday(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == _SATURDAY + 1:
        kings_day -= timedelta(days=1)
    return frozenset(
        {
            date(year, 1, 1),
            easter - timedelta(days=2),
            easter + timedelta(days=1),
            kings_day,
            date(year, 5, 5),
            easter + timedelta(days=39),
            easter + timedelta(days=50),
            date(year, 12, 25),
            date(year, 12, 26),
        }
    )


def _easter_sunday(year: int) -> date:
    # The Gregorian computus in the form of Meeus, Jones and Butcher.
    golden = year % 19
    century, in_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leaps, leap_rest = divmod(in_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leaps - epact - leap_rest) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
