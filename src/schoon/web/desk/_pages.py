"""What each page of the desk shows: one frozen dataclass a template."""

from dataclasses import dataclass
from typing import ClassVar

from schoon.web._chrome import Chrome
from schoon.web.desk._words import DeskWords, ItemWords, PoliceWords
from schoon.web.rules import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place of the desk, for the line of places.

    Attributes:
        label: Its name.
        href: Its address.
        key: The letter after g that leads there.
        current: Whether it is the one shown.
    """

    label: str
    href: str
    key: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One way to look at the items.

    Attributes:
        label: Its name.
        count: How many items it shows, as the language writes numbers.
        href: Its address.
        current: Whether it is the one shown.
    """

    label: str
    count: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One item of a table.

    Attributes:
        item_id: Its whole name; the value of its box.
        short_id: The beginning of its name.
        href: Its page.
        address: Where the material is, as text.
        kind: Page, or picture or film.
        state: Where it stands.
        state_class: Class of the state's mark.
        known: What the hash list says.
        reports: How many reports told of it.
        first: When the first came.
        before: Who has it before them, or empty.
    """

    item_id: str
    short_id: str
    href: str
    address: str
    kind: str
    state: str
    state_class: str
    known: str
    reports: str
    first: Moment
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """The items, by where they stand.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        places: The line of places.
        title: The heading.
        filters: Every way to look; empty when a search is shown.
        rows: The items of this page.
        first_href: The first page, or None on it.
        next_href: The next page, or None on the last.
        csv_href: The same as CSV; None for a search.
        query: What was looked for, or None when nothing is to be looked for.
        fault: What is wrong with it, or empty.
    """

    template: ClassVar[str] = "desk_items.html"
    chrome: Chrome
    words: DeskWords
    places: tuple[Place, ...]
    title: str
    filters: tuple[Filter, ...]
    rows: tuple[ItemRow, ...]
    first_href: str | None
    next_href: str | None
    csv_href: str | None
    query: str | None
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One judgement that can be chosen.

    Attributes:
        value: Its name in the form.
        key: The key that chooses it.
        label: Its name.
        meaning: What it means.
    """

    value: str
    key: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another item.

    Attributes:
        label: Its name, shortened.
        href: Its page.
    """

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that is known.

    Attributes:
        name: What.
        value: In words.
        links: Other items that it names.
    """

    name: str
    value: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes:
        what: What.
        when: At which moment.
        by: Who did it.
        note: Why, or empty.
        tone: Class of its mark: good, attention or empty.
    """

    what: str
    when: Moment
    by: str
    note: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One item.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        places: The line of places.
        item_id: Its name.
        kind: Page, or picture or film.
        address: Where the material is, as text, never a link.
        state: Where it stands.
        state_class: Class of the state's mark.
        facts: What is known of it.
        marks: What the police asked, in sentences.
        hosting: Who hosts it; empty when it was not traced.
        notices: The notices that it is on, the newest first.
        send_href: Where the notice it waits on is sent now; None while it waits for none.
        choices: The judgements; empty when it is not to be assessed, or not by this person.
        locked: Whether a colleague has it before them.
        has_viewer: Whether the hotline's viewer is set up.
        fault: What is wrong with what was sent, or empty.
        history: What happened, oldest first.
    """

    template: ClassVar[str] = "desk_item.html"
    chrome: Chrome
    words: ItemWords
    places: tuple[Place, ...]
    item_id: str
    kind: str
    address: str
    state: str
    state_class: str
    facts: tuple[Fact, ...]
    marks: tuple[str, ...]
    hosting: tuple[Fact, ...]
    notices: tuple[Fact, ...]
    send_href: str | None
    choices: tuple[Choice, ...]
    locked: bool
    has_viewer: bool
    fault: str
    history: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that the police can do.

    Attributes:
        value: Its name in the form.
        label: Its name.
    """

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicePage:
    """What was set aside for the police.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        table: The words of the table.
        rows: The items.
        next_href: The next page, or None on the last.
        acts: What can be done with them.
        reason: What was given as reason, when something is wrong with it.
        fault: What that is, or empty.
    """

    template: ClassVar[str] = "police.html"
    chrome: Chrome
    words: PoliceWords
    table: DeskWords
    rows: tuple[ItemRow, ...]
    next_href: str | None
    acts: tuple[Act, ...]
    reason: str
    fault: str
