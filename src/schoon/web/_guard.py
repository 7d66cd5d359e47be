"""What happens to every request before and after its view: who is it, is the form ours, what went wrong."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from schoon.check import TokenRefusedError
from schoon.kinds import InputError, OutageError, RefusedError, SchoonError
from schoon.parties import PersonTokenRefusedError
from schoon.web._chrome import BouncePage, BounceWords, ErrorPage, ErrorWords
from schoon.web._forms import FormBrokenOffError, FormTooLargeError, read_form
from schoon.web._i18n import choose_language
from schoon.web._session import ForeignFormError, SessionEndedError, is_nonce, new_nonce
from schoon.web._visit import (
    DUTIES,
    HOME,
    Csrf,
    NoDutyError,
    NotLoggedInError,
    Permission,
    Site,
    Visit,
    WebRoute,
    own_path,
    see_other,
)

_log = logging.getLogger(__name__)

_NO_LOGIN = (NotLoggedInError, SessionEndedError, TokenRefusedError, PersonTokenRefusedError)

STATUS: dict[type[Exception], tuple[int, str]] = {
    FormTooLargeError: (413, "large"),
    FormBrokenOffError: (408, "wrong"),  # the visitor's doing: no outage of ours, and no error in our log
    ForeignFormError: (403, "foreign"),
    InputError: (400, "wrong"),
    RefusedError: (403, "forbidden"),
    OutageError: (503, "outage"),
    Exception: (500, "fault"),
}
"""HTTP status and texts of each family of errors; the nearest class counts."""


def guarded(site: Site, route: WebRoute, threads: CapacityLimiter) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that answers a route's requests.

    1. Read who is visiting, from the cookies.
    2. For a member's page: the token behind the session still counts, or the visitor logs in.
    3. For a change: the form is ours.
    4. The view, in a thread of its own.
    5. An expected error becomes a page that says what to do.

    Args:
        site: What all requests share.
        route: The route.
        threads: Those that pages may use; apart from those of the checks, which they must not slow down.
    """

    async def endpoint(request: Request) -> Response:
        visit = _visit_of(site, request)
        try:
            visit = _known(site, route, visit)
            visit = await _with_own_form(site, route, visit)
            answer = await to_thread.run_sync(route.view, site, visit, limiter=threads)
        except _NO_LOGIN as error:
            answer = _to_login(site, visit, error)
        except SchoonError as error:
            answer = error_answer(site, visit, error)
        return _with_cookies(site, visit, answer)

    return endpoint


def error_answer(site: Site, visit: Visit, error: Exception) -> Response:
    """The page that tells of an error; what it names in the log stands on it."""
    if isinstance(error, HTTPException):
        return _http_error(site, visit, error)
    status, kind = next(STATUS[ancestor] for ancestor in type(error).__mro__ if ancestor in STATUS)
    reference = secrets.token_hex(5)
    fields = {"event": "web.refused", "reference": reference, "error": type(error).__name__, "status": status}
    if status >= 500:
        _log.error("page failed", extra=fields | {"event": "web.failed"}, exc_info=error)
    else:
        _log.info("page refused", extra=fields)
    said = ErrorWords(visit.language)
    page = ErrorPage(
        chrome=visit.chrome(site),
        words=said,
        title=getattr(said, kind),
        what=getattr(said, f"{kind}_what", said.wrong_what),
        next_step=getattr(said, f"{kind}_next"),
        reference=reference,
    )
    answer = site.renderer.answer(page, status)
    if status == 503:
        answer.headers["retry-after"] = "60"
    return answer


def missing(site: Site, visit: Visit) -> Response:
    """The page for what does not exist; the same to the byte for what is another's."""
    return _missing(site, visit, 404)


def visit_of_stranger(site: Site, request: Request) -> Visit:
    """Who is visiting, for a page that needs nobody: an error, or an address that does not exist."""
    try:
        return _logged_in(site, _visit_of(site, request))
    except SchoonError:
        return _visit_of(site, request)


