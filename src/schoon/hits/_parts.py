"""What the use cases of this room work with."""

from dataclasses import dataclass

from schoon.hits.ports import Complaints, HitStore, ListOffice, Outbox, Webhooks
from schoon.journal import Journal
from schoon.kinds import Transactions


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HitParts:
    """The ports of the room.

    Attributes:
        transactions: Where units of work are opened.
        store: Hits, sightings, actions, disputes.
        outbox: Messages to members.
        webhooks: Where those go.
        complaints: How members' customers reach them.
        office: What the list says of an entry.
        journal: Who did what.
    """

    transactions: Transactions
    store: HitStore
    outbox: Outbox
    webhooks: Webhooks
    complaints: Complaints
    office: ListOffice
    journal: Journal
