"""What the list tells the hits room: the standing of entries, and who may have one suspended."""

from collections.abc import Sequence
from datetime import datetime

from schoon.kinds import EntryId, OrganisationId, Transaction
from schoon.lists import EntryState
from schoon.lists.service import ListService
from schoon.parties import Role
from schoon.parties.ports import PartyBook


class OfficeOverLists:
    """Implements the port `ListOffice` of hits over the services of lists and parties.

    Lists tell hits of changed entries, and hits ask lists to suspend one: `lists` is plugged in once both are there.
    """

    lists: ListService

    def __init__(self, parties: PartyBook) -> None:
        """Keep the book of organisations."""
        self._parties = parties

    def standings(self, tx: Transaction, entry_ids: Sequence[EntryId]) -> dict[EntryId, EntryState]:
        """What each entry counts for now; entries unknown to this database are left out."""
        return self.lists.entry_states(tx, entry_ids)

    def may_uphold(self, tx: Transaction, entry_id: EntryId, organisation_id: OrganisationId) -> bool:
        """Whether that organisation attested the entry, or is the police."""
        facts = self.lists.entry_facts(tx, [entry_id]).get(entry_id)
        if facts is not None and organisation_id in facts.attested_by:
            return True
        return self._parties.organisation(tx, organisation_id).role is Role.POLICE

    def suspend(self, entry_id: EntryId, *, reason: str, by: OrganisationId, actor: str, now: datetime) -> None:
        """Suspend the entry at once."""
        self.lists.suspend([entry_id], reason=reason, by=f"{actor} for organisation:{by}", now=now)
