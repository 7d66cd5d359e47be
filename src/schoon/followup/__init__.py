"""Is it still there? Looks anchored to the notice, the clock and its steps, and what comes back."""

from schoon.followup.ports import Prober
from schoon.followup.types import (
    ClockEnd,
    GoneRun,
    ItemClock,
    LegalBasis,
    Likeness,
    Look,
    ProbeOutcome,
    ProbeResult,
    ProbeTarget,
    TlsFault,
)

__all__ = [
    "ClockEnd",
    "GoneRun",
    "ItemClock",
    "LegalBasis",
    "Likeness",
    "Look",
    "ProbeOutcome",
    "ProbeResult",
    "ProbeTarget",
    "Prober",
    "TlsFault",
]
