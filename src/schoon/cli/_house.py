"""What `main` hands to the commands: the parts of Schoon, each made only when a command asks for it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from schoon.kinds import Clock, InputError

if TYPE_CHECKING:  # the bundle's services load NumPy and Numba: `schoon --help` must not wait for them
    from schoon.rooms import Rooms


class NoServerError(InputError):
    """The command asks a check service, and no address was given."""

    next_step = "give --server URL, or set SCHOON_SERVER"


class TokenFileError(InputError):
    """The file with the member's token cannot be used."""

    next_step = "give --token-file FILE (or SCHOON_TOKEN_FILE) with the token as its only line, readable by you alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """How the service listens.

    Attributes:
        host, port: The address; any free one for port 0.
        workers: Processes; one listens alone, more share the port.
        tls_certificate, tls_key: PEM files; both or neither. Without them TLS is a proxy's work.
    """

    host: str
    port: int
    workers: int
    tls_certificate: Path | None
    tls_key: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The parts, as calls.

    Attributes:
        clock: The present instant.
        open_rooms: The services over database and list files, closed at the end of the `with` block.
        initialise: Makes what is missing (folders, keys, database) and says, line by line, what it made and found.
        serve: Runs the service until it is told to stop.
        work: Runs what is due until it is told to stop, in so many processes, with its figures at that loopback port.
        home: The folder of this installation.
        server: The address of the check service from the environment, or "".
        token_file, ca_file: From the environment, or their defaults.
        mail_senders: From whom reports are taken by mail: addresses and domains.
        refused_mail: The folder for the words of messages that were refused.
        receipt_public_key: The receipt key's public half of this installation, for `receipt verify` without `--key`.
        actor: Who gives the commands, for the journal.
        executable: The command line that runs this same `schoon` again.
        environment: In which a child process has these same settings.
        elsewhere: The same program over another folder, with those settings and nothing of this environment's.
        trial: The services of a demonstration, and over HTTP at that port, by a clock of its own; those networks of
            this machine count as parts of the internet. Nothing but the demonstration asks for it.
    """

    clock: Clock
    open_rooms: "Callable[[], AbstractContextManager[Rooms]]"
    initialise: Callable[[], list[tuple[str, str]]]
    serve: Callable[[ServeOptions], None]
    work: Callable[[int, int | None], None]
    home: Path
    server: str
    token_file: Path
    ca_file: Path | None
    mail_senders: tuple[str, ...] = field(repr=False)
    refused_mail: Path
    receipt_public_key: Path
    actor: str
    executable: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    elsewhere: "Callable[[Path, Mapping[str, str]], House]"
    trial: "Callable[[Clock, int, Sequence[str]], AbstractContextManager[Rooms]]"

    def server_url(self, given: str) -> str:
        """The address given, else the environment's.

        Raises:
            NoServerError: Neither is there.
        """
        url = given or self.server
        if not url:
            raise NoServerError("no server was given")
        return url.rstrip("/")

    def token(self, given: Path | None) -> str:
        """The token in the file given, else in the environment's or the default one.

        Raises:
            TokenFileError: The file cannot be read, is open to others, or does not hold one token.
        """
        path = given or self.token_file
        try:
            mode = path.stat().st_mode
            text = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as problem:
            reason = getattr(problem, "strerror", None) or "it is not text"
            raise TokenFileError(f"{path}: {reason}") from problem
        if mode & 0o077:
            raise TokenFileError(f"{path}: others on this machine can read it", next_step=f"run: chmod 600 {path}")
        if not text or any(character.isspace() for character in text):
            raise TokenFileError(f"{path}: it does not hold one token")
        return text


def house_of(ctx: typer.Context) -> House:
    """The house that this invocation was given."""
    return cast("House", ctx.obj)
