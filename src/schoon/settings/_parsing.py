"""How a setting is read: from a variable's text to its value, refusing what cannot be meant."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

_DURATION = re.compile(r"(\d{1,6})\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How one setting is read and explained.

    Attributes:
        parse: From the variable's text to its value; raises ValueError naming what was expected.
        shown: Its default, as people read it.
        means: One or two sentences for the operator.
    """

    parse: Callable[[str], object]
    shown: str
    means: str


def text_of(value: str) -> str:
    """The text itself."""
    return value


def path_of(value: str) -> Path:
    """A path; `~` is the home folder."""
    return Path(value).expanduser()


def duration_of(value: str) -> timedelta:
    """A span of time."""
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise ValueError("a number with s, m, h or d behind it, such as 45m")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def yes_or_no_of(value: str) -> bool:
    """True for yes, False for no."""
    if value not in {"yes", "no"}:
        raise ValueError("yes or no")
    return value == "yes"


def secret_hex_of(value: str) -> bytes:
    """Thirty-two bytes."""
    try:
        secret = bytes.fromhex(value)
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise ValueError("64 hexadecimal digits")
    return secret


def instant_of(value: str) -> datetime:
    """An instant in UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("an ISO 8601 time such as 2026-11-22T12:00:00Z") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def country_of(value: str) -> str:
    """A country by its two letters."""
    if not re.fullmatch(r"[A-Z]{2}", value):
        raise ValueError("a country in two capital letters, such as NL")
    return value


def resolver_of(value: str) -> tuple[str, int]:
    """Address and port of a DNS resolver."""
    address, port = value, "53"
    if value.startswith("[") or value.count(":") == 1:
        address, _, port = value.rpartition(":")
    expected = "an IP address, with a port when it is not 53: 192.0.2.53, [2001:db8::53]:5353"
    try:
        host, number = str(ip_address(address.strip("[]"))), int(port)
    except ValueError:
        raise ValueError(expected) from None
    if not 0 < number < 65_536:
        raise ValueError(expected)
    return host, number


def level_of(value: str) -> str:
    """A level of the log."""
    if value.lower() not in {"debug", "info", "warning", "error"}:
        raise ValueError("debug, info, warning or error")
    return value.upper()


def list_of(value: str) -> tuple[str, ...]:
    """Texts between commas."""
    return tuple(filter(None, (part.strip() for part in value.split(","))))


def count_of(value: str) -> int:
    """A number of things, one or more."""
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 1_000_000):
        raise ValueError("a whole number from 1")
    return int(value)
