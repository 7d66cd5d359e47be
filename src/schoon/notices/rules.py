"""Who is to be told of an item, when a message is tried again, how long a link holds. Time is an argument."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from schoon.hits import Language
from schoon.hosting import Contact, HostingChain, Outcome, Source, Where
from schoon.notices.types import ChannelKind, Hoster, Unreached, is_mail_address
from schoon.reports import TargetUrlError, canonical_host

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

MOST_MOVES = 2
"""How often in a day an item is taken off a notice because a fresh trace names another hoster. Addresses that change
faster than notices close would never be told of: after this the notice goes to whom it is for."""

BOUNCE_TERM = timedelta(hours=24)
"""After this a bouncing contact is tried again, when the chain has no other."""

GONE_TERM = timedelta(hours=1)
"""A name that is gone now and was gone so long before is believed to be gone."""

_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120))
_LOOKS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240, 360))

GIVE_WAY = timedelta(hours=4)
"""Without an end for this long, the next contact of the chain gets the notice too."""

GIVE_UP = timedelta(days=5)
"""After this a message is not tried any more. Source: RFC 5321, section 4.5.4.1."""

OUR_FAULT = timedelta(minutes=1)
"""How long a message waits that our own side could not hand over."""


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts, at least one: soon at first, for servers that refuse a stranger once."""
    return _DELAYS[min(attempts, len(_DELAYS)) - 1]


def look_after(tries: int, reason: Unreached) -> timedelta:
    """How long until an item is traced again that nobody could be told of, after so many tries in a row."""
    if reason is Unreached.GONE:
        return GONE_TERM
    return _LOOKS[min(tries, len(_LOOKS)) - 1]


def is_usable(hoster: Hoster, now: datetime) -> bool:
    """Whether a notice may go there: its contact works, or has had a day to be mended."""
    return hoster.bounced_at is None or now >= hoster.bounced_at + BOUNCE_TERM


@lru_cache(maxsize=10_000)  # a country has some hundreds of hosters, and each is named by every trace
def mail_address_of(text: str) -> str | None:
    """The address in the form in which mail goes there, its domain in ASCII; None where mail cannot go."""
    person, _, domain = text.strip().rpartition("@")
    try:
        address = f"{person}@{canonical_host(domain)}"
    except TargetUrlError:
        return None
    return address if is_mail_address(address) else None


def hoster_key(email: str) -> str:
    """By what two addresses are one hoster's: casefolded, the domain in ASCII."""
    return (mail_address_of(email) or email).casefold()


def language_for(country: str) -> Language:
    """In which language a hoster in that country is written to until somebody says otherwise."""
    return Language.DUTCH if country == "NL" else Language.ENGLISH


def channel_for(hoster: Hoster, refused: Collection[ChannelKind]) -> ChannelKind | None:
    """By which channel a notice goes: the hoster's own, else mail; None when both refused it."""
    for channel in (hoster.channel, ChannelKind.MAIL):
        if channel not in refused:
            return channel
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """What a trace says about who is to be told.

    Attributes:
        told: To whom notices go, the best first; addresses that do not work are left out.
        named: The keys of everybody whom the trace names, whether their mail works or not.
        where: Whether the hosting is ours.
        unreached: Why there is nobody to tell; None when there is.
        hides: A name that hides where it is hosted, by design.
    """

    told: tuple[Contact, ...] = ()
    named: frozenset[str] = field(default=frozenset(), repr=False)
    where: Where = Where.UNKNOWN
    unreached: Unreached | None = None
    hides: bool = False


def attribution_of(chain: HostingChain | None, unusable: Collection[str]) -> Attribution:
    """Whom to tell, by a trace. A contact that a rule names is told whatever the DNS says.

    Args:
        chain: None when no trace could be made.
        unusable: Keys of hosters to whom nothing goes now.
    """
    if chain is None:
        return Attribution(unreached=Unreached.UNRESOLVED)
    named = frozenset(hoster_key(one.email) for one in chain.notice_to)
    by_rule = any(one.source is Source.RULE for one in chain.notice_to)
    emails = {one.email for one in chain.contacts if one.email}
    dead = {email for email in emails if mail_address_of(email) is None}
    bouncing = {email for email in emails if hoster_key(email) in unusable}
    told = chain.notice_to_but({email.casefold() for email in dead | bouncing})
    if chain.outcome in {Outcome.NO_SUCH_NAME, Outcome.NO_ADDRESS, Outcome.SPECIAL} and not by_rule:
        return Attribution(named=named, unreached=Unreached.GONE)
    if chain.outcome is Outcome.UNRESOLVED and not told:
        return Attribution(named=named, unreached=Unreached.UNRESOLVED)
    if chain.residence.where is Where.ABROAD:
        return Attribution(named=named, where=Where.ABROAD)
    if told:
        return Attribution(told=told, named=named, where=chain.residence.where)
    if chain.outcome is Outcome.UNTRACEABLE:
        return Attribution(named=named, unreached=Unreached.NOBODY, hides=True)
    return Attribution(named=named, unreached=Unreached.BOUNCING if bouncing - dead else Unreached.NOBODY)
