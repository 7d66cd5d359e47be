"""The member's half of the demonstration: the client, and the scanner as a process of its own."""

import json
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schoon.cli._house import House
from schoon.client import Patience, SchoonClient, TokenRefusedError
from schoon.kinds import OutageError

_START_SECONDS = 60.0
_PROBE_SECONDS = 0.1


class DemoServiceError(OutageError):
    """The service of the demonstration did not start, or a step of it failed."""

    next_step = "read the log that is named, and run the demonstration again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the scanner said of one file.

    Attributes:
        path: As the scanner saw it.
        verdict: "listed" or "review".
        match: The strongest match.
        hit: Its hit.
    """

    path: Path
    verdict: str
    match: Mapping[str, Any]
    hit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What a scan found and did."""

    found: tuple[Found, ...]
    quarantined: int
    summary: Mapping[str, Any]


def connect(house: House, port: int) -> SchoonClient:
    """The member's client."""
    return SchoonClient(url_of(port), house.token(None), patience=Patience(retries=0))


def wait_until_ready(client: SchoonClient, log: Path) -> int:
    """The version of the list that the service serves, once it answers.

    Raises:
        DemoServiceError: It did not answer in a minute.
    """
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        try:
            state = client.list_state()
        except (OutageError, TokenRefusedError):  # not up yet, or has not heard of the new token yet
            time.sleep(_PROBE_SECONDS)
            continue
        if state.version:
            return state.version
        time.sleep(_PROBE_SECONDS)
    raise DemoServiceError(f"the service did not answer within {_START_SECONDS:.0f} s; its log is {log}")


def scan(house: House, port: int, folder: Path, quarantine: Path) -> Scanned:
    """`schoon scan … --action quarantine` as a process of its own, its JSON lines read.

    Raises:
        DemoServiceError: It could not scan everything.
    """
    options = ["--server", url_of(port), "--action", "quarantine", "--fail", "open", "--full-speed"]
    lines, code, errors = run_schoon(
        house, "scan", str(folder), *options, "--quarantine-dir", str(quarantine), "--json"
    )
    if code != 10:
        raise DemoServiceError(f"the scan ended with code {code}: {errors.strip()[-400:]}")
    events = [json.loads(line) for line in lines.splitlines()]
    return Scanned(
        found=tuple(_found(event) for event in events if event["event"] in {"file.listed", "file.review"}),
        quarantined=sum(event["event"] == "act.done" for event in events),
        summary=events[-1],
    )


def run_schoon(house: House, *arguments: str) -> tuple[str, int, str]:
    """Output, exit code and errors of one command, run as a process of its own."""
    ended = subprocess.run(  # noqa: S603 - our own program with our own arguments
        [*house.executable, *arguments], env=dict(house.environment), capture_output=True, text=True, check=False
    )
    return ended.stdout, ended.returncode, ended.stderr


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def url_of(port: int) -> str:
    """The address of the service."""
    return f"http://127.0.0.1:{port}"


def paths_of(found: Sequence[Found]) -> set[Path]:
    """The files."""
    return {one.path for one in found}


def _found(event: Mapping[str, Any]) -> Found:
    matches = event["matches"]
    return Found(
        path=Path(event["path"]),
        verdict=event["event"].removeprefix("file."),
        match=matches[0] if matches else {},
        hit=event.get("hit") or "",
    )
