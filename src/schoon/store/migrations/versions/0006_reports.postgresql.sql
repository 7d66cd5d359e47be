CREATE TABLE reports (
    number BIGSERIAL NOT NULL,
    id TEXT NOT NULL,
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    language TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sealed BYTEA,
    items INTEGER NOT NULL,
    to_read BOOLEAN NOT NULL,
    status_tag TEXT NOT NULL,
    CONSTRAINT pk_reports PRIMARY KEY (number),
    CONSTRAINT uq_reports_id UNIQUE (id),
    CONSTRAINT uq_reports_status_tag UNIQUE (status_tag)
)
--;
CREATE INDEX ix_reports_reference ON reports (reference) WHERE reference <> ''
--;
CREATE INDEX ix_reports_to_read ON reports (number) WHERE to_read
--;
CREATE TABLE reporters (
    report_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_reporters PRIMARY KEY (report_id),
    CONSTRAINT fk_reporters_report_id FOREIGN KEY(report_id) REFERENCES reports (id)
)
--;
CREATE TABLE report_keys (
    tag TEXT NOT NULL,
    report_id TEXT NOT NULL,
    body TEXT NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_report_keys PRIMARY KEY (tag),
    CONSTRAINT fk_report_keys_report_id FOREIGN KEY(report_id) REFERENCES reports (id) DEFERRABLE INITIALLY DEFERRED
)
--;
CREATE INDEX ix_report_keys_report_id ON report_keys (report_id)
--;
CREATE INDEX ix_report_keys_until ON report_keys (until) WHERE until IS NOT NULL
--;
CREATE TABLE items (
    number BIGSERIAL NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    url_tag TEXT NOT NULL,
    key_tag TEXT NOT NULL,
    host_tag TEXT NOT NULL,
    site_tag TEXT NOT NULL,
    state TEXT NOT NULL,
    moves INTEGER NOT NULL,
    moved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    first_reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reports INTEGER NOT NULL,
    round INTEGER NOT NULL,
    judgement TEXT,
    means TEXT,
    inherited_from TEXT,
    known TEXT,
    proposed BOOLEAN NOT NULL,
    disputed BOOLEAN NOT NULL,
    police_backed BOOLEAN NOT NULL,
    preserve BOOLEAN NOT NULL,
    locked_by TEXT,
    locked_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_items PRIMARY KEY (number),
    CONSTRAINT uq_items_id UNIQUE (id),
    CONSTRAINT uq_items_url_tag UNIQUE (url_tag),
    CONSTRAINT ck_items_state CHECK (state IN ('to_assess', 'to_notice', 'held', 'noticed', 'abroad', 'untraceable', 'inaccessible', 'not_illegal', 'ignored')),
    CONSTRAINT ck_items_judged CHECK (state = 'to_assess' OR judgement IS NOT NULL),
    CONSTRAINT ck_items_means CHECK ((judgement IS NULL) = (means IS NULL)),
    CONSTRAINT ck_items_inherited CHECK ((coalesce(means, '') = 'inherited') = (inherited_from IS NOT NULL)),
    CONSTRAINT ck_items_locked CHECK ((locked_by IS NULL) = (locked_until IS NULL))
)
--;
CREATE INDEX ix_items_disputed ON items (moved_at) WHERE disputed
--;
CREATE INDEX ix_items_host_tag ON items (host_tag)
--;
CREATE INDEX ix_items_inherited_from ON items (inherited_from) WHERE inherited_from IS NOT NULL
--;
CREATE INDEX ix_items_key_tag ON items (key_tag)
--;
CREATE INDEX ix_items_known ON items (known, moved_at) WHERE known IS NOT NULL
--;
CREATE INDEX ix_items_moved_at ON items (moved_at, number)
--;
CREATE INDEX ix_items_site_tag ON items (site_tag)
--;
CREATE INDEX ix_items_state ON items (state, moved_at, number)
--;
CREATE TABLE report_items (
    report_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    item_id TEXT NOT NULL,
    CONSTRAINT pk_report_items PRIMARY KEY (report_id, place),
    CONSTRAINT fk_report_items_report_id FOREIGN KEY(report_id) REFERENCES reports (id),
    CONSTRAINT fk_report_items_item_id FOREIGN KEY(item_id) REFERENCES items (id)
)
--;
CREATE INDEX ix_report_items_item_id ON report_items (item_id)
--;
CREATE TABLE item_links (
    page_id TEXT NOT NULL,
    media_id TEXT NOT NULL,
    CONSTRAINT pk_item_links PRIMARY KEY (page_id, media_id),
    CONSTRAINT ck_item_links_two CHECK (page_id <> media_id),
    CONSTRAINT fk_item_links_page_id FOREIGN KEY(page_id) REFERENCES items (id),
    CONSTRAINT fk_item_links_media_id FOREIGN KEY(media_id) REFERENCES items (id)
)
--;
CREATE INDEX ix_item_links_media_id ON item_links (media_id)
--;
CREATE TABLE item_digests (
    item_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    CONSTRAINT pk_item_digests PRIMARY KEY (item_id, tag),
    CONSTRAINT fk_item_digests_item_id FOREIGN KEY(item_id) REFERENCES items (id)
)
--;
CREATE INDEX ix_item_digests_tag ON item_digests (tag)
--;
CREATE TABLE item_history (
    item_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    by TEXT NOT NULL,
    sealed BYTEA,
    CONSTRAINT pk_item_history PRIMARY KEY (item_id, number),
    CONSTRAINT ck_item_history_step CHECK (CASE WHEN number = 1 THEN from_state IS NULL AND to_state = 'to_assess' ELSE coalesce(from_state, '') || '>' || to_state IN ('to_assess>held', 'to_assess>ignored', 'to_assess>not_illegal', 'to_assess>to_notice', 'to_notice>abroad', 'to_notice>held', 'to_notice>inaccessible', 'to_notice>not_illegal', 'to_notice>noticed', 'to_notice>untraceable', 'held>abroad', 'held>ignored', 'held>not_illegal', 'held>to_notice', 'noticed>abroad', 'noticed>held', 'noticed>inaccessible', 'noticed>not_illegal', 'noticed>to_notice', 'inaccessible>to_notice', 'abroad>to_notice', 'untraceable>to_notice', 'not_illegal>to_assess', 'ignored>to_assess') END),
    CONSTRAINT fk_item_history_item_id FOREIGN KEY(item_id) REFERENCES items (id)
)
--;
CREATE TABLE assessments (
    number BIGSERIAL NOT NULL,
    item_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    judgement TEXT NOT NULL,
    means TEXT NOT NULL,
    by TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    counts BOOLEAN NOT NULL,
    vocabulary TEXT NOT NULL,
    sealed BYTEA,
    inherited_from TEXT,
    CONSTRAINT pk_assessments PRIMARY KEY (number),
    CONSTRAINT fk_assessments_item_id FOREIGN KEY(item_id) REFERENCES items (id),
    CONSTRAINT fk_assessments_inherited_from FOREIGN KEY(inherited_from) REFERENCES items (id)
)
--;
CREATE INDEX ix_assessments_item_id ON assessments (item_id, round)
--;
CREATE UNIQUE INDEX uq_assessments_analyst ON assessments (item_id, round, by) WHERE means = 'analyst'
--;
CREATE UNIQUE INDEX uq_assessments_counts ON assessments (item_id, round) WHERE counts
--;
CREATE TABLE exposures (
    analyst TEXT NOT NULL,
    day DATE NOT NULL,
    items INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    CONSTRAINT pk_exposures PRIMARY KEY (analyst, day)
)
--;
CREATE INDEX ix_exposures_day ON exposures (day)
--;
CREATE TABLE vocabularies (
    number BIGSERIAL NOT NULL,
    version TEXT NOT NULL,
    document TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_vocabularies PRIMARY KEY (number),
    CONSTRAINT uq_vocabularies_version UNIQUE (version)
)
--;
CREATE TABLE identity_requests (
    number BIGSERIAL NOT NULL,
    report_id TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sealed BYTEA NOT NULL,
    approved_by TEXT,
    approved_at TIMESTAMP WITH TIME ZONE,
    ends_at TIMESTAMP WITH TIME ZONE,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_identity_requests PRIMARY KEY (number),
    CONSTRAINT ck_identity_requests_approved CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT ck_identity_requests_ends CHECK ((approved_by IS NULL) = (ends_at IS NULL)),
    CONSTRAINT ck_identity_requests_two_people CHECK (approved_by IS NULL OR lower(approved_by) <> lower(asked_by)),
    CONSTRAINT ck_identity_requests_read_approved CHECK (read_at IS NULL OR (approved_at IS NOT NULL AND read_at >= approved_at)),
    CONSTRAINT ck_identity_requests_read_in_time CHECK (read_at IS NULL OR read_at < ends_at),
    CONSTRAINT fk_identity_requests_report_id FOREIGN KEY(report_id) REFERENCES reports (id)
)
--;
CREATE TABLE viewings (
    tag TEXT NOT NULL,
    item_id TEXT NOT NULL,
    analyst TEXT NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    shown_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_viewings PRIMARY KEY (tag),
    CONSTRAINT ck_viewings_shown CHECK (closed_at IS NULL OR shown_at IS NOT NULL),
    CONSTRAINT fk_viewings_item_id FOREIGN KEY(item_id) REFERENCES items (id)
)
--;
CREATE FUNCTION items_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'an item keeps its address, and its state is the last of its history' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE FUNCTION items_first_row() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  INSERT INTO item_history (item_id, number, to_state, at, by) VALUES (NEW.id, 1, NEW.state, NEW.moved_at, 'intake');
  RETURN NULL;
  END $$
