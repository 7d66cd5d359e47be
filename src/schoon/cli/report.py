"""`schoon report …`: reports, their items, judgements, and what is forgotten."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from schoon.cli import _report_people as people
from schoon.cli._commands import Json, command, new_app
from schoon.cli._digests import UnreadableFileError
from schoon.cli._house import house_of
from schoon.cli._output import counted, emit, note, say, table
from schoon.cli._report_intake import add
from schoon.cli._report_pages import (
    item_record,
    report_record,
    reports_table,
    show_assessed,
    show_item,
    show_report,
    table_of,
)
from schoon.kinds import InputError, ItemId, ReportId
from schoon.reports import ItemState, Judged, Judgement, Known, NoSuchItemError, Wanted

app = new_app(
    "Reports and their items: take, judge, release, forget.",
    "schoon report add https://example.org/page",
    "schoon report list --state to_assess",
)
identity_app = new_app(
    "Who reported: one person asks, another approves, who asked reads it once.",
    "schoon report identity ask q7x2… --reason 'the police need a witness'",
    "schoon report identity approve 3",
)
vocabulary_app = new_app(
    "The questions that go with judgements.",
    "schoon report vocabulary show > questions.json",
    "schoon report vocabulary import questions.json",
)
app.add_typer(identity_app, name="identity")
app.add_typer(vocabulary_app, name="vocabulary")
APPS = {"report": app}

Names = Annotated[
    list[str], typer.Argument(metavar="ITEM...", help="Ids of items; `-` reads them from standard input.")
]
ReportNames = Annotated[list[str], typer.Argument(metavar="REPORT...", help="Ids of reports.")]
Name = Annotated[str, typer.Argument(metavar="ID", help="The id of an item, or of a report.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="The reporter's code.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A JSON document.")]
States = Annotated[list[ItemState] | None, typer.Option("--state", help="In this state; may be repeated.")]
Site = Annotated[str, typer.Option("--site", metavar="DOMAIN", help="Under this registrable domain only.")]
Judgements = Annotated[Judgement | None, typer.Option("--judgement", help="Of this judgement only.")]
KnownAs = Annotated[Known | None, typer.Option("--known", help="Of which the hash list says this.")]
OfReport = Annotated[str, typer.Option("--report", metavar="REPORT", help="Of this report only.")]
Disputed = Annotated[bool, typer.Option("--disputed", help="That analysts judge differently.")]
Reports = Annotated[bool, typer.Option("--reports", help="Reports in the place of items.")]
ToRead = Annotated[bool, typer.Option("--to-read", help="Reports that somebody has yet to read.")]
After = Annotated[str, typer.Option("--after", metavar="ID", help="Go on after this one.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")]
As = Annotated[Judgement, typer.Option("--as", help="What they are.")]
Answers = Annotated[
    list[str] | None, typer.Option("--answer", metavar="Q=A", help="Of the question set; again for more options.")
]
Words = Annotated[str, typer.Option("--note", metavar="TEXT", help="In your own words; kept sealed.")]
Seconds = Annotated[int, typer.Option("--seconds", min=0, max=86_400, help="For how long you looked at each.")]
Unseen = Annotated[bool, typer.Option("--unseen", help="You did not look at the material: it is no exposure.")]
Days = Annotated[int, typer.Option("--days", min=1, max=366, help="How many days back.")]


class AnswerGivenError(InputError):
    """An answer is written as question=option."""

    next_step = "write --answer QUESTION=OPTION; `schoon report vocabulary show` lists both"


@command(app, "list", "schoon report list --state to_assess", "schoon report list --reports --to-read --json")
def list_items(
    ctx: typer.Context,
    *,
    state: States = None,
    site: Site = "",
    judgement: Judgements = None,
    known: KnownAs = None,
    of_report: OfReport = "",
    disputed: Disputed = False,
    reports: Reports = False,
    to_read: ToRead = False,
    after: After = "",
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    """Show items, those first that have stood longest where they stand; or reports, the newest first."""
    house = house_of(ctx)
    if reports or to_read:
        _list_reports(ctx, to_read=to_read, after=after, limit=limit, as_json=as_json)
        return
    wanted = Wanted(
        states=frozenset(state) if state else None,
        judgement=judgement,
        known=known,
        site=site or None,
        report_id=ReportId(of_report) if of_report else None,
        disputed_votes=disputed,
        after=ItemId(after) if after else None,
        limit=limit,
    )
    with house.open_rooms() as rooms:
        found = rooms.reports.find(wanted, now=house.clock())
    if as_json:
        for one in found:
            emit(item_record(one))
        return
    table_of(found)
    if len(found) == limit:
        note(f"more: --after {found[-1].item_id}")


def _list_reports(ctx: typer.Context, *, to_read: bool, after: str, limit: int, as_json: bool) -> None:
    with house_of(ctx).open_rooms() as rooms:
        found = rooms.reports.reports(to_read=to_read, after=ReportId(after) if after else None, limit=limit)
    if as_json:
        for one in found:
            emit(report_record(one))
        return
    reports_table(found)
    if len(found) == limit:
        note(f"more: --after {found[-1].report_id}")


@command(app, "show", "schoon report show q7x2…", "schoon report show q7x2… --json")
def show(ctx: typer.Context, name: Name, *, as_json: Json = False) -> None:
    """Show one item with its address, history and judgements; or one report with its text."""
    with house_of(ctx).open_rooms() as rooms:
        try:
            details = rooms.reports.item(ItemId(name))
        except NoSuchItemError:
            show_report(rooms.reports.report(ReportId(name)), as_json=as_json)
            return
    show_item(details, as_json=as_json)


@command(
    app,
    "assess",
    "schoon report assess q7x2… --as not_illegal --seconds 20",
    "schoon report list --state to_assess --site example.org --json | jq -r .item | "
    "schoon report assess - --as ignore --unseen",
)
def assess(
    ctx: typer.Context,
    items: Names,
    *,
    judgement: As,
    answer: Answers = None,
    words: Words = "",
    seconds: Seconds = 0,
    unseen: Unseen = False,
    as_json: Json = False,
) -> None:
    """Judge items.

      baseline      meets INTERPOL's baseline criteria
      national      illegal here
      not_illegal   nothing is done about it
      ignore        no matter for this hotline
      police_first  illegal, and nothing goes out before the police release it

    Where several analysts have to agree it counts when they do.
    """
    house = house_of(ctx)
    answers = _answers(answer or [])
    judged = [
        Judged(
            item_id=ItemId(one), judgement=judgement, answers=answers, note=words, looked=not unseen, seconds=seconds
        )
        for one in _named(items)
    ]
    with house.open_rooms() as rooms:
        results = rooms.reports.assess(judged, by=house.actor, now=house.clock())
    show_assessed(results, as_json=as_json)


@command(
    app,
    "reopen",
    "schoon report reopen q7x2… --reason 'a second look was asked for'",
    "schoon report reopen q7x2… --reason 'a second look was asked for' --json",
)
def reopen(ctx: typer.Context, items: Names, *, reason: people.Why, as_json: Json = False) -> None:
    """Let items that were found not illegal, or ignored, be judged anew."""
    house = house_of(ctx)
    names = _named(items)
    with house.open_rooms() as rooms:
        rooms.reports.reopen([ItemId(one) for one in names], by=house.actor, reason=reason, now=house.clock())
    if as_json:
        emit({"reopened": names})
    else:
        say(f"{counted(len(names), 'item', 'items')} to be assessed again.")


@command(app, "read", "schoon report read q7x2…", "schoon report read q7x2… k3b9… --json")
def read(ctx: typer.Context, reports: ReportNames, *, as_json: Json = False) -> None:
    """Say that you have read reports without an address; from then on their text is deleted in time."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        done = rooms.reports.mark_read([ReportId(one) for one in reports], by=house.actor, now=house.clock())
    if as_json:
        emit({"read": done})
    else:
        say(f"{counted(len(done), 'report', 'reports')} read.")


