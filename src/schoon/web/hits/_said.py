"""What was just done, carried to the next page in a few signed characters and said there in the reader's language."""

from collections import Counter
from collections.abc import Sequence

from schoon.hits import Action, ActionOutcome, ActionResult
from schoon.web._chrome import Flash
from schoon.web._i18n import Language
from schoon.web.hits._words import OutcomeWords
from schoon.web.rules import number

NOTHING_SELECTED = "nothing"


def said_of(action: Action, results: Sequence[ActionResult]) -> str:
    """What became of the actions of one call: `action.done.unchanged.refused`."""
    counted = Counter(result.outcome for result in results)
    refused = counted[ActionOutcome.REFUSED] + counted[ActionOutcome.MISSING]
    return f"{action}.{counted[ActionOutcome.DONE]}.{counted[ActionOutcome.UNCHANGED]}.{refused}"


def flash_of(said: str, language: Language) -> Flash | None:
    """The same in words; None for what was not said by `said_of`."""
    words = OutcomeWords(language)
    if said == NOTHING_SELECTED:
        return Flash(tone="attention", text=words.nothing_selected)
    action, *numbers = said.split(".")
    if action not in set(Action) or len(numbers) != 3:
        return None
    done, unchanged, refused = (int(text) for text in numbers)
    parts = [_part(words, action, done), _part(words, "unchanged", unchanged), _part(words, "refused", refused)]
    return Flash(tone="good" if done else "attention", text=" ".join(part for part in parts if part))


def _part(words: OutcomeWords, name: str, count: int) -> str:
    if not count:
        return ""
    text: str = getattr(words, f"{name}_one" if count == 1 else name)
    return text.format(count=number(count, words.language))
