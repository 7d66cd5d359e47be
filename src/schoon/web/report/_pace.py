"""What tells a person from a program without asking a third party: the pace, and a field that nobody sees."""

from datetime import UTC, datetime, timedelta

from schoon.web._session import Seal, new_nonce

QUICKEST = timedelta(seconds=3)
"""Nobody reads and fills in the form faster."""

LONGEST_OPEN = timedelta(days=1)
"""A form that was shown longer ago is shown again."""

_PURPOSE = "report-pace"


def pace_mark(seal: Seal, now: datetime) -> str:
    """The hidden value of a form that is shown now; no other form has the same."""
    return seal.sign(_PURPOSE, f"{int(now.timestamp())}|{new_nonce()}")


def shown_at(seal: Seal, mark: str) -> datetime | None:
    """When the form with that value was shown; None when it was not made here."""
    body = seal.read(_PURPOSE, mark)
    return None if body is None else datetime.fromtimestamp(int(body.partition("|")[0]), UTC)
