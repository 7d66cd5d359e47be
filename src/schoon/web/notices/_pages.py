"""What the desk's pages of notices, clocks and disputes show."""

from dataclasses import dataclass
from typing import ClassVar

from schoon.web._chrome import Chrome
from schoon.web._figures import FigureFact, Part
from schoon.web.desk._pages import Event, Fact, Filter, Place
from schoon.web.notices._words import DisputeWords, HostersWords, MovedWords, NoticeWords, TimeRunsWords
from schoon.web.rules import ClockFace, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One notice of the table.

    Attributes:
        notice_id: Its whole name.
        short_id: The beginning of it.
        href: Its page.
        hoster: Who gets it.
        kind: First, or again.
        items: How many items.
        delivery: How far it came, in words.
        delivery_class: Class of the mark.
        clock: The time that is left; None while none runs.
        since: When it was opened.
    """

    notice_id: str
    short_id: str
    href: str
    hoster: str
    kind: str
    items: str
    delivery: str
    delivery_class: str
    clock: ClockFace | None
    since: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPage:
    """The notices, by how far they came.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        places: The line of places.
        title: The heading.
        filters: Every way to look.
        rows: The notices of this page.
        first_href: The first page, or None on it.
        next_href: The next page, or None on the last.
        may_send: Whether notices can be sent at all.
    """

    template: ClassVar[str] = "desk_notices.html"
    chrome: Chrome
    words: NoticeWords
    places: tuple[Place, ...]
    title: str
    filters: tuple[Filter, ...]
    rows: tuple[NoticeRow, ...]
    first_href: str | None
    next_href: str | None
    may_send: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredItem:
    """One item of a notice with what the hoster said.

    Attributes:
        short_id: The beginning of its name.
        href: Its page.
        answer: In words.
        text: What was said with it, or empty.
        gone: Since when it is out of reach, or None.
    """

    short_id: str
    href: str
    answer: str
    text: str
    gone: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One part of a mail beside its letter.

    Attributes:
        name: Of the file, or its kind.
        text: What it holds.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """One notice at the desk.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        places: The line of places.
        notice_id: Its name.
        hoster: Who gets it.
        row: The same as in the table.
        facts: What is known of it.
        times: When what happened to it.
        text_title: Whether the text was sent, or will be.
        text_hint: What may still change in it, or why there is none.
        subject: Of the mail, or empty.
        text: What is sent, or empty.
        attached: What goes with it.
        attached_note: That more goes with it, or empty.
        deliveries: Every message to a contact.
        returns: What came back.
        items: The first of its items with their answers.
        items_note: That there are more, or empty.
        send_href: Where it is sent now; None when it is out of our hands.
    """

    template: ClassVar[str] = "desk_notice.html"
    chrome: Chrome
    words: NoticeWords
    places: tuple[Place, ...]
    notice_id: str
    hoster: str
    row: NoticeRow
    facts: tuple[Fact, ...]
    times: tuple[Event, ...]
    text_title: str
    text_hint: str
    subject: str
    text: str
    attached: tuple[Attachment, ...]
    attached_note: str
    deliveries: tuple[Event, ...]
    returns: tuple[Event, ...]
    items: tuple[AnsweredItem, ...]
    items_note: str
    send_href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPage:
    """What follows when a notice is sent now, before it is.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        what: What the hoster is asked, and that it cannot be taken back.
        facts: To whom and how.
        href: Where the form goes.
        back_href: The notice.
    """

    template: ClassVar[str] = "desk_send.html"
    chrome: Chrome
    words: NoticeWords
    what: str
    facts: tuple[Fact, ...]
    href: str
    back_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """One clock of the table.

    Attributes:
        short_id: The beginning of the item's name.
        item_href: The item.
        hoster: Whose time runs.
        notice: The beginning of the notice's name.
        notice_href: The notice.
        clock: How it stands.
        step: The last step taken.
        marks: What holds its steps up.
    """

    short_id: str
    item_href: str
    hoster: str
    notice: str
    notice_href: str
    clock: ClockFace
    step: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksPage:
    """The clocks, the first deadline first.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        places: The line of places.
        title: The heading.
        filters: Every way to look.
        rows: The clocks of this page.
        first_href: The first page, or None on it.
        next_href: The next page, or None on the last.
    """

    template: ClassVar[str] = "desk_clocks.html"
    chrome: Chrome
    words: TimeRunsWords
    places: tuple[Place, ...]
    title: str
    filters: tuple[Filter, ...]
    rows: tuple[ClockRow, ...]
    first_href: str | None
    next_href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeForm:
    """One dispute that waits for an answer.

    Attributes:
        number: Its number.
        heading: The same in words.
        item: The item.
        notice: The notice.
        text: What the hoster says.
        came: When it came in.
        href: Where the form goes.
        upheld: What was chosen: "yes", "no" or empty.
        reason: What was given as reason.
        fault: What is wrong with that, or empty.
    """

    number: str
    heading: str
    item: Fact
    notice: Fact
    text: str
    came: Moment
    href: str
    upheld: str
    reason: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputesPage:
    """The disputes that wait, the oldest first.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        places: The line of places.
        disputes: Each with its form.
        may_answer: Whether this person answers them.
    """

    template: ClassVar[str] = "desk_disputes.html"
    chrome: Chrome
    words: DisputeWords
    places: tuple[Place, ...]
    disputes: tuple[DisputeForm, ...]
    may_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HosterRow:
    """Who gets notices.

    Attributes:
        name: Its organisation, or its address.
        country: Where it is.
        href: Its notices.
        contact: Where they go.
        channel: How.
        account: The organisation that answers for it, or empty.
        compared: How its own list stands beside ours, or empty.
        known: Since when it is known.
        standing: Whether its contact works, in words.
        standing_class: Class of the mark.
    """

    name: str
    country: str
    href: str
    contact: str
    channel: str
    account: str
    compared: str
    known: Moment
    standing: str
    standing_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedRow:
    """One item that another hoster has now."""

    short_id: str
    item_href: str
    before: str
    now: str
    short_notice: str
    notice_href: str
    because: str
    when: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedPage:
    """Items that another hoster has now.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        places: The line of places.
        rows: The moves, the newest first.
        first_href: Of the newest; None on the first page.
        next_href: Of older ones; None on the last page.
    """

    template: ClassVar[str] = "desk_moved.html"
    chrome: Chrome
    words: MovedWords
    places: tuple[Place, ...]
    rows: tuple[MovedRow, ...]
    first_href: str | None
    next_href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresRow:
    """What became of one hoster's addresses.

    Attributes:
        name: Its organisation, or its address.
        href: Its notices.
        counted: How many addresses.
        bar: They, to scale.
        shares: How many of each kind, with its share.
        median: Of the time until out of reach.
    """

    name: str
    href: str
    counted: str
    bar: tuple[Part, ...]
    shares: tuple[FigureFact, ...]
    median: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresTable:
    """What became of addresses, by hoster.

    Attributes:
        finding: Who lags, in a sentence.
        counted: The name of a row's count.
        heads: The names of a row's shares, each with the class of its mark.
        median: The name of a row's median.
        rows: Where most are still there after the term, first.
        how: What is counted, and how many of the hosters are shown.
    """

    finding: str
    counted: str
    heads: tuple[tuple[str, str], ...]
    median: str
    rows: tuple[FiguresRow, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostersPage:
    """Everybody who gets notices.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        places: The line of places.
        became: What became of addresses; None when none was in a notice.
        rows: The hosters; those that need somebody to look first.
    """

    template: ClassVar[str] = "desk_hosters.html"
    chrome: Chrome
    words: HostersWords
    places: tuple[Place, ...]
    became: FiguresTable | None
    rows: tuple[HosterRow, ...]
