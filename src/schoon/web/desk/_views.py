"""The desk's pages: parse, one service call, build the page, render."""

from collections.abc import Iterator
from dataclasses import replace

from starlette.responses import Response

from schoon.kinds import ItemId
from schoon.notices import NoticesWanted
from schoon.parties import Duty
from schoon.reports import (
    AssessOutcome,
    ExposureReachedError,
    Item,
    ItemLockedError,
    ItemState,
    Judged,
    Judgement,
    NoSuchItemError,
    PoliceAct,
    TargetUrl,
    TargetUrlError,
    Wanted,
)
from schoon.web._chrome import Flash
from schoon.web._csv import csv_answer
from schoon.web._guard import missing
from schoon.web._visit import Site, Visit, see_other
from schoon.web.desk._pages import Act, InboxPage, PolicePage
from schoon.web.desk._present import Eyes, filters_of, item_page, notices_of, places_of, row_of
from schoon.web.desk._words import ACTS, JUDGEMENTS, STATES, DeskWords, ItemWords, PoliceWords

PAGE_SIZE = 50
_CSV_AT_ONCE = 1_000
_NOTICES_SHOWN = 5
_LONGEST = 2_000
_SHORTEST_REASON = 10
_FLASHES = {"counted", "waiting", "disagreed"}


def show_inbox(site: Site, visit: Visit) -> Response:
    """The items that stand in one state, the longest there first."""
    said, eyes = DeskWords(visit.language), eyes_of(visit)
    shown = _state(visit)
    after = visit.request.query_params.get("after", "")
    wanted = Wanted(states=frozenset({shown}), after=ItemId(after) if after else None, limit=PAGE_SIZE + 1)
    items = site.rooms.reports.find(wanted, now=visit.now)
    here = f"/desk?state={shown}"
    label = STATES[shown].in_language(visit.language)
    page = InboxPage(
        chrome=visit.chrome(site, path=here, flash=_flash(visit)),
        words=said,
        places=places_of("/desk", eyes_of(visit)),
        title=said.caption.format(filter=label),
        filters=filters_of(shown, site.rooms.reports.counts(), visit.language),
        rows=tuple(row_of(item, eyes) for item in items[:PAGE_SIZE]),
        first_href=here if after else None,
        next_href=f"{here}&after={items[PAGE_SIZE - 1].item_id}" if len(items) > PAGE_SIZE else None,
        csv_href=f"/desk/items.csv?state={shown}",
        query=None,
        fault="",
    )
    return site.renderer.answer(page)


def items_csv(site: Site, visit: Visit) -> Response:
    """Every item of one state, without its address: a table that leaves the desk lists no material."""
    shown = _state(visit)

    def lines() -> Iterator[tuple[object, ...]]:
        yield "item", "kind", "state", "judgement", "hash_list", "reports", "first_reported_at", "moved_at"
        for item in _every(site, visit, shown):
            judgement, known = item.judgement or "", item.known or ""
            times = item.first_reported_at.isoformat(), item.moved_at.isoformat()
            yield item.item_id, item.kind, item.state, judgement, known, item.reports, *times

    return csv_answer(f"items-{shown}.csv", lines())


def show_item(site: Site, visit: Visit) -> Response:
    """One item; who may assess it has it before them from now on."""
    item_id = item_id_of(visit)
    try:
        state = site.rooms.reports.item(item_id).item.state
    except NoSuchItemError:
        return missing(site, visit)
    if state is ItemState.TO_ASSESS:
        site.rooms.reports.lock([item_id], by=visit.actor, now=visit.now)
    return _item_answer(site, visit, item_id)


def judge_item(site: Site, visit: Visit) -> Response:
    """One judgement, recorded; then the item with what follows from it."""
    item_id, said = item_id_of(visit), ItemWords(visit.language)
    chosen = visit.form.one("judgement")
    if chosen not in set(Judgement):
        return _item_answer(site, visit, item_id, fault=said.choose, status=422)
    judged = Judged(
        item_id=item_id,
        judgement=Judgement(chosen),
        note=visit.form.one("note")[:_LONGEST],
        looked=visit.form.one("looked") == "yes",
    )
    try:
        (outcome,) = site.rooms.reports.assess([judged], by=visit.actor, now=visit.now)
    except ExposureReachedError as error:
        return _item_answer(site, visit, item_id, fault=str(error), status=409)
    if outcome.outcome is AssessOutcome.REFUSED:
        return _item_answer(site, visit, item_id, fault=f"{said.refused} {outcome.detail}", status=409)
    answer = see_other(f"/desk/items/{item_id}")
    site.say_next(answer, visit, f"{outcome.outcome}:{chosen}")
    return answer


def open_viewer(site: Site, visit: Visit) -> Response:
    """The hotline's own viewer, by a link that works once."""
    item_id = item_id_of(visit)
    try:
        viewing = site.rooms.reports.open_viewer(item_id, by=visit.actor, now=visit.now)
    except (ItemLockedError, ExposureReachedError) as error:
        return _item_answer(site, visit, item_id, fault=str(error), status=409)
    except NoSuchItemError:
        return missing(site, visit)
    return see_other(viewing.link)


