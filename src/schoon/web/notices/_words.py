"""The texts of the desk's pages of notices, clocks and disputes."""

from enum import StrEnum

from schoon.norms import Step
from schoon.notices import ChannelKind, DeliveryState, NoticeKind, ReturnAction
from schoon.web._i18n import Said, Words


class Shown(StrEnum):
    """Which notices the table shows."""

    OPEN = "open"
    SENT = "sent"
    FAILED = "failed"


class Due(StrEnum):
    """Which clocks the table shows."""

    OVERDUE = "overdue"
    SOON = "soon"
    ALL = "all"


class HostersWords(Words):
    """The texts of the hosters' page."""

    title = Said(en="Hosters", nl="Hosters")
    what = Said(
        en="As traces found them; those that need somebody to look come first. The command schoon notice hosters "
        "change changes one.",
        nl="Zoals het nagaan hen vond; bij wie iemand moet kijken, staat eerst. De opdracht schoon notice hosters "
        "change wijzigt er een.",
    )
    finding = Said(
        en="{count} still there after the term, at {hosters}, in {days} days",
        nl="{count} na de termijn nog aanwezig, bij {hosters}, in {days} dagen",
    )
    one_address = Said(en="1 address", nl="1 adres")
    addresses = Said(en="{count} addresses", nl="{count} adressen")
    one_hoster = Said(en="1 hoster", nl="1 hoster")
    hosters = Said(en="{count} hosters", nl="{count} hosters")
    all_gone = Said(
        en="Nothing is still there after its term, in {days} days",
        nl="Niets is na zijn termijn nog aanwezig, in {days} dagen",
    )
    became = Said(en="What became of addresses, by hoster", nl="Wat er van adressen werd, per hoster")
    became_how = Said(
        en="Counted is each address of each first notice that was sent in the past {days} days. Bars have one "
        "scale. Who has most still there after the term comes first.",
        nl="Geteld is elk adres van elk eerste verzoek dat in de afgelopen {days} dagen is verstuurd. De balken hebben "
        "één schaal. Bij wie na de termijn het meeste nog aanwezig is, staat eerst.",
    )
    left_out = Said(
        en="Shown are the first {shown} of {count} hosters.", nl="Getoond zijn de eerste {shown} van {count} hosters."
    )
    drawn = Said(en="To scale", nl="Op schaal")
    everybody = Said(en="Everybody who gets notices", nl="Iedereen die verzoeken krijgt")
    hoster = Said(en="Hoster", nl="Hoster")
    contact = Said(en="Contact", nl="Contact")
    channel = Said(en="Channel", nl="Kanaal")
    account = Said(en="Organisation", nl="Organisatie")
    compared = Said(en="Own list", nl="Eigen lijst")
    known = Said(en="Known since", nl="Bekend sinds")
    standing = Said(en="Standing", nl="Stand")
    bouncing = Said(en="Mail comes back", nl="Post komt terug")
    new = Said(en="New, not reviewed", nl="Nieuw, nog niet bekeken")
    works = Said(en="In use", nl="In gebruik")
    rows = Said(en="{count} unlike ours", nl="{count} anders dan bij ons")
    alike = Said(en="as ours", nl="als bij ons")
    empty = Said(en="No hoster yet", nl="Nog geen hoster")
    empty_means = Said(
        en="The first appears when an item that is to be taken down is traced.",
        nl="De eerste verschijnt zodra van een item dat weg moet, is nagegaan wie het host.",
    )


