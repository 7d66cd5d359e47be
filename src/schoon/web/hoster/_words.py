"""The texts of a notice's own page."""

from schoon.notices import NoticeKind
from schoon.web._i18n import Said, Words


class LinkWords(Words):
    """What a hoster reads on the page of a notice."""

    place = Said(en="Notice", nl="Verzoek")
    all = Said(en="All notices", nl="Alle verzoeken")
    title = Said(en="Notice {notice}", nl="Verzoek {notice}")
    why_title = Said(en="Why you get this", nl="Waarom u dit krijgt")
    why = Said(
        en="Each address below was judged to be child sexual abuse material, which is a crime to possess or to spread. "
        "By what the DNS and the registries say, it is on machines or in a network of yours.",
        nl="Elk adres hieronder is beoordeeld als materiaal van seksueel kindermisbruik; het bezit en de verspreiding "
        "ervan zijn strafbaar. Volgens de DNS en de registers staat het op machines of in een netwerk van u.",
    )
    asked_title = Said(en="What is asked of you", nl="Wat wij u vragen")
    out_of_reach = Said(
        en="Put the material out of everybody's reach. Do not look at it, copy it or send it to anybody more than that "
        "takes.",
        nl="Maak het materiaal voor iedereen ontoegankelijk. Bekijk, kopieer of verstuur het niet meer dan daarvoor "
        "nodig is.",
    )
    preserve = Said(
        en="Keep what is marked so for the police, with the records around it, where nobody else can reach it.",
        nl="Bewaar wat zo gemerkt is voor de politie, met de gegevens eromheen, waar niemand anders erbij kan.",
    )
    say = Said(
        en="Say below, address by address, what you did.",
        nl="Zeg hieronder per adres wat u deed.",
    )
    police = Said(
        en="The police ask this with the hotline, for the addresses that are marked so.",
        nl="De politie vraagt dit met het meldpunt, voor de adressen waar dat bij staat.",
    )
    profile = Said(en="By law profile {profile}.", nl="Volgens rechtskader {profile}.")
    term = Said(en="Time that is left", nl="Tijd die rest")
    sent = Said(en="Sent", nl="Verstuurd")
    to = Said(en="To", nl="Aan")
    count = Said(en="Addresses", nl="Adressen")
    acknowledged = Said(en="Acknowledged", nl="Ontvangst bevestigd")
    not_yet = Said(en="not yet", nl="nog niet")
    acknowledge = Said(en="Acknowledge receipt", nl="Ontvangst bevestigen")
    from_ = Said(en="From", nl="Van")
    addresses = Said(en="Addresses {first} to {last} of {count}", nl="Adressen {first} tot en met {last} van {count}")
    csv = Said(en="Download the whole list as CSV", nl="De hele lijst als CSV")
    number = Said(en="Address {number}", nl="Adres {number}")
    answer = Said(en="What you did", nl="Wat u deed")
    no_answer = Said(en="No answer yet", nl="Nog geen antwoord")
    text = Said(
        en="New address, reason, or mail address of your customer",
        nl="Nieuw adres, reden, of mailadres van uw klant",
    )
    text_hint = Said(
        en="For moved: the new address. For disputed: why. For passed on: the mail address of the customer who runs "
        "the machine. For the other answers it may stay empty.",
        nl="Bij verplaatst: het nieuwe adres. Bij betwist: waarom. Bij doorgegeven: het mailadres van de klant die de "
        "machine beheert. Bij de andere antwoorden mag het leeg blijven.",
    )
    baseline = Said(en="meets INTERPOL's baseline criteria", nl="voldoet aan de baselinecriteria van INTERPOL")
    national = Said(en="illegal by national law", nl="strafbaar naar nationaal recht")
    with_police = Said(en="The police ask with the hotline", nl="De politie vraagt mee")
    keep = Said(en="Keep for the police", nl="Bewaren voor de politie")
    gone = Said(en="Out of reach since {moment}", nl="Ontoegankelijk sinds {moment}")
    save = Said(en="Send these answers", nl="Deze antwoorden sturen")
    all_removed = Said(en="Everything above without an answer is removed", nl="Alles hierboven zonder antwoord is weg")
    pages = Said(en="Pages", nl="Pagina's")
    previous = Said(en="Previous addresses", nl="Vorige adressen")
    following = Said(en="Next addresses", nl="Volgende adressen")
    taken = Said(en="Thank you. {count} answers are recorded.", nl="Dank u. {count} antwoorden zijn vastgelegd.")
    one_taken = Said(en="Thank you. 1 answer is recorded.", nl="Dank u. 1 antwoord is vastgelegd.")
    acknowledged_now = Said(en="Thank you. The receipt is recorded.", nl="Dank u. De ontvangst is vastgelegd.")
    nothing = Said(en="Choose an answer for at least one address.", nl="Kies voor minstens één adres een antwoord.")
    lacks = Said(
        en="Not sent: address {number} needs a new address, a reason, or your customer's mail address.",
        nl="Niet verstuurd: adres {number} heeft een nieuw adres, een reden of het mailadres van uw klant nodig.",
    )
    refused = Said(
        en="Not sent: a mail address cannot be used, or a text is over 2,000 characters.",
        nl="Niet verstuurd: een mailadres is niet bruikbaar, of een tekst is langer dan 2.000 tekens.",
    )
    too_many = Said(
        en="Not sent: this notice was passed on to ten customers already. Write to the hotline.",
        nl="Niet verstuurd: dit verzoek is al aan tien klanten doorgegeven. Schrijf het meldpunt.",
    )
    yours_alone = Said(
        en="The link to this page is yours alone: who has it can answer for you.",
        nl="De link naar deze pagina is alleen voor u: wie hem heeft, kan voor u antwoorden.",
    )
    ended = Said(en="This link opens nothing any more", nl="Deze link opent niets meer")
    ended_what = Said(en="It is not whole, or its time is over.", nl="Hij is niet compleet, of zijn tijd is voorbij.")
    ended_next = Said(
        en="Use the link in the newest message about the notice, or ask the hotline for a new one.",
        nl="Gebruik de link in het nieuwste bericht over het verzoek, of vraag het meldpunt om een nieuwe.",
    )


KINDS: dict[NoticeKind, Said] = {
    NoticeKind.FIRST: Said(
        en="{hotline} asks you to put the material at these addresses out of reach, within {hours} hours.",
        nl="{hotline} vraagt u het materiaal op deze adressen binnen {hours} uur ontoegankelijk te maken.",
    ),
    NoticeKind.AGAIN: Said(
        en="{hotline} asked you before. The material was still there when we last looked: please act at once.",
        nl="{hotline} vroeg het u eerder. Toen wij het laatst keken, was het materiaal er nog: doe dit nu direct.",
    ),
}
