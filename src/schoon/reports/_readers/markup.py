"""What a page of HTML says and where its links lead, as text; nothing of it is shown, fetched or decoded.

Written here and not taken from the standard library, whose parser needs a time that grows with the square of what an
attacker sends. Every tag ends before the next `<`, so that each character is read a bounded number of times.
"""

import html
import re
from collections.abc import Iterator

_TAG = re.compile(
    r"""<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*+)(?P<rest>(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)>"""
    r"""|<(?P<loose_close>/?)(?P<loose_name>[a-zA-Z][a-zA-Z0-9:-]*+)(?P<loose_rest>[^<>]*+)>"""
    r"""|<!--|<[!?][^<>]*+>"""
)
_LINK = re.compile(r"""(?<![\w-])href\s*=\s*(?:"([^"]*)"?|'([^']*)'?|([^\s"'>]+))""", re.IGNORECASE)
_COMMENT_END = re.compile("-->")
_UNSEEN = {name: re.compile(f"(?=</{name})", re.IGNORECASE) for name in ("script", "style", "title")}
_LINKING = frozenset({"a", "area"})
_IN_LINE = frozenset(
    {"a", "b", "i", "u", "em", "strong", "span", "font", "wbr", "code", "tt", "small", "big", "mark", "abbr"}
)


def text_of(markup: str, *, with_links: bool) -> str:
    """The text that a reader would see, and on demand each link's address on a line of its own where the link begins.

    Cost: linear in the markup, whatever it holds.
    """
    return html.unescape("".join(_pieces(markup, with_links=with_links)))


def _pieces(markup: str, *, with_links: bool) -> Iterator[str]:
    unclosed: set[re.Pattern[str]] = set()
    at = 0
    while (tag := _TAG.search(markup, at)) is not None:
        yield markup[at : tag.start()]
        at = tag.end()
        name = (tag["name"] or tag["loose_name"] or "").lower()
        is_closing = bool(tag["close"] or tag["loose_close"])
        if with_links and not is_closing and name in _LINKING:
            yield from _links(tag["rest"] or tag["loose_rest"] or "")
        end = _COMMENT_END if tag[0] == "<!--" else None if is_closing else _UNSEEN.get(name)
        if end is not None and end not in unclosed:
            found = end.search(markup, at)
            if found is None:
                unclosed.add(end)  # what never ends hides nothing, and is not looked for again
            else:
                at = found.end()
        yield "" if name in _IN_LINE else "\n"
    yield markup[at:]


def _links(attributes: str) -> Iterator[str]:
    for link in _LINK.finditer(attributes):
        yield f"\n{link[1] or link[2] or link[3] or ''}\n"