class MovedWords(Words):
    """The texts of the page of changed attribution."""

    title = Said(en="Moved to another hoster", nl="Verhuisd naar een andere hoster")
    what = Said(
        en="Items that a notice to another hoster asks for now, the newest first: a trace found them elsewhere, or who "
        "was told passed them on. Each hoster has a clock of its own.",
        nl="Items waar nu een andere hoster om gevraagd wordt, de nieuwste eerst: het nagaan vond ze elders, of wie "
        "het verzoek kreeg gaf het door. Elke hoster heeft een eigen klok.",
    )
    item = Said(en="Item", nl="Item")
    before = Said(en="Was at", nl="Stond bij")
    now = Said(en="Is at", nl="Staat bij")
    notice = Said(en="Notice", nl="Verzoek")
    because = Said(en="Because", nl="Omdat")
    when = Said(en="When", nl="Wanneer")
    traced = Said(en="a trace found it there", nl="het nagaan vond het daar")
    passed_on = Said(en="it was passed on", nl="het is doorgegeven")
    pages = Said(en="Pages", nl="Pagina's")
    first_page = Said(en="Newest", nl="Nieuwste")
    next_page = Said(en="Older", nl="Ouder")
    empty = Said(en="Nothing has moved", nl="Niets is verhuisd")
    empty_means = Said(
        en="An item stands here when another hoster than before has it.",
        nl="Een item staat hier zodra een andere hoster dan eerst het heeft.",
    )


class NoticeWords(Words):
    """The texts of the notices' pages."""

    title = Said(en="Notices: {filter}", nl="Verzoeken: {filter}")
    filters = Said(en="Which notices", nl="Welke verzoeken")
    notice = Said(en="Notice", nl="Verzoek")
    hoster = Said(en="Hoster", nl="Hoster")
    kind = Said(en="Kind", nl="Soort")
    items = Said(en="Items", nl="Items")
    clock = Said(en="Clock", nl="Klok")
    delivery = Said(en="Delivery", nl="Bezorging")
    since = Said(en="Opened", nl="Geopend")
    empty = Said(en="No notice here", nl="Hier is geen verzoek")
    empty_means = Said(
        en="A notice is made by itself when an item that is to be taken down has a hoster.",
        nl="Een verzoek ontstaat vanzelf zodra een item dat weg moet een hoster heeft.",
    )
    not_set = Said(
        en="Nothing can be sent yet: this installation does not say who sends notices. See docs/operators/desk.md.",
        nl="Er kan nog niets weg: deze installatie zegt niet wie verzoeken stuurt. Zie docs/operators/desk.md.",
    )
    pages = Said(en="Pages", nl="Pagina's")
    first_page = Said(en="First page", nl="Eerste pagina")
    next_page = Said(en="Next page", nl="Volgende pagina")
    gathering = Said(en="Gathering, goes out {moment}", nl="Verzamelt, gaat weg {moment}")
    on_its_way = Said(en="On its way", nl="Onderweg")
    sent = Said(en="Sent", nl="Verstuurd")
    delivered = Said(en="Delivered", nl="Bezorgd")
    seen = Said(en="Seen", nl="Gezien")
    acknowledged = Said(en="Acknowledged", nl="Bevestigd")
    failed = Said(en="Failed", nl="Mislukt")
    nothing_left = Said(en="Nothing was left to ask", nl="Er was niets meer te vragen")

    all = Said(en="All notices", nl="Alle verzoeken")
    contact = Said(en="Contact", nl="Contact")
    channel = Said(en="Channel", nl="Kanaal")
    profile = Said(en="Law profile", nl="Rechtskader")
    times = Said(en="Times", nl="Tijden")
    opened = Said(en="Opened", nl="Geopend")
    closes = Said(en="Goes out", nl="Gaat weg")
    text_sent = Said(en="What was sent", nl="Wat er is verstuurd")
    text_ready = Said(en="What is on its way", nl="Wat er onderweg is")
    text_to_be = Said(en="What will be sent", nl="Wat er verstuurd wordt")
    text_hint = Said(
        en="Hosts are traced anew just before sending: items that moved to another hoster are dropped then, and IP "
        "addresses and networks are filled in.",
        nl="Vlak voor het versturen wordt opnieuw nagegaan wie host: items die verhuisd zijn, vallen dan af, en "
        "IP-adressen en netwerken worden ingevuld.",
    )
    more_attached = Said(
        en="{count} more reports like these go with it, one for each address.",
        nl="Er gaan nog {count} van zulke rapporten mee, een per adres.",
    )
    link_hint = Said(
        en="The hoster's own link is not shown here: who has it can answer for the hoster.",
        nl="De eigen link van de hoster staat hier niet: wie hem heeft, kan voor de hoster antwoorden.",
    )
    no_text = Said(
        en="No message was written. Nothing was left to ask, or nothing can be sent yet.",
        nl="Er is geen bericht geschreven. Er was niets meer te vragen, of er kan nog niets weg.",
    )
    by_page = Said(
        en="Nothing is mailed: this hoster reads the notice at its own page.",
        nl="Er gaat geen mail: deze hoster leest het verzoek op een eigen pagina.",
    )
    subject = Said(en="Subject", nl="Onderwerp")
    deliveries = Said(en="Deliveries", nl="Bezorgingen")
    no_deliveries = Said(en="None yet.", nl="Nog geen.")
    attempts = Said(en="{state}, attempts: {count}", nl="{state}, pogingen: {count}")
    returns = Said(en="What came back", nl="Wat terugkwam")
    answers = Said(en="Items and answers", nl="Items en antwoorden")
    answer = Said(en="Answer", nl="Antwoord")
    no_answer = Said(en="none", nl="geen")
    gone = Said(en="Out of reach", nl="Ontoegankelijk")
    item = Said(en="Item", nl="Item")
    text = Said(en="With", nl="Met")
    shown_of = Said(en="The first {shown} of {count} items.", nl="De eerste {shown} van {count} items.")

    send = Said(en="Send now", nl="Nu versturen")
    sure = Said(en="Send this notice now?", nl="Dit verzoek nu versturen?")
    sure_what = Said(
        en="The hoster is asked to put {count} addresses out of reach within {hours} hours. What is sent cannot be "
        "taken back.",
        nl="De hoster wordt gevraagd {count} adressen binnen {hours} uur ontoegankelijk te maken. Wat verstuurd is, "
        "kan niet terug.",
    )
    sure_what_one = Said(
        en="The hoster is asked to put 1 address out of reach within {hours} hours. What is sent cannot be taken back.",
        nl="De hoster wordt gevraagd 1 adres binnen {hours} uur ontoegankelijk te maken. Wat verstuurd is, kan niet "
        "terug.",
    )
    otherwise = Said(en="Otherwise it goes out", nl="Anders gaat het weg")
    back = Said(en="Not yet", nl="Nog niet")
    hurried = Said(en="It goes out within a minute.", nl="Het gaat binnen een minuut weg.")
    too_late = Said(en="It is on its way already.", nl="Het is al onderweg.")


