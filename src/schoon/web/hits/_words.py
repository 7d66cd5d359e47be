"""The texts of the hits' pages, Dutch and English side by side."""

from schoon.web._i18n import Said, Words


class ListWords(Words):
    """The list of hits, and the step before several are marked at once."""

    title = Said(en="Hits", nl="Hits")
    filters = Said(en="Show", nl="Toon")
    open = Said(en="To do", nl="Te doen")
    overdue = Said(en="Overdue", nl="Te laat")
    disputed = Said(en="Disputed", nl="Betwist")
    acted = Said(en="Done", nl="Gedaan")
    restore = Said(en="Restore offered", nl="Mag terug")
    review = Said(en="For review", nl="Te beoordelen")
    all = Said(en="All", nl="Alles")

    hit = Said(en="Hit", nl="Hit")
    state = Said(en="State", nl="Stand")
    clock = Said(en="Deadline", nl="Termijn")
    proof = Said(en="Proof", nl="Bewijs")
    category = Said(en="Category", nl="Categorie")
    supplier = Said(en="From", nl="Van")
    sightings = Said(en="Seen, times", nl="Gezien, keer")
    opened = Said(en="First seen", nl="Eerst gezien")
    select = Said(en="Select hit {hit}", nl="Selecteer hit {hit}")
    select_column = Said(en="Select", nl="Selecteer")
    select_all = Said(en="Select all on this page", nl="Selecteer alles op deze pagina")
    caption = Said(en="Your hits: {filter}", nl="Uw hits: {filter}")

    mark_selected = Said(en="Mark what you selected as", nl="Markeer wat u hebt geselecteerd als")
    removed = Said(en="Removed", nl="Verwijderd")
    quarantined = Said(en="Quarantined", nl="In quarantaine")
    selected = Said(en="selected", nl="geselecteerd")
    older = Said(en="Next page", nl="Volgende pagina")
    first = Said(en="First page", nl="Eerste pagina")
    pages = Said(en="Pages", nl="Pagina's")
    csv = Said(en="This table as CSV", nl="Deze tabel als CSV")
    legend = Said(en="What the words mean", nl="Wat de woorden betekenen")

    empty_open = Said(en="Nothing to do", nl="Niets te doen")
    empty_open_what = Said(
        en="No hit waits for you. When a check finds a file that is on the list, it appears here and its clock starts.",
        nl="Er wacht geen hit op u. Vindt een controle een bestand dat op de lijst staat, dan komt het hier en begint "
        "de termijn.",
    )
    empty = Said(en="No hits here", nl="Hier zijn geen hits")
    empty_what = Said(
        en="There are hits in this state when something happens that leads to it.",
        nl="Hier staan hits zodra er iets gebeurt dat daartoe leidt.",
    )
    empty_all = Said(en="No hits yet", nl="Nog geen hits")
    empty_all_what = Said(
        en="Hits appear here when a check finds a file that is on the list. Checks that find nothing are not kept.",
        nl="Hits komen hier als een controle een bestand vindt dat op de lijst staat. Controles die niets vinden, "
        "worden niet bewaard.",
    )

    sure_title = Said(en="Check before you mark", nl="Controleer voordat u markeert")
    sure_removed_one = Said(
        en="You say that the file of this hit is removed.", nl="U zegt dat het bestand van deze hit is verwijderd."
    )
    sure_removed = Said(
        en="You say that the files of these {count} hits are removed.",
        nl="U zegt dat de bestanden van deze {count} hits zijn verwijderd.",
    )
    sure_quarantined_one = Said(
        en="You say that the file of this hit is in quarantine.",
        nl="U zegt dat het bestand van deze hit in quarantaine staat.",
    )
    sure_quarantined = Said(
        en="You say that the files of these {count} hits are in quarantine.",
        nl="U zegt dat de bestanden van deze {count} hits in quarantaine staan.",
    )
    sure_what = Said(
        en="This is recorded with the time and your token, and their deadlines end. It cannot be taken back.",
        nl="Dit wordt vastgelegd met de tijd en uw token, en de termijnen eindigen. U kunt het niet terugdraaien.",
    )
    sure_which = Said(en="The hits", nl="De hits")
    sure_removed_go = Said(en="Mark as removed", nl="Markeer als verwijderd")
    sure_quarantined_go = Said(en="Mark as quarantined", nl="Markeer als in quarantaine")
    back = Said(en="Back, change nothing", nl="Terug, verander niets")


