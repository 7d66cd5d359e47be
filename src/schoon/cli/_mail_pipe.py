"""Commands that a mail server pipes messages into: what could not be done is not lost, but delivered again."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from schoon.cli._output import note
from schoon.kinds import SchoonError

AGAIN_LATER = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the message and delivers it again."""

_log = logging.getLogger(__name__)


@contextmanager
def delivered_again(event: str, *, but_for: tuple[type[SchoonError], ...] = ()) -> Iterator[None]:
    """Whatever fails inside ends the command with `AGAIN_LATER`, but for what would fail the same way again."""
    try:
        yield
    except but_for:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it is, any other exit code sends the message back to its sender
        _log.exception("message waits", extra={"event": event})
        note(f"not taken, and to be delivered again: {type(fault).__name__}")
        if isinstance(fault, SchoonError):
            note(f"next: {fault.advice}")
        raise typer.Exit(AGAIN_LATER) from None
