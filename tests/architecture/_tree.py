"""The project as the architecture tests see it."""

import subprocess
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "schoon"


@cache
def tracked_files(*patterns: str) -> tuple[Path, ...]:
    """Every file of the project that git knows or would add, by pattern."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(sorted(ROOT / name for name in set(listed) if (ROOT / name).is_file()))


@cache
def import_graph() -> grimp.ImportGraph:
    """Who imports whom inside the package."""
    return grimp.build_graph("schoon", cache_dir=None)


def room_of(module: str) -> str:
    """The room a module belongs to: the second part of its name."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""
