"""Messages out of the outbox to members' webhooks: at least once, one deliverer at a time, given up after two days."""

import logging
from datetime import datetime

from schoon.hits._parts import HitParts
from schoon.hits.ports import Sender
from schoon.hits.rules import LEASE, MAX_ATTEMPTS, retry_after
from schoon.hits.types import Leased, SendResult
from schoon.kinds import Clock, MemberId, SchoonError

_log = logging.getLogger(__name__)

_NO_WEBHOOK = "the member has no webhook"


def deliver_due(parts: HitParts, clock: Clock, sender: Sender, *, limit: int) -> int:
    """How many messages were delivered.

    1. Lease one message: nobody else sends it meanwhile.
    2. Send it outside any transaction.
    3. Write down what became of it, if the lease still holds; else whoever has it now does.

    After a fault the same member's other messages wait for the next call, so that one dead receiver does not hold up
    the rest.
    """
    delivered = 0
    faulty: set[MemberId] = set()
    for _ in range(limit):
        now = clock()
        with parts.transactions.write() as tx:
            leased = parts.outbox.lease(tx, now, until=now + LEASE, without=frozenset(faulty))
        if leased is None:
            break
        result = _send(parts, sender, leased, now)
        _write_down(parts, leased, result, clock())
        if result.delivered:
            delivered += 1
        elif not result.final:
            faulty.add(leased.member_id)
    return delivered


def _send(parts: HitParts, sender: Sender, leased: Leased, now: datetime) -> SendResult:
    """What became of the message. One whose webhook cannot be opened waits, and holds up nobody else's."""
    try:
        with parts.transactions.read() as tx:
            webhook = parts.webhooks.webhook(tx, leased.member_id)
    except SchoonError as fault:
        return SendResult(delivered=False, fault=type(fault).__name__)
    if webhook is None:
        return SendResult(delivered=False, fault=_NO_WEBHOOK, final=True)
    return sender.send(webhook, leased, now)


def _write_down(parts: HitParts, leased: Leased, result: SendResult, now: datetime) -> None:
    attempts = leased.attempts + 1
    fields = {
        "event": "hits.delivery",
        "message_id": leased.message_id,
        "member_id": leased.member_id,
        "attempts": attempts,
    }
    with parts.transactions.write() as tx:
        if result.delivered:
            parts.outbox.delivered(tx, leased, now)
        elif result.final or attempts >= MAX_ATTEMPTS:
            parts.outbox.give_up(tx, leased, now, fault=result.fault)
        else:
            parts.outbox.retry(tx, leased, due_at=now + retry_after(attempts), fault=result.fault)
    if result.delivered:
        _log.info("webhook delivered", extra=fields)
    elif result.fault == _NO_WEBHOOK:
        _log.debug("no webhook to deliver to", extra=fields)  # the member's choice, and its page shows the same
    else:
        _log.warning("webhook not delivered", extra={**fields, "fault": result.fault})
