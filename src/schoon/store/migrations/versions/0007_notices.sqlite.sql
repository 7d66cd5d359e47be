CREATE TABLE hosters (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "key" TEXT NOT NULL,
    organisation TEXT NOT NULL,
    country TEXT NOT NULL,
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    channel TEXT NOT NULL,
    webhook_url TEXT,
    webhook_sealed BLOB,
    bounced_at DATETIME,
    reviewed BOOLEAN NOT NULL,
    party INTEGER,
    reseller_of INTEGER,
    added_at DATETIME NOT NULL,
    CONSTRAINT uq_hosters_key UNIQUE ("key"),
    CONSTRAINT ck_hosters_language CHECK (language IN ('nl', 'en')),
    CONSTRAINT ck_hosters_channel CHECK (channel IN ('mail', 'webhook', 'portal')),
    CONSTRAINT ck_hosters_webhook CHECK ((webhook_url IS NULL) = (webhook_sealed IS NULL)),
    CONSTRAINT ck_hosters_has_webhook CHECK (channel <> 'webhook' OR webhook_url IS NOT NULL),
    CONSTRAINT fk_hosters_party FOREIGN KEY(party) REFERENCES organisations (id),
    CONSTRAINT fk_hosters_reseller_of FOREIGN KEY(reseller_of) REFERENCES hosters (id)
)
--;
CREATE INDEX ix_hosters_party ON hosters (party)
--;
CREATE TABLE notices (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    hoster_id INTEGER NOT NULL,
    profile_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    email TEXT NOT NULL,
    police_backed BOOLEAN NOT NULL,
    opened_at DATETIME NOT NULL,
    closes_at DATETIME NOT NULL,
    closed_at DATETIME,
    sent_at DATETIME,
    delivered_at DATETIME,
    seen_at DATETIME,
    acknowledged_at DATETIME,
    failed_at DATETIME,
    clock_at DATETIME,
    due_at DATETIME,
    CONSTRAINT uq_notices_id UNIQUE (id),
    CONSTRAINT uq_notices_id_hoster_id UNIQUE (id, hoster_id),
    CONSTRAINT ck_notices_kind CHECK (kind IN ('first', 'again')),
    CONSTRAINT ck_notices_state CHECK (state IN ('open', 'closed', 'sent', 'failed', 'empty')),
    CONSTRAINT ck_notices_closed CHECK ((state = 'open') = (closed_at IS NULL)),
    CONSTRAINT ck_notices_sent CHECK (state <> 'sent' OR sent_at IS NOT NULL),
    CONSTRAINT ck_notices_sent_is_not_open CHECK (sent_at IS NULL OR state IN ('sent', 'failed')),
    CONSTRAINT ck_notices_delivered CHECK (delivered_at IS NULL OR sent_at IS NOT NULL),
    CONSTRAINT ck_notices_failed CHECK ((state = 'failed') = (failed_at IS NOT NULL)),
    CONSTRAINT ck_notices_clock CHECK ((clock_at IS NULL) = (due_at IS NULL)),
    CONSTRAINT fk_notices_hoster_id FOREIGN KEY(hoster_id) REFERENCES hosters (id)
)
--;
CREATE INDEX ix_notices_hoster_id ON notices (hoster_id, number)
--;
CREATE INDEX ix_notices_sent_at ON notices (hoster_id, sent_at)
--;
CREATE UNIQUE INDEX uq_notices_open ON notices (hoster_id, profile_id, kind) WHERE state = 'open'
--;
CREATE TRIGGER notices_fixed BEFORE UPDATE ON notices
  WHEN OLD.id IS NOT NEW.id
    OR OLD.hoster_id IS NOT NEW.hoster_id
    OR OLD.profile_id IS NOT NEW.profile_id
    OR OLD.kind IS NOT NEW.kind
    OR OLD.opened_at IS NOT NEW.opened_at
    OR (OLD.closed_at IS NOT NULL AND OLD.closed_at IS NOT NEW.closed_at)
    OR (OLD.sent_at IS NOT NULL AND OLD.sent_at IS NOT NEW.sent_at)
    OR (OLD.delivered_at IS NOT NULL AND OLD.delivered_at IS NOT NEW.delivered_at)
    OR (OLD.seen_at IS NOT NULL AND OLD.seen_at IS NOT NEW.seen_at)
    OR (OLD.acknowledged_at IS NOT NULL AND OLD.acknowledged_at IS NOT NEW.acknowledged_at)
    OR (OLD.clock_at IS NOT NULL AND OLD.clock_at IS NOT NEW.clock_at)
    OR (OLD.due_at IS NOT NULL AND OLD.due_at IS NOT NEW.due_at)
  BEGIN SELECT RAISE(ABORT, 'what a notice was, and when it was sent, stays as it was'); END
