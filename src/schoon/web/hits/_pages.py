"""What each page of the hits shows: one frozen dataclass a template."""

from dataclasses import dataclass
from typing import ClassVar

from schoon.web._chrome import Chrome
from schoon.web.hits._hit_words import HitWords
from schoon.web.hits._markdown import Block
from schoon.web.hits._terms import Explained
from schoon.web.hits._words import DisputeWords, ListWords, StatementWords
from schoon.web.rules import ClockFace, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One way to look at the hits.

    Attributes:
        label: Its name.
        count: How many hits it shows, as the language writes numbers.
        href: Its address.
        current: Whether it is the one shown.
        urgent: Whether it needs attention: there are overdue hits in it.
    """

    label: str
    count: str
    href: str
    current: bool
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRow:
    """One hit of the list.

    Attributes:
        hit_id: Its whole name; the value of its box.
        short_id: The beginning of its name, enough to tell it from others on a page.
        href: Its page.
        state: Where it stands.
        state_class: Class of the state's mark.
        clock: Its deadline.
        proof: How much the match proves.
        category: What the entry is said to be.
        supplier: Who put the entry on the list.
        sightings: How many times it was seen, as the language writes numbers.
        opened: When it was first seen.
        selectable: Whether it can be marked as removed or quarantined.
    """

    hit_id: str
    short_id: str
    href: str
    state: Explained
    state_class: str
    clock: ClockFace
    proof: Explained
    category: Explained
    supplier: Explained
    sightings: str
    opened: Moment
    selectable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HitsPage:
    """The list of hits.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        caption: What the table shows, for who cannot see its place.
        filters: Every way to look at the hits.
        shown: Name of the filter shown, carried by the form.
        rows: The hits of this page.
        selectable: Whether any of them can be marked.
        first_href: The first page, or None on it.
        next_href: The next page, or None on the last.
        csv_href: All hits of this filter as CSV.
        empty: What is said when there are none.
        terms: The words of the table with their meaning.
    """

    template: ClassVar[str] = "hits.html"
    chrome: Chrome
    words: ListWords
    caption: str
    filters: tuple[Filter, ...]
    shown: str
    rows: tuple[HitRow, ...]
    selectable: bool
    first_href: str | None
    next_href: str | None
    csv_href: str
    empty: Explained
    terms: tuple[Explained, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """The step before several hits are marked: exactly what will be recorded.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        statement: What the member says by it.
        go: The button.
        action: The action's name, carried by the form.
        shown: The filter to come back to, carried by the form.
        hit_ids: The hits.
        back_href: Where to go to change nothing.
    """

    template: ClassVar[str] = "hits_check.html"
    chrome: Chrome
    words: ListWords
    statement: str
    go: str
    action: str
    shown: str
    hit_ids: tuple[str, ...]
    back_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One file of a hit.

    Attributes:
        ref: The member's own reference.
        first: When it was first seen.
        last: When it was last seen.
        times: How many times, as the language writes numbers.
    """

    ref: str
    first: Moment
    last: Moment
    times: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a hit.

    Attributes:
        what: What happened.
        when: At which moment.
        by: Who did it, or empty.
        note: What was said with it, word for word, or empty.
        tone: Class of its mark.
    """

    what: str
    when: Moment
    by: str
    note: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One action that the member can report.

    Attributes:
        action: Its name, carried by the form.
        label: The button.
        main: Whether it is the one to be expected.
    """

    action: str
    label: str
    main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeForm:
    """Where a hit can be disputed.

    Attributes:
        words: The texts.
        href: Where the form goes.
        steps: What happens after it was sent.
        reason: What was written before, or empty.
        fault: What is wrong with that, or empty.
    """

    words: DisputeWords
    href: str
    steps: tuple[str, ...]
    reason: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPart:
    """The statement of reasons, as far as it can be had.

    Attributes:
        words: The texts.
        href: Its page; None when it cannot be had now.
        why_not: Why it cannot be had now; empty when it can.
    """

    words: StatementWords
    href: str | None
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HitPage:
    """One hit.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        name: "Hit" and its whole name.
        finding: What was found, as a sentence: the title.
        state: Where it stands.
        state_class: Class of the state's mark.
        clock: Its deadline.
        term: Where the deadline comes from; empty without one.
        todo: What the member has to do.
        actions_href: Where the form of actions goes.
        choices: The actions that the member can report.
        restore: Whether the file may be put back.
        proof: What the match proves.
        band: How near a perceptual match lies; empty for others.
        unproven: That a review hit is not proven, and why; empty for others.
        again: That an earlier hit on the entry had been closed; empty otherwise.
        hash_kind: The kind of hash that matched.
        category: What the entry is said to be.
        supplier: Who put the entry on the list.
        list_version: The version of the list that matched.
        opened: When it was first seen.
        last_seen: When it was last seen.
        files: The member's files, newest first.
        files_note: That there are more, or that there are none; empty otherwise.
        files_csv: The same as CSV.
        events: What happened, oldest first.
        events_csv: The same as CSV.
        answer_due: By when an open dispute is answered, or None.
        dispute: Where it can be disputed, or None.
        statement: The statement of reasons, or None where none is due.
    """

    template: ClassVar[str] = "hit.html"
    chrome: Chrome
    words: HitWords
    name: str
    finding: str
    state: Explained
    state_class: str
    clock: ClockFace
    term: str
    todo: str
    actions_href: str
    choices: tuple[Choice, ...]
    restore: bool
    proof: Explained
    band: str
    unproven: str
    again: str
    hash_kind: str
    category: Explained
    supplier: Explained
    list_version: str
    opened: Moment
    last_seen: Moment
    files: tuple[FileRow, ...]
    files_note: str
    files_csv: str
    events: tuple[Event, ...]
    events_csv: str
    answer_due: Moment | None
    dispute: DisputeForm | None
    statement: StatementPart | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputePage:
    """The step before a dispute is sent: exactly what will be sent.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        hit_id: The hit.
        reason: The reasons, word for word.
        steps: What happens after it was sent.
        href: Where the form goes.
    """

    template: ClassVar[str] = "dispute_check.html"
    chrome: Chrome
    words: DisputeWords
    hit_id: str
    reason: str
    steps: tuple[str, ...]
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPage:
    """The statement of reasons, to read, print or download.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        blocks: The statement.
        text_language: Its language.
        languages: The languages it can be had in: name, address, whether it is the one shown.
        download_href: The same as a text file.
        back_href: The hit.
    """

    template: ClassVar[str] = "statement.html"
    chrome: Chrome
    words: StatementWords
    blocks: tuple[Block, ...]
    text_language: str
    languages: tuple[tuple[str, str, bool], ...]
    download_href: str
    back_href: str
