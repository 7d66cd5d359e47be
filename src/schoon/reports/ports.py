"""What the reports need from outside: secrets at rest, the hash list, the viewer, and their own tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from schoon.kinds import Digest, ItemId
from schoon.reports._assessment_types import Match, Proposal


class Vault(Protocol):
    """Seals what must not be read from the database alone, and names things by keyed tags that only this key makes."""

    def seal(self, place: str, text: str) -> bytes:
        """The text, sealed for one place (`table.column:id`): moved elsewhere it does not open."""
        ...

    def open(self, place: str, sealed: bytes) -> str:
        """The text.

        Raises:
            VaultError: It was sealed under another key or for another place, or was changed.
        """
        ...

    def tag(self, purpose: str, text: str) -> str:
        """32 hexadecimal digits: the same for the same purpose and text, and telling nothing without the key."""
        ...

    def code(self, purpose: str, text: str) -> str:
        """Sixteen letters to read out, in groups of four; the same for the same purpose and text."""
        ...


class Sites(Protocol):
    """Which part of a host's name somebody registered."""

    def site_of(self, host: str) -> str:
        """The registrable domain, or a platform's customer below it; the host itself where there is none."""
        ...


class KnownMaterial(Protocol):
    """The hash list as this room may ask it: by digest, many items at once, from memory; nothing is written down."""

    def look(self, items: Sequence[tuple[Digest, ...]], *, now: datetime) -> list[Match]:
        """What the list says of each item's exact digests, in order; without a fresh list `UNAVAILABLE`, no miss."""
        ...


class ListProposals(Protocol):
    """Where the hotline's own judgements become entries of the hash list. Calls may be repeated; entries are not."""

    def propose(self, proposals: Sequence[Proposal], *, now: datetime) -> None:
        """Bring the entries in as one batch with the hotline's attestation; a second organisation attests it later.

        Raises:
            OutageError: Not now; call again.
        """
        ...

    def withdraw(self, item_ids: Sequence[ItemId], *, reason: str, now: datetime) -> None:
        """Take the entries of these items off the list for good; those that are not there are left out."""
        ...


class Viewer(Protocol):
    """The hotline's own isolated viewer, in which an analyst looks when looking is needed."""

    def link(self, token: str) -> str:
        """The address that opens the viewer with this one-time token."""
        ...
