"""Moments, durations and clocks in words; pure, the present is an argument."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from schoon.kinds import require_utc
from schoon.web._i18n import Language, Said, Words

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""Times are shown as on a clock in the Netherlands; the UTC stands beside them."""

SOON_SHARE = 0.75
"""From this part of the term on, a running clock asks for attention."""

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_HOURS_UNTIL = timedelta(hours=48)


class TimeWords(Words):
    """How time is spoken of."""

    days = Said(en="Mon Tue Wed Thu Fri Sat Sun", nl="ma di wo do vr za zo")
    months = Said(
        en="Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", nl="jan feb mrt apr mei jun jul aug sep okt nov dec"
    )
    day_hours = Said(en="{days} d {hours} h", nl="{days} d {hours} u")
    whole_days = Said(en="{days} d", nl="{days} d")
    hours_minutes = Said(en="{hours} h {minutes} min", nl="{hours} u {minutes} min")
    whole_hours = Said(en="{hours} h", nl="{hours} u")
    minutes = Said(en="{minutes} min", nl="{minutes} min")
    moments = Said(en="less than a minute", nl="minder dan een minuut")
    ago = Said(en="{duration} ago", nl="{duration} geleden")
    ahead = Said(en="in {duration}", nl="over {duration}")
    now = Said(en="just now", nl="zojuist")
    left = Said(en="{duration} left", nl="nog {duration}")
    overdue = Said(en="Overdue by {duration}", nl="{duration} te laat")
    overdue_now = Said(en="Overdue", nl="Te laat")
    paused = Said(en="Paused, {duration} left", nl="Staat stil, nog {duration}")
    paused_late = Said(en="Paused, was overdue", nl="Staat stil, was te laat")
    done = Said(en="Done in {duration}", nl="Klaar in {duration}")
    done_late = Said(en="Done late, after {duration}", nl="Te laat klaar, na {duration}")
    none = Said(en="No deadline", nl="Geen termijn")


def whole_number(text: str, *, digits: int) -> int | None:
    """The number that a visitor's text is; None for all that is none, or has more digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


class ClockKind(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    SOON = "soon"
    OVERDUE = "overdue"
    PAUSED = "paused"
    STOPPED = "stopped"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant as it is shown.

    Attributes:
        absolute: Day and time in the Netherlands; the year when it is another than now.
        relative: The same seen from now ("3 h ago").
        machine: ISO 8601 in UTC, for the `datetime` attribute.
        utc: The same for people, shown on pointing.
    """

    absolute: str
    relative: str
    machine: str
    utc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What is known of one deadline.

    Attributes:
        length: The whole term.
        began_at: When the clock started first.
        due_at: When it runs out; None when there is no deadline, or while it stands still.
        remaining: What is left while it stands still, or None.
        ended_at: When the matter was dealt with, or None.
        was_late: It had run out before that.
    """

    length: timedelta
    began_at: datetime
    due_at: datetime | None = None
    remaining: timedelta | None = None
    ended_at: datetime | None = None
    was_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFace:
    """A deadline as it is shown.

    Attributes:
        kind: How it stands; also the class of its colour and shape.
        words: That in words ("3 h left").
        percent: How much of the term has passed, 0 to 100; the bar.
        deadline: The exact moment; None when there is none, or the clock stands still.
    """

    kind: ClockKind
    words: str
    percent: int
    deadline: Moment | None


def clock_face(term: Term, now: datetime, language: Language) -> ClockFace:
    """How a deadline stands at one moment.

    A deadline has passed from its very instant on.
    """
    said = TimeWords(language)
    if term.ended_at is not None:
        taken = term.ended_at - term.began_at
        spoken = said.done_late if term.was_late else said.done
        words = spoken.format(duration=duration(taken, language))
        return ClockFace(kind=ClockKind.STOPPED, words=words, percent=_percent(taken, term.length), deadline=None)
    if term.remaining is not None:
        words = _paused_words(term.remaining, said)
        percent = _percent(term.length - term.remaining, term.length)
        return ClockFace(kind=ClockKind.PAUSED, words=words, percent=percent, deadline=None)
    if term.due_at is None:
        return ClockFace(kind=ClockKind.NONE, words=said.none, percent=0, deadline=None)
    return _running_face(term.due_at, term.length, now, said)


def moment(instant: datetime, now: datetime, language: Language) -> Moment:
    """An instant as it is shown to people."""
    said = TimeWords(language)
    utc = require_utc(instant)
    here, here_now = utc.astimezone(AMSTERDAM), require_utc(now).astimezone(AMSTERDAM)
    day, month = said.days.split()[here.weekday()], said.months.split()[here.month - 1]
    year = f" {here.year}" if here.year != here_now.year else ""
    return Moment(
        absolute=f"{day} {here.day} {month}{year} {here:%H:%M}",
        relative=_relative(utc - require_utc(now), said),
        machine=f"{utc:%Y-%m-%dT%H:%M:%SZ}",
        utc=f"{utc:%Y-%m-%d %H:%M:%S} UTC",
    )


def duration(length: timedelta, language: Language) -> str:
    """A length of time in at most two units, rounded down: what is said to be left really is."""
    said = TimeWords(language)
    if length < _MINUTE:
        return said.moments
    if length < _HOUR:
        return said.minutes.format(minutes=length // _MINUTE)
    if length < _HOURS_UNTIL:
        hours, minutes = length // _HOUR, length % _HOUR // _MINUTE
        spoken = said.hours_minutes if minutes and hours < 10 else said.whole_hours
        return spoken.format(hours=hours, minutes=minutes)
    days, hours = length // _DAY, length % _DAY // _HOUR
    spoken = said.day_hours if hours and days < 10 else said.whole_days
    return spoken.format(days=days, hours=hours)


def number(value: int, language: Language) -> str:
    """A count with its thousands apart, as the language writes it."""
    return f"{value:,}".replace(",", "." if language is Language.NL else ",")


def percent(count: int, of: int) -> str:
    """A share in whole percents; some are never "0 %", and not all are never "100 %"."""
    share = 100 * count / of
    if 0 < share < 1:
        return "<1 %"
    return ">99 %" if 99 < share < 100 else f"{round(share)} %"


def _percent(passed: timedelta, whole: timedelta) -> int:
    if whole <= timedelta(0):
        return 100
    return max(0, min(100, int(passed / whole * 100)))


def _relative(distance: timedelta, said: TimeWords) -> str:
    if abs(distance) < _MINUTE:
        return said.now
    spoken = said.ahead if distance > timedelta(0) else said.ago
    return spoken.format(duration=duration(abs(distance), said.language))


def _running_face(due_at: datetime, length: timedelta, now: datetime, said: TimeWords) -> ClockFace:
    left = due_at - now
    deadline = moment(due_at, now, said.language)
    if left <= timedelta(0):
        return ClockFace(kind=ClockKind.OVERDUE, words=_overdue_words(-left, said), percent=100, deadline=deadline)
    percent = _percent(length - left, length)
    kind = ClockKind.SOON if percent >= SOON_SHARE * 100 else ClockKind.RUNNING
    words = said.left.format(duration=duration(left, said.language))
    return ClockFace(kind=kind, words=words, percent=percent, deadline=deadline)


def _paused_words(left: timedelta, said: TimeWords) -> str:
    if left <= timedelta(0):
        return said.paused_late
    return said.paused.format(duration=duration(left, said.language))


def _overdue_words(late: timedelta, said: TimeWords) -> str:
    if late < _MINUTE:
        return said.overdue_now
    return said.overdue.format(duration=duration(late, said.language))
