"""`schoon --help` answers at once, whatever the rooms need."""

import resource
import subprocess
import sys

import pytest

HEAVY = {"numpy", "numba", "sqlalchemy", "starlette", "pydantic", "PIL", "alembic", "uvicorn"}
ASK = """
import sys
from schoon.main import main
sys.argv = ["schoon", "--help"]
try:
    main()
except SystemExit:
    print("LOADED", *sys.modules)
"""


def test_help_loads_none_of_the_heavy_packages():
    ended = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    loaded = set(ended.stdout.rpartition("LOADED")[2].split())
    assert "schoon.cli" in loaded
    assert loaded & HEAVY == set()


def test_help_answers_within_half_a_second():
    best = min(_processor_seconds([sys.executable, "-m", "schoon", "--help"]) for _ in range(5))
    print(f"schoon --help: {best:.2f} s of the processor")
    assert best < 0.5


@pytest.mark.parametrize("arguments", [["nonsense"], ["list", "nonsense"], ["check", "--nonsense"]])
def test_a_command_line_that_cannot_be_understood_ends_with_2(arguments):
    ended = subprocess.run([sys.executable, "-m", "schoon", *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "Usage:" in ended.stderr


def _processor_seconds(command):
    """User and system time of the child: what the machine does beside it does not count."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