@command(app, "status", "schoon report status 4cvf-tw35-rosc-uxei", "schoon report status 4cvf-tw35-rosc-uxei --json")
def status(ctx: typer.Context, code: Code, *, as_json: Json = False) -> None:
    """Show what a reporter may know: received, in hand or done; never what anybody found."""
    with house_of(ctx).open_rooms() as rooms:
        progress = rooms.reports.status(code)
    if as_json:
        emit({"status": progress})
    else:
        say(progress.replace("_", " "))


@command(app, "exposure", "schoon report exposure", "schoon report exposure --days 30 --json")
def exposure(ctx: typer.Context, *, days: Days = 1, as_json: Json = False) -> None:
    """Show how much each analyst looked at, by day (UTC)."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        found = rooms.reports.exposures(now=house.clock(), days=days)
    if as_json:
        for one in found:
            emit({"analyst": one.analyst, "day": one.day, "items": one.items, "seconds": one.seconds})
        return
    table(
        ["day", "analyst", "items", "minutes"],
        [(one.day, one.analyst, one.items, round(one.seconds / 60)) for one in found],
        numbers=["items", "minutes"],
    )


@command(app, "expire", "schoon report expire", "schoon report expire --json")
def expire(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Delete reporters and texts whose time is over, now; the worker does it by itself."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        done = rooms.reports.expire(now=house.clock())
    if as_json:
        emit({"expired": done})
    else:
        say(f"{counted(done, 'report', 'reports')} expired.")


@command(
    vocabulary_app,
    "show",
    "schoon report vocabulary show",
    "schoon report vocabulary show > questions.json",
)
def show_vocabulary(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Print the question set in force, which is JSON in any case; a start for your own."""
    with house_of(ctx).open_rooms() as rooms:
        document = rooms.reports.vocabulary_document()
    if as_json:
        emit(json.loads(document))
    else:
        sys.stdout.write(document.rstrip() + "\n")


