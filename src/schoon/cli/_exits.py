"""The one table from what went wrong to the exit code, and how an error is shown."""

import inspect
import json
import sys
from collections.abc import Callable

from rich.text import Text

from schoon.cli._output import console
from schoon.kinds import InputError, OutageError, RefusedError, SchoonError

OUR_BUG = 1
INTERRUPTED = 130

EXIT_CODES: tuple[tuple[int, str], ...] = (
    (0, "Done; for `check` and `scan`: everything was answered and nothing is listed."),
    (OUR_BUG, "A fault of Schoon itself. The message gives a reference that the log knows; please report it."),
    (2, "The command line cannot be understood; nothing was done."),
    (3, "What was given is wrong: a value, a file, a row. The message names it and what was expected."),
    (4, "What was asked is understood and not allowed."),
    (5, "Something outside is not there or not working. Trying again may help."),
    (10, "`check` and `scan`: at least one file is listed."),
    (11, "`check` and `scan`: none is listed, at least one needs review."),
    (12, "`check` and `scan`: not every file was answered, and those are not known to be clean. Goes before 10 or 11."),
    (INTERRUPTED, "Stopped by Ctrl-C; what was done is kept."),
)
"""Every exit code with its meaning; docs/exit-codes.md is written from it."""

FAMILY_CODES: tuple[tuple[type[SchoonError], int], ...] = ((InputError, 3), (RefusedError, 4), (OutageError, 5))
"""The error families and their codes."""


def exit_code_of(error: SchoonError) -> int:
    """The code of an error's family."""
    return next((code for family, code in FAMILY_CODES if isinstance(error, family)), OUR_BUG)


def show_error(error: SchoonError, *, as_json: bool) -> None:
    """Write the error on standard error in three parts: what, which value, what next."""
    what = inspect.cleandoc(type(error).__doc__ or "").split("\n", maxsplit=1)[0]
    if as_json:
        record = {"error": type(error).__name__, "what": what, "value": error.message, "next_step": error.advice}
        sys.stderr.write(json.dumps(record | {"exit_code": exit_code_of(error)}, ensure_ascii=False) + "\n")
        return
    _show_parts(what, error.message if error.message != what else "", error.advice)


def show_bug(reference: str, log: str) -> None:
    """Tell the user that the fault is ours, with the reference that the log knows."""
    _show_parts(
        "Schoon has a fault of its own, and stopped.",
        f"reference {reference}",
        f"report it with the lines of {log} that carry this reference; they hold no digest, file name or address",
    )


def _show_parts(what: str, value: str, advice: str) -> None:
    out = console(stderr=True)
    out.print(Text.assemble(("error: ", "bold red"), what))
    if value:
        out.print(Text.assemble(("       ", ""), value))
    if advice:
        out.print(Text.assemble((" next: ", "bold"), advice))


def guarded(action: Callable[[], None], *, as_json: bool) -> int:
    """The exit code of a command: its own, or that of the expected failure it met, which is shown.

    Anything that is not an expected failure goes through: it is our bug, and `main` reports it.
    """
    try:
        action()
    except SchoonError as error:
        show_error(error, as_json=as_json)
        return exit_code_of(error)
    except SystemExit as end:  # how Typer ends a command, with its code
        return end.code if isinstance(end.code, int) else 0
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0
