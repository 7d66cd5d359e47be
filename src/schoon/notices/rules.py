"""When a message is tried again, which contact may be used, how long a link holds. Time is an argument."""

from datetime import datetime, timedelta

from schoon.notices.types import Hoster

WINDOW = timedelta(hours=1)
"""How long items are gathered for one hoster before the first notice goes out; a setting."""

PAGE_TERM = timedelta(days=90)
"""How long the link in a message opens its page: past the last look for material that came back (30 days), with room
for a hoster that answers late."""

MOST_ITEMS = 1_000
"""On one message. With machine-readable parts an item takes about 2 kB of mail: this stays under the 10 MB that mail
servers take by common default; what is over goes into the next message, at once."""

MOST_RESELLERS = 10
"""To which one notice may be passed on by link."""

BOUNCE_TERM = timedelta(hours=24)
"""After this a bouncing contact is tried again, when the chain has no other."""

_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120))
GIVE_WAY = timedelta(hours=4)
"""Without an end for this long, the next contact of the chain gets the notice too."""

GIVE_UP = timedelta(days=5)
"""After this a message is not tried any more. Source: RFC 5321, section 4.5.4.1."""


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts, at least one: soon at first, for servers that refuse a stranger once."""
    return _DELAYS[min(attempts, len(_DELAYS)) - 1]


def is_usable(hoster: Hoster, now: datetime) -> bool:
    """Whether a notice may go there: its contact works, or has had a day to be mended."""
    return hoster.bounced_at is None or now >= hoster.bounced_at + BOUNCE_TERM
