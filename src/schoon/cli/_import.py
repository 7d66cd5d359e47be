"""Into the list: import a file, attest its batch, test it against known-good files."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from schoon.cli._commands import Json
from schoon.cli._digests import UnreadableFileError, digests_in_file, digests_of, files_under, hash_file, parse_digest
from schoon.cli._house import house_of
from schoon.cli._output import emit, facts, note, say, table
from schoon.hashing import Hasher
from schoon.kinds import BatchId, Category, Digest, InputError, Kind
from schoon.lists import CollisionReport, ImportOptions, ImportReport, KnownGood, SourceFormat

ListFile = Annotated[Path, typer.Argument(metavar="FILE", help="The supplier's file.")]
SupplierName = Annotated[str, typer.Option("--supplier", metavar="NAME", help="Whose entries they are.")]
Format = Annotated[
    SourceFormat | None, typer.Option("--format", help="The file's format; by its name and first bytes when not given.")
]
Strict = Annotated[bool, typer.Option("--strict", help="One bad row, and nothing goes in.")]
LinesKind = Annotated[Kind | None, typer.Option("--kind", help="For one hash a line: which kind they are.")]
AllCategory = Annotated[Category | None, typer.Option("--category", help="Of every entry, whatever the file says.")]
BatchNumber = Annotated[int, typer.Argument(metavar="BATCH", help="The batch's number, as `import` printed it.")]
BatchNumbers = Annotated[list[int], typer.Argument(metavar="BATCH...", help="Numbers of batches.", show_default=False)]
OrganisationName = Annotated[str, typer.Option("--organisation", metavar="NAME", help="Who attests.")]
PrivateKeyFile = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="Its Ed25519 private key (PEM), used here and not kept.")
]
SignatureFile = Annotated[
    Path | None, typer.Option("--signature", metavar="FILE", help="Its signature, 64 bytes, made elsewhere.")
]
PrintText = Annotated[bool, typer.Option("--print", help="Write the text to sign on standard output, and stop.")]
GoodFiles = Annotated[
    list[Path] | None, typer.Option("--files", metavar="PATH", help="Lawful files or folders; may be repeated.")
]
GoodDigests = Annotated[
    list[Path] | None, typer.Option("--digests", metavar="FILE", help="Files of lawful digests; may be repeated.")
]
AllowedDigests = Annotated[
    list[str] | None, typer.Option("--digest", metavar="KIND:HEX", help="A digest to allow; may be repeated.")
]
ReasonText = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the journal; no names.")]

_SHOWN_ROWS = 20


class AttestationProofError(InputError):
    """An attestation needs one proof: a private key, or a signature made elsewhere."""

    next_step = "give --key FILE or --signature FILE; `schoon list attest BATCH --print` writes the text to sign"


class RowsRefusedError(InputError):
    """The file has rows that cannot be taken, and with --strict nothing of it went in."""

    next_step = "correct the rows, or import without --strict: the good ones then go in"


class NothingTakenError(InputError):
    """No row of the file can be taken."""

    next_step = "see that it is a hash list, and give its --format; docs/list-formats.md describes them"


class NoOrganisationError(InputError):
    """An attestation is made in the name of an organisation."""

    next_step = "give --organisation NAME; `schoon organisation list` shows them"


class NoKnownGoodError(InputError):
    """There is nothing to test against."""

    next_step = "give --files FOLDER with lawful pictures, or --digests FILE"


def import_file(
    ctx: typer.Context,
    file: ListFile,
    *,
    supplier: SupplierName,
    source_format: Format = None,
    kind: LinesKind = None,
    category: AllCategory = None,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Import a supplier's file; its new entries become one batch.

    Nothing of it is on the list before two organisations have attested the batch, it was tested, and published.
    The same file twice changes nothing. Rows that cannot be taken are named with their line; exit code 3 with --strict,
    and when no row of the file can be taken.
    """
    house = house_of(ctx)
    options = ImportOptions(
        source_format=source_format or guess_format(file), strict=strict, kind=kind, category=category
    )
    with house.open_rooms() as rooms:
        found = rooms.lists.find_supplier(supplier)
        report = rooms.lists.import_file(file, found.supplier_id, options, by=house.actor, now=house.clock())
    if as_json:
        emit(_import_record(report))
    else:
        _show_import(report)
    if strict and report.refused_count:
        raise RowsRefusedError(f"{file}: {report.refused_count} rows cannot be taken")
    if report.refused_count and not _took_something(report):
        raise NothingTakenError(f"{file}: {report.refused_count} rows, and none was understood")


