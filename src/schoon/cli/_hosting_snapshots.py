"""Snapshots that traces go by: import, list."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from schoon.cli._commands import Json
from schoon.cli._house import house_of
from schoon.cli._output import counted, emit, note, say, table
from schoon.hosting import Snapshot, SnapshotDateError, SnapshotImport, SnapshotReport
from schoon.kinds import InputError

SnapshotFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A table of prefixes, or IANA's dns.json, ipv4.json or ipv6.json.")
]
Dated = Annotated[
    str,
    typer.Option("--date", metavar="DATE", help="The day on which its content was so; IANA's files say it themselves."),
]
SkipBadRows = Annotated[
    bool, typer.Option("--skip-bad-rows", help="Take the good rows although there are bad ones; the snapshot says so.")
]

_SHOWN_ROWS = 20


class BadRowsError(InputError):
    """The file has rows that cannot be taken, and nothing of it went in."""

    next_step = "correct the rows, or import with --skip-bad-rows: where a row is missing, the range around it is named"


def import_snapshot(
    ctx: typer.Context,
    file: SnapshotFile,
    *,
    dated: Dated = "",
    skip_bad_rows: SkipBadRows = False,
    as_json: Json = False,
) -> None:
    """Import a snapshot; of each kind the one with the newest date counts.

    A table has five columns between tabs: prefix, AS, organisation, country, abuse contact. The same file of the same
    date twice changes nothing. Rows that cannot be taken are named with their line, and then nothing goes in, unless
    --skip-bad-rows says otherwise.
    """
    house = house_of(ctx)
    wanted = SnapshotImport(
        path=str(file), dated=_day(dated), by=house.actor, now=house.clock(), skip_bad_rows=skip_bad_rows
    )
    with house.open_rooms() as rooms:
        report = rooms.hosting.import_snapshot(wanted)
    if as_json:
        emit(_report_record(report))
    else:
        _show_report(report)
    if report.snapshot is None:
        what = counted(report.refused_count, "row", "rows") + " cannot be taken"
        raise BadRowsError(f"{file}: {what if report.refused_count else 'it holds no row'}")


def list_snapshots(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show the imported snapshots; of each kind the first counts."""
    with house_of(ctx).open_rooms() as rooms:
        found = rooms.hosting.snapshots()
    if as_json:
        for one in found:
            emit(_record(one))
        return
    table(
        ["snapshot", "kind", "of", "rows", "refused", "imported", "by"],
        [
            (str(one.snapshot_id), one.kind, str(one.dated), one.rows, one.refused, one.imported_at, one.imported_by)
            for one in found
        ],
        numbers=["snapshot", "rows", "refused"],
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SnapshotDateError(f"{text[:40]!r} is not a date") from None


def _show_report(report: SnapshotReport) -> None:
    for row in report.refused[:_SHOWN_ROWS]:
        note(f"  line {row.line}: {row.reason}")
    if report.refused_count > _SHOWN_ROWS:
        note(f"  and {report.refused_count - _SHOWN_ROWS:,} more; --json shows the first hundred")
    done = report.snapshot
    if done is None:
        return
    if report.was_there:
        say(f"Snapshot {done.snapshot_id} of {done.dated} was there: nothing is changed.")
        return
    without = f", without {counted(done.refused, 'bad row', 'bad rows')}" if done.refused else ""
    say(f"Snapshot {done.snapshot_id}: {done.kind} of {done.dated}, {counted(done.rows, 'row', 'rows')}{without}.")


def _report_record(report: SnapshotReport) -> dict[str, object]:
    return {
        "snapshot": _record(report.snapshot) if report.snapshot else None,
        "was_there": report.was_there,
        "refused_count": report.refused_count,
        "refused": [{"line": row.line, "reason": row.reason} for row in report.refused],
    }


def _record(one: Snapshot) -> dict[str, object]:
    return {
        "snapshot": one.snapshot_id,
        "kind": one.kind,
        "dated": one.dated,
        "sha256": one.sha256,
        "rows": one.rows,
        "refused": one.refused,
        "imported_by": one.imported_by,
        "imported_at": one.imported_at,
    }
