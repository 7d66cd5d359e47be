"""Runs every check that needs no test run, two at a time, and says how much each of them saw."""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One check.

    Attributes:
        name: As printed.
        command: What runs.
        saw: Finds in the output how much was looked at.
        count: Runs when the command itself does not say how much; its lines are counted.
    """

    name: str
    command: tuple[str, ...]
    saw: str = ""
    count: tuple[str, ...] = ()


RUFF = str(BIN / "ruff")
GATES = (
    Gate(name="types", command=(str(BIN / "mypy"), "--no-color-output"), saw=r"\d+ source files"),
    Gate(name="format", command=(RUFF, "format", "--check", "."), saw=r"\d+ files? already formatted"),
    Gate(name="rules", command=(RUFF, "check", "."), count=(RUFF, "check", "--show-files", ".")),
    Gate(name="imports", command=(str(BIN / "lint-imports"),), saw=r"Analyzed .*"),
    Gate(name="docs", command=(sys.executable, "-m", "tools.docs", "--check"), saw=r"\d+ pages .*"),
)


def main() -> int:
    """Run the gates; 1 when one of them is not content."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return max(pool.map(_run, GATES))


def _run(gate: Gate) -> int:
    started = time.monotonic()
    code, output = _output_of(gate.command)
    verdict = "ok" if code == 0 else "NOT OK"
    lines = [f"{gate.name:<8} {verdict:<7} {_seen(gate, output)} ({time.monotonic() - started:.1f} s)"]
    if code != 0:
        lines.append(output.strip())
    print("\n".join(lines), flush=True)
    return min(code, 1)


def _seen(gate: Gate, output: str) -> str:
    if gate.count:
        return f"{len(_output_of(gate.count)[1].splitlines())} files"
    match = re.search(gate.saw, output)
    return match[0] if match else "how much it saw is not known"


def _output_of(command: tuple[str, ...]) -> tuple[int, str]:
    plain = os.environ | {"NO_COLOR": "1"}
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=plain)
    return ended.returncode, ended.stdout + ended.stderr


if __name__ == "__main__":
    sys.exit(main())
