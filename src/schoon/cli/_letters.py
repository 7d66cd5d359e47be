"""Messages to members' ticket systems that were given up, and another try for them."""

from typing import Annotated

import typer

from schoon.cli._commands import Json
from schoon.cli._house import house_of
from schoon.cli._output import emit, say, table

Again = Annotated[
    list[int] | None, typer.Option("--requeue", metavar="NUMBER", help="Try this message again; may be repeated.")
]


def dead_letters(ctx: typer.Context, *, requeue: Again = None, as_json: Json = False) -> None:
    """Show messages that were given up after many tries, or try some of them again."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        for number in requeue or []:
            rooms.hits.requeue(number, actor=house.actor, now=house.clock())
        found = rooms.hits.dead_letters()
        names = {one.member.member_id: one.member.name for one in rooms.members.list_members()}
    if as_json:
        for one in found:
            emit({"message": one.message_id, "member": names[one.member_id], "at": one.dead_at, "fault": one.fault})
        return
    if requeue:
        say(f"{len(requeue)} messages are tried again.")
    table(
        ["message", "member", "tries", "given up", "because"],
        [(str(one.message_id), names[one.member_id], one.attempts, one.dead_at, one.fault) for one in found],
        numbers=["message", "tries"],
    )
