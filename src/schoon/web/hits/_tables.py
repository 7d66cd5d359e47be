"""The hits' tables as CSV: the service's own words, times in UTC, for a machine or a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime

from starlette.responses import Response

from schoon.hits import Hit, HitDetails, NoSuchHitError, Wanted
from schoon.kinds import HitId
from schoon.web._csv import csv_answer
from schoon.web._guard import missing
from schoon.web._visit import Site, Visit
from schoon.web.hits._present import SHELVES

_AT_ONCE = 500
_HIT_COLUMNS = (
    "hit", "state", "verdict", "strength", "kind", "band", "category", "supplier_class", "list_version", "sightings",
    "opened_at", "last_seen_at", "due_at", "overdue", "acted_at", "closed_at",
)  # fmt: skip


def hits_csv(site: Site, visit: Visit) -> Response:
    """Every hit of one filter."""
    shown = visit.request.query_params.get("state", "")
    shown = shown if shown in SHELVES else next(iter(SHELVES))
    return csv_answer(f"hits-{shown}.csv", _hit_rows(site, visit, shown))


def files_csv(site: Site, visit: Visit) -> Response:
    """The files of one hit, the newest hundred."""
    try:
        details = _details(site, visit)
    except NoSuchHitError:
        return missing(site, visit)
    rows = [(f.file_ref, _utc(f.first_seen_at), _utc(f.last_seen_at), f.count) for f in details.files]
    return csv_answer(f"{details.hit.hit_id}-files.csv", [("ref", "first_seen_at", "last_seen_at", "times"), *rows])


def history_csv(site: Site, visit: Visit) -> Response:
    """What was done on one hit, with the answers to disputes."""
    try:
        details = _details(site, visit)
    except NoSuchHitError:
        return missing(site, visit)
    events = [(taken.at, taken.action.value, taken.actor, taken.note) for taken in details.actions]
    events += [(d.answered_at, d.outcome.value, "", d.answer) for d in details.disputes if d.answered_at and d.outcome]
    rows = [(_utc(at), what, by, note) for at, what, by, note in sorted(events, key=lambda event: event[0])]
    return csv_answer(f"{details.hit.hit_id}-history.csv", [("at", "what", "by", "note"), *rows])


def _hit_rows(site: Site, visit: Visit, shown: str) -> Iterator[tuple[object, ...]]:
    yield _HIT_COLUMNS
    after: HitId | None = None
    while True:
        wanted = Wanted(now=visit.now, shelf=SHELVES[shown], after=after, limit=_AT_ONCE)
        hits = site.rooms.hits.list_hits(visit.member.member_id, wanted)
        yield from (_hit_cells(hit, visit.now) for hit in hits)
        if len(hits) < _AT_ONCE:
            return
        after = hits[-1].hit_id


def _hit_cells(hit: Hit, now: datetime) -> tuple[object, ...]:
    return (
        hit.hit_id, hit.state, hit.verdict, hit.strength, hit.kind, hit.band, hit.category, hit.supplier_class,
        hit.list_version, hit.sightings, _utc(hit.opened_at), _utc(hit.last_seen_at), _utc(hit.due_at),
        "yes" if hit.is_overdue(now) else "no", _utc(hit.acted_at), _utc(hit.closed_at),
    )  # fmt: skip


def _details(site: Site, visit: Visit) -> HitDetails:
    return site.rooms.hits.hit(HitId(visit.request.path_params["hit_id"]), member_id=visit.member.member_id)


def _utc(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
