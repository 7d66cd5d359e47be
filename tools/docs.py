"""Writes the documentation that comes from code; with --check only says whether it is current."""

import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperCommand, TyperGroup

from schoon.api import openapi_json
from schoon.cli import COMMANDS, EXIT_CODES, build
from schoon.settings import documented

DOCS = Path(__file__).parents[1] / "docs"
_NOTE = "<!-- Written by `make docs` from the code; do not edit by hand. -->\n"


def main(arguments: list[str]) -> int:
    """Write, or compare: 1 when a page is not what the code says."""
    pages = {"commands.md": commands(), "exit-codes.md": exit_codes(), "operators/settings.md": settings()}
    pages["openapi.json"] = openapi_json().decode()
    stale = [name for name, text in pages.items() if _content(DOCS / name) != text]
    if "--check" in arguments:
        print(
            f"{len(pages)} pages {'current' if not stale else 'NOT current: ' + ', '.join(stale) + '; run: make docs'}"
        )
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(pages[name], encoding="utf-8")
    print(f"{len(pages)} pages, {len(stale)} written")
    return 0


def commands() -> str:
    """Every command's help, as `schoon … --help` prints it."""
    parts = [_NOTE, "# Commands\n", "Exit codes: [exit-codes.md](exit-codes.md).\n"]
    for path, text in _helps(build(list(COMMANDS)), ("schoon",)):
        parts.append(f"## {' '.join(path)}\n\n```text\n{text.rstrip()}\n```\n")
    return "\n".join(parts)


def exit_codes() -> str:
    """The table of exit codes."""
    rows = [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES]
    return "\n".join([_NOTE, "# Exit codes\n", "| code | means |", "|---:|---|", *rows, ""])


def settings() -> str:
    """The table of settings."""
    rows = [f"| `{variable}` | {shown} | {means} |" for variable, shown, means in documented()]
    intro = (
        "Everything is set by environment variables; options of a command win over them. A variable that begins\n"
        "with `SCHOON_` and is not listed here is refused, so that a typing error is noticed. HOME is the value of\n"
        "`SCHOON_HOME`. Durations are a number with `s`, `m`, `h` or `d` behind it.\n"
    )
    return "\n".join([_NOTE, "# Settings\n", intro, "| variable | default | means |", "|---|---|---|", *rows, ""])


def _helps(command: TyperCommand | TyperGroup, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    context = typer.Context(command, info_name=" ".join(path), terminal_width=100, max_content_width=100)
    yield path, command.get_help(context)
    if isinstance(command, TyperGroup):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if isinstance(found, TyperCommand | TyperGroup) and not found.hidden:
                yield from _helps(found, (*path, name))


def _content(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
