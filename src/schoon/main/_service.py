"""What a service process is made of: the API with the hits page beside it, and the server under them."""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from schoon.api import Api, ApiOptions, create_app, serving_here
from schoon.api import ServeOptions as ListenOptions
from schoon.api import serve as listen
from schoon.cli import ServeOptions
from schoon.kinds import Clock, OutageError
from schoon.main._compose import make_rooms, opened_rooms
from schoon.main._keys import secret_of
from schoon.net import Network
from schoon.rooms import Rooms
from schoon.settings import Settings
from schoon.web import create_web


class AddressTakenError(OutageError):
    """The service cannot listen at that address."""

    next_step = "stop what listens there, or choose another --host and --port"


def service_app(settings: Settings, clock: Clock) -> Any:  # noqa: ANN401 - an ASGI application
    """The application of one service process: the API with the hits page beside it."""
    api = _api(settings, make_rooms(settings, clock))
    if not settings.trusted_proxy:
        return api
    proxies = [one.strip() for one in settings.trusted_proxy.split(",")]
    return ProxyHeadersMiddleware(api, trusted_hosts=proxies)  # type: ignore[arg-type]  # uvicorn types scopes closer than starlette


@contextmanager
def trial_service(settings: Settings, clock: Clock, *, port: int, networks: Sequence[Network]) -> Iterator[Rooms]:
    """The rooms of a demonstration, with their service on a thread of this process at that port of the loopback.

    Args:
        settings: Of an installation of its own.
        clock: Of the demonstration; it may run faster than the machine's.
        port: At which the service listens.
        networks: Of this machine, that count as parts of the internet: its material may be traced and looked at. No
            setting and no command of an installation can say so.
    """
    rooms = make_rooms(settings, clock, networks)
    with serving_here(_api(settings, rooms), ListenOptions(port=port, log_level=settings.log_level)):
        yield rooms


def _api(settings: Settings, rooms: Rooms) -> Api:
    session_key = secret_of(settings.session_key_file)
    pages = create_web(rooms, session_key=session_key, secure_cookies=settings.pages_over_tls)
    return create_app(rooms, ApiOptions(metrics_token=settings.metrics_token, mounts=[("/", pages)]))


def serve_service(settings: Settings, clock: Clock, options: ServeOptions) -> None:
    """Listen until told to stop; every worker process makes its own rooms from the same environment.

    Raises:
        AddressTakenError: Nobody can listen there now.
        OutageError: The database does not answer, or was not migrated.
    """
    _require_free(options.host, options.port)
    with opened_rooms(settings, clock) as rooms:
        rooms.members.list_members()
        secret_of(settings.session_key_file)
    if options.tls_certificate is not None:
        os.environ["SCHOON_PAGES_OVER_TLS"] = "yes"  # the workers read their settings from this environment
    listen(
        "schoon.main:app",
        ListenOptions(
            host=options.host,
            port=options.port,
            workers=options.workers,
            certfile=options.tls_certificate,
            keyfile=options.tls_key,
            log_level=settings.log_level,
        ),
    )


def _require_free(host: str, port: int) -> None:
    """Nothing, when this process may listen there: said before any worker starts, and in plain words."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        raise AddressTakenError(f"{host} port {port}: {problem.strerror}") from problem
