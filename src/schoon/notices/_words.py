"""The words of a notice, in Dutch and English; braces are filled in with values that cannot hold a line end."""

from dataclasses import dataclass

from schoon.hits import Language
from schoon.notices.types import NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every sentence of a notice in one language."""

    subject: dict[NoticeKind, str]
    to: str
    request: dict[NoticeKind, str]
    judged: str
    police: str
    asked: str
    out_of_reach: str
    preserve: str
    answer: str
    page: str
    addresses: str
    at: str
    network: str
    baseline: str
    national: str
    known: str
    judged_by_person: str
    reported: str
    noticed: str
    with_police: str
    keep: str
    attached: str
    good_faith: str
    term: str
    closing: str
    one_address: str
    more_addresses: str


_ENGLISH = Words(
    subject={
        NoticeKind.FIRST: "Remove child sexual abuse material: {count} [notice {notice}]",
        NoticeKind.AGAIN: "Still there, remove child sexual abuse material: {count} [notice {notice}]",
    },
    to="To the abuse desk",
    request={
        NoticeKind.FIRST: (
            "{hotline} asks you to put the material at the addresses below out of everybody's reach, within {hours} "
            "hours of this message."
        ),
        NoticeKind.AGAIN: (
            "{hotline} asked you before to put the material at the addresses below out of everybody's reach. It was "
            "still there when we last looked. Please do so at once: this message gives no new term."
        ),
    },
    judged=(
        "Each of them was judged to be child sexual abuse material, which is a crime to possess or to spread. By what "
        "the DNS and the registries say, it is on machines or in a network of yours."
    ),
    police="The police ask this with us, for the addresses that are marked so.",
    asked="What we ask",
    out_of_reach=(
        "Put the material out of reach. Do not look at it, copy it or send it to anybody more than that takes."
    ),
    preserve=(
        "Keep what is marked so for the police, with the records around it, where nobody else can reach it. The police "
        "will ask for it."
    ),
    answer=(
        "Say on the page of this notice, address by address, what you did: removed, not yours, moved, disputed, or "
        "passed on to the customer who runs the machine. No account is needed. The link is yours alone and works until "
        "{until}."
    ),
    page="Page",
    addresses="Addresses",
    at="on {addresses}",
    network="AS{asn}",
    baseline="meets INTERPOL's baseline criteria",
    national="illegal by national law",
    known="known by its digest",
    judged_by_person="judged by an analyst",
    reported="first reported {moment}",
    noticed="first notice {moment}",
    with_police="the police ask with us",
    keep="keep for the police",
    attached=(
        "Attached for machines: an XARF 4 report (content/csam) for each address that meets INTERPOL's baseline "
        "criteria, with this notice's name as its case number. Nothing attached holds or shows any of the material."
    ),
    good_faith="We send this notice in good faith; to the best of our knowledge it is accurate and complete.",
    term="The term of {hours} hours from the first notice on is that of the law profile {profile}.",
    closing="{hotline}, {email}. Notice {notice}.",
    one_address="1 address",
    more_addresses="{count} addresses",
)

_DUTCH = Words(
    subject={
        NoticeKind.FIRST: "Verwijder beelden van seksueel kindermisbruik: {count} [verzoek {notice}]",
        NoticeKind.AGAIN: "Nog steeds bereikbaar, verwijder beelden van seksueel kindermisbruik: {count} "
        "[verzoek {notice}]",
    },
    to="Aan de abusedesk",
    request={
        NoticeKind.FIRST: (
            "{hotline} vraagt u het materiaal op de adressen hieronder voor iedereen ontoegankelijk te maken, binnen "
            "{hours} uur na dit bericht."
        ),
        NoticeKind.AGAIN: (
            "{hotline} vroeg u al eerder het materiaal op de adressen hieronder voor iedereen ontoegankelijk te maken. "
            "Toen wij het laatst keken, was het er nog. Doe dit nu direct: dit bericht geeft geen nieuwe termijn."
        ),
    },
    judged=(
        "Elk daarvan is beoordeeld als materiaal van seksueel kindermisbruik; het bezit en de verspreiding ervan zijn "
        "strafbaar. Volgens de DNS en de registers staat het op machines of in een netwerk van u."
    ),
    police="De politie vraagt dit samen met ons, voor de adressen waar dat bij staat.",
    asked="Wat wij vragen",
    out_of_reach=(
        "Maak het materiaal ontoegankelijk. Bekijk, kopieer of verstuur het niet meer dan daarvoor nodig is."
    ),
    preserve=(
        "Bewaar wat zo gemerkt is voor de politie, met de gegevens eromheen, waar niemand anders erbij kan. De politie "
        "zal erom vragen."
    ),
    answer=(
        "Zeg op de pagina van dit verzoek per adres wat u deed: verwijderd, niet van u, verplaatst, betwist, of "
        "doorgegeven aan de klant die de machine beheert. Een account is niet nodig. De link is alleen voor u en werkt "
        "tot {until}."
    ),
    page="Pagina",
    addresses="Adressen",
    at="op {addresses}",
    network="AS{asn}",
    baseline="voldoet aan de baselinecriteria van INTERPOL",
    national="strafbaar naar nationaal recht",
    known="bekend door zijn hash",
    judged_by_person="beoordeeld door een analist",
    reported="voor het eerst gemeld {moment}",
    noticed="eerste verzoek {moment}",
    with_police="de politie vraagt dit met ons",
    keep="bewaren voor de politie",
    attached=(
        "Als bijlage voor machines: een XARF 4-rapport (content/csam) voor elk adres dat voldoet aan de "
        "baselinecriteria van INTERPOL, met de naam van dit verzoek als zaaknummer. Geen bijlage bevat of toont iets "
        "van het materiaal."
    ),
    good_faith="Wij sturen dit verzoek te goeder trouw; naar ons beste weten is het juist en volledig.",
    term="De termijn van {hours} uur vanaf het eerste verzoek is die van het rechtskader {profile}.",
    closing="{hotline}, {email}. Verzoek {notice}.",
    one_address="1 adres",
    more_addresses="{count} adressen",
)

WORDS = {Language.ENGLISH: _ENGLISH, Language.DUTCH: _DUTCH}
