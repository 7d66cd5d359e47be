"""Dutch and English side by side: a text without its translation does not type-check."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self, overload


class Language(StrEnum):
    """The languages of the pages."""

    EN = "en"
    NL = "nl"


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one part of the pages, in one language.

    A subclass holds one `Said` per text; reading it gives the text in `language`.
    """

    language: Language


class Said:
    """One text in every language; `{name}` marks a place to fill with `str.format`."""

    def __init__(self, *, en: str, nl: str) -> None:
        self._texts = {Language.EN: en, Language.NL: nl}

    @overload
    def __get__(self, words: None, owner: type[Words]) -> Self: ...

    @overload
    def __get__(self, words: Words, owner: type[Words]) -> str: ...

    def __get__(self, words: Words | None, owner: type[Words]) -> Self | str:
        """The text in the language of `words`; the `Said` itself when asked of the class."""
        return self if words is None else self._texts[words.language]

    def in_language(self, language: Language) -> str:
        """The text in that language."""
        return self._texts[language]


def choose_language(chosen: str | None, accepted: str) -> Language:
    """The language to answer in.

    Args:
        chosen: What the visitor chose here before (the cookie's value), or None.
        accepted: The Accept-Language header; of equal preferences the first named wins. English when it names neither.
    """
    if chosen in set(Language):
        return Language(chosen)
    best, best_quality = Language.EN, 0.0
    for part in accepted[:500].split(","):
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().split("-")[0]
        quality = _quality(parameters)
        if language in set(Language) and quality > best_quality:
            best, best_quality = Language(language), quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(1.0, float(value)) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
