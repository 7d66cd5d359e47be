"""`schoon init`, `schoon warm` and `schoon serve`: a new installation, its kernels compiled, and the service."""

import time
from pathlib import Path
from typing import Annotated

import typer

from schoon.cli._commands import Json, command, new_app
from schoon.cli._house import ServeOptions, house_of
from schoon.cli._output import counted, emit, facts, note
from schoon.kinds import InputError, OutageError

init_app = new_app("Make the folders, keys and database of a new installation.")
serve_app = new_app("Run the check service and the hits page.")
warm_app = new_app("Compile the search kernels now, so that no start of the service waits for it.")
APPS = {"init": init_app, "warm": warm_app, "serve": serve_app}

Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Which port.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes; each holds the list in memory.")]
Certificate = Annotated[
    Path | None, typer.Option("--tls-certificate", metavar="FILE", help="PEM chain; TLS here instead of at a proxy.")
]
CertificateKey = Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="Its private key (PEM).")]


class TlsOptionsError(InputError):
    """TLS needs a certificate and its key, both readable."""

    next_step = "give --tls-certificate and --tls-key together; docs/operators/tls.md shows how"


class NoCacheError(OutageError):
    """The compiled kernels can be kept nowhere, so every start of the service compiles them anew."""

    next_step = "set NUMBA_CACHE_DIR to a folder that this user can write, here and for the service"


@command(init_app, "init", "schoon init", "SCHOON_HOME=/srv/schoon schoon init --json")
def init(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Make the folders, keys and database of a new installation.

    Safe to repeat: what is there stays, and the database is brought up to this version. Back up the keys apart from
    the database; whoever has both has the list.
    """
    made = house_of(ctx).initialise()
    if as_json:
        emit(dict(made))
        return
    facts(made)
    note("next: schoon organisation add NAME --role hotline")


@command(warm_app, "warm", "sudo -H -u schoon schoon warm", "NUMBA_CACHE_DIR=/var/cache/schoon schoon warm --json")
def warm(*, as_json: Json = False) -> None:
    """Compile the search kernels now, so that no start of the service waits for it.

    For installs and images. Run it as the user of the service, on a processor of the service's kind: the kernels are
    kept in a folder that this user can write, for this processor. Safe to repeat.
    """
    from schoon.index import warm as warm_kernels  # noqa: PLC0415 - NumPy, which `schoon serve --help` need not load

    began = time.monotonic()
    done = warm_kernels()
    seconds = time.monotonic() - began
    if not done.folders:
        raise NoCacheError("no folder can hold what was compiled")
    if as_json:
        emit({"compiled": done.compiled, "loaded": done.loaded, "folders": done.folders, "seconds": round(seconds, 2)})
        return
    facts(
        [
            ("compiled", counted(done.compiled, "kernel", "kernels")),
            ("were compiled already", counted(done.loaded, "kernel", "kernels")),
            ("took", f"{seconds:.1f} s"),
            *(("kept in", folder) for folder in done.folders),
        ]
    )


@command(
    serve_app,
    "serve",
    "schoon serve --workers 4",
    "schoon serve --host 0.0.0.0 --port 443 --tls-certificate chain.pem --tls-key key.pem",
)
def serve(
    ctx: typer.Context,
    *,
    host: Host = "127.0.0.1",
    port: Port = 8040,
    workers: Workers = 1,
    tls_certificate: Certificate = None,
    tls_key: CertificateKey = None,
) -> None:
    """Run the check service and the hits page, until SIGTERM or Ctrl-C.

    Logs JSON lines on standard error. /health/ready answers 200 once a list is loaded. Behind a proxy that speaks TLS,
    name the proxy's address in SCHOON_TRUSTED_PROXY.
    """
    if (tls_certificate is None) != (tls_key is None):
        raise TlsOptionsError("only one of --tls-certificate and --tls-key was given")
    for path in (tls_certificate, tls_key):
        if path is not None and not path.is_file():
            raise TlsOptionsError(f"{path} is not a file")
    house_of(ctx).serve(
        ServeOptions(
            host=host,
            port=port,
            workers=workers,
            tls_certificate=tls_certificate,
            tls_key=tls_key,
        )
    )
