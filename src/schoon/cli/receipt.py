"""`schoon receipt verify`: that the service gave exactly this answer to exactly this request."""

import hashlib
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from schoon.cli._commands import Json, command, new_app
from schoon.cli._digests import UnreadableFileError
from schoon.cli._house import house_of
from schoon.cli._output import emit, facts, say
from schoon.client import CheckReply, Receipt, load_receipt_key, verify_receipt
from schoon.kinds import InputError

app = new_app(
    "Verify signed receipts, offline.",
    "schoon receipt verify answer.json --request request.json --key receipts.pub.pem",
    "schoon check photo.jpg --keep-proof proof/   # keeps such files",
)
APPS = {"receipt": app}

AnswerFile = Annotated[Path, typer.Argument(metavar="ANSWER", help="The answer as it was received, byte for byte.")]
RequestFile = Annotated[Path, typer.Option("--request", metavar="FILE", help="The request as it was sent.")]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="The service's public receipt key (PEM); this host's own by default."),
]


class AnswerFileError(InputError):
    """The file does not hold an answer of the check service."""

    next_step = "give the whole body of the answer, with `result` and `receipt`, as it came over the wire"


class _Answer(msgspec.Struct, frozen=True):
    result: msgspec.Raw
    receipt: Receipt


@app.callback()
def _group() -> None:
    """Verify signed receipts, offline."""


@command(
    app,
    "verify",
    "schoon receipt verify answer.json --request request.json --key receipts.pub.pem",
    "schoon check photo.jpg --keep-proof proof/   # keeps such files",
)
def verify(
    ctx: typer.Context, answer: AnswerFile, *, request: RequestFile, key: KeyFile = None, as_json: Json = False
) -> None:
    """Verify that the service gave exactly this answer to exactly this request.

    Needs no network. Exit code 0 when the receipt proves it; a receipt that does not is an error (exit code 5), and the
    message says what does not fit.
    """
    sent, received = _bytes_of(request), _bytes_of(answer)
    try:
        found = msgspec.json.decode(received, type=_Answer)
    except msgspec.MsgspecError as problem:
        raise AnswerFileError(f"{answer}: {problem}") from problem
    public_key = load_receipt_key(receipt_key_in(key or house_of(ctx).receipt_public_key))
    verify_receipt(found.receipt, request=sent, result=bytes(found.result), key=public_key)
    if as_json:
        emit({"verified": True} | msgspec.to_builtins(found.receipt))
        return
    say("The receipt is genuine.", style="bold")
    facts(
        [
            ("member", found.receipt.member),
            ("list", f"{found.receipt.list_name}, version {found.receipt.list_version}"),
            ("signed at", found.receipt.issued_at),
            ("answer", f"{found.receipt.index + 1} of {found.receipt.size} under one signature"),
            ("key", found.receipt.key_id),
        ]
    )


def keep_proof(folder: Path, reply: CheckReply) -> Path:
    """Where the answer was written; its request lies beside it. Both hold digests: keep them from others."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = hashlib.sha256(reply.request + reply.result).hexdigest()[:16]
        receipt = msgspec.json.encode(reply.receipt)
        (folder / f"{name}.request.json").write_bytes(reply.request)
        answer = folder / f"{name}.answer.json"
        answer.write_bytes(b'{"result":' + reply.result + b',"receipt":' + receipt + b"}")
    except OSError as problem:
        raise UnreadableFileError(
            f"{folder}: {problem.strerror}", next_step="choose a folder you may write to"
        ) from problem
    return answer


def receipt_key_in(path: Path) -> bytes:
    """The content of a public key file."""
    return _bytes_of(path)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise UnreadableFileError(f"{path}: {problem.strerror}") from problem
