"""The command line: `schoon …`. Each command parses, calls one service or the client, and shows the answer."""

from collections.abc import Sequence

from schoon.cli._exits import EXIT_CODES, FAMILY_CODES, OUR_BUG, exit_code_of, guarded, show_bug, show_error
from schoon.cli._house import House, ServeOptions
from schoon.cli._table import COMMANDS, build

__all__ = [
    "COMMANDS",
    "EXIT_CODES",
    "FAMILY_CODES",
    "OUR_BUG",
    "House",
    "ServeOptions",
    "build",
    "exit_code_of",
    "run",
    "show_bug",
    "show_error",
]


def run(arguments: Sequence[str], house: House) -> int:
    """The exit code of one command line; output is written, expected failures are shown."""
    named = [word for word in arguments if not word.startswith("-")][:1]
    program = build(named)
    return guarded(lambda: program.main(list(arguments), prog_name="schoon", obj=house), as_json="--json" in arguments)
