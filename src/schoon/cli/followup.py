"""`schoon followup …`: what is still there, whose time runs out, disputes, and by what right the prober looks."""

from datetime import timedelta
from typing import Annotated

import typer

from schoon.cli._commands import Json, command, new_app
from schoon.cli._followup_pages import clock_record, followed_record, record_record, show_clocks, show_followed
from schoon.cli._house import House, house_of
from schoon.cli._output import emit, facts, note, say, table
from schoon.followup import LegalBasis, ProbeOutcome, Wanted
from schoon.kinds import HosterId, ItemId

app = new_app(
    "What became of items after their notice: looks, clocks, steps, disputes.",
    "schoon followup due --hours 6",
    "schoon followup show 5kq2n7c4v3w6xj2mzt4yq7a3de",
)
basis_app = new_app(
    "By what right this installation looks at addresses of material; without one nothing is looked at.",
    "schoon followup legal-basis record --basis 'mandate of the minister, 12 May 2026' --signatory 'A. Jansen'",
    "schoon followup legal-basis show",
)
app.add_typer(basis_app, name="legal-basis")
APPS = {"followup": app}

Item = Annotated[str, typer.Argument(metavar="ITEM", help="The item's id, as `followup list` shows it.")]
SomeItems = Annotated[list[str], typer.Argument(metavar="ITEM", help="Items' ids.")]
Hoster = Annotated[int | None, typer.Option("--hoster", metavar="NUMBER", help="Only clocks of this hoster.")]
Disputed = Annotated[bool, typer.Option("--disputed", help="Only those whose dispute waits for an answer.")]
Limit = Annotated[int, typer.Option("--limit", metavar="NUMBER", min=1, max=10_000, help="At most so many.")]
Hours = Annotated[int, typer.Option("--hours", metavar="NUMBER", min=0, help="Deadlines until so many hours from now.")]
Seen = Annotated[
    bool,
    typer.Option("--present/--gone", help="Whether it was still there; two that say gone, an hour apart, prove it."),
]
After = Annotated[int, typer.Option("--after", metavar="NUMBER", help="Only records with a higher number.")]
Basis = Annotated[str, typer.Option("--basis", metavar="TEXT", help="The law, mandate or agreement.")]
Signatory = Annotated[str, typer.Option("--signatory", metavar="NAME", help="The person who signed for it.")]


