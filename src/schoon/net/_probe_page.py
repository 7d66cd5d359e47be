"""What a page says, as far as two pages can be told apart by it: its words, what it shows, and what bars the way.

One pass over the text from left to right, so that no page takes longer than its length.
"""

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import unquote

from schoon.reports import TargetUrl

ALIKE = 0.95
"""Of two pages' words, the share they have in common from which on they are the same page.

Source: docs/sources.md#soft-404
"""

_FEW_WORDS = 150
"""Pages that bar the way are short; a page with more words and a form to log in shows something."""

_SHOWN = {"img", "video", "audio", "source", "picture", "iframe", "frame", "embed", "object", "image", "canvas"}
_SKIPPED = {"script", "style", "template", "title"}
_TAG = re.compile(r"<(?:!--|(/?[a-z][a-z0-9-]*))")
_PLACE = re.compile(
    r"""(?<![\w-])(?:src|srcset|href|poster|data|data-src|content|style)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)"""
)
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")
_MEDIA = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic|bmp|tiff?|mp4|m4v|webm|mov|avi|mkv|zip|rar|7z)(?![a-z0-9])")

_RIDDLE = re.compile(
    r"g-recaptcha|h-captcha|hcaptcha|cf-turnstile|cf-chl|challenge-platform|captcha|are you (?:a )?(?:human|robot)"
    r"|just a moment|ddos.guard|ddos protection"
)
_AGE = re.compile(
    r"\b18\s?\+|\b18 (?:years|jaar|jahre|ans)\b|\b(?:over|above|least|ouder dan|minstens|über) (?:the age of )?18\b"
    r"|age.?(?:verif|gate|check)|leeftijdscontrole|altersverif"
)
_REGION = re.compile(
    r"not available (?:in|from) your (?:country|region|location)|niet beschikbaar in (?:uw|jouw) (?:land|regio)"
)
_PARKED = re.compile(
    r"domain (?:name )?(?:is |may be )?(?:parked|for sale)|buy this domain|domein (?:is )?te koop"
    r"|parked (?:free|domain)|parkingcrew|sedoparking|account (?:has been )?suspended"
    r"|this site (?:has been|is) suspended|welcome to nginx|apache2 \w+ default page|default web ?site page"
)
_LOGIN_PATH = re.compile(r"/(?:log[-_]?in|sign[-_]?in|sso|wp-login|inloggen|aanmelden)(?=[/.?]|$)")
_GATE_PATH = re.compile(
    r"/(?:age[-_]?(?:check|gate|verif\w*)|over[-_]?18|captcha|challenge|consent|cookie[-_]?(?:wall|consent))(?=[/.?]|$)"
)
_NOT_FOUND = re.compile(
    r"not found|\b404\b|(?:does not|doesn.t|no longer) (?:exist|available)|(?:been|was) (?:removed|deleted)|no such"
    r"|unavailable|niet gevonden|bestaat niet|verwijderd|niet (?:meer )?beschikbaar|nicht gefunden|gelöscht"
    r"|existiert nicht|introuvable|supprimé|n.existe pas|no (?:se )?(?:encontr|existe)"
    r"|não encontrad|не найден|удал[её]н|не существует"
)
_PASSWORD = re.compile(r"""type\s*=\s*["']?password""")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Page:
    """A page, read once.

    Attributes:
        words: How often each occurs in what a reader sees; numbers are all one word.
        shown: What it shows or leads to: the addresses of pictures, videos, frames, files.
        has_links: Whether it leads anywhere at all.
        has_scripts: Whether scripts may show more.
        said: What a reader sees, in lower case.
        text: All of it in lower case, cut like the body.
    """

    words: Counter[str]
    shown: frozenset[str]
    has_links: bool
    has_scripts: bool
    said: str
    text: str

    @property
    def count(self) -> int:
        """Words that a reader sees."""
        return self.words.total()

    @property
    def needs_script(self) -> bool:
        """Whether scripts may show what the page does not: it has some, and does not say that nothing is here."""
        return self.has_scripts and _NOT_FOUND.search(self.said) is None

    @property
    def is_parked(self) -> bool:
        """Whether it says itself that nothing is here: parked, for sale, suspended, a server's first page."""
        return self.count <= _FEW_WORDS and _PARKED.search(self.said) is not None

    @property
    def is_bare(self) -> bool:
        """Whether it shows nothing but words and leads nowhere."""
        return not (self.shown or self.has_links or self.has_scripts or "://" in self.text or _MEDIA.search(self.text))


