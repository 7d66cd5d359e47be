"""What a user sees when something goes wrong."""

import json

import pytest

from schoon.cli import EXIT_CODES, show_bug, show_error
from schoon.cli._exits import guarded
from schoon.kinds import InputError, OutageError, RefusedError


class LidAjarError(InputError):
    """The lid is ajar."""

    next_step = "press it"


def test_an_error_has_three_parts_on_standard_error(capsys):
    show_error(LidAjarError("lid 7 stands open by 3 mm"), as_json=False)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == ["error: The lid is ajar.", "       lid 7 stands open by 3 mm", " next: press it"]


def test_an_error_without_a_value_of_its_own_says_it_once(capsys):
    show_error(LidAjarError(), as_json=False)
    assert capsys.readouterr().err.splitlines() == ["error: The lid is ajar.", " next: press it"]


def test_an_error_for_machines_is_one_json_line(capsys):
    show_error(LidAjarError("lid 7"), as_json=True)
    line = json.loads(capsys.readouterr().err)
    assert line == {
        "error": "LidAjarError",
        "what": "The lid is ajar.",
        "value": "lid 7",
        "next_step": "press it",
        "exit_code": 3,
    }


@pytest.mark.parametrize(
    ("error", "code"), [(InputError("x"), 3), (RefusedError("x"), 4), (OutageError("x"), 5), (LidAjarError("x"), 3)]
)
def test_each_family_has_its_exit_code(error, code):
    def fail():
        raise error

    assert guarded(fail, as_json=False) == code


def test_a_command_may_end_with_a_code_of_its_own():
    def leave():
        raise SystemExit(11)

    assert guarded(leave, as_json=False) == 11
    assert guarded(lambda: None, as_json=False) == 0


def test_ctrl_c_has_its_code():
    def stop():
        raise KeyboardInterrupt

    assert guarded(stop, as_json=False) == 130


def test_our_own_bug_goes_through_to_the_outermost_handler():
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        guarded(fail, as_json=False)


def test_a_bug_is_shown_by_its_reference_alone(capsys):
    show_bug("deadbeef", "/var/lib/schoon/schoon.log")
    shown = capsys.readouterr().err
    assert "reference deadbeef" in shown
    assert "schoon.log" in shown


def test_every_code_has_one_meaning():
    assert len({code for code, _ in EXIT_CODES}) == len(EXIT_CODES)
    assert all(meaning.endswith(".") for _, meaning in EXIT_CODES)