--;
CREATE TABLE notice_items (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    notice_id TEXT NOT NULL,
    hoster_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    item_id TEXT NOT NULL,
    url_tag TEXT NOT NULL,
    taken_up_at DATETIME NOT NULL,
    trace_id TEXT,
    from_hoster_id INTEGER,
    waiting BOOLEAN NOT NULL,
    dropped_at DATETIME,
    dropped_because TEXT NOT NULL,
    answer TEXT,
    answered_at DATETIME,
    gone_at DATETIME,
    CONSTRAINT fk_notice_items_notice_id_hoster_id FOREIGN KEY(notice_id, hoster_id) REFERENCES notices (id, hoster_id),
    CONSTRAINT fk_notice_items_from_hoster_id FOREIGN KEY(from_hoster_id) REFERENCES hosters (id),
    CONSTRAINT ck_notice_items_another CHECK (from_hoster_id != hoster_id),
    CONSTRAINT ck_notice_items_dropped CHECK (dropped_at IS NULL OR NOT waiting),
    CONSTRAINT ck_notice_items_answered CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT ck_notice_items_answer CHECK (answer IN ('removed', 'not_ours', 'moved_to', 'disputed', 'passed_on'))
)
--;
CREATE INDEX ix_notice_items_standing ON notice_items (notice_id) WHERE dropped_at IS NULL
--;
CREATE INDEX ix_notice_items_item_id ON notice_items (item_id)
--;
CREATE INDEX ix_notice_items_url_tag ON notice_items (hoster_id, url_tag)
--;
CREATE INDEX ix_notice_items_moved ON notice_items (number) WHERE from_hoster_id IS NOT NULL
--;
CREATE UNIQUE INDEX uq_notice_items_notice_id ON notice_items (notice_id, item_id)
--;
CREATE UNIQUE INDEX uq_notice_items_waiting ON notice_items (item_id, hoster_id, kind) WHERE waiting
--;
CREATE TABLE unnoticed_items (
    item_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    since DATETIME NOT NULL,
    tried_at DATETIME NOT NULL,
    tries INTEGER NOT NULL,
    CONSTRAINT pk_unnoticed_items PRIMARY KEY (item_id),
    CONSTRAINT ck_unnoticed_items_reason CHECK (reason IN ('gone', 'nobody', 'bouncing', 'unresolved'))
)
--;
CREATE TABLE notice_deliveries (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    message_id TEXT NOT NULL,
    return_token TEXT NOT NULL,
    content BLOB NOT NULL,
    put_at DATETIME NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    fault TEXT NOT NULL,
    tried_at DATETIME,
    ended_at DATETIME,
    CONSTRAINT uq_notice_deliveries_id UNIQUE (id),
    CONSTRAINT uq_notice_deliveries_message_id UNIQUE (message_id),
    CONSTRAINT uq_notice_deliveries_return_token UNIQUE (return_token),
    CONSTRAINT ck_notice_deliveries_channel CHECK (channel IN ('mail', 'webhook', 'portal')),
    CONSTRAINT ck_notice_deliveries_state CHECK (state IN ('waiting', 'sent', 'delivered', 'refused', 'returned', 'taken_back')),
    CONSTRAINT ck_notice_deliveries_ended CHECK ((state = 'waiting') = (ended_at IS NULL)),
    CONSTRAINT fk_notice_deliveries_notice_id FOREIGN KEY(notice_id) REFERENCES notices (id)
)
--;
CREATE INDEX ix_notice_deliveries_notice_id ON notice_deliveries (notice_id, number)
--;
CREATE UNIQUE INDEX uq_notice_deliveries_waiting ON notice_deliveries (notice_id) WHERE state = 'waiting'
--;
CREATE TRIGGER notice_deliveries_fixed BEFORE UPDATE ON notice_deliveries
  WHEN OLD.id IS NOT NEW.id
    OR OLD.notice_id IS NOT NEW.notice_id
    OR OLD.channel IS NOT NEW.channel
    OR OLD.address IS NOT NEW.address
    OR OLD.message_id IS NOT NEW.message_id
    OR OLD.return_token IS NOT NEW.return_token
    OR OLD.content IS NOT NEW.content
    OR OLD.put_at IS NOT NEW.put_at
    OR (OLD.tried_at IS NOT NULL AND OLD.tried_at IS NOT NEW.tried_at)
  BEGIN SELECT RAISE(ABORT, 'a message is handed over as it was written'); END
