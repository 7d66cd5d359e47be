"""The public pages: parse, one service call, build the page, render."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil

from starlette.responses import Response

from schoon.hits import Language
from schoon.reports import NoSuchStatusCodeError, Progress, Receipt, Reporter, ReportSource, Submission, read_typed
from schoon.web._gate import TooManyTriesError
from schoon.web._visit import PUBLIC_HOME, Site, Visit, see_other
from schoon.web.report._pace import LONGEST_OPEN, QUICKEST, pace_mark, shown_at
from schoon.web.report._pages import Answered, Fault, ReportPage, SentPage, StatusPage, StatusStep
from schoon.web.report._words import PROGRESS, ReportWords, SentWords, StatusWords
from schoon.web.rules import duration, number

LONGEST_WHERE = 10_000
LONGEST_TEXT = 5_000
_LONGEST_EMAIL = 200
_LONGEST_CODE = 60
_SHOWN_AGAIN = timedelta(minutes=15)
"""So long the page with the code can be loaded again in the same browser."""
_SENT = "report-sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What came with a form.

    Attributes:
        pace: What its pace and its hidden field say against it, as a text's name; empty when nothing.
        keeps_mark: Whether the form is still the one that was shown.
    """

    where: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    mark: str = field(default="", repr=False)
    pace: str = ""
    keeps_mark: bool = False


def show_report(site: Site, visit: Visit) -> Response:
    """The empty form."""
    return site.renderer.answer(_form(site, visit, _Given()))


def send_report(site: Site, visit: Visit) -> Response:
    """A report, and the page with its code; or the form again with everything that was typed, and what is wrong."""
    given = _given(site, visit)
    faults = _faults(given, ReportWords(visit.language), visit)
    if faults:
        return site.renderer.answer(_form(site, visit, given, faults), 422)
    try:
        site.report_gate.take_turn(visit.address, visit.now)
    except TooManyTriesError as error:
        wait = duration(error.wait, visit.language)
        faults = {"send": ReportWords(visit.language).too_many.format(wait=wait)}
        return _wait(error, site.renderer.answer(_form(site, visit, given, faults), 429))
    (receipt,) = site.rooms.reports.take([_submission(given, visit)], now=visit.now)
    answer = see_other(f"{PUBLIC_HOME}/sent")
    site.set_cookie(answer, "sent", _sealed(site, visit, receipt), seconds=int(_SHOWN_AGAIN.total_seconds()))
    return answer


def show_sent(site: Site, visit: Visit) -> Response:
    """The code of the report that this browser just sent."""
    said = SentWords(visit.language)
    body = site.seal.read(_SENT, visit.request.cookies.get(site.cookie("sent"), ""))
    if body is None:
        return see_other(f"{PUBLIC_HOME}/status")
    sent_at, code, items, refused = body.split("|")
    if visit.now - datetime.fromtimestamp(int(sent_at), UTC) > _SHOWN_AGAIN:
        return see_other(f"{PUBLIC_HOME}/status")
    page = SentPage(
        chrome=visit.chrome(site, path=f"{PUBLIC_HOME}/sent"),
        words=said,
        code=code,
        taken=_taken(said, visit, int(items), int(refused)),
    )
    return site.renderer.answer(page)


def show_status(site: Site, visit: Visit) -> Response:
    """Where a code is typed."""
    return site.renderer.answer(_status(site, visit))


def look_up_status(site: Site, visit: Visit) -> Response:
    """How far the report of a code is; the code travels in no address, and so stands in no log or history."""
    said, code = StatusWords(visit.language), visit.form.one("code")[:_LONGEST_CODE]
    if not code:
        return site.renderer.answer(_status(site, visit, fault=said.empty), 422)
    try:
        site.report_gate.take_turn(visit.address, visit.now)
        progress = site.rooms.reports.status(code)
    except TooManyTriesError as error:
        fault = said.too_many.format(wait=duration(error.wait, visit.language))
        return _wait(error, site.renderer.answer(_status(site, visit, code, fault=fault), 429))
    except NoSuchStatusCodeError:
        return site.renderer.answer(_status(site, visit, code, fault=said.unknown), 422)
    return site.renderer.answer(_status(site, visit, code, progress=progress))


