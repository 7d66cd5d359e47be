"""Terms and calendars: what must happen by when, as data with its source."""

from schoon.norms.clocks import Reading, TakedownClock
from schoon.norms.law import LAW_PROFILES, Act, ClockStart, LawProfile, Rung, Step
from schoon.norms.rules import after_working_days, dutch_holidays, is_working_day
from schoon.norms.types import LIST_AGE_LIMIT, MEMBER_AGREEMENT, AgreementTerms, Term

__all__ = [
    "LAW_PROFILES",
    "LIST_AGE_LIMIT",
    "MEMBER_AGREEMENT",
    "Act",
    "AgreementTerms",
    "ClockStart",
    "LawProfile",
    "Reading",
    "Rung",
    "Step",
    "TakedownClock",
    "Term",
    "after_working_days",
    "dutch_holidays",
    "is_working_day",
]
