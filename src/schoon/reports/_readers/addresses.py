"""Web addresses in free text, also those that were made harmless on purpose: hxxps://example[.]org.

1. Dots, colons and slashes in brackets are put back; an address that a mail program broke over lines is joined.
2. The text is cut at white space and quotes; an address is a piece from its scheme on, from `www.`, a name of Tor, or a
   piece that had a dot in brackets.
3. Signs that people put around an address go: what ends a sentence, what closes a bracket that was not opened.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

LONGEST = 2_200
"""Longer than any address may be, so that what is cut here is refused there."""

CUT_SHORT = "…"
"""What ends an address that a program shortened for display."""

_INVISIBLE = dict.fromkeys(
    [0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF]
)
"""Signs without a form, which programs put into texts; those that join letters are not among them."""

_DOT = "\ue000"  # stands for a dot that was in brackets, until the piece is looked at
_MASK = re.compile(r" ?[\[({](?:(?P<dot>\.|dot|punt)|(?P<sign>:?/{0,2}))[\])}] ?", re.IGNORECASE)
_BROKEN = re.compile(r"<(h(?:tt|xx)ps?://[^<>\s]++(?:\r?\n[ \t]*+[^<>\s]++)++)>", re.IGNORECASE)
_BREAK = re.compile(r"\r?\n[ \t]*")
_PIECE = re.compile(r"[^\s<>\"“”„«»‹›\x00-\x1f\x7f]+")
_START = re.compile(r"h(?:tt|xx|\*\*|__)p(s?):(?://|\\\\)", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w.@/-])(?:www\.[\w-]+\.|[a-z2-7]{16}(?:[a-z2-7]{40})?\.onion\b)", re.IGNORECASE)
_NEXT = re.compile(r"(?:[,;|]|\]\()(?=h(?:tt|xx)ps?:)", re.IGNORECASE)
_BRACKETS = re.compile(r"[\[\](){}]")
_OPENED = {")": "(", "]": "[", "}": "{"}
_AROUND = "([{'‘’*.,;:!?"
_BEHIND = ".,;:!?'‘’*"
_SAFE_LINK = re.compile(r"https://[a-z0-9.-]+\.safelinks\.protection\.outlook\.com/\S*?[?&]url=([^&#]+)", re.IGNORECASE)


def addresses_in(text: str) -> Iterator[str]:
    """What looks like a web address, in its order, each time it stands there; with its scheme, and not checked further.

    Cost: linear in the text, whatever it holds.
    """
    seen = text if text.isascii() else text.translate(_INVISIBLE)
    joined = _BROKEN.sub(lambda found: f" {_BREAK.sub('', found[1])} ", seen)
    for piece in _PIECE.finditer(_MASK.sub(_unmasked, joined.replace(_DOT, " "))):
        yield from _in_piece(piece[0])


def unmasked(text: str) -> str:
    """One address as somebody typed it, with everything put back that was replaced to make it harmless."""
    plain = _MASK.sub(_unmasked, text.strip()).replace(_DOT, ".")
    scheme = _START.match(plain)
    return f"http{scheme[1].lower()}://{plain[scheme.end() :]}" if scheme else text


def behind_safe_link(address: str) -> str:
    """Where an address leads that Outlook put in the place of the one that was sent; any other stays what it is."""
    found = _SAFE_LINK.match(address)
    return unquote(found[1]) if found else address


def _unmasked(mask: re.Match[str]) -> str:
    return _DOT if mask["dot"] else mask["sign"] or mask[0]


def _in_piece(piece: str) -> Iterator[str]:
    first = _START.search(piece)
    if first is None:
        bare = _BARE.search(piece)
        if bare is not None:
            yield _trimmed(f"http://{piece[bare.start() : bare.start() + LONGEST]}")
        elif _DOT in piece and "@" not in piece:
            yield _trimmed(f"http://{piece.lstrip(_AROUND)[:LONGEST]}")
        return
    at = first.start()
    while at < len(piece):
        following = _NEXT.search(piece, at)
        end = following.start() if following else len(piece)
        scheme = _START.match(piece, at)
        if scheme is not None:
            rest = piece[scheme.end() : min(end, scheme.end() + LONGEST)]
            yield _trimmed(f"http{scheme[1].lower()}://{rest}")
        at = following.end() if following else len(piece)


def _trimmed(address: str) -> str:
    """The address without what stands behind it in a sentence."""
    open_now = {"(": 0, "[": 0, "{": 0}
    for bracket in _BRACKETS.finditer(address):
        opening = _OPENED.get(bracket[0])
        if opening is None:
            if address.startswith("[/", bracket.start()):
                address = address[: bracket.start()]
                break
            open_now[bracket[0]] += 1
        elif open_now[opening] == 0:
            address = address[: bracket.start()]
            break
        else:
            open_now[opening] -= 1
    return address.rstrip(_BEHIND).replace(_DOT, ".")
