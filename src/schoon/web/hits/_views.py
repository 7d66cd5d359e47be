"""The hits' pages: parse, one service call, build the page, render."""

from starlette.responses import PlainTextResponse, Response

from schoon.hits import (
    Action,
    HitAction,
    HitDetails,
    Language,
    NoSuchHitError,
    StatementHeldError,
    StatementTooEarlyError,
    Wanted,
)
from schoon.kinds import HitId, InputError
from schoon.web._guard import missing
from schoon.web._visit import Site, Visit, see_other
from schoon.web.hits._markdown import blocks_of
from schoon.web.hits._pages import BatchPage, DisputePage, StatementPage
from schoon.web.hits._present import SHELVES, Listing, hits_page
from schoon.web.hits._present_hit import hit_page, next_steps
from schoon.web.hits._said import NOTHING_SELECTED, flash_of, said_of
from schoon.web.hits._words import DisputeWords, ListWords, StatementWords
from schoon.web.rules import number

PAGE_SIZE = 50
_FIRST_SHELF = next(iter(SHELVES))
_MARKS = {Action.REMOVED, Action.QUARANTINED}
_REPORTS = {*_MARKS, Action.RESTORED}
_STATEMENT_LANGUAGES = ((Language.DUTCH, "Nederlands"), (Language.ENGLISH, "English"))
_SHORTEST_REASON = 10
_LONGEST_REASON = 2_000


class UnknownActionError(InputError):
    """What was sent names an action that a form of these pages does not offer."""

    next_step = "open the page again and use its buttons"


def show_hits(site: Site, visit: Visit) -> Response:
    """The list of hits, one filter and one page at a time."""
    query = visit.request.query_params
    shown = _shown(query.get("state", ""))
    after = query.get("after", "")
    member = visit.member
    wanted = Wanted(now=visit.now, shelf=SHELVES[shown], after=HitId(after) if after else None, limit=PAGE_SIZE + 1)
    hits = site.rooms.hits.list_hits(member.member_id, wanted)
    page = hits_page(
        Listing(
            shown=shown,
            hits=hits[:PAGE_SIZE],
            counts=site.rooms.hits.counts(member.member_id, visit.now).by_shelf,
            after=after,
            more=len(hits) > PAGE_SIZE,
        ),
        member.hit_term,
        chrome=visit.chrome(site, path=f"/hits?state={shown}", flash=flash_of(visit.said, visit.language)),
        now=visit.now,
    )
    return site.renderer.answer(page)


def mark_hits(site: Site, visit: Visit) -> Response:
    """Several hits marked at once: first exactly what will be recorded, then done."""
    action = _action(visit.form.one("action"), _MARKS)
    shown = _shown(visit.form.one("state"))
    back = f"/hits?state={shown}"
    hit_ids = visit.form.all("hit")
    if not hit_ids:
        answer = see_other(back)
        site.say_next(answer, visit, NOTHING_SELECTED)
        return answer
    if not visit.form.one("sure"):
        return site.renderer.answer(_batch_page(site, visit, action, hit_ids, shown=shown))
    results = site.rooms.hits.act(
        visit.member.member_id,
        [HitAction(hit_id=HitId(hit_id), action=action) for hit_id in hit_ids],
        actor=visit.actor,
        now=visit.now,
    )
    answer = see_other(back)
    site.say_next(answer, visit, said_of(action, results))
    return answer


def show_hit(site: Site, visit: Visit) -> Response:
    """One hit."""
    try:
        details = _details(site, visit)
    except NoSuchHitError:
        return missing(site, visit)
    chrome = visit.chrome(site, path=f"/hits/{details.hit.hit_id}", flash=flash_of(visit.said, visit.language))
    return site.renderer.answer(hit_page(details, visit.member, chrome=chrome, now=visit.now))


def act_on_hit(site: Site, visit: Visit) -> Response:
    """One action on one hit, reported by the member."""
    action = _action(visit.form.one("action"), _REPORTS)
    return _act(site, visit, action, visit.form.one("note")[:_LONGEST_REASON])


