"""`schoon person …`: who works at the desk, what they may do, and the tokens they log in with."""

from typing import Annotated

import typer

from schoon.cli._commands import Json, command, new_app
from schoon.cli._house import house_of
from schoon.cli._output import emit, note, say, table
from schoon.parties import Duty

app = new_app(
    "People who work at the desk.",
    "schoon person add 'A. Analyst' --organisation Hotline --duty analyst",
    "schoon person token 'A. Analyst'",
)
APPS = {"person": app}

Name = Annotated[str, typer.Argument(metavar="NAME", help="The person's name, or the id of the account.")]
Organisation = Annotated[str, typer.Option("--organisation", metavar="NAME", help="For whom they work.")]
Duties = Annotated[list[Duty], typer.Option("--duty", help="What they may do; may be repeated.")]


@command(
    app,
    "add",
    "schoon person add 'A. Analyst' --organisation Hotline --duty analyst",
    "schoon person add 'B. Lead' --organisation Hotline --duty analyst --duty lead --json",
)
def add(ctx: typer.Context, name: Name, *, organisation: Organisation, duty: Duties, as_json: Json = False) -> None:
    """Open an account."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        owner = rooms.parties.find(organisation)
        person = rooms.people.add(name, owner.organisation_id, duty, by=house.actor, now=house.clock())
    if as_json:
        emit({"person": person.person_id, "organisation": person.organisation_id, "duties": sorted(person.duties)})
    else:
        say(f"Account {person.person_id} is open.")
        note(f"next: schoon person token {person.person_id}")


@command(app, "list", "schoon person list", "schoon person list --json")
def list_people(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show every account, closed ones too."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        names = {one.organisation_id: one.name for one in rooms.parties.organisations()}
        people = rooms.people.people()
    if as_json:
        for one in people:
            left = one.left_at.isoformat() if one.left_at else None
            emit({"person": one.person_id, "name": one.name, "duties": sorted(one.duties), "left_at": left})
        return
    rows = [
        (
            one.person_id,
            one.name,
            names[one.organisation_id],
            ", ".join(sorted(one.duties)),
            "left" if one.left_at else "",
        )
        for one in people
    ]
    table(["account", "name", "organisation", "duties", ""], rows)


@command(app, "token", "schoon person token 'A. Analyst'", "schoon person token 'A. Analyst' --json")
def token(ctx: typer.Context, name: Name, *, as_json: Json = False) -> None:
    """Issue a token to log in with; those before it no longer count. It is shown once."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        person = rooms.people.find(name)
        issued = rooms.people.issue_token(person.person_id, by=house.actor, now=house.clock())
    if as_json:
        emit({"person": person.person_id, "token": issued.text})
    else:
        say(issued.text)
        note("It is shown this once; hand it over on a channel you trust.")


@command(
    app,
    "duties",
    "schoon person duties 'A. Analyst' --duty analyst --duty lead",
    "schoon person duties 'A. Analyst' --duty analyst --json",
)
def duties(ctx: typer.Context, name: Name, *, duty: Duties, as_json: Json = False) -> None:
    """Change what somebody may do; it holds from their next request on."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        person = rooms.people.find(name)
        after = rooms.people.set_duties(person.person_id, duty, by=house.actor, now=house.clock())
    if as_json:
        emit({"person": after.person_id, "duties": sorted(after.duties)})
    else:
        say(f"{after.person_id} may now do the work of: {', '.join(sorted(after.duties))}.")


@command(app, "leave", "schoon person leave 'A. Analyst'", "schoon person leave 'A. Analyst' --json")
def leave(ctx: typer.Context, name: Name, *, as_json: Json = False) -> None:
    """Close an account for good, with its tokens and sessions."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        person = rooms.people.leave(rooms.people.find(name).person_id, by=house.actor, now=house.clock())
    if as_json:
        emit({"person": person.person_id, "left_at": person.left_at.isoformat() if person.left_at else None})
    else:
        say(f"Account {person.person_id} is closed.")
