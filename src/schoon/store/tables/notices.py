"""Hosters, notices with their items, messages on their way, what came back, what hosters said; apart: referrals.

What must hold whoever writes is said here:

* one open notice a hoster, law profile and kind (`uq_notices_open`); an item waits once a hoster and kind
  (`uq_notice_items_waiting`); one message of a notice is on its way at a time (`uq_notice_deliveries_waiting`);
* the reasons of a referral are in `police_referrals` alone, which nothing of a notice refers to;
* what a hoster said, and what came back, is added and never changed.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from schoon.store._types import RowId, UtcDateTime
from schoon.store.tables._base import guard, metadata

hosters = Table(
    "hosters",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("webhook_url", Text),
    Column("webhook_sealed", LargeBinary),
    Column("bounced_at", UtcDateTime),
    Column("reviewed", Boolean, nullable=False),
    Column("party", RowId, ForeignKey("organisations.id")),
    Column("reseller_of", RowId, ForeignKey("hosters.id")),
    Column("added_at", UtcDateTime, nullable=False),
    UniqueConstraint("key"),
    CheckConstraint("language IN ('nl', 'en')", name="language"),
    CheckConstraint("channel IN ('mail', 'webhook', 'portal')", name="channel"),
    CheckConstraint("(webhook_url IS NULL) = (webhook_sealed IS NULL)", name="webhook"),
    CheckConstraint("channel <> 'webhook' OR webhook_url IS NOT NULL", name="has_webhook"),
    Index("ix_hosters_party", "party"),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("id", Text, nullable=False),
    Column("hoster_id", RowId, ForeignKey("hosters.id"), nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("police_backed", Boolean, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    Column("seen_at", UtcDateTime),
    Column("acknowledged_at", UtcDateTime),
    Column("failed_at", UtcDateTime),
    Column("clock_at", UtcDateTime),
    Column("due_at", UtcDateTime),
    UniqueConstraint("id"),
    UniqueConstraint("id", "hoster_id"),
    CheckConstraint("kind IN ('first', 'again')", name="kind"),
    CheckConstraint("state IN ('open', 'closed', 'sent', 'failed', 'empty')", name="state"),
    CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
    CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent"),
    CheckConstraint("sent_at IS NULL OR state IN ('sent', 'failed')", name="sent_is_not_open"),
    CheckConstraint("delivered_at IS NULL OR sent_at IS NOT NULL", name="delivered"),
    CheckConstraint("(state = 'failed') = (failed_at IS NOT NULL)", name="failed"),
    CheckConstraint("(clock_at IS NULL) = (due_at IS NULL)", name="clock"),
    Index(
        "uq_notices_open",
        "hoster_id",
        "profile_id",
        "kind",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_notices_hoster_id", "hoster_id", "number"),
    Index("ix_notices_sent_at", "hoster_id", "sent_at"),
    Index("ix_notices_all_sent_at", "sent_at"),
    sqlite_autoincrement=True,
)

notice_items = Table(
    "notice_items",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("notice_id", Text, nullable=False),
    Column("hoster_id", RowId, nullable=False),
    Column("kind", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("url_tag", Text, nullable=False),
    Column("taken_up_at", UtcDateTime, nullable=False),
    Column("trace_id", Text),
    Column("from_hoster_id", RowId),
    Column("waiting", Boolean, nullable=False),
    Column("dropped_at", UtcDateTime),
    Column("dropped_because", Text, nullable=False),
    Column("answer", Text),
    Column("answered_at", UtcDateTime),
    Column("gone_at", UtcDateTime),
    ForeignKeyConstraint(["notice_id", "hoster_id"], ["notices.id", "notices.hoster_id"]),
    ForeignKeyConstraint(["from_hoster_id"], ["hosters.id"]),
    CheckConstraint("from_hoster_id != hoster_id", name="another"),
    CheckConstraint("dropped_at IS NULL OR NOT waiting", name="dropped"),
    CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    CheckConstraint("answer IN ('removed', 'not_ours', 'moved_to', 'disputed', 'passed_on')", name="answer"),
    Index("uq_notice_items_notice_id", "notice_id", "item_id", unique=True),
    Index(
        "ix_notice_items_standing",
        "notice_id",
        sqlite_where=text("dropped_at IS NULL"),
        postgresql_where=text("dropped_at IS NULL"),
    ),
    Index("ix_notice_items_item_id", "item_id"),
    Index("ix_notice_items_url_tag", "hoster_id", "url_tag"),
    Index(
        "ix_notice_items_moved",
        "number",
        sqlite_where=text("from_hoster_id IS NOT NULL"),
        postgresql_where=text("from_hoster_id IS NOT NULL"),
    ),
    Index(
        "uq_notice_items_waiting",
        "item_id",
        "hoster_id",
        "kind",
        unique=True,
        sqlite_where=text("waiting"),
        postgresql_where=text("waiting"),
    ),
    sqlite_autoincrement=True,
)
"""`waiting` while its notice is open, or closed and not taken yet. `url_tag`: for a hoster's own list."""

