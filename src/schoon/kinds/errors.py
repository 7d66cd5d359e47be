"""The three families of expected failure; anything else that is raised is our own bug.

    SchoonError
    ├── InputError     what was given is wrong: say which value, what was expected, what to do
    ├── RefusedError   what was asked is understood, and is not allowed
    └── OutageError    something outside is not there or not working; trying again may help

Each edge has one table from family to HTTP status or exit code.
"""

from typing import ClassVar


class SchoonError(Exception):
    """Schoon could not do what was asked."""

    next_step: ClassVar[str] = ""

    def __init__(self, message: str = "", *, next_step: str = "") -> None:
        """Keep the message (which holds the offending value) and the step that helps.

        Args:
            message: What was wrong with which value; the class docstring's first line when empty.
            next_step: What the reader can do; the class's own when empty.
        """
        self.message = message or (self.__doc__ or "").strip().split("\n", maxsplit=1)[0]
        self.advice = next_step or type(self).next_step
        super().__init__(self.message)


class InputError(SchoonError):
    """What was given is wrong."""


class RefusedError(SchoonError):
    """What was asked is not allowed."""


class OutageError(SchoonError):
    """Something outside this process is not working."""
