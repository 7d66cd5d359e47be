"""Members, their policies and their tokens: changed by the operator, known to every process within a second."""

import hashlib
import hmac
import secrets
from base64 import b32encode
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from schoon.check.errors import MembersUnknownError, NoSuchMemberError, NoSuchTokenError, TokenRefusedError
from schoon.check.ports import MemberStore
from schoon.check.rules import require_legal_basis, require_member_draft, require_webhook_url
from schoon.check.types import IssuedToken, Member, MemberAccount, MemberDraft, Policy, TokenRecord, Webhook
from schoon.journal import Event, Journal, Scalar
from schoon.kinds import MemberId, TokenId, Transaction, Transactions
from schoon.norms import MEMBER_AGREEMENT

TRUST_LIMIT = timedelta(seconds=60)
"""How long tokens are trusted after the table was last read; then nobody is let in: no revoked token lives on."""

_FLUSH_EVERY = timedelta(seconds=60)
_PREFIX = "schoon"
_TOKEN_ID_BYTES = 10
_SECRET_BYTES = 32
_LONGEST_TOKEN = 100
_NOBODY = hashlib.sha256(b"no such token").digest()


class MemberService:
    """Adds members, sets what counts for them, issues and checks their tokens.

    Tokens are checked against a table in memory; `refresh` keeps it up to date and must be called about twice a second
    by a process that serves. It reads one number as long as nothing has changed.
    """

    def __init__(self, transactions: Transactions, store: MemberStore, journal: Journal) -> None:
        self._transactions = transactions
        self._store = store
        self._journal = journal
        self._known: dict[TokenId, tuple[bytes, Member]] = {}
        self._version = -1
        self._read_at: datetime | None = None
        self._used: dict[TokenId, datetime] = {}
        self._flushed_at: datetime | None = None
        self._refreshing = Lock()

    # Who is asking: memory only, for every request.

    def authenticate(self, token: str, now: datetime) -> Member:
        """The member whose token this is.

        Raises:
            TokenRefusedError: No token that counts.
            MembersUnknownError: The table was not read for longer than `TRUST_LIMIT`.
        """
        self._require_fresh(now)
        prefix, _, rest = token[:_LONGEST_TOKEN].partition("_")
        token_id, _, secret = rest.partition("_")
        known, member = self._known.get(TokenId(token_id), (_NOBODY, None))
        same = hmac.compare_digest(hashlib.sha256(secret.encode()).digest(), known)
        if not same or member is None or prefix != _PREFIX:
            raise TokenRefusedError
        self._used[TokenId(token_id)] = now
        return member

    def authenticate_basic(self, user: str, password: str, now: datetime) -> Member:
        """The member of that name, whose token is the password (HTTP Basic).

        Raises:
            TokenRefusedError: No token that counts, or another member's.
            MembersUnknownError: See `authenticate`.
        """
        member = self.authenticate(password, now)
        if not hmac.compare_digest(user.encode(), member.name.encode()):
            raise TokenRefusedError
        return member

    def member_of(self, token_id: TokenId, now: datetime) -> Member:
        """The member of a token that was authenticated before, while the token is still good (for web sessions).

        Raises:
            TokenRefusedError: It is not good any more.
            MembersUnknownError: See `authenticate`.
        """
        self._require_fresh(now)
        _, member = self._known.get(token_id, (b"", None))
        if member is None:
            raise TokenRefusedError
        self._used[token_id] = now
        return member

    def refresh(self, now: datetime) -> bool:
        """Whether anything had changed; afterwards the table in memory is that of the database.

        Once a minute it also writes down when tokens were last used.

        Raises:
            OutageError: The database does not answer; the table stays as it was and goes stale.
        """
        with self._refreshing:
            changed = self._reload()
            self._read_at = now
            if self._flushed_at is None or now - self._flushed_at >= _FLUSH_EVERY or now < self._flushed_at:
                self.flush_used()
                self._flushed_at = now
            return changed

    def flush_used(self) -> None:
        """Write down when tokens were last used: `refresh` does it once a minute, a server that stops at its end."""
        used, self._used = self._used, {}
        if used:
            with self._transactions.write() as tx:
                self._store.mark_used(tx, used)

    def _require_fresh(self, now: datetime) -> None:
        if self._read_at is None or abs(now - self._read_at) > TRUST_LIMIT:  # a clock set back proves no freshness
            raise MembersUnknownError

    def _reload(self) -> bool:
        with self._transactions.read() as tx:
            version = self._store.version(tx)
            if version == self._version:
                return False
            members = {account.member.member_id: account.member for account in self._store.accounts(tx)}
            tokens = self._store.tokens(tx)
        self._known = {t.token_id: (t.digest, members[t.member_id]) for t in tokens if t.revoked_at is None}
        self._version = version
        return True

    # What the operator does.

    def add(self, draft: MemberDraft, *, actor: str, now: datetime) -> MemberAccount:
        """The new member; the member agreement's hit term holds where the draft gives none.

        Raises:
            MemberDraftError, LegalBasisMissingError: See `rules.require_member_draft`.
            MemberExistsError: The name is taken.
        """
        require_member_draft(draft)
        with self._transactions.write() as tx:
            account = self._store.add(tx, draft, hit_term=draft.hit_term or MEMBER_AGREEMENT.hit_term.length, now=now)
            self._note(tx, "member:add", account.member.member_id, actor=actor, now=now)
        return account

    def change(self, name: str, draft: MemberDraft, *, actor: str, now: datetime) -> MemberAccount:
        """The member of that name with policy, quota, hit term and complaint address of the draft; the name stays.

        Raises:
            NoSuchMemberError: There is none of that name.
            MemberDraftError, LegalBasisMissingError: See `rules.require_member_draft`.
        """
        require_member_draft(draft)
        with self._transactions.write() as tx:
            account = self._of_name(tx, name)
            member = replace(
                account.member,
                policy=draft.policy,
                quota=draft.quota,
                hit_term=draft.hit_term or MEMBER_AGREEMENT.hit_term.length,
                complaint_address=draft.complaint_address,
            )
            self._store.change(tx, member)
            self._note(tx, "member:change", member.member_id, actor=actor, now=now, quota=member.quota)
            return replace(account, member=member)

    def set_policy(self, name: str, policy: Policy, *, actor: str, now: datetime) -> MemberAccount:
        """The member of that name, with that policy.

        Raises:
            NoSuchMemberError: There is none of that name.
            LegalBasisMissingError: Messages would be scanned without a legal basis.
        """
        require_legal_basis(policy)
        with self._transactions.write() as tx:
            account = self._of_name(tx, name)
            member = replace(account.member, policy=policy)
            self._store.change(tx, member)
            self._note(
                tx,
                "member:policy:set",
                member.member_id,
                actor=actor,
                now=now,
                categories=",".join(sorted(policy.categories)),
                suppliers=None if policy.suppliers is None else len(policy.suppliers),
                pdq_distance=policy.pdq_distance,
                dihedral=policy.dihedral,
                service_type=policy.service_type,
            )
            return replace(account, member=member)

    def issue_token(self, name: str, *, label: str = "", actor: str, now: datetime) -> IssuedToken:
        """A new token of the member; its text is in this answer and nowhere else.

        Raises:
            NoSuchMemberError: There is no member of that name.
        """
        token_id = TokenId(b32encode(secrets.token_bytes(_TOKEN_ID_BYTES)).decode().lower())
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        with self._transactions.write() as tx:
            member_id = self._of_name(tx, name).member.member_id
            digest = hashlib.sha256(secret.encode()).digest()
            record = TokenRecord(
                token_id=token_id, member_id=member_id, digest=digest, created_at=now, label=label[:60]
            )
            self._store.add_token(tx, record)
            self._note(tx, "member:token:issue", member_id, actor=actor, now=now, token=token_id)
        return IssuedToken(token_id=token_id, text=f"{_PREFIX}_{token_id}_{secret}")

    def revoke_token(self, token_id: TokenId, *, actor: str, now: datetime) -> bool:
        """Whether it was still good until now; every process refuses it within two seconds.

        Raises:
            NoSuchTokenError: There is no token of that id.
        """
        with self._transactions.write() as tx:
            before = self._store.revoke_token(tx, token_id, now)
            if before is None:
                raise NoSuchTokenError(f"no token has the id {token_id[:40]!r}")
            if before.revoked_at is not None:
                return False
            self._note(tx, "member:token:revoke", before.member_id, actor=actor, now=now, token=token_id)
            return True

    def revoke_all_tokens(self, name: str, *, actor: str, now: datetime) -> int:
        """How many of the member's tokens were good until now: nobody gets in for it any more, page sessions included.

        Its messages go on: it is still told when an entry that it acted on is withdrawn.

        Raises:
            NoSuchMemberError: There is no member of that name.
        """
        with self._transactions.write() as tx:
            member_id = self._of_name(tx, name).member.member_id
            good = [token.token_id for token in self._store.tokens(tx, member_id) if token.revoked_at is None]
            for token_id in good:
                self._store.revoke_token(tx, token_id, now)
                self._note(tx, "member:token:revoke", member_id, actor=actor, now=now, token=token_id)
        return len(good)

    def set_webhook(
        self, name: str, url: str | None, *, allow_plain_http: bool = False, actor: str, now: datetime
    ) -> Webhook | None:
        """The member's webhook with its new secret, shown this once; None when `url` is None and it was removed.

        Raises:
            NoSuchMemberError: There is no member of that name.
            WebhookUrlError: See `rules.require_webhook_url`.
        """
        webhook = None
        if url is not None:
            require_webhook_url(url, allow_plain_http=allow_plain_http)
            webhook = Webhook(url=url, secret=secrets.token_urlsafe(_SECRET_BYTES).encode())
        with self._transactions.write() as tx:
            member_id = self._of_name(tx, name).member.member_id
            self._store.set_webhook(tx, member_id, webhook)
            self._note(tx, "member:webhook:set", member_id, actor=actor, now=now, present=webhook is not None)
        return webhook

    # What the operator sees.

    def list_members(self) -> list[MemberAccount]:
        """Every member by name."""
        with self._transactions.read() as tx:
            return self._store.accounts(tx)

    def find(self, name: str) -> MemberAccount:
        """The member of that name.

        Raises:
            NoSuchMemberError: There is none.
        """
        with self._transactions.read() as tx:
            return self._of_name(tx, name)

    def list_tokens(self, name: str) -> list[TokenRecord]:
        """The member's tokens, revoked ones too, oldest first; last uses of the past minute may be missing.

        Raises:
            NoSuchMemberError: There is no member of that name.
        """
        with self._transactions.read() as tx:
            return self._store.tokens(tx, self._of_name(tx, name).member.member_id)

    def _of_name(self, tx: Transaction, name: str) -> MemberAccount:
        account = self._store.find(tx, name)
        if account is None:
            raise NoSuchMemberError(f"no member is called {name[:60]!r}")
        return account

    def _note(
        self, tx: Transaction, action: str, member_id: MemberId, *, actor: str, now: datetime, **detail: Scalar
    ) -> None:
        event = Event(action=action, actor=actor, subject=f"member:{member_id}", at=now, detail=detail)
        self._journal.append(tx, event)
