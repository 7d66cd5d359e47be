"""A judgement that counts: the item moves, its row, history, journal and tasks in one transaction."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schoon.agenda import Task, TaskKind
from schoon.journal import Event
from schoon.kinds import ItemId, Kind, Transaction
from schoon.reports._assessment_types import Judgement, Known, Match, Means
from schoon.reports._parts import ReportParts, plain
from schoon.reports.ports import StoredAssessment, StoredDigest, StoredItem, StoredMove
from schoon.reports.rules import STATE_OF_JUDGEMENT, may_inherit
from schoon.reports.types import ItemState

HASH_LIST = "hash list"
IMPORT = "import"
_PROPOSAL_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Verdict:
    """A judgement that counts for an item which is to be assessed.

    Attributes:
        by: An analyst, or what judged in the place of one.
        vocabulary, sealed: Of an analyst's answers.
    """

    item: StoredItem
    judgement: Judgement
    means: Means
    by: str
    inherited_from: ItemId | None = None
    vocabulary: str = ""
    sealed: bytes | None = None


def count(parts: ReportParts, tx: Transaction, verdicts: Sequence[Verdict], *, now: datetime) -> list[StoredItem]:
    """The items as they are after their judgements; each stands in `to_assess` before, and occurs once."""
    before = [_judged(one) for one in verdicts]
    after = [
        replace(item, state=STATE_OF_JUDGEMENT[one.judgement], moves=item.moves + 1, moved_at=now)
        for one, item in zip(verdicts, before, strict=True)
    ]
    parts.assessment_book.add(tx, [_assessment(one, now) for one in verdicts])
    parts.item_book.save(tx, before)
    parts.item_book.move(
        tx,
        [
            StoredMove(
                item_id=item.item_id,
                number=item.moves,
                from_state=ItemState.TO_ASSESS,
                to_state=item.state,
                at=now,
                by=one.by,
            )
            for one, item in zip(verdicts, after, strict=True)
        ],
    )
    parts.agenda.put(tx, tasks_of(parts, after, now=now))
    parts.write_down(tx, [_event(one, item.state, now) for one, item in zip(verdicts, after, strict=True)])
    return after


def tasks_of(parts: ReportParts, items: Sequence[StoredItem], *, now: datetime) -> list[Task]:
    """What is to be done now that these items were judged or released."""
    illegal = [item for item in items if item.state is ItemState.TO_NOTICE]
    tasks = [Task(kind=TaskKind.ITEM_ATTRIBUTE, subject=item.item_id, due_at=now) for item in illegal]
    return tasks + proposals_of(parts, [item for item in illegal if is_own_baseline(item)], now=now)


def proposals_of(parts: ReportParts, items: Sequence[StoredItem], *, now: datetime) -> list[Task]:
    """The hash list is to be told of these items; those of one hour together make one batch of it."""
    if parts.proposals is None:
        return []
    hour = now.replace(minute=0, second=0, microsecond=0) + _PROPOSAL_WINDOW
    return [Task(kind=TaskKind.ITEM_PROPOSE, subject=item.item_id, due_at=hour) for item in items]


def is_own_baseline(item: StoredItem) -> bool:
    """Whether this hotline's own analysts judged a file with digests to meet the baseline."""
    return item.judgement is Judgement.BASELINE and item.means is Means.ANALYST and item.known is not None


def heirs(family: Mapping[ItemId, StoredItem], digests: Collection[StoredDigest]) -> list[Verdict]:
    """The items to be assessed with a file identical to one that was judged, when those judgements agree.

    Args:
        family: Every item with one of the digests, locked.
        digests: Theirs.
    """
    verdicts = []
    for item_id, others in sorted(_identical(family, digests).items()):
        carried = [
            family[other]
            for other, kinds in sorted(others.items())
            if (judgement := family[other].judgement) is not None and may_inherit(judgement, kinds)
        ]
        if len({one.judgement for one in carried}) == 1:
            verdicts.append(_inherits(family[item_id], carried[0]))
    return verdicts


def _identical(
    family: Mapping[ItemId, StoredItem], digests: Collection[StoredDigest]
) -> dict[ItemId, dict[ItemId, set[Kind]]]:
    """By item to be assessed: the items past that with one of its digests, and of which kinds those are."""
    past: dict[str, list[ItemId]] = defaultdict(list)
    here: list[StoredDigest] = []
    for digest in digests:
        if family[digest.item_id].state is ItemState.TO_ASSESS:
            here.append(digest)
        else:
            past[digest.tag].append(digest.item_id)
    found: dict[ItemId, dict[ItemId, set[Kind]]] = defaultdict(lambda: defaultdict(set))
    for digest in here:
        for other in past.get(digest.tag, ()):
            found[digest.item_id][other].add(digest.kind)
    return found


def listed(items: Mapping[ItemId, StoredItem], matches: Mapping[ItemId, Match]) -> list[Verdict]:
    """The items to be assessed whose file is on the hash list: nobody need look."""
    return [
        Verdict(item=items[item_id], judgement=match.judgement, means=Means.KNOWN_HASH, by=HASH_LIST)
        for item_id, match in matches.items()
        if match.judgement is not None and match.known is Known.LISTED and items[item_id].state is ItemState.TO_ASSESS
    ]


def _inherits(item: StoredItem, judged: StoredItem) -> Verdict:
    if judged.judgement is None:
        raise ValueError(f"item {judged.item_id} has no judgement to inherit")
    root = judged.inherited_from or judged.item_id
    return Verdict(item=item, judgement=judged.judgement, means=Means.INHERITED, by=f"item:{root}", inherited_from=root)


def _judged(one: Verdict) -> StoredItem:
    return replace(
        one.item,
        judgement=one.judgement,
        means=one.means,
        inherited_from=one.inherited_from,
        disputed=False,
        locked_by=None,
        locked_until=None,
    )


def _assessment(one: Verdict, now: datetime) -> StoredAssessment:
    return StoredAssessment(
        item_id=one.item.item_id,
        round=one.item.round,
        judgement=one.judgement,
        means=one.means,
        by=one.by,
        at=now,
        counts=True,
        vocabulary=one.vocabulary,
        sealed=one.sealed,
        inherited_from=one.inherited_from,
    )


def _event(one: Verdict, state: ItemState, now: datetime) -> Event:
    detail = plain(judgement=one.judgement, means=one.means, state=state, round=one.item.round)
    return Event(action="report:item:assess", actor=one.by, subject=f"item:{one.item.item_id}", at=now, detail=detail)
