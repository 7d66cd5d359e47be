"""`schoon notice …`: what was sent to which hoster, how it went, and what came back."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from schoon.agenda import TaskKind
from schoon.cli._commands import Json, command, new_app
from schoon.cli._house import house_of
from schoon.cli._mail_pipe import delivered_again
from schoon.cli._notice_hosters import change, figures, list_hosters
from schoon.cli._notice_pages import (
    notice_record,
    show_compared,
    show_disputes,
    show_notice,
    show_notices,
    show_unnoticed,
)
from schoon.cli._output import counted, emit, say
from schoon.kinds import HosterId, InputError, NoticeId
from schoon.notices import NoticeState, NoticesWanted, Settled

app = new_app(
    "Notices to hosters: what was sent, how it went, what they said.",
    "schoon notice list",
    "schoon notice hosters list",
)
hosters_app = new_app(
    "Who gets notices, and how.",
    "schoon notice hosters list",
    "schoon notice hosters change 4 --channel webhook --webhook https://abuse.hoster.example/hook",
)
app.add_typer(hosters_app, name="hosters")
APPS = {"notice": app}

Number = Annotated[int, typer.Argument(metavar="HOSTER", help="The number of the hoster.")]
Notice = Annotated[str, typer.Argument(metavar="NOTICE", help="The name of the notice.")]


class NoSuchStateError(InputError):
    """A notice is never in a state of that name."""

    next_step = "choose open, closed, sent, failed or empty"


class ListFileError(InputError):
    """The file cannot be read."""

    next_step = "name a file that is there, or - for standard input"


@command(app, "list", "schoon notice list", "schoon notice list --state failed --json")
def list_notices(
    ctx: typer.Context,
    *,
    state: Annotated[str, typer.Option("--state", metavar="STATE", help="open, closed, sent, failed or empty.")] = "",
    hoster: Annotated[int | None, typer.Option("--hoster", metavar="NUMBER", help="Only those to this hoster.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """Show notices, the newest first."""
    if state and state not in set(NoticeState):
        raise NoSuchStateError(f"{state[:40]!r} is no state")
    wanted = NoticesWanted(
        hoster_id=None if hoster is None else HosterId(hoster),
        states=frozenset({NoticeState(state)}) if state else None,
        limit=limit,
    )
    with house_of(ctx).open_rooms() as rooms:
        found = rooms.notices.list_notices(wanted)
    if as_json:
        for one in found:
            emit(notice_record(one))
        return
    show_notices(found)


@command(app, "show", "schoon notice show NOTICE", "schoon notice show NOTICE --json")
def show(ctx: typer.Context, notice: Notice, *, as_json: Json = False) -> None:
    """Show one notice: its items, its messages, what came back, what the hoster said."""
    with house_of(ctx).open_rooms() as rooms:
        show_notice(rooms.notices.notice(NoticeId(notice)), as_json=as_json)


@command(app, "unnoticed", "schoon notice unnoticed", "schoon notice unnoticed --json")
def unnoticed(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show items that nobody could be told of; they are tried again by themselves."""
    with house_of(ctx).open_rooms() as rooms:
        show_unnoticed(rooms.notices.unnoticed(), as_json=as_json)


