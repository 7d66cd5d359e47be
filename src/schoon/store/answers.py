"""What hosters said, on SQL: pages that links open, answers, disputes, acknowledgements, compared lists."""

import hashlib
import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update
from typing_extensions import override

from schoon.kinds import HosterId, ItemId, NoticeId, Transaction
from schoon.notices import (
    Answer,
    Answerer,
    DeliveryId,
    ItemAnswer,
    KeptAcknowledgement,
    KeptAnswer,
    KeptDispute,
    ListedNotice,
    NoticePage,
    Reconciliation,
    Reseller,
    Settled,
)
from schoon.notices.ports import AnswerBook
from schoon.parties import KeyId
from schoon.reports.ports import Vault
from schoon.store._sets import among
from schoon.store._upsert import insert_for
from schoon.store.database import connection_of
from schoon.store.tables.notices import (
    acknowledgements,
    answers,
    notice_disputes,
    pages,
    reconciled,
    reconciliations,
)


class SqlAnswers(AnswerBook):
    """Keeps what hosters said in tables; their words are sealed, since they may name people and addresses."""

    def __init__(self, vault: Vault) -> None:
        """Take the vault."""
        self._vault = vault

    @override
    def add_pages(self, tx: Transaction, pages_: Sequence[NoticePage]) -> None:
        rows = [
            {
                "digest": page.digest,
                "notice_id": page.notice_id,
                "delivery_id": page.delivery_id,
                "expires_at": page.expires_at,
            }
            for page in pages_
        ]
        if rows:
            connection_of(tx).execute(insert(pages), rows)

    @override
    def page(self, tx: Transaction, digest: bytes) -> NoticePage | None:
        row = connection_of(tx).execute(select(pages).where(pages.c.digest == digest)).one_or_none()
        if row is None:
            return None
        return NoticePage(
            digest=row.digest,
            notice_id=NoticeId(row.notice_id),
            delivery_id=DeliveryId(row.delivery_id),
            expires_at=row.expires_at,
        )

    @override
    def add_answers(self, tx: Transaction, answers_: Sequence[KeptAnswer]) -> None:
        if not answers_:
            return
        connection = connection_of(tx)
        rows = [
            {
                "notice_id": one.notice_id,
                "item_id": one.answer.item_id,
                "answer": one.answer.answer.value,
                "said": self._vault.seal(_said_place(one.notice_id, one.answer.item_id), _to_json(one.answer)),
                "answerer": one.answerer.value,
                "said_by": one.by,
                "at": one.at,
            }
            for one in answers_
        ]
        numbered = insert(answers).returning(
            answers.c.number, answers.c.notice_id, answers.c.item_id, answers.c.answer, sort_by_parameter_order=True
        )
        disputed = [
            {
                "answer_number": row.number,
                "notice_id": row.notice_id,
                "item_id": row.item_id,
                "reason": "",
                "settled_by": "",
            }
            for row in connection.execute(numbered, rows)
            if row.answer == Answer.DISPUTED
        ]
        if disputed:
            connection.execute(insert_for(connection, notice_disputes).on_conflict_do_nothing(), disputed)

    @override
    def answers(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[KeptAnswer]:
        if not notice_ids:
            return []
        connection = connection_of(tx)
        given = among(connection, notice_ids, str)
        query = select(answers).where(answers.c.notice_id.in_(given)).order_by(answers.c.number)
        return [
            KeptAnswer(
                notice_id=NoticeId(row.notice_id),
                answer=self._said(row),
                answerer=Answerer(row.answerer),
                by=row.said_by,
                at=row.at,
            )
            for row in connection.execute(query)
        ]

    @override
    def disputes(self, tx: Transaction, *, open_only: bool) -> list[KeptDispute]:
        query = _DISPUTES.order_by(notice_disputes.c.number)
        if open_only:
            query = query.where(notice_disputes.c.upheld.is_(None))
        return [self._dispute(row) for row in connection_of(tx).execute(query)]

    @override
    def settle(self, tx: Transaction, settled: Settled) -> KeptDispute | None:
        connection = connection_of(tx)
        is_open = (notice_disputes.c.number == settled.number, notice_disputes.c.upheld.is_(None))
        values = {
            "upheld": settled.upheld,
            "reason": settled.reason,
            "settled_by": settled.by,
            "settled_at": settled.at,
        }
        if connection.execute(update(notice_disputes).where(*is_open).values(values)).rowcount != 1:
            return None
        return self._dispute(connection.execute(_DISPUTES.where(notice_disputes.c.number == settled.number)).one())

    @override
    def add_acknowledgement(self, tx: Transaction, kept: KeptAcknowledgement) -> bool:
        connection = connection_of(tx)
        values = {
            "notice_id": kept.notice_id,
            "key_id": kept.key_id,
            "document": self._vault.seal(_document_place(kept.notice_id), kept.document.decode()),
            "document_sha256": hashlib.sha256(kept.document).hexdigest(),
            "signature": kept.signature,
            "at": kept.at,
        }
        statement = insert_for(connection, acknowledgements).values(values)
        once = statement.on_conflict_do_nothing(index_elements=["notice_id", "document_sha256"])
        return connection.execute(once.returning(acknowledgements.c.number)).one_or_none() is not None

    @override
    def acknowledgements(self, tx: Transaction, notice_id: NoticeId) -> list[KeptAcknowledgement]:
        query = (
            select(acknowledgements)
            .where(acknowledgements.c.notice_id == notice_id)
            .order_by(acknowledgements.c.number)
        )
        return [
            KeptAcknowledgement(
                notice_id=NoticeId(row.notice_id),
                key_id=KeyId(row.key_id),
                document=self._vault.open(_document_place(row.notice_id), row.document).encode(),
                signature=row.signature,
                at=row.at,
            )
            for row in connection_of(tx).execute(query)
        ]

    @override
    def add_reconciliation(self, tx: Transaction, kept: Reconciliation) -> int:
        connection = connection_of(tx)
        values = {"hoster_id": kept.hoster_id, "at": kept.at, "given_by": kept.by}
        number: int = connection.scalars(
            insert(reconciliations).values(values).returning(reconciliations.c.number)
        ).one()
        rows = [
            {
                "reconciliation": number,
                "place": row.row,
                "notice_id": row.notice_id,
                "received_at": row.received_at,
            }
            for row in kept.rows
        ]
        if rows:
            connection.execute(insert(reconciled), rows)
        return number

    @override
    def reconciliations(self, tx: Transaction, hoster_id: HosterId, *, limit: int) -> list[Reconciliation]:
        connection = connection_of(tx)
        newest = (
            select(reconciliations)
            .where(reconciliations.c.hoster_id == hoster_id)
            .order_by(reconciliations.c.number.desc())
            .limit(limit)
        )
        heads = connection.execute(newest).all()
        given = among(connection, [head.number for head in heads], int)
        rows: dict[int, list[ListedNotice]] = {head.number: [] for head in heads}
        query = select(reconciled).where(reconciled.c.reconciliation.in_(given)).order_by(reconciled.c.place)
        for row in connection.execute(query):
            listed = ListedNotice(row=row.place, notice_id=row.notice_id, received_at=row.received_at)
            rows[row.reconciliation].append(listed)
        return [
            Reconciliation(
                number=head.number,
                hoster_id=HosterId(head.hoster_id),
                at=head.at,
                by=head.given_by,
                rows=tuple(rows[head.number]),
            )
            for head in heads
        ]

    def _said(self, row: Row[*tuple[Any, ...]]) -> ItemAnswer:
        item_id = ItemId(row.item_id)
        said = json.loads(self._vault.open(_said_place(row.notice_id, item_id), row.said))
        reseller = Reseller(**said["reseller"]) if said["reseller"] else None
        return ItemAnswer(item_id=item_id, answer=Answer(row.answer), text=said["text"], reseller=reseller)

    def _dispute(self, row: Row[*tuple[Any, ...]]) -> KeptDispute:
        return KeptDispute(
            number=row.number,
            notice_id=NoticeId(row.notice_id),
            item_id=ItemId(row.item_id),
            text=self._said(row).text,
            at=row.at,
            upheld=row.upheld,
            reason=row.reason,
            settled_by=row.settled_by,
            settled_at=row.settled_at,
        )


_DISPUTES = select(notice_disputes, answers.c.said, answers.c.answer, answers.c.at).join_from(
    notice_disputes, answers, answers.c.number == notice_disputes.c.answer_number
)


def _said_place(notice_id: str, item_id: str) -> str:
    return f"notice_answers.said:{notice_id}/{item_id}"


def _document_place(notice_id: str) -> str:
    return f"notice_acknowledgements.document:{notice_id}"


def _to_json(answer: ItemAnswer) -> str:
    reseller = answer.reseller
    named = reseller and {
        "email": reseller.email,
        "organisation": reseller.organisation,
        "country": reseller.country,
    }
    return json.dumps({"text": answer.text, "reseller": named})
