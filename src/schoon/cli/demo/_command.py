"""The command: from a list file to a file that is put back, and from a report to material out of reach."""

import hashlib
import shutil
import sys
import time
import webbrowser
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schoon.cli._commands import command, new_app
from schoon.cli._house import House, house_of
from schoon.cli._output import facts, say
from schoon.cli.demo import _list as publisher
from schoon.cli.demo import _member as member
from schoon.cli.demo._clock import LeapingClock
from schoon.cli.demo._desk import DAYS, Story, desk_settings, play
from schoon.cli.demo._list import Parties
from schoon.cli.demo._member import DemoServiceError, Found, Scanned
from schoon.cli.demo._screen import Compared, Screen, explain, show_comparison
from schoon.cli.demo._town import NETWORK, Town
from schoon.cli.demo.corpus import DemoPhotosMissingError, Expected, Manifest, Planted, build_corpus
from schoon.client import Action, CheckItem, HitAction, SchoonClient, Verdict
from schoon.hits import DisputeAnswer, DisputeOutcome
from schoon.kinds import HitId, InputError, RefusedError

if TYPE_CHECKING:
    from schoon.rooms import Rooms

app = new_app("Show the whole job on ordinary photos, in under a minute.")
APPS = {"demo": app}

Folder = Annotated[Path, typer.Option("--folder", metavar="FOLDER", help="Where it works; made anew each time.")]
Keep = Annotated[
    bool | None,
    typer.Option("--keep/--no-keep", help="Leave desk and hosters running at the end; at a terminal they are."),
]

_MARK = ".schoon-demo"
_WITHDRAWAL_SECONDS = 60.0
_EXPLAINED = 3
_STRENGTHS = {Expected.LISTED_EXACT: "strong", Expected.LISTED_PERCEPTUAL: "perceptual"}


class DemoNeedsPhotosError(InputError):
    """The photos that the demonstration scans, or its mail server, are not installed."""

    next_step = "pip install 'schoon[demo]', or run `make demo`, which has them"


class ForeignFolderError(RefusedError):
    """The folder holds something that the demonstration did not make; it is not emptied."""

    next_step = "choose another place with --folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the steps share."""

    house: House
    folder: Path
    manifest: Manifest
    rooms: "Rooms"
    port: int
    log: Path


@command(app, "demo", "schoon demo", "schoon demo --keep --folder /tmp/schoon-demo")
def demo(ctx: typer.Context, *, folder: Folder = Path("demo-work"), keep: Keep = None) -> None:
    """Show the whole job on ordinary photos, in under a minute.

    A list of known pictures is imported, attested by two organisations, tested and published; a folder of photos and
    look-alikes is scanned, and what was found is compared with a manifest that was written before; a wrong hit is
    disputed and upheld, its entry withdrawn and its file put back. Then a hotline's desk works for ten days in some
    seconds, over three hosters that are real web servers on this machine. Exit code 1 when anything was missed, or went
    as it should not.
    """
    screen = Screen()
    screen.title()
    machine = house_of(ctx)
    place = _fresh(folder.absolute())
    clock = LeapingClock(machine.clock, DAYS)
    with closing(Town(clock)) as town:
        port = member.free_port()
        house = machine.elsewhere(place / "home", desk_settings(town, port))
        house.initialise()
        with house.trial(clock, port, [NETWORK]) as rooms:
            log = machine.home / "schoon.log"
            stage = Stage(house=house, folder=place, manifest=_plant(screen, place), rooms=rooms, port=port, log=log)
            is_right, story = _tell(stage, screen, town, clock)
            _end(stage, story, screen)
            if keep or (keep is None and _is_watched()):
                _stay(stage, story)
            else:
                say("The service has stopped; schoon demo --keep leaves it running.")
    if not is_right:
        raise typer.Exit(1)


def _tell(stage: Stage, screen: Screen, town: Town, clock: LeapingClock) -> tuple[bool, Story]:
    """First the list and a member, then the hotline; whether all went as it must."""
    parties = _publish(stage, screen)
    with member.connect(stage.house, stage.port) as client:
        with screen.step("serve") as line:
            version = member.wait_until_ready(client, stage.log)
            line.says = f"{member.url_of(stage.port)} answers from list version {version}"
        is_found = _scan(stage, screen, client, parties)
    story = Story(house=stage.house, rooms=stage.rooms, town=town, clock=clock, folder=stage.folder, parties=parties)
    is_followed = play(story, screen, stage.manifest)
    stage.rooms.lists.refresh(now=clock())  # ten days without a word from the publisher: checks were unavailable
    return is_found and is_followed, story


