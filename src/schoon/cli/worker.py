"""`schoon worker` and `schoon agenda`: run what is due, and see how it stands."""

from dataclasses import asdict
from typing import Annotated

import typer

from schoon.cli._commands import Json, command, new_app
from schoon.cli._house import house_of
from schoon.cli._output import emit, say, table

worker_app = new_app("Run what is due: notices, probes, clocks.")
agenda_app = new_app("Show what is due, and what keeps failing.")
APPS = {"worker": worker_app, "agenda": agenda_app}

Processes = Annotated[int, typer.Option("--processes", min=1, max=64, help="That work at the same time.")]
MetricsPort = Annotated[
    int | None,
    typer.Option("--metrics-port", min=1, max=65535, help="Port of 127.0.0.1 where Prometheus finds the figures."),
]
Failing = Annotated[int, typer.Option("--failing", min=0, metavar="N", help="Show at most so many that keep failing.")]


@command(worker_app, "worker", "schoon worker --processes 2", "schoon worker --metrics-port 9140")
def worker(ctx: typer.Context, *, processes: Processes = 2, metrics_port: MetricsPort = None) -> None:
    """Run what is due, until SIGTERM or Ctrl-C; what is at hand is ended first.

    Logs JSON lines on standard error; one a minute says how much was done and what waits. Run it on as many machines
    as you like over one database: each task is done by one of them, and what a dead one had at hand is taken up
    within a minute. Their clocks must agree to a few seconds (NTP).
    """
    house_of(ctx).work(processes, metrics_port)


@command(agenda_app, "agenda", "schoon agenda", "schoon agenda --json")
def agenda(ctx: typer.Context, *, failing: Failing = 20, as_json: Json = False) -> None:
    """Show what is due, and what keeps failing.

    A task that fails is tried again, after an hour at most; it is never dropped. The log says where it failed.
    """
    house = house_of(ctx)
    now = house.clock()
    with house.open_rooms() as rooms:
        waiting, stuck = rooms.agenda.waiting(now), rooms.agenda.failing(failing)
    if as_json:
        emit({"waiting": [asdict(one) for one in waiting], "failing": [asdict(one) for one in stuck]})
        return
    columns = ["kind", "tasks", "due", "due since", "failing"]
    rows = [(one.kind.value, one.tasks, one.due, one.oldest, one.failing) for one in waiting]
    table(columns, rows, numbers=["tasks", "due", "failing"])
    if stuck:
        say("")
        columns = ["kind", "subject", "due since", "tried again", "attempts", "fault"]
        rows_stuck = [(one.kind.value, one.subject, one.due_at, one.free_at, one.attempts, one.fault) for one in stuck]
        table(columns, rows_stuck, numbers=["attempts"])
