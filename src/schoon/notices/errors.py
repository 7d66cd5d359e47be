"""What the notices refuse."""

from schoon.kinds import InputError, RefusedError


class NoSuchNoticeError(InputError):
    """There is no such notice."""

    next_step = "list the notices with `schoon notice list`"


class NoSuchHosterError(InputError):
    """There is no such hoster."""

    next_step = "list the hosters with `schoon notice hosters list`"


class HosterContactError(InputError):
    """A hoster cannot be reached in that way."""

    next_step = "give a mail address, or an https webhook address, of the hoster itself"


class PageTokenError(RefusedError):
    """The link to the page of a notice is not valid, or not valid any more."""

    next_step = "use the link in the newest message about the notice, or ask the hotline for a new one"


class NotOnNoticeError(InputError):
    """The notice is not about that item."""

    next_step = "name items as the notice does"


class HosterAnswerError(InputError):
    """An answer to a notice lacks what it needs, or says too much."""

    next_step = (
        "give a reason, a new address or a reseller's mail address, as the answer needs; at most 2000 characters"
    )


class NoSuchDisputeError(InputError):
    """There is no such dispute of a notice that is open."""

    next_step = "list the disputes with `schoon notice disputes`"


class TooManyResellersError(RefusedError):
    """A notice was passed on to as many resellers as one notice may be."""

    next_step = "ask the hotline to send the notice to further resellers"


class AcknowledgementError(InputError):
    """The acknowledgement is not in the form that is signed."""

    next_step = "send canonical JSON with the fields of docs/members/notices.md, and nothing else"


class AcknowledgementSignatureError(RefusedError):
    """The acknowledgement is not signed by a good key of the hoster that the notice went to."""

    next_step = "sign the very bytes that you send with a key that the hotline has registered for you"


class ReturnedMailError(InputError):
    """The mail says nothing of what became of a message of ours."""

    next_step = "give a bounce or a delivery report as it came, headers and all; other mail is for people to read"


class ReconciliationFileError(InputError):
    """The list to compare with cannot be read."""

    next_step = "give CSV with a heading of notice or url, and time; at most 100,000 rows"
