"""Referrals to the police: written, kept and sent apart from everything that goes to hosters."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from schoon.agenda import Claimed, Task, TaskKind
from schoon.kinds import Clock, ItemId, Transaction
from schoon.notices._delivery_types import DeliveryState, Handed, HandOver
from schoon.notices._events import about
from schoon.notices._parts import NoticeParts
from schoon.notices._police_types import PoliceReferral, ReferralId, ReferralLine, ReferralParcel
from schoon.notices.rules import OUR_FAULT, retry_after

_log = logging.getLogger(__name__)

_ENDS = {Handed.SENT: DeliveryState.SENT, Handed.DELIVERED: DeliveryState.DELIVERED}
_NO_DOOR = timedelta(hours=1)


def refer_to_police(
    parts: NoticeParts, tx: Transaction, item_ids: Sequence[ItemId], *, reasons: str, now: datetime
) -> ReferralId:
    """The name of the referral, which is sent as soon as this transaction stands."""
    items = parts.items.items(tx, item_ids)
    times = parts.notices.times(tx, item_ids)
    lines = []
    for item_id in dict.fromkeys(item_ids):
        told = times.get(item_id)
        lines.append(
            ReferralLine(
                item_id=item_id,
                url=items[item_id].url.text,
                notices=0 if told is None else told.notices,
                first_noticed_at=None if told is None else told.first_sent_at,
            )
        )
    referral = PoliceReferral(
        referral_id=ReferralId(parts.new_name()), opened_at=now, reasons=reasons, lines=tuple(lines)
    )
    domain = "localhost" if parts.terms.sender is None else parts.terms.sender.domain
    parcel = ReferralParcel(referral=referral, message_id=f"<{parts.new_name()}@{domain}>")
    parts.referrals.put(tx, [parcel])
    parts.agenda.put(tx, [Task(kind=TaskKind.REFERRAL_SEND, subject=referral.referral_id, due_at=now)])
    subject = f"referral:{referral.referral_id}"
    parts.journal.append(tx, about("notice:referral:open", subject, now, items=len(lines)))
    return referral.referral_id


def refer_due(parts: NoticeParts, claimed: Sequence[Claimed], clock: Clock) -> None:
    """Hand the referrals of these tasks to the police; a message is written once, and is the same at every attempt."""
    if parts.police is None:
        with parts.transactions.write() as tx:
            parts.agenda.again(tx, claimed, due_at=clock() + _NO_DOOR)
        return
    ids = [ReferralId(one.subject) for one in claimed]
    with parts.transactions.write() as tx:
        found = parts.referrals.parcels(tx, ids)
        unwritten = [one for one in found.values() if not one.content]
        written = [replace(one, content=parts.police.prepare(one)) for one in unwritten]
        parts.referrals.save(tx, written)
        found |= {one.referral.referral_id: one for one in written}
    parcels = [one for one in found.values() if one.state is DeliveryState.WAITING]
    results = parts.police.hand_over(parcels, clock) if parcels else []
    became = {one.referral.referral_id: (one, result) for one, result in zip(parcels, results, strict=True)}
    now = clock()
    with parts.transactions.write() as tx:
        ours = [ReferralId(one.subject) for one in parts.agenda.done(tx, claimed)]
        _write_down(parts, tx, [became[one] for one in ours if one in became], now=now)
    for referral_id, (_, result) in became.items():
        fields = {"event": "notices.refer", "referral_id": referral_id}
        _log.info("referral handed over", extra=fields | {"handed": result.handed.value, "fault": result.fault})


def _write_down(
    parts: NoticeParts, tx: Transaction, became: Sequence[tuple[ReferralParcel, HandOver]], *, now: datetime
) -> None:
    """A referral that is refused is tried on: there is nobody else to tell, and the desk shows it."""
    saved, tasks, events = [], [], []
    for parcel, result in became:
        subject = parcel.referral.referral_id
        attempts = parcel.attempts + (result.handed is not Handed.NOT_TRIED)
        if result.handed in _ENDS:
            saved.append(replace(parcel, attempts=attempts, state=_ENDS[result.handed], fault="", ended_at=now))
            events.append(about("notice:referral:send", f"referral:{subject}", now))
            continue
        saved.append(replace(parcel, attempts=attempts, fault=result.fault))
        wait = retry_after(attempts) if attempts and result.handed is not Handed.NOT_TRIED else OUR_FAULT
        tasks.append(Task(kind=TaskKind.REFERRAL_SEND, subject=subject, due_at=now + wait))
    parts.referrals.save(tx, saved)
    parts.agenda.put(tx, tasks)
    parts.journal.append_all(tx, events)