class TimeRunsWords(Words):
    """The texts of the clocks' page."""

    title = Said(en="Clocks: {filter}", nl="Klokken: {filter}")
    filters = Said(en="Which clocks", nl="Welke klokken")
    item = Said(en="Item", nl="Item")
    hoster = Said(en="Hoster", nl="Hoster")
    notice = Said(en="Notice", nl="Verzoek")
    clock = Said(en="Clock", nl="Klok")
    step = Said(en="Last step", nl="Laatste stap")
    note = Said(en="Note", nl="Let op")
    disputed = Said(en="Disputed", nl="Betwist")
    paused = Said(en="Steps wait", nl="Stappen wachten")
    no_step = Said(en="none yet", nl="nog geen")
    empty = Said(en="No clock here", nl="Hier is geen klok")
    empty_means = Said(
        en="No item has a deadline that stands so. Clocks start when a notice is sent.",
        nl="Geen item heeft een termijn die zo staat. Klokken starten als een verzoek is verstuurd.",
    )
    pages = Said(en="Pages", nl="Pagina's")
    first_page = Said(en="First page", nl="Eerste pagina")
    next_page = Said(en="Next page", nl="Volgende pagina")


class DisputeWords(Words):
    """The texts of the disputes' page."""

    title = Said(en="Disputes", nl="Betwistingen")
    what = Said(
        en="A hoster says that an item is not what it was judged to be. Its clock runs on; steps that accuse wait for "
        "your answer. Upheld, the item is not illegal and nothing more is asked.",
        nl="Een hoster zegt dat een item niet is wat is beoordeeld. De klok loopt door; stappen die beschuldigen "
        "wachten op uw antwoord. Gegrond: het item is niet strafbaar en er wordt niets meer gevraagd.",
    )
    empty = Said(en="No dispute waits", nl="Er wacht geen betwisting")
    by_lead = Said(en="A lead answers it.", nl="Een leidinggevende beantwoordt haar.")
    heading = Said(en="Dispute {number}", nl="Betwisting {number}")
    item = Said(en="Item", nl="Item")
    notice = Said(en="Notice", nl="Verzoek")
    said = Said(en="The hoster says", nl="De hoster zegt")
    came = Said(en="Came in", nl="Binnengekomen")
    outcome = Said(en="Your answer", nl="Uw antwoord")
    upheld = Said(en="Upheld: the item is not illegal", nl="Gegrond: het item is niet strafbaar")
    rejected = Said(en="Rejected: the notice stands", nl="Ongegrond: het verzoek blijft staan")
    reason = Said(en="Reason", nl="Reden")
    reason_hint = Said(
        en="10 characters or more. It is kept with the dispute.", nl="10 tekens of meer. Het blijft bij de betwisting."
    )
    save = Said(en="Record the answer", nl="Antwoord vastleggen")
    lacks = Said(
        en="Choose an answer and give a reason of 10 characters or more.",
        nl="Kies een antwoord en geef een reden van 10 tekens of meer.",
    )
    done = Said(en="Dispute {number} is answered.", nl="Betwisting {number} is beantwoord.")
    was_done = Said(en="Dispute {number} was answered already.", nl="Betwisting {number} was al beantwoord.")


