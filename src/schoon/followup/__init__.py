"""Is it still there? Looks anchored to the notice, the clock and its steps, and what comes back."""

from schoon.followup.errors import LegalBasisError, NoLegalBasisError, NotFollowedError
from schoon.followup.ports import Prober
from schoon.followup.types import (
    AuthorityRecord,
    ClockEnd,
    Followed,
    GoneRun,
    ItemClock,
    LegalBasis,
    Likeness,
    Look,
    ProbeOutcome,
    ProbeResult,
    ProbeTarget,
    StepTaken,
    TlsFault,
    Wanted,
    Watch,
)

__all__ = [
    "AuthorityRecord",
    "ClockEnd",
    "Followed",
    "GoneRun",
    "ItemClock",
    "LegalBasis",
    "LegalBasisError",
    "Likeness",
    "Look",
    "NoLegalBasisError",
    "NotFollowedError",
    "ProbeOutcome",
    "ProbeResult",
    "ProbeTarget",
    "Prober",
    "StepTaken",
    "TlsFault",
    "Wanted",
    "Watch",
]
