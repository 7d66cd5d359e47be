"""Reports as they travel: what a partner sends, and what it is told."""

from typing import Annotated, Literal

import msgspec

MAX_REPORT_ITEMS = 1_000
"""Addresses in one report."""

_Url = Annotated[str, msgspec.Meta(min_length=1, max_length=2_200)]
_Short = Annotated[str, msgspec.Meta(max_length=200)]


def _hex(digits: int) -> msgspec.Meta:
    return msgspec.Meta(pattern=f"^[0-9a-fA-F]{{{digits}}}$")


class ReportedItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One address.

    Attributes:
        url: What is no web address is refused by itself, and kept for somebody to read.
        kind: A page unless the sender knows better.
        page: The address of the page that a picture or film is on.
        md5, sha1, sha256, pdq: Digests of the file at the address, in hexadecimal.
    """

    url: _Url
    kind: Literal["page", "media"] = "page"
    page: Annotated[str, msgspec.Meta(max_length=2_200)] = ""
    md5: Annotated[str, _hex(32)] | None = None
    sha1: Annotated[str, _hex(40)] | None = None
    sha256: Annotated[str, _hex(64)] | None = None
    pdq: Annotated[str, _hex(64)] | None = None


class ReportedBy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who reported, to be asked back; kept apart, and only as long as needed."""

    name: _Short = ""
    email: _Short = ""
    phone: _Short = ""


class ReportRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One report: addresses, a text, or both.

    Attributes:
        items: Up to 1,000 addresses.
        text: What the reporter wrote.
        language: In which the reporter is answered.
        reporter: Leave it out for an anonymous one.
        reference: What the sender calls it.
    """

    items: Annotated[tuple[ReportedItem, ...], msgspec.Meta(max_length=MAX_REPORT_ITEMS)] = ()
    text: Annotated[str, msgspec.Meta(max_length=50_000)] = ""
    language: Literal["nl", "en"] = "nl"
    reporter: ReportedBy | None = None
    reference: _Short = ""


class NotTakenPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a report that was not taken, and why.

    Attributes:
        item: Which of `items`, from 0; None for another part.
        reason: Why; may quote an address.
    """

    item: int | None
    reason: str


class ReportTaken(msgspec.Struct, frozen=True, kw_only=True):
    """A report that was taken; the same again for a repetition.

    Attributes:
        id: By which its progress is asked.
        status_code: For the reporter, to ask for the progress at /report/status.
        items: The items of its addresses, each once, in their order.
        not_taken: What was not taken.
    """

    id: str
    status_code: str
    items: tuple[str, ...]
    not_taken: tuple[NotTakenPart, ...] = ()


class ReportProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a report is: `received`, `in_hand` or `done`, whatever was judged."""

    id: str
    progress: str
