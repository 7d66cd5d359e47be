"""What this room refuses."""

from schoon.kinds import InputError, OutageError, RefusedError


class TargetUrlError(InputError):
    """The text is not a web address that can be traced."""

    next_step = "give one http or https address, without a user name or password, of at most 2,048 characters"


class SubmissionError(InputError):
    """The report cannot be taken as it is given."""

    next_step = "correct the value that the message names, and send the whole report again"


class KeyReusedError(RefusedError):
    """The idempotency key was used before, with another report."""

    next_step = "send a new report under a new key; the same key only repeats the very same report"


class NoSuchReportError(InputError):
    """There is no such report."""

    next_step = "`schoon report list --reports` shows the reports"


class NoSuchStatusCodeError(InputError):
    """No report has this status code."""

    next_step = "type the code as it was shown after the report was made; upper and lower case are the same"


class NoSuchItemError(InputError):
    """There is no such item."""

    next_step = "`schoon report list` shows the items"


class ItemMovedError(RefusedError):
    """The item is not in the state that this step begins at, or the step does not exist."""

    next_step = "look at the item again with `schoon report show ITEM`: somebody else, or the clock, was first"


class ItemLockedError(RefusedError):
    """Somebody else has the item before them."""

    next_step = "take another item, or wait until the lock ends by itself"


class AnswerError(InputError):
    """The answers do not fit the question set in force."""

    next_step = "`schoon report vocabulary show` shows the questions and what each may be answered with"


class VocabularyError(InputError):
    """The document is not a question set that can be used."""

    next_step = "docs/operators/reports.md shows the format with an example"


class VocabularyTakenError(RefusedError):
    """A question set of that version is there, with other content; a version never changes."""

    next_step = "give the document a new version"


class ExposureReachedError(RefusedError):
    """The analyst has seen as much today as the settings allow."""

    next_step = "stop for today; another analyst can go on, and tomorrow (UTC) the count begins anew"


class NotPoliceError(RefusedError):
    """Only an organisation with the role of police does this."""

    next_step = "name the police unit as an organisation: `schoon organisation add NAME --role police`"


class IdentityRequestError(RefusedError):
    """The reporter's identity is not opened by this step."""

    next_step = "one person asks with a reason, another approves, and who asked reads it once within 15 minutes"


class NoSuchIdentityRequestError(InputError):
    """There is no such request to read a reporter's identity."""

    next_step = "`schoon report identity list` shows the requests"


class ViewingError(RefusedError):
    """The link of the viewer was used before, has ended, or never was."""

    next_step = "take the item again to get a new link"


class NoViewerError(RefusedError):
    """This installation has no isolated viewer."""

    next_step = "set SCHOON_VIEWER to the address of the hotline's own viewer"


class VaultError(OutageError):
    """A sealed value does not open under the key of this installation."""

    next_step = "put back the desk.key or reporter.key that this database was filled with"
