"""`schoon scan`: hash a hoster's files here, ask about the digests, report or act on what is listed."""

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from schoon.cli._commands import CaFile, Json, Server, TokenFile, command, new_app
from schoon.cli._house import house_of
from schoon.cli._output import duration, emit, facts, say
from schoon.cli._scan_screen import JsonLines, Screen
from schoon.cli.receipt import receipt_key_in
from schoon.client import Patience, SchoonClient
from schoon.hashing import Hasher
from schoon.kinds import InputError
from schoon.scan import (
    FailMode,
    Listener,
    ScanAction,
    ScanSettings,
    ScanSummary,
    Surroundings,
    Time,
    parse_hours,
    parse_rate,
    resolve,
    run,
    shown,
    step_back,
)

app = new_app("Scan folders; report, quarantine or delete what is listed.")
APPS = {"scan": app}

LISTED, ONLY_REVIEW, INCOMPLETE, INTERRUPTED = 10, 11, 12, 130

Paths = Annotated[list[Path] | None, typer.Argument(metavar="PATH...", help="Folders or files.", show_default=False)]
ActionOption = Annotated[
    ScanAction, typer.Option("--action", help="What is done with listed files; never anything with `review`.")
]
Fail = Annotated[
    FailMode | None,
    typer.Option(
        "--fail",
        "--on-outage",
        help="Must be given with --action quarantine or delete. open: files that the service did not answer on stay in "
        "place. closed: those that it never answered on are held in quarantine until it does, and what is not listed "
        "then goes back by itself. Both end with exit code 12.",
        show_default=False,
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Needed with --action delete.")]
QuarantineDir = Annotated[
    Path | None,
    typer.Option(
        "--quarantine-dir",
        metavar="FOLDER",
        help="Private folder (0700) on the same file system, outside of what is served.  [default: "
        ".schoon-quarantine at the root of the file system]",
        show_default=False,
    ),
]
StateOption = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="FOLDER",
        help="Where digests and answers are kept between scans (0700).  [default: scan/ in Schoon's own folder]",
        show_default=False,
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude", metavar="GLOB", help="Leave out: '*.log' by name, '/srv/*/cache' by whole path; may be repeated."
    ),
]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, max=256, help="Files hashed at a time.  [default: cores]")]
RateOption = Annotated[
    list[str] | None,
    typer.Option("--rate", metavar="N|SIZE", help="At most 200 (files a second) or 20MB (a second); may be repeated."),
]
HoursOption = Annotated[
    str, typer.Option("--hours", metavar="FROM-TO", help="Read files only in these hours, local time: 22-6, 22:30-6.")
]
OneFileSystem = Annotated[bool, typer.Option("--one-file-system", help="Do not enter other mounts.")]
MailBasis = Annotated[
    str,
    typer.Option(
        "--mail-legal-basis",
        metavar="TEXT",
        help="Read mail stores too (Maildir, mbox, dbox), on this legal basis, which is recorded and printed.",
    ),
]
FullSpeed = Annotated[bool, typer.Option("--full-speed", help="Normal priority; the default is idle CPU and disk.")]
WatchOption = Annotated[bool, typer.Option("--watch", help="Go on after the first pass, with what changes.")]
Wait = Annotated[
    float, typer.Option("--patience", metavar="SECONDS", min=0, help="How long an absent service is waited for.")
]
HoldLimit = Annotated[int, typer.Option("--hold-limit", min=0, help="The most files that --fail closed will hold.")]
Frames = Annotated[int, typer.Option("--frames", min=1, max=64, help="Frames of animations that are hashed.")]
ReceiptKey = Annotated[
    Path | None,
    typer.Option("--receipt-key", metavar="FILE", help="Refuse answers that this public key does not prove."),
]
Resolve = Annotated[
    str, typer.Option("--resolve", metavar="REF", help="Print the path that a reference stands for, and stop.")
]


class UnknownRefError(InputError):
    """No file of this state has that reference."""

    next_step = "give the --state of the machine that scanned the file"