--;
CREATE FUNCTION items_follow_history() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  IF NEW.moves <> OLD.moves + 1 OR NOT EXISTS (SELECT 1 FROM item_history WHERE item_id = OLD.id AND number = NEW.moves
      AND to_state = NEW.state AND at = NEW.moved_at) THEN
  RAISE EXCEPTION 'an item keeps its address, and its state is the last of its history' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NEW;
  END $$
--;
CREATE TRIGGER items_begin_with_intake BEFORE INSERT ON items
  FOR EACH ROW
  WHEN (NEW.state <> 'to_assess' OR NEW.moves <> 1)
  EXECUTE FUNCTION items_refuse()
--;
CREATE TRIGGER items_first_row AFTER INSERT ON items
  FOR EACH ROW EXECUTE FUNCTION items_first_row()
--;
CREATE TRIGGER items_keep_address BEFORE UPDATE ON items
  FOR EACH ROW
  WHEN (NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.url_tag <> OLD.url_tag)
  EXECUTE FUNCTION items_refuse()
--;
CREATE TRIGGER items_follow_history BEFORE UPDATE ON items
  FOR EACH ROW
  WHEN (NEW.state <> OLD.state OR NEW.moves <> OLD.moves OR NEW.moved_at <> OLD.moved_at)
  EXECUTE FUNCTION items_follow_history()
