"""What of a text may be kept: nothing that could be a picture in letters."""

import re

from schoon.reports.types import MAX_TEXT

CUT = "(data, not kept)"
"""What stands where a text held the bytes of a file."""

CUT_OFF = "the text is longer than a report may be; its end is not kept"

_IN_LINE = re.compile(r"data:[\w.+/;=-]*+,[^\s\"'<>)]*|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{500,}+={0,2}", re.IGNORECASE)
_BASE64_LINES = re.compile(r"^(?:[> ]*+[A-Za-z0-9+/=]{40,}+[ \t]*+(?:\n|$)){3,}+", re.MULTILINE)
_UUENCODED = re.compile(r"^begin(?:-base64)? [0-7]{3,4} [^\n]*\n(?:[ -`][^\n]{0,90}\n)*+", re.MULTILINE)
_YENCODED = re.compile(r"^=ybegin [^\n]*\n(?:(?!=yend)[^\n]*\n)*+", re.MULTILINE)
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]+")


def keepable(text: str) -> str:
    """The text without addresses with data inside, base64, uuencoded and yencoded files, and characters no text holds.

    Cost: linear in the text.
    """
    shown = _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for block in (_BASE64_LINES, _UUENCODED, _YENCODED):
        shown = block.sub(CUT + "\n", shown)
    return _IN_LINE.sub(CUT, shown)


def report_text(text: str) -> tuple[str, list[str]]:
    """What of it a report keeps, and why the rest is not kept."""
    shown = keepable(text).strip()
    return shown[:MAX_TEXT], [CUT_OFF] if len(shown) > MAX_TEXT else []
