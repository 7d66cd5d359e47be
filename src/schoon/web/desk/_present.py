"""From the rooms' own types to what the desk shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from schoon.hosting import HostingChain
from schoon.kinds import ItemId
from schoon.notices import ListedNotices
from schoon.reports import Item, ItemDetails, ItemKind, ItemState, PastMove
from schoon.web._chrome import Chrome
from schoon.web._i18n import Language
from schoon.web.desk._pages import Choice, Event, Fact, Filter, ItemPage, ItemRow, Link, Place
from schoon.web.desk._words import JUDGEMENTS, KNOWN, MEANS, NOTICE_STATES, STATES, DeskWords, ItemWords
from schoon.web.rules import moment, number

SHORT = 9
_ASKING = {ItemState.TO_ASSESS, ItemState.HELD}
_OVER = {ItemState.INACCESSIBLE, ItemState.NOT_ILLEGAL, ItemState.IGNORED}
_SAME_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """Who looks, when, and in which language.

    Attributes:
        actor: As locks and the journal know them.
        of_lead: Whether a lead looks.
    """

    actor: str
    now: datetime
    language: Language
    of_lead: bool = False


def places_of(current: str, eyes: Eyes) -> tuple[Place, ...]:
    """The line of places that who looks may go to, with the one shown marked."""
    said = DeskWords(eyes.language)
    of_leads = ((said.journal, "/desk/journal", "j"),) if eyes.of_lead else ()
    every = (
        (said.inbox, "/desk", "i"),
        (said.notices, "/desk/notices", "n"),
        (said.hosters, "/desk/hosters", "h"),
        (said.moved, "/desk/moved", "m"),
        (said.clocks, "/desk/clocks", "c"),
        (said.disputes, "/desk/disputes", "d"),
        (said.search, "/desk/search", "s"),
        *of_leads,
    )
    return tuple(Place(label=label, href=href, key=key, current=href == current) for label, href, key in every)


def filters_of(shown: ItemState, counts: Mapping[ItemState, int], language: Language) -> tuple[Filter, ...]:
    """Every state with its count."""
    return tuple(
        Filter(
            label=words.in_language(language),
            count=number(counts.get(state, 0), language),
            href=f"/desk?state={state}",
            current=state is shown,
        )
        for state, words in STATES.items()
    )


def row_of(item: Item, eyes: Eyes) -> ItemRow:
    """One item as a row."""
    said = DeskWords(eyes.language)
    return ItemRow(
        item_id=item.item_id,
        short_id=item.item_id[:SHORT],
        href=f"/desk/items/{item.item_id}",
        address=item.url.text,
        kind=kind_of(item, said),
        state=STATES[item.state].in_language(eyes.language),
        state_class=state_class(item.state),
        known=KNOWN[item.known].in_language(eyes.language),
        reports=number(item.reports, eyes.language),
        first=moment(item.first_reported_at, eyes.now, eyes.language),
        before=_before(item, eyes, said),
    )


def kind_of(item: Item, said: DeskWords) -> str:
    """What an item is, in words."""
    return said.page if item.kind is ItemKind.PAGE else said.media


def state_class(state: ItemState) -> str:
    """The class of a state's mark: what asks for something stands out."""
    if state in _ASKING:
        return "attention"
    return "good" if state in _OVER else "plain"


def is_anothers(item: Item, eyes: Eyes) -> bool:
    """Whether a colleague has it before them."""
    held = item.locked_until is not None and item.locked_until > eyes.now
    return held and item.locked_by != eyes.actor


def item_page(
    details: ItemDetails,
    chains: Sequence[HostingChain],
    eyes: Eyes,
    *,
    chrome: Chrome,
    has_viewer: bool,
    notices: tuple[Fact, ...],
) -> ItemPage:
    """One item as it is shown."""
    item, said = details.item, ItemWords(eyes.language)
    locked = is_anothers(item, eyes)
    open_ = item.state is ItemState.TO_ASSESS and not locked
    marks = ((item.police_backed, said.police_backed), (item.preserve, said.preserve))
    return ItemPage(
        chrome=chrome,
        words=said,
        places=places_of("", eyes),
        item_id=item.item_id,
        kind=kind_of(item, DeskWords(eyes.language)),
        address=item.url.text,
        state=STATES[item.state].in_language(eyes.language),
        state_class=state_class(item.state),
        facts=_facts(details, eyes, said),
        marks=tuple(words for is_so, words in marks if is_so),
        hosting=_hosting(chains, eyes, said),
        notices=notices,
        send_href=f"/desk/items/{item.item_id}/send" if item.state is ItemState.TO_NOTICE else None,
        choices=choices_of(eyes.language) if open_ else (),
        locked=locked and item.state is ItemState.TO_ASSESS,
        has_viewer=has_viewer and open_,
        fault="",
        history=tuple(_event(move, eyes, said) for move in details.history),
    )