@command(app, "list", "schoon followup list", "schoon followup list --disputed --json")
def list_clocks(
    ctx: typer.Context,
    *,
    hoster: Hoster = None,
    disputed: Disputed = False,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """Show the clocks that run, the first deadline first."""
    wanted = Wanted(hoster_id=None if hoster is None else HosterId(hoster), disputed=disputed, limit=limit)
    _show(house_of(ctx), wanted, as_json=as_json)


@command(app, "due", "schoon followup due", "schoon followup due --hours 6 --json")
def due(ctx: typer.Context, *, hours: Hours = 24, limit: Limit = 100, as_json: Json = False) -> None:
    """Show the clocks whose deadline has passed or soon will."""
    house = house_of(ctx)
    _show(house, Wanted(before=house.clock() + timedelta(hours=hours), limit=limit), as_json=as_json)


@command(
    app,
    "show",
    "schoon followup show 5kq2n7c4v3w6xj2mzt4yq7a3de",
    "schoon followup show 5kq2n7c4v3w6xj2mzt4yq7a3de --json",
)
def show(ctx: typer.Context, item: Item, *, as_json: Json = False) -> None:
    """Show everything that was measured of one item: its clocks with all their times, its steps, its looks."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        found = rooms.followup.followed(ItemId(item))
    if as_json:
        emit(followed_record(found, house.clock()))
    else:
        show_followed(found, house.clock())


@command(
    app,
    "looked",
    "schoon followup looked 5kq2n7c4v3w6xj2mzt4yq7a3de --gone",
    "schoon followup looked 5kq2n7c4v3w6xj2mzt4yq7a3de --present",
)
def looked(ctx: typer.Context, items: SomeItems, *, present: Seen, as_json: Json = False) -> None:
    """Record what a person saw where the prober may not look. It counts as a look from every vantage point."""
    house, now = house_of(ctx), house_of(ctx).clock()
    outcome = ProbeOutcome.PRESENT if present else ProbeOutcome.GONE
    with house.open_rooms() as rooms:
        rooms.followup.looked([ItemId(one) for one in items], outcome, by=house.actor, now=now)
    if as_json:
        emit({"items": items, "outcome": outcome, "at": now})
    else:
        say(f"Recorded: {outcome}.")


@command(app, "records", "schoon followup records", "schoon followup records --after 17 --json")
def records(ctx: typer.Context, *, after: After = 0, limit: Limit = 100, as_json: Json = False) -> None:
    """Show what was laid before the authority, oldest first."""
    with house_of(ctx).open_rooms() as rooms:
        found = rooms.followup.authority_records(after=after, limit=limit)
    if as_json:
        for one in found:
            emit(record_record(one))
        return
    table(
        ["record", "item", "hoster", "profile", "sent", "deadline", "last seen", "police", "recorded"],
        [
            (
                str(r.number),
                r.item_id,
                str(r.hoster_id),
                r.profile_id,
                r.sent_at,
                r.deadline,
                r.seen_at,
                r.police_at,
                r.recorded_at,
            )
            for r in found
        ],
        numbers=["record", "hoster"],
    )


@command(
    basis_app,
    "record",
    "schoon followup legal-basis record --basis 'mandate of the minister, 12 May 2026' --signatory 'A. Jansen'",
    "schoon followup legal-basis record --basis 'agreement with the prosecutor' --signatory 'B. de Vries' --json",
)
def record_basis(ctx: typer.Context, *, basis: Basis, signatory: Signatory, as_json: Json = False) -> None:
    """Record why this installation may look, and who answers for that; from now on the prober looks.

    It takes the place of an earlier one. Each is kept for good, and is in the journal.
    """
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        kept = rooms.followup.record_basis(basis, signatory, by=house.actor, now=house.clock())
    if as_json:
        emit(_basis_record(kept))
    else:
        say(f"Legal basis {kept.number} holds; the prober looks from now on.")


@command(basis_app, "end", "schoon followup legal-basis end", "schoon followup legal-basis end --json")
def end_basis(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Let the legal basis hold no longer; the prober looks at nothing from now on."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        ended = rooms.followup.end_basis(by=house.actor, now=house.clock())
    if as_json:
        emit(_basis_record(ended))
    else:
        say(f"Legal basis {ended.number} holds no longer; nothing is looked at.")


@command(basis_app, "show", "schoon followup legal-basis show", "schoon followup legal-basis show --json")
def show_bases(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show every legal basis that was recorded."""
    with house_of(ctx).open_rooms() as rooms:
        found = rooms.followup.bases()
    if as_json:
        for one in found:
            emit(_basis_record(one))
        return
    for one in found:
        facts([(name.replace("_", " "), value) for name, value in _basis_record(one).items()])
    if not found or found[-1].ended_at is not None:
        note("None holds: nothing is looked at.")


def _show(house: House, wanted: Wanted, *, as_json: bool) -> None:
    with house.open_rooms() as rooms:
        found = rooms.followup.clocks(wanted)
    if as_json:
        for one in found:
            emit(clock_record(one, house.clock()))
    else:
        show_clocks(found, house.clock())


def _basis_record(basis: LegalBasis) -> dict[str, object]:
    return {
        "number": basis.number,
        "basis": basis.basis,
        "signatory": basis.signatory,
        "recorded_by": basis.recorded_by,
        "recorded_at": basis.recorded_at,
        "ended_at": basis.ended_at,
    }
