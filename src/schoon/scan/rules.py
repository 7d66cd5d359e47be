"""What a scan decides, as plain functions: what to do with a listed file, how long to wait, what an option means."""

import re
from datetime import time

from schoon.scan.types import Hours, Rate, ScanAction, ScanSettingsError

RACY_NANOSECONDS = 2_000_000_000
"""A file that changed less than this before it was hashed may change again without a trace in its times."""

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 120.0
_HOURS = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?")
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*(|files|kb|mb|gb)(?:/s)?", re.IGNORECASE)
_AGE = re.compile(r"(\d+)\s*([smhdw])")
_UNITS = {"kb": 1e3, "mb": 1e6, "gb": 1e9}
_AGE_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def decide(action: ScanAction, *, is_strong: bool, may_quarantine: bool) -> ScanAction:
    """What is done with one listed file.

    Args:
        action: What the operator asked for.
        is_strong: The match is by SHA-256.
        may_quarantine: A quarantine folder was named, so that a deletion that is not allowed may fall back on it.
    """
    if action is not ScanAction.DELETE or is_strong:
        return action
    return ScanAction.QUARANTINE if may_quarantine else ScanAction.REPORT


def is_racy(ctime_ns: int, hashed_at_ns: int) -> bool:
    """Whether a change after hashing could bear the same times; the change time is the one nobody can set."""
    return hashed_at_ns - ctime_ns < RACY_NANOSECONDS


def pause_before(attempt: int, chance: float) -> float:
    """Seconds to wait before the next attempt; doubles up to two minutes, spread by `chance` (0 to 1) over its half.

    Args:
        attempt: How many attempts have failed in a row, from 1.
    """
    whole = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2.0 ** min(attempt - 1, 10))
    return whole * (0.5 + 0.5 * chance)


def parse_hours(text: str) -> Hours:
    """The window meant by "22-6" or "22:30-06:00".

    Raises:
        ScanSettingsError: It is no window of a day.
    """
    found = _HOURS.fullmatch(text.strip())
    numbers = [int(part or 0) for part in found.groups()] if found else [24, 60, 24, 60]
    if max(numbers[0], numbers[2]) > 24 or max(numbers[1], numbers[3]) > 59 or numbers[:2] == numbers[2:]:
        raise ScanSettingsError(f"--hours {text!r} is no window", next_step="write it as 22-6 or 22:30-06:00")
    return Hours(start=time(numbers[0] % 24, numbers[1]), end=time(numbers[2] % 24, numbers[3]))


def parse_rate(texts: tuple[str, ...]) -> Rate:
    """The limits meant by "200" (files a second) and "20MB" (bytes a second).

    Raises:
        ScanSettingsError: One of them is no rate.
    """
    files: float | None = None
    size: float | None = None
    for text in texts:
        found = _RATE.fullmatch(text.strip())
        number = float(found[1]) if found else 0.0
        if found is None or number <= 0:
            raise ScanSettingsError(f"--rate {text!r} is no rate", next_step="write 200 (files a second) or 20MB")
        unit = found[2].lower()
        if unit in _UNITS:
            size = number * _UNITS[unit]
        else:
            files = number
    return Rate(files_per_second=files, bytes_per_second=size)


def parse_age(text: str) -> float:
    """The seconds meant by "30d", "12h", "2w".

    Raises:
        ScanSettingsError: It is no age.
    """
    found = _AGE.fullmatch(text.strip().lower())
    if found is None:
        raise ScanSettingsError(f"{text!r} is no age", next_step="write it as 30d, 12h or 2w")
    return float(int(found[1]) * _AGE_SECONDS[found[2]])
