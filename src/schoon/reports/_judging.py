"""Analysts judge items: each once in a round, until as many as must agree do."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from schoon.journal import Event
from schoon.kinds import ItemId, Transaction
from schoon.reports._assessment_types import (
    Assessed,
    AssessOutcome,
    Exposure,
    Judged,
    Judgement,
    Means,
    Vocabulary,
)
from schoon.reports._counting import Verdict, count, heirs
from schoon.reports._opened import seal_judgement
from schoon.reports._parts import ReportParts
from schoon.reports._vocabulary import in_force, require_answers
from schoon.reports.errors import AnswerError, ExposureReachedError
from schoon.reports.ports import StoredAssessment, StoredItem
from schoon.reports.rules import is_agreed
from schoon.reports.types import ItemState

AT_ONCE = 1_000
"""Judgements of one transaction."""

Votes = list[tuple[str, Judgement]]


def assess(parts: ReportParts, judgements: Sequence[Judged], *, by: str, now: datetime) -> list[Assessed]:
    """See `ReportService.assess`."""
    results: list[Assessed] = []
    for start in range(0, len(judgements), AT_ONCE):
        with parts.transactions.write() as tx:
            results += judge(parts, tx, judgements[start : start + AT_ONCE], by=by, now=now)
    return results


def judge(
    parts: ReportParts, tx: Transaction, judgements: Sequence[Judged], *, by: str, now: datetime, capped: bool = True
) -> list[Assessed]:
    """`assess` inside a transaction in which no item is locked yet; not `capped` for what was looked at already."""
    ids = {one.item_id for one in judgements}
    tags = {one.tag for one in parts.item_book.digests(tx, ids)}
    parts.item_book.take_turns(tx, tags)
    sharing = parts.item_book.sharing(tx, tags)
    family = parts.item_book.items(tx, ids | {one.item_id for one in sharing})
    chosen = {item_id: family[item_id] for item_id in ids if item_id in family}
    votes = parts.assessment_book.votes(tx, {item.item_id: item.round for item in chosen.values()})
    table = _Table(parts, in_force(parts, tx), by, now, chosen, votes)
    results = [table.judge(one) for one in judgements]
    expose(parts, tx, table.seen(judgements), capped=capped)
    table.write(tx)
    counted = count(parts, tx, list(table.verdicts.values()), now=now)
    known = {**family, **table.items, **{item.item_id: item for item in counted}}
    count(parts, tx, heirs(known, sharing), now=now)
    return results


def expose(parts: ReportParts, tx: Transaction, seen: Exposure, *, capped: bool) -> None:
    """Count what an analyst looked at.

    Raises:
        ExposureReachedError: It is more than one may look at in a day, and `capped`.
    """
    if not seen.items and not seen.seconds:
        return
    total = parts.assessment_book.expose(tx, seen)
    if capped and _is_over(parts, total):
        raise ExposureReachedError(f"{total.items} items and {total.seconds} s would be looked at on {total.day}")


def require_rest(parts: ReportParts, tx: Transaction, analyst: str, now: datetime) -> None:
    """Pass while the analyst may look at more today.

    Raises:
        ExposureReachedError: That is not so.
    """
    for today in parts.assessment_book.exposures(tx, since=now.date(), analyst=analyst):
        one_more = replace(today, items=today.items + 1, seconds=today.seconds + 1)
        if today.day == now.date() and _is_over(parts, one_more):
            raise ExposureReachedError(f"{today.items} items and {today.seconds} s were looked at today")


def _is_over(parts: ReportParts, total: Exposure) -> bool:
    items, time = parts.terms.exposure_items, parts.terms.exposure_time
    too_many = items is not None and total.items > items
    return too_many or (time is not None and timedelta(seconds=total.seconds) > time)


@dataclass(slots=True)
class _Table:
    """The items of one call before one analyst."""

    parts: ReportParts
    vocabulary: Vocabulary
    by: str
    now: datetime
    items: dict[ItemId, StoredItem]
    votes: dict[ItemId, Votes]
    verdicts: dict[ItemId, Verdict] = field(default_factory=dict)
    waiting: list[StoredAssessment] = field(default_factory=list)
    taken: set[ItemId] = field(default_factory=set)

    def judge(self, judged: Judged) -> Assessed:
        """What becomes of one judgement."""
        refusal = self._refusal(judged)
        if refusal:
            return Assessed(item_id=judged.item_id, outcome=AssessOutcome.REFUSED, detail=refusal)
        item = self.items[judged.item_id]
        votes = self.votes.setdefault(item.item_id, [])
        votes.append((self.by, judged.judgement))
        self.taken.add(item.item_id)
        sealed = seal_judgement(self.parts.vault, judged, item.round, self.by)
        if is_agreed(judged.judgement, (vote for _, vote in votes), self.parts.terms.agreement):
            self.verdicts[item.item_id] = Verdict(
                item=item,
                judgement=judged.judgement,
                means=Means.ANALYST,
                by=self.by,
                vocabulary=self.vocabulary.version,
                sealed=sealed,
            )
            return Assessed(item_id=item.item_id, outcome=AssessOutcome.COUNTED)
        self.waiting.append(
            StoredAssessment(
                item_id=item.item_id,
                round=item.round,
                judgement=judged.judgement,
                means=Means.ANALYST,
                by=self.by,
                at=self.now,
                counts=False,
                vocabulary=self.vocabulary.version,
                sealed=sealed,
            )
        )
        disputed = len({judgement for _, judgement in votes}) > 1
        self.items[item.item_id] = replace(item, disputed=disputed, locked_by=None, locked_until=None)
        outcome = AssessOutcome.DISAGREED if disputed else AssessOutcome.WAITING
        return Assessed(item_id=item.item_id, outcome=outcome)

    def _refusal(self, judged: Judged) -> str:
        item = self.items.get(judged.item_id)
        if item is None:
            return "there is no such item"
        if item.state is not ItemState.TO_ASSESS or item.item_id in self.verdicts:
            return f"it is {item.state} already; reopen it to judge it anew"
        if item.locked_by not in {None, self.by} and item.locked_until is not None and item.locked_until > self.now:
            return "somebody else has it before them"
        if any(by == self.by for by, _ in self.votes.get(item.item_id, [])):
            return "you judged it before; others have to"
        try:
            require_answers(self.vocabulary, judged)
        except AnswerError as error:
            return error.message
        return ""

    def seen(self, judgements: Sequence[Judged]) -> Exposure:
        """What the analyst looked at, of what was taken."""
        looked = [one for one in judgements if one.looked and one.item_id in self.taken]
        return Exposure(
            analyst=self.by,
            day=self.now.date(),
            items=len({one.item_id for one in looked}),
            seconds=sum(one.seconds for one in looked),
        )

    def write(self, tx: Transaction) -> None:
        """Keep the judgements that do not count yet."""
        self.parts.assessment_book.add(tx, self.waiting)
        self.parts.item_book.save(tx, [self.items[one.item_id] for one in self.waiting])
        self.parts.write_down(
            tx,
            [
                Event(
                    action="report:item:vote",
                    actor=self.by,
                    subject=f"item:{one.item_id}",
                    at=self.now,
                    detail={"judgement": one.judgement, "round": one.round},
                )
                for one in self.waiting
            ],
        )
