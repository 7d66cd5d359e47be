"""Puts the parts together: the program `schoon`, and the application that each service process runs.

This package alone reads the machine's clock, and with `schoon.settings` the environment. The rooms behind a command are
imported when the command asks for them, so that `schoon --help` and the scanner start at once.
"""

import os
import pwd
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schoon.cli import OUR_BUG, House, ServeOptions, exit_code_of, run, show_bug, show_error
from schoon.kinds import Clock, SchoonError
from schoon.main._log import log_bug, log_to_file, log_to_stderr
from schoon.main._places import public_name
from schoon.settings import Settings

if TYPE_CHECKING:  # loads NumPy and Numba
    from schoon.rooms import Rooms
    from schoon.worker import Workplace


def main() -> None:
    """Run one command line and leave with its exit code; a fault of our own is logged and shown by its reference."""
    os.umask(0o077)  # database, publication, state and log are for their owner alone, unless the operator opens them
    arguments = sys.argv[1:]
    try:
        settings = Settings.from_environment(os.environ)
    except SchoonError as error:
        show_error(error, as_json="--json" in arguments)
        sys.exit(exit_code_of(error))
    log_to_file(settings.home / "schoon.log", settings.log_level)
    try:
        code = run(arguments, house_of(settings, os.environ))
        sys.stdout.flush()
    except Exception:  # noqa: BLE001 - the outermost handler: no traceback ever reaches a user
        show_bug(*log_bug(settings.home))
        code = OUR_BUG
    sys.exit(code)


def house_of(settings: Settings, environment: Mapping[str, str]) -> House:
    """The parts that commands may ask for, over these settings and the environment they came from."""
    clock = clock_of(settings)

    @contextmanager
    def open_rooms() -> "Iterator[Rooms]":
        from schoon.main._compose import opened_rooms  # noqa: PLC0415 - heavy: see the module's docstring

        with opened_rooms(settings, clock) as rooms:
            yield rooms

    def initialise() -> list[tuple[str, str]]:
        from schoon.main._compose import initialise_home  # noqa: PLC0415 - heavy: see the module's docstring

        return initialise_home(settings)

    def serve(options: ServeOptions) -> None:
        from schoon.main._service import serve_service  # noqa: PLC0415 - heavy: see the module's docstring

        log_to_stderr(settings.log_level)
        serve_service(settings, clock, options)

    def work(processes: int, metrics_port: int | None) -> None:
        from schoon.worker import WorkOptions  # noqa: PLC0415 - heavy: see the module's docstring
        from schoon.worker import work as work_on  # noqa: PLC0415 - heavy: see the module's docstring

        log_to_stderr(settings.log_level)
        work_on("schoon.main:workplace", WorkOptions(processes=processes, metrics_port=metrics_port))

    @contextmanager
    def trial(clock: Clock, port: int, networks: Sequence[str]) -> "Iterator[Rooms]":
        from schoon.main._service import trial_service  # noqa: PLC0415 - heavy: see the module's docstring

        with trial_service(settings, clock, port=port, networks=[ip_network(one) for one in networks]) as rooms:
            yield rooms

    def elsewhere(home: Path, more: Mapping[str, str]) -> House:
        plain = {name: value for name, value in environment.items() if not name.startswith("SCHOON_")}
        there = plain | {"SCHOON_HOME": str(home), **more}
        return house_of(Settings.from_environment(there), there)

    return House(
        clock=clock,
        open_rooms=open_rooms,
        initialise=initialise,
        serve=serve,
        work=work,
        home=settings.home,
        server=settings.server,
        token_file=settings.token_file,
        ca_file=settings.ca_file,
        mail_senders=settings.mail_senders,
        refused_mail=settings.refused_mail,
        receipt_public_key=public_name(settings.receipt_key_file),
        actor=f"cli:{_user_name()}",
        executable=(sys.executable, "-m", "schoon"),
        environment=dict(environment),
        elsewhere=elsewhere,
        trial=trial,
    )


def clock_of(settings: Settings) -> Clock:
    """The machine's clock; in tests one that starts at SCHOON_CLOCK and runs on from there."""
    if settings.clock is None:
        return lambda: datetime.now(UTC)
    ahead = settings.clock - datetime.now(UTC)
    return lambda: datetime.now(UTC) + ahead


def _user_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a user without an account, as in some containers
        return f"uid-{os.geteuid()}"


def app() -> Any:  # noqa: ANN401 - an ASGI application, whose type frameworks do not agree on
    """The service's application over the environment's settings; each worker process calls this once."""
    from schoon.main._service import service_app  # noqa: PLC0415 - heavy: see the module's docstring

    settings = Settings.from_environment(os.environ)
    log_to_stderr(settings.log_level)
    return service_app(settings, clock_of(settings))


def workplace() -> "Workplace":
    """What a working process works with, over the environment's settings; each calls this once."""
    from schoon.main._compose import make_rooms  # noqa: PLC0415 - heavy: see the module's docstring
    from schoon.worker import workplace_over  # noqa: PLC0415 - heavy: see the module's docstring

    settings = Settings.from_environment(os.environ)
    log_to_stderr(settings.log_level)
    return workplace_over(make_rooms(settings, clock_of(settings)))
