"""What a hoster says of one address, in words; the same for the hoster and at the desk."""

from schoon.notices import Answer
from schoon.web._i18n import Said

ANSWERS: dict[Answer, Said] = {
    Answer.REMOVED: Said(en="Removed", nl="Verwijderd"),
    Answer.NOT_OURS: Said(en="Not ours", nl="Niet van ons"),
    Answer.MOVED_TO: Said(en="Moved to", nl="Verplaatst naar"),
    Answer.DISPUTED: Said(en="Disputed", nl="Betwist"),
    Answer.PASSED_ON: Said(en="Passed on to our customer", nl="Doorgegeven aan onze klant"),
}
"""In the order of the page."""
