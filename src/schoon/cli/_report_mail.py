"""`schoon report mail`: one message from a mail server, taken or kept for a person; never lost, never sent back."""

import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from schoon.cli._commands import Json
from schoon.cli._house import House, house_of
from schoon.cli._mail_pipe import delivered_again
from schoon.cli._output import counted, emit, note, say
from schoon.kinds import ReportId
from schoon.reports import (
    MAX_MESSAGE,
    Arrival,
    KeyReusedError,
    NotForReportsError,
    SenderList,
    UnlistedSenderError,
    UnreadableReportError,
    kept_copy,
    read_mail,
)

VerifiedSender = Annotated[
    str,
    typer.Option(
        "--sender", metavar="ADDRESS", help="Who sent it, as the mail server verified; nobody when not given."
    ),
]

_REFUSALS = (UnlistedSenderError, NotForReportsError, UnreadableReportError, KeyReusedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of a message.

    Attributes:
        refusal: The kind of error for which nothing was taken; empty when something was.
        kept: Where its words lie for a person; None when everything it says stands in reports.
    """

    reports: tuple[ReportId, ...] = ()
    refused: int = 0
    refusal: str = ""
    kept: Path | None = None


def take_mail(ctx: typer.Context, *, sender: VerifiedSender = "", as_json: Json = False) -> None:
    """Take one message from standard input, as a mail server delivers it through a pipe.

    Exit code 0: it was taken, or it was refused and its words lie in SCHOON_REFUSED_MAIL for a person; files in it
    are never kept. Exit code 75, whatever else went wrong: the mail server keeps the message and delivers it again.
    The same message again is the same report.
    """
    house = house_of(ctx)
    with delivered_again("report.mail_waits"):
        outcome = _deliver(house, _message(), sender)
    if as_json:
        emit({"reports": outcome.reports, "refused": outcome.refused, "refusal": outcome.refusal, "kept": outcome.kept})
        return
    say(f"{counted(len(outcome.reports), 'report', 'reports')} taken.")
    if outcome.kept is not None:
        note(f"{outcome.refusal or counted(outcome.refused, 'part', 'parts') + ' refused'}: see {outcome.kept}")


def _message() -> bytes:
    """What came on standard input; of what is too long for any reader the beginning, but all of it is read."""
    message = sys.stdin.buffer.read(MAX_MESSAGE + 1)
    while sys.stdin.buffer.read(MAX_MESSAGE):
        pass
    return message


def _deliver(house: House, message: bytes, sender: str) -> _Outcome:
    senders = SenderList.of(house.mail_senders)
    now = house.clock()
    try:
        taken, refused = read_mail(message, Arrival(sender=sender, now=now), senders).apart()
        with house.open_rooms() as rooms:
            receipts = rooms.reports.take([row.submission for row in taken], now=now)
    except _REFUSALS as cause:
        kept = _keep(house.refused_mail, message, sender, [f"{type(cause).__name__}: {cause.message}"])
        return _Outcome(refusal=type(cause).__name__, kept=kept)
    reasons = [f"line {row.line}: {row.reason}" if row.line else row.reason for row in refused if row.has_words]
    return _Outcome(
        reports=tuple(one.report_id for one in receipts),
        refused=len(refused),
        kept=_keep(house.refused_mail, message, sender, reasons) if reasons else None,
    )


def _keep(folder: Path, message: bytes, sender: str, reasons: Sequence[str]) -> Path:
    """Where the words of the message lie now, on the disk; the same message is one file, with the newest reasons."""
    path = folder / f"{hashlib.sha256(message).hexdigest()[:32]}.eml"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - of a descriptor, so that nobody else may read it at any time
        file.write(kept_copy(message, sender=sender, reasons=reasons))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _settle(folder)
    return path


def _settle(folder: Path) -> None:
    """The names in the folder outlive a loss of power from here on: the mail server forgets the message now."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