@command(app, "send-due", "schoon notice send-due", "schoon notice send-due --limit 50 --json")
def send_due(
    ctx: typer.Context,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many tasks of a kind.")] = 500,
    as_json: Json = False,
) -> None:
    """Do once what the worker does all the time: attribute items, close notices, hand messages over."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        done = rooms.notices.work_once(house.clock, limit=limit)
    if as_json:
        emit({kind.value: number for kind, number in done.items()})
        return
    words = {
        TaskKind.ITEM_ATTRIBUTE: ("item attributed", "items attributed"),
        TaskKind.NOTICE_SEND: ("notice closed", "notices closed"),
        TaskKind.DELIVERY_ATTEMPT: ("message handed over", "messages handed over"),
        TaskKind.REFERRAL_SEND: ("referral handed over", "referrals handed over"),
    }
    say(", ".join(counted(number, *words[kind]) for kind, number in done.items()) + ".")


@command(
    app, "bounce", "schoon notice bounce - < mail", "schoon notice bounce mail.eml --recipient bounces+x@y.example"
)
def bounce(
    ctx: typer.Context,
    mail: Annotated[str, typer.Argument(metavar="FILE", help="The mail as it came; `-` reads standard input.")],
    *,
    recipient: Annotated[str, typer.Option("--recipient", metavar="ADDRESS", help="To whom it was delivered.")] = "",
    as_json: Json = False,
) -> None:
    """Take a mail that came back: a bounce, or a report of delivery. For the mail server to call, or by hand.

    Exit code 75 where it could not be taken now: the mail server keeps it and delivers it again.
    """
    house = house_of(ctx)
    content = _read(mail)
    with delivered_again("notice.bounce_waits", but_for=(InputError,)), house.open_rooms() as rooms:
        kept = rooms.notices.take_return(content, recipient=recipient, now=house.clock())
    if as_json:
        emit({"delivery": kept.delivery_id, "action": kept.action, "status": kept.status, "says": kept.says})
        return
    say(f"Delivery {kept.delivery_id}: {kept.action} {kept.status}".rstrip() + ".")


@command(app, "reconcile", "schoon notice reconcile 4 theirs.csv", "schoon notice reconcile 4 - --json < theirs.csv")
def reconcile(
    ctx: typer.Context,
    hoster: Number,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV with a heading: notice or url, and time.")],
    *,
    as_json: Json = False,
) -> None:
    """Compare a hoster's own list of notices with ours, and keep it for both sides."""
    house = house_of(ctx)
    content = _read(file)
    with house.open_rooms() as rooms:
        found = rooms.notices.reconcile(HosterId(hoster), content, by=house.actor, now=house.clock())
    show_compared(found, as_json=as_json)


@command(app, "disputes", "schoon notice disputes", "schoon notice disputes --all --json")
def disputes(
    ctx: typer.Context,
    *,
    every: Annotated[bool, typer.Option("--all", help="Settled ones too.")] = False,
    as_json: Json = False,
) -> None:
    """Show what hosters dispute, the oldest first."""
    with house_of(ctx).open_rooms() as rooms:
        show_disputes(rooms.notices.disputes(open_only=not every), as_json=as_json)


@command(
    app,
    "settle",
    "schoon notice settle 4 --upheld --reason 'the studio showed her papers'",
    "schoon notice settle 4 --rejected --reason 'two analysts judged it alike'",
)
def settle(
    ctx: typer.Context,
    dispute: Annotated[int, typer.Argument(metavar="DISPUTE", help="The number of the dispute.")],
    *,
    upheld: Annotated[
        bool, typer.Option("--upheld/--rejected", help="Whether the hoster is right: then the item is not illegal.")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; the hoster may read it.")],
    as_json: Json = False,
) -> None:
    """Settle a dispute. Upheld: nothing more is asked for the item."""
    house = house_of(ctx)
    outcome = Settled(number=dispute, upheld=upheld, reason=reason, by=house.actor, at=house.clock())
    with house.open_rooms() as rooms:
        settled = rooms.notices.settle(outcome)
    if as_json:
        emit({"dispute": settled.number, "item": settled.item_id, "upheld": settled.upheld})
        return
    say(f"Dispute {settled.number} is {'upheld' if settled.upheld else 'rejected'}.")


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as problem:
        raise ListFileError(f"{name}: {problem.strerror}") from problem


command(hosters_app, "list", "schoon notice hosters list", "schoon notice hosters list --unreviewed --json")(
    list_hosters
)
command(
    hosters_app,
    "change",
    "schoon notice hosters change 4 --email abuse@hoster.example --language nl",
    "schoon notice hosters change 4 --channel webhook --webhook https://abuse.hoster.example/hook",
)(change)
command(
    hosters_app,
    "figures",
    "schoon notice hosters figures 4",
    "schoon notice hosters figures 4 --days 365 --json",
)(figures)