def guess_format(file: Path) -> SourceFormat:
    """The format that the file's name and first bytes suggest.

    Raises:
        UnreadableFileError: It cannot be read.
    """
    try:
        with file.open("rb") as stream:
            start = stream.read(512).lstrip()
    except OSError as problem:
        raise UnreadableFileError(f"{file}: {problem.strerror}") from problem
    if start.startswith(b"<"):
        return SourceFormat.NCMEC
    if start.startswith((b"{", b"[")):
        is_lines = file.suffix in {".jsonl", ".ndjson"} or b"}\n" in start
        return SourceFormat.JSON_LINES if is_lines else SourceFormat.STOPNCII
    return SourceFormat.CSV if file.suffix == ".csv" or b"," in start.split(b"\n", 1)[0] else SourceFormat.LINES


def attest(
    ctx: typer.Context,
    batch: BatchNumber,
    *,
    organisation: OrganisationName = "",
    key: PrivateKeyFile = None,
    signature: SignatureFile = None,
    print_text: PrintText = False,
    as_json: Json = False,
) -> None:
    """Attest a batch in the name of an organisation.

    Its registered key signs the hash tree root of all entries of the batch. Two different organisations are needed
    before an entry can be listed. Sign elsewhere with --print, and bring the signature with --signature.
    """
    house = house_of(ctx)
    batch_id = BatchId(batch)
    with house.open_rooms() as rooms:
        if print_text:
            sys.stdout.buffer.write(rooms.lists.attestation_text(batch_id))
            return
        if not organisation:
            raise NoOrganisationError("no --organisation was given")
        who = rooms.parties.find(organisation)
        proof = _proof(key, signature)
        done = rooms.lists.attest(batch_id, who.organisation_id, proof, by=house.actor, now=house.clock())
    if as_json:
        emit({"batch": done.batch_id, "state": done.state, "attestors": done.attestors})
        return
    missing = 2 - len(done.attestors)
    say(f"Batch {batch} is attested by {len(done.attestors)} of 2 organisations.")
    note("next: another organisation attests it" if missing else f"next: schoon list test {batch} --files FOLDER")


def run_test(
    ctx: typer.Context,
    batches: BatchNumbers,
    *,
    files: GoodFiles = None,
    digests: GoodDigests = None,
    as_json: Json = False,
) -> None:
    """Test batches against known-good files: what matches one is suspended.

    Exact digests and PDQ at the largest distance that any policy allows, in all rotations and mirrors.
    """
    house = house_of(ctx)
    if not files and not digests:
        raise NoKnownGoodError("neither files nor digests were given")
    known_good = known_good_of(files or [], digests or [])
    with house.open_rooms() as rooms:
        ids = [BatchId(number) for number in batches]
        report = rooms.lists.test(ids, known_good, by=house.actor, now=house.clock())
    if as_json:
        emit(_test_record(report))
    else:
        _show_test(report)


def allow(
    ctx: typer.Context,
    *,
    digest: AllowedDigests = None,
    digests: GoodDigests = None,
    reason: ReasonText,
    as_json: Json = False,
) -> None:
    """Put digests on the allow-list: an entry with one of them never counts."""
    house = house_of(ctx)
    given = [parse_digest(text) for text in digest or []]
    given += [one for path in digests or [] for one in digests_in_file(path)]
    with house.open_rooms() as rooms:
        added = rooms.lists.allow(given, reason=reason, by=house.actor, now=house.clock())
    if as_json:
        emit({"given": len(given), "new": added})
    else:
        say(f"{added} digests are new on the allow-list, {len(given) - added} were there.")
        note("next: schoon list publish")


