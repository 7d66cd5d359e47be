"""What this room needs from outside, and whom it tells."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from schoon.kinds import Transaction
from schoon.notices.types import AnsweredNotice, SentNotice


class NoticeListener(Protocol):
    """Hears what becomes of notices, in the transaction that writes it down. Later rooms implement it.

    Each call tells of a batch; what is done must take a number of statements that does not grow with it.
    """

    def sent(self, tx: Transaction, sent: Sequence[SentNotice], at: datetime) -> None:
        """A channel took these notices; their items are `noticed` now, unless another hoster's notice did that before.

        `notice.sent_at` is set. Told once a notice, whatever the channel, and before `delivered`.
        """
        ...

    def delivered(self, tx: Transaction, delivered: Sequence[SentNotice], at: datetime) -> None:
        """These notices arrived; `notice.delivered_at` is set. Mail may never get here: not every server says so."""
        ...

    def failed(self, tx: Transaction, failed: Sequence[SentNotice], at: datetime) -> None:
        """These notices were sent, and came back: the hoster never had them, and its clocks never ran.

        Their items are `to_notice` again and go to the next contact. Notices that were never taken are not told of.
        """
        ...

    def answered(self, tx: Transaction, answered: Sequence[AnsweredNotice], at: datetime) -> None:
        """The hoster spoke. No answer by itself ends a clock: what a probe sees does, or a settled dispute."""
        ...
