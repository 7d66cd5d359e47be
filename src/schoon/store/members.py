"""Members, tokens and webhooks on SQL."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from typing_extensions import override

from schoon.check import (
    Member,
    MemberAccount,
    MemberDraft,
    MemberExistsError,
    MemberStore,
    Policy,
    ServiceType,
    TokenRecord,
    Webhook,
)
from schoon.hits.ports import Complaints, Webhooks
from schoon.kinds import Category, MemberId, TokenId, Transaction
from schoon.store._upsert import insert_for
from schoon.store.database import connection_of
from schoon.store.errors import SealedWithAnotherKeyError
from schoon.store.tables.members import member_changes, members, tokens

_NONCE_BYTES = 12
_WEBHOOK = select(members.c.webhook_url, members.c.webhook_sealed).where(members.c.id == bindparam("member"))


class SqlMembers(MemberStore, Webhooks, Complaints):
    """Keeps members in tables; a webhook's secret is sealed under a key that is not in the database."""

    def __init__(self, *, secret_key: bytes) -> None:
        """Take 32 secret bytes; the sealing key is derived from them for this purpose alone."""
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"schoon/webhook").derive(secret_key)
        self._cipher = AESGCM(key)

    @override
    def version(self, tx: Transaction) -> int:
        return connection_of(tx).execute(select(member_changes.c.version)).scalar() or 0

    @override
    def add(self, tx: Transaction, draft: MemberDraft, *, hit_term: timedelta, now: datetime) -> MemberAccount:
        connection = connection_of(tx)
        values = {
            "name": draft.name,
            "created_at": now,
            **_settings(draft.policy, draft.quota, hit_term, draft.complaint_address),
        }
        try:
            row = connection.execute(insert(members).values(values).returning(members)).one()
        except IntegrityError as cause:
            raise MemberExistsError(f"there is a member {draft.name!r} already") from cause
        _changed(connection)
        return _account(row)

    @override
    def change(self, tx: Transaction, member: Member) -> None:
        connection = connection_of(tx)
        values = _settings(member.policy, member.quota, member.hit_term, member.complaint_address)
        connection.execute(update(members).where(members.c.id == member.member_id).values(values))
        _changed(connection)

    @override
    def accounts(self, tx: Transaction) -> list[MemberAccount]:
        return [_account(row) for row in connection_of(tx).execute(select(members).order_by(members.c.name))]

    @override
    def find(self, tx: Transaction, name: str) -> MemberAccount | None:
        row = connection_of(tx).execute(select(members).where(members.c.name == name)).one_or_none()
        return None if row is None else _account(row)

    @override
    def get(self, tx: Transaction, member_id: MemberId) -> MemberAccount | None:
        row = connection_of(tx).execute(select(members).where(members.c.id == member_id)).one_or_none()
        return None if row is None else _account(row)

    @override
    def add_token(self, tx: Transaction, token: TokenRecord) -> None:
        connection = connection_of(tx)
        connection.execute(
            insert(tokens).values(
                id=token.token_id,
                member_id=token.member_id,
                digest=token.digest,
                label=token.label,
                created_at=token.created_at,
                last_used_at=token.last_used_at,
                revoked_at=token.revoked_at,
            )
        )
        _changed(connection)

    @override
    def revoke_token(self, tx: Transaction, token_id: TokenId, now: datetime) -> TokenRecord | None:
        connection = connection_of(tx)
        row = connection.execute(select(tokens).where(tokens.c.id == token_id).with_for_update()).one_or_none()
        if row is None:
            return None
        if row.revoked_at is None:
            connection.execute(update(tokens).where(tokens.c.id == token_id).values(revoked_at=now))
            _changed(connection)
        return _token(row)

    @override
    def tokens(self, tx: Transaction, member_id: MemberId | None = None) -> list[TokenRecord]:
        query = select(tokens).order_by(tokens.c.created_at, tokens.c.id)
        if member_id is not None:
            query = query.where(tokens.c.member_id == member_id)
        return [_token(row) for row in connection_of(tx).execute(query)]

    @override
    def mark_used(self, tx: Transaction, used: Mapping[TokenId, datetime]) -> None:
        for token_id, at in sorted(used.items()):
            earlier = or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at < at)
            connection_of(tx).execute(update(tokens).where(tokens.c.id == token_id, earlier).values(last_used_at=at))

    @override
    def set_webhook(self, tx: Transaction, member_id: MemberId, webhook: Webhook | None) -> None:
        connection = connection_of(tx)
        values: dict[str, Any] = {"webhook_url": None, "webhook_sealed": None}
        if webhook is not None:
            nonce = secrets.token_bytes(_NONCE_BYTES)
            sealed = nonce + self._cipher.encrypt(nonce, webhook.secret, _bound_to(member_id, webhook.url))
            values = {"webhook_url": webhook.url, "webhook_sealed": sealed}
        connection.execute(update(members).where(members.c.id == member_id).values(values))
        _changed(connection)

    @override
    def webhook(self, tx: Transaction, member_id: MemberId) -> Webhook | None:
        row = connection_of(tx).execute(_WEBHOOK, {"member": member_id}).one_or_none()
        if row is None or row.webhook_url is None:
            return None
        nonce, sealed = row.webhook_sealed[:_NONCE_BYTES], row.webhook_sealed[_NONCE_BYTES:]
        try:
            secret = self._cipher.decrypt(nonce, sealed, _bound_to(member_id, row.webhook_url))
        except InvalidTag as cause:
            raise SealedWithAnotherKeyError(f"the webhook secret of member {member_id} does not open") from cause
        return Webhook(url=row.webhook_url, secret=secret)

    @override
    def complaint_route(self, tx: Transaction, member_id: MemberId) -> tuple[str, str]:
        row = (
            connection_of(tx)
            .execute(select(members.c.name, members.c.complaint_address).where(members.c.id == member_id))
            .one()
        )
        return row.name, row.complaint_address