def known_good_of(files: list[Path], digests: list[Path]) -> KnownGood:
    """The digests of lawful files and of files of lawful digests; pictures in all rotations and mirrors."""
    found: list[Digest] = [one for path in digests for one in digests_in_file(path)]
    count = len(found)
    if files:
        with Hasher(dihedral=True) as hasher:
            for path in files_under(files):
                found += digests_of(hash_file(hasher, path))
                count += 1
    return KnownGood.of(found, count=count)


def _proof(key: Path | None, signature: Path | None) -> Ed25519PrivateKey | bytes:
    if (key is None) == (signature is None):
        raise AttestationProofError("neither or both of --key and --signature were given")
    if signature is not None:
        return _bytes_of(signature)
    path = key or Path()
    try:
        loaded = load_pem_private_key(_bytes_of(path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
        raise AttestationProofError(f"{path}: no PEM private key without a password") from problem
    if not isinstance(loaded, Ed25519PrivateKey):
        raise AttestationProofError(f"{path}: not an Ed25519 key")
    return loaded


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise UnreadableFileError(f"{path}: {problem.strerror}") from problem


def _took_something(report: ImportReport) -> bool:
    return any((report.new, report.superseding, report.unchanged, report.withdrawn, report.held_back))


def _import_record(report: ImportReport) -> dict[str, object]:
    return {
        "batch": report.batch_id,
        "new": report.new,
        "superseding": report.superseding,
        "unchanged": report.unchanged,
        "withdrawn": report.withdrawn,
        "held_back": report.held_back,
        "refused_count": report.refused_count,
        "refused": [{"line": row.line, "reason": row.reason} for row in report.refused],
        "kinds": dict(report.kinds),
        "next_page": report.next_page,
        "longest_write": report.longest_write,
    }


def _show_import(report: ImportReport) -> None:
    pairs: list[tuple[str, object]] = [
        ("batch", report.batch_id),
        ("new entries", report.new),
        ("new revisions", report.superseding),
        ("unchanged", report.unchanged),
        ("withdrawals", report.withdrawn),
        ("withdrawn here, stay so", report.held_back),
        ("rows refused", report.refused_count),
        *((f"digests, {kind}", count) for kind, count in sorted(report.kinds.items())),
        ("next page", report.next_page),
    ]
    facts([(name, value) for name, value in pairs if value not in {0, None} or name == "new entries"])
    for row in report.refused[:_SHOWN_ROWS]:
        note(f"  line {row.line}: {row.reason}")
    for line in _next_steps(report):
        note(line)


def _next_steps(report: ImportReport) -> Iterator[str]:
    if report.refused_count > _SHOWN_ROWS:
        yield f"  and {report.refused_count - _SHOWN_ROWS} more; --json shows more of them"
    if report.batch_id is not None:
        yield f"next: schoon list attest {report.batch_id} --organisation NAME --key FILE, by two organisations"


def _test_record(report: CollisionReport) -> dict[str, object]:
    collisions = [
        {"entry": one.entry_id, "supplier": one.supplier, "ref": one.ref, "kind": one.kind} for one in report.collisions
    ]
    return {
        "batches": list(report.batch_ids),
        "known_good": report.known_good_count,
        "entries": report.entries_tested,
        "collisions": collisions,
    }


def _show_test(report: CollisionReport) -> None:
    say(f"{report.entries_tested:,} entries tested against {report.known_good_count:,} known-good files.")
    if not report.collisions:
        say("None of them matches.", style="green")
        note("next: schoon list publish")
        return
    say(f"{len(report.collisions)} matched, and are suspended:", style="yellow")
    table(
        ["entry", "supplier", "supplier's id", "matched by"],
        [(str(one.entry_id), one.supplier, one.ref, one.kind) for one in report.collisions],
    )
