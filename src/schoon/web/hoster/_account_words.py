"""The texts of the pages for an account of a hoster."""

from schoon.notices import Standing
from schoon.web._i18n import Said, Words


class AccountWords(Words):
    """The list of notices, and the hoster's own figures."""

    title = Said(en="Notices to {hoster}", nl="Verzoeken aan {hoster}")
    hosters = Said(en="Your contacts", nl="Uw contacten")
    notice = Said(en="Notice", nl="Verzoek")
    kind = Said(en="Kind", nl="Soort")
    items = Said(en="Addresses", nl="Adressen")
    standing = Said(en="Standing", nl="Stand")
    clock = Said(en="Time that is left", nl="Tijd die rest")
    sent = Said(en="Sent", nl="Verstuurd")
    csv = Said(en="Download the list as CSV", nl="De lijst als CSV")
    compare = Said(en="Compare with your own list", nl="Vergelijken met uw eigen lijst")
    empty = Said(en="No notice was sent to you", nl="Er is u geen verzoek gestuurd")
    empty_means = Said(
        en="Notices appear here as soon as they are sent.", nl="Verzoeken staan hier zodra ze zijn verstuurd."
    )
    nobody = Said(en="No contact is linked to your organisation", nl="Aan uw organisatie is geen contact gekoppeld")
    nobody_means = Said(
        en="Ask the hotline to link the address that your notices go to. It takes them one command.",
        nl="Vraag het meldpunt het adres te koppelen waar uw verzoeken heen gaan. Het is voor hen één opdracht.",
    )
    pages = Said(en="Pages", nl="Pagina's")
    first_page = Said(en="First page", nl="Eerste pagina")
    next_page = Said(en="Next page", nl="Volgende pagina")
    figures = Said(en="Your figures of the past 365 days", nl="Uw cijfers van de afgelopen 365 dagen")
    figures_how = Said(
        en="Counted is each address of each first notice that was sent in those days. It is in time when two looks, an "
        "hour or more apart, found it inaccessible, the first of them before the term had passed. The time runs from "
        "the sending of the notice.",
        nl="Geteld is elk adres van elk eerste verzoek dat in die dagen is verstuurd. Het is op tijd als twee "
        "metingen, een uur of meer uit elkaar, het ontoegankelijk vonden, de eerste voordat de termijn voorbij was. De "
        "tijd loopt vanaf het versturen van het verzoek.",
    )


class CompareWords(Words):
    """The page that compares two lists."""

    title = Said(en="Compare lists", nl="Lijsten vergelijken")
    back = Said(en="All notices", nl="Alle verzoeken")
    why = Said(
        en="Give the list of notices that you received. You and the hotline then see the same comparison: which of "
        "them were sent, delivered and seen, which of ours are not on your list, and which of yours we do not know.",
        nl="Geef de lijst van verzoeken die u ontving. U en het meldpunt zien dan dezelfde vergelijking: welke zijn "
        "verstuurd, bezorgd en gezien, welke van ons niet op uw lijst staan, en welke van u wij niet kennen.",
    )
    file = Said(en="Your list", nl="Uw lijst")
    file_hint = Said(
        en="CSV in UTF-8 with a heading: notice or url, and time. At most 4 MB.",
        nl="CSV in UTF-8 met een kopregel: notice of url, en time. Hoogstens 4 MB.",
    )
    send = Said(en="Compare", nl="Vergelijken")
    last = Said(en="Your list of {moment}, compared as of now", nl="Uw lijst van {moment}, nu vergeleken")
    count = Said(en="Count", nl="Aantal")
    standing = Said(en="Standing", nl="Stand")
    notice = Said(en="Notice", nl="Verzoek")
    rows = Said(en="Rows of your list", nl="Regels van uw lijst")
    sent = Said(en="Sent", nl="Verstuurd")
    received = Said(en="You received it", nl="U ontving het")
    not_listed = Said(en="not on your list", nl="niet op uw lijst")
    shown_of = Said(en="The first {shown} of {count} are shown.", nl="De eerste {shown} van {count} staan hier.")
    no_file = Said(en="Choose a file first.", nl="Kies eerst een bestand.")
    refused = Said(en="The file was not taken: {reason}", nl="Het bestand is niet ingelezen: {reason}")
    done = Said(en="The lists are compared.", nl="De lijsten zijn vergeleken.")


STANDINGS: dict[Standing, Said] = {
    Standing.SENT: Said(en="Sent", nl="Verstuurd"),
    Standing.DELIVERED: Said(en="Delivered", nl="Bezorgd"),
    Standing.SEEN: Said(en="Seen", nl="Gezien"),
    Standing.FAILED: Said(en="Not delivered", nl="Niet bezorgd"),
    Standing.UNKNOWN: Said(en="No notice to you", nl="Geen verzoek aan u"),
}
"""What is known of a notice in either list."""
