"""The texts of the public pages: plain words, short sentences (level B1)."""

from schoon.reports import Progress
from schoon.web._i18n import Said, Words


class ReportWords(Words):
    """The texts of the form."""

    title = Said(en="Report images of child sexual abuse", nl="Beelden van seksueel misbruik van kinderen melden")
    lead = Said(
        en="Did you see pictures or films of child sexual abuse online? Tell us where. We work to have them taken away "
        "as soon as we can. You do not have to say who you are.",
        nl="Zag u op internet foto's of films van seksueel misbruik van kinderen? Vertel ons waar. Wij laten ze zo "
        "snel als het kan weghalen. U hoeft niet te zeggen wie u bent.",
    )
    danger = Said(
        en="Is a child in danger right now? Call 112 first.", nl="Is een kind nu in gevaar? Bel dan eerst 112."
    )
    danger_else = Said(
        en="Do you know the child, or the person who does this? Call the police: 0900\u20118844 in the Netherlands.",
        nl="Kent u het kind, of de persoon die dit doet? Bel de politie: 0900\u20118844.",
    )
    rules = Said(en="Please note", nl="Let op")
    rule_save = Said(
        en="Do not save, copy or share the images, and take no screenshots. That is a crime, also when you mean well.",
        nl="Bewaar, kopieer of deel de beelden niet. Maak geen screenshot. Dat is strafbaar, ook als u het goed "
        "bedoelt.",
    )
    rule_look = Said(
        en="Do not go looking for more. One address is enough for us.",
        nl="Ga niet zelf verder zoeken. Eén adres is voor ons genoeg.",
    )
    where = Said(en="Where did you see it?", nl="Waar zag u het?")
    where_hint = Said(
        en="Copy the address (the link) of the page or the picture. More than one? Put each on its own line. "
        "Did you see it in an app or a chat? Write the name of the app, and of the group or the person.",
        nl="Kopieer het adres (de link) van de pagina of het beeld. Zijn het er meer? Zet elk adres op een eigen "
        "regel. Zag u het in een app of een chat? Schrijf dan de naam van de app op, en van de groep of de persoon.",
    )
    text = Said(en="What should we know? (not required)", nl="Wat moeten wij weten? (niet verplicht)")
    text_hint = Said(
        en="For example: where on the page it is, or how you came there. Did you need a password? Write it down. "
        "Is it an image of yourself? Tell us that too.",
        nl="Bijvoorbeeld: waar op de pagina het staat, of hoe u er kwam. Was er een wachtwoord nodig? Schrijf het op. "
        "Is het een beeld van uzelf? Vertel dat ook.",
    )
    email = Said(en="Your mail address (not required)", nl="Uw e-mailadres (niet verplicht)")
    email_hint = Said(
        en="Leave this empty to stay anonymous. We only use it if we have a question about your report. It is kept "
        "apart and locked: two of our people have to open it together. We delete it after {days} days.",
        nl="Laat dit leeg als u anoniem wilt blijven. Wij gebruiken het alleen als wij een vraag hebben over uw "
        "melding. Het wordt apart en op slot bewaard: twee van onze mensen moeten het samen openen. Na {days} dagen "
        "wissen wij het.",
    )
    trap = Said(en="Leave this field empty", nl="Laat dit veld leeg")
    go = Said(en="Send the report", nl="Melding versturen")
    then = Said(en="What happens next", nl="Wat er daarna gebeurt")
    then_code = Said(
        en="You get a code. With it you can see how far we are.",
        nl="U krijgt een code. Daarmee kunt u zien hoe ver wij zijn.",
    )
    then_look = Said(
        en="Somebody who is trained for this looks at your report.",
        nl="Iemand die daarvoor is opgeleid, bekijkt uw melding.",
    )
    then_ask = Said(
        en="Are the images against the law? Then we ask the company that has them on its computers to take them away "
        "within 24 hours. If needed we tell the police.",
        nl="Zijn de beelden strafbaar? Dan vragen wij het bedrijf waar ze op de computers staan om ze binnen 24 uur "
        "weg te halen. Als het nodig is, vertellen wij het de politie.",
    )
    then_check = Said(
        en="We go on checking that they are gone, and stay gone.",
        nl="Wij blijven controleren of ze weg zijn, en weg blijven.",
    )
    kept = Said(en="What we keep", nl="Wat wij bewaren")
    kept_what = Said(
        en="We ask only what we need to have the images taken away. What you write is deleted after {days} days. The "
        "address of the images stays, so that we see it if they come back. The internet address of your device is not "
        "kept with your report.",
        nl="Wij vragen alleen wat nodig is om de beelden te laten weghalen. Wat u schrijft, wissen wij na {days} "
        "dagen. Het adres van de beelden blijft, zodat wij het zien als ze terugkomen. Het internetadres van uw "
        "apparaat bewaren wij niet bij uw melding.",
    )
    have_code = Said(en="Do you have a code?", nl="Hebt u een code?")
    to_status = Said(en="See how far your report is", nl="Bekijk hoe ver uw melding is")
    fault = Said(en="Your report is not sent yet", nl="Uw melding is nog niet verstuurd")
    fault_before = Said(en="Error:", nl="Fout:")
    no_place = Said(
        en="Write where you saw it: an address, or the name of the app and the group or person.",
        nl="Schrijf op waar u het zag: een adres, of de naam van de app en de groep of persoon.",
    )
    long_place = Said(
        en="Use at most {most} characters here. You can send a second report.",
        nl="Gebruik hier hooguit {most} tekens. U kunt een tweede melding doen.",
    )
    long_text = Said(en="Use at most {most} characters here.", nl="Gebruik hier hooguit {most} tekens.")
    no_email = Said(
        en="Write a mail address like name@example.org, or leave this empty.",
        nl="Schrijf een e-mailadres zoals naam@example.org, of laat dit leeg.",
    )
    quick = Said(
        en="That was very quick, so we want to be sure that you are a person. Check your report and send it again.",
        nl="Dat ging erg snel. Wij willen zeker weten dat u een mens bent. Kijk uw melding na en verstuur hem opnieuw.",
    )
    slow = Said(
        en="This page was open for a long time. Check your report and send it again.",
        nl="Deze pagina stond lang open. Kijk uw melding na en verstuur hem opnieuw.",
    )
    trapped = Said(
        en="A hidden field was filled in, as programs do. We emptied it. Check your report and send it again.",
        nl="Een verborgen veld was ingevuld, zoals programma's dat doen. Wij hebben het leeggemaakt. Kijk uw melding "
        "na en verstuur hem opnieuw.",
    )
    too_many = Said(
        en="Many reports came from your network. Wait {wait}, then send this one again. Your text is still here.",
        nl="Vanaf uw netwerk kwamen veel meldingen. Wacht {wait} en verstuur deze dan opnieuw. Uw tekst staat er nog.",
    )


