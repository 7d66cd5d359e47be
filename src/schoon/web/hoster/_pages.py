"""What the page of a notice shows."""

from dataclasses import dataclass
from typing import ClassVar

from schoon.web._chrome import Chrome
from schoon.web.hoster._words import LinkWords
from schoon.web.rules import ClockFace, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOption:
    """One answer that can be chosen.

    Attributes:
        value: Its name in the form.
        label: Its name.
        chosen: Whether it is the answer that stands.
    """

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLine:
    """One address of the notice.

    Attributes:
        item_id: The item's name; part of the names of its fields.
        heading: Its place on the notice.
        address: Where the material is, as text.
        why: By which law, in words.
        marks: What the police ask for it.
        gone: Since when it is out of reach, in words; empty while it is there.
        options: The answers.
        text: What was said with the answer.
        is_faulty: Whether what was sent for it lacks something.
    """

    item_id: str
    heading: str
    address: str
    why: str
    marks: tuple[str, ...]
    gone: str
    options: tuple[AnswerOption, ...]
    text: str
    is_faulty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """One notice, for its hoster.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        title: The heading.
        request: Who asks what by when.
        asked: What to do, step by step.
        police: That the police ask too, or empty.
        profile: By which law profile.
        clock: The time that is left.
        sent: When it was sent; None before a channel took it.
        hoster: To whom, as the registries name it.
        sender: From whom.
        count: How many addresses.
        acknowledged: When the hoster first said anything of it, or None.
        href: Where the form goes, this page of addresses included.
        csv_href: The list as CSV.
        range: Which addresses stand on this page.
        lines: The addresses.
        previous_href: The addresses before, or None.
        next_href: The addresses after, or None.
        fault: What is wrong with what was sent, or empty.
        back_href: The account's list of notices; None for somebody with the link.
    """

    template: ClassVar[str] = "notice_link.html"
    chrome: Chrome
    words: LinkWords
    title: str
    request: str
    asked: tuple[str, ...]
    police: str
    profile: str
    clock: ClockFace
    sent: Moment | None
    hoster: str
    sender: str
    count: str
    acknowledged: Moment | None
    href: str
    csv_href: str
    range: str
    lines: tuple[AddressLine, ...]
    previous_href: str | None
    next_href: str | None
    fault: str
    back_href: str | None
