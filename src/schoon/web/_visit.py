"""One request of a visitor, with everything a view may need, and what each route must state."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schoon.check import Member
from schoon.kinds import Clock, RefusedError
from schoon.parties import Duty, Person
from schoon.rooms import Rooms
from schoon.web._chrome import LANGUAGES, Chrome, ChromeWords, Flash
from schoon.web._forms import LARGEST_BODY, Form
from schoon.web._gate import LoginGate
from schoon.web._i18n import Language
from schoon.web._render import Renderer, StaticFiles
from schoon.web._session import LONGEST, Seal, Session

HOME = "/hits"
"""Where a member lands."""

PUBLIC_HOME = "/report"
"""Where who reports begins; pages under it are the same for everybody, logged in or not."""

_OWN_PATH = re.compile(
    r"/(?:hits(?:/h[a-z2-7]{1,40}(?:/statement)?)?|login|n/[a-z2-7]{20,60}|(?:desk|police|hoster|report)(?:/[a-z0-9-]{1,60}){0,3})?"
    r"(?:\?[A-Za-z0-9_.,&=%+-]{0,300})?"
)
_FLASH_SECONDS = 60
_YEAR_SECONDS = 365 * 24 * 3600


class NotLoggedInError(RefusedError):
    """This page is for who has logged in."""

    next_step = "log in with your token"


class NoDutyError(RefusedError):
    """This page belongs to a duty that the account does not have."""

    next_step = "ask a lead of your organisation for the duty, if it is yours"


class Permission(StrEnum):
    """Who may use a route."""

    ANYONE = "anyone"
    MEMBER = "a member who has logged in; only what is its own"
    ANALYST = "a person with the duty of analyst or lead"
    LEAD = "a person with the duty of lead"
    POLICE = "a person with a duty of the police"
    HOSTER = "a person with the duty of hoster; only what is its own organisation's"


class Csrf(StrEnum):
    """What keeps other sites from using a route in a visitor's name."""

    CHANGES_NOTHING = "it changes nothing"
    FORM_MARK = "the form's mark is compared, and the browser's word that the form is ours"


DUTIES: dict[Permission, tuple[Duty, ...]] = {
    Permission.ANALYST: (Duty.ANALYST, Duty.LEAD),
    Permission.LEAD: (Duty.LEAD,),
    Permission.POLICE: (Duty.POLICE,),
    Permission.HOSTER: (Duty.HOSTER,),
}
"""For each permission of people the duties of which one is enough."""

_HOMES = ((Permission.ANALYST, "/desk"), (Permission.POLICE, "/police"), (Permission.HOSTER, "/hoster"))


