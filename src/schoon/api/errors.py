"""What the HTTP door itself refuses, before any room is asked."""

from schoon.kinds import InputError, OutageError, RefusedError


class MalformedBodyError(InputError):
    """The body is not valid JSON in UTF-8."""

    next_step = "send one JSON object in UTF-8, without NUL and with each key once"


class RefusedFieldError(InputError):
    """The body is JSON, and a field is unknown, missing, empty or of the wrong type."""

    next_step = "compare the body with GET /openapi.json; the message names the place"


class BodyTooLargeError(InputError):
    """The body is larger, or holds more, than one call takes."""

    next_step = "split the call"


class BodyTooSlowError(InputError):
    """The body did not arrive in time."""

    next_step = "send it again over a faster connection, or split the call"


class MediaTypeError(InputError):
    """The Content-Type is not the one this route reads."""

    next_step = "set the Content-Type header that GET /openapi.json names"


class NoSuchRouteError(InputError):
    """Nothing is served at this path."""

    next_step = "see the paths in GET /openapi.json"


class MethodNotAllowedError(InputError):
    """This path does not take this method.

    Attributes:
        allowed: The methods it takes.
    """

    next_step = "use a method named in the Allow header"

    def __init__(self, message: str = "", *, next_step: str = "", allowed: tuple[str, ...] = ()) -> None:
        """Keep what is allowed, for the Allow header."""
        super().__init__(message, next_step=next_step)
        self.allowed = allowed


class NoTokenError(RefusedError):
    """This route needs a member's token, and none came with the request."""

    next_step = "send Authorization: Bearer TOKEN, or Basic with the member's name and the token"


class DutyMissingError(RefusedError):
    """The account may not hand in reports."""

    next_step = "ask a lead of your organisation for the duty of analyst"


class MetricsRefusedError(RefusedError):
    """Figures are for the operator: from this machine itself, or with the metrics token."""

    next_step = "scrape from the loopback address, or set SCHOON_METRICS_TOKEN and send it as a bearer token"


class ServiceBusyError(OutageError):
    """The service has more work at hand than it takes on."""

    next_step = "wait a few seconds and ask again"


class ListUnavailableError(OutageError):
    """There is no list that is fresh enough to answer from; nothing is known about what was asked."""

    next_step = "keep the digests and ask again later; the operator sees why in GET /health/ready"