class SentWords(Words):
    """The texts after a report."""

    title = Said(en="Thank you. Your report has arrived", nl="Dank u. Uw melding is aangekomen")
    code = Said(en="Your code", nl="Uw code")
    code_hint = Said(
        en="Write it down or print this page. We cannot send it to you again.",
        nl="Schrijf hem op of druk deze pagina af. Wij kunnen hem niet nog een keer geven.",
    )
    one = Said(en="We took 1 address.", nl="Wij hebben 1 adres opgenomen.")
    some = Said(en="We took {count} addresses.", nl="Wij hebben {count} adressen opgenomen.")
    words = Said(
        en="Somebody will read what you wrote, because we found no address in it that we can use at once.",
        nl="Iemand leest wat u schreef, want wij vonden er geen adres in dat wij meteen kunnen gebruiken.",
    )
    refused = Said(
        en="{count} could not be used at once. Somebody will read it.",
        nl="{count} konden wij niet meteen gebruiken. Iemand leest het.",
    )
    go_on = Said(en="What you can do now", nl="Wat u nu kunt doen")
    to_status = Said(en="See how far your report is", nl="Bekijk hoe ver uw melding is")
    again = Said(en="Report something else", nl="Nog iets melden")
    upset = Said(en="Did this upset you?", nl="Bent u hiervan geschrokken?")
    upset_what = Said(
        en="That is normal. Talk about it with somebody you trust, or with your doctor. Close the page with the "
        "images, and do not go back to look whether they are gone: we do that.",
        nl="Dat is normaal. Praat erover met iemand die u vertrouwt, of met uw huisarts. Sluit de pagina met de "
        "beelden, en ga niet terug om te kijken of ze weg zijn: dat doen wij.",
    )


