"""Made-up addresses beside one: what a host answers there, it answers for what it does not have."""

import re
import secrets
from dataclasses import dataclass, replace

from schoon.reports import TargetUrl

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_LENGTH = 24
_DIGITS = 18
"""Of a made-up number: longer than any that counts something, short enough for 64 bits."""

_VALUE = re.compile(r"=[^&;]*")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Two addresses to compare one with.

    Attributes:
        made_up: Like it, but for one part that nobody has given out.
        without: Without that part. A host that answers the same there does not look at the part.
        is_whole: Whether nothing but the host is left of the address.
    """

    made_up: TargetUrl
    without: TargetUrl
    is_whole: bool = False


def trials_of(url: TargetUrl) -> list[Trial]:
    """From the smallest change to the greatest: the values of the query, the last part of the path, the whole path."""
    path, question, query = url.path.partition("?")
    trials = []
    if question and query:
        made_up = _VALUE.sub(lambda _: f"={_like(_)}", query) if "=" in query else _word()
        trials.append(Trial(made_up=replace(url, path=f"{path}?{made_up}"), without=replace(url, path=path)))
    folder, _, last = path.rstrip("/").rpartition("/")
    rest = f"?{query}" if question else ""
    if folder:
        made_up = f"{folder}/{_named_like(last)}{'/' if path.endswith('/') else ''}{rest}"
        trials.append(Trial(made_up=replace(url, path=made_up), without=replace(url, path=f"{folder}/")))
    whole = f"/{_named_like(last)}{rest}" if last else f"/{_word()}"
    trials.append(Trial(made_up=replace(url, path=whole), without=replace(url, path="/"), is_whole=True))
    return trials


def _like(value: re.Match[str]) -> str:
    return _number() if value[0][1:].isdecimal() else _word()


def _named_like(part: str) -> str:
    """A made-up name of the same kind: a number for a number, and with the same ending."""
    ending = _ENDING.search(part)
    stem = part[: ending.start()] if ending else part
    return (_number() if stem.isdecimal() else _word()) + (ending[0] if ending else "")


def _word() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def _number() -> str:
    return str(9 * 10 ** (_DIGITS - 1) + secrets.randbelow(10 ** (_DIGITS - 1)))
