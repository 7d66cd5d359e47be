"""What may follow what at an item, and what judgements come to; pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from schoon.kinds import Kind
from schoon.reports._assessment_types import Judgement
from schoon.reports.types import ItemState, Progress

MOVES: Mapping[ItemState, frozenset[ItemState]] = {
    ItemState.TO_ASSESS: frozenset(
        {ItemState.TO_NOTICE, ItemState.HELD, ItemState.NOT_ILLEGAL, ItemState.IGNORED},
    ),
    ItemState.TO_NOTICE: frozenset(
        {
            ItemState.NOTICED,
            ItemState.ABROAD,
            ItemState.UNTRACEABLE,
            ItemState.HELD,
            ItemState.NOT_ILLEGAL,
            ItemState.INACCESSIBLE,  # gone before any notice; the reason says so
        }
    ),
    ItemState.HELD: frozenset({ItemState.TO_NOTICE, ItemState.IGNORED, ItemState.NOT_ILLEGAL, ItemState.ABROAD}),
    ItemState.NOTICED: frozenset(
        {
            ItemState.INACCESSIBLE,
            ItemState.TO_NOTICE,  # moved to another hoster, or nobody left to notify
            ItemState.ABROAD,
            ItemState.HELD,
            ItemState.NOT_ILLEGAL,  # a dispute was upheld
        }
    ),
    ItemState.INACCESSIBLE: frozenset({ItemState.TO_NOTICE}),  # it is back
    ItemState.ABROAD: frozenset({ItemState.TO_NOTICE}),  # it came back here
    ItemState.UNTRACEABLE: frozenset({ItemState.TO_NOTICE}),
    ItemState.NOT_ILLEGAL: frozenset({ItemState.TO_ASSESS}),
    ItemState.IGNORED: frozenset({ItemState.TO_ASSESS}),
}
"""Every step that an item may take; there is no other. The database holds the same."""

STATE_OF_JUDGEMENT: Mapping[Judgement, ItemState] = {
    Judgement.BASELINE: ItemState.TO_NOTICE,
    Judgement.NATIONAL: ItemState.TO_NOTICE,
    Judgement.POLICE_FIRST: ItemState.HELD,
    Judgement.NOT_ILLEGAL: ItemState.NOT_ILLEGAL,
    Judgement.IGNORE: ItemState.IGNORED,
}
"""Where an item that was to be assessed goes."""

ILLEGAL = frozenset({Judgement.BASELINE, Judgement.NATIONAL, Judgement.POLICE_FIRST})
"""Judgements after which something is done about the item."""

_UNTOLD = {ItemState.TO_ASSESS, ItemState.HELD}
_DONE = {ItemState.INACCESSIBLE, ItemState.ABROAD, ItemState.NOT_ILLEGAL, ItemState.IGNORED}


def may_move(from_state: ItemState, to_state: ItemState) -> bool:
    """Whether an item may take that step."""
    return to_state in MOVES[from_state]


def is_agreed(judgement: Judgement, votes: Iterable[Judgement], agreement: int) -> bool:
    """Whether so many analysts share a judgement; the votes are those of one round, each analyst's once."""
    return sum(vote is judgement for vote in votes) >= agreement


def may_inherit(judgement: Judgement, shared: Collection[Kind]) -> bool:
    """Whether identical digests of these kinds carry a judgement to another item.

    What lets material stay up is carried by SHA-256 alone: whoever makes two files of one MD5 or SHA-1 could have the
    harmless one judged, and the other would follow. What has it taken down is carried by each exact kind: the maker of
    such a pair could harm nobody but himself. Equal PDQ digests are no identical files.
    """
    return Kind.SHA256 in shared or (judgement in ILLEGAL and (Kind.MD5 in shared or Kind.SHA1 in shared))


def retry_after(attempts: int) -> timedelta:
    """How long to wait before something that could not be done is tried again; longer each time, at most an hour."""
    return timedelta(minutes=min(1 << min(attempts, 6), 60))


def progress_of(states: Collection[ItemState], *, to_read: bool) -> Progress:
    """What the reporter is told: nothing of who judged what, or that the police are first.

    Who put the material there can report it too, and ask: what is held for the police looks as if nobody had seen it.
    """
    if to_read or (states and all(state in _UNTOLD for state in states)):
        return Progress.RECEIVED
    return Progress.DONE if all(state in _DONE for state in states) else Progress.IN_HAND
