"""What can keep the worker from starting."""

from schoon.kinds import InputError, OutageError


class WorkOptionsError(InputError):
    """The worker cannot be started like this."""

    next_step = "see `schoon worker --help`"


class FiguresPortError(OutageError):
    """The worker cannot show its figures at that port of this machine."""

    next_step = "stop what listens there, or choose another --metrics-port"
