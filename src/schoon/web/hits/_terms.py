"""The words for what a hit is and proves, each with its explanation in plain language."""

from dataclasses import dataclass

from schoon.check import Band, Strength, Verdict
from schoon.hits import Hit, HitState
from schoon.kinds import Category
from schoon.web._i18n import Language, Said, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A word and what it means.

    Attributes:
        label: The word.
        meaning: One or two sentences.
    """

    label: str
    meaning: str


class StateWords(Words):
    """Where a hit stands."""

    open = Said(en="Open", nl="Open")
    open_means = Said(en="You have yet to act.", nl="U moet nog iets doen.")
    review = Said(en="For review", nl="Te beoordelen")
    review_means = Said(
        en="Not proven. It has no deadline, and nothing may be removed because of it.",
        nl="Niet bewezen. Er is geen termijn, en er mag niets om verwijderd worden.",
    )
    disputed = Said(en="Disputed", nl="Betwist")
    disputed_means = Said(
        en="You said that this hit is wrong. The deadline stands still until there is an answer.",
        nl="U hebt gezegd dat deze hit niet klopt. De termijn staat stil tot er een antwoord is.",
    )
    suspended = Said(en="Suspended", nl="Opgeschort")
    suspended_means = Said(
        en="The entry on the list is being looked at again. Nothing need be done meanwhile.",
        nl="De vermelding op de lijst wordt opnieuw bekeken. Intussen hoeft u niets te doen.",
    )
    quarantined = Said(en="Quarantined", nl="In quarantaine")
    quarantined_means = Said(
        en="You put the file out of reach. It can be put back.",
        nl="U hebt het bestand onbereikbaar gemaakt. Het kan terug.",
    )
    removed = Said(en="Removed", nl="Verwijderd")
    removed_means = Said(en="You removed the file.", nl="U hebt het bestand verwijderd.")
    withdrawn = Said(en="Withdrawn", nl="Ingetrokken")
    withdrawn_means = Said(
        en="The entry left the list. What you took away may be put back.",
        nl="De vermelding is van de lijst af. Wat u hebt weggehaald, mag terug.",
    )
    restored = Said(en="Restored", nl="Teruggezet")
    restored_means = Said(
        en="You put the file back after the entry left the list.",
        nl="U hebt het bestand teruggezet nadat de vermelding van de lijst af was.",
    )


class ProofWords(Words):
    """What a match proves."""

    strong = Said(en="Strong", nl="Sterk")
    strong_means = Said(
        en="The SHA-256 of your file is on the list: it is the same file, to the last byte.",
        nl="De SHA-256 van uw bestand staat op de lijst: het is hetzelfde bestand, tot op de laatste byte.",
    )
    weak = Said(en="Weak", nl="Zwak")
    weak_means = Said(
        en="Only the MD5 or SHA-1 of your file is on the list. It is very likely the same file, but somebody can make "
        "another file on purpose with the same old hash.",
        nl="Alleen de MD5 of SHA-1 van uw bestand staat op de lijst. Het is zeer waarschijnlijk hetzelfde bestand, "
        "maar iemand kan met opzet een ander bestand met dezelfde oude hash maken.",
    )
    perceptual = Said(en="Looks alike", nl="Lijkt erop")
    perceptual_means = Said(
        en="The picture looks like one on the list (PDQ). It is not the same file, and a mistake is possible.",
        nl="De afbeelding lijkt op een afbeelding van de lijst (PDQ). Het is niet hetzelfde bestand, en een vergissing "
        "is mogelijk.",
    )
    band_same = Said(en="Distance 0: the perceptual hashes are equal.", nl="Afstand 0: de beeldhashes zijn gelijk.")
    band_near = Said(
        en="Distance 1 to 15: almost the same picture, for example saved again or made smaller.",
        nl="Afstand 1 tot 15: bijna dezelfde afbeelding, bijvoorbeeld opnieuw opgeslagen of verkleind.",
    )
    band_far = Said(
        en="Distance 16 to 31: the pictures look alike. Here a mistake is more likely than at a smaller distance.",
        nl="Afstand 16 tot 31: de afbeeldingen lijken op elkaar. Een vergissing is hier waarschijnlijker dan bij een "
        "kleinere afstand.",
    )


class SourceWords(Words):
    """Where an entry comes from and what it is said to be."""

    baseline = Said(en="Baseline", nl="Baseline")
    baseline_means = Said(
        en="Meets INTERPOL's baseline criteria: material that is illegal in nearly every country.",
        nl="Voldoet aan de baseline-criteria van INTERPOL: materiaal dat in bijna elk land strafbaar is.",
    )
    national = Said(en="National", nl="Nationaal")
    national_means = Said(en="Illegal under Dutch law.", nl="Strafbaar volgens de Nederlandse wet.")
    investigation = Said(en="Investigation", nl="Onderzoek")
    investigation_means = Said(
        en="Came up in a criminal investigation. It counts because your policy says so.",
        nl="Kwam voor in een strafrechtelijk onderzoek. Het telt mee omdat uw beleid dat zegt.",
    )
    other = Said(en="Other", nl="Overig")
    other_means = Said(
        en="None of the other categories. It counts because your policy says so.",
        nl="Geen van de andere categorieën. Het telt mee omdat uw beleid dat zegt.",
    )
    police = Said(en="Police", nl="Politie")
    hotline = Said(en="Hotline", nl="Meldpunt")
    authority = Said(en="Authority", nl="Autoriteit")
    industry = Said(en="Industry", nl="Bedrijf")
    supplier_means = Said(
        en="The kind of organisation that put the entry on the list. Two different organisations must confirm an entry "
        "before it counts.",
        nl="Het soort organisatie dat de vermelding op de lijst zette. Twee verschillende organisaties moeten een "
        "vermelding bevestigen voordat zij meetelt.",
    )


_BANDS: dict[Band, str] = {Band.SAME: "band_same", Band.NEAR: "band_near", Band.FAR: "band_far"}


def state_of(hit: Hit, language: Language) -> Explained:
    """Where a hit stands, in words."""
    review = hit.verdict is Verdict.REVIEW and hit.state is HitState.OPEN
    return _explained(StateWords(language), "review" if review else hit.state.value)


def strength_words(strength: Strength, language: Language) -> Explained:
    """How much a match proves, in words."""
    return _explained(ProofWords(language), strength.value)


def band_words(band: Band | None, language: Language) -> str:
    """How near a perceptual match lies, in words; empty for other matches."""
    return "" if band is None else str(getattr(ProofWords(language), _BANDS[band]))


def category_words(category: Category, language: Language) -> Explained:
    """What an entry is said to be, in words."""
    return _explained(SourceWords(language), category.value)


def supplier_words(supplier_class: str, language: Language) -> Explained:
    """Who put the entry on the list, in words; a class without words of ours under its own name."""
    said = SourceWords(language)
    known = supplier_class in {"police", "hotline", "authority", "industry"}
    label = str(getattr(said, supplier_class)) if known else supplier_class
    return Explained(label=label, meaning=said.supplier_means)


def all_terms(language: Language) -> tuple[Explained, ...]:
    """Every word of the list's columns, for the explanation under the table."""
    states = tuple(_explained(StateWords(language), name) for name in ("open", "review", *_LATER_STATES))
    strengths = tuple(strength_words(strength, language) for strength in Strength)
    categories = tuple(category_words(category, language) for category in Category)
    return states + strengths + categories


_LATER_STATES = tuple(state.value for state in HitState if state is not HitState.OPEN)


def _explained(said: Words, name: str) -> Explained:
    return Explained(label=str(getattr(said, name)), meaning=str(getattr(said, f"{name}_means")))