class OutcomeWords(Words):
    """What is said once after something was done."""

    removed_one = Said(en="Marked as removed.", nl="Gemarkeerd als verwijderd.")
    removed = Said(en="{count} hits marked as removed.", nl="{count} hits gemarkeerd als verwijderd.")
    quarantined_one = Said(en="Marked as quarantined.", nl="Gemarkeerd als in quarantaine.")
    quarantined = Said(en="{count} hits marked as quarantined.", nl="{count} hits gemarkeerd als in quarantaine.")
    restored_one = Said(en="Marked as restored.", nl="Gemarkeerd als teruggezet.")
    restored = Said(en="{count} hits marked as restored.", nl="{count} hits gemarkeerd als teruggezet.")
    disputed_one = Said(
        en="Your dispute is recorded. The deadline stands still.",
        nl="Uw betwisting is vastgelegd. De termijn staat stil.",
    )
    disputed = Said(en="{count} disputes recorded.", nl="{count} betwistingen vastgelegd.")
    unchanged_one = Said(
        en="That had been done before; nothing changed.", nl="Dat was al gedaan; er is niets veranderd."
    )
    unchanged = Said(en="{count} had been marked so before.", nl="{count} waren al zo gemarkeerd.")
    refused_one = Said(
        en="That is not possible in the state the hit is in now. Nothing changed.",
        nl="Dat kan niet in de stand waarin de hit nu is. Er is niets veranderd.",
    )
    refused = Said(
        en="{count} were left as they were: it is not possible in their state.",
        nl="{count} zijn gebleven zoals ze waren: in hun stand kan dit niet.",
    )
    nothing_selected = Said(en="Select one or more hits first.", nl="Selecteer eerst een of meer hits.")


class DisputeWords(Words):
    """Saying that a hit is wrong."""

    title = Said(en="Is this hit wrong?", nl="Klopt deze hit niet?")
    what = Said(
        en="You can dispute it. You do not have to look at the file for that.",
        nl="Dan kunt u hem betwisten. U hoeft het bestand daarvoor niet te bekijken.",
    )
    reason = Said(en="Why do you think it is wrong?", nl="Waarom denkt u dat hij niet klopt?")
    reason_hint = Said(
        en="At least 10 characters. Do not write names, addresses or links.",
        nl="Minstens 10 tekens. Schrijf geen namen, adressen of links op.",
    )
    next_title = Said(en="What happens next", nl="Wat er daarna gebeurt")
    next_pause = Said(en="The deadline stands still from now on.", nl="De termijn staat vanaf nu stil.")
    next_who = Said(
        en="Your reasons go to the operator of the list and the organisations that confirmed the entry.",
        nl="Uw redenen gaan naar de beheerder van de lijst en de organisaties die de vermelding hebben bevestigd.",
    )
    next_when = Said(
        en="You get an answer with reasons within five working days: by {when} at the latest.",
        nl="U krijgt binnen vijf werkdagen een antwoord met redenen: uiterlijk {when}.",
    )
    next_right = Said(
        en="If you are right, the entry is suspended for everybody. If not, the deadline goes on with the time that "
        "was left.",
        nl="Hebt u gelijk, dan wordt de vermelding voor iedereen opgeschort. Zo niet, dan loopt de termijn verder met "
        "de tijd die over was.",
    )
    open = Said(en="Dispute this hit", nl="Deze hit betwisten")
    go_on = Said(en="Go on", nl="Verder")
    too_short = Said(
        en="Write at least 10 characters, so that others can judge your reasons.",
        nl="Schrijf minstens 10 tekens, zodat anderen uw redenen kunnen beoordelen.",
    )
    too_long = Said(en="Write at most 2,000 characters.", nl="Schrijf hoogstens 2.000 tekens.")
    fault = Said(en="The dispute is not sent yet", nl="De betwisting is nog niet verstuurd")

    check_title = Said(en="Check before you send", nl="Controleer voordat u verstuurt")
    check_what = Said(en="This is what will be sent, word for word.", nl="Dit wordt verstuurd, woord voor woord.")
    check_hit = Said(en="Hit", nl="Hit")
    check_reason = Said(en="Your reasons", nl="Uw redenen")
    send = Said(en="Send the dispute", nl="Verstuur de betwisting")
    change = Said(en="Back, change it", nl="Terug, wijzig het")


class StatementWords(Words):
    """The statement of reasons for the member's customer."""

    title = Said(en="Statement of reasons", nl="Motivering")
    what = Said(
        en="When you take a customer's file away, you owe the customer a statement of reasons (Digital Services Act, "
        "article 17). This is a text that you can send.",
        nl="Haalt u een bestand van een klant weg, dan moet u de klant laten weten waarom "
        "(digitaledienstenverordening, artikel 17). Dit is een tekst die u kunt sturen.",
    )
    open = Said(en="Open the statement", nl="Open de motivering")
    download = Said(en="Download as text", nl="Download als tekst")
    held = Said(
        en="The police asked to hold this statement back. Do not tell your customer yet.",
        nl="De politie heeft gevraagd deze motivering vast te houden. Vertel uw klant nog niets.",
    )
    held_since = Said(en="Since {when}.", nl="Sinds {when}.")
    later = Said(
        en="It is ready as soon as you have said here what you did with the file.",
        nl="Hij staat klaar zodra u hier hebt gemeld wat u met het bestand hebt gedaan.",
    )
    in_language = Said(en="Language of the statement", nl="Taal van de motivering")
    back = Said(en="Back to the hit", nl="Terug naar de hit")
