"""Whose request this is, from its Authorization header alone."""

import base64
import binascii
import hmac
from datetime import datetime
from typing import Protocol

from starlette.types import Scope

from schoon.api.errors import DutyMissingError, MetricsRefusedError, NoTokenError
from schoon.check import Member, TokenRefusedError
from schoon.kinds import TokenId
from schoon.parties import Duty, Person, PersonTokenRefusedError

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_LONGEST = 1_024


class TokenBook(Protocol):
    """Where tokens are known; answers from memory."""

    def authenticate(self, text: str, now: datetime) -> Member:
        """The member whose token this is."""
        ...


class PeopleBook(Protocol):
    """Where the tokens of people are known; asks the database."""

    def authenticate(self, token: str) -> tuple[Person, TokenId]:
        """Whose token this is, and its public half."""
        ...


def authorization_of(scope: Scope) -> bytes | None:
    """The Authorization header; None when none came, or several."""
    found = [value for name, value in scope["headers"] if name == b"authorization"]
    return found[0] if len(found) == 1 else None


def member_of(authorization: bytes | None, members: TokenBook, now: datetime) -> Member:
    """The member that asks, by bearer token or by Basic with its name and a token.

    Raises:
        NoTokenError: No usable Authorization header came.
        TokenRefusedError: The token is unknown or revoked, or is not of the member that Basic names.
    """
    scheme, value = _credentials(authorization)
    if scheme == "bearer":
        return members.authenticate(value, now)
    if scheme != "basic":
        raise NoTokenError(f"the Authorization scheme {scheme[:20]!r} is not known here")
    name, token = _basic(value)
    member = members.authenticate(token, now)
    if not hmac.compare_digest(member.name.encode(), name.encode()):
        raise TokenRefusedError("the token does not belong to the member that is named")
    return member


def partner_of(authorization: bytes | None, people: PeopleBook) -> Person:
    """The person that asks, by bearer token.

    Raises:
        NoTokenError: No bearer token came.
        TokenRefusedError: It is nobody's who may come in.
        DutyMissingError: The person is no analyst and no lead.
    """
    scheme, value = _credentials(authorization)
    if scheme != "bearer":
        raise NoTokenError("this route takes the token of a person, as Bearer")
    if not value.startswith("desk_"):
        raise TokenRefusedError("this is not the token of a person", next_step=PersonTokenRefusedError.next_step)
    try:
        person, _ = people.authenticate(value)
    except PersonTokenRefusedError as cause:
        raise TokenRefusedError(cause.message, next_step=cause.advice) from None
    if not person.may(Duty.ANALYST, Duty.LEAD):
        raise DutyMissingError
    return person


def require_operator(scope: Scope, metrics_token: str) -> None:
    """Nothing, when figures may be told: with the metrics token, or without one straight from this machine.

    A request that passed a proxy is not from this machine, whatever address it comes from.

    Raises:
        MetricsRefusedError: They may not.
    """
    if metrics_token:
        try:
            scheme, value = _credentials(authorization_of(scope))
        except NoTokenError:
            raise MetricsRefusedError from None
        if scheme != "bearer" or not hmac.compare_digest(value.encode(), metrics_token.encode()):
            raise MetricsRefusedError("this is not the metrics token")
        return
    client = scope.get("client")
    forwarded = any(
        name in {b"forwarded", b"via", b"x-real-ip"} or name.startswith(b"x-forwarded-") for name, _ in scope["headers"]
    )
    if forwarded or client is None or client[0] not in _LOOPBACK:
        raise MetricsRefusedError


def _credentials(authorization: bytes | None) -> tuple[str, str]:
    if authorization is None or len(authorization) > _LONGEST or not authorization.isascii():
        raise NoTokenError
    scheme, _, value = authorization.decode("ascii").partition(" ")
    return scheme.lower(), value.strip()


def _basic(value: str) -> tuple[str, str]:
    try:
        name, colon, token = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise NoTokenError("the Basic credentials are not base64 of name:token") from None
    if not colon:
        raise NoTokenError("the Basic credentials hold no colon")
    return name, token
