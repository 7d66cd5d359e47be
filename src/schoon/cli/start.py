"""`schoon init` and `schoon serve`: a new installation, and the service."""

from pathlib import Path
from typing import Annotated

import typer

from schoon.cli._commands import Json, command, new_app
from schoon.cli._house import ServeOptions, house_of
from schoon.cli._output import emit, facts, note
from schoon.kinds import InputError

init_app = new_app("Make the folders, keys and database of a new installation.")
serve_app = new_app("Run the check service and the hits page.")
APPS = {"init": init_app, "serve": serve_app}

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