def page_of(start: bytes) -> Page | None:
    """The page that a body begins with, or None when it is no text."""
    if b"\0" in start[:1024]:
        return None
    text = start.decode("utf-8", "replace").lower()
    if text[:1024].count("\ufffd") > 32:
        return None
    return _Reading(text).page()


def bar_of(page: Page | None, url: TargetUrl, *, was_led: bool) -> str:
    """What bars the way to what is behind a page: `login`, `riddle`, `age`, `region`; empty when nothing does.

    Args:
        page: What was answered.
        url: Where.
        was_led: Whether redirects led there.
    """
    path = url.path.lower()
    if was_led and _LOGIN_PATH.search(path):
        return "login"
    if was_led and _GATE_PATH.search(path):
        return "age"
    if page is None or page.count > _FEW_WORDS:
        return ""
    for word, pattern in (("riddle", _RIDDLE), ("age", _AGE), ("region", _REGION)):
        if pattern.search(page.text):
            return word
    return "login" if _PASSWORD.search(page.text) and not page.shown else ""


def are_alike(one: Page, other: Page, urls: tuple[TargetUrl, ...]) -> bool:
    """Whether two pages are the same page: nearly all words in common, and the first shows nothing of its own.

    Args:
        one: The page in question.
        other: The page beside it.
        urls: Where both are; words of these addresses that a page repeats do not count.
    """
    own = {word for url in urls for word in _WORD.findall(unquote(url.path).lower())}
    if one.shown - other.shown:
        return False
    mine, theirs = ({word: n for word, n in page.words.items() if word not in own} for page in (one, other))
    common = (Counter(mine) & Counter(theirs)).total()
    total = sum(mine.values()) + sum(theirs.values())
    return total == 0 or 2 * common / total >= ALIKE


class _Reading:
    """One pass over a page in lower case."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: Counter[str] = Counter()
        self._shown: set[str] = set()
        self._said: list[str] = []
        self._has_links = self._has_scripts = False

    def page(self) -> Page:
        at = 0
        while (tag := _TAG.search(self._text, at)) is not None:
            self._read(self._text[at : tag.start()])
            at = self._after(tag)
        self._read(self._text[at:])
        return Page(
            words=self._words,
            shown=frozenset(self._shown),
            has_links=self._has_links,
            has_scripts=self._has_scripts,
            said=" ".join(" ".join(self._said).split()),
            text=self._text,
        )

    def _read(self, text: str) -> None:
        self._said.append(text)
        self._words.update("#" if _DIGIT.search(word) else word for word in _WORD.findall(text))

    def _after(self, tag: re.Match[str]) -> int:
        """Where reading goes on behind a tag or a comment; at the end of the text when that never ends."""
        if tag[1] is None:
            return self._behind("-->", tag.end())
        end = self._behind(">", tag.end())
        name = tag[1]
        if name.startswith("/"):
            return end
        self._note(name, self._text[tag.end() : end])
        if name in _SKIPPED:
            return self._behind(">", self._behind(f"</{name}", end))
        return end

    def _behind(self, mark: str, start: int) -> int:
        found = self._text.find(mark, start)
        return len(self._text) if found < 0 else found + len(mark)

    def _note(self, name: str, attributes: str) -> None:
        self._has_scripts |= name == "script"
        self._has_links |= name in {"a", "area", "form"}
        if name in _SHOWN or name == "meta" or _MEDIA.search(attributes):
            places = {place.strip("\"'") for place in _PLACE.findall(attributes)}
            self._shown |= {one for one in places if name in _SHOWN or _MEDIA.search(one)}