--;
CREATE TRIGGER items_no_delete BEFORE DELETE OR TRUNCATE ON items
  FOR EACH STATEMENT EXECUTE FUNCTION items_refuse()
--;
CREATE FUNCTION item_history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'history is not changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE FUNCTION item_history_follows() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  IF NOT EXISTS (SELECT 1 FROM items WHERE id = NEW.item_id AND (
      (NEW.number = 1 AND moves = 1 AND state = NEW.to_state) OR (NEW.number = moves + 1 AND state = NEW.from_state))) THEN
  RAISE EXCEPTION 'a step begins where the last one ended' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NEW;
  END $$
--;
CREATE FUNCTION item_history_moves() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  UPDATE items SET state = NEW.to_state, moves = NEW.number, moved_at = NEW.at WHERE id = NEW.item_id;
  RETURN NULL;
  END $$
--;
CREATE TRIGGER item_history_follows BEFORE INSERT ON item_history
  FOR EACH ROW EXECUTE FUNCTION item_history_follows()
--;
CREATE TRIGGER item_history_moves AFTER INSERT ON item_history
  FOR EACH ROW
  WHEN (NEW.number > 1)
  EXECUTE FUNCTION item_history_moves()
--;
CREATE TRIGGER item_history_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON item_history
  FOR EACH STATEMENT EXECUTE FUNCTION item_history_refuse()
--;
CREATE FUNCTION assessments_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a judgement is written down once' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER assessments_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON assessments
  FOR EACH STATEMENT EXECUTE FUNCTION assessments_refuse()
--;
CREATE FUNCTION vocabularies_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a version of a question set never changes' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER vocabularies_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON vocabularies
  FOR EACH STATEMENT EXECUTE FUNCTION vocabularies_refuse()
--;
CREATE FUNCTION identity_requests_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a request is asked, then approved, then read, each once' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER identity_requests_asked_first BEFORE INSERT ON identity_requests
  FOR EACH ROW
  WHEN (NEW.approved_by IS NOT NULL OR NEW.read_at IS NOT NULL)
  EXECUTE FUNCTION identity_requests_refuse()
--;
CREATE TRIGGER identity_requests_once BEFORE UPDATE ON identity_requests
  FOR EACH ROW
  WHEN (NEW.number <> OLD.number OR NEW.report_id <> OLD.report_id OR NEW.asked_by <> OLD.asked_by
    OR NEW.asked_at <> OLD.asked_at OR NEW.sealed <> OLD.sealed
    OR (OLD.approved_by IS NOT NULL AND (NEW.approved_by IS DISTINCT FROM OLD.approved_by
      OR NEW.approved_at IS DISTINCT FROM OLD.approved_at OR NEW.ends_at IS DISTINCT FROM OLD.ends_at))
    OR (OLD.read_at IS NOT NULL AND NEW.read_at IS DISTINCT FROM OLD.read_at))
  EXECUTE FUNCTION identity_requests_refuse()
--;
CREATE TRIGGER identity_requests_no_delete BEFORE DELETE OR TRUNCATE ON identity_requests
  FOR EACH STATEMENT EXECUTE FUNCTION identity_requests_refuse()
