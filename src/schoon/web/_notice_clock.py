"""The time of a notice as one clock: that of the first of its items whose deadline passes."""

from collections.abc import Sequence
from datetime import datetime

from schoon.followup import ClockEnd, ItemClock
from schoon.notices import Notice
from schoon.web._i18n import Language
from schoon.web.rules import ClockFace, ClockKind, Term, clock_face

_SETTLED = {ClockEnd.VOID, ClockEnd.RENEWED, ClockEnd.MOVED}


def notice_face(notice: Notice, clocks: Sequence[ItemClock], now: datetime, language: Language) -> ClockFace:
    """How the clock of a notice stands.

    A notice again has no clocks of its own, those of the first notice run on: its deadline is shown until it passes,
    and is never called overdue here.
    """
    started = [one for one in clocks if one.started_at is not None and one.deadline is not None]
    running = [one for one in started if one.ended_at is None]
    if running:
        return clock_face(_term(min(running, key=lambda one: one.deadline or now)), now, language)
    if gone := [one for one in started if one.end not in _SETTLED]:
        return clock_face(_term(max(gone, key=lambda one: one.gone_at or now)), now, language)
    if not clocks and notice.due_at and notice.clock_at and now < notice.due_at:
        term = Term(length=notice.due_at - notice.clock_at, began_at=notice.clock_at, due_at=notice.due_at)
        return clock_face(term, now, language)
    return clock_face(Term(length=now - now, began_at=now), now, language)


def item_face(clock: ItemClock, now: datetime, language: Language) -> ClockFace:
    """How the clock of one item stands; one that has not started has no deadline yet."""
    return clock_face(_term(clock), now, language)


def has_clock(face: ClockFace) -> bool:
    """Whether there is a deadline to show, or was one."""
    return face.kind is not ClockKind.NONE


def _term(clock: ItemClock) -> Term:
    began_at = clock.started_at or clock.sent_at
    deadline = clock.deadline
    ended_at = clock.gone_at if clock.ended_at is not None else None
    return Term(
        length=(deadline or began_at) - began_at,
        began_at=began_at,
        due_at=deadline,
        ended_at=ended_at or clock.ended_at,
        was_late=deadline is not None and (ended_at or clock.ended_at or began_at) >= deadline,
    )
