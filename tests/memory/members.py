"""Members, quotas and near digests in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from schoon.check import (
    Member,
    MemberAccount,
    MemberDraft,
    MemberExistsError,
    NearAlarm,
    TokenRecord,
    Webhook,
)
from schoon.kinds import EntryId, MemberId, TokenId, Transaction
from schoon.norms import MEMBER_AGREEMENT


class MemoryMembers:
    def __init__(self) -> None:
        self._version = 0
        self._accounts: dict[MemberId, MemberAccount] = {}
        self._tokens: dict[TokenId, TokenRecord] = {}
        self._webhooks: dict[MemberId, Webhook] = {}

    def version(self, tx: Transaction) -> int:
        return self._version

    def add(self, tx: Transaction, draft: MemberDraft, *, hit_term: timedelta, now: datetime) -> MemberAccount:
        if self.find(tx, draft.name) is not None:
            raise MemberExistsError(f"there is a member {draft.name!r} already")
        member = Member(
            member_id=MemberId(len(self._accounts) + 1),
            name=draft.name,
            policy=draft.policy,
            quota=draft.quota,
            hit_term=hit_term,
            complaint_address=draft.complaint_address,
        )
        account = MemberAccount(member=member, created_at=now, webhook_url=None)
        self._accounts[member.member_id] = account
        self._version += 1
        return account

    def change(self, tx: Transaction, member: Member) -> None:
        self._accounts[member.member_id] = replace(self._accounts[member.member_id], member=member)
        self._version += 1

    def accounts(self, tx: Transaction) -> list[MemberAccount]:
        return sorted(self._accounts.values(), key=lambda account: account.member.name)

    def find(self, tx: Transaction, name: str) -> MemberAccount | None:
        return next((account for account in self._accounts.values() if account.member.name == name), None)

    def get(self, tx: Transaction, member_id: MemberId) -> MemberAccount | None:
        return self._accounts.get(member_id)

    def add_token(self, tx: Transaction, token: TokenRecord) -> None:
        self._tokens[token.token_id] = token
        self._version += 1

    def revoke_token(self, tx: Transaction, token_id: TokenId, now: datetime) -> TokenRecord | None:
        before = self._tokens.get(token_id)
        if before is not None and before.revoked_at is None:
            self._tokens[token_id] = replace(before, revoked_at=now)
            self._version += 1
        return before

    def tokens(self, tx: Transaction, member_id: MemberId | None = None) -> list[TokenRecord]:
        some = [token for token in self._tokens.values() if member_id in {None, token.member_id}]
        return sorted(some, key=lambda token: (token.created_at, token.token_id))

    def mark_used(self, tx: Transaction, used: Mapping[TokenId, datetime]) -> None:
        for token_id, at in used.items():
            token = self._tokens.get(token_id)
            if token is not None and (token.last_used_at is None or token.last_used_at < at):
                self._tokens[token_id] = replace(token, last_used_at=at)

    def set_webhook(self, tx: Transaction, member_id: MemberId, webhook: Webhook | None) -> None:
        self._webhooks.pop(member_id, None)
        if webhook is not None:
            self._webhooks[member_id] = webhook
        url = None if webhook is None else webhook.url
        self._accounts[member_id] = replace(self._accounts[member_id], webhook_url=url)
        self._version += 1

    def webhook(self, tx: Transaction, member_id: MemberId) -> Webhook | None:
        return self._webhooks.get(member_id)

    def complaint_route(self, tx: Transaction, member_id: MemberId) -> tuple[str, str]:
        member = self._accounts[member_id].member
        return member.name, member.complaint_address


class MemoryUsage:
    def __init__(self) -> None:
        self._leased: dict[tuple[MemberId, datetime], int] = {}

    def lease(
        self, tx: Transaction, member_id: MemberId, hour: datetime, *, at_least: int, wanted: int, limit: int
    ) -> int:
        left = limit - self.used(tx, member_id, hour)
        if left < at_least:
            return 0
        self._leased[member_id, hour] = self.used(tx, member_id, hour) + min(wanted, left)
        return min(wanted, left)

    def used(self, tx: Transaction, member_id: MemberId, hour: datetime) -> int:
        return self._leased.get((member_id, hour), 0)

    def forget_before(self, tx: Transaction, hour: datetime) -> int:
        old = [key for key in self._leased if key[1] < hour]
        for key in old:
            del self._leased[key]
        return len(old)


class MemoryNear:
    def __init__(self) -> None:
        self._tags: dict[tuple[MemberId, EntryId, bytes], datetime] = {}
        self._alarms: list[NearAlarm] = []

    def note(
        self, tx: Transaction, member_id: MemberId, near: Mapping[EntryId, Sequence[bytes]], now: datetime, *, keep: int
    ) -> dict[EntryId, int]:
        for entry_id, tags in near.items():
            if self._count(member_id, entry_id, now) < keep:
                self._tags.update({(member_id, entry_id, tag): now for tag in tags})
        counts = {entry_id: self._count(member_id, entry_id, now) for entry_id in near}
        return {entry_id: count for entry_id, count in counts.items() if count}

    def raise_alarm(self, tx: Transaction, alarm: NearAlarm) -> bool:
        for before in self._alarms:
            same = (before.member_id, before.entry_id) == (alarm.member_id, alarm.entry_id)
            if same and before.raised_at > alarm.raised_at - MEMBER_AGREEMENT.near_window:
                return False
        self._alarms.append(alarm)
        return True

    def alarms(self, tx: Transaction, member_id: MemberId | None = None) -> list[NearAlarm]:
        return [alarm for alarm in reversed(self._alarms) if member_id in {None, alarm.member_id}]

    def forget_before(self, tx: Transaction, moment: datetime) -> int:
        old = [key for key, at in self._tags.items() if at <= moment]
        for key in old:
            del self._tags[key]
        return len(old)

    def _count(self, member_id: MemberId, entry_id: EntryId, now: datetime) -> int:
        since = now - MEMBER_AGREEMENT.near_window
        return sum(key[:2] == (member_id, entry_id) and at > since for key, at in self._tags.items())
