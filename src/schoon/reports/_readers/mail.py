"""A mail message: `SCART-INPUT` lines, free text with addresses, reports in XARF; in every character set.

1. The verified sender is judged first; nothing is read of what an unlisted one sends.
2. Text is read, JSON is read as XARF. Pictures and all other files are never decoded; that they were there is said.
3. What is no report is refused with the reason, and whoever called keeps the message (`kept_copy`) for a person.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from schoon.kinds import InputError
from schoon.reports._readers.addresses import CUT_SHORT, addresses_in, behind_safe_link, unmasked
from schoon.reports._readers.decoded import MAX_TEXT_PART, NotTextError, header_text, texts_of, transferred
from schoon.reports._readers.keepable import keepable, report_text
from schoon.reports._readers.markup import text_of
from schoon.reports._readers.mime import Headers, Part, opened, parts_of
from schoon.reports._readers.reading import Arrival, NotTaken, Read, Reading, ReportFormat, Taken, address_of_cell
from schoon.reports._readers.senders import SenderList, canonical_sender
from schoon.reports._readers.xarf import looks_like_xarf, read_xarf
from schoon.reports._urls import TargetUrl
from schoon.reports.errors import NotForReportsError, TargetUrlError, UnlistedSenderError, UnreadableReportError
from schoon.reports.types import MAX_NAME, ItemKind, Reporter, ReportSource, Submission, SubmittedItem

MAX_MESSAGE = 32 * 1024 * 1024
MAX_ALL_TEXT = 1024 * 1024
"""Of all parts that are read as text together, in bytes as they were sent."""

MAX_ADDRESSES = 1_000
_TOO_MANY = f"more than {MAX_ADDRESSES:,} addresses in one message; send a CSV file"

_FILE = "a file; it was not opened, and is not kept"
_CALLED_TEXT = "it says that it is text, and is a file; it was not opened, and is not kept"

_LINES = frozenset({"SCART-INPUT", "SCART-INPUT-SOURCE", "ERT-INPUT", "ERT-INPUT-SOURCE", "ERT-HOTLINE-INPUT"})
_OF_SCART = ("SCART-", "ERT-", "SET_MAINTENANCE")
_OURS = frozenset(
    {"message/feedback-report", "text/rfc822-headers", "application/pgp-signature", "application/pkcs7-signature"}
)
"""Parts that mail programs add, and that tell nothing that others do not."""


@dataclass(slots=True)
class _Mail:
    """What a message holds, part by part."""

    plain: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    reports: list[Taken] = field(default_factory=list)
    refused: list[NotTaken] = field(default_factory=list)
    read: int = 0

    @property
    def text(self) -> str:
        """What a person reads."""
        return "\n".join(self.plain) if any(text.strip() for text in self.plain) else "\n".join(self.shown)


def read_mail(message: bytes, arrival: Arrival, senders: SenderList) -> Reading:
    """The reports of one message, and what of it is not taken.

    Raises:
        UnlistedSenderError: The verified sender is not on the list.
        NotForReportsError: It is the answer of a hoster, of a program, or a word to SCART.
        UnreadableReportError: It is too large, holds neither address nor text, or more addresses than a message may.
    """
    if not senders.allows(arrival.sender):
        raise UnlistedSenderError("the message is from no listed sender")
    if len(message) > MAX_MESSAGE:
        raise UnreadableReportError(f"the message has more than {MAX_MESSAGE:,} bytes")
    headers, body = opened(message)
    subject = header_text(headers.get("subject", ""))
    command = subject.split()[0].upper() if subject.split() else ""
    _require_report(headers, command)
    arrival = replace(arrival, sender=canonical_sender(arrival.sender))
    mail = _read_parts(headers, body, arrival)
    key = hashlib.sha256(headers.get("message-id", "").encode() or message).hexdigest()[:32]
    maker = _Maker(arrival=arrival, key=f"mail:{key}", subject=keepable(subject))
    rows = list(maker.of_lines(mail) if command in _LINES else maker.of_text(mail))
    rows += [*mail.reports, *mail.refused]
    if not any(isinstance(row, Taken) for row in rows):
        reasons = [row.reason for row in rows if isinstance(row, NotTaken)]
        raise UnreadableReportError("; ".join(reasons[:5]) or "the message holds neither an address nor a text")
    return Reading(format=ReportFormat.MAIL, rows=iter(rows))


def _require_report(headers: Headers, command: str) -> None:
    if command.startswith(_OF_SCART) and command not in _LINES:
        raise NotForReportsError("the subject is a command to SCART, or a hoster's answer to it")
    kind = headers.get("content-type", "").lower()
    is_receipt = "delivery-status" in kind or "disposition-notification" in kind
    if is_receipt or headers.get("auto-submitted", "").lower().startswith("auto-replied"):
        raise NotForReportsError("the message was written by a program in answer to another")


def _read_parts(headers: Headers, body: bytes, arrival: Arrival) -> _Mail:
    mail = _Mail()
    for part in parts_of(headers, body):
        reason = part.fault or _read_part(part, mail, arrival)
        if reason:
            name = f"part {part.place}" if part.place else "the message"
            said = f"{name} ({part.media_type[:60]}): {reason}"
            mail.refused.append(NotTaken(line=0, reason=said, has_words=reason not in {_FILE, _CALLED_TEXT}))
    return mail


def _read_part(part: Part, mail: _Mail, arrival: Arrival) -> str:
    """Take up what a part says; why nothing of it is taken, otherwise."""
    if part.media_type in _OURS:
        return ""
    if part.media_type.endswith("json") or part.name.lower().endswith(".json"):
        return _read_json(part, mail, arrival)
    if part.media_type not in {"text/plain", "text/html"}:
        return _FILE
    mail.read += len(part.body)
    if len(part.body) > MAX_TEXT_PART or mail.read > MAX_ALL_TEXT:
        return "longer than what is read of a message"
    try:
        readings = texts_of(part)
    except NotTextError:
        return _CALLED_TEXT
    if part.media_type == "text/html":
        mail.shown.append(text_of(readings[0], with_links=False))
        mail.places += [text_of(reading, with_links=True) for reading in readings]
    else:
        text = _unfolded(readings[0], part)
        mail.plain.append(text)
        mail.places += [text, *readings[1:]]
    return ""


def _read_json(part: Part, mail: _Mail, arrival: Arrival) -> str:
    raw = transferred(part)
    if not looks_like_xarf(raw):
        return "it is JSON, and no report in XARF"
    try:
        taken, refused = read_xarf(raw, arrival).apart()
    except (UnreadableReportError, NotForReportsError) as cause:
        return cause.message
    mail.reports += taken
    mail.refused += refused
    return ""


def _unfolded(text: str, part: Part) -> str:
    """The text with the lines put together that the sender's program broke (RFC 3676)."""
    if part.parameters.get("format", "").lower() != "flowed":
        return text
    joint = "" if part.parameters.get("delsp", "").lower() == "yes" else " "
    return "".join(
        line[:-1] + joint if line.endswith(" ") and line != "-- " else line + "\n" for line in text.splitlines()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """Makes reports of what a message says."""

    arrival: Arrival
    key: str
    subject: str = field(repr=False)

    def of_lines(self, mail: _Mail) -> Iterator[Read]:
        """A report for each line of `address;page;note`."""
        lines = [(number, line) for number, line in enumerate(mail.text.splitlines(), 1) if line.strip()]
        if len(lines) > MAX_ADDRESSES:
            raise UnreadableReportError(_TOO_MANY)
        for number, line in lines:
            url, _, rest = line.partition(";")
            page, _, note = (part.strip() for part in rest.partition(";"))
            try:
                item = SubmittedItem(
                    url=address_of_cell(url),
                    kind=ItemKind.MEDIA if page else ItemKind.PAGE,
                    page=address_of_cell(page) if page else "",
                )
                yield Taken(line=number, submission=self._submission((item,), f"{self.subject}\n{note}", number))
            except InputError as cause:
                yield NotTaken(line=number, reason=cause.message)

    def of_text(self, mail: _Mail) -> Iterator[Read]:
        """One report of all addresses that no part in XARF names, with the text; none where XARF says it all."""
        found, refused = _addresses([self.subject, *mail.places])
        named = {_canonical(item.url) for report in mail.reports for item in report.submission.items}
        items = tuple(SubmittedItem(url=address) for canonical, address in found.items() if canonical not in named)
        text, cut = report_text(
            "\n".join([self.subject, "", mail.text.strip(), *(f"({row.reason})" for row in mail.refused)])
        )
        if items or (keepable(mail.text).strip() and not mail.reports):
            yield Taken(line=0, submission=self._submission(items, text, 0))
        yield from (NotTaken(line=0, reason=reason) for reason in (*refused, *cut))

    def _submission(self, items: tuple[SubmittedItem, ...], text: str, number: int) -> Submission:
        sender = self.arrival.sender
        return Submission(
            source=ReportSource.MAIL,
            items=items,
            text=keepable(text).strip(),
            language=self.arrival.language,
            reporter=Reporter(email=sender) if len(sender) <= MAX_NAME else None,
            sender=sender,
            idempotency_key=f"{self.key}:{number}",
        )


def _addresses(places: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The addresses in these texts by their canonical form, and why others are none."""
    seen = dict.fromkeys(address for text in places for address in addresses_in(text))
    if len(seen) > MAX_ADDRESSES:
        raise UnreadableReportError(_TOO_MANY)
    whole: dict[str, str] = {}
    for address in map(behind_safe_link, seen):
        if not address.endswith(CUT_SHORT):
            whole.setdefault(_canonical(address), address)
    starts = [address.removesuffix(CUT_SHORT) for address in seen if address.endswith(CUT_SHORT)]
    lost = [start for start in starts if not any(address.startswith(start) for address in whole.values())]
    return whole, ["an address is cut short: ask for the whole one"] * len(lost)


def _canonical(address: str) -> str:
    try:
        return TargetUrl.parse(unmasked(address)).text
    except TargetUrlError:
        return address
