"""The real program, run as a user would, over a folder of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Program:
    """`schoon` over one home folder, with nothing of the tester's own settings."""

    def __init__(self, home: Path, **settings: str) -> None:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("SCHOON_")}  # noqa: TID251 - a child's
        self.home = home
        self.environment = plain | {"SCHOON_HOME": str(home), "NO_COLOR": "1"} | settings

    def run(self, *arguments: str, code: int = 0, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "schoon", *arguments]
        ended = subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            input=given,
            cwd=self.home.parent,
        )
        assert ended.returncode == code, f"{arguments} ended with {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
        assert "Traceback" not in ended.stderr
        return ended

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code).stdout)

    def lines(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*arguments, "--json", code=code).stdout.splitlines()]

    @contextmanager
    def serving(self, *options: str, answers: str = "/health/ready"):
        """The address of a running `schoon serve`, which is `self.service`, once it answers there."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "schoon", "serve", "--port", str(port), *options]
        log = self.home / "serve.log"
        with log.open("wb") as errors:
            self.service = service = subprocess.Popen(command, env=self.environment, stdout=errors, stderr=errors)
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_it_answers(url + answers, service, log)
            yield url
        finally:
            service.terminate()
            service.wait(20)


def _wait_until_it_answers(url: str, service: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if service.poll() is not None:
            raise AssertionError(log.read_text())
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.05)
    raise AssertionError(log.read_text())
