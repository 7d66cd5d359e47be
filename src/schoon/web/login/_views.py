"""Logging in with a token, logging out, choosing a language."""

from math import ceil

from starlette.responses import Response

from schoon.check import TokenRefusedError, token_id_of
from schoon.web._chrome import Flash
from schoon.web._gate import TooManyTriesError
from schoon.web._i18n import Language
from schoon.web._visit import HOME, Site, Visit, own_path, see_other
from schoon.web.login._pages import LoginPage, LoginWords
from schoon.web.rules import duration


def show_login(site: Site, visit: Visit) -> Response:
    """The log-in page; who has logged in goes on at once."""
    query = visit.request.query_params
    target = own_path(query.get("next", HOME))
    if visit.known_member is not None:
        return see_other(target)
    said = LoginWords(visit.language)
    told = {"ended": said.ended, "out": said.logged_out}
    text = next((words for name, words in told.items() if name in query), "")
    flash = Flash(tone="plain", text=text) if text else None
    return site.renderer.answer(_page(site, visit, target, flash=flash))


def log_in(site: Site, visit: Visit) -> Response:
    """A session for the token given, or the page again with what is wrong."""
    said = LoginWords(visit.language)
    target = own_path(visit.form.one("next"))
    token = visit.form.one("token")
    client = visit.request.client
    address = client.host if client else ""
    if not token:
        return site.renderer.answer(_page(site, visit, target, fault=said.empty), 422)
    try:
        _authenticate(site, token, address, visit)
    except TooManyTriesError as error:
        fault = said.too_many.format(wait=duration(error.wait, visit.language))
        answer = site.renderer.answer(_page(site, visit, target, fault=fault), 429)
        answer.headers["retry-after"] = str(max(1, ceil(error.wait.total_seconds())))
        return answer
    except TokenRefusedError:
        return site.renderer.answer(_page(site, visit, target, fault=said.refused), 403)
    answer = see_other(target)
    site.begin_session(answer, site.seal.begin(token_id_of(token), visit.now))
    site.drop_cookie(answer, "visit")
    return answer


def _authenticate(site: Site, token: str, address: str, visit: Visit) -> None:
    """Nothing, when the token is good: whoever shares an address with a guesser can still log in.

    Raises:
        TokenRefusedError: It is not.
        TooManyTriesError: It is not, and neither were many before it from the same address.
    """
    try:
        site.rooms.members.authenticate(token, visit.now)
    except TokenRefusedError:
        site.gate.require_room(address, visit.now)
        site.gate.count_refusal(address, visit.now)
        raise


def log_out(site: Site, visit: Visit) -> Response:  # noqa: ARG001 - every view has this shape
    """No session any more in this browser."""
    answer = see_other("/login?out=1")
    site.drop_cookie(answer, "session")
    site.drop_cookie(answer, "flash")
    return answer


def choose_language(site: Site, visit: Visit) -> Response:
    """The same page in the language chosen, now and later."""
    answer = see_other(own_path(visit.form.one("path")))
    chosen = visit.form.one("language")
    if chosen in set(Language):
        site.keep_language(answer, Language(chosen))
    return answer


def _page(site: Site, visit: Visit, target: str, *, fault: str = "", flash: Flash | None = None) -> LoginPage:
    return LoginPage(
        chrome=visit.chrome(site, path="/login", flash=flash),
        words=LoginWords(visit.language),
        fault=fault,
        target=target,
    )


def go_home(site: Site, visit: Visit) -> Response:  # noqa: ARG001 - every view has this shape
    """The front door leads to the hits."""
    return see_other(HOME)
