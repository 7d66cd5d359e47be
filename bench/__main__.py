"""Runs the figures beside their peers, prints them, writes bench/latest.json and the pages that show it.

Each file of this folder that has `measure()` gives figures as bench/_figures.py describes them. Each runs in a process
of its own, so that none inherits the memory of another: `python -m bench exact pdq` runs two, without names all run.
"""

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bench import page
from bench._figures import Figure, FigureError, beside, checked, keep, machine, number, times_better

HERE = Path(__file__).parent
BUDGET = 15 * 60
LOSS = 0.20


def main(arguments: list[str]) -> int:
    """1 when a file failed, or when STRICT=1 and something became 20 % worse on the same machine."""
    if arguments[:1] == ["--one"]:
        return _measure(arguments[1], Path(arguments[2]))
    wanted = arguments or [path.stem for path in sorted(HERE.glob("[a-z]*.py")) if _has_measure(path)]
    began, found, failed = time.monotonic(), [], []
    for name in wanted:
        figures, fine = _in_a_process(name)
        found += figures
        failed += [] if fine else [name]
    kept = keep(found, all_measured=not arguments and not failed)
    page.write()
    whole = time.monotonic() - began
    print(f"wrote {len(found)} figures to bench/latest.json ({kept} kept from before), and docs/performance.md")
    print(f"{whole:.0f} s in all{'' if arguments or whole < BUDGET else f': MORE THAN {BUDGET} s'}")
    for name in failed:
        print(f"NOT MEASURED: bench/{name}.py failed, see above", file=sys.stderr)
    lost = _lost(found)
    if lost:
        print(f"more than {LOSS:.0%} worse than the committed figure: {', '.join(lost)}")
    return 1 if failed or (lost and os.environ.get("STRICT") == "1") else 0


def _in_a_process(name: str) -> tuple[list[Figure], bool]:
    """The figures of one file, those before a failure too, and whether it ended well."""
    began = time.monotonic()
    with tempfile.NamedTemporaryFile(prefix="schoon-bench-", suffix=".jsonl") as out:
        ended = subprocess.run([sys.executable, "-m", "bench", "--one", name, out.name], check=False)
        figures = [json.loads(line) for line in Path(out.name).read_text(encoding="utf-8").splitlines()]
    print(f"   {name} took {time.monotonic() - began:.0f} s", flush=True)
    return figures, ended.returncode == 0


def _measure(name: str, out: Path) -> int:
    module = importlib.import_module(f"bench.{name}")
    print(f"-- {name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
    before, here = _committed(), machine()
    for one in module.measure():
        try:
            figure = checked(one) | {"machine": here}
        except FigureError as error:
            print(f"bench/{name}.py: {error}", file=sys.stderr)
            return 1
        with out.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(figure, ensure_ascii=False) + "\n")
        print(_line(figure, before), flush=True)
    return 0


def _has_measure(path: Path) -> bool:
    return path.name != "__main__.py" and "\ndef measure(" in path.read_text(encoding="utf-8")


def _committed() -> dict[tuple[str, str, str], float]:
    command = ["git", "show", "HEAD:bench/latest.json"]
    shown = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
    figures = json.loads(shown.stdout) if shown.returncode == 0 else []
    return {_key(figure): figure["value"] for figure in figures}


def _key(figure: Figure) -> tuple[str, str, str]:
    return figure["figure"], figure["size"], figure["machine"]


def _lost(found: list[Figure]) -> list[str]:
    before = _committed()
    return [f"{one['figure']} ({one['size']})" for one in found if _change(one, before) < -LOSS]


def _change(figure: Figure, before: Mapping[tuple[str, str, str], float]) -> float:
    """By which share the figure is better (or, below zero, worse) than the committed one of this machine."""
    old = before.get(_key(figure))
    return times_better(figure["value"], old, figure["unit"]) - 1.0 if old and figure["value"] else 0.0


def _line(figure: Figure, before: Mapping[tuple[str, str, str], float]) -> str:
    change = _change(figure, before)
    parts = [
        f"   {figure['figure']:<34} {figure['size']:<28} {number(figure['value']):>12} {figure['unit']}",
        beside(figure),
        f"{change:+.0%} against the committed" if change else "",
    ]
    return "   ".join(part for part in parts if part)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
