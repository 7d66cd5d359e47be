"""Serving the application: uvicorn with its limits set, over TLS or behind a proxy, in one process or several."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from schoon.api.app import Api
from schoon.kinds import InputError, OutageError

_START_SECONDS = 60.0
_LOOK_SECONDS = 0.02


class ServeOptionsError(InputError):
    """The server cannot be started like this."""

    next_step = "see `schoon serve --help`"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """Where and how to serve.

    Attributes:
        host: The address to listen at.
        port: 0 lets the system choose.
        workers: Processes; each opens its own rooms and looks for newer lists itself.
        certfile: PEM certificate chain; with it the server speaks TLS.
        keyfile: Its private key.
        keyfile_password: Of that key, when it has one.
        connections: Open connections per process; further ones get a 503.
        log_level: Of the server's own log.
    """

    host: str = "127.0.0.1"
    port: int = 8040
    workers: int = 1
    certfile: Path | None = None
    keyfile: Path | None = None
    keyfile_password: str | None = field(default=None, repr=False)
    connections: int = 2_000
    log_level: str = "info"

    def __post_init__(self) -> None:
        if (self.certfile is None) != (self.keyfile is None):
            raise ServeOptionsError("a certificate and its key come together; one of them is missing")
        for path in (self.certfile, self.keyfile):
            if path is not None and not path.is_file():
                raise ServeOptionsError(f"{path} is not a file")
        if not 1 <= self.workers <= 64:
            raise ServeOptionsError(f"{self.workers} workers; 1 to 64 can be started")
        if not 0 <= self.port <= 65535:
            raise ServeOptionsError(f"{self.port} is not a port")


def serve(factory: str, options: ServeOptions) -> None:
    """Serve until told to stop (SIGTERM, SIGINT); requests at hand get ten seconds to end.

    Args:
        factory: "module:name" of a callable without arguments that opens the rooms and gives the application. Every
            worker calls it once for itself.
        options: Where and how.
    """
    uvicorn.run(
        factory, factory=True, workers=options.workers if options.workers > 1 else None, **_settings_of(options)
    )


class ServerNotStartedError(OutageError):
    """The service in this process did not begin to listen."""

    next_step = "see the log, and choose another port"


@contextmanager
def serving_here(app: Api, options: ServeOptions) -> Iterator[None]:
    """The application on a thread of this process, from when it listens to the end of the block; it closes its rooms.

    Raises:
        ServerNotStartedError: It does not listen within a minute.
    """
    server = uvicorn.Server(uvicorn.Config(app, **_settings_of(options)))
    thread = threading.Thread(target=server.run, name="schoon-serve", daemon=True)
    thread.start()
    until = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise ServerNotStartedError(f"{options.host} port {options.port}")
        time.sleep(_LOOK_SECONDS)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _settings_of(options: ServeOptions) -> dict[str, Any]:
    return {
        "host": options.host,
        "port": options.port,
        "loop": "uvloop",
        "http": "schoon.api._direct:DirectProtocol",
        "ws": "none",
        "lifespan": "on",
        "interface": "asgi3",
        "access_log": False,  # its lines hold addresses; the application counts and logs by itself
        "log_config": None,
        "log_level": options.log_level.lower(),
        "proxy_headers": False,  # addresses are not used, so nobody needs to be believed about them
        "server_header": False,
        "date_header": True,
        "limit_concurrency": options.connections,
        "backlog": 2_048,
        "timeout_keep_alive": 30,
        "timeout_graceful_shutdown": 10,
        "ssl_certfile": options.certfile,
        "ssl_keyfile": options.keyfile,
        "ssl_keyfile_password": options.keyfile_password,
    }
