"""Logging in with a token, logging out, choosing a language."""

from math import ceil

from starlette.responses import Response

from schoon.check import TokenRefusedError, token_id_of
from schoon.kinds import TokenId
from schoon.parties import Person, PersonTokenRefusedError
from schoon.web._chrome import Flash
from schoon.web._gate import TooManyTriesError
from schoon.web._i18n import Language
from schoon.web._visit import HOME, Site, Visit, home_of, own_path, see_other
from schoon.web.login._pages import LoginPage, LoginWords
from schoon.web.rules import duration

_REFUSED = (TokenRefusedError, PersonTokenRefusedError)


def show_login(site: Site, visit: Visit) -> Response:
    """The log-in page; who has logged in goes on at once."""
    query = visit.request.query_params
    target = own_path(query.get("next", HOME))
    if visit.session is not None:
        return see_other(_landing(target, visit.known_person))
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
        person, token_id = _authenticate(site, token, address, visit)
    except TooManyTriesError as error:
        fault = said.too_many.format(wait=duration(error.wait, visit.language))
        answer = site.renderer.answer(_page(site, visit, target, fault=fault), 429)
        answer.headers["retry-after"] = str(max(1, ceil(error.wait.total_seconds())))
        return answer
    except _REFUSED:
        return site.renderer.answer(_page(site, visit, target, fault=said.refused), 403)
    answer = see_other(_landing(target, person))
    site.begin_session(answer, site.seal.begin(token_id, visit.now, of_person=person is not None))
    site.drop_cookie(answer, "visit")
    return answer


def _landing(target: str, person: Person | None) -> str:
    """Where to go after logging in: a person who was sent to a member's page, or to none, goes to their own place."""
    return home_of(person) if person is not None and target.startswith(HOME) else target


def _authenticate(site: Site, token: str, address: str, visit: Visit) -> tuple[Person | None, TokenId]:
    """The person whose token it is, or None for a member's, with the token's public half.

    Who shares an address with a guesser can still log in.

    Raises:
        TokenRefusedError, PersonTokenRefusedError: It is not good.
        TooManyTriesError: It is not, and neither were many before it from the same address.
    """
    try:
        if token.startswith("desk_"):
            return site.rooms.people.authenticate(token)
        site.rooms.members.authenticate(token, visit.now)
        return None, token_id_of(token)
    except _REFUSED:
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
    """The front door leads to the hits, or to a person's own place."""
    return see_other(home_of(visit.known_person))
