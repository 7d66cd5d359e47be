CREATE TABLE hosters (
    id BIGSERIAL NOT NULL,
    key TEXT NOT NULL,
    organisation TEXT NOT NULL,
    country TEXT NOT NULL,
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    channel TEXT NOT NULL,
    webhook_url TEXT,
    webhook_sealed BYTEA,
    bounced_at TIMESTAMP WITH TIME ZONE,
    reviewed BOOLEAN NOT NULL,
    party BIGINT,
    reseller_of BIGINT,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_hosters PRIMARY KEY (id),
    CONSTRAINT uq_hosters_key UNIQUE (key),
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
    number BIGSERIAL NOT NULL,
    id TEXT NOT NULL,
    hoster_id BIGINT NOT NULL,
    profile_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    email TEXT NOT NULL,
    police_backed BOOLEAN NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    sent_at TIMESTAMP WITH TIME ZONE,
    delivered_at TIMESTAMP WITH TIME ZONE,
    seen_at TIMESTAMP WITH TIME ZONE,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    failed_at TIMESTAMP WITH TIME ZONE,
    clock_at TIMESTAMP WITH TIME ZONE,
    due_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notices PRIMARY KEY (number),
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
CREATE FUNCTION notices_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what a notice was, and when it was sent, stays as it was' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER notices_fixed BEFORE UPDATE ON notices
  FOR EACH ROW WHEN (
    OLD.id IS DISTINCT FROM NEW.id
    OR OLD.hoster_id IS DISTINCT FROM NEW.hoster_id
    OR OLD.profile_id IS DISTINCT FROM NEW.profile_id
    OR OLD.kind IS DISTINCT FROM NEW.kind
    OR OLD.opened_at IS DISTINCT FROM NEW.opened_at
    OR (OLD.closed_at IS NOT NULL AND OLD.closed_at IS DISTINCT FROM NEW.closed_at)
    OR (OLD.sent_at IS NOT NULL AND OLD.sent_at IS DISTINCT FROM NEW.sent_at)
    OR (OLD.delivered_at IS NOT NULL AND OLD.delivered_at IS DISTINCT FROM NEW.delivered_at)
    OR (OLD.seen_at IS NOT NULL AND OLD.seen_at IS DISTINCT FROM NEW.seen_at)
    OR (OLD.acknowledged_at IS NOT NULL AND OLD.acknowledged_at IS DISTINCT FROM NEW.acknowledged_at)
    OR (OLD.clock_at IS NOT NULL AND OLD.clock_at IS DISTINCT FROM NEW.clock_at)
    OR (OLD.due_at IS NOT NULL AND OLD.due_at IS DISTINCT FROM NEW.due_at)
  ) EXECUTE FUNCTION notices_fixed()
--;
CREATE TABLE notice_items (
    number BIGSERIAL NOT NULL,
    notice_id TEXT NOT NULL,
    hoster_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    item_id TEXT NOT NULL,
    url_tag TEXT NOT NULL,
    taken_up_at TIMESTAMP WITH TIME ZONE NOT NULL,
    trace_id TEXT,
    from_hoster_id BIGINT,
    waiting BOOLEAN NOT NULL,
    dropped_at TIMESTAMP WITH TIME ZONE,
    dropped_because TEXT NOT NULL,
    answer TEXT,
    answered_at TIMESTAMP WITH TIME ZONE,
    gone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notice_items PRIMARY KEY (number),
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
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    tried_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tries INTEGER NOT NULL,
    CONSTRAINT pk_unnoticed_items PRIMARY KEY (item_id),
    CONSTRAINT ck_unnoticed_items_reason CHECK (reason IN ('gone', 'nobody', 'bouncing', 'unresolved'))
)
--;
CREATE TABLE notice_deliveries (
    number BIGSERIAL NOT NULL,
    id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    message_id TEXT NOT NULL,
    return_token TEXT NOT NULL,
    content BYTEA NOT NULL,
    put_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    fault TEXT NOT NULL,
    tried_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notice_deliveries PRIMARY KEY (number),
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
CREATE FUNCTION notice_deliveries_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a message is handed over as it was written' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER notice_deliveries_fixed BEFORE UPDATE ON notice_deliveries
  FOR EACH ROW WHEN (
    OLD.id IS DISTINCT FROM NEW.id
    OR OLD.notice_id IS DISTINCT FROM NEW.notice_id
    OR OLD.channel IS DISTINCT FROM NEW.channel
    OR OLD.address IS DISTINCT FROM NEW.address
    OR OLD.message_id IS DISTINCT FROM NEW.message_id
    OR OLD.return_token IS DISTINCT FROM NEW.return_token
    OR OLD.content IS DISTINCT FROM NEW.content
    OR OLD.put_at IS DISTINCT FROM NEW.put_at
    OR (OLD.tried_at IS NOT NULL AND OLD.tried_at IS DISTINCT FROM NEW.tried_at)
  ) EXECUTE FUNCTION notice_deliveries_fixed()
--;
CREATE TABLE notice_returns (
    number BIGSERIAL NOT NULL,
    delivery_id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    action TEXT NOT NULL,
    status TEXT NOT NULL,
    says BYTEA NOT NULL,
    mail_sha256 TEXT NOT NULL,
    CONSTRAINT pk_notice_returns PRIMARY KEY (number),
    CONSTRAINT ck_notice_returns_action CHECK (action IN ('failed', 'delayed', 'delivered', 'relayed', 'expanded')),
    CONSTRAINT fk_notice_returns_delivery_id FOREIGN KEY(delivery_id) REFERENCES notice_deliveries (id)
)
--;
CREATE UNIQUE INDEX uq_notice_returns_mail ON notice_returns (delivery_id, mail_sha256)
--;
CREATE FUNCTION notice_returns_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what came back is kept as it came' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER notice_returns_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice_returns
  FOR EACH STATEMENT EXECUTE FUNCTION notice_returns_append_only()
--;
CREATE TABLE notice_pages (
    digest BYTEA NOT NULL,
    notice_id TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_notice_pages PRIMARY KEY (digest),
    CONSTRAINT ck_notice_pages_sha256 CHECK (length(digest) = 32),
    CONSTRAINT fk_notice_pages_notice_id FOREIGN KEY(notice_id) REFERENCES notices (id),
    CONSTRAINT fk_notice_pages_delivery_id FOREIGN KEY(delivery_id) REFERENCES notice_deliveries (id)
)
--;
CREATE TABLE notice_answers (
    number BIGSERIAL NOT NULL,
    notice_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    said BYTEA NOT NULL,
    answerer TEXT NOT NULL,
    said_by TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_notice_answers PRIMARY KEY (number),
    CONSTRAINT fk_notice_answers_notice_id_item_id FOREIGN KEY(notice_id, item_id) REFERENCES notice_items (notice_id, item_id),
    CONSTRAINT ck_notice_answers_answer CHECK (answer IN ('removed', 'not_ours', 'moved_to', 'disputed', 'passed_on')),
    CONSTRAINT ck_notice_answers_answerer CHECK (answerer IN ('link', 'account', 'key'))
)
--;
CREATE INDEX ix_notice_answers_notice_id ON notice_answers (notice_id, number)
--;
CREATE FUNCTION notice_answers_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what a hoster said is kept as it was said' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER notice_answers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice_answers
  FOR EACH STATEMENT EXECUTE FUNCTION notice_answers_append_only()
--;
CREATE TABLE notice_disputes (
    number BIGSERIAL NOT NULL,
    answer_number BIGINT NOT NULL,
    notice_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    upheld BOOLEAN,
    reason TEXT NOT NULL,
    settled_by TEXT NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notice_disputes PRIMARY KEY (number),
    CONSTRAINT uq_notice_disputes_answer_number UNIQUE (answer_number),
    CONSTRAINT ck_notice_disputes_settled CHECK ((upheld IS NULL) = (settled_at IS NULL)),
    CONSTRAINT fk_notice_disputes_answer_number FOREIGN KEY(answer_number) REFERENCES notice_answers (number)
)
--;
CREATE UNIQUE INDEX uq_notice_disputes_open ON notice_disputes (notice_id, item_id) WHERE upheld IS NULL
--;
CREATE TABLE notice_acknowledgements (
    number BIGSERIAL NOT NULL,
    notice_id TEXT NOT NULL,
    key_id BIGINT NOT NULL,
    document BYTEA NOT NULL,
    document_sha256 TEXT NOT NULL,
    signature BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_notice_acknowledgements PRIMARY KEY (number),
    CONSTRAINT ck_notice_acknowledgements_ed25519 CHECK (length(signature) = 64),
    CONSTRAINT fk_notice_acknowledgements_notice_id FOREIGN KEY(notice_id) REFERENCES notices (id),
    CONSTRAINT fk_notice_acknowledgements_key_id FOREIGN KEY(key_id) REFERENCES organisation_keys (id)
)
--;
CREATE UNIQUE INDEX uq_notice_acknowledgements_document ON notice_acknowledgements (notice_id, document_sha256)
--;
CREATE FUNCTION notice_acknowledgements_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what a hoster signed is kept as it was signed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER notice_acknowledgements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice_acknowledgements
  FOR EACH STATEMENT EXECUTE FUNCTION notice_acknowledgements_append_only()
--;
CREATE TABLE notice_reconciliations (
    number BIGSERIAL NOT NULL,
    hoster_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    given_by TEXT NOT NULL,
    CONSTRAINT pk_notice_reconciliations PRIMARY KEY (number),
    CONSTRAINT fk_notice_reconciliations_hoster_id FOREIGN KEY(hoster_id) REFERENCES hosters (id)
)
--;
CREATE INDEX ix_notice_reconciliations_hoster_id ON notice_reconciliations (hoster_id, number)
--;
CREATE TABLE notice_reconciled_rows (
    reconciliation BIGINT NOT NULL,
    place INTEGER NOT NULL,
    notice_id TEXT,
    received_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notice_reconciled_rows PRIMARY KEY (reconciliation, place),
    CONSTRAINT fk_notice_reconciled_rows_reconciliation FOREIGN KEY(reconciliation) REFERENCES notice_reconciliations (number),
    CONSTRAINT fk_notice_reconciled_rows_notice_id FOREIGN KEY(notice_id) REFERENCES notices (id)
)
--;
CREATE TABLE police_referrals (
    number BIGSERIAL NOT NULL,
    id TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    told BYTEA NOT NULL,
    message_id TEXT NOT NULL,
    content BYTEA,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    fault TEXT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_police_referrals PRIMARY KEY (number),
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
