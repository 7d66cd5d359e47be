"""The log-in page: its texts and what it shows."""

from dataclasses import dataclass
from typing import ClassVar

from schoon.web._chrome import Chrome
from schoon.web._i18n import Said, Words


class LoginWords(Words):
    """The texts of the log-in page."""

    title = Said(en="Log in", nl="Inloggen")
    what = Said(
        en="This page shows your organisation's hits: files that are on the national hash list, what that proves, and "
        "what you did about them.",
        nl="Hier staan de hits van uw organisatie: bestanden die op de landelijke hashlijst staan, wat dat bewijst, en "
        "wat u eraan deed.",
    )
    token = Said(en="Token", nl="Token")
    token_hint = Said(
        en="The one your checks use (schoon_…), or that of your account (desk_…). It is not stored in your browser.",
        nl="Die van uw controles (schoon_…), of die van uw account (desk_…). Hij wordt niet in uw browser bewaard.",
    )
    go = Said(en="Log in", nl="Inloggen")
    next_title = Said(en="No token?", nl="Geen token?")
    next_what = Said(
        en="The operator of the list gives tokens to members. You stay logged in for eight hours, or until the token "
        "is revoked.",
        nl="De beheerder van de lijst geeft tokens aan deelnemers. U blijft acht uur ingelogd, of tot de token wordt "
        "ingetrokken.",
    )
    fault = Said(en="You are not logged in", nl="U bent niet ingelogd")
    refused = Said(
        en="This token does not work. Check that you pasted all of it. It may have been revoked.",
        nl="Deze token werkt niet. Controleer of u hem helemaal hebt geplakt. Misschien is hij ingetrokken.",
    )
    empty = Said(en="Paste your token.", nl="Plak uw token.")
    too_many = Said(
        en="Too many tokens were refused from your address. Try again in {wait}.",
        nl="Vanaf uw adres zijn te veel tokens geweigerd. Probeer het over {wait} opnieuw.",
    )
    ended = Said(
        en="Your session has ended. Log in again to go on.",
        nl="Uw sessie is afgelopen. Log opnieuw in om verder te gaan.",
    )
    logged_out = Said(en="You are logged out.", nl="U bent uitgelogd.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """Where a visitor gives its token.

    Attributes:
        chrome: What stands around it.
        words: The texts.
        fault: What is wrong with the token given, or empty.
        target: Where to go afterwards: a path of these pages.
    """

    template: ClassVar[str] = "login.html"
    chrome: Chrome
    words: LoginWords
    fault: str
    target: str
