"""The journal: parse, one service call, build the page, render."""

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from starlette.responses import Response

from schoon.journal import EventsWanted, RecordedEvent
from schoon.web._csv import csv_answer
from schoon.web._visit import Site, Visit
from schoon.web.desk._present import Eyes, places_of
from schoon.web.desk._views import eyes_of
from schoon.web.journal._pages import EventRow, JournalPage
from schoon.web.journal._words import JournalWords
from schoon.web.rules import moment, whole_number

PAGE_SIZE = 100
_IN_CSV = 10_000
_HERE = "/desk/journal"
_LONGEST = 120
_PLACES = {"item": "/desk/items/", "notice": "/desk/notices/"}


def show_journal(site: Site, visit: Visit) -> Response:
    """Events, the newest first; of one subject or one actor."""
    subject, actor = _asked(visit, "subject"), _asked(visit, "actor")
    before = _asked(visit, "before")
    wanted = EventsWanted(
        subject=subject or None,
        actor=actor or None,
        before=whole_number(before, digits=18),
        limit=PAGE_SIZE + 1,
    )
    found = site.rooms.journal.latest(wanted)
    shown, eyes = found[:PAGE_SIZE], eyes_of(visit)
    names = {f"person:{one.person_id}": one.name for one in site.rooms.people.people()}
    narrowed = {name: value for name, value in (("subject", subject), ("actor", actor)) if value}
    page = JournalPage(
        chrome=visit.chrome(site, path=_HERE),
        words=JournalWords(visit.language),
        places=places_of(_HERE, eyes),
        subject=subject,
        actor=actor,
        rows=tuple(_row(one, names, eyes) for one in shown),
        csv_href=_href(f"{_HERE}.csv", narrowed),
        first_href=_href(_HERE, narrowed) if before else None,
        next_href=_href(_HERE, narrowed | {"before": shown[-1].number}) if len(found) > PAGE_SIZE else None,
    )
    return site.renderer.answer(page)


def journal_csv(site: Site, visit: Visit) -> Response:
    """The same as CSV; at most the newest ten thousand."""
    wanted = EventsWanted(subject=_asked(visit, "subject") or None, actor=_asked(visit, "actor") or None, limit=_IN_CSV)
    found = site.rooms.journal.latest(wanted)

    def lines() -> Iterator[tuple[object, ...]]:
        yield "number", "at", "actor", "action", "subject", "detail"
        for one in found:
            event = one.event
            detail = json.dumps(dict(event.detail), ensure_ascii=False, sort_keys=True)
            yield one.number, event.at.isoformat(), event.actor, event.action, event.subject, detail

    return csv_answer("journal.csv", lines())


def _row(one: RecordedEvent, names: Mapping[str, str], eyes: Eyes) -> EventRow:
    event = one.event
    kind, _, name = event.subject.partition(":")
    return EventRow(
        when=moment(event.at, eyes.now, eyes.language),
        action=event.action,
        actor=names.get(event.actor, event.actor),
        actor_href=_href(_HERE, {"actor": event.actor}),
        subject=event.subject,
        subject_href=_href(_HERE, {"subject": event.subject}),
        open_href=_PLACES[kind] + name if kind in _PLACES and name.isalnum() else None,
        detail=tuple((key, str(value)) for key, value in event.detail.items() if value is not None),
    )


def _asked(visit: Visit, name: str) -> str:
    return visit.request.query_params.get(name, "").strip()[:_LONGEST]


def _href(path: str, query: Mapping[str, object]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
