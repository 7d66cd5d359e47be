"""What the hits refuse."""

from schoon.kinds import InputError, RefusedError


class NoSuchHitError(InputError):
    """There is no such hit."""

    next_step = "list the hits with `schoon hits list`"


class NoSuchDisputeError(InputError):
    """There is no such dispute."""

    next_step = "list the disputes with `schoon hits disputes`"


class DisputeAnsweredError(RefusedError):
    """The dispute has its answer already."""

    next_step = "the member can dispute again with new reasons"


class ReasonsMissingError(InputError):
    """Reasons must say something."""

    next_step = "give reasons of 10 to 2000 characters"


class NotEntitledError(RefusedError):
    """Only an organisation that attested the entry, or the police, may uphold a dispute."""

    next_step = "ask one of the organisations that attested the entry, or the police"


class StatementHeldError(RefusedError):
    """The statement of reasons is held back at the request of the police."""

    next_step = "do not inform the customer yet; ask again later"


class TooManyActionsError(InputError):
    """A call holds at most 10,000 actions."""

    next_step = "send them in several calls"


class NoSuchMessageError(InputError):
    """There is no such message that was given up."""

    next_step = "list them with `schoon hits dead-letters`"


class StatementTooEarlyError(RefusedError):
    """No measure is recorded on the hit, so there is nothing to give reasons for."""

    next_step = "record what was done with the file first, with `schoon hits act`"
