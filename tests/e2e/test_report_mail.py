"""The program as a mail server runs it: a message through a pipe, and an exit code that loses nothing."""

import subprocess
import sys

import pytest

from tests.arrivals import a_mail
from tests.e2e.program import Program

pytestmark = pytest.mark.slow


def deliver(program, message):
    command = [sys.executable, "-m", "schoon", "report", "mail", "--sender", "desk@hotline.example"]
    return subprocess.run(command, env=program.environment, input=message, capture_output=True, check=False)


def test_a_message_waits_at_the_mail_server_until_it_can_be_taken(tmp_path):
    program = Program(tmp_path / "home", SCHOON_MAIL_SENDERS="hotline.example")
    message = a_mail("https://example.org/a\n").as_bytes()
    before = deliver(program, message)
    assert (before.returncode, before.stdout) == (75, b"")
    program.run("init")
    for _ in range(2):
        taken = deliver(program, message)
        assert (taken.returncode, taken.stdout) == (0, b"1 report taken.\n")
    assert len(program.lines("report", "list")) == 1
    assert len(program.lines("report", "list", "--reports")) == 1
