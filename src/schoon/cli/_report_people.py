"""`schoon report identity …` and `schoon report police`: what takes two people, or the police."""

from typing import Annotated

import typer

from schoon.cli._commands import Json
from schoon.cli._house import house_of
from schoon.cli._output import emit, facts, note, say, table
from schoon.kinds import ItemId, ReportId
from schoon.reports import IdentityRequest, ItemState, PoliceAct

ReportName = Annotated[str, typer.Argument(metavar="REPORT", help="The report's id.")]
Number = Annotated[int, typer.Argument(metavar="REQUEST", help="Its number, as `identity ask` shows it.")]
Items = Annotated[list[str], typer.Argument(metavar="ITEM...", help="Ids of items.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; at least 10 characters, kept sealed.")]
Unit = Annotated[str, typer.Option("--police", metavar="NAME", help="The police unit, as an organisation.")]
Act = Annotated[PoliceAct, typer.Argument(metavar="ACT", help="hold, send or preserve; release has its own command.")]
To = Annotated[ItemState, typer.Option("--to", help="Where the items go.")]


def release(
    ctx: typer.Context,
    items: Items,
    *,
    unit: Unit,
    reason: Why,
    to: To = ItemState.TO_NOTICE,
    as_json: Json = False,
) -> None:
    """Let items go on that were held for the police: until then nothing goes out about them."""
    house = house_of(ctx)
    ids = [ItemId(one) for one in items]
    with house.open_rooms() as rooms:
        police = rooms.parties.find(unit).organisation_id
        rooms.reports.release(ids, police=police, by=house.actor, reason=reason, now=house.clock(), to=to)
    _tell(items, f"released to {to}", as_json=as_json)


def act(ctx: typer.Context, act_name: Act, items: Items, *, unit: Unit, reason: Why, as_json: Json = False) -> None:
    """Do what the police ask with items; all or none.

    * hold: nothing more goes out about them
    * send: they go on, and the notice says that the police ask with the hotline
    * preserve: whoever hosts them is asked to keep them, and the records around them
    """
    house = house_of(ctx)
    ids = [ItemId(one) for one in items]
    with house.open_rooms() as rooms:
        police = rooms.parties.find(unit).organisation_id
        rooms.reports.police(ids, act_name, police=police, by=house.actor, reason=reason, now=house.clock())
    _tell(items, str(act_name), as_json=as_json)


def ask(ctx: typer.Context, report: ReportName, *, reason: Why, as_json: Json = False) -> None:
    """Ask to see who reported; somebody else has to approve."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        request = rooms.reports.ask_identity(ReportId(report), by=house.actor, reason=reason, now=house.clock())
    _show([request], as_json=as_json)
    if not as_json:
        note(f"next, by somebody else: schoon report identity approve {request.number}")


def approve(ctx: typer.Context, number: Number, *, as_json: Json = False) -> None:
    """Approve what somebody else asked; who asked can then read it once, within 15 minutes."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        request = rooms.reports.approve_identity(number, by=house.actor, now=house.clock())
    _show([request], as_json=as_json)
    if not as_json:
        note(f"next, by {request.asked_by}: schoon report identity read {request.number}")


def read(ctx: typer.Context, number: Number, *, as_json: Json = False) -> None:
    """Show who reported, once; the journal says that you saw it."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        reporter = rooms.reports.read_identity(number, by=house.actor, now=house.clock())
    known = {"name": reporter.name, "email": reporter.email, "phone": reporter.phone}
    if as_json:
        emit(known)
    else:
        facts([(name, value or None) for name, value in known.items()])


def list_requests(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show who asked to see a reporter, why, and what came of it."""
    with house_of(ctx).open_rooms() as rooms:
        found = rooms.reports.identity_requests()
    _show(found, as_json=as_json)


def _show(requests: list[IdentityRequest], *, as_json: bool) -> None:
    if as_json:
        for one in requests:
            asked = {"request": one.number, "report": one.report_id, "asked_by": one.asked_by, "asked_at": one.asked_at}
            approved = {"approved_by": one.approved_by, "approved_at": one.approved_at, "read_at": one.read_at}
            emit(asked | approved | {"reason": one.reason})
        return
    table(
        ["request", "report", "asked by", "asked", "reason", "approved by", "read"],
        [
            (str(one.number), one.report_id, one.asked_by, one.asked_at, one.reason, one.approved_by, one.read_at)
            for one in requests
        ],
        numbers=["request"],
    )


def _tell(items: list[str], what: str, *, as_json: bool) -> None:
    for one in items:
        if as_json:
            emit({"item": one, "done": what})
        else:
            say(f"{one}: {what}.")