def _http_error(site: Site, visit: Visit, error: HTTPException) -> Response:
    answer = _missing(site, visit, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _missing(site: Site, visit: Visit, status: int) -> Response:
    said = ErrorWords(visit.language)
    page = ErrorPage(
        chrome=visit.chrome(site),
        words=said,
        title=said.missing if status == 404 else said.method,
        what=said.missing_what if status == 404 else said.wrong_what,
        next_step=said.missing_next,
        reference=None,
    )
    return site.renderer.answer(page, status)


def _visit_of(site: Site, request: Request) -> Visit:
    cookies = request.cookies
    nonce = cookies.get(site.cookie("visit"), "")
    visit = Visit(
        request=request,
        now=site.clock(),
        language=choose_language(cookies.get(site.cookie("language")), request.headers.get("accept-language", "")),
        nonce=nonce if is_nonce(nonce) else new_nonce(),
    )
    return replace(visit, said=_said(site, visit))


def _known(site: Site, route: WebRoute, visit: Visit) -> Visit:
    try:
        visit = _logged_in(site, visit)
    except _NO_LOGIN:
        if route.permission is not Permission.ANYONE:
            raise
    _require_permission(route.permission, visit)
    return visit


def _require_permission(permission: Permission, visit: Visit) -> None:
    """Nothing, when the visitor may use such a route; a member at the desk, or a person at the hits, is a stranger.

    Raises:
        NotLoggedInError: A stranger.
        NoDutyError: A person without one of the duties.
    """
    if permission is Permission.MEMBER and visit.known_member is None:
        raise NotLoggedInError
    if permission in DUTIES and not visit.person.may(*DUTIES[permission]):
        raise NoDutyError(f"the page needs: {' or '.join(DUTIES[permission])}")


async def _with_own_form(site: Site, route: WebRoute, visit: Visit) -> Visit:
    if route.csrf is not Csrf.FORM_MARK:
        return visit
    form = await read_form(visit.request, largest=route.largest)
    _require_own_site(visit.request)
    site.seal.require_own_form(visit.nonce, form.one("mark"))
    return replace(visit, form=form)


def _logged_in(site: Site, visit: Visit) -> Visit:
    cookie = visit.request.cookies.get(site.cookie("session"))
    if cookie is None:
        raise NotLoggedInError
    session = site.seal.open(cookie, visit.now)
    visit = replace(visit, session=session, nonce=session.nonce)
    if session.of_person:
        visit = replace(visit, known_person=site.rooms.people.person_of(session.token_id))
    else:
        visit = replace(visit, known_member=site.rooms.members.member_of(session.token_id, visit.now))
    return replace(visit, said=_said(site, visit))


def _said(site: Site, visit: Visit) -> str:
    body = site.seal.read("flash", visit.request.cookies.get(site.cookie("flash"), ""))
    nonce, _, said = (body or "").partition("|")
    return said if nonce == visit.nonce else ""


def _require_own_site(request: Request) -> None:
    told = request.headers.get("sec-fetch-site", "same-origin")
    if told not in {"same-origin", "none"}:
        raise ForeignFormError(f"the browser says that the form came from {told[:20]}")


def _to_login(site: Site, visit: Visit, error: SchoonError) -> Response:
    request = visit.request
    path = own_path(f"{request.url.path}?{request.url.query}".removesuffix("?"))
    reading = request.method != "POST"
    if reading and isinstance(error, NotLoggedInError) and request.headers.get("sec-fetch-site") == "cross-site":
        page = BouncePage(chrome=visit.chrome(site), words=BounceWords(visit.language), path=path)
        return site.renderer.answer(page)
    target = path if reading else HOME
    ended = "" if isinstance(error, NotLoggedInError) else "&ended=1"
    answer = see_other(f"/login?next={quote(target, safe='')}{ended}")
    if ended:
        site.drop_cookie(answer, "session")
    return answer


def _with_cookies(site: Site, visit: Visit, answer: Response) -> Response:
    if visit.session is None and visit.request.cookies.get(site.cookie("visit")) != visit.nonce:
        site.set_cookie(answer, "visit", visit.nonce)
    if visit.said and answer.status_code < 300:
        site.drop_cookie(answer, "flash")
    return answer
