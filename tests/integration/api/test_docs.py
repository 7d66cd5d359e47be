"""The member's page: its examples run as they stand, and it names every problem."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from schoon.api._problems import PROBLEM_KINDS
from tests.integration.api.conftest import Served

PAGE = (Path(__file__).parents[3] / "docs" / "members" / "http-api.md").read_text(encoding="utf-8")
EXAMPLES = [example for example in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "curl" in example]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_page_runs_as_it_stands(served: Served, example: str):
    if "xxd" in example and shutil.which("xxd") is None:
        example = "head -c 16 /dev/zero |" + example.split("|", 1)[1]
    environment = {**os.environ, "SCHOON": served.url, "TOKEN": served.token}  # noqa: TID251 - the page's variables
    shown = subprocess.run(
        ["sh", "-ec", example], env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert shown.stdout


def test_there_are_examples():
    assert len(EXAMPLES) == 6


def test_every_problem_stands_on_the_page_with_its_status():
    for kind in PROBLEM_KINDS.values():
        row = next(
            (
                line
                for line in PAGE.split("## Problems")[1].splitlines()
                if line.startswith("| `") and f"`{kind.slug}`" in line
            ),
            "",
        )
        assert f"| {kind.status} |" in row, kind.slug
