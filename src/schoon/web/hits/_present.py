"""From the hits' own types to what the list shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schoon.check import Verdict
from schoon.hits import Action, Hit, HitState, Shelf
from schoon.web._chrome import Chrome
from schoon.web._i18n import Language
from schoon.web.hits._pages import Filter, HitRow, HitsPage
from schoon.web.hits._terms import Explained, all_terms, category_words, state_of, strength_words, supplier_words
from schoon.web.hits._words import ListWords
from schoon.web.rules import ClockFace, Term, clock_face, moment, number

SHELVES: dict[str, Shelf] = {
    "open": Shelf.OPEN,
    "overdue": Shelf.OVERDUE,
    "disputed": Shelf.DISPUTED,
    "acted": Shelf.ACTED,
    "restore": Shelf.RESTORE,
    "review": Shelf.REVIEW,
    "all": Shelf.ALL,
}
"""Name in the address bar (and of its word in `ListWords`) → what the service calls it. The first is the default."""

_SHORT = 9
_QUIET_STATES = {HitState.REMOVED, HitState.QUARANTINED, HitState.RESTORED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the list shows, before it is put in words.

    Attributes:
        shown: Name of the filter.
        hits: Those of this page.
        counts: How many hits each filter shows.
        after: The hit that this page starts after; empty for the first page.
        more: Whether there is another page.
    """

    shown: str
    hits: Sequence[Hit]
    counts: Mapping[Shelf, int]
    after: str
    more: bool


def hits_page(listing: Listing, term: timedelta, *, chrome: Chrome, now: datetime) -> HitsPage:
    """The list of hits as it is shown; `term` is the member's for a hit."""
    language = chrome.language
    said = ListWords(language)
    shown, hits = listing.shown, listing.hits
    rows = tuple(hit_row(hit, term, now, language) for hit in hits)
    here = f"/hits?state={shown}"
    return HitsPage(
        chrome=chrome,
        words=said,
        caption=said.caption.format(filter=getattr(said, shown)),
        filters=_filters(shown, listing.counts, said),
        shown=shown,
        rows=rows,
        selectable=any(row.selectable for row in rows),
        first_href=here if listing.after else None,
        next_href=f"{here}&after={hits[-1].hit_id}" if listing.more else None,
        csv_href=f"/hits.csv?state={shown}",
        empty=_empty(shown, said),
        terms=all_terms(language),
    )


def hit_row(hit: Hit, term: timedelta, now: datetime, language: Language) -> HitRow:
    """One hit as a row of the list."""
    return HitRow(
        hit_id=hit.hit_id,
        short_id=hit.hit_id[:_SHORT],
        href=f"/hits/{hit.hit_id}",
        state=state_of(hit, language),
        state_class=state_class(hit),
        clock=clock_of(hit, term, now, language),
        proof=strength_words(hit.strength, language),
        category=category_words(hit.category, language),
        supplier=supplier_words(hit.supplier_class, language),
        sightings=number(hit.sightings, language),
        opened=moment(hit.opened_at, now, language),
        selectable=can_be_marked(hit),
    )


def clock_of(hit: Hit, term: timedelta, now: datetime, language: Language) -> ClockFace:
    """The deadline of a hit; a review hit, and one whose entry left the list before it was acted on, have none."""
    acted_at = hit.acted_at if hit.verdict is Verdict.LISTED and hit.action is not Action.RESTORED else None
    return clock_face(
        Term(
            length=term,
            began_at=hit.opened_at,
            due_at=hit.due_at,
            remaining=hit.remaining,
            ended_at=acted_at,
            was_late=hit.overdue_at is not None,
        ),
        now,
        language,
    )


def state_class(hit: Hit) -> str:
    """The class of a state's mark: what asks for something stands out."""
    if hit.restore_offered:
        return "attention"
    if hit.state in _QUIET_STATES:
        return "good"
    return "plain"


def can_be_marked(hit: Hit) -> bool:
    """Whether saying that its file is removed or in quarantine can do anything."""
    return hit.closed_at is None


def _filters(shown: str, counts: Mapping[Shelf, int], said: ListWords) -> tuple[Filter, ...]:
    return tuple(
        Filter(
            label=getattr(said, name),
            count=number(counts[shelf], said.language),
            href=f"/hits?state={name}",
            current=name == shown,
            urgent=shelf is Shelf.OVERDUE and counts[shelf] > 0,
        )
        for name, shelf in SHELVES.items()
    )


def _empty(shown: str, said: ListWords) -> Explained:
    match shown:
        case "open" | "overdue":
            return Explained(label=said.empty_open, meaning=said.empty_open_what)
        case "all":
            return Explained(label=said.empty_all, meaning=said.empty_all_what)
        case _:
            return Explained(label=said.empty, meaning=said.empty_what)
