"""The words of the statement of reasons, in Dutch and English."""

from dataclasses import dataclass

from schoon.check import Strength
from schoon.hits.types import Action, Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every sentence of a statement in one language; braces are filled in."""

    title: str
    opening: str
    measure_heading: str
    measures: dict[Action, str]
    file: str
    scope: str
    facts_heading: str
    facts: str
    strengths: dict[Strength, str]
    several: str
    review: str
    automated_heading: str
    automated: str
    ground_heading: str
    ground_illegal: str
    ground_terms: str
    redress_heading: str
    redress: str
    complaint: str
    complaint_unknown: str
    other_ways: str
    withdrawn: str


SUPPLIERS = {
    Language.DUTCH: {
        "police": "de politie",
        "hotline": "een meldpunt",
        "industry": "een bedrijf in de sector",
        "authority": "een autoriteit",
    },
    Language.ENGLISH: {
        "police": "the police",
        "hotline": "a hotline",
        "industry": "a company in the sector",
        "authority": "an authority",
    },
}

"""How a supplier's class is put; others are written as they are."""

_ENGLISH = Words(
    title="# Statement of reasons",
    opening=(
        "{provider} gives you this statement under article 17 of Regulation (EU) 2022/2065 (Digital Services "
        "Act). Reference: {hit}."
    ),
    measure_heading="## What was decided",
    measures={
        Action.REMOVED: "On {at} we removed material that you had stored with us.",
        Action.QUARANTINED: (
            "On {at} we disabled access to material that you had stored with us. It is kept apart for now."
        ),
        Action.RESTORED: "We had disabled access to material that you had stored with us. On {at} we restored it.",
        Action.DISPUTED: "",
    },
    file="It concerns the file with our own reference `{ref}`.",
    scope=(
        "The measure applies to our whole service, in every country, and has no end date. It concerns this "
        "material; measures against your account, if any, are explained to you apart."
    ),
    facts_heading="## On which facts",
    facts=(
        "The digital fingerprint (hash) of the material matched an entry of a list of known images of sexual "
        "abuse of children. We first saw this on {first}; the match rests on version {version} of the list. The "
        "entry came from {supplier}. We did not act on a notice by another user."
    ),
    strengths={
        Strength.STRONG: "The match is exact (SHA-256): the file is, bit for bit, the one that is on the list.",
        Strength.WEAK: (
            "The match is exact by an older kind of fingerprint (MD5 or SHA-1). Two different files can be made "
            "to share such a fingerprint on purpose, which is rare."
        ),
        Strength.PERCEPTUAL: (
            "The match is by likeness (PDQ): the picture looks nearly the same as the one on the list, for "
            "example after it was made smaller or saved again. Such a match can be wrong."
        ),
    },
    several=(
        "That is said of the file with which the match was first made. If yours is another, it matches the same "
        "entry, perhaps by another kind of fingerprint: ask us how."
    ),
    review="The list alone did not call for the measure: it asked us to have a person look first.",
    automated_heading="## Automated means",
    automated=(
        "The material was detected by automated means: fingerprints were computed and compared by software. "
        "Nobody at the organisation that runs the list saw your file; it was not sent to it."
    ),
    ground_heading="## On which ground",
    ground_illegal=(
        "We consider the material illegal content: a visual representation of sexual abuse of a person under "
        "18. Distributing, offering, storing and possessing it are criminal offences under article 252 of the"
        " Dutch Criminal Code (before 1 July 2024: article 240b). The entry was classified as such by those "
        "who assessed it."
    ),
    ground_terms=(
        "The material is incompatible with our terms and conditions, which do not allow material that is on "
        "this list. The entry is not classified as illegal in itself."
    ),
    redress_heading="## If you do not agree",
    redress="You may object to this measure:",
    complaint="* **With us.** {address}. A person will look at your complaint; give the reference above.",
    complaint_unknown="Use the contact point on our website",
    other_ways=(
        "* **Out of court.** Where we are an online platform, you may bring the dispute to a certified out-"
        "of-court dispute settlement body (article 21 of the Digital Services Act).\n"
        "* **In court.** You may always bring the matter before the civil court.\n"
        "\n"
        "If your objection gives us reason to, we dispute the entry with the organisation that runs the list."
        " It answers within five working days."
    ),
    withdrawn=(
        "**Since then** the entry has been withdrawn from the list. Material that we kept apart may be "
        "restored: ask us."
    ),
)