--;
CREATE TABLE notice_returns (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    delivery_id TEXT NOT NULL,
    at DATETIME NOT NULL,
    action TEXT NOT NULL,
    status TEXT NOT NULL,
    says BLOB NOT NULL,
    mail_sha256 TEXT NOT NULL,
    CONSTRAINT ck_notice_returns_action CHECK (action IN ('failed', 'delayed', 'delivered', 'relayed', 'expanded')),
    CONSTRAINT fk_notice_returns_delivery_id FOREIGN KEY(delivery_id) REFERENCES notice_deliveries (id)
)
--;
CREATE UNIQUE INDEX uq_notice_returns_mail ON notice_returns (delivery_id, mail_sha256)
--;
CREATE TRIGGER notice_returns_no_update BEFORE UPDATE ON notice_returns
  BEGIN SELECT RAISE(ABORT, 'what came back is kept as it came'); END
--;
CREATE TRIGGER notice_returns_no_delete BEFORE DELETE ON notice_returns
  BEGIN SELECT RAISE(ABORT, 'what came back is kept as it came'); END
--;
CREATE TRIGGER notice_returns_no_replace BEFORE INSERT ON notice_returns
  WHEN EXISTS (SELECT 1 FROM notice_returns WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what came back is kept as it came'); END
--;
CREATE TABLE notice_pages (
    digest BLOB NOT NULL,
    notice_id TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    expires_at DATETIME NOT NULL,
    CONSTRAINT pk_notice_pages PRIMARY KEY (digest),
    CONSTRAINT ck_notice_pages_sha256 CHECK (length(digest) = 32),
    CONSTRAINT fk_notice_pages_notice_id FOREIGN KEY(notice_id) REFERENCES notices (id),
    CONSTRAINT fk_notice_pages_delivery_id FOREIGN KEY(delivery_id) REFERENCES notice_deliveries (id)
)
--;
CREATE TABLE notice_answers (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    notice_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    said BLOB NOT NULL,
    answerer TEXT NOT NULL,
    said_by TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT fk_notice_answers_notice_id_item_id FOREIGN KEY(notice_id, item_id) REFERENCES notice_items (notice_id, item_id),
    CONSTRAINT ck_notice_answers_answer CHECK (answer IN ('removed', 'not_ours', 'moved_to', 'disputed', 'passed_on')),
    CONSTRAINT ck_notice_answers_answerer CHECK (answerer IN ('link', 'account', 'key'))
)
--;
CREATE INDEX ix_notice_answers_notice_id ON notice_answers (notice_id, number)
--;
CREATE TRIGGER notice_answers_no_update BEFORE UPDATE ON notice_answers
  BEGIN SELECT RAISE(ABORT, 'what a hoster said is kept as it was said'); END
--;
CREATE TRIGGER notice_answers_no_delete BEFORE DELETE ON notice_answers
  BEGIN SELECT RAISE(ABORT, 'what a hoster said is kept as it was said'); END
--;
CREATE TRIGGER notice_answers_no_replace BEFORE INSERT ON notice_answers
  WHEN EXISTS (SELECT 1 FROM notice_answers WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what a hoster said is kept as it was said'); END
--;
CREATE TABLE notice_disputes (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    answer_number INTEGER NOT NULL,
    notice_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    upheld BOOLEAN,
    reason TEXT NOT NULL,
    settled_by TEXT NOT NULL,
    settled_at DATETIME,
    CONSTRAINT uq_notice_disputes_answer_number UNIQUE (answer_number),
    CONSTRAINT ck_notice_disputes_settled CHECK ((upheld IS NULL) = (settled_at IS NULL)),
    CONSTRAINT fk_notice_disputes_answer_number FOREIGN KEY(answer_number) REFERENCES notice_answers (number)
)
--;
CREATE UNIQUE INDEX uq_notice_disputes_open ON notice_disputes (notice_id, item_id) WHERE upheld IS NULL
--;
CREATE TABLE notice_acknowledgements (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    notice_id TEXT NOT NULL,
    key_id INTEGER NOT NULL,
    document BLOB NOT NULL,
    document_sha256 TEXT NOT NULL,
    signature BLOB NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT ck_notice_acknowledgements_ed25519 CHECK (length(signature) = 64),
    CONSTRAINT fk_notice_acknowledgements_notice_id FOREIGN KEY(notice_id) REFERENCES notices (id),
    CONSTRAINT fk_notice_acknowledgements_key_id FOREIGN KEY(key_id) REFERENCES organisation_keys (id)
)
--;
CREATE UNIQUE INDEX uq_notice_acknowledgements_document ON notice_acknowledgements (notice_id, document_sha256)
--;
CREATE TRIGGER notice_acknowledgements_no_update BEFORE UPDATE ON notice_acknowledgements
  BEGIN SELECT RAISE(ABORT, 'what a hoster signed is kept as it was signed'); END
--;
CREATE TRIGGER notice_acknowledgements_no_delete BEFORE DELETE ON notice_acknowledgements
  BEGIN SELECT RAISE(ABORT, 'what a hoster signed is kept as it was signed'); END
--;
CREATE TRIGGER notice_acknowledgements_no_replace BEFORE INSERT ON notice_acknowledgements
  WHEN EXISTS (SELECT 1 FROM notice_acknowledgements WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what a hoster signed is kept as it was signed'); END
--;
CREATE TABLE notice_reconciliations (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    hoster_id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    given_by TEXT NOT NULL,
    CONSTRAINT fk_notice_reconciliations_hoster_id FOREIGN KEY(hoster_id) REFERENCES hosters (id)
)
--;
CREATE INDEX ix_notice_reconciliations_hoster_id ON notice_reconciliations (hoster_id, number)
--;
CREATE TABLE notice_reconciled_rows (
    reconciliation INTEGER NOT NULL,
    place INTEGER NOT NULL,
    notice_id TEXT,
    received_at DATETIME,
    CONSTRAINT pk_notice_reconciled_rows PRIMARY KEY (reconciliation, place),
    CONSTRAINT fk_notice_reconciled_rows_reconciliation FOREIGN KEY(reconciliation) REFERENCES notice_reconciliations (number),
    CONSTRAINT fk_notice_reconciled_rows_notice_id FOREIGN KEY(notice_id) REFERENCES notices (id)
)
--;
CREATE TABLE police_referrals (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    opened_at DATETIME NOT NULL,
    told BLOB NOT NULL,
    message_id TEXT NOT NULL,
    content BLOB,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    fault TEXT NOT NULL,
    ended_at DATETIME,
    CONSTRAINT uq_police_referrals_id UNIQUE (id),
    CONSTRAINT uq_police_referrals_message_id UNIQUE (message_id),
    CONSTRAINT ck_police_referrals_state CHECK (state IN ('waiting', 'sent', 'delivered', 'refused')),
    CONSTRAINT ck_police_referrals_ended CHECK ((state = 'waiting') = (ended_at IS NULL))
)
--;
CREATE TABLE police_referral_items (
    referral_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    CONSTRAINT pk_police_referral_items PRIMARY KEY (referral_id, item_id),
    CONSTRAINT fk_police_referral_items_referral_id FOREIGN KEY(referral_id) REFERENCES police_referrals (id)
)
--;
CREATE INDEX ix_police_referral_items_item_id ON police_referral_items (item_id)
