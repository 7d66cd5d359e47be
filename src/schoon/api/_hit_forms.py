"""Hits as they are told to the member."""

from datetime import datetime

from schoon import client
from schoon.client import HitActionTaken, HitDispute, HitFile, Match, Outcome, Strength, Verdict
from schoon.hits import ActionResult, Hit, HitDetails


def hit_form(hit: Hit, now: datetime) -> client.Hit:
    """One hit; the entry behind it is never told."""
    return client.Hit(
        id=hit.hit_id,
        verdict=Verdict(hit.verdict.value),
        state=hit.state.value,
        match=Match(
            kind=hit.kind.value,
            strength=Strength(hit.strength.value),
            category=hit.category.value,
            supplier_class=hit.supplier_class,
            band=hit.band.value if hit.band else None,
        ),
        list_version=hit.list_version,
        opened_at=_instant(hit.opened_at),
        last_seen_at=_instant(hit.last_seen_at),
        sightings=hit.sightings,
        reopened=hit.reopened,
        due_at=_instant(hit.due_at) if hit.due_at else None,
        overdue=hit.is_overdue(now),
        closed_at=_instant(hit.closed_at) if hit.closed_at else None,
        restore_offered=hit.restore_offered,
    )


def details_form(details: HitDetails, now: datetime) -> client.HitDetails:
    """One hit with everything about it."""
    return client.HitDetails(
        hit=hit_form(details.hit, now),
        files=tuple(
            HitFile(
                ref=file.file_ref,
                first_seen_at=_instant(file.first_seen_at),
                last_seen_at=_instant(file.last_seen_at),
                count=file.count,
            )
            for file in details.files
        ),
        actions=tuple(
            HitActionTaken(action=taken.action.value, at=_instant(taken.at), note=taken.note)
            for taken in details.actions
        ),
        disputes=tuple(
            HitDispute(
                reason=dispute.reason,
                opened_at=_instant(dispute.opened_at),
                due_at=_instant(dispute.due_at),
                outcome=dispute.outcome.value if dispute.outcome else None,
                answer=dispute.answer,
                answered_at=_instant(dispute.answered_at) if dispute.answered_at else None,
            )
            for dispute in details.disputes
        ),
    )


def result_form(result: ActionResult) -> client.ActionResult:
    """What became of one action."""
    return client.ActionResult(
        hit=result.hit_id,
        outcome=Outcome(result.outcome.value),
        state=result.state.value if result.state else None,
        detail=result.detail,
    )


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