@command(
    vocabulary_app,
    "import",
    "schoon report vocabulary import questions.json",
    "schoon report vocabulary import questions.json --json",
)
def import_vocabulary(ctx: typer.Context, file: File, *, as_json: Json = False) -> None:
    """Put a question set in force; its version never means anything else afterwards."""
    house = house_of(ctx)
    try:
        document = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UnreadableFileError(f"{file}: {getattr(problem, 'strerror', None) or 'not UTF-8'}") from problem
    with house.open_rooms() as rooms:
        taken = rooms.reports.import_vocabulary(document, by=house.actor, now=house.clock())
    if as_json:
        emit({"version": taken.version, "questions": len(taken.questions)})
    else:
        say(f"{taken.version} is in force, with {counted(len(taken.questions), 'question', 'questions')}.")


def _named(names: list[str]) -> list[str]:
    return [word for name in names for word in (sys.stdin.read().split() if name == "-" else [name])]


def _answers(given: list[str]) -> dict[str, str | tuple[str, ...]]:
    answers: dict[str, str | tuple[str, ...]] = {}
    for one in given:
        question, equals, option = one.partition("=")
        if not equals:
            raise AnswerGivenError(f"{one[:100]!r} has no `=`")
        before = answers.get(question)
        answers[question] = option if before is None else (*([before] if isinstance(before, str) else before), option)
    return answers


command(
    app,
    "add",
    "schoon report add https://example.org/page",
    "schoon report add - --reference 2026-117 --json < addresses.txt",
)(add)
command(
    app,
    "release",
    "schoon report release q7x2… --police 'Police unit North' --reason 'the search is over'",
    "schoon report release q7x2… --police 'Police unit North' --reason 'our own server' --to ignored",
)(people.release)
command(
    app,
    "police",
    "schoon report police hold q7x2… --police 'Police unit North' --reason 'a search is planned'",
    "schoon report police send q7x2… --police 'Police unit North' --reason 'asked for by the prosecutor'",
)(people.act)
command(
    identity_app,
    "ask",
    "schoon report identity ask q7x2… --reason 'the police need a witness'",
    "schoon report identity ask q7x2… --reason 'the police need a witness' --json",
)(people.ask)
command(identity_app, "approve", "schoon report identity approve 3", "schoon report identity approve 3 --json")(
    people.approve
)
command(identity_app, "read", "schoon report identity read 3", "schoon report identity read 3 --json")(people.read)
command(identity_app, "list", "schoon report identity list", "schoon report identity list --json")(people.list_requests)