SHOWN: dict[Shown, Said] = {
    Shown.OPEN: Said(en="Open", nl="Open"),
    Shown.SENT: Said(en="Sent", nl="Verstuurd"),
    Shown.FAILED: Said(en="Failed", nl="Mislukt"),
}

DUES: dict[Due, Said] = {
    Due.OVERDUE: Said(en="Overdue", nl="Te laat"),
    Due.SOON: Said(en="Within 6 hours", nl="Binnen 6 uur"),
    Due.ALL: Said(en="All that run", nl="Alle die lopen"),
}

KINDS: dict[NoticeKind, Said] = {
    NoticeKind.FIRST: Said(en="first", nl="eerste"),
    NoticeKind.AGAIN: Said(en="again", nl="opnieuw"),
}

CHANNELS: dict[ChannelKind, Said] = {
    ChannelKind.MAIL: Said(en="mail", nl="mail"),
    ChannelKind.WEBHOOK: Said(en="webhook", nl="webhook"),
    ChannelKind.PORTAL: Said(en="page", nl="pagina"),
}

DELIVERIES: dict[DeliveryState, Said] = {
    DeliveryState.WAITING: Said(en="Waiting", nl="Wacht"),
    DeliveryState.SENT: Said(en="Sent", nl="Verstuurd"),
    DeliveryState.DELIVERED: Said(en="Delivered", nl="Bezorgd"),
    DeliveryState.REFUSED: Said(en="Refused", nl="Geweigerd"),
    DeliveryState.RETURNED: Said(en="Came back", nl="Teruggekomen"),
    DeliveryState.TAKEN_BACK: Said(en="Taken back", nl="Ingetrokken"),
}

RETURNS: dict[ReturnAction, Said] = {
    ReturnAction.FAILED: Said(en="Failed", nl="Mislukt"),
    ReturnAction.DELAYED: Said(en="Delayed", nl="Vertraagd"),
    ReturnAction.DELIVERED: Said(en="Delivered", nl="Bezorgd"),
    ReturnAction.RELAYED: Said(en="Relayed", nl="Doorgestuurd"),
    ReturnAction.EXPANDED: Said(en="Expanded", nl="Verspreid"),
}

STEPS: dict[Step, Said] = {
    Step.NOTICE_AGAIN: Said(en="notice again", nl="opnieuw verzocht"),
    Step.POLICE: Said(en="police", nl="politie"),
    Step.AUTHORITY: Said(en="authority", nl="autoriteit"),
}
