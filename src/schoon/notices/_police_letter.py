"""What the police read; in Dutch, for the police of the country, with what is asked in English behind it."""

from schoon.notices._message_types import NoticeSender
from schoon.notices._police_types import PoliceReferral


def referral_letter(referral: PoliceReferral, sender: NoticeSender) -> tuple[str, str]:
    """Subject and text of a referral. The subject says nothing of the case."""
    subject = f"{sender.organisation}: {referral.referral_id}"
    parts = [
        f"Doorverwijzing {referral.referral_id} van {sender.organisation}, {referral.opened_at:%Y-%m-%d %H:%M} UTC.",
        f"Reden:\n{referral.reasons}",
        "Adressen:",
        *(_line(place, referral) for place in range(len(referral.lines))),
        f"Vragen: {sender.email}.",
    ]
    return subject, "\n\n".join(parts) + "\n"


def _line(place: int, referral: PoliceReferral) -> str:
    line = referral.lines[place]
    first = "geen verzoek verstuurd"
    if line.first_noticed_at is not None:
        first = f"{line.notices} verzoeken, het eerste {line.first_noticed_at:%Y-%m-%d %H:%M} UTC"
    return f"{place + 1}. {line.url}\n   {first}; item {line.item_id}"
