"""The little markdown that statements of reasons use, as parts that a template can show without trusting them."""

import re
from dataclasses import dataclass

_SPAN = re.compile(r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of a line.

    Attributes:
        kind: "plain", "bold" or "code".
        text: What it says.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading, a paragraph or a list.

    Attributes:
        kind: "title", "heading", "list" or "text".
        lines: The items of a list; of anything else the one line there is.
    """

    kind: str
    lines: tuple[tuple[Span, ...], ...]


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a text, in order."""
    return tuple(_block(part.strip()) for part in text.split("\n\n") if part.strip())


def _block(part: str) -> Block:
    for mark, kind in (("## ", "heading"), ("# ", "title")):
        if part.startswith(mark):
            return Block(kind=kind, lines=(_spans(part.removeprefix(mark)),))
    if part.startswith("* "):
        return Block(kind="list", lines=tuple(_spans(item) for item in part.removeprefix("* ").split("\n* ")))
    return Block(kind="text", lines=(_spans(part),))


def _spans(line: str) -> tuple[Span, ...]:
    spans, end = [], 0
    for found in _SPAN.finditer(line):
        spans.append(Span(kind="plain", text=line[end : found.start()]))
        kind = "bold" if found["bold"] else "code"
        spans.append(Span(kind=kind, text=found[kind]))
        end = found.end()
    spans.append(Span(kind="plain", text=line[end:]))
    return tuple(span for span in spans if span.text)
