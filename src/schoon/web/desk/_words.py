"""The texts of the desk."""

from schoon.notices import NoticeState
from schoon.reports import ItemState, Judgement, Known, Means, PoliceAct, ReportSource
from schoon.web._i18n import Language, Said, Words


class DeskWords(Words):
    """What stands on more than one page of the desk."""

    places = Said(en="Places of the desk", nl="Plekken van de balie")
    inbox = Said(en="Inbox", nl="Postvak")
    search = Said(en="Search", nl="Zoeken")
    notices = Said(en="Notices", nl="Verzoeken")
    hosters = Said(en="Hosters", nl="Hosters")
    moved = Said(en="Moved", nl="Verhuisd")
    journal = Said(en="Journal", nl="Journaal")
    clocks = Said(en="Clocks", nl="Klokken")
    disputes = Said(en="Disputes", nl="Betwistingen")
    police = Said(en="Police", nl="Politie")
    caption = Said(en="Items: {filter}", nl="Items: {filter}")
    filters = Said(en="Where items stand", nl="Waar items staan")
    item = Said(en="Item", nl="Item")
    address = Said(en="Address", nl="Adres")
    kind = Said(en="Kind", nl="Soort")
    page = Said(en="page", nl="pagina")
    media = Said(en="picture or film", nl="beeld of film")
    reports = Said(en="Reports", nl="Meldingen")
    known = Said(en="Hash list", nl="Hashlijst")
    first = Said(en="First reported", nl="Eerst gemeld")
    state = Said(en="State", nl="Stand")
    lock = Said(en="Before", nl="Bij")
    me = Said(en="you", nl="u")
    somebody = Said(en="a colleague", nl="een collega")
    pages = Said(en="Pages", nl="Pagina's")
    first_page = Said(en="First page", nl="Eerste pagina")
    next_page = Said(en="Next page", nl="Volgende pagina")
    csv = Said(en="This table as CSV", nl="Deze tabel als CSV")
    empty = Said(en="Nothing here", nl="Hier is niets")
    empty_means = Said(
        en="No item stands here now. New reports come in by themselves.",
        nl="Er staat nu geen item. Nieuwe meldingen komen vanzelf binnen.",
    )
    to_look = Said(en="Look for", nl="Zoek naar")
    look_hint = Said(
        en="An address, a host, or the name of an item, exactly.",
        nl="Een adres, een host of de naam van een item, precies.",
    )
    go = Said(en="Search", nl="Zoek")
    none_found = Said(en="Nothing was found.", nl="Er is niets gevonden.")
    selected = Said(en="selected", nl="geselecteerd")
    select = Said(en="Select {item}", nl="Selecteer {item}")
    select_all = Said(en="Select all on this page", nl="Selecteer alles op deze pagina")
    select_column = Said(en="Selected", nl="Geselecteerd")


