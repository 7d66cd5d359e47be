"""Terms and calendars: what must happen by when, as data with its source."""

from schoon.norms.rules import after_working_days, dutch_holidays, is_working_day
from schoon.norms.types import LIST_AGE_LIMIT, MEMBER_AGREEMENT, AgreementTerms, Term

__all__ = [
    "LIST_AGE_LIMIT",
    "MEMBER_AGREEMENT",
    "AgreementTerms",
    "Term",
    "after_working_days",
    "dutch_holidays",
    "is_working_day",
]
