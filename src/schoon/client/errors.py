"""What can stand between a question and its answer; none of these is ever a verdict."""

from schoon.kinds import InputError, OutageError, RefusedError


class ClientSettingsError(InputError):
    """The client was made with a URL, key or limit that cannot work."""

    next_step = "give an https:// address (http:// only for this machine itself), a token, and a PEM receipt key"


class RequestRefusedError(InputError):
    """The service understood the request and found it wrong.

    Attributes:
        status: The HTTP status (400, 404, 405, 413, 415, 422).
        instance: The reference that the service's log knows this refusal by; empty when it gave none.
    """

    next_step = "correct the request; the message names the value"

    def __init__(self, message: str = "", *, next_step: str = "", status: int = 0, instance: str = "") -> None:
        """Keep the service's own words, its status and its reference."""
        super().__init__(message, next_step=next_step)
        self.status = status
        self.instance = instance


class TokenRefusedError(RefusedError):
    """The service does not know this token, or it was revoked."""

    next_step = "ask the operator for a new token: schoon member token add NAME"


class NotAllowedError(RefusedError):
    """The token is good, and this member may not do what was asked."""

    next_step = "ask the operator which policy and legal basis are recorded for this member"


class QuotaReachedError(RefusedError):
    """This member's quota of digests is used up for now.

    Attributes:
        retry_after_seconds: When asking again makes sense.
    """

    next_step = "wait as long as the service says, or ask the operator for a larger quota"

    def __init__(self, message: str = "", *, next_step: str = "", retry_after_seconds: float = 0.0) -> None:
        """Keep how long the service asks to wait."""
        super().__init__(message, next_step=next_step)
        self.retry_after_seconds = retry_after_seconds


class ServiceUnavailableError(OutageError):
    """The check service could not be reached, or said it cannot answer now; nothing is known about what was asked."""

    next_step = "keep the digests and ask again later; see GET /health/ready of the service"


class ListUnavailableError(ServiceUnavailableError):
    """The service runs, and has no list that is fresh enough to answer from."""

    next_step = "keep the digests and ask again later; the operator sees why in GET /health/ready"


class UnexpectedAnswerError(OutageError):
    """What came back is not an answer of the check service; nothing is known about what was asked."""

    next_step = "check the address: a proxy or another service may be answering; keep the digests and ask again"


class UntrustedReceiptError(UnexpectedAnswerError):
    """The receipt does not prove this answer to this question under the given key; the answer is not used."""

    next_step = "fetch the receipt key again from the operator by a trusted way; if it is the same, report this to them"