unnoticed = Table(
    "unnoticed_items",
    metadata,
    Column("item_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    CheckConstraint("reason IN ('gone', 'nobody', 'bouncing', 'unresolved')", name="reason"),
)

deliveries = Table(
    "notice_deliveries",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("id", Text, nullable=False),
    Column("notice_id", Text, ForeignKey("notices.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("return_token", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("put_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fault", Text, nullable=False),
    Column("tried_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("id"),
    UniqueConstraint("message_id"),
    UniqueConstraint("return_token"),
    CheckConstraint("channel IN ('mail', 'webhook', 'portal')", name="channel"),
    CheckConstraint(
        "state IN ('waiting', 'sent', 'delivered', 'refused', 'returned', 'taken_back')",
        name="state",
    ),
    CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended"),
    Index("ix_notice_deliveries_notice_id", "notice_id", "number"),
    Index(
        "uq_notice_deliveries_waiting",
        "notice_id",
        unique=True,
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    sqlite_autoincrement=True,
)
"""`content` is sealed: it holds addresses of material, and the token of a link."""

returns = Table(
    "notice_returns",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("delivery_id", Text, ForeignKey("notice_deliveries.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("action", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("says", LargeBinary, nullable=False),
    Column("mail_sha256", Text, nullable=False),
    CheckConstraint("action IN ('failed', 'delayed', 'delivered', 'relayed', 'expanded')", name="action"),
    Index("uq_notice_returns_mail", "delivery_id", "mail_sha256", unique=True),
    sqlite_autoincrement=True,
)

pages = Table(
    "notice_pages",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("notice_id", Text, ForeignKey("notices.id"), nullable=False),
    Column("delivery_id", Text, ForeignKey("notice_deliveries.id"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    CheckConstraint("length(digest) = 32", name="sha256"),
)

answers = Table(
    "notice_answers",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("notice_id", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("said", LargeBinary, nullable=False),
    Column("answerer", Text, nullable=False),
    Column("said_by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["notice_id", "item_id"], ["notice_items.notice_id", "notice_items.item_id"]),
    CheckConstraint("answer IN ('removed', 'not_ours', 'moved_to', 'disputed', 'passed_on')", name="answer"),
    CheckConstraint("answerer IN ('link', 'account', 'key')", name="answerer"),
    Index("ix_notice_answers_notice_id", "notice_id", "number"),
    sqlite_autoincrement=True,
)
"""`said` is sealed: reasons, new addresses and resellers, in a hoster's own words."""

notice_disputes = Table(
    "notice_disputes",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("answer_number", RowId, ForeignKey("notice_answers.number"), nullable=False),
    Column("notice_id", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("upheld", Boolean),
    Column("reason", Text, nullable=False),
    Column("settled_by", Text, nullable=False),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("answer_number"),
    CheckConstraint("(upheld IS NULL) = (settled_at IS NULL)", name="settled"),
    Index(
        "uq_notice_disputes_open",
        "notice_id",
        "item_id",
        unique=True,
        sqlite_where=text("upheld IS NULL"),
        postgresql_where=text("upheld IS NULL"),
    ),
    sqlite_autoincrement=True,
)

acknowledgements = Table(
    "notice_acknowledgements",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("notice_id", Text, ForeignKey("notices.id"), nullable=False),
    Column("key_id", RowId, ForeignKey("organisation_keys.id"), nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("document_sha256", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("length(signature) = 64", name="ed25519"),
    Index("uq_notice_acknowledgements_document", "notice_id", "document_sha256", unique=True),
    sqlite_autoincrement=True,
)

reconciliations = Table(
    "notice_reconciliations",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("hoster_id", RowId, ForeignKey("hosters.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("given_by", Text, nullable=False),
    Index("ix_notice_reconciliations_hoster_id", "hoster_id", "number"),
    sqlite_autoincrement=True,
)

reconciled = Table(
    "notice_reconciled_rows",
    metadata,
    Column("reconciliation", RowId, ForeignKey("notice_reconciliations.number"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("notice_id", Text, ForeignKey("notices.id")),
    Column("received_at", UtcDateTime),
)

referrals = Table(
    "police_referrals",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("id", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("told", LargeBinary, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("content", LargeBinary),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fault", Text, nullable=False),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("id"),
    UniqueConstraint("message_id"),
    CheckConstraint("state IN ('waiting', 'sent', 'delivered', 'refused')", name="state"),
    CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended"),
    sqlite_autoincrement=True,
)
"""`told` is sealed: reasons and addresses."""

referral_items = Table(
    "police_referral_items",
    metadata,
    Column("referral_id", Text, ForeignKey("police_referrals.id"), primary_key=True),
    Column("item_id", Text, primary_key=True),
    Index("ix_police_referral_items_item_id", "item_id"),
)

for _table in (notices, deliveries, returns, answers, acknowledgements):
    guard(_table)
