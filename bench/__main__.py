"""Runs the figures beside their peers, prints them, and writes bench/latest.json.

Each file of this folder that has `measure()` gives one or more figures:

    {"figure": "exact look-up", "size": "10 M entries", "value": 4.2e7, "unit": "look-ups/s",
     "peers": {"DuckDB": 9.1e6}, "limit": "40 M/s on 2 cores, or 4 x DuckDB"}

A figure whose unit is a time or a size of memory is better when lower; every other is better when higher.
"""

import importlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LATEST = HERE / "latest.json"
REQUIRED = ("figure", "size", "value", "unit", "peers", "limit")
LOWER_IS_BETTER = {"s", "ms", "us", "GB", "MB", "GiB", "MiB"}
LOSS = 0.20

Figure = dict[str, Any]


def main(arguments: list[str]) -> int:
    """Measure what was asked, or everything; 1 when STRICT=1 and something became 20 % worse."""
    wanted = arguments or sorted(path.stem for path in HERE.glob("[a-z]*.py"))
    before = _committed()
    found: list[Figure] = []
    for name in wanted:
        module = importlib.import_module(f"bench.{name}")
        if not hasattr(module, "measure"):
            continue
        print(f"-- {name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
        for figure in _checked(name, module.measure()):
            found.append(figure)
            print(_line(figure, before), flush=True)
    _write(found)
    lost = [figure["figure"] for figure in found if _change(figure, before) < -LOSS]
    if lost:
        print(f"more than {LOSS:.0%} worse than the committed figure: {', '.join(lost)}")
    return 1 if lost and os.environ.get("STRICT") == "1" else 0


def machine() -> str:
    """The processor, the cores we may use, the memory."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def _checked(name: str, figures: Iterable[Mapping[str, Any]]) -> Iterable[Figure]:
    for figure in figures:
        missing = [key for key in REQUIRED if key not in figure]
        if missing:
            raise SystemExit(f"bench/{name}.py: a figure lacks {', '.join(missing)}")
        yield {**figure, "machine": machine()}


def _committed() -> dict[tuple[str, str], float]:
    shown = subprocess.run(
        ["git", "show", "HEAD:bench/latest.json"], cwd=HERE.parent, capture_output=True, text=True, check=False
    )
    figures = json.loads(shown.stdout) if shown.returncode == 0 else []
    return {(figure["figure"], str(figure["size"])): figure["value"] for figure in figures}


def _change(figure: Figure, before: Mapping[tuple[str, str], float]) -> float:
    """By which share the figure is better (or, below zero, worse) than the committed one."""
    old = before.get((figure["figure"], str(figure["size"])))
    if not old or not figure["value"]:
        return 0.0
    ratio = old / figure["value"] if figure["unit"] in LOWER_IS_BETTER else figure["value"] / old
    return float(ratio - 1.0)


def _line(figure: Figure, before: Mapping[tuple[str, str], float]) -> str:
    peers = "; ".join(f"{name} {_number(value)}" for name, value in figure["peers"].items())
    change = _change(figure, before)
    parts = [
        f"   {figure['figure']:<34} {figure['size']!s:<24} {_number(figure['value']):>12} {figure['unit']}",
        f"peers: {peers}" if peers else "",
        f"limit or target: {_number(figure['limit'])}" if figure["limit"] is not None else "",
        f"{change:+.0%} against the committed" if change else "",
    ]
    return "   ".join(part for part in parts if part)


def _number(value: object) -> str:
    if not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _write(found: list[Figure]) -> None:
    """New figures replace old ones of the same name and size; the rest stays."""
    old = json.loads(LATEST.read_text(encoding="utf-8")) if LATEST.exists() else []
    measured = {(figure["figure"], str(figure["size"])) for figure in found}
    kept = [figure for figure in old if (figure["figure"], str(figure["size"])) not in measured]
    LATEST.write_text(json.dumps(kept + found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {len(found)} figures to {LATEST.relative_to(HERE.parent)} ({len(kept)} kept from before)")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
