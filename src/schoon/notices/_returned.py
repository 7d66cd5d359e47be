"""What follows from a mail that came back."""

import hashlib
from dataclasses import replace
from datetime import datetime

from schoon.kinds import Transaction
from schoon.notices._arrivals import arrived, failed
from schoon.notices._delivery_types import Delivery, DeliveryState, KeptReturn, ReturnAction, Returned
from schoon.notices._events import about
from schoon.notices._parts import NoticeParts
from schoon.notices._returns import read_return
from schoon.notices.errors import ReturnedMailError
from schoon.notices.rules import GIVE_UP
from schoon.notices.types import Notice, NoticeState

_UNSETTLED = {DeliveryState.WAITING, DeliveryState.SENT}


def take_return(parts: NoticeParts, mail: bytes, *, recipient: str, now: datetime) -> KeptReturn:
    """What the mail says, kept; a bounce hands the notice on to the next contact, unless its hoster has answered.

    Raises:
        ReturnedMailError: It says nothing of a delivery of this installation.
    """
    said = read_return(mail, recipient=recipient)
    with parts.transactions.write() as tx:
        delivery = parts.deliveries.by_token(tx, [said.return_token]).get(said.return_token)
        if delivery is None:
            raise ReturnedMailError("it names no delivery of this installation")
        kept = KeptReturn(
            delivery_id=delivery.delivery_id,
            at=now,
            action=said.action,
            status=said.status,
            says=said.says,
            mail_sha256=hashlib.sha256(mail).hexdigest(),
        )
        if parts.deliveries.add_return(tx, kept):
            subject = f"delivery:{delivery.delivery_id}"
            detail = {"says": said.action.value, "status": said.status}
            parts.journal.append(tx, about("notice:delivery:return", subject, now, **detail))
            _follow(parts, tx, delivery, said, now=now)
    return kept


def _follow(parts: NoticeParts, tx: Transaction, delivery: Delivery, said: Returned, *, now: datetime) -> None:
    notice = parts.notices.notices(tx, [delivery.notice_id])[delivery.notice_id]
    if delivery.state not in _UNSETTLED:
        return
    if said.action is ReturnAction.DELIVERED and delivery.state is DeliveryState.SENT:
        parts.deliveries.save(tx, [replace(delivery, state=DeliveryState.DELIVERED)])
        arrived(parts, tx, [notice], now=now)
    elif said.action is ReturnAction.FAILED:
        ended = delivery.ended_at or now
        fault = f"came back {said.status}".rstrip()
        parts.deliveries.save(tx, [replace(delivery, state=DeliveryState.RETURNED, fault=fault, ended_at=ended)])
        if _is_unheard(notice, now):
            failed(parts, tx, [notice], now=now)


def _is_unheard(notice: Notice, now: datetime) -> bool:
    """Whether the hoster may not have it: who opened or answered it has it, whatever a server of theirs says.

    Mail that comes back later than mail servers keep trying says nothing either: the hoster could have written it.
    """
    on_its_way = notice.state in {NoticeState.SENT, NoticeState.CLOSED}
    is_late = notice.sent_at is not None and now - notice.sent_at > GIVE_UP
    return on_its_way and not is_late and notice.acknowledged_at is None and notice.seen_at is None
