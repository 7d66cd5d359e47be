"""What the list says of entries, and suspending them: the port `ListOffice` over the rooms `lists` and `parties`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from typing_extensions import override

from schoon.hits.ports import ListOffice
from schoon.kinds import EntryId, OrganisationId, Transaction
from schoon.lists import EntryFacts, EntryState
from schoon.parties import Role
from schoon.parties.ports import PartyBook


class ListDesk(Protocol):
    """The part of `lists.service.ListService` that is used here."""

    def entry_facts(self, tx: Transaction, entry_ids: Sequence[EntryId]) -> Mapping[EntryId, EntryFacts]:
        """What is known of those entries that exist."""
        ...

    def suspend(self, entry_ids: Sequence[EntryId], *, reason: str, by: str, now: datetime) -> object:
        """Suspend entries at once; those that are suspended or withdrawn stay as they are."""
        ...


class ListsOffice(ListOffice):
    """Opens with the list service, which itself is made with the hits as its listener."""

    def __init__(self, parties: PartyBook) -> None:
        """Take the organisations; `open` must follow."""
        self._parties = parties
        self._lists: ListDesk | None = None

    def open(self, lists: ListDesk) -> None:
        """Plug the list service in, once, before the first use."""
        self._lists = lists

    @override
    def standings(self, tx: Transaction, entry_ids: Sequence[EntryId]) -> dict[EntryId, EntryState]:
        facts = self._opened().entry_facts(tx, entry_ids) if entry_ids else {}
        return {entry_id: one.state for entry_id, one in facts.items()}

    @override
    def may_uphold(self, tx: Transaction, entry_id: EntryId, organisation_id: OrganisationId) -> bool:
        if self._parties.organisation(tx, organisation_id).role is Role.POLICE:
            return True
        facts = self._opened().entry_facts(tx, [entry_id])
        return entry_id in facts and organisation_id in facts[entry_id].attested_by

    @override
    def suspend(self, entry_id: EntryId, *, reason: str, by: OrganisationId, actor: str, now: datetime) -> None:
        self._opened().suspend([entry_id], reason=f"{reason} by organisation {by}", by=actor, now=now)

    def _opened(self) -> ListDesk:
        if self._lists is None:
            raise RuntimeError("the list office is used before main has plugged the list service in")
        return self._lists
