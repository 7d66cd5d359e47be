"""Reads mail that comes back: delivery reports as RFC 3464 has them, and the bounces of servers that do not.

Whoever does not know the random token of a delivery cannot speak of it: it stands in the return path
(`bounces+TOKEN@…`) and in the Message-ID, both of which only the receiving side has seen. A mail in which no token is
found, and one that only says that somebody is away or has opened a ticket, is for people to read.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

from schoon.notices._delivery_types import ReturnAction, Returned
from schoon.notices.errors import ReturnedMailError

_MOST_READ = 128 * 1024
"""Bytes of a mail that are looked at: what a server says comes before the message that it returns."""

_MOST_PARTS = 50
_MOST_TEXT = 20_000
_MOST_SAYS = 200

RETURN_USER = "bounces"
"""What stands before the plus and the token in a return path."""

_TOKEN = re.compile(rf"(?<![a-z0-9]){RETURN_USER}\+([a-z2-7]{{26}})@", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<([a-z2-7]{26})@[a-z0-9.-]{1,255}>")
_RECIPIENTS = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "original-recipient")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])5[0-5]\d(?=[ -])")
_ACTION = re.compile(r"^\s*(failed|delayed|delivered|relayed|expanded)\b", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|has failed|failure|problem|delayed)|failure notice|returned mail"
    r"|mail delivery failed|could not be delivered|niet bezorgd|onbestelbaar|unzustellbar|non remis",
    re.IGNORECASE,
)
_SLOW = re.compile(r"delayed|still being retried|will (?:keep trying|be retried)|warning: message", re.IGNORECASE)
_AWAY = {"auto-replied", "auto-notified"}


def read_return(mail: bytes, *, recipient: str = "") -> Returned:
    """What a mail says of a message of ours.

    Args:
        mail: As it came.
        recipient: To whom the mail server delivered it, where that is known.

    Raises:
        ReturnedMailError: Nothing.
    """
    message = message_from_bytes(mail[:_MOST_READ], policy=compat32)
    parts = list(_leaves(message))
    token = _token_of(message, parts, recipient)
    if token is None:
        raise ReturnedMailError("it names no delivery of this installation")
    report = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    said = _of_report(report) if report is not None else _of_others(message, parts)
    if said is None:
        raise ReturnedMailError("it is neither a bounce nor a delivery report")
    action, status, says = said
    return Returned(return_token=token, action=action, status=status, says=_one_line(says))


def _leaves(message: Message) -> Iterator[Message]:
    """Parts to look into, and headers of returned messages; never more than some tens of either."""
    waiting = [message]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        if part.get_content_type() != "message/delivery-status":
            waiting += _inside(part)


def _inside(part: Message) -> list[Message]:
    """The parts of a part. The payload of others is only read as bytes: its charset is the sender's word."""
    payload = part.get_payload() if part.is_multipart() else []
    return [one for one in payload[:_MOST_PARTS] if isinstance(one, Message)] if isinstance(payload, list) else []


def _token_of(message: Message, parts: list[Message], recipient: str) -> str | None:
    """From the return path, else from the Message-ID of what is returned: a part, its headers alone, or in the text."""
    headers = [recipient, *(str(value) for name in _RECIPIENTS for value in message.get_all(name, []))]
    for value in headers:
        found = _TOKEN.search(value)
        if found:
            return found[1].lower()
    for part in parts[1:]:
        found = _MESSAGE_ID.search(str(part.get("message-id", "")))
        if found:
            return found[1]
    for part in parts:
        text = _text_of(part)
        found = _MESSAGE_ID.search(text) or _TOKEN.search(text)
        if found:
            return found[1].lower()
    return None


def _of_report(report: Message) -> tuple[ReturnAction, str, str] | None:
    """The action of the recipient that fared worst: ours is the only one of its message, yet lists may expand."""
    fields = _inside(report) or [message_from_bytes(_text_of(report).encode(), policy=compat32)]
    worst: tuple[ReturnAction, str, str] | None = None
    for group in fields:
        found = _ACTION.match(str(group.get("action", "")))
        if found is None:
            continue
        action = ReturnAction(found[1].lower())
        status = _STATUS.search(str(group.get("status", "")))
        says = str(group.get("diagnostic-code", "")).partition(";")[2]
        if worst is None or action is ReturnAction.FAILED:
            worst = action, status[1] if status else "", says
    return worst


def _of_others(message: Message, parts: list[Message]) -> tuple[ReturnAction, str, str] | None:
    """What servers say that write no report: Exim, qmail, older Exchange and many gateways."""
    text = "\n".join(_text_of(part) for part in parts if part.get_content_maintype() == "text")[:_MOST_TEXT]
    named = message.get("x-failed-recipients") is not None
    by_qmail = "this is the qmail-send program" in text.lower()
    is_away = str(message.get("auto-submitted", "")).strip().lower() in _AWAY
    if not (named or by_qmail) and (is_away or not _SUBJECT.search(str(message.get("subject", "")))):
        return None
    status, code = _STATUS.search(text), _CODE.search(text)
    if _SLOW.search(str(message.get("subject", ""))) or (status and status[1].startswith("4")):
        return ReturnAction.DELAYED, status[1] if status else "", _around(text, status)
    if not (named or by_qmail or status or code):
        return None
    return ReturnAction.FAILED, status[1] if status else "", _around(text, status or code)


def _around(text: str, found: re.Match[str] | None) -> str:
    """The line in which it was found."""
    if found is None:
        return ""
    return text[text.rfind("\n", 0, found.start()) + 1 :].partition("\n")[0]


def _text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload[:_MOST_TEXT].decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _one_line(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:_MOST_SAYS]