class ItemWords(Words):
    """The texts of one item's page."""

    back = Said(en="All items", nl="Alle items")
    judge = Said(en="Assess", nl="Beoordelen")
    judge_hint = Said(
        en="No material is shown or fetched here. Who must look uses the hotline's own viewer.",
        nl="Hier wordt geen materiaal getoond of opgehaald. Wie moet kijken, gebruikt de viewer van het meldpunt.",
    )
    note = Said(en="Note (not required)", nl="Notitie (niet verplicht)")
    looked = Said(en="I looked at the material", nl="Ik heb het materiaal bekeken")
    save = Said(en="Record the assessment", nl="Beoordeling vastleggen")
    viewer = Said(en="Open in the viewer", nl="Openen in de viewer")
    what = Said(en="What is known", nl="Wat bekend is")
    judgement = Said(en="Assessment", nl="Beoordeling")
    means = Said(en="How", nl="Hoe")
    digests = Said(en="Digests", nl="Hashes")
    no_digests = Said(en="none", nl="geen")
    same_file = Said(en="The same file", nl="Hetzelfde bestand")
    alike = Said(en="The same address, written otherwise", nl="Hetzelfde adres, anders geschreven")
    on_pages = Said(en="On page", nl="Op pagina")
    on_it = Said(en="On this page", nl="Op deze pagina")
    reported = Said(en="Reported", nl="Gemeld")
    once = Said(en="once, {last}", nl="eenmaal, {last}")
    times = Said(en="{count} times, last {last}", nl="{count} keer, laatst {last}")
    hosting = Said(en="Who hosts it", nl="Wie het host")
    no_trace = Said(en="Not traced yet.", nl="Nog niet nagegaan.")
    traced = Said(en="Traced", nl="Nagegaan")
    where = Said(en="Where", nl="Waar")
    contact = Said(en="Notice goes to", nl="Verzoek gaat naar")
    nobody = Said(en="nobody found", nl="niemand gevonden")
    notices = Said(en="Notices", nl="Verzoeken")
    no_notice = Said(
        en="On none yet. The worker finds the hoster and makes one within a minute.",
        nl="Nog op geen. De worker zoekt de hoster en maakt er een binnen een minuut.",
    )
    send = Said(en="Send the notice now", nl="Verzoek nu versturen")
    no_notice_yet = Said(
        en="There is no notice yet: the hoster is still being found. Try again in a moment.",
        nl="Er is nog geen verzoek: de hoster wordt nog gezocht. Probeer het zo weer.",
    )
    history = Said(en="History", nl="Verloop")
    began = Said(en="Came in", nl="Binnengekomen")
    trail = Said(en="Journal", nl="Journaal")
    police_backed = Said(en="The police ask with the hotline.", nl="De politie vraagt mee met het meldpunt.")
    preserve = Said(en="To be preserved for the police.", nl="Te bewaren voor de politie.")
    counted = Said(en="Recorded: {judgement}.", nl="Vastgelegd: {judgement}.")
    waiting = Said(
        en="Recorded. It counts once more analysts say the same.",
        nl="Vastgelegd. Het telt als meer analisten hetzelfde zeggen.",
    )
    disagreed = Said(
        en="Recorded. Analysts judge this item differently; it goes to a lead.",
        nl="Vastgelegd. Analisten oordelen verschillend; het gaat naar een leidinggevende.",
    )
    refused = Said(en="Not recorded.", nl="Niet vastgelegd.")
    choose = Said(en="Choose an assessment.", nl="Kies een beoordeling.")
    locked = Said(en="A colleague has this item before them.", nl="Een collega heeft dit item voor zich.")


class PoliceWords(Words):
    """The texts of the police's page."""

    title = Said(en="For the police", nl="Voor de politie")
    what = Said(
        en="Items that analysts set aside for you. Nothing goes out about them until you release or send them.",
        nl="Items die analisten voor u opzij zetten. Er gaat niets over uit tot u ze vrijgeeft of verstuurt.",
    )
    reason = Said(en="Reason", nl="Reden")
    reason_hint = Said(en="10 characters or more. Colleagues read it.", nl="10 tekens of meer. Collega's lezen dit.")
    done = Said(en="Done for {count} items.", nl="Gedaan voor {count} items.")
    nothing = Said(en="Select items first.", nl="Selecteer eerst items.")
    short = Said(en="Give a reason of 10 characters or more.", nl="Geef een reden van 10 tekens of meer.")


STATES: dict[ItemState, Said] = {
    ItemState.TO_ASSESS: Said(en="To assess", nl="Te beoordelen"),
    ItemState.TO_NOTICE: Said(en="To notice", nl="Te melden"),
    ItemState.HELD: Said(en="Held for the police", nl="Wacht op politie"),
    ItemState.NOTICED: Said(en="Noticed", nl="Gemeld bij hoster"),
    ItemState.ABROAD: Said(en="Abroad", nl="Buitenland"),
    ItemState.UNTRACEABLE: Said(en="Untraceable", nl="Onvindbaar"),
    ItemState.INACCESSIBLE: Said(en="Inaccessible", nl="Ontoegankelijk"),
    ItemState.NOT_ILLEGAL: Said(en="Not illegal", nl="Niet strafbaar"),
    ItemState.IGNORED: Said(en="Ignored", nl="Genegeerd"),
}

