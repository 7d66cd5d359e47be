"""What a person at a hoster reads: the subject and the text of a notice.

Addresses come from offenders, names from registries. A text takes from outside only what its type keeps to one line: an
escaped ASCII address, IP addresses, numbers, times. Names of organisations are not in it.
"""

import textwrap
from dataclasses import dataclass, field
from datetime import datetime

from schoon.notices._message_types import HosterNotice, NoticeLine, NoticeSender
from schoon.notices._words import WORDS, Words
from schoon.notices.rules import PAGE_TERM

_WIDTH = 76


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Subject and text, lines ended by a line feed."""

    subject: str
    text: str = field(repr=False)


def letter_of(notice: HosterNotice, sender: NoticeSender, *, attached: int) -> Letter:
    """The letter in the hoster's language; the same for the same notice.

    Args:
        notice: What it says.
        sender: Who says it.
        attached: How many machine-readable reports go with it.
    """
    words = WORDS[notice.language]
    count = len(notice.lines)
    counted = words.one_address if count == 1 else words.more_addresses.format(count=count)
    parts = [
        _wrapped(words.to),
        _asked(notice, words, sender),
        f"{words.addresses}\n\n" + "\n\n".join(_line(place, one, words) for place, one in enumerate(notice.lines, 1)),
        *([_wrapped(words.attached)] if attached else []),
        _wrapped(words.good_faith),
        _wrapped(words.term.format(hours=_hours(notice), profile=notice.profile_id)),
        _wrapped(words.closing.format(hotline=sender.organisation, email=sender.email, notice=notice.notice_id)),
    ]
    subject = words.subject[notice.kind].format(count=counted, notice=notice.notice_id)
    return Letter(subject=subject, text="\n\n".join(parts) + "\n")


def _asked(notice: HosterNotice, words: Words, sender: NoticeSender) -> str:
    until = f"{notice.closed_at + PAGE_TERM:%Y-%m-%d}"
    steps = [words.out_of_reach]
    if any(line.preserve for line in notice.lines):
        steps.append(words.preserve)
    steps.append(words.answer.format(until=until))
    request = words.request[notice.kind].format(hotline=sender.organisation, hours=_hours(notice))
    return "\n\n".join(
        [
            _wrapped(request),
            _wrapped(words.judged),
            *([_wrapped(words.police)] if any(line.police_backed for line in notice.lines) else []),
            words.asked,
            *(_wrapped(step, first=f"{place}. ") for place, step in enumerate(steps, 1)),
            f"{words.page}: {notice.page}",
        ]
    )


def _line(place: int, line: NoticeLine, words: Words) -> str:
    facts = [
        *([words.at.format(addresses=", ".join(line.addresses))] if line.addresses else []),
        *([words.network.format(asn=line.asn)] if line.asn is not None else []),
        words.baseline if line.baseline else words.national,
        words.known if line.known_hash else words.judged_by_person,
        words.reported.format(moment=_moment(line.reported_at)),
        *([words.noticed.format(moment=_moment(line.first_noticed_at))] if line.first_noticed_at else []),
        *([words.with_police] if line.police_backed else []),
        *([words.keep] if line.preserve else []),
        f"item {line.item_id}",
    ]
    return f"{place}. {line.url}\n" + _wrapped("; ".join(facts), first="   ")


def _wrapped(text: str, *, first: str = "") -> str:
    indent = " " * len(first)
    return textwrap.fill(
        text, _WIDTH, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _hours(notice: HosterNotice) -> int:
    return int(notice.term.total_seconds() // 3600)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
