"""What the journal's page shows."""

from dataclasses import dataclass
from typing import ClassVar

from schoon.web._chrome import Chrome
from schoon.web.desk._pages import Place
from schoon.web.journal._words import JournalWords
from schoon.web.rules import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event.

    Attributes:
        when: When it happened.
        action: What, as the journal has it.
        actor: Who; a person by name.
        actor_href: Everything that one did.
        subject: To what.
        subject_href: Everything that was done to it.
        open_href: Its own page; None where it has none.
        detail: Names and values.
    """

    when: Moment
    action: str
    actor: str
    actor_href: str
    subject: str
    subject_href: str
    open_href: str | None
    detail: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPage:
    """A page of the journal.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        places: The line of places.
        subject: What is asked for, or empty.
        actor: Who is asked for, or empty.
        rows: The events, the newest first.
        csv_href: The same as CSV.
        first_href: The newest, or None there.
        next_href: Older ones, or None on the last page.
    """

    template: ClassVar[str] = "desk_journal.html"
    chrome: Chrome
    words: JournalWords
    places: tuple[Place, ...]
    subject: str
    actor: str
    rows: tuple[EventRow, ...]
    csv_href: str
    first_href: str | None
    next_href: str | None