JUDGEMENTS: dict[Judgement, tuple[str, Said, Said]] = {
    Judgement.BASELINE: (
        "b",
        Said(en="Baseline", nl="Baseline"),
        Said(en="Meets INTERPOL's baseline criteria.", nl="Voldoet aan de baseline-criteria van INTERPOL."),
    ),
    Judgement.NATIONAL: ("n", Said(en="National", nl="Nationaal"), Said(en="Illegal here.", nl="Hier strafbaar.")),
    Judgement.POLICE_FIRST: (
        "p",
        Said(en="Police first", nl="Eerst de politie"),
        Said(
            en="Illegal, and nothing goes out before the police say so.",
            nl="Strafbaar, en er gaat niets uit voordat de politie dat zegt.",
        ),
    ),
    Judgement.NOT_ILLEGAL: (
        "l",
        Said(en="Not illegal", nl="Niet strafbaar"),
        Said(en="The item is closed.", nl="Het item wordt gesloten."),
    ),
    Judgement.IGNORE: (
        "i",
        Said(en="Ignore", nl="Negeren"),
        Said(en="No matter for this hotline.", nl="Geen zaak voor dit meldpunt."),
    ),
}
"""Key, name and meaning of each, in the order of the page."""

MEANS: dict[Means, Said] = {
    Means.ANALYST: Said(en="an analyst", nl="een analist"),
    Means.KNOWN_HASH: Said(en="its hash is on the list; nobody looked", nl="de hash staat op de lijst; niemand keek"),
    Means.INHERITED: Said(en="an identical file was judged", nl="een identiek bestand is beoordeeld"),
    Means.IMPORTED: Said(en="taken over from the earlier system", nl="overgenomen uit het vorige systeem"),
    Means.DECISION: Said(en="decided later, with a reason", nl="later besloten, met een reden"),
}

KNOWN: dict[Known | None, Said] = {
    None: Said(en="no digest", nl="geen hash"),
    Known.LISTED: Said(en="listed", nl="op de lijst"),
    Known.REVIEW: Said(en="for review", nl="ter beoordeling"),
    Known.NOT_LISTED: Said(en="not listed", nl="niet op de lijst"),
    Known.UNAVAILABLE: Said(en="not known yet", nl="nog niet bekend"),
}

NOTICE_STATES: dict[NoticeState, Said] = {
    NoticeState.OPEN: Said(en="gathering, not sent yet", nl="verzamelt, nog niet verstuurd"),
    NoticeState.CLOSED: Said(en="on its way", nl="onderweg"),
    NoticeState.SENT: Said(en="sent", nl="verstuurd"),
    NoticeState.FAILED: Said(en="failed", nl="mislukt"),
    NoticeState.EMPTY: Said(en="nothing was left to ask", nl="er was niets meer te vragen"),
}

SOURCES: dict[ReportSource, Said] = {
    ReportSource.FORM: Said(en="form", nl="formulier"),
    ReportSource.CSV: Said(en="CSV", nl="CSV"),
    ReportSource.MAIL: Said(en="mail", nl="mail"),
    ReportSource.API: Said(en="API", nl="API"),
    ReportSource.XARF: Said(en="XARF", nl="XARF"),
    ReportSource.SCART: Said(en="SCART", nl="SCART"),
    ReportSource.POLICE: Said(en="police", nl="politie"),
}

ACTS: dict[PoliceAct, Said] = {
    PoliceAct.RELEASE: Said(en="Release", nl="Vrijgeven"),
    PoliceAct.SEND: Said(en="Send with our name", nl="Versturen met onze naam"),
    PoliceAct.PRESERVE: Said(en="Preserve", nl="Bewaren"),
    PoliceAct.HOLD: Said(en="Hold", nl="Vasthouden"),
}


def said(words: Said, language: Language) -> str:
    """A text of one of the tables above."""
    return words.in_language(language)