def _bound_to(member_id: MemberId, url: str) -> bytes:
    # A sealed secret moved to another row or another address by hand does not open.
    return f"{member_id} {url}".encode()


def _changed(connection: Connection) -> None:
    statement = insert_for(connection, member_changes).values(id=1, version=1)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_={"version": member_changes.c.version + 1})
    )


def _settings(policy: Policy, quota: int, hit_term: timedelta, complaint_address: str) -> dict[str, Any]:
    rest = {
        "categories": sorted(policy.categories),
        "suppliers": None if policy.suppliers is None else sorted(policy.suppliers),
        "pdq_distance": policy.pdq_distance,
        "dihedral": policy.dihedral,
    }
    return {
        "policy": json.dumps(rest),
        "service_type": policy.service_type.value,
        "legal_basis": policy.legal_basis,
        "quota": quota,
        "hit_term_seconds": round(hit_term.total_seconds()),
        "complaint_address": complaint_address,
    }


def _account(row: Row[*tuple[Any, ...]]) -> MemberAccount:
    rest = json.loads(row.policy)
    policy = Policy(
        categories=frozenset(Category(category) for category in rest["categories"]),
        suppliers=None if rest["suppliers"] is None else frozenset(rest["suppliers"]),
        pdq_distance=rest["pdq_distance"],
        dihedral=rest["dihedral"],
        service_type=ServiceType(row.service_type),
        legal_basis=row.legal_basis,
    )
    member = Member(
        member_id=MemberId(row.id),
        name=row.name,
        policy=policy,
        quota=row.quota,
        hit_term=timedelta(seconds=row.hit_term_seconds),
        complaint_address=row.complaint_address,
    )
    return MemberAccount(member=member, created_at=row.created_at, webhook_url=row.webhook_url)


def _token(row: Row[*tuple[Any, ...]]) -> TokenRecord:
    return TokenRecord(
        token_id=TokenId(row.id),
        member_id=MemberId(row.member_id),
        digest=row.digest,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        label=row.label,
    )
