"""What stands around every page: head, language switch, messages; and the pages that any part may show."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from schoon.web._i18n import Language, Said, Words


class ChromeWords(Words):
    """The texts around every page."""

    product = Said(en="Schoon", nl="Schoon")
    place = Said(en="hash check", nl="hashcontrole")
    place_of_people = Said(en="desk", nl="balie")
    place_of_hosters = Said(en="notices", nl="verzoeken")
    place_of_public = Said(en="report", nl="melden")
    skip = Said(en="To the content", nl="Naar de inhoud")
    logged_in_as = Said(en="Logged in as", nl="Ingelogd als")
    log_out = Said(en="Log out", nl="Uitloggen")
    language_menu = Said(en="Language", nl="Taal")
    keys = Said(en="Keys", nl="Toetsen")
    keys_list = Said(en="Keys on this page", nl="Toetsen op deze pagina")
    keys_next = Said(en="next row", nl="volgende regel")
    keys_previous = Said(en="previous row", nl="vorige regel")
    keys_open = Said(en="open", nl="openen")
    keys_go = Said(en="go to a place of the desk, by its first letter", nl="naar een plek van de balie")
    places = Said(en="Places of the desk", nl="Plekken van de balie")
    keys_back = Said(en="go back", nl="terug")
    keys_select = Said(en="select", nl="selecteren")
    keys_help = Said(en="this list", nl="deze lijst")
    keys_use = Said(en="Use these keys", nl="Gebruik deze toetsen")
    close = Said(en="Close", nl="Sluiten")
    times = Said(
        en="Times are Dutch time. Point at a time to see it in UTC.",
        nl="Tijden zijn Nederlandse tijd. Wijs een tijd aan voor UTC.",
    )


class ErrorWords(Words):
    """What is said when a page cannot be shown."""

    missing = Said(en="There is nothing here", nl="Hier is niets")
    missing_what = Said(
        en="This page or hit does not exist, or it is not yours.",
        nl="Deze pagina of hit bestaat niet, of is niet van u.",
    )
    missing_next = Said(
        en="Check the address, or look for the hit in the list.",
        nl="Controleer het adres, of zoek de hit in de lijst.",
    )
    wrong = Said(en="That could not be read", nl="Dat is niet te lezen")
    wrong_what = Said(
        en="What was sent is not something this page can use. Nothing was changed.",
        nl="Wat er is gestuurd, kan deze pagina niet gebruiken. Er is niets veranderd.",
    )
    wrong_next = Said(en="Open the page again and use its form.", nl="Open de pagina opnieuw en gebruik het formulier.")
    large = Said(en="That is too much at once", nl="Dat is te veel tegelijk")
    large_next = Said(
        en="Shorten the text, or select fewer hits.", nl="Maak de tekst korter, of selecteer minder hits."
    )
    forbidden = Said(en="This is not allowed", nl="Dit mag niet")
    forbidden_what = Said(
        en="The request was understood, and refused. Nothing was changed.",
        nl="Het verzoek is begrepen en geweigerd. Er is niets veranderd.",
    )
    forbidden_next = Said(
        en="Ask the operator of the list if you think you should be able to do this.",
        nl="Denkt u dat u dit wel moet kunnen? Vraag het de beheerder van de lijst.",
    )
    foreign = Said(en="This form is out of date", nl="Dit formulier is verlopen")
    foreign_what = Said(
        en="The form does not belong to your session. Nothing was changed. This happens when you logged in again, or "
        "when cookies are switched off.",
        nl="Het formulier hoort niet bij uw sessie. Er is niets veranderd. Dit gebeurt als u opnieuw hebt ingelogd, of "
        "als cookies uit staan.",
    )
    foreign_next = Said(
        en="Open the page again and repeat what you did.", nl="Open de pagina opnieuw en herhaal wat u deed."
    )
    outage = Said(en="This does not work right now", nl="Dit werkt nu niet")
    outage_what = Said(
        en="A part of the service does not answer. Deadlines do not change because of this page.",
        nl="Een deel van de dienst antwoordt niet. Termijnen veranderen hierdoor niet.",
    )
    outage_next = Said(
        en="Try again in a minute. The service recovers by itself.",
        nl="Probeer het over een minuut opnieuw. De dienst herstelt vanzelf.",
    )
    fault = Said(en="Something went wrong on our side", nl="Er ging bij ons iets mis")
    fault_what = Said(
        en="This is a fault in Schoon, not in what you did.", nl="Dit is een fout in Schoon, niet in wat u deed."
    )
    fault_next = Said(
        en="Try again. If it keeps happening, give the reference to the operator of the list.",
        nl="Probeer het opnieuw. Blijft het gebeuren? Geef de referentie aan de beheerder van de lijst.",
    )
    method = Said(en="This address is used in another way", nl="Dit adres werkt anders")
    to_begin = Said(en="To the first page", nl="Naar de eerste pagina")
    next_step = Said(en="What you can do", nl="Wat u kunt doen")
    reference = Said(en="Reference", nl="Referentie")


class BounceWords(Words):
    """What is said when a link from another site brought the visitor."""

    title = Said(en="One moment", nl="Een moment")
    why = Said(
        en="You came from another site. For your safety your session is only used from this one.",
        nl="U komt van een andere site. Voor uw veiligheid geldt uw sessie alleen vanaf deze site.",
    )
    go_on = Said(en="Go on", nl="Verder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    """What just happened, said once on the next page.

    Attributes:
        tone: "good", "attention" or "bad"; its colour.
        text: What happened.
    """

    tone: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chrome:
    """What stands around a page.

    Attributes:
        words: The texts.
        language: The language of the page, for its `lang` attribute.
        languages: Every language and its own name, for the switch.
        path: Where the language switch comes back to: a path of these pages.
        member: The name of the member or person logged in, or None.
        home: Where the product's name leads.
        place: What stands beside it.
        form_mark: The hidden value that every form carries.
        flash: What just happened, or None.
        static: Path of the static files, with the version that makes them cacheable.
    """

    words: ChromeWords
    language: Language
    languages: tuple[tuple[Language, str], ...]
    path: str
    member: str | None
    home: str
    place: str
    form_mark: str
    flash: Flash | None
    static: str


class Page(Protocol):
    """One page: a template and everything it shows."""

    template: ClassVar[str]

    @property
    def chrome(self) -> Chrome:
        """What stands around it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """A page that could not be shown.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        title: What happened.
        what: What that means.
        next_step: What the visitor can do.
        reference: What the log knows it by; None where there is nothing to look up.
    """

    template: ClassVar[str] = "error.html"
    chrome: Chrome
    words: ErrorWords
    title: str
    what: str
    next_step: str
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncePage:
    """A step between another site's link and the page, so that the session's cookie is sent along.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        path: The page that was asked for: a path of these pages.
    """

    template: ClassVar[str] = "bounce.html"
    chrome: Chrome
    words: BounceWords
    path: str


LANGUAGES = ((Language.EN, "English"), (Language.NL, "Nederlands"))
"""Each language under its own name."""
