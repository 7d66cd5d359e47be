"""The commands, each with the module that holds it; a module is loaded only when its command is named."""

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Annotated, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from schoon.cli._commands import new_app

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("start", "Make the folders, keys and database of a new installation."),
    "demo": ("demo", "Show the whole job on ordinary photos, in under a minute."),
    "hash": ("hash", "Print the digests of files, one JSON line each."),
    "check": ("check", "Ask a check service about files or digests."),
    "scan": ("scan", "Scan folders; report, quarantine or delete what is listed."),
    "quarantine": ("quarantine", "Show, restore or destroy what a scan put in quarantine."),
    "warm": ("start", "Compile the search kernels now, so that no start of the service waits for it."),
    "serve": ("start", "Run the check service and the hits page."),
    "worker": ("worker", "Run what is due: notices, probes, clocks."),
    "agenda": ("worker", "Show what is due, and what keeps failing."),
    "list": ("lists", "The hash list: import, attest, test, publish, withdraw."),
    "organisation": ("organisations", "Organisations and the keys they attest with."),
    "supplier": ("organisations", "Where entries of the list come from."),
    "member": ("members", "Members, their policies and their tokens."),
    "hits": ("hits", "Hits: show, act, answer disputes, write statements."),
    "report": ("report", "Reports and their items: take, judge, release, forget."),
    "followup": ("followup", "What became of items after their notice: looks, clocks, steps, disputes."),
    "hosting": ("hosting", "Who can take an address down: trace it; snapshots and rules for that."),
    "notice": ("notices", "Notices to hosters: what was sent, how it went, what they said."),
    "receipt": ("receipt", "Verify signed receipts, offline."),
}
"""Name → module in `schoon.cli` and what `schoon --help` says of it. The module's `APPS[name]` is the command."""

_EXAMPLES = (
    "schoon demo",
    "schoon scan /srv/www --server https://check.example --token-file /etc/schoon/token",
)


def build(wanted: "Sequence[str]") -> TyperGroup:
    """The program, with the named commands whole and the others as lines of help.

    Args:
        wanted: Names of commands; all of `COMMANDS` for the documentation.
    """
    app = new_app("Keeps known images of child abuse off servers, by their digests alone.", *_EXAMPLES)
    app.callback(invoke_without_command=True)(_version)
    for name, (_, summary) in COMMANDS.items():
        app.command(name, help=summary)(_stand_in)
    group = cast("TyperGroup", get_command(app))
    for name in wanted:
        if name in COMMANDS:
            group.add_command(_load(name), name)
    return group


def _load(name: str) -> TyperCommand | TyperGroup:
    module, _ = COMMANDS[name]
    found = import_module(f"schoon.cli.{module}")
    return cast("TyperCommand | TyperGroup", get_command(found.APPS[name]))


def _stand_in() -> None:
    """A line of help in the place of a command that was not named."""


def _version(
    ctx: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"schoon {metadata.version('schoon')}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit
