"""What a route is: path, method, who may, how it is documented and what answers it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from schoon.api._reply import HttpReply
from schoon.api._service import Call


class Access(Enum):
    """Who may call a route."""

    OPEN = "open"
    MEMBER = "member"
    PARTNER = "partner"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path; the source of the routing and of the OpenAPI document alike.

    Attributes:
        method: GET (which answers HEAD too) or POST.
        path: With parameters in braces.
        access: Who may.
        summary: One line for the document.
        details: More, for the document.
        answer: What answers it.
        takes: Media type of the body; empty for none.
        body: The form of a JSON body, or None.
        body_schema: JSON schema of a body that is not JSON.
        gives: Media type of the answer.
        reply: The form of a JSON answer, or None.
        refusals: The statuses of problems it may answer with, besides those of access and method.
        other_replies: Forms of answers with another status than 200 that are not problems.
        also_takes: Further media types of the body, each with its JSON schema.
        headers: Request headers that it reads.
        query: Name, type and meaning of each query parameter.
    """

    method: str
    path: str
    access: Access
    summary: str
    answer: Callable[[Call], Awaitable[HttpReply]]
    details: str = ""
    takes: str = ""
    body: type[object] | None = None
    body_schema: Mapping[str, Any] = field(default_factory=dict)
    gives: str = "application/json"
    reply: type[object] | None = None
    refusals: tuple[int, ...] = ()
    other_replies: tuple[tuple[int, type[object]], ...] = ()
    also_takes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    headers: tuple["QueryParameter", ...] = ()
    query: tuple["QueryParameter", ...] = ()

    @property
    def speaks_text(self) -> bool:
        """Whether its problems are told as text."""
        return self.gives == "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryParameter:
    """One query parameter or header, for the document.

    Attributes:
        name: As it stands in the URL or in the head.
        schema: JSON schema of its value.
        means: One sentence.
    """

    name: str
    schema: dict[str, Any]
    means: str