class StatusWords(Words):
    """The texts of asking how far a report is."""

    title = Said(en="How far is your report?", nl="Hoe ver is uw melding?")
    what = Said(
        en="Type the code that you saw after you sent your report.",
        nl="Typ de code die u zag nadat u uw melding had verstuurd.",
    )
    code = Said(en="Code", nl="Code")
    code_hint = Said(
        en="Four groups of four letters and digits. Capitals and hyphens do not matter.",
        nl="Vier groepjes van vier letters en cijfers. Hoofdletters en streepjes maken niet uit.",
    )
    go = Said(en="Show", nl="Bekijk")
    fault = Said(en="We cannot show it yet", nl="Wij kunnen het nog niet laten zien")
    fault_before = Said(en="Error:", nl="Fout:")
    empty = Said(en="Type your code.", nl="Typ uw code.")
    unknown = Said(
        en="No report has this code. Check it: a code has the letters a to z and the digits 2 to 7, so no zero and "
        "no 1.",
        nl="Geen melding heeft deze code. Kijk hem na: in een code staan de letters a tot en met z en de cijfers 2 "
        "tot en met 7, dus geen nul en geen 1.",
    )
    too_many = Said(
        en="Many questions came from your network. Wait {wait} and try again.",
        nl="Vanaf uw netwerk kwamen veel vragen. Wacht {wait} en probeer het opnieuw.",
    )
    steps = Said(en="The steps of a report", nl="De stappen van een melding")
    here = Said(en="here we are now", nl="hier zijn wij nu")
    why_so_little = Said(en="Why we do not say more", nl="Waarom wij niet meer zeggen")
    why_so_little_what = Said(
        en="We tell everybody the same three steps. So nobody can use this page to find out what we know, or what the "
        "police are doing.",
        nl="Wij noemen voor iedereen dezelfde drie stappen. Zo kan niemand met deze pagina uitvinden wat wij weten, of "
        "wat de politie doet.",
    )
    to_report = Said(en="Report something else", nl="Nog iets melden")


PROGRESS: dict[Progress, tuple[Said, Said]] = {
    Progress.RECEIVED: (
        Said(en="Received", nl="Ontvangen"),
        Said(
            en="Your report is with us. Somebody is going to look at it. You do not have to do anything.",
            nl="Uw melding is bij ons. Iemand gaat ernaar kijken. U hoeft niets te doen.",
        ),
    ),
    Progress.IN_HAND: (
        Said(en="We are working on it", nl="Wij zijn ermee bezig"),
        Said(
            en="Somebody looked at your report and took it further. You do not have to do anything.",
            nl="Iemand heeft uw melding bekeken en is ermee verdergegaan. U hoeft niets te doen.",
        ),
    ),
    Progress.DONE: (
        Said(en="Done", nl="Klaar"),
        Said(
            en="We did what we can. The images are gone, or another country takes it on, or it was not against the "
            "law.",
            nl="Wij hebben gedaan wat wij kunnen. De beelden zijn weg, of een ander land pakt het op, of het was niet "
            "strafbaar.",
        ),
    ),
}
"""What each step is called, and what it means for who reported."""
