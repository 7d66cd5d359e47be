"""The signed cookies of the pages, and the proof that a form came from our own page."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from schoon.kinds import RefusedError, TokenId

LONGEST = timedelta(hours=8)
"""A session ends this long after the token was given, whatever happens."""

_SKEW = timedelta(minutes=1)
_NONCE_BYTES = 16
_NONCE = re.compile(r"[A-Za-z0-9_-]{22}")
_KEY_BYTES = 32
_PERSON, _MEMBER = "person", "member"


class SessionEndedError(RefusedError):
    """The session has ended, was changed, or was never begun."""

    next_step = "log in again with your token"


class ForeignFormError(RefusedError):
    """The form did not come from this page in this session."""

    next_step = "open the page again and repeat what you did"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is looking; everything that is known of it is in the cookie, signed.

    Attributes:
        of_person: Whether a person's token opened it, rather than a member's.
        token_id: The token that opened it: when that is revoked, the session is over.
        began_at: When the token was given, to the second.
        nonce: Random; ties forms to this session.
    """

    of_person: bool
    token_id: TokenId
    began_at: datetime
    nonce: str


class Seal:
    """Signs and opens cookies with the server's session key, each purpose apart from the others."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _KEY_BYTES:
            raise ValueError(f"the session key has {len(key)} bytes; it needs {_KEY_BYTES}")
        self._key = key

    def begin(self, token_id: TokenId, now: datetime, *, of_person: bool = False) -> Session:
        """A new session for that token."""
        began_at = now.replace(microsecond=0)
        return Session(of_person=of_person, token_id=token_id, began_at=began_at, nonce=new_nonce())

    def close(self, session: Session) -> str:
        """The session as a cookie's value."""
        who = _PERSON if session.of_person else _MEMBER
        return self.sign("session", f"{who}|{session.token_id}|{int(session.began_at.timestamp())}|{session.nonce}")

    def open(self, cookie: str, now: datetime) -> Session:
        """The session in a cookie's value.

        Raises:
            SessionEndedError: The cookie is not ours, or was made `LONGEST` ago.
        """
        body = self.read("session", cookie)
        if body is None:
            raise SessionEndedError("the session cookie was not signed here")
        who, token_id, began, nonce = _fields(body)
        began_at = datetime.fromtimestamp(int(began), UTC)
        if not -_SKEW <= now - began_at < LONGEST:
            raise SessionEndedError("the session is over")
        return Session(of_person=who == _PERSON, token_id=TokenId(token_id), began_at=began_at, nonce=nonce)

    def sign(self, purpose: str, body: str) -> str:
        """A text as a cookie's value that only this key can have made, for this purpose only."""
        return f"{_encode(body.encode())}.{self._mark(purpose, body)}"

    def read(self, purpose: str, value: str) -> str | None:
        """The text in such a value, or None when it was not made by `sign` for this purpose."""
        encoded, _, mark = value.partition(".")
        try:
            body = _decode(encoded).decode()
        except (ValueError, binascii.Error):
            return None
        return body if hmac.compare_digest(mark.encode(), self._mark(purpose, body).encode()) else None

    def form_mark(self, nonce: str) -> str:
        """The hidden value of every form of the session, or of the visit, with that nonce."""
        return self._mark("form", nonce)

    def require_own_form(self, nonce: str, mark: str) -> None:
        """Nothing, when the mark is that of the nonce.

        Raises:
            ForeignFormError: It is not.
        """
        if not nonce or not hmac.compare_digest(mark.encode(), self.form_mark(nonce).encode()):
            raise ForeignFormError("the form's hidden value does not fit this session")

    def _mark(self, purpose: str, text: str) -> str:
        return _encode(hmac.digest(self._key, f"schoon/{purpose}\x00{text}".encode(), hashlib.sha256))


def _fields(body: str) -> list[str]:
    """The four fields of a session; a cookie of an older version has fewer.

    Raises:
        SessionEndedError: It has.
    """
    fields = body.split("|")
    if len(fields) != 4:
        raise SessionEndedError("the session was begun by an older version")
    return fields


def new_nonce() -> str:
    """A random value for one session, or for one visit without a session."""
    return secrets.token_urlsafe(_NONCE_BYTES)


def is_nonce(text: str) -> bool:
    """Whether a text has the shape of `new_nonce`."""
    return _NONCE.fullmatch(text) is not None


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
