"""The digests of the world's files, which are random bytes, and what the hash list says of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha512

from schoon.kinds import Digest, Kind
from schoon.reports import Judgement, Known, Match
from tests.simulation.truth import File
from tests.simulation.world import World


@lru_cache(maxsize=10_000)
def digests_of(file: File) -> tuple[Digest, ...]:
    """Two exact digests of a file."""
    raw = sha512(f"file {file.number}".encode()).digest()
    return Digest(kind=Kind.SHA256, value=raw[:32]), Digest(kind=Kind.MD5, value=raw[32:48])


@dataclass(slots=True)
class HashList:
    """The hash list, as the desk may ask it."""

    world: World
    listed: dict[Digest, File] = field(default_factory=dict)
    read: int = 0

    def look(self, items: Sequence[tuple[Digest, ...]], *, now: datetime) -> list[Match]:
        """What the list says of each item's digests."""
        for file in self.world.files[self.read :]:
            if file.listed:
                self.listed |= dict.fromkeys(digests_of(file), file)
        self.read = len(self.world.files)
        return [self._match(one) for one in items]

    def _match(self, digests: tuple[Digest, ...]) -> Match:
        file = next((self.listed[one] for one in digests if one in self.listed), None)
        if file is None:
            return Match(known=Known.NOT_LISTED)
        return Match(known=Known.LISTED, judgement=Judgement(file.nature.value))