def _plant(screen: Screen, place: Path) -> Manifest:
    with screen.step("files") as line:
        manifest = _corpus(place / "files")
        kinds = len({planted.path.suffix.lower() for planted in manifest.files})
        line.says = f"{len(manifest.files)} files in {kinds} formats; a manifest says what must be found"
    with screen.step("list") as line:
        count = publisher.write_list(manifest.originals, place / "list.csv")
        line.says = f"{count} of the originals hashed into list.csv"
    return manifest


def _publish(stage: Stage, screen: Screen) -> Parties:
    rooms, house = stage.rooms, stage.house
    with screen.step("import") as line:
        parties = publisher.add_parties(rooms, house)
        batch, entries = publisher.import_list(rooms, house, parties, stage.folder / "list.csv")
        line.says = f"{entries} entries, proposed: nothing of them counts yet"
    with screen.step("attest") as line:
        publisher.attest(rooms, house, parties, batch)
        line.says = "the hotline and the police sign, each with its own key"
    with screen.step("test") as line:
        tested = publisher.run_test(rooms, house, batch, stage.manifest.known_good)
        line.says = (
            f"against {tested.known_good_count} lawful files: {len(tested.collisions) or 'none'} of the entries match"
        )
    with screen.step("publish") as line:
        done = rooms.lists.publish(by=house.actor, now=rooms.clock())
        publisher.add_member(rooms, house, house.token_file)
        line.says = f"version {done.version}, signed; a member gets its token"
    return parties


def _corpus(root: Path) -> Manifest:
    try:
        return build_corpus(root)
    except DemoPhotosMissingError as problem:
        raise DemoNeedsPhotosError(f"{problem.name or 'scikit-image'} is missing") from problem


def _scan(stage: Stage, screen: Screen, client: SchoonClient, parties: Parties) -> bool:
    """Scan, compare, explain, mend; whether all was as the manifest says."""
    with screen.step("scan") as line:
        scanned = member.scan(stage.house, stage.port, stage.manifest.scanned, stage.folder / "quarantine")
        line.says = (
            f"{scanned.summary['files']} files hashed, {len(scanned.found)} found, {scanned.quarantined} in quarantine"
        )
    rows = compare(stage.manifest, scanned)
    screen.heading("What was found, beside what the manifest says")
    show_comparison(rows)
    screen.heading("Some of the hits, explained")
    _explain(stage, scanned.found)
    screen.heading("One hit is wrong")
    is_mended = _mend(stage, screen, client, scanned=scanned, parties=parties)
    return is_mended and not any(row.missed or row.false for row in rows)


def compare(manifest: Manifest, scanned: Scanned) -> list[Compared]:
    """The manifest beside what was found, one row for each way in which files were planted.

    A copy counts as found only by the kind of match that it must be found by: the same bytes, or the same picture.
    """
    found = {one.path: str(one.match.get("strength")) for one in scanned.found if one.verdict == "listed"}
    rows = []
    for how in dict.fromkeys(planted.how for planted in manifest.files):
        planted = [one for one in manifest.files if one.how == how]
        known = [one for one in planted if one.original is not None]
        rows.append(
            Compared(
                how=how,
                files=len(planted),
                expected=len(known),
                found=sum(found.get(one.path) == _STRENGTHS[one.expected] for one in known),
                false=sum(one.path in found for one in planted if one.original is None),
            )
        )
    strangers = len(found.keys() - {planted.path for planted in manifest.files})
    return (
        [*rows, Compared(how="not in the manifest", files=0, expected=0, found=0, false=strangers)]
        if strangers
        else rows
    )


def _explain(stage: Stage, found: Sequence[Found]) -> None:
    """One hit of each kind of match: the same file, nearly the same picture, a picture that was changed more."""
    shown = {(one.match.get("strength"), one.match.get("band")): one for one in reversed(found) if one.hit}
    for one in list(dict(sorted(shown.items(), key=lambda item: item[0][1] or "")).values())[:_EXPLAINED]:
        explain(one, stage.rooms.hits.hit(HitId(one.hit)).hit)


