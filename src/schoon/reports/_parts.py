"""What the use cases of this room work with."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from schoon.agenda import Agenda
from schoon.journal import Event, Journal
from schoon.kinds import Transaction, Transactions
from schoon.parties import PartyBook
from schoon.reports._assessment_types import DeskTerms
from schoon.reports.ports import (
    AssessmentBook,
    ItemBook,
    KnownMaterial,
    ListProposals,
    ReportBook,
    Sites,
    Vault,
    Viewer,
)

_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
_ID_LETTERS = 26


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReportParts:
    """The ports of the room.

    Attributes:
        vault: For everything but reporters.
        reporter_vault: For reporters alone, under a key file of its own.
        proposals: None where this hotline proposes nothing to the hash list.
        viewer: None where there is none.
        tokens: So many random bytes; `secrets.token_bytes` unless something must be repeatable.
    """

    transactions: Transactions
    report_book: ReportBook
    item_book: ItemBook
    assessment_book: AssessmentBook
    agenda: Agenda
    journal: Journal
    parties: PartyBook
    vault: Vault
    reporter_vault: Vault
    sites: Sites
    known: KnownMaterial
    proposals: ListProposals | None
    viewer: Viewer | None
    terms: DeskTerms
    tokens: Callable[[int], bytes]

    def new_ids(self, count: int) -> list[str]:
        """Random names of 26 letters and digits, of five bits of chance each."""
        letters = self.tokens(_ID_LETTERS * count).translate(_LETTERS).decode("ascii")
        return [letters[at : at + _ID_LETTERS] for at in range(0, len(letters), _ID_LETTERS)]

    def write_down(self, tx: Transaction, events: Collection[Event]) -> None:
        """Journal what was done, in the transaction that does it."""
        if events:
            self.journal.append_all(tx, list(events))


def plain(**values: str | int | bool | None) -> Mapping[str, str | int | bool | None]:
    """The detail of an event without what is empty."""
    return {name: value for name, value in values.items() if value not in {None, ""}}
