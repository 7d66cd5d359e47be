"""`schoon hits …`: what was found at members, what they did, and the answers they are owed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schoon.cli._commands import Json, command, new_app
from schoon.cli._digests import UnreadableFileError
from schoon.cli._hit_pages import clock_of, hit_record, show_details, show_results, table_of
from schoon.cli._house import house_of
from schoon.cli._letters import dead_letters
from schoon.cli._output import emit, note, say, table
from schoon.hits import Action, DisputeAnswer, DisputeOutcome, HitAction, HitState, Language, Shelf, Wanted
from schoon.kinds import HitId, InputError, MemberId

if TYPE_CHECKING:
    from schoon.rooms import Rooms

app = new_app(
    "Hits: show, act, answer disputes, write statements.", "schoon hits list --overdue", "schoon hits disputes"
)
hold_app = new_app(
    "Statements of reasons that are held back.",
    "schoon hits hold add h4k2… --by 'Police unit North' --reason 'investigation'",
    "schoon hits hold release h4k2…",
)
app.add_typer(hold_app, name="hold")
APPS = {"hits": app}

_LONGEST_CALL = 10_000

HitName = Annotated[str, typer.Argument(metavar="HIT", help="The hit's id.")]
HitNames = Annotated[
    list[str] | None, typer.Argument(metavar="[HIT...]", help="Ids of hits; `-` reads them from standard input.")
]
MemberName = Annotated[str, typer.Option("--member", metavar="NAME", help="Of this member only.")]
OfMember = Annotated[str, typer.Option("--member", metavar="NAME", help="The member that acted.")]
State = Annotated[HitState | None, typer.Option("--state", help="In this state only.")]
Overdue = Annotated[bool, typer.Option("--overdue", help="Only those whose clock has run out.")]
After = Annotated[str, typer.Option("--after", metavar="HIT", help="Go on after this hit.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")]
ActionName = Annotated[Action, typer.Option("--action", help="What was done.")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="For a dispute its reasons; no names.")]
DisputeNumber = Annotated[int, typer.Argument(metavar="DISPUTE", help="Its number, as `hits disputes` shows it.")]
Outcome = Annotated[DisputeOutcome, typer.Option("--outcome", help="The answer.")]
Reasons = Annotated[str, typer.Option("--reasons", metavar="TEXT", help="Why; the member reads this.")]
ByOrganisation = Annotated[str, typer.Option("--by", metavar="NAME", help="The organisation that answers.")]
All = Annotated[bool, typer.Option("--all", help="Answered ones too.")]
Lang = Annotated[Language, typer.Option("--language", help="Dutch or English.")]
OutFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there.")]
ByPolice = Annotated[str, typer.Option("--by", metavar="NAME", help="The police unit that asks.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, as it gave it.")]


class NoHitNamedError(InputError):
    """No hit was named."""

    next_step = "name hits by their ids, or pipe them in with `-`; `schoon hits list --json` shows them"


@command(app, "list", "schoon hits list --overdue", "schoon hits list --member hoster1 --state open --json")
def list_hits(
    ctx: typer.Context,
    *,
    member: MemberName = "",
    state: State = None,
    overdue: Overdue = False,
    after: After = "",
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """Show hits, newest first."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        now = house.clock()
        wanted = Wanted(
            now=now,
            state=state,
            shelf=Shelf.OVERDUE if overdue else Shelf.ALL,
            after=HitId(after) if after else None,
            limit=limit,
        )
        found = rooms.hits.list_hits(_id(rooms, member) if member else None, wanted)
        names = {one.member.member_id: one.member.name for one in rooms.members.list_members()}
    if as_json:
        for one in found:
            emit({"member": names[one.member_id]} | hit_record(one, now))
        return
    table_of(found, names, now)
    if len(found) == limit:
        note(f"more: --after {found[-1].hit_id}")


