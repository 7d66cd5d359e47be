"""Decisions about single entries and batches: withdraw, suspend, release."""

from typing import TYPE_CHECKING, Annotated

import typer

from schoon.cli._commands import Json
from schoon.cli._house import house_of
from schoon.cli._import import ReasonText
from schoon.cli._output import counted, emit, note, say
from schoon.kinds import BatchId, EntryId, InputError
from schoon.lists import MarkReport

if TYPE_CHECKING:
    from schoon.rooms import Rooms

Entries = Annotated[
    list[int] | None, typer.Option("--entry", metavar="NUMBER", help="The entry's number; may be repeated.")
]
Refs = Annotated[
    list[str] | None,
    typer.Option("--ref", metavar="ID", help="The supplier's own id, with --supplier; may be repeated."),
]
RefSupplier = Annotated[str, typer.Option("--supplier", metavar="NAME", help="Whose id --ref is.")]
WholeBatch = Annotated[int | None, typer.Option("--batch", metavar="NUMBER", help="A whole batch instead.")]


class NoEntryNamedError(InputError):
    """No entry was named, or a supplier's id without the supplier."""

    next_step = "give --entry NUMBER, or --supplier NAME with --ref ID, or --batch NUMBER"


def withdraw(
    ctx: typer.Context,
    *,
    reason: ReasonText,
    entry: Entries = None,
    supplier: RefSupplier = "",
    ref: Refs = None,
    batch: WholeBatch = None,
    as_json: Json = False,
) -> None:
    """Take entries off the list for good.

    Every service process stops finding them within a minute; members with a hit on one are told, and offered restore.
    """
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        now = house.clock()
        if batch is not None:
            published = rooms.lists.withdraw_batch(BatchId(batch), reason=reason, by=house.actor, now=now)
            _tell_batch(batch, published.version if published else None, as_json=as_json)
            return
        done = rooms.lists.withdraw(_named(rooms, entry, supplier, ref), reason=reason, by=house.actor, now=now)
    _tell("withdrawn", done, as_json=as_json)


def suspend(
    ctx: typer.Context,
    *,
    reason: ReasonText,
    entry: Entries = None,
    supplier: RefSupplier = "",
    ref: Refs = None,
    as_json: Json = False,
) -> None:
    """Let entries answer `review` until they are released or withdrawn."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        ids = _named(rooms, entry, supplier, ref)
        done = rooms.lists.suspend(ids, reason=reason, by=house.actor, now=house.clock())
    _tell("suspended", done, as_json=as_json)


def release(
    ctx: typer.Context,
    *,
    reason: ReasonText,
    entry: Entries = None,
    supplier: RefSupplier = "",
    ref: Refs = None,
    as_json: Json = False,
) -> None:
    """Lift the suspension of entries: they are again what their batch is."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        ids = _named(rooms, entry, supplier, ref)
        done = rooms.lists.release(ids, reason=reason, by=house.actor, now=house.clock())
    _tell("released", done, as_json=as_json)


def _named(rooms: "Rooms", entry: list[int] | None, supplier: str, ref: list[str] | None) -> list[EntryId]:
    if bool(ref) != bool(supplier) or not (entry or ref):
        raise NoEntryNamedError("the command line names no entry")
    ids = [EntryId(number) for number in entry or []]
    if ref:
        supplier_id = rooms.lists.find_supplier(supplier).supplier_id
        ids += [rooms.lists.find_entry(supplier_id, one) for one in ref]
    return ids


def _tell(done_what: str, done: MarkReport, *, as_json: bool) -> None:
    if as_json:
        emit({"entries": list(done.entry_ids), "unchanged": list(done.unchanged), "version": done.version})
        return
    if done.unchanged:
        note(f"{counted(len(done.unchanged), 'entry was', 'entries were')} so before.")
    if done.entry_ids:
        say(f"{counted(len(done.entry_ids), 'entry is', 'entries are')} {done_what}.")
        _tell_version(done.version)


def _tell_batch(batch: int, version: int | None, *, as_json: bool) -> None:
    if as_json:
        emit({"batch": batch, "version": version})
        return
    say(f"Batch {batch} is withdrawn.")
    _tell_version(version)


def _tell_version(version: int | None) -> None:
    if version is None:
        note("no version carries it yet: the publisher's next `schoon list refresh` sends it")
    else:
        note(f"version {version} carries it")