def _mend(stage: Stage, screen: Screen, client: SchoonClient, *, scanned: Scanned, parties: Parties) -> bool:
    """Dispute, answer, withdraw, put back; whether the file is where it was."""
    wrong = _wrong(stage.manifest, scanned)
    reason = "this is a stock photo that anybody can buy"
    with screen.step("dispute") as line:
        outcome = client.act([HitAction(hit=wrong.hit, action=Action.DISPUTED, note=reason)]).results[0]
        if not outcome.is_done:
            raise DemoServiceError(f"the dispute was {outcome.outcome}: {outcome.detail}")
        line.says = f"the member disputes {wrong.path.name}; its clock stands still"
    with screen.step("answer") as line:
        dispute = next(one for one in stage.rooms.hits.disputes() if one.hit_id == wrong.hit)
        answer = DisputeAnswer(
            dispute_id=dispute.dispute_id,
            outcome=DisputeOutcome.UPHELD,
            reasons="examined; a stock photo that was supplied by mistake",
            by=parties.police,
        )
        stage.rooms.hits.answer_dispute(answer, actor=stage.house.actor, now=stage.rooms.clock())
        line.says = "the police uphold it, with reasons; the entry is suspended"
    with screen.step("withdraw") as line:
        entry, began = publisher.entry_of(stage.rooms, parties, stage.manifest.mistaken), time.monotonic()
        stage.rooms.lists.withdraw([entry], reason="supplied by mistake", by=stage.house.actor, now=stage.rooms.clock())
        _wait_until_gone(stage, client)
        line.says = f"{time.monotonic() - began:.1f} s later the service answers not_listed"
    with screen.step("restore") as line:
        _, code, errors = member.run_schoon(
            stage.house, "quarantine", "restore", "--withdrawn", "--server", member.url_of(stage.port),
            "--quarantine-dir", str(stage.folder / "quarantine"),
        )  # fmt: skip
        if code:
            raise DemoServiceError(f"restoring ended with code {code}: {errors.strip()[-400:]}")
        back = [one.path for one in _planted(stage.manifest, stage.manifest.mistaken) if one.path.exists()]
        line.says = f"{len(back)} files are back in their places, as they were"
    return wrong.path in back


def _wrong(manifest: Manifest, scanned: Scanned) -> Found:
    """A hit on the picture that was put on the list by mistake."""
    places = {planted.path for planted in _planted(manifest, manifest.mistaken)}
    found = next((one for one in scanned.found if one.path in places and one.hit), None)
    if found is None:
        raise DemoServiceError(f"no file of {manifest.mistaken} was found, though it is on the list")
    return found


def _planted(manifest: Manifest, original: str) -> list[Planted]:
    return [planted for planted in manifest.files if planted.original == original]


def _wait_until_gone(stage: Stage, client: SchoonClient) -> None:
    """Ask until the service no longer knows the withdrawn picture."""
    content = next(path for path in stage.manifest.originals if path.stem == stage.manifest.mistaken).read_bytes()
    asked = CheckItem(id="1", sha256=hashlib.sha256(content).hexdigest())
    until = time.monotonic() + _WITHDRAWAL_SECONDS
    while client.check([asked]).answers[0].verdict is not Verdict.NOT_LISTED:
        if time.monotonic() > until:
            raise DemoServiceError(f"the withdrawn entry was still found after {_WITHDRAWAL_SECONDS:.0f} s")
        time.sleep(0.05)


def _end(stage: Stage, story: Story, screen: Screen) -> None:
    say("")
    say(f"Done in {screen.seconds:.0f} s.", style="bold")
    here = member.url_of(stage.port)
    facts(
        [
            ("desk", f"{here}/desk, with the token in {_near(story.token_file)}"),
            ("hoster", f"{here}/hoster, with the token in {_near(story.hoster_token_file)}"),
            ("hits", f"{here}/hits, with the token in {_near(stage.house.token_file)}"),
            ("manifest", _near(stage.folder / "files" / "manifest.json")),
        ]
    )


def _near(path: Path) -> Path:
    """The path as seen from here, when it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _is_watched() -> bool:
    """Whether somebody sits at the terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _stay(stage: Stage, story: Story) -> None:
    """Leave desk, hosters and worker running by the machine's clock until Ctrl-C, which is how it is meant to end."""
    if {"DISPLAY", "WAYLAND_DISPLAY"} & stage.house.environment.keys():
        webbrowser.open(f"{member.url_of(stage.port)}/desk")
    say("Everything runs until Ctrl-C.")
    with suppress(KeyboardInterrupt):
        story.go_on()


def _fresh(folder: Path) -> Path:
    """The folder, empty but for the mark that it is ours.

    Raises:
        ForeignFolderError: Somebody else's things are in it.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise ForeignFolderError(f"{folder} is not empty and has no {_MARK}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
    return folder
