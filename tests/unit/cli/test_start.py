"""`schoon --help` answers at once, whatever the rooms need."""

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


@pytest.mark.parametrize("arguments", [["nonsense"], ["list", "nonsense"], ["check", "--nonsense"]])
def test_a_command_line_that_cannot_be_understood_ends_with_2(arguments):
    ended = subprocess.run([sys.executable, "-m", "schoon", *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "Usage:" in ended.stderr