_DUTCH = Words(
    title="# Motivering van een maatregel",
    opening=(
        "{provider} geeft u deze motivering op grond van artikel 17 van Verordening (EU) 2022/2065 "
        "(digitaledienstenverordening). Kenmerk: {hit}."
    ),
    measure_heading="## Wat is besloten",
    measures={
        Action.REMOVED: "Op {at} hebben wij materiaal verwijderd dat u bij ons had opgeslagen.",
        Action.QUARANTINED: (
            "Op {at} hebben wij materiaal dat u bij ons had opgeslagen ontoegankelijk gemaakt. Het wordt "
            "voorlopig apart bewaard."
        ),
        Action.RESTORED: (
            "Wij hadden materiaal dat u bij ons had opgeslagen ontoegankelijk gemaakt. Op {at} hebben wij het "
            "teruggezet."
        ),
        Action.DISPUTED: "",
    },
    file="Het gaat om het bestand met ons eigen kenmerk `{ref}`.",
    scope=(
        "De maatregel geldt voor onze hele dienst, in alle landen, en heeft geen einddatum. Hij betreft dit "
        "materiaal; over maatregelen tegen uw account, als die er zijn, krijgt u apart bericht."
    ),
    facts_heading="## Op welke feiten",
    facts=(
        "De digitale vingerafdruk (hash) van het materiaal kwam overeen met een vermelding op een lijst van "
        "bekende beelden van seksueel misbruik van kinderen. Wij zagen dit voor het eerst op {first}; de overeenkomst "
        "berust op versie {version} van de lijst. De vermelding is afkomstig van {supplier}. Wij handelden niet op een "
        "melding van een andere gebruiker."
    ),
    strengths={
        Strength.STRONG: (
            "De overeenkomst is exact (SHA-256): het bestand is bit voor bit het bestand dat op de lijst staat."
        ),
        Strength.WEAK: (
            "De overeenkomst is exact volgens een ouder soort vingerafdruk (MD5 of SHA-1). Met opzet kunnen twee "
            "verschillende bestanden met dezelfde vingerafdruk worden gemaakt; dat is zeldzaam."
        ),
        Strength.PERCEPTUAL: (
            "De overeenkomst berust op gelijkenis (PDQ): de afbeelding lijkt vrijwel gelijk aan die op de lijst, "
            "bijvoorbeeld na verkleinen of opnieuw opslaan. Zo'n overeenkomst kan onjuist zijn."
        ),
    },
    several=(
        "Dat geldt voor het bestand waarmee de overeenkomst het eerst werd gevonden. Is het uwe een ander, dan komt "
        "het met dezelfde vermelding overeen, misschien volgens een ander soort vingerafdruk: vraag ons hoe."
    ),
    review="De lijst alleen vroeg niet om de maatregel: zij vroeg ons eerst een mens te laten kijken.",
    automated_heading="## Geautomatiseerde middelen",
    automated=(
        "Het materiaal is met geautomatiseerde middelen opgespoord: software heeft vingerafdrukken berekend "
        "en vergeleken. Niemand bij de organisatie die de lijst beheert heeft uw bestand gezien; het is daar "
        "niet naartoe gestuurd."
    ),
    ground_heading="## Op welke grond",
    ground_illegal=(
        "Wij beschouwen het materiaal als illegale inhoud: een visuele weergave van seksueel misbruik van een"
        " persoon onder de 18 jaar. Verspreiden, aanbieden, opslaan en bezitten daarvan is strafbaar op grond"
        " van artikel 252 van het Wetboek van Strafrecht (vóór 1 juli 2024: artikel 240b). Zij die de "
        "vermelding beoordeelden hebben haar als zodanig aangemerkt."
    ),
    ground_terms=(
        "Het materiaal is in strijd met onze algemene voorwaarden, die geen materiaal toestaan dat op deze "
        "lijst staat. De vermelding is niet als op zichzelf illegaal aangemerkt."
    ),
    redress_heading="## Als u het niet eens bent",
    redress="U kunt tegen deze maatregel bezwaar maken:",
    complaint="* **Bij ons.** {address}. Een mens bekijkt uw klacht; vermeld het kenmerk hierboven.",
    complaint_unknown="Gebruik het contactpunt op onze website",
    other_ways=(
        "* **Buiten de rechter om.** Voor zover wij een onlineplatform zijn, kunt u het geschil voorleggen "
        "aan een gecertificeerd orgaan voor buitengerechtelijke geschillenbeslechting (artikel 21 van de "
        "digitaledienstenverordening).\n"
        "* **Bij de rechter.** U kunt de zaak altijd voorleggen aan de burgerlijke rechter.\n"
        "\n"
        "Geeft uw bezwaar daar aanleiding toe, dan betwisten wij de vermelding bij de organisatie die de "
        "lijst beheert. Die antwoordt binnen vijf werkdagen."
    ),
    withdrawn=(
        "**Sindsdien** is de vermelding van de lijst gehaald. Materiaal dat wij apart hebben bewaard kan "
        "worden teruggezet: vraag ons daarom."
    ),
)

WORDS = {
    Language.DUTCH: _DUTCH,
    Language.ENGLISH: _ENGLISH,
}