def notices_of(listed: ListedNotices, language: Language) -> tuple[Fact, ...]:
    """The notices that an item is on."""
    return tuple(
        Fact(
            name=listed.hosters[notice.hoster_id].organisation or listed.hosters[notice.hoster_id].email,
            value=NOTICE_STATES[notice.state].in_language(language),
            links=(Link(label=notice.notice_id[:SHORT], href=f"/desk/notices/{notice.notice_id}"),),
        )
        for notice in listed.notices
    )


def choices_of(language: Language) -> tuple[Choice, ...]:
    """Every judgement, in order."""
    return tuple(
        Choice(value=judgement, key=key, label=label.in_language(language), meaning=meaning.in_language(language))
        for judgement, (key, label, meaning) in JUDGEMENTS.items()
    )


def _before(item: Item, eyes: Eyes, said: DeskWords) -> str:
    if item.locked_until is None or item.locked_until <= eyes.now:
        return ""
    return said.me if item.locked_by == eyes.actor else said.somebody


def _facts(details: ItemDetails, eyes: Eyes, said: ItemWords) -> tuple[Fact, ...]:
    item, language = details.item, eyes.language
    last = moment(item.last_reported_at, eyes.now, language).absolute
    spoken = said.once if item.reports == 1 else said.times
    facts = [Fact(name=said.reported, value=spoken.format(count=number(item.reports, language), last=last))]
    if item.judgement is not None and item.means is not None:
        label = JUDGEMENTS[item.judgement][1].in_language(language)
        inherited = () if item.inherited_from is None else (_link(item.inherited_from),)
        facts.append(Fact(name=said.judgement, value=label))
        facts.append(Fact(name=said.means, value=MEANS[item.means].in_language(language), links=inherited))
    kinds = ", ".join(details.digest_kinds)
    known = KNOWN[item.known].in_language(language)
    facts.append(Fact(name=said.digests, value=f"{kinds} · {known}" if kinds else said.no_digests))
    for name, others in (
        (said.same_file, details.same_file),
        (said.alike, details.alike),
        (said.on_pages, details.pages),
        (said.on_it, details.media),
    ):
        if others:
            shown = tuple(_link(other) for other in others[:_SAME_SHOWN])
            facts.append(Fact(name=name, value=number(len(others), language), links=shown))
    return tuple(facts)


def _hosting(chains: Sequence[HostingChain], eyes: Eyes, said: ItemWords) -> tuple[Fact, ...]:
    if not chains:
        return ()
    chain = chains[0]
    best = chain.best_contact
    contact = f"{best.organisation} <{best.email}> · {best.scope} · {best.source}" if best else said.nobody
    addresses = ", ".join(
        " ".join(filter(None, (one.address, f"AS{one.asn}" if one.asn else "", one.organisation)))
        for one in chain.addresses
    )
    return (
        Fact(name=said.traced, value=moment(chain.traced_at, eyes.now, eyes.language).absolute),
        Fact(name=said.contact, value=contact),
        Fact(name=said.where, value=chain.residence.reason),
        Fact(name="IP", value=addresses or chain.outcome_reason),
    )


def _event(move: PastMove, eyes: Eyes, said: ItemWords) -> Event:
    what = STATES[move.to_state].in_language(eyes.language)
    return Event(
        what=said.began if move.from_state is None else what,
        when=moment(move.at, eyes.now, eyes.language),
        by=move.by,
        note=move.reason,
        tone="good" if move.to_state in _OVER else "attention" if move.to_state is ItemState.HELD else "",
    )


def _link(item_id: ItemId) -> Link:
    return Link(label=item_id[:SHORT], href=f"/desk/items/{item_id}")