def home_of(person: Person | None) -> str:
    """Where a visitor lands: a person by the first duty that has a place of its own, else a member."""
    if person is None:
        return HOME
    return next((path for permission, path in _HOMES if person.may(*DUTIES[permission])), "/desk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all requests share.

    Attributes:
        rooms: The services.
        clock: The present.
        seal: Signs cookies and forms.
        gate: How often an address may try a token.
        report_gate: How often an address may report, or ask how far a report is.
        renderer: Turns pages into answers.
        static: Style sheets and scripts.
        secure_cookies: Whether browsers reach us by TLS, and cookies may only travel so.
    """

    rooms: Rooms
    clock: Clock
    seal: Seal
    gate: LoginGate
    report_gate: LoginGate
    renderer: Renderer
    static: StaticFiles
    secure_cookies: bool

    def cookie(self, name: str) -> str:
        """The full name of a cookie; with TLS one that no other host can have set."""
        return f"{'__Host-' if self.secure_cookies else ''}schoon-{name}"

    def set_cookie(self, response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
        """Add a cookie to an answer; without `seconds` it lives as long as the browser."""
        response.set_cookie(
            self.cookie(name), value, max_age=seconds, secure=self.secure_cookies, httponly=True, samesite="strict"
        )

    def drop_cookie(self, response: Response, name: str) -> None:
        """Have the browser forget a cookie."""
        response.delete_cookie(self.cookie(name), secure=self.secure_cookies, httponly=True, samesite="strict")

    def begin_session(self, response: Response, session: Session) -> None:
        """Have the browser keep a new session."""
        self.set_cookie(response, "session", self.seal.close(session), seconds=int(LONGEST.total_seconds()))

    def keep_language(self, response: Response, language: Language) -> None:
        """Have the browser keep the language for a year."""
        self.set_cookie(response, "language", language, seconds=_YEAR_SECONDS)

    def say_next(self, response: Response, visit: "Visit", said: str) -> None:
        """Leave a message for the next page of this session; `said` is what `Visit.said` gives then."""
        value = self.seal.sign("flash", f"{visit.nonce}|{said}")
        self.set_cookie(response, "flash", value, seconds=_FLASH_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Visit:
    """One request.

    Attributes:
        request: The request itself: path and query.
        now: When it came.
        language: What to answer in.
        nonce: Ties forms to this session, or to this visit when there is none.
        session: The session, or None.
        said: What the last answer left to be said, or empty.
        form: The form that came with it; empty for reading.
    """

    request: Request
    now: datetime
    language: Language
    nonce: str
    session: Session | None = None
    known_member: Member | None = None
    known_person: Person | None = None
    said: str = ""
    form: Form = field(default_factory=lambda: Form({}))

    @property
    def member(self) -> Member:
        """Who is logged in.

        Raises:
            NotLoggedInError: Nobody.
        """
        if self.known_member is None:
            raise NotLoggedInError
        return self.known_member

    @property
    def person(self) -> Person:
        """Who is logged in at the desk.

        Raises:
            NotLoggedInError: Nobody.
        """
        if self.known_person is None:
            raise NotLoggedInError
        return self.known_person

    @property
    def address(self) -> str:
        """Where the request came from; for gates alone, and kept nowhere."""
        return self.request.client.host if self.request.client else ""

    @property
    def is_public(self) -> bool:
        """Whether it is for a page of the public."""
        path = self.request.url.path
        return path == PUBLIC_HOME or path.startswith(f"{PUBLIC_HOME}/")

    @property
    def actor(self) -> str:
        """How the journal knows who did it: a person by its account, a member by the token."""
        if self.known_person is not None:
            return f"person:{self.known_person.person_id}"
        return f"token:{self.session.token_id}" if self.session else ""

    def chrome(self, site: Site, *, path: str = HOME, flash: Flash | None = None) -> Chrome:
        """What stands around a page of this visit.

        Args:
            site: What all requests share.
            path: Where the language switch comes back to.
            flash: What just happened.
        """
        words = ChromeWords(self.language)
        return Chrome(
            words=words,
            language=self.language,
            languages=LANGUAGES,
            path=path,
            member=None if self.is_public else self._name,
            home=PUBLIC_HOME if self.is_public else home_of(self.known_person),
            place=self._place(words),
            form_mark=site.seal.form_mark(self.nonce),
            flash=flash,
            static=f"/static/{site.static.version}",
        )

    @property
    def _name(self) -> str | None:
        if self.known_person is not None:
            return self.known_person.name
        return self.known_member.name if self.known_member is not None else None

    def _place(self, words: ChromeWords) -> str:
        if self.is_public:
            return words.place_of_public
        if self.known_person is not None and self.known_person.may(Duty.HOSTER):
            return words.place_of_hosters
        return words.place if self.known_person is None else words.place_of_people


View = Callable[[Site, Visit], Response]
"""Parse, one service call, build the page, render. Runs in a thread of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRoute:
    """One address of the pages.

    Attributes:
        path: As Starlette writes it.
        method: GET or POST.
        view: What answers.
        permission: Who may use it.
        csrf: What keeps other sites from using it in a visitor's name.
        largest: Bytes of its form; one that takes a file takes more.
    """

    path: str
    method: str
    view: View
    permission: Permission
    csrf: Csrf
    largest: int = LARGEST_BODY

    def __post_init__(self) -> None:
        if (self.method == "POST") != (self.csrf is Csrf.FORM_MARK):
            raise ValueError(f"{self.method} {self.path}: what changes something is a POST with a form mark")


def own_path(path: str) -> str:
    """The path, when it is one of these pages; otherwise where visitors land. Never another site."""
    return path if _OWN_PATH.fullmatch(path) else HOME


def see_other(path: str) -> Response:
    """Have the browser fetch another page of ours."""
    return RedirectResponse(path, status_code=303)
