"""What each public page shows."""

from dataclasses import dataclass, field
from typing import ClassVar

from schoon.web._chrome import Chrome
from schoon.web.report._words import ReportWords, SentWords, StatusWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One field as it was filled in.

    Attributes:
        value: What was typed.
        fault: What is wrong with it, or empty.
    """

    value: str = field(default="", repr=False)
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One line of the summary of what is wrong.

    Attributes:
        href: The field.
        text: What is wrong with it.
    """

    href: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The form.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        keep_days: After how many days text and mail address are deleted.
        pace_mark: Hidden; says when the form was shown.
        where: Where it was seen.
        text: What else was written.
        email: Where to ask back.
        longest_where, longest_text: How much may be typed.
        faults: Everything that is wrong, in the order of the page.
    """

    template: ClassVar[str] = "report.html"
    chrome: Chrome
    words: ReportWords
    keep_days: int
    pace_mark: str
    where: Answered
    text: Answered
    email: Answered
    longest_where: int
    longest_text: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPage:
    """What is said after a report.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        code: The status code.
        taken: What became of what was written.
    """

    template: ClassVar[str] = "report_sent.html"
    chrome: Chrome
    words: SentWords
    code: str = field(repr=False)
    taken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusStep:
    """One step of a report.

    Attributes:
        name: What it is called.
        meaning: What it means; empty for the steps that are not the present one.
        current: Whether the report is there now.
    """

    name: str
    meaning: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """How far a report is.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        code: What was typed.
        fault: What is wrong with it, or empty.
        steps: The steps of the report; empty before one was found.
    """

    template: ClassVar[str] = "report_status.html"
    chrome: Chrome
    words: StatusWords
    code: str = field(repr=False)
    fault: str
    steps: tuple[StatusStep, ...]
