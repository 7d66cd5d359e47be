"""Hosters on the command line: who they are, how they want notices, and their own figures."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from schoon.cli._commands import Json
from schoon.cli._house import house_of
from schoon.cli._output import emit, facts, say, table
from schoon.hits import Language
from schoon.kinds import HosterId
from schoon.notices import ChannelKind, Hoster, HosterChange

Number = Annotated[int, typer.Argument(metavar="HOSTER", help="The number of the hoster.")]


def list_hosters(
    ctx: typer.Context,
    *,
    unreviewed: Annotated[bool, typer.Option("--unreviewed", help="Only those that nobody looked at yet.")] = False,
    as_json: Json = False,
) -> None:
    """Show who gets notices, in the order they came."""
    with house_of(ctx).open_rooms() as rooms:
        found = [one for one in rooms.notices.hosters() if not (unreviewed and one.reviewed)]
    if as_json:
        for one in found:
            emit(_record(one))
        return
    table(
        ["hoster", "organisation", "country", "mail", "language", "channel", "contact", "reviewed"],
        [
            (
                str(one.hoster_id),
                one.organisation or None,
                one.country or None,
                one.email,
                one.language,
                one.channel,
                one.state.replace("_", " "),
                one.reviewed,
            )
            for one in found
        ],
    )


def change(
    ctx: typer.Context,
    hoster: Number,
    *,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="The organisation.")] = None,
    email: Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help="Where mail goes.")] = None,
    language: Annotated[Language | None, typer.Option("--language", help="Of its notices.")] = None,
    channel: Annotated[ChannelKind | None, typer.Option("--channel", help="How it wants notices.")] = None,
    webhook: Annotated[
        str | None, typer.Option("--webhook", metavar="URL", help="With a new secret; empty takes it away.")
    ] = None,
    party: Annotated[
        str, typer.Option("--organisation", metavar="NAME", help="Whose keys sign its acknowledgements.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Change a hoster, or look it over without a change: either way it is reviewed."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        wanted = HosterChange(
            organisation=name,
            email=email,
            language=language,
            channel=channel,
            webhook_url=webhook,
            party=rooms.parties.find(party).organisation_id if party else None,
        )
        changed = rooms.notices.change_hoster(HosterId(hoster), wanted, by=house.actor, now=house.clock())
    secret = changed.webhook.secret.decode() if webhook and changed.webhook else ""
    if as_json:
        emit(_record(changed) | ({"webhook_secret": secret} if secret else {}))
        return
    say(f"Hoster {changed.hoster_id} is reviewed.")
    if secret:
        say(f"The webhook's secret, shown this once: {secret}")


def figures(
    ctx: typer.Context,
    hoster: Number,
    *,
    days: Annotated[int, typer.Option("--days", min=1, max=3_660, help="Of the notices of so many days.")] = 365,
    as_json: Json = False,
) -> None:
    """Show a hoster's own figures over its first notices."""
    house = house_of(ctx)
    now = house.clock()
    with house.open_rooms() as rooms:
        found = rooms.notices.figures(HosterId(hoster), since=now - timedelta(days=days), until=now, now=now)
    values: list[tuple[str, object]] = [
        ("items", found.items),
        ("in time", found.in_time),
        ("too late", found.too_late),
        ("overdue", found.overdue),
        ("running", found.running),
        ("median", found.median),
    ]
    if as_json:
        emit({name.replace(" ", "_"): value for name, value in values})
        return
    facts(values)


def _record(one: Hoster) -> dict[str, Any]:
    return {
        "hoster": one.hoster_id,
        "organisation": one.organisation,
        "country": one.country,
        "email": one.email,
        "language": one.language,
        "channel": one.channel,
        "state": one.state,
        "reviewed": one.reviewed,
        "reseller_of": one.reseller_of,
    }
