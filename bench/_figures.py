"""What a figure is, whether more of it is better, and how it stands beside its peers and its limit."""

import json
import math
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LATEST = Path(__file__).parent / "latest.json"
KEYS = ("figure", "size", "value", "unit", "peers", "limit")
LOWER_IS_BETTER = {"s", "ms", "us", "GB", "MB", "GiB", "MiB", "times", "%", "B"}
"""Times, memory, and costs as multiples; every other unit is a rate."""

Figure = dict[str, Any]


class FigureError(ValueError):
    """A figure has not the form that all have."""


def figure(
    name: str, size: str, value: float, unit: str, *, peers: Mapping[str, float] | None = None,
    limit: float | None = None,
) -> Figure:  # fmt: skip
    """One figure; `peers` and `limit` are in its unit and from its run."""
    shown = {peer: float(one) for peer, one in (peers or {}).items()}
    return {
        "figure": name,
        "size": size,
        "value": float(value),
        "unit": unit,
        "peers": shown,
        "limit": None if limit is None else float(limit),
    }


def checked(one: Mapping[str, Any]) -> Figure:
    """The figure, when it has the form.

    Raises:
        FigureError: It has not.
    """
    name = one.get("figure")
    if wrong := set(KEYS).symmetric_difference(set(one) - {"machine"}):
        raise FigureError(f"{name}: these keys are missing or unknown: {', '.join(sorted(wrong))}")
    for key in ("figure", "size", "unit"):
        if not isinstance(one[key], str) or not one[key].strip():
            raise FigureError(f"{name}: its {key} is {one[key]!r}, not a word")
    numbers = {"value": one["value"], **one["peers"]} | ({} if one["limit"] is None else {"limit": one["limit"]})
    for key, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise FigureError(f"{name}: its {key} is {number!r}, not a number")
    return dict(one)


def times_better(value: float, other: float, unit: str) -> float:
    """How many times better the value is than the other: 2.0 is twice as fast, or half the memory."""
    above, below = (other, value) if unit in LOWER_IS_BETTER else (value, other)
    return above / below if below else math.inf


def beside(one: Figure) -> str:
    """The peers with the ratio to each, and the limit with the share of it that is reached."""
    value, unit = one["value"], one["unit"]
    parts = [f"{name} {number(peer)} ({ratio(times_better(value, peer, unit))})" for name, peer in one["peers"].items()]
    if one["limit"] is not None:
        parts.append(f"limit {number(one['limit'])} ({times_better(value, one['limit'], unit):.0%} of it)")
    return "; ".join(parts)


def number(value: float) -> str:
    """Three digits that mean something: 0.0123, 4.56, 789, 12,300, 45.6 million."""
    if value == 0:
        return "0"
    if abs(value) >= 1e6:
        return f"{_three(value / 1e6)} million"
    return _three(value)


def ratio(times: float) -> str:
    """As in "23x", "1.3x"."""
    return f"{_three(times)}x"


def _three(value: float) -> str:
    if not math.isfinite(value) or value == 0:
        return str(value)
    rounded = round(value, 2 - math.floor(math.log10(abs(value))))
    return f"{rounded:,.{max(0, 2 - math.floor(math.log10(abs(rounded))))}f}"


def machine() -> str:
    """The processor with what its vectors can, the cores we may use, the memory."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    told = {key.strip(): text.strip() for key, _, text in (line.partition(":") for line in lines)}
    flags = told.get("flags", "").split()
    vectors = next((name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags), "no AVX2")
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{told.get('model name', platform.machine())}, {vectors}, {cores} core{'s' if cores > 1 else ''}, "
        f"{memory:.0f} GiB, Python {platform.python_version()}"
    )


def latest() -> list[Figure]:
    """The figures that are kept."""
    found: list[Figure] = json.loads(LATEST.read_text(encoding="utf-8")) if LATEST.exists() else []
    return found


def keep(found: list[Figure], *, all_measured: bool) -> int:
    """How many old figures stay: none after everything was measured, else those of another name or size."""
    measured = {(one["figure"], one["size"]) for one in found}
    old = [] if all_measured else [one for one in latest() if (one["figure"], one["size"]) not in measured]
    LATEST.write_text(json.dumps(old + found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(old)
