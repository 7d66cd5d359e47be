"""`schoon hosting …`: who can take an address down, and the snapshots and rules that the answer goes by."""

import sys
from typing import Annotated

import typer

from schoon.cli._commands import Json, command, new_app
from schoon.cli._hosting_pages import chain_record, show_chain, show_kept
from schoon.cli._hosting_rules import add_rule, end_rule, list_rules, moment_of
from schoon.cli._hosting_snapshots import import_snapshot, list_snapshots
from schoon.cli._house import house_of
from schoon.cli._output import emit
from schoon.kinds import InputError

app = new_app(
    "Who can take an address down: trace it; import snapshots; domain rules.",
    "schoon hosting trace https://example.org/page",
    "schoon hosting rule add example.org --kind do-not-probe --reason 'police work'",
)
snapshot_app = new_app(
    "Dated files that traces go by: prefixes with their organisations, IANA's lists of RDAP servers.",
    "schoon hosting snapshot import prefixes.tsv --date 2026-11-20",
    "schoon hosting snapshot list",
)
rule_app = new_app(
    "What people decided about a domain and everything under it.",
    "schoon hosting rule add example.org --kind do-not-probe --reason 'police work'",
    "schoon hosting rule list",
)
app.add_typer(snapshot_app, name="snapshot")
app.add_typer(rule_app, name="rule")
APPS = {"hosting": app}

Url = Annotated[str, typer.Argument(metavar="URL", help="The address; `-` reads it from standard input.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Ask registries anew, whatever they answered before.")]
At = Annotated[
    str, typer.Option("--at", metavar="TIME", help="Show the trace that was the last at this time (ISO 8601).")
]

_LONGEST_LINE = 10_000


class NoUrlError(InputError):
    """No address was given on standard input."""

    next_step = "write one address and a line end"


@command(app, "trace", "schoon hosting trace https://example.org/page", "schoon hosting trace - --json < address")
def trace(ctx: typer.Context, url: Url, *, fresh: Fresh = False, as_json: Json = False) -> None:
    """Find out who can take an address down, and keep what was found.

    All addresses of the host, IPv4 and IPv6; of each the route, the organisations and their contacts, with who says
    so and since when; what a source could not say stands beside it. Nothing is fetched from the address itself.
    """
    house = house_of(ctx)
    text = _given(url)
    with house.open_rooms() as rooms:
        chain = rooms.hosting.trace(text, by=house.actor, now=house.clock(), fresh=fresh)
    if as_json:
        emit(chain_record(chain))
    else:
        show_chain(chain)


@command(
    app,
    "traces",
    "schoon hosting traces https://example.org/page",
    "schoon hosting traces https://example.org/page --at 2026-11-22T14:05",
)
def traces(ctx: typer.Context, url: Url, *, at: At = "", as_json: Json = False) -> None:
    """Show the kept traces of an address, the newest first; with --at the one that was the last at that time.

    That one says who the hoster was when a notice went out.
    """
    house = house_of(ctx)
    text = _given(url)
    with house.open_rooms() as rooms:
        until = moment_of(at) if at else house.clock()
        found = [rooms.hosting.trace_at(text, until)] if at else rooms.hosting.traces(text, until=until)
    if as_json:
        for one in found:
            emit(chain_record(one))
    elif at:
        show_chain(found[0])
    else:
        show_kept(found)


def _given(url: str) -> str:
    """The address given, or the first line of standard input, so that it need not stand in a list of processes."""
    if url != "-":
        return url
    line = sys.stdin.readline(_LONGEST_LINE).strip()
    if not line:
        raise NoUrlError("standard input is empty")
    return line


command(
    snapshot_app,
    "import",
    "schoon hosting snapshot import prefixes.tsv --date 2026-11-20",
    "schoon hosting snapshot import dns.json   # IANA's file of RDAP servers holds its own date",
)(import_snapshot)
command(snapshot_app, "list", "schoon hosting snapshot list", "schoon hosting snapshot list --json")(list_snapshots)
command(
    rule_app,
    "add",
    "schoon hosting rule add example.org --kind do-not-probe --reason 'police work'",
    "schoon hosting rule add shop.example.org --kind force-hoster --name 'Hoster BV' --email abuse@hoster.example "
    "--country NL --reason 'lets space of network X'",
)(add_rule)
command(rule_app, "list", "schoon hosting rule list", "schoon hosting rule list --all --json")(list_rules)
command(
    rule_app,
    "end",
    "schoon hosting rule end 4 --reason 'moved to another hoster'",
    "schoon hosting rule end 4 --reason 'added by mistake' --json",
)(end_rule)
