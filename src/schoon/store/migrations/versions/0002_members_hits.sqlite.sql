CREATE TABLE member_changes (
    id INTEGER NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT pk_member_changes PRIMARY KEY (id),
    CONSTRAINT ck_member_changes_one_row CHECK (id = 1)
)
--;
CREATE TABLE members (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    policy TEXT NOT NULL,
    service_type TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    quota BIGINT NOT NULL,
    hit_term_seconds BIGINT NOT NULL,
    complaint_address TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    webhook_url TEXT,
    webhook_sealed BLOB,
    CONSTRAINT uq_members_name UNIQUE (name),
    CONSTRAINT ck_members_quota CHECK (quota > 0),
    CONSTRAINT ck_members_hit_term CHECK (hit_term_seconds > 0),
    CONSTRAINT ck_members_legal_basis CHECK (service_type <> 'interpersonal_messaging' OR length(trim(legal_basis)) > 0),
    CONSTRAINT ck_members_webhook CHECK ((webhook_url IS NULL) = (webhook_sealed IS NULL))
)
--;
CREATE TABLE hits (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    member_id INTEGER NOT NULL,
    entry_id BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    kind TEXT NOT NULL,
    strength TEXT NOT NULL,
    band TEXT,
    category TEXT NOT NULL,
    supplier_class TEXT NOT NULL,
    list_version BIGINT NOT NULL,
    opened_at DATETIME NOT NULL,
    last_seen_at DATETIME NOT NULL,
    sightings BIGINT NOT NULL,
    reopened BOOLEAN NOT NULL,
    due_at DATETIME,
    remaining_us BIGINT,
    action TEXT,
    acted_at DATETIME,
    closed_at DATETIME,
    disputed BOOLEAN NOT NULL,
    suspended BOOLEAN NOT NULL,
    withdrawn_at DATETIME,
    overdue_at DATETIME,
    held_by TEXT,
    held_reason TEXT,
    held_at DATETIME,
    CONSTRAINT uq_hits_id UNIQUE (id),
    CONSTRAINT ck_hits_verdict CHECK (verdict IN ('listed', 'review')),
    CONSTRAINT ck_hits_action CHECK (action IN ('removed', 'quarantined', 'restored')),
    CONSTRAINT ck_hits_acted_is_closed CHECK (action IS NULL OR (acted_at IS NOT NULL AND closed_at IS NOT NULL)),
    CONSTRAINT ck_hits_closed_has_no_clock CHECK (closed_at IS NULL OR (due_at IS NULL AND remaining_us IS NULL)),
    CONSTRAINT ck_hits_one_clock CHECK (due_at IS NULL OR remaining_us IS NULL),
    CONSTRAINT ck_hits_paused_is_not_due CHECK (due_at IS NULL OR NOT (disputed OR suspended)),
    CONSTRAINT ck_hits_has_a_clock CHECK (verdict = 'review' OR closed_at IS NOT NULL OR due_at IS NOT NULL OR remaining_us IS NOT NULL),
    CONSTRAINT fk_hits_member_id FOREIGN KEY(member_id) REFERENCES members (id)
)
--;
CREATE INDEX ix_hits_due_at ON hits (due_at) WHERE due_at IS NOT NULL
--;
CREATE INDEX ix_hits_entry_id ON hits (entry_id, member_id)
--;
CREATE INDEX ix_hits_member_id ON hits (member_id, number)
--;
CREATE INDEX ix_hits_opened_at ON hits (opened_at) WHERE withdrawn_at IS NULL
--;
CREATE UNIQUE INDEX uq_hits_open ON hits (member_id, entry_id) WHERE closed_at IS NULL
--;
CREATE TABLE member_tokens (
    id TEXT NOT NULL,
    member_id INTEGER NOT NULL,
    digest BLOB NOT NULL,
    label TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    last_used_at DATETIME,
    revoked_at DATETIME,
    CONSTRAINT pk_member_tokens PRIMARY KEY (id),
    CONSTRAINT uq_member_tokens_digest UNIQUE (digest),
    CONSTRAINT ck_member_tokens_sha256 CHECK (length(digest) = 32),
    CONSTRAINT fk_member_tokens_member_id FOREIGN KEY(member_id) REFERENCES members (id)
)
--;
CREATE INDEX ix_member_tokens_member_id ON member_tokens (member_id)
--;
CREATE TABLE member_usage (
    member_id INTEGER NOT NULL,
    hour DATETIME NOT NULL,
    leased BIGINT NOT NULL,
    CONSTRAINT pk_member_usage PRIMARY KEY (member_id, hour),
    CONSTRAINT fk_member_usage_member_id FOREIGN KEY(member_id) REFERENCES members (id)
)
--;
CREATE TABLE near_alarms (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    member_id INTEGER NOT NULL,
    entry_id BIGINT NOT NULL,
    day TEXT NOT NULL,
    raised_at DATETIME NOT NULL,
    digests INTEGER NOT NULL,
    CONSTRAINT uq_near_alarms_member_id_entry_id_day UNIQUE (member_id, entry_id, day),
    CONSTRAINT fk_near_alarms_member_id FOREIGN KEY(member_id) REFERENCES members (id)
)
--;
CREATE TABLE near_digests (
    member_id INTEGER NOT NULL,
    entry_id BIGINT NOT NULL,
    tag BLOB NOT NULL,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_near_digests PRIMARY KEY (member_id, entry_id, tag),
    CONSTRAINT ck_near_digests_tag CHECK (length(tag) = 16),
    CONSTRAINT fk_near_digests_member_id FOREIGN KEY(member_id) REFERENCES members (id)
)
--;
CREATE INDEX ix_near_digests_seen_at ON near_digests (seen_at)
--;
CREATE TABLE outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "key" TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    member_id INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    due_at DATETIME NOT NULL,
    attempts INTEGER NOT NULL,
    lease TEXT,
    delivered_at DATETIME,
    dead_at DATETIME,
    fault TEXT NOT NULL,
    CONSTRAINT uq_outbox_key UNIQUE ("key"),
    CONSTRAINT uq_outbox_delivery_id UNIQUE (delivery_id),
    CONSTRAINT ck_outbox_one_end CHECK (delivered_at IS NULL OR dead_at IS NULL),
    CONSTRAINT fk_outbox_member_id FOREIGN KEY(member_id) REFERENCES members (id)
)
--;
CREATE INDEX ix_outbox_due_at ON outbox (due_at, id) WHERE delivered_at IS NULL AND dead_at IS NULL
--;
CREATE TABLE disputes (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    hit_id TEXT NOT NULL,
    member_id INTEGER NOT NULL,
    entry_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    opened_at DATETIME NOT NULL,
    due_at DATETIME NOT NULL,
    outcome TEXT,
    answer TEXT NOT NULL,
    answered_by INTEGER,
    answered_at DATETIME,
    overdue_at DATETIME,
    CONSTRAINT ck_disputes_outcome CHECK (outcome IN ('upheld', 'rejected')),
    CONSTRAINT ck_disputes_answered CHECK ((outcome IS NULL) = (answered_at IS NULL)),
    CONSTRAINT fk_disputes_hit_id FOREIGN KEY(hit_id) REFERENCES hits (id),
    CONSTRAINT fk_disputes_member_id FOREIGN KEY(member_id) REFERENCES members (id),
    CONSTRAINT fk_disputes_answered_by FOREIGN KEY(answered_by) REFERENCES organisations (id)
)
--;
CREATE INDEX ix_disputes_entry_id ON disputes (entry_id)
--;
CREATE INDEX ix_disputes_hit_id ON disputes (hit_id)
--;
CREATE UNIQUE INDEX uq_disputes_open ON disputes (member_id, entry_id) WHERE outcome IS NULL
--;
CREATE TABLE hit_actions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    hit_id TEXT NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT fk_hit_actions_hit_id FOREIGN KEY(hit_id) REFERENCES hits (id)
)
--;
CREATE INDEX ix_hit_actions_hit_id ON hit_actions (hit_id, id)
--;
CREATE TABLE hit_sightings (
    hit_id TEXT NOT NULL,
    file_ref TEXT NOT NULL,
    first_seen_at DATETIME NOT NULL,
    last_seen_at DATETIME NOT NULL,
    count BIGINT NOT NULL,
    CONSTRAINT pk_hit_sightings PRIMARY KEY (hit_id, file_ref),
    CONSTRAINT fk_hit_sightings_hit_id FOREIGN KEY(hit_id) REFERENCES hits (id)
)
