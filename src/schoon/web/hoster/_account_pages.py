"""What the pages for an account of a hoster show."""

from dataclasses import dataclass
from typing import ClassVar

from schoon.web._chrome import Chrome
from schoon.web._figures import FigureFact, Part
from schoon.web.desk._pages import Fact, Filter
from schoon.web.hoster._account_words import AccountWords, CompareWords
from schoon.web.notices._pages import NoticeRow
from schoon.web.rules import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """The notices to one hoster, with its own figures.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        title: The heading.
        hosters: Every contact of the organisation, when there are several.
        rows: The notices of this page, the newest first.
        figures: Names and values.
        bar: The same, drawn.
        csv_href: The list as CSV; None without a hoster.
        first_href: The first page, or None on it.
        next_href: The next page, or None on the last.
    """

    template: ClassVar[str] = "hoster.html"
    chrome: Chrome
    words: AccountWords
    title: str
    hosters: tuple[Filter, ...]
    rows: tuple[NoticeRow, ...]
    figures: tuple[FigureFact, ...]
    bar: tuple[Part, ...]
    csv_href: str | None
    first_href: str | None
    next_href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """One notice in both lists, or in one of them.

    Attributes:
        standing: In words.
        notice: The beginning of its name; empty where there is none.
        href: Its page, or None.
        rows: Which rows of the hoster's list, or that it is on none.
        sent: When it was sent, or None.
        received: When the hoster says that it came, or None.
    """

    standing: str
    notice: str
    href: str | None
    rows: str
    sent: Moment | None
    received: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """Two lists of notices, side by side.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        fault: Why a file was not taken, or empty.
        last: Of when the list is that is shown; empty without one.
        counts: How many there are of each standing.
        rows: The first of them.
        note: That there are more, or empty.
    """

    template: ClassVar[str] = "hoster_compare.html"
    chrome: Chrome
    words: CompareWords
    fault: str
    last: str
    counts: tuple[Fact, ...]
    rows: tuple[ComparedRow, ...]
    note: str