def _given(site: Site, visit: Visit) -> _Given:
    form = visit.form
    mark = form.one("shown")
    shown = shown_at(site.seal, mark)
    is_fresh = shown is not None and timedelta(0) <= visit.now - shown < LONGEST_OPEN
    if form.one("website"):
        pace = "trapped"
    elif shown is None or not is_fresh:
        pace = "slow"
    else:
        pace = "quick" if visit.now - shown < QUICKEST else ""
    return _Given(
        where=form.one("where"),
        text=form.one("text"),
        email=form.one("email"),
        mark=mark,
        pace=pace,
        keeps_mark=is_fresh,
    )


def _faults(given: _Given, said: ReportWords, visit: Visit) -> dict[str, str]:
    """What is wrong, by the field that it is wrong with."""
    faults: dict[str, str] = {}
    if not given.where:
        faults["where"] = said.no_place
    elif len(given.where) > LONGEST_WHERE:
        faults["where"] = said.long_place.format(most=number(LONGEST_WHERE, visit.language))
    if len(given.text) > LONGEST_TEXT:
        faults["text"] = said.long_text.format(most=number(LONGEST_TEXT, visit.language))
    if given.email and not _could_be_email(given.email):
        faults["email"] = said.no_email
    if given.pace and not faults:
        faults["send"] = {"trapped": said.trapped, "slow": said.slow, "quick": said.quick}[given.pace]
    return faults


def _could_be_email(text: str) -> bool:
    name, _, host = text.rpartition("@")
    return bool(name) and "." in host and len(text) <= _LONGEST_EMAIL and text.isprintable() and " " not in text


def _submission(given: _Given, visit: Visit) -> Submission:
    items, text = read_typed(given.where, given.text)
    return Submission(
        source=ReportSource.FORM,
        items=items,
        text=text,
        language=Language(visit.language.value),
        reporter=Reporter(email=given.email) if given.email else None,
        sender=f"form:{given.mark}",  # the same form sent twice is one report
    )


def _sealed(site: Site, visit: Visit, receipt: Receipt) -> str:
    facts = (int(visit.now.timestamp()), receipt.status_code, len(receipt.item_ids), len(receipt.refused))
    return site.seal.sign(_SENT, "|".join(map(str, facts)))


def _taken(said: SentWords, visit: Visit, items: int, refused: int) -> str:
    if not items and not refused:
        return said.words
    told = [said.one if items == 1 else said.some.format(count=number(items, visit.language))] if items else []
    if refused:
        told.append(said.refused.format(count=number(refused, visit.language)))
    return " ".join(told)


def _wait(error: TooManyTriesError, answer: Response) -> Response:
    answer.headers["retry-after"] = str(max(1, ceil(error.wait.total_seconds())))
    return answer


def _form(site: Site, visit: Visit, given: _Given, faults: dict[str, str] | None = None) -> ReportPage:
    told = faults or {}
    return ReportPage(
        chrome=visit.chrome(site, path=PUBLIC_HOME),
        words=ReportWords(visit.language),
        keep_days=site.rooms.reports.terms.keep_reporter.days,
        pace_mark=given.mark if given.keeps_mark else pace_mark(site.seal, visit.now),
        where=Answered(value=given.where, fault=told.get("where", "")),
        text=Answered(value=given.text, fault=told.get("text", "")),
        email=Answered(value=given.email, fault=told.get("email", "")),
        longest_where=LONGEST_WHERE,
        longest_text=LONGEST_TEXT,
        faults=tuple(Fault(href=f"#{name}", text=text) for name, text in told.items()),
    )


def _status(
    site: Site, visit: Visit, code: str = "", *, fault: str = "", progress: Progress | None = None
) -> StatusPage:
    steps = tuple(
        StatusStep(
            name=name.in_language(visit.language),
            meaning=meaning.in_language(visit.language) if step is progress else "",
            current=step is progress,
        )
        for step, (name, meaning) in PROGRESS.items()
    )
    return StatusPage(
        chrome=visit.chrome(site, path=f"{PUBLIC_HOME}/status"),
        words=StatusWords(visit.language),
        code=code,
        fault=fault,
        steps=steps if progress is not None else (),
    )
