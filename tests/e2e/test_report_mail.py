"""The program as a mail server runs it: a message through a pipe, and an exit code that loses nothing."""

import subprocess
import sys

import pytest

from tests.arrivals import a_mail
from tests.e2e.program import Program

pytestmark = pytest.mark.slow

BOUNCE = f"To: bounces+{'a' * 26}@hotline.example\nSubject: Undelivered Mail\n\n550 5.1.1 no such user\n"


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


def test_a_bounce_waits_at_the_mail_server_while_the_database_does_not_answer(tmp_path):
    program = Program(tmp_path / "home")
    program.run("init")
    (program.home / "schoon.db").write_bytes(b"no database" * 1_000)
    ended = program.run("notice", "bounce", "-", given=BOUNCE, code=75)
    assert "delivered again" in ended.stderr


def test_what_is_no_bounce_is_refused_and_not_delivered_again(tmp_path):
    program = Program(tmp_path / "home")
    program.run("init")
    program.run("notice", "bounce", "-", given="Subject: hello\n\nnothing", code=3)
