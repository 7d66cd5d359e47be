"""What the use cases of the list share: ports, keys, and where the publication stands."""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schoon.index import ListKeys
from schoon.journal import Journal
from schoon.kinds import Transactions
from schoon.lists._sealing import Sealer
from schoon.lists.errors import SigningKeyMissingError
from schoon.lists.ports import BatchBook, EntryBook, EntryListener, MarkBook, PublicationBook
from schoon.parties import PartyBook


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPorts:
    """Where everything is kept."""

    transactions: Transactions
    batches: BatchBook
    entries: EntryBook
    marks: MarkBook
    publications: PublicationBook
    parties: PartyBook
    journal: Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Where and under which key the list is published.

    Attributes:
        list_name: Which list ("nl").
        directory: Where snapshot, deltas and head stand.
        signing_key: None on hosts that only serve: decisions made there wait for the publisher's next refresh.
    """

    list_name: str
    directory: Path
    signing_key: Ed25519PrivateKey | None = field(default=None, repr=False)

    def need_key(self) -> Ed25519PrivateKey:
        """The publishing key.

        Raises:
            SigningKeyMissingError: This host has none.
        """
        if self.signing_key is None:
            raise SigningKeyMissingError(f"there is no publishing key for the list {self.list_name!r} here")
        return self.signing_key


@dataclass(frozen=True, slots=True, kw_only=True)
class ListContext:
    """Handed to every use case of the list."""

    ports: ListPorts
    keys: ListKeys = field(repr=False)
    sealer: Sealer = field(repr=False)
    publication: Publication
    listener: EntryListener | None
