"""`schoon report add`: what somebody told, typed in or piped in."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from schoon.cli._commands import Json
from schoon.cli._digests import UnreadableFileError, parse_digest
from schoon.cli._house import house_of
from schoon.cli._report_pages import show_receipt
from schoon.hits import Language
from schoon.kinds import InputError
from schoon.reports import ItemKind, Reporter, ReportSource, Submission, SubmittedItem

Urls = Annotated[
    list[str] | None, typer.Argument(metavar="[URL...]", help="Addresses; `-` reads one a line from standard input.")
]
Media = Annotated[bool, typer.Option("--media", help="They are pictures or films, not pages.")]
Page = Annotated[str, typer.Option("--page", metavar="URL", help="The page that they are on.")]
DigestTexts = Annotated[
    list[str] | None, typer.Option("--digest", metavar="DIGEST", help="Of the one file; may be repeated.")
]
Note = Annotated[str, typer.Option("--text", metavar="TEXT", help="What the reporter wrote; `-` reads all input.")]
Reference = Annotated[str, typer.Option("--reference", metavar="TEXT", help="What the sender calls it.")]
Source = Annotated[ReportSource, typer.Option("--source", help="By which way it came.")]
Lang = Annotated[Language, typer.Option("--language", help="In which the reporter is answered.")]
ReporterFile = Annotated[
    Path | None, typer.Option("--reporter-file", metavar="FILE", help="JSON with name, email and phone; each may miss.")
]
Sender = Annotated[str, typer.Option("--sender", metavar="NAME", help="Who sent it; you, when not given.")]
Key = Annotated[str, typer.Option("--key", metavar="TEXT", help="The sender's own name for this very report.")]


class ReportGivenError(InputError):
    """What was given makes no report."""

    next_step = "name addresses or give --text; a --digest belongs to one address"


def add(
    ctx: typer.Context,
    urls: Urls = None,
    *,
    media: Media = False,
    page: Page = "",
    digest: DigestTexts = None,
    text: Note = "",
    reference: Reference = "",
    source: Source = ReportSource.CSV,
    language: Lang = Language.DUTCH,
    reporter_file: ReporterFile = None,
    sender: Sender = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Take one report: its addresses become items, or count for the items that are there.

    The same report again within five minutes is the same report; under the same --key it always is. An address on the
    command line can be read by others on this machine: `-` reads them from standard input.
    """
    house = house_of(ctx)
    given = [line for one in urls or [] for line in (_lines() if one == "-" else [one])]
    digests = tuple(parse_digest(one) for one in digest or [])
    if digests and len(given) != 1:
        raise ReportGivenError(f"{len(given)} addresses, and digests of one file")
    kind = ItemKind.MEDIA if media or page or digests else ItemKind.PAGE
    submission = Submission(
        source=source,
        items=tuple(SubmittedItem(url=one, kind=kind, page=page, digests=digests) for one in given),
        text=sys.stdin.read() if text == "-" else text,
        language=language,
        reporter=None if reporter_file is None else _reporter(reporter_file),
        reference=reference,
        sender=sender or house.actor,
        idempotency_key=key,
    )
    with house.open_rooms() as rooms:
        receipt = rooms.reports.take([submission], now=house.clock())[0]
    show_receipt(receipt, as_json=as_json)


def _lines() -> list[str]:
    return [line.strip() for line in sys.stdin if line.strip()]


def _reporter(path: Path) -> Reporter:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return Reporter(**{name: str(value) for name, value in read.items()})
    except OSError as problem:
        raise UnreadableFileError(f"{path}: {problem.strerror}") from problem
    except (ValueError, TypeError, AttributeError) as problem:
        raise ReportGivenError(
            f"{path}: not a JSON object with name, email and phone", next_step="correct the file"
        ) from problem
