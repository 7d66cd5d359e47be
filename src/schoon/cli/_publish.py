"""Out of the list: what a publish would change, publish, roll back, refresh, and how the list stands."""

from collections.abc import Mapping
from typing import Annotated

import typer

from schoon.cli._commands import Json
from schoon.cli._house import house_of
from schoon.cli._import import GoodDigests, GoodFiles, known_good_of
from schoon.cli._output import emit, facts, note, say, table
from schoon.lists import Batch, ListStatus, Published, PublishForm, PublishPlan

Form = Annotated[
    PublishForm, typer.Option("--form", help="A whole snapshot, or only the change since the last version.")
]
Force = Annotated[bool, typer.Option("--force", help="Write a version although nothing has changed.")]
VersionNumber = Annotated[int, typer.Argument(metavar="VERSION", help="The version whose content comes back.")]


def dry_run(ctx: typer.Context, *, files: GoodFiles = None, digests: GoodDigests = None, as_json: Json = False) -> None:
    """Show what a publish would change, and how many of your own files it would newly match. Changes nothing."""
    house = house_of(ctx)
    sample = known_good_of(files or [], digests or []) if files or digests else None
    with house.open_rooms() as rooms:
        plan = rooms.lists.dry_run(sample)
    if as_json:
        emit(_plan_record(plan))
    else:
        _show_plan(plan, sampled=sample is not None)


def publish(ctx: typer.Context, *, form: Form = PublishForm.FULL, force: Force = False, as_json: Json = False) -> None:
    """Publish the list: a higher version, signed; every serving process takes it up within seconds.

    Needs the publishing key. Every signature of every batch is verified again over the stored entries.
    """
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        done = rooms.lists.publish(by=house.actor, now=house.clock(), form=form, force=force)
    _tell(done, as_json=as_json)


def rollback(ctx: typer.Context, version: VersionNumber, *, as_json: Json = False) -> None:
    """Bring the content of an older version back, under a higher version."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        done = rooms.lists.rollback(version, by=house.actor, now=house.clock())
    _tell(done, as_json=as_json)


def refresh(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Sign the head anew, and send decisions that wait.

    Run it from a timer, every ten minutes at most: a list without a signed word for an hour answers `unavailable`.
    """
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        done = rooms.lists.refresh(now=house.clock())
    if as_json:
        emit(_published_record(done))
    elif done.form is None:
        say(f"The head of version {done.version} is signed anew; nothing else had to be sent.")
    else:
        _tell(done, as_json=False)


def status(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show how the list stands: version, age, batches and what they wait for."""
    house = house_of(ctx)
    with house.open_rooms() as rooms:
        now = house.clock()
        found, batches = rooms.lists.status(), rooms.lists.batches()
        names = {one.organisation_id: one.name for one in rooms.parties.organisations()}
    if as_json:
        emit(_status_record(found, batches))
        return
    age = now - found.issued_at if found.issued_at else None
    facts(
        [
            ("list", found.name),
            ("version", found.version),
            ("signed", age and f"{found.issued_at:%Y-%m-%d %H:%M} UTC, {age.total_seconds() / 60:.0f} min ago"),
            ("entries", found.entries),
            ("deltas", found.deltas),
            ("decisions waiting", found.waiting_marks),
            *((f"marked {standing}", count) for standing, count in found.marks.items()),
        ]
    )
    if batches:
        say("")
        table(
            ["batch", "state", "entries", "attested by", "tested"],
            [
                (one.batch_id, one.state, one.entry_count, ", ".join(names[a] for a in one.attestors), one.tested_at)
                for one in batches
            ],
            numbers=["batch", "entries"],
        )
    for line in found.advice:
        note(f"next: {line}")


def _tell(done: Published, *, as_json: bool) -> None:
    if as_json:
        emit(_published_record(done))
    elif done.form is None:
        say(f"Nothing had changed; version {done.version} stays.")
    else:
        say(f"Version {done.version} is published, as a {done.form}: {done.entries:,} entries.")
        if done.allowed:
            note(f"{done.allowed:,} entries were withdrawn, because the allow-list names them")


def _published_record(done: Published) -> dict[str, object]:
    return {
        "version": done.version,
        "form": done.form,
        "entries": done.entries,
        "activated": list(done.activated),
        "allowed": done.allowed,
    }


def _plan_record(plan: PublishPlan) -> dict[str, object]:
    return {
        "changed": plan.changed,
        "activates": _tally_record(plan.activates),
        "reviews": _tally_record(plan.reviews),
        "leaves": plan.leaves,
        "kinds": {str(kind): count for kind, count in plan.kinds.items()},
        "suspended": plan.suspended,
        "allowed": plan.allowed,
        "activating": list(plan.activating),
        "waiting": {str(batch): reason for batch, reason in plan.waiting.items()},
        "newly_matching": plan.newly_matching,
        "delta_refusal": plan.delta_refusal,
    }


def _tally_record(tally: Mapping[tuple[str, str], int]) -> list[dict[str, object]]:
    return [
        {"supplier": supplier, "category": category, "entries": count} for (supplier, category), count in tally.items()
    ]


def _show_plan(plan: PublishPlan, *, sampled: bool) -> None:
    if not plan.changed:
        say("A publish would change nothing.")
    rows = [
        (supplier, category, change, count)
        for change, tally in (("becomes listed", plan.activates), ("becomes review", plan.reviews))
        for (supplier, category), count in tally.items()
    ]
    if rows:
        table(["supplier", "category", "change", "entries"], rows, numbers=["entries"])
    pairs: list[tuple[str, object]] = [
        ("leave the list", plan.leaves),
        ("suspended, answer review", plan.suspended),
        ("on the allow-list", plan.allowed),
        ("as a delta", plan.delta_refusal or "possible"),
    ]
    if sampled:
        pairs.append(("of your files newly match", plan.newly_matching))
    facts(pairs)
    for batch, reason in plan.waiting.items():
        note(f"batch {batch} waits: {reason}")


def _status_record(found: ListStatus, batches: list[Batch]) -> dict[str, object]:
    return {
        "list": found.name,
        "version": found.version,
        "issued_at": found.issued_at,
        "entries": found.entries,
        "deltas": found.deltas,
        "waiting_marks": found.waiting_marks,
        "marks": {str(standing): count for standing, count in found.marks.items()},
        "batches": [
            {
                "batch": one.batch_id,
                "state": one.state,
                "entries": one.entry_count,
                "attestors": list(one.attestors),
                "tested_at": one.tested_at,
                "held": one.held_reason,
            }
            for one in batches
        ],
        "advice": list(found.advice),
    }
