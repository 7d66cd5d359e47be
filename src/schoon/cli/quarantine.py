"""`schoon quarantine`: see what a scan set aside, put it back, or destroy it."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from schoon.cli._commands import CaFile, Json, Server, TokenFile, command, new_app
from schoon.cli._house import House, house_of
from schoon.cli._output import counted, emit, note, say, table
from schoon.client import Action, HitAction, SchoonClient
from schoon.kinds import InputError, RefusedError, SchoonError
from schoon.scan import (
    Custody,
    NoSuchItemError,
    QuarantineStore,
    parse_age,
    shown,
    used_stores,
)

app = new_app("Show, restore or destroy what a scan put in quarantine.")
APPS = {"quarantine": app}

Dirs = Annotated[
    list[Path] | None,
    typer.Option(
        "--quarantine-dir",
        metavar="FOLDER",
        help="May be repeated.  [default: every one that scans with this --state used]",
        show_default=False,
    ),
]
StateOption = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="FOLDER",
        help="The scan's state.  [default: scan/ in Schoon's own folder]",
        show_default=False,
    ),
]
Items = Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="As in the list.", show_default=False)]
To = Annotated[Path | None, typer.Option("--to", metavar="FOLDER", help="Restore into this folder instead.")]
Withdrawn = Annotated[
    bool,
    typer.Option(
        "--withdrawn", help="Every file whose entry was withdrawn from the list; asks the service (--server)."
    ),
]
OlderThan = Annotated[str, typer.Option("--older-than", metavar="AGE", help="Only what is there longer: 30d, 12h, 2w.")]
Yes = Annotated[bool, typer.Option("--yes", help="Needed: what is purged is gone.")]


class NothingNamedError(InputError):
    """It was not said which files are meant."""

    next_step = "name their ids from `schoon quarantine list`, or give --withdrawn (restore) or --older-than (purge)"


class PurgeNotConfirmedError(RefusedError):
    """Purging destroys files, and was not confirmed."""

    next_step = "look at `schoon quarantine list`, then add --yes"


@app.callback()
def _group() -> None:
    """Show, restore or destroy what a scan put in quarantine."""


@command(
    app, "list", "schoon quarantine list", "schoon quarantine list --quarantine-dir /srv/.schoon-quarantine --json"
)
def list_items(
    ctx: typer.Context, *, quarantine_dir: Dirs = None, state: StateOption = None, as_json: Json = False
) -> None:
    """Show what is in quarantine: where it was, which hit it belongs to, since when and why."""
    items = sorted(
        ((store, item) for store in _stores(house_of(ctx), quarantine_dir, state) for item in store.items()),
        key=lambda pair: pair[1].at,
    )
    if as_json:
        for store, item in items:
            emit(_record(store, item))
        return
    rows = [
        (item.item, datetime.fromisoformat(item.at), _why(item), item.hit, item.size, shown(item.path))
        for _, item in items
    ]
    table(["id", "since", "why", "hit", "bytes", "path"], rows, numbers=["bytes"])
    note(counted(len(rows), "file", "files"))


@command(
    app,
    "restore",
    "schoon quarantine restore 3f0c9a1be0d24417",
    "schoon quarantine restore --withdrawn --server https://check.example",
)
def restore(
    ctx: typer.Context,
    ids: Items = None,
    *,
    withdrawn: Withdrawn = False,
    to: To = None,
    quarantine_dir: Dirs = None,
    state: StateOption = None,
    server: Server = "",
    token_file: TokenFile = None,
    ca_file: CaFile = None,
    as_json: Json = False,
) -> None:
    """Put files back where they were, with owner, mode and times as they were.

    Nothing is ever overwritten. With --withdrawn the service is asked which hits rest on entries that were withdrawn,
    their files go back, and the service is told. Without it, an entry that is still listed leads the next scan to the
    same file again: dispute the hit first.
    """
    house = house_of(ctx)
    stores = _stores(house, quarantine_dir, state)
    if withdrawn:
        with _client(house, server, token_file, ca_file) as client:
            chosen = list(_withdrawn(client, stores))
            restored, failure = _put_back(chosen, to, as_json=as_json)
            _tell(client, restored, Action.RESTORED)
    elif ids:
        restored, failure = _put_back([_find(stores, name) for name in ids], to, as_json=as_json)
        if house.server or server:
            with _client(house, server, token_file, ca_file) as client:
                _tell(client, restored, Action.RESTORED)
    else:
        raise NothingNamedError("no file was named")
    if not as_json:
        note(f"{counted(len(restored), 'file', 'files')} put back")
    if failure is not None:
        raise failure


@command(
    app,
    "purge",
    "schoon quarantine purge --older-than 90d --yes",
    "schoon quarantine purge 3f0c9a1be0d24417 --yes --server https://check.example",
)
def purge(
    ctx: typer.Context,
    ids: Items = None,
    *,
    older_than: OlderThan = "",
    yes: Yes = False,
    quarantine_dir: Dirs = None,
    state: StateOption = None,
    server: Server = "",
    token_file: TokenFile = None,
    ca_file: CaFile = None,
    as_json: Json = False,
) -> None:
    """Destroy files in quarantine; held files, which have no answer yet, only when they are named."""
    house = house_of(ctx)
    stores = _stores(house, quarantine_dir, state)
    if not ids and not older_than:
        raise NothingNamedError("no file was named and no age given")
    chosen = [_find(stores, name) for name in ids or ()]
    if older_than:
        before = house.clock() - timedelta(seconds=parse_age(older_than))
        chosen = [pair for pair in chosen or _listed(stores) if datetime.fromisoformat(pair[1].at) <= before]
    if not yes:
        raise PurgeNotConfirmedError(f"{counted(len(chosen), 'file', 'files')} would be destroyed")
    for store, item in chosen:
        store.purge(item)
        _say_done("purged", store, item, as_json=as_json)
    if house.server or server:
        with _client(house, server, token_file, ca_file) as client:
            _tell(client, [item for _, item in chosen], Action.REMOVED)
    if not as_json:
        note(f"{counted(len(chosen), 'file', 'files')} destroyed")


def _stores(house: House, dirs: Sequence[Path] | None, state: Path | None) -> list[QuarantineStore]:
    if dirs:
        return [QuarantineStore(os.fsencode(folder.resolve())) for folder in dirs]
    used = used_stores(os.fsencode(state or house.home / "scan"))
    return [QuarantineStore(path) for path in used if Path(os.fsdecode(path)).exists()]


def _find(stores: Sequence[QuarantineStore], name: str) -> tuple[QuarantineStore, Custody]:
    for store in stores:
        if name.isalnum() and store.has(name):
            return store, store.item(name)
    raise NoSuchItemError(f"{name[:40]!r} is in none of {len(stores)} quarantine folders")


def _listed(stores: Sequence[QuarantineStore]) -> list[tuple[QuarantineStore, Custody]]:
    return [(store, item) for store in stores for item in store.items() if item.why == "listed"]


def _withdrawn(client: SchoonClient, stores: Sequence[QuarantineStore]) -> Iterator[tuple[QuarantineStore, Custody]]:
    """Items whose hit the service offers to restore; each hit is asked about once."""
    offered: dict[str, bool] = {}
    for store, item in _listed(stores):
        if item.hit is None:
            continue
        if item.hit not in offered:
            offered[item.hit] = client.hit(item.hit).hit.restore_offered
        if offered[item.hit]:
            yield store, item


def _put_back(
    chosen: Sequence[tuple[QuarantineStore, Custody]], to: Path | None, *, as_json: bool
) -> tuple[list[Custody], SchoonError | None]:
    """What went back, and the last refusal: one that cannot go back does not keep the others."""
    done: list[Custody] = []
    failure: SchoonError | None = None
    folder = os.fsencode(to.resolve()) if to else None
    for store, item in chosen:
        try:
            path = store.restore(item, to=folder)
        except RefusedError as cause:
            failure = cause
            note(f"not put back: {cause.message}; next: {cause.advice}")
            continue
        done.append(item)
        _say_done("restored", store, item, as_json=as_json, path=path)
    return done, failure


def _tell(client: SchoonClient, items: Sequence[Custody], action: Action) -> None:
    hits = list(dict.fromkeys(item.hit for item in items if item.hit))
    if hits:
        results = client.act([HitAction(hit=hit, action=action) for hit in hits]).results
        for one in results:
            if not one.is_done:
                note(f"hit {one.hit} was not changed at the service: {one.detail}")


def _client(house: House, server: str, token_file: Path | None, ca_file: Path | None) -> SchoonClient:
    ca = ca_file or house.ca_file
    return SchoonClient(house.server_url(server), house.token(token_file), ca_file=str(ca) if ca else None)


def _say_done(what: str, store: QuarantineStore, item: Custody, *, as_json: bool, path: bytes | None = None) -> None:
    place = item.path if path is None else path
    if as_json:
        emit({"event": f"quarantine.{what}", **_record(store, item), "path": shown(place), "path_hex": place.hex()})
    else:
        say(f"{what}  {item.item}  {shown(place)}")


def _why(item: Custody) -> str:
    return " ".join(part for part in (item.why, item.strength, item.category) if part)


def _record(store: QuarantineStore, item: Custody) -> dict[str, object]:
    return {
        "item": item.item,
        "store": shown(store.path),
        "path": shown(item.path),
        "path_hex": item.path_hex,
        "ref": item.ref,
        "why": item.why,
        "hit": item.hit,
        "strength": item.strength,
        "category": item.category,
        "list_version": item.list_version,
        "since": item.at,
        "size_bytes": item.size,
    }
