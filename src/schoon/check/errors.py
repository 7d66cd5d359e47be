"""What the check refuses, and what keeps it from answering."""

from datetime import timedelta

from typing_extensions import override

from schoon.kinds import InputError, OutageError, RefusedError


class MemberDraftError(InputError):
    """A member cannot be written down like this."""

    next_step = "see `schoon member add --help` for what each value may be"


class MemberExistsError(RefusedError):
    """There is a member of that name already."""

    next_step = "choose another name, or change the one there is with `schoon member policy`"


class NoSuchMemberError(InputError):
    """There is no such member."""

    next_step = "list the members with `schoon member list`"


class NoSuchTokenError(InputError):
    """There is no such token."""

    next_step = "list a member's tokens with `schoon member token list`"


class TokenRefusedError(RefusedError):
    """The token is unknown, revoked or incomplete, or belongs to another member."""

    next_step = "ask the operator of the list for a new token"


class MembersUnknownError(OutageError):
    """The members' table could not be read for a minute, so no token can be trusted."""

    next_step = "look whether the database runs; the service recovers by itself"


class LegalBasisMissingError(RefusedError):
    """An interpersonal messaging service may not be scanned without a recorded legal basis."""

    next_step = "record the legal basis in the member's policy with `schoon member policy --legal-basis`"


class QuotaExceededError(RefusedError):
    """The member has used up its digests of this hour.

    Attributes:
        retry_after: After this the next hour's digests are there.
    """

    next_step = "wait until the hour given, or ask the operator for a larger quota"

    @override
    def __init__(self, message: str = "", *, next_step: str = "", retry_after: timedelta = timedelta(hours=1)) -> None:
        super().__init__(message, next_step=next_step)
        self.retry_after = retry_after


class ReceiptError(InputError):
    """The receipt does not prove what it was asked to prove."""

    next_step = "check that receipt, request and result belong together and were kept byte for byte"


class WebhookUrlError(InputError):
    """The webhook address cannot be used."""

    next_step = "give an https address without user name or password; http is for the loopback only"