def dispute_hit(site: Site, visit: Visit) -> Response:
    """A dispute: first exactly what will be sent, then sent."""
    reason = visit.form.one("reason")
    words = DisputeWords(visit.language)
    fault = _reason_fault(reason, words)
    if fault or visit.form.one("change"):
        return _dispute_again(site, visit, reason, fault)
    if visit.form.one("sure"):
        return _act(site, visit, Action.DISPUTED, reason)
    try:
        hit = _details(site, visit).hit
    except NoSuchHitError:
        return missing(site, visit)
    page = DisputePage(
        chrome=visit.chrome(site, path=f"/hits/{hit.hit_id}"),
        words=words,
        hit_id=hit.hit_id,
        reason=reason,
        steps=next_steps(visit.now, visit.language),
        href=f"/hits/{hit.hit_id}/dispute",
    )
    return site.renderer.answer(page)


def show_statement(site: Site, visit: Visit) -> Response:
    """The statement of reasons, to read or as a text file; while there is none, the hit says why."""
    query = visit.request.query_params
    asked = query.get("language", visit.language.value)
    language = Language(asked) if asked in set(Language) else Language.DUTCH
    hit_id = _hit_id(visit)
    try:
        text = site.rooms.hits.statement(hit_id, language, member_id=visit.member.member_id)
    except NoSuchHitError:
        return missing(site, visit)
    except (StatementHeldError, StatementTooEarlyError):
        return see_other(f"/hits/{hit_id}")
    here = f"/hits/{hit_id}/statement"
    if query.get("format") == "text":
        name = f"{hit_id}-{language}.md"
        return PlainTextResponse(text, headers={"content-disposition": f'attachment; filename="{name}"'})
    page = StatementPage(
        chrome=visit.chrome(site, path=here),
        words=StatementWords(visit.language),
        blocks=blocks_of(text),
        text_language=language,
        languages=tuple((name, f"{here}?language={code}", code is language) for code, name in _STATEMENT_LANGUAGES),
        download_href=f"{here}?language={language}&format=text",
        back_href=f"/hits/{hit_id}",
    )
    return site.renderer.answer(page)


def _batch_page(site: Site, visit: Visit, action: Action, hit_ids: tuple[str, ...], *, shown: str) -> BatchPage:
    words = ListWords(visit.language)
    statement: str = getattr(words, f"sure_{action}" if len(hit_ids) > 1 else f"sure_{action}_one")
    back = f"/hits?state={shown}"
    return BatchPage(
        chrome=visit.chrome(site, path=back),
        words=words,
        statement=statement.format(count=number(len(hit_ids), visit.language)),
        go=getattr(words, f"sure_{action}_go"),
        action=action,
        shown=shown,
        hit_ids=hit_ids,
        back_href=back,
    )


def _act(site: Site, visit: Visit, action: Action, note: str) -> Response:
    hit_id = _hit_id(visit)
    results = site.rooms.hits.act(
        visit.member.member_id, [HitAction(hit_id=hit_id, action=action, note=note)], actor=visit.actor, now=visit.now
    )
    if results[0].state is None:
        return missing(site, visit)
    answer = see_other(f"/hits/{hit_id}")
    site.say_next(answer, visit, said_of(action, results))
    return answer


def _dispute_again(site: Site, visit: Visit, reason: str, fault: str) -> Response:
    try:
        details = _details(site, visit)
    except NoSuchHitError:
        return missing(site, visit)
    chrome = visit.chrome(site, path=f"/hits/{details.hit.hit_id}")
    page = hit_page(details, visit.member, chrome=chrome, now=visit.now, reason=reason, fault=fault)
    return site.renderer.answer(page, 422 if fault else 200)


def _details(site: Site, visit: Visit) -> HitDetails:
    return site.rooms.hits.hit(_hit_id(visit), member_id=visit.member.member_id)


def _hit_id(visit: Visit) -> HitId:
    return HitId(visit.request.path_params["hit_id"])


def _shown(name: str) -> str:
    return name if name in SHELVES else _FIRST_SHELF


def _action(name: str, offered: set[Action]) -> Action:
    if name not in offered:
        raise UnknownActionError(f"{name[:30]!r} is no action of this form")
    return Action(name)


def _reason_fault(reason: str, words: DisputeWords) -> str:
    if len(reason) < _SHORTEST_REASON:
        return words.too_short
    return words.too_long if len(reason) > _LONGEST_REASON else ""