@command(app, "show", "schoon hits show h4k2…", "schoon hits show h4k2… --json")
def show(ctx: typer.Context, hit: HitName, *, as_json: Json = False) -> None:
    """Show one hit: what matched, its files, its clock and its history."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        show_details(rooms.hits.hit(HitId(hit)), house.clock(), as_json=as_json)


@command(
    app,
    "act",
    "schoon hits act h4k2… --member hoster1 --action removed",
    "schoon hits list --member hoster1 --json | jq -r .hit | schoon hits act - --member hoster1 --action quarantined",
)
def act(
    ctx: typer.Context,
    hits: HitNames = None,
    *,
    member: OfMember,
    action: ActionName,
    text: Note = "",
    as_json: Json = False,
) -> None:
    """Write down what a member did about hits, when it tells you by another way than the service."""
    house = house_of(ctx)
    names = _named(hits or [])
    with house.open_rooms() as rooms:
        member_id = _id(rooms, member)
        actions = [HitAction(hit_id=HitId(name), action=action, note=text) for name in names]
        results = [
            one
            for start in range(0, len(actions), _LONGEST_CALL)
            for one in rooms.hits.act(
                member_id, actions[start : start + _LONGEST_CALL], actor=house.actor, now=house.clock()
            )
        ]
    show_results(results, as_json=as_json)


@command(app, "disputes", "schoon hits disputes", "schoon hits disputes --all --json")
def disputes(ctx: typer.Context, *, everything: All = False, as_json: Json = False) -> None:
    """Show what members object to, and by when each needs its answer."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        now = house.clock()
        found = rooms.hits.disputes(open_only=not everything)
        names = {one.member.member_id: one.member.name for one in rooms.members.list_members()}
    if as_json:
        for one in found:
            record = {
                "dispute": one.dispute_id,
                "hit": one.hit_id,
                "entry": one.entry_id,
                "member": names[one.member_id],
            }
            times = {"opened_at": one.opened_at, "due_at": one.due_at, "answered_at": one.answered_at}
            emit(record | times | {"reason": one.reason, "outcome": one.outcome, "answer": one.answer})
        return
    table(
        ["dispute", "hit", "entry", "member", "reason", "answer due"],
        [
            (
                str(one.dispute_id),
                one.hit_id,
                str(one.entry_id),
                names[one.member_id],
                one.reason,
                one.outcome or clock_of(one.due_at, now),
            )
            for one in found
        ],
        numbers=["dispute", "entry"],
    )


@command(
    app,
    "answer",
    "schoon hits answer 3 --outcome upheld --by 'National police' --reasons 'a stock photo'",
    "schoon hits answer 4 --outcome rejected --by Hotline --reasons 'examined by two analysts' --json",
)
def answer(
    ctx: typer.Context,
    dispute: DisputeNumber,
    *,
    outcome: Outcome,
    by: ByOrganisation,
    reasons: Reasons,
    as_json: Json = False,
) -> None:
    """Answer a dispute, with reasons.

    Upheld by an organisation that attested the entry, or by the police, suspends the entry for everybody at once.
    """
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        organisation = rooms.parties.find(by).organisation_id
        given = DisputeAnswer(dispute_id=dispute, outcome=outcome, reasons=reasons, by=organisation)
        done = rooms.hits.answer_dispute(given, actor=house.actor, now=house.clock())
    if as_json:
        emit({"dispute": done.dispute_id, "hit": done.hit_id, "entry": done.entry_id, "outcome": done.outcome})
        return
    say(f"Dispute {done.dispute_id} is {done.outcome}; the member is told.")
    if done.outcome is DisputeOutcome.UPHELD:
        note(f"entry {done.entry_id} is suspended; next: schoon list withdraw --entry {done.entry_id} --reason TEXT")


@command(
    app,
    "statement",
    "schoon hits statement h4k2… --language nl",
    "schoon hits statement h4k2… --language en --out statement.md",
)
def statement(ctx: typer.Context, hit: HitName, *, language: Lang = Language.ENGLISH, out: OutFile = None) -> None:
    """Write the statement of reasons for the member's customer (DSA, article 17)."""
    with house_of(ctx).open_rooms() as rooms:
        text = rooms.hits.statement(HitId(hit), language)
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise UnreadableFileError(f"{out}: {problem.strerror}", next_step="choose a file you may write") from problem
    say(f"The statement is in {out}.")


@command(
    hold_app,
    "add",
    "schoon hits hold add h4k2… --by 'Police unit North' --reason 'investigation'",
    "schoon hits hold add h4k2… --by 'Police unit North' --reason 'investigation' --json",
)
def hold(ctx: typer.Context, hit: HitName, *, by: ByPolice, reason: Why, as_json: Json = False) -> None:
    """Hold a statement of reasons back: the police asked."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        rooms.hits.hold_statement(HitId(hit), by=by, reason=reason, actor=house.actor, now=house.clock())
    _tell_hold(hit, "held back", as_json=as_json)


@command(hold_app, "release", "schoon hits hold release h4k2…", "schoon hits hold release h4k2… --json")
def release_hold(ctx: typer.Context, hit: HitName, *, as_json: Json = False) -> None:
    """Let a statement of reasons go out after all."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        rooms.hits.release_statement(HitId(hit), actor=house.actor, now=house.clock())
    _tell_hold(hit, "free", as_json=as_json)


def _tell_hold(hit: str, state: str, *, as_json: bool) -> None:
    if as_json:
        emit({"hit": hit, "statement": state})
    else:
        say(f"The statement of {hit} is {state}.")


def _id(rooms: "Rooms", name: str) -> MemberId:
    return rooms.members.find(name).member.member_id


def _named(names: list[str]) -> list[str]:
    given = [
        word for name in names for word in (typer.get_text_stream("stdin").read().split() if name == "-" else [name])
    ]
    if not given:
        raise NoHitNamedError("the command line names no hit")
    return given


command(app, "dead-letters", "schoon hits dead-letters", "schoon hits dead-letters --requeue 17")(dead_letters)
