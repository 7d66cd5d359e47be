"""`schoon check`: ask a check service about a few files or digests."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from schoon.cli._commands import CaFile, Json, Server, TokenFile, command, new_app
from schoon.cli._digests import digests_of, files_under, hash_file, parse_digest
from schoon.cli._house import house_of
from schoon.cli._output import emit, note, table
from schoon.cli.receipt import keep_proof, receipt_key_in
from schoon.client import MAX_ITEMS, CheckItem, ItemAnswer, ListState, Match, SchoonClient, Verdict
from schoon.hashing import Hasher
from schoon.kinds import Digest, InputError, Kind

app = new_app("Ask a check service about files or digests.")
APPS = {"check": app}

Files = Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]", help="Files or folders.", show_default=False)]
Digests = Annotated[
    list[str] | None,
    typer.Option("--digest", metavar="KIND:HEX", help="A digest instead of a file: sha256:…, pdq:…; may be repeated."),
]
KeepProof = Annotated[
    Path | None,
    typer.Option("--keep-proof", metavar="FOLDER", help="Keep requests, answers and receipts for `receipt verify`."),
]
ReceiptKey = Annotated[
    Path | None, typer.Option("--receipt-key", metavar="FILE", help="Verify each receipt with this public key.")
]
CODES = {Verdict.UNAVAILABLE: 12, Verdict.LISTED: 10, Verdict.REVIEW: 11}  # the first that occurred
"""The exit code of an answer, the gravest first."""


class NothingAskedError(InputError):
    """There is nothing to check."""

    next_step = "name files, or give --digest KIND:HEX"


@command(
    app,
    "check",
    "schoon check photo.jpg --server https://check.example",
    "schoon check --digest md5:5f4dcc3b5aa765d61d8327deb882cf99 --json",
)
def check(
    ctx: typer.Context,
    files: Files = None,
    *,
    digest: Digests = None,
    server: Server = "",
    token_file: TokenFile = None,
    ca_file: CaFile = None,
    keep_proof_in: KeepProof = None,
    receipt_key: ReceiptKey = None,
    as_json: Json = False,
) -> None:
    """Ask a check service about files or digests.

    Files are hashed here; only digests travel. A listed answer opens a hit, as it does for a scan. Exit code 10 when
    something is listed, 11 when something needs review, 12 when not everything could be answered.
    """
    house = house_of(ctx)
    named = [*_items_of_digests(digest or []), *_items_of_files(files or [])]
    if not named:
        raise NothingAskedError("no file and no digest was given")
    ca = ca_file or house.ca_file
    client = SchoonClient(
        house.server_url(server),
        house.token(token_file),
        receipt_key=receipt_key_in(receipt_key) if receipt_key else None,
        ca_file=str(ca) if ca else None,
    )
    with client:
        items = [item for _, item in named]
        replies = [client.check(items[start : start + MAX_ITEMS]) for start in range(0, len(items), MAX_ITEMS)]
    if keep_proof_in:
        for reply in replies:
            note(f"kept {keep_proof(keep_proof_in, reply)}")
    answers = [answer for reply in replies for answer in reply.answers]
    show(list(zip((name for name, _ in named), answers, strict=True)), replies[-1].list, as_json=as_json)


def show(answers: Sequence[tuple[str, ItemAnswer]], state: ListState, *, as_json: bool) -> None:
    """Print the answers and leave with the code of the gravest."""
    if as_json:
        for name, answer in answers:
            emit(_record(name, answer) | {"list": state.name, "list_version": state.version})
    else:
        table(
            ["file", "verdict", "because", "hit"],
            [(name, _verdict(answer), _because(answer), answer.hit) for name, answer in answers],
        )
        note(f"list {state.name}, version {state.version}, {state.age_seconds:.0f} s old")
    seen = Counter(answer.verdict or Verdict.UNAVAILABLE for _, answer in answers)
    code = next((code for verdict, code in CODES.items() if seen[verdict]), 0)
    raise typer.Exit(code)


def _items_of_digests(texts: Sequence[str]) -> Iterator[tuple[str, CheckItem]]:
    for number, text in enumerate(texts):
        found = parse_digest(text)
        yield found.short(), _item(f"d{number}", (found,))


def _items_of_files(paths: Sequence[Path]) -> Iterator[tuple[str, CheckItem]]:
    if paths:
        with Hasher() as hasher:
            for number, path in enumerate(files_under(paths)):
                yield str(path), _item(f"f{number}", digests_of(hash_file(hasher, path)))


def _item(item_id: str, digests: Sequence[Digest]) -> CheckItem:
    exact = {str(one.kind): one.hex for one in digests if one.kind is not Kind.PDQ}
    pdq = tuple(one.hex for one in digests if one.kind is Kind.PDQ)
    return CheckItem(id=item_id, md5=exact.get("md5"), sha1=exact.get("sha1"), sha256=exact.get("sha256"), pdq=pdq)


def _verdict(answer: ItemAnswer) -> str:
    return str(answer.verdict) if answer.verdict else "refused"


def _because(answer: ItemAnswer) -> str:
    if answer.error:
        return f"{answer.error.detail}; {answer.error.next_step}"
    reasons = [answer.reason] if answer.reason else []
    return "; ".join([*reasons, *(_in_words(match) for match in answer.matches)])


def _in_words(match: Match) -> str:
    band = f" (band {match.band})" if match.band else ""
    return f"{match.strength} {match.kind}{band}, {match.category}, {match.supplier_class}"


def _record(name: str, answer: ItemAnswer) -> dict[str, object]:
    matches = [
        {
            "kind": match.kind,
            "strength": match.strength,
            "band": match.band,
            "category": match.category,
            "supplier_class": match.supplier_class,
        }
        for match in answer.matches
    ]
    return {
        "file": name,
        "verdict": answer.verdict,
        "reason": answer.reason,
        "hit": answer.hit,
        "matches": matches,
        "error": answer.error.detail if answer.error else None,
    }