@command(
    app,
    "scan",
    "schoon scan /srv/www --server https://check.example --token-file /etc/schoon/token",
    "schoon scan /srv/www --action quarantine --fail open --exclude '*.log' --hours 22-6 --json",
)
def scan(
    ctx: typer.Context,
    paths: Paths = None,
    *,
    server: Server = "",
    token_file: TokenFile = None,
    ca_file: CaFile = None,
    receipt_key: ReceiptKey = None,
    action: ActionOption = ScanAction.REPORT,
    fail: Fail = None,
    yes: Yes = False,
    quarantine_dir: QuarantineDir = None,
    state: StateOption = None,
    exclude: Exclude = None,
    one_file_system: OneFileSystem = False,
    mail_legal_basis: MailBasis = "",
    rate: RateOption = None,
    hours: HoursOption = "",
    jobs: Jobs = None,
    full_speed: FullSpeed = False,
    frames: Frames = 1,
    watch: WatchOption = False,
    patience: Wait = 600.0,
    hold_limit: HoldLimit = 1_000,
    resolve_ref: Resolve = "",
    as_json: Json = False,
) -> None:
    """Hash files here, send digests only, and report or act on what is listed.

    Files never leave this machine, and neither do their names: the service sees digests and opaque references. The next
    scan with the same --state reads only what has changed, and goes on where a stopped one was.

    --action quarantine moves listed files aside; --action delete removes those with a strong match (SHA-256), with
    --yes, and leaves weaker ones in place (or quarantines them when --quarantine-dir is given). Before anything is
    touched it is hashed again.

    Exit codes: 0 every file was answered and none is listed; 10 some are listed; 11 none is listed, some need review;
    12 not every file could be checked or answered (whatever else was found); 130 stopped by Ctrl-C.
    """
    house = house_of(ctx)
    state_path = os.fsencode((state or house.home / "scan").absolute())
    if resolve_ref:
        _print_path(state_path, resolve_ref, as_json=as_json)
        return
    settings = ScanSettings(
        paths=tuple(os.fsencode(path) for path in paths or ()),
        state=state_path,
        action=action,
        fail=fail,
        confirmed=yes,
        quarantine=os.fsencode(quarantine_dir.resolve()) if quarantine_dir else None,
        exclude=tuple(exclude or ()),
        one_file_system=one_file_system,
        mail_legal_basis=mail_legal_basis,
        rate=parse_rate(tuple(rate or ())),
        hours=parse_hours(hours) if hours else None,
        patience_seconds=patience,
        hold_limit=hold_limit,
        watch=watch,
    )
    ca = ca_file or house.ca_file
    client = SchoonClient(
        house.server_url(server),
        house.token(token_file),
        receipt_key=receipt_key_in(receipt_key) if receipt_key else None,
        ca_file=str(ca) if ca else None,
        patience=Patience(retries=1),  # the scan waits by itself, and goes on hashing meanwhile
    )
    if not full_speed:
        step_back()
    threads = jobs or len(os.sched_getaffinity(0))
    screen = JsonLines(house.clock) if as_json else Screen(house.clock)
    with _stopping() as (stop, signals), client, Hasher(threads, frames=frames) as hasher, _closing(screen):
        around = Surroundings(
            service=client,
            hasher=hasher,
            listener=screen,
            time=Time(now=house.clock, monotonic=time.monotonic, wait=stop.wait),
            jobs=threads,
            stop=stop,
            count_ahead=isinstance(screen, Screen),
        )
        summary = run(settings, around)
    if not as_json:
        show(summary)
    raise typer.Exit(INTERRUPTED if signal.SIGINT in signals and not watch else code_of(summary))


def code_of(summary: ScanSummary) -> int:
    """The exit code of a scan: that something was not checked goes before what was found."""
    if not summary.is_complete:
        return INCOMPLETE
    if summary.listed:
        return LISTED
    return ONLY_REVIEW if summary.review else 0


def show(summary: ScanSummary) -> None:
    """The sum, every class of files by itself."""
    megabytes = summary.bytes_seen / 1e6
    lines: list[tuple[str, object]] = [
        ("scanned", f"{summary.files:,} files in {summary.folders:,} folders, {megabytes:,.1f} MB, {_took(summary)}"),
        ("read", f"{summary.hashed:,} files; the others had not changed"),
        ("list", f"{summary.list_name or 'not known'}, version {summary.list_version}"),
        ("listed", summary.listed),
        ("review", summary.review),
        ("not listed", summary.not_listed),
    ]
    for what, count in (
        ("quarantined", summary.quarantined),
        ("deleted", summary.deleted),
        ("held", summary.held),
        ("put back", summary.released),
    ):
        if count:
            lines.append((what, count))
    if summary.exact_only:
        lines.append(("by exact hash only", _counts(summary.exact_only.items())))
    if summary.passed_by:
        lines.append(("passed by", _counts(summary.passed_by.items())))
    if summary.mail_legal_basis:
        lines.append(("mail was read", f"legal basis: {summary.mail_legal_basis}"))
    lines.append(("not checked", _counts(summary.problems.items()) if summary.problems else "none"))
    facts(lines)
    if not summary.finished:
        say("The scan was stopped before its end. Run it again: it goes on where it was.", style="bold")
    elif not summary.is_complete:
        say("Not every file could be checked; those are not known to be clean.", style="bold")


def _took(summary: ScanSummary) -> str:
    return duration(timedelta(seconds=summary.seconds))


def _counts(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in sorted(counts))


def _print_path(state: bytes, ref: str, *, as_json: bool) -> None:
    path = resolve(state, ref)
    if path is None:
        raise UnknownRefError(f"{ref[:64]!r} is unknown to {shown(state)}")
    if as_json:
        emit({"ref": ref, "path": shown(path), "path_hex": path.hex()})
    else:
        say(shown(path))


@contextmanager
def _closing(screen: "JsonLines | Screen") -> Iterator[Listener]:
    with screen if isinstance(screen, Screen) else nullcontext():
        yield screen


@contextmanager
def _stopping() -> Iterator[tuple[threading.Event, set[int]]]:
    """An event that the first signal sets, and the signals that came; a second one ends the process at once."""
    stop = threading.Event()
    came: set[int] = set()

    def on_signal(number: int, _frame: object) -> None:
        came.add(number)
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield stop, came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
