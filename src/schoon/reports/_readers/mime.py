"""The parts of a mail message, still as they were sent; nothing is decoded, and the time grows with the size alone.

Written here and not taken from the standard library: its parser looks at every line once for each part that it lies
in, and its reading of headers ends in errors of its own (docs/decisions/0032-own-mail-reader.md).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MAX_DEPTH = 8
MAX_PARTS = 100
MAX_BOUNDARY = 200
MAX_HEADER = 64 * 1024
"""Of a message or a part, in bytes."""

_ENVELOPE = re.compile(rb"(?:>?From [^\n]*\n)?(?:\r?\n)*")  # the line that deliveries through a pipe put in front
_HEADER_END = re.compile(rb"(?:^|\n)\r?\n")
_BEHIND_MARK = re.compile(rb"(--)?[ \t]*\r?(?:\n|$)")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_PARAMETER = re.compile(r""";\s*([\w*'-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^;\s]*+))""")
_TYPE = re.compile(r"\s*([a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+)\s*(?:;|$)")
_QUOTED_PAIR = re.compile(r"\\(.)")

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part that holds no other parts, or one that is not looked into.

    Attributes:
        place: Where it stands: "2.1" is the first part of the second; empty for the message itself.
        media_type: In lower case; text/plain when it does not say.
        charset, encoding: As declared, in lower case; empty when not.
        name: Of the file, as the sender's program gave it; empty without one.
        body: As it was sent.
        fault: Why it is not looked into; empty for an ordinary part.
    """

    place: str
    media_type: str
    parameters: Headers = field(repr=False)
    encoding: str
    name: str = field(repr=False)
    body: bytes = field(repr=False)
    fault: str = ""

    @property
    def charset(self) -> str:
        """The declared character set."""
        return self.parameters.get("charset", "").strip().lower()


def opened(message: bytes) -> tuple[Headers, bytes]:
    """The header of a message and what stands behind it, without the line that a delivery may have put in front."""
    return headers_and_body(message[_ENVELOPE.match(message).end() :])  # type: ignore[union-attr] # matches nothing too


def headers_and_body(data: bytes) -> tuple[Headers, bytes]:
    """The header of a part, names in lower case and each name's first value, and what stands behind it.

    Values are bytes in the form of text (latin-1). A header that does not end within `MAX_HEADER` is cut there.
    """
    end = _HEADER_END.search(data, 0, MAX_HEADER)
    block, body = (data[: end.start()], data[end.end() :]) if end else (data[:MAX_HEADER], data[MAX_HEADER:])
    found: dict[str, str] = {}
    for line in _FOLD.sub(b"", block).split(b"\n"):
        one = _FIELD.match(line)
        if one is not None:
            found.setdefault(one[1].decode("latin-1").lower(), one[2].decode("latin-1").strip())
    return found, body


def parts_of(headers: Headers, body: bytes) -> list[Part]:
    """The parts of a message, in their order; at most `MAX_PARTS`, and the rest as one part with a fault."""
    found: list[Part] = []
    waiting: list[tuple[Headers, bytes, str, int]] = [(headers, body, "", 0)]
    while waiting:
        head, content, place, depth = waiting.pop()
        if len(found) == MAX_PARTS:
            found.append(
                _part(head, content, place, fault=f"more than {MAX_PARTS} parts; this one and the rest are not read")
            )
            break
        part = _part(head, content, place)
        inside = list(_inside(part, content)) if part.media_type.startswith(("multipart/", "message/")) else []
        if inside and depth == MAX_DEPTH:
            found.append(_part(head, content, place, fault=f"deeper than {MAX_DEPTH} parts in parts"))
        elif inside:
            base = f"{place}." if place else ""
            waiting += [(*one, f"{base}{number}", depth + 1) for number, one in reversed(list(enumerate(inside, 1)))]
        else:
            found.append(part)
    return found


def _inside(part: Part, content: bytes) -> Iterator[tuple[Headers, bytes]]:
    if part.media_type == "message/rfc822" and part.encoding not in {"base64", "quoted-printable"}:
        yield headers_and_body(content)
    elif part.media_type.startswith("multipart/"):
        yield from map(headers_and_body, _between(content, part.parameters.get("boundary", "")))


def _between(content: bytes, boundary: str) -> Iterator[bytes]:
    """What stands between lines of the boundary: the first `MAX_PARTS`, and one more to show that there are more."""
    if not boundary or len(boundary) > MAX_BOUNDARY:
        return
    mark = b"--" + boundary.encode("latin-1")
    begin, count, at = -1, 0, content.find(mark)
    while at >= 0 and count <= MAX_PARTS:
        behind = _BEHIND_MARK.match(content, at + len(mark))
        if behind is not None and content[at - 1 : at] in {b"", b"\n"}:
            if begin >= 0:
                yield content[begin : max(at - 1, begin)].removesuffix(b"\r")
                count += 1
            begin = -1 if behind[1] else behind.end()
            if behind[1]:
                return
        at = content.find(mark, at + len(mark))
    if begin >= 0 and count <= MAX_PARTS:
        yield content[begin:]


def _part(headers: Headers, body: bytes, place: str, *, fault: str = "") -> Part:
    kind = headers.get("content-type", "")
    parameters = _parameters(kind)
    named = _TYPE.match(kind.lower())
    disposition = _parameters(headers.get("content-disposition", ""))
    return Part(
        place=place,
        media_type=named[1] if named else "text/plain",
        parameters=parameters,
        encoding=headers.get("content-transfer-encoding", "").strip().lower(),
        name=disposition.get("filename", "") or parameters.get("name", ""),
        body=body,
        fault=fault,
    )


def _parameters(value: str) -> dict[str, str]:
    return {
        one[1].lower(): one[3] if one[2] is None else _QUOTED_PAIR.sub(r"\1", one[2])
        for one in reversed(list(_PARAMETER.finditer(value)))
    }
