"""What this room refuses."""

from schoon.kinds import InputError, RefusedError


class NotFollowedError(InputError):
    """The item is not being followed: no notice about it was sent, or it is with the police, abroad or settled."""

    next_step = "`schoon followup list` shows the items that are followed"


class LegalBasisError(InputError):
    """A legal basis names the basis and the person who signed for it."""

    next_step = "give both: schoon followup legal-basis record --basis TEXT --signatory NAME"


class NoLegalBasisError(RefusedError):
    """No legal basis is recorded under which this installation may look at addresses of material."""

    next_step = "record one with `schoon followup legal-basis record`; until then people look, and record what they saw"
