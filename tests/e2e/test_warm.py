"""The kernels are compiled before the first check: by `schoon warm` at install, or else before a service is ready."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from tests.e2e.program import Program

pytestmark = pytest.mark.slow


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path / "home", NUMBA_CACHE_DIR=str(tmp_path / "kernels"))


@pytest.fixture
def kept(tmp_path):
    """What lies in the cache: each file with the time it was last written."""
    return lambda: {path: path.stat().st_mtime_ns for path in (tmp_path / "kernels").rglob("*.nb?")}


@contextmanager
def service(program):
    """The reasons against a starting service, as often as they are asked for."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "schoon", "serve", "--port", str(port)]
    log = program.home / "serve.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(command, env=program.environment, stdout=errors, stderr=errors)

    def reasons():
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=60).close()
                yield []
            except urllib.error.HTTPError as answer:
                yield json.loads(answer.read())["reasons"]
            except OSError:  # it does not listen yet
                time.sleep(0.01)
        raise AssertionError(log.read_text())

    try:
        yield reasons()
    finally:
        process.terminate()
        process.wait(20)


def test_a_service_is_not_ready_before_its_kernels_are(program, kept):
    program.run("init")
    assert kept() == {}
    with service(program) as reasons:
        first = next(reasons)
        assert "starting" in first
        assert next(one for one in reasons if "starting" not in one) == ["no_list"]
        compiled = kept()
    done = program.json("warm")
    assert (done["compiled"], done["loaded"]) == (0, len(compiled) // 2)
    assert kept() == compiled


def test_after_schoon_warm_the_next_start_compiles_nothing(program, kept):
    program.run("init")
    done = program.json("warm")
    warmed = kept()
    assert done["loaded"] == 0
    assert done["compiled"] == len(warmed) // 2 > 5
    with service(program) as reasons:
        assert next(one for one in reasons if "starting" not in one) == ["no_list"]
    assert kept() == warmed


def test_where_nothing_can_be_kept_it_says_so(program, tmp_path):
    (tmp_path / "a-file").touch()
    program.environment["NUMBA_CACHE_DIR"] = str(tmp_path / "a-file")
    assert "set NUMBA_CACHE_DIR" in program.run("warm", code=5).stderr
