"""The texts of the journal's page."""

from schoon.web._i18n import Said, Words


class JournalWords(Words):
    """Who did what, to what, when."""

    title = Said(en="Journal", nl="Journaal")
    what = Said(
        en="Every step that anybody or anything took, the newest first. Nothing in it can be changed or removed. "
        "Addresses of material, digests and names of reporters are never in it.",
        nl="Elke stap die iemand of iets zette, de nieuwste eerst. Er kan niets in veranderd of verwijderd worden. "
        "Adressen van materiaal, hashes en namen van melders staan er nooit in.",
    )
    subject = Said(en="To what", nl="Waaraan")
    actor = Said(en="By whom", nl="Door wie")
    subject_hint = Said(en="as in item:… or notice:…", nl="zoals item:… of notice:…")
    actor_hint = Said(en="as in person:…", nl="zoals person:…")
    find = Said(en="Show", nl="Tonen")
    when = Said(en="When", nl="Wanneer")
    action = Said(en="What", nl="Wat")
    detail = Said(en="Details", nl="Details")
    csv = Said(en="Download these as CSV", nl="Deze als CSV")
    empty = Said(en="Nothing is written down", nl="Er is niets vastgelegd")
    empty_means = Said(en="No event fits what you asked.", nl="Geen gebeurtenis past bij uw vraag.")
    pages = Said(en="Pages", nl="Pagina's")
    first_page = Said(en="Newest", nl="Nieuwste")
    next_page = Said(en="Older", nl="Ouder")
