"""The texts of the page of one hit."""

from schoon.web._i18n import Said, Words


class HitWords(Words):
    """One hit: what matched, what that proves, what was done and can be done."""

    name = Said(en="Hit {hit}", nl="Hit {hit}")
    back = Said(en="All hits", nl="Alle hits")
    found_strong = Said(en="A file of yours is on the list", nl="Een bestand van u staat op de lijst")
    found_weak = Said(
        en="A file of yours is very likely on the list", nl="Een bestand van u staat zeer waarschijnlijk op de lijst"
    )
    found_perceptual = Said(
        en="A picture of yours looks like one on the list",
        nl="Een afbeelding van u lijkt op een afbeelding van de lijst",
    )
    found_review = Said(en="A file of yours may be on the list", nl="Een bestand van u staat misschien op de lijst")
    found_withdrawn = Said(
        en="The entry behind this hit left the list", nl="De vermelding achter deze hit is van de lijst af"
    )

    proves = Said(en="What this proves", nl="Wat dit bewijst")
    proves_review = Said(
        en="This is not proven. For example, only one organisation has confirmed the entry so far, or the hashes of "
        "your file contradict each other.",
        nl="Dit is niet bewezen. Misschien heeft nog maar één organisatie de vermelding bevestigd, of spreken de "
        "hashes van uw bestand elkaar tegen.",
    )
    unseen = Said(
        en="Nobody at Schoon has seen your file. Only its hash was compared.",
        nl="Niemand bij Schoon heeft uw bestand gezien. Alleen de hash is vergeleken.",
    )
    proof = Said(en="Proof", nl="Bewijs")
    by_hash = Said(en="Matched by", nl="Gevonden met")
    category = Said(en="Category", nl="Categorie")
    supplier = Said(en="From", nl="Van")
    list_version = Said(en="List version", nl="Lijstversie")
    opened = Said(en="First seen", nl="Eerst gezien")
    last_seen = Said(en="Last seen", nl="Laatst gezien")
    reopened = Said(
        en="You closed a hit on the same entry before. This one opened because it was seen again.",
        nl="U hebt eerder een hit op dezelfde vermelding afgesloten. Deze is geopend omdat hij opnieuw is gezien.",
    )

    todo = Said(en="What to do", nl="Wat u moet doen")
    todo_strong = Said(
        en="Put the file out of reach: remove it, or put it in quarantine. Say so here. You do not need to open it.",
        nl="Maak het bestand onbereikbaar: verwijder het, of zet het in quarantaine. Meld dat hier. U hoeft het niet "
        "te openen.",
    )
    todo_weak = Said(
        en="Put the file in quarantine and say so here. Do not delete it on this match alone. Check it again with its "
        "SHA-256: that gives certainty.",
        nl="Zet het bestand in quarantaine en meld dat hier. Wis het niet op grond van alleen deze overeenkomst. "
        "Controleer het opnieuw met de SHA-256: die geeft zekerheid.",
    )
    todo_perceptual = Said(
        en="Put the file in quarantine and say so here. Do not delete it on this match alone. You do not need to look "
        "at it; if you think the match is wrong, dispute it.",
        nl="Zet het bestand in quarantaine en meld dat hier. Wis het niet op grond van alleen deze overeenkomst. U "
        "hoeft het niet te bekijken; denkt u dat het niet klopt, betwist de hit dan.",
    )
    todo_review = Said(
        en="Nothing has to be done, and nothing may be deleted because of it. You may put the file in quarantine, or "
        "check it again with all its hashes.",
        nl="U hoeft niets te doen, en er mag niets om gewist worden. U mag het bestand in quarantaine zetten, of het "
        "opnieuw controleren met alle hashes.",
    )
    todo_waiting = Said(en="Nothing for now. The deadline stands still.", nl="Nu even niets. De termijn staat stil.")
    todo_done = Said(en="Nothing more. This hit is closed.", nl="Niets meer. Deze hit is afgesloten.")
    todo_quarantined = Said(
        en="Nothing more is asked. If you remove the file later, you can say so here.",
        nl="Er wordt niets meer gevraagd. Verwijdert u het bestand later, dan kunt u dat hier melden.",
    )
    todo_withdrawn = Said(
        en="Nothing. The entry is no longer on the list.", nl="Niets. De vermelding staat niet meer op de lijst."
    )
    todo_restore = Said(
        en="The entry was withdrawn, so the reason to take the file away is gone. You may put it back. Say so here "
        "when you have done it, and tell your customer.",
        nl="De vermelding is ingetrokken, dus de reden om het bestand weg te halen is vervallen. U mag het "
        "terugzetten. Meld het hier als dat gedaan is, en laat het uw klant weten.",
    )
    restore_title = Said(en="You may put the file back", nl="U mag het bestand terugzetten")
    note = Said(en="Note for yourself (optional)", nl="Notitie voor uzelf (niet verplicht)")
    note_hint = Said(
        en="For example a ticket number. No names, addresses or links.",
        nl="Bijvoorbeeld een ticketnummer. Geen namen, adressen of links.",
    )
    removed = Said(en="I removed it", nl="Ik heb het verwijderd")
    quarantined = Said(en="It is in quarantine", nl="Het staat in quarantaine")
    restored = Said(en="I put it back", nl="Ik heb het teruggezet")
    recorded = Said(
        en="What you say here is recorded and cannot be taken back.",
        nl="Wat u hier meldt, wordt vastgelegd en kan niet terug.",
    )

    clock = Said(en="Deadline", nl="Termijn")
    term = Said(en="Where this deadline comes from", nl="Waar deze termijn vandaan komt")
    term_what = Said(
        en="Your member agreement ({version}) gives you {length} from the moment a listed file is found. A first "
        "dispute makes the clock stand still.",
        nl="Uw deelnemersovereenkomst ({version}) geeft u {length} vanaf het moment dat een bestand op de lijst is "
        "gevonden. Bij een eerste betwisting staat de klok stil.",
    )

    files = Said(en="Your files", nl="Uw bestanden")
    files_what = Said(
        en="By your own references. Schoon knows no names, paths or addresses of files.",
        nl="Volgens uw eigen verwijzingen. Schoon kent geen namen, paden of adressen van bestanden.",
    )
    files_none = Said(
        en="No references were sent with the checks. You can send them later with the API.",
        nl="Bij deze controles zijn geen verwijzingen meegestuurd. Dat kan later nog met de API.",
    )
    files_some = Said(
        en="The newest {shown} of {count} references.",
        nl="De nieuwste {shown} van {count} verwijzingen.",
    )
    file_ref = Said(en="Your reference", nl="Uw verwijzing")
    first = Said(en="First seen", nl="Eerst gezien")
    last = Said(en="Last seen", nl="Laatst gezien")
    times = Said(en="Times", nl="Keer")
    csv = Said(en="This table as CSV", nl="Deze tabel als CSV")

    history = Said(en="What happened", nl="Wat er gebeurde")
    history_csv = Said(en="Actions and answers as CSV", nl="Acties en antwoorden als CSV")
    by = Said(en="by {who}", nl="door {who}")
    event_opened = Said(en="First seen; the hit was opened", nl="Eerst gezien; de hit is geopend")
    event_reopened = Said(
        en="Seen again after an earlier hit; this hit was opened",
        nl="Opnieuw gezien na een eerdere hit; deze hit is geopend",
    )
    event_overdue = Said(en="The deadline passed", nl="De termijn is verstreken")
    event_withdrawn = Said(en="The entry left the list", nl="De vermelding is van de lijst af")
    event_removed = Said(en="You said: removed", nl="U meldde: verwijderd")
    event_quarantined = Said(en="You said: in quarantine", nl="U meldde: in quarantaine")
    event_restored = Said(en="You said: put back", nl="U meldde: teruggezet")
    event_disputed = Said(en="You disputed this hit", nl="U betwistte deze hit")
    event_upheld = Said(en="Answer: you are right", nl="Antwoord: u hebt gelijk")
    event_rejected = Said(en="Answer: the hit stands", nl="Antwoord: de hit blijft staan")

    dispute_due = Said(en="An answer is due by", nl="Het antwoord komt uiterlijk")
