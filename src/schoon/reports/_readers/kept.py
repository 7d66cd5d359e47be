"""What is kept, for a person, of a message that was refused: its words, and never a picture or any other file."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from schoon.reports._readers.decoded import NotTextError, header_text, texts_of
from schoon.reports._readers.keepable import keepable
from schoon.reports._readers.mime import Headers, Part, opened, parts_of
from schoon.reports._readers.xarf import MAX_XARF, strict_json
from schoon.reports.errors import UnreadableReportError

MAX_KEPT = 4 * 1024 * 1024
"""So much of the text of a message is kept at most, in bytes as it was sent."""

_KEPT_HEADERS = ("from", "to", "date", "subject", "message-id", "auto-submitted")


def kept_copy(message: bytes, *, sender: str = "", reasons: Sequence[str] = ()) -> bytes:
    """The message anew, as mail in UTF-8 that can be handed in again, under who sent it and why it was refused.

    What is no text is left out and named; so is what of the text goes beyond `MAX_KEPT`.
    """
    headers, body = opened(message)
    boundary = f"kept-{hashlib.sha256(message).hexdigest()[:32]}"
    lines = [f"X-Verified-Sender: {_one_line(sender)}", *(f"X-Refused: {_one_line(reason)}" for reason in reasons)]
    lines += [f"{name.title()}: {_one_line(header_text(headers[name]))}" for name in _KEPT_HEADERS if name in headers]
    lines += ["MIME-Version: 1.0", f"Content-Type: {_container(headers)}; boundary={boundary}", ""]
    room = MAX_KEPT
    for part in parts_of(headers, body):
        kind, text = _kept(part, room)
        room = max(room - len(text), 0)
        lines += [f"--{boundary}", f"Content-Type: {kind}; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", text]
    return "\n".join([*lines, f"--{boundary}--", ""]).encode()


def _one_line(value: str) -> str:
    return " ".join(keepable(value).split())


def _container(headers: Headers) -> str:
    is_receipt = "delivery-status" in headers.get("content-type", "").lower()
    return "multipart/report; report-type=delivery-status" if is_receipt else "multipart/mixed"


def _kept(part: Part, room: int) -> tuple[str, str]:
    """The type under which a part is kept, and its words."""
    name = f"part {part.place or '1'} ({part.media_type[:60]}, {len(part.body):,} bytes as sent)"
    is_json = part.media_type.endswith("json") or part.name.lower().endswith(".json")
    if not is_json and not part.media_type.startswith(("text/", "message/")):
        return "text/plain", f"({name}: a file, not kept)"
    limit = MAX_XARF * 2 if is_json else room  # base64 is longer than what is in it
    try:
        text = texts_of(replace(part, body=part.body[:limit]))[0]
    except NotTextError:
        return "text/plain", f"({name}: says that it is text, and is a file; not kept)"
    if is_json:
        return "application/json", _without_data(text)
    end = f"\n({name}: longer than what is kept)" if len(part.body) > limit else ""
    return ("text/html" if part.media_type == "text/html" else "text/plain"), keepable(text) + end


def _without_data(text: str) -> str:
    """JSON without evidence, and without data in any value; as plain words where it is no JSON that is read here."""
    try:
        document = _cleaned(strict_json(text.encode("utf-8", "replace")))
    except UnreadableReportError:
        return keepable(text.replace("\\n", "\n").replace("\\r", "").replace("\\/", "/"))
    return json.dumps(document, ensure_ascii=False, indent=1)


def _cleaned(value: object) -> object:
    if isinstance(value, dict):
        return {keepable(name): _cleaned(one) for name, one in value.items() if name != "payload"}
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    return keepable(value) if isinstance(value, str) else value
