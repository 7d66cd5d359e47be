"""The demonstration does what the README says."""

import time

import pytest

from tests.e2e.program import Program

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_the_demonstration_finds_everything_and_nothing_else(tmp_path):
    started = time.monotonic()
    ended = Program(tmp_path / "home").run("demo", "--folder", str(tmp_path / "demo"))
    print(ended.stdout, f"{time.monotonic() - started:.0f} s")
    total = next(line for line in ended.stdout.splitlines() if line.startswith("all ")).split()
    _, files, expected, found, missed, false = total
    assert int(files) >= 300
    assert int(expected) == int(found) > 100
    assert (missed, false) == ("0", "0")
    assert "/hits" in ended.stdout
    told = [line.split("  ") for line in ended.stdout.splitlines() if line.split("  ")[0].endswith("Hosting")]
    rows = [" ".join(part for part in line if part) for line in told]
    assert any(row.startswith("Helder") and "webhook" in row and "within 0.5 h" in row for row in rows)
    assert any(row.startswith("Traag") and ", late" in row for row in rows)
    assert any(row.startswith("Doof") and "moved away" in row for row in rows)
    assert any(row.startswith("Doof") and "before the authority" in row for row in rows)
    assert "1 item came back" in ended.stdout


def test_the_demonstration_empties_no_folder_of_others(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    Program(tmp_path / "home").run("demo", "--folder", str(tmp_path), code=4)
    assert (tmp_path / "mine.txt").read_text() == "keep"