def search(site: Site, visit: Visit) -> Response:
    """Items by address, host or name."""
    said, eyes = DeskWords(visit.language), eyes_of(visit)
    query = visit.request.query_params.get("q", "").strip()
    fault, items = "", []
    try:
        items = _looked_up(site, visit, query) if query else []
    except TargetUrlError:
        items = []
    if query and not items:
        fault = said.none_found
    page = InboxPage(
        chrome=visit.chrome(site, path="/desk/search"),
        words=said,
        places=places_of("/desk/search", eyes_of(visit)),
        title=said.search,
        filters=(),
        rows=tuple(row_of(item, eyes) for item in items),
        first_href=None,
        next_href=None,
        csv_href=None,
        query=query,
        fault=fault,
    )
    return site.renderer.answer(page)


def show_police(site: Site, visit: Visit) -> Response:
    """What was set aside for the police."""
    return _police_answer(site, visit)


def act_for_police(site: Site, visit: Visit) -> Response:
    """One act on the items selected."""
    said = PoliceWords(visit.language)
    item_ids, reason, act = visit.form.all("item"), visit.form.one("reason"), visit.form.one("act")
    if not item_ids or act not in set(PoliceAct):
        return _police_answer(site, visit, fault=said.nothing, reason=reason)
    if len(reason) < _SHORTEST_REASON:
        return _police_answer(site, visit, fault=said.short, reason=reason)
    site.rooms.reports.police(
        [ItemId(one) for one in item_ids],
        PoliceAct(act),
        police=visit.person.organisation_id,
        by=visit.actor,
        reason=reason[:_LONGEST],
        now=visit.now,
    )
    answer = see_other("/police")
    site.say_next(answer, visit, f"done:{len(item_ids)}")
    return answer


def _police_answer(site: Site, visit: Visit, *, fault: str = "", reason: str = "") -> Response:
    said, eyes = PoliceWords(visit.language), eyes_of(visit)
    after = visit.request.query_params.get("after", "")
    held = Wanted(states=frozenset({ItemState.HELD}), after=ItemId(after) if after else None, limit=PAGE_SIZE + 1)
    items = site.rooms.reports.find(held, now=visit.now)
    kind, _, count = visit.said.partition(":")
    flash = Flash(tone="good", text=said.done.format(count=count)) if kind == "done" else None
    page = PolicePage(
        chrome=visit.chrome(site, path="/police", flash=flash),
        words=said,
        table=DeskWords(visit.language),
        rows=tuple(row_of(item, eyes) for item in items[:PAGE_SIZE]),
        next_href=f"/police?after={items[PAGE_SIZE - 1].item_id}" if len(items) > PAGE_SIZE else None,
        acts=tuple(
            Act(value=act, label=label.in_language(visit.language))
            for act, label in ACTS.items()
            if act is not PoliceAct.HOLD
        ),
        reason=reason,
        fault=fault,
    )
    return site.renderer.answer(page, 422 if fault else 200)


def _item_answer(site: Site, visit: Visit, item_id: ItemId, *, fault: str = "", status: int = 200) -> Response:
    try:
        details = site.rooms.reports.item(item_id)
    except NoSuchItemError:
        return missing(site, visit)
    listed = site.rooms.notices.listed(NoticesWanted(item_id=item_id, limit=_NOTICES_SHOWN))
    page = item_page(
        details,
        site.rooms.hosting.traces(details.item.url.text, until=visit.now),
        eyes_of(visit),
        chrome=visit.chrome(site, path=f"/desk/items/{item_id}", flash=_flash(visit)),
        has_viewer=site.rooms.reports.viewer is not None,
        notices=notices_of(listed, visit.language),
    )
    return site.renderer.answer(replace(page, fault=fault), status)


def _looked_up(site: Site, visit: Visit, query: str) -> list[Item]:
    """Items of that name, of that address, or of that host."""
    reports = site.rooms.reports
    if query.isalnum() and query.isascii() and query.islower():
        try:
            return [reports.item(ItemId(query)).item]
        except NoSuchItemError:
            pass
    if "://" in query:
        wanted = Wanted(url=TargetUrl.parse(query).text, limit=PAGE_SIZE)
    else:
        wanted = Wanted(host=query, newest_first=True, limit=PAGE_SIZE)
    return reports.find(wanted, now=visit.now)


def _every(site: Site, visit: Visit, shown: ItemState) -> Iterator[Item]:
    after: ItemId | None = None
    while True:
        wanted = Wanted(states=frozenset({shown}), after=after, limit=_CSV_AT_ONCE)
        items = site.rooms.reports.find(wanted, now=visit.now)
        yield from items
        if len(items) < _CSV_AT_ONCE:
            return
        after = items[-1].item_id


def _flash(visit: Visit) -> Flash | None:
    outcome, _, chosen = visit.said.partition(":")
    if outcome == "no_notice_yet":
        return Flash(tone="attention", text=ItemWords(visit.language).no_notice_yet)
    if outcome not in _FLASHES or chosen not in set(Judgement):
        return None
    said = ItemWords(visit.language)
    label = JUDGEMENTS[Judgement(chosen)][1].in_language(visit.language)
    return Flash(tone="good", text=getattr(said, outcome).format(judgement=label))


def _state(visit: Visit) -> ItemState:
    given = visit.request.query_params.get("state", "")
    return ItemState(given) if given in set(ItemState) else ItemState.TO_ASSESS


def item_id_of(visit: Visit) -> ItemId:
    """The item that the address names."""
    return ItemId(str(visit.request.path_params["item_id"])[:40])


def eyes_of(visit: Visit) -> Eyes:
    """Who looks, when, in which language."""
    of_lead = visit.known_person is not None and visit.known_person.may(Duty.LEAD)
    return Eyes(actor=visit.actor, now=visit.now, language=visit.language, of_lead=of_lead)
