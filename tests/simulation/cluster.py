"""A PostgreSQL of our own that keeps what it has committed, and can be killed with everything that belongs to it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

PATIENCE = 60


def programs() -> Path | None:
    """The folder of the server's programs; None where there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[4]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else None if on_path is None else Path(on_path).parent


class Cluster:
    """One server on a port of the loopback; `fsync` stays on, as whoever kills it wants to see what it kept."""

    def __init__(self, bin_folder: Path, within: Path | None = None) -> None:
        """Make the files within a folder; as root they are of the user `postgres`: the server will not run for root."""
        self._bin = bin_folder
        self._user = "postgres" if os.getuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="schoon-cluster-", dir=within or "/tmp"))
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        made = [
            str(bin_folder / "initdb"),
            "-D",
            str(self.folder / "data"),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        subprocess.run([*made, "--locale=C"], check=True, stdout=subprocess.DEVNULL, cwd="/", user=self._user)
        self._server: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        if self._server is not None:
            self._server.wait()
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        """The address of a database in it."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Start it unless it runs, after a kill by whomever too, and wait until it has recovered."""
        if self._server is not None and self._server.poll() is None:
            return
        options = {
            "port": self._port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "dynamic_shared_memory_type": "mmap",  # in the folder: a kill leaves it, and nobody else takes it away
        }
        given = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            command = [str(self._bin / "postgres"), "-D", str(self.folder / "data"), *given]
            self._server = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", user=self._user)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._require_ours()
            except psycopg.OperationalError:
                if time.monotonic() > until or self._server.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def run(self, statement: str) -> None:
        """One statement outside of any transaction."""
        with self._connected() as connection:
            connection.execute(statement.encode())

    def _require_ours(self) -> None:
        """Whoever answers on the port has these files: another may have got it between our looking and our start."""
        with self._connected() as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        if row is None or row[0] != str(self.folder / "data"):
            raise psycopg.OperationalError(f"another server answers on port {self._port}: {row}; try again")

    def _connected(self) -> "psycopg.Connection[tuple[str]]":
        return psycopg.connect(f"host=127.0.0.1 port={self._port} user=postgres", autocommit=True)

    def kill(self) -> None:
        """SIGKILL for the server and each of its processes, as when the power goes; a fork of ours may do it too."""
        if self._server is not None and _is_running(self._server.pid):  # `poll` knows only in who started it
            kill_with_children(self._server.pid)

    @property
    def runs(self) -> bool:
        """Whether the server runs; a fork of ours may ask too, where `poll` knows nothing."""
        return self._server is not None and _is_running(self._server.pid)


def kill_with_children(pid: int) -> None:
    """SIGKILL for a process and those that it started; none of them runs when this comes back."""
    os.kill(pid, signal.SIGSTOP)  # it starts no more
    children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    for one in [pid, *children]:
        os.kill(one, signal.SIGKILL)
    until = time.monotonic() + PATIENCE
    while any(_is_running(one) for one in [pid, *children]) and time.monotonic() < until:
        time.sleep(0.005)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
