"""What this room needs from outside: somebody who looks at addresses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from schoon.followup.types import LegalBasis, ProbeResult, ProbeTarget


class Prober(Protocol):
    """Looks at addresses. It keeps nothing of what it sees, and cannot look without a legal basis in its hand."""

    @property
    def vantages(self) -> tuple[str, ...]:
        """The names of the vantage points that are set up, at least one; none occurs twice."""
        ...

    def look(self, targets: Sequence[ProbeTarget], *, under: LegalBasis, now: datetime) -> list[ProbeResult]:
        """One result for each target and vantage point, in any order; it never raises for the network.

        A target that could not be looked at has `checker_fault`, not a result less.
        """
        ...
