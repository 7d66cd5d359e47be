"""The messages a member gets, and the journal's notes: hit ids and words only."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from schoon.hits.types import Dispute, Hit, Message
from schoon.journal import Event, Scalar
from schoon.kinds import EntryId, HitId, MemberId

_HITS_PER_EVENT = 100


def opened(member_id: MemberId, hits: Sequence[Hit], now: datetime) -> Message:
    """Tells of new hits; at least one."""
    return _message(f"opened:{hits[0].hit_id}", member_id, "hits.opened", now, hits=[_hit(hit) for hit in hits])


def overdue(hit: Hit, now: datetime) -> Message:
    """Tells that a hit's term has passed."""
    return _message(f"overdue:{hit.hit_id}", hit.member_id, "hit.overdue", now, hits=[_hit(hit)])


def withdrawn(member_id: MemberId, entry_id: EntryId, hits: Sequence[Hit], now: datetime) -> Message:
    """Tells that one entry left the list, with every hit of the member on it; one message per member and entry."""
    return _message(
        f"withdrawn:{member_id}:{entry_id}",
        member_id,
        "hits.withdrawn",
        now,
        hits=[_hit(hit) for hit in hits],
        restore=True,
    )


def answered(dispute: Dispute, now: datetime) -> Message:
    """Tells the answer to a dispute, with its reasons."""
    return _message(
        f"answered:{dispute.dispute_id}",
        dispute.member_id,
        "dispute.answered",
        now,
        hit=dispute.hit_id,
        outcome=dispute.outcome,
        reasons=dispute.answer,
    )


def notes(
    action: str, hit_ids: Iterable[HitId], *, actor: str, subject: str, now: datetime, **detail: Scalar
) -> Iterator[Event]:
    """Events that name every hit concerned, at most a hundred each."""
    rest = list(hit_ids)
    for start in range(0, len(rest), _HITS_PER_EVENT):
        names = ",".join(rest[start : start + _HITS_PER_EVENT])
        yield Event(action=action, actor=actor, subject=subject, at=now, detail={**detail, "hits": names})


def _message(key: str, member_id: MemberId, event: str, now: datetime, **values: object) -> Message:
    body = json.dumps({"event": event, "at": _time(now), **values}, ensure_ascii=False, separators=(",", ":"))
    return Message(key=key, member_id=member_id, body=body, due_at=now)


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "hit": hit.hit_id,
        "verdict": hit.verdict,
        "state": hit.state,
        "kind": hit.kind,
        "strength": hit.strength,
        "category": hit.category,
        "opened_at": _time(hit.opened_at),
        "due_at": None if hit.due_at is None else _time(hit.due_at),
    }


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
