CREATE TABLE allowed_digests (
    tag BYTEA NOT NULL,
    kind TEXT NOT NULL,
    sealed BYTEA,
    reason TEXT NOT NULL,
    allowed_by TEXT NOT NULL,
    allowed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_allowed_digests PRIMARY KEY (tag, kind),
    CONSTRAINT ck_allowed_digests_kind CHECK (kind IN ('md5', 'sha1', 'sha256', 'pdq'))
)
--;
CREATE TABLE journal_events (
    id BIGSERIAL NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    CONSTRAINT pk_journal_events PRIMARY KEY (id)
)
--;
CREATE INDEX ix_journal_events_subject ON journal_events (subject, id)
--;
CREATE FUNCTION journal_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'the journal is append only' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER journal_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_events
  FOR EACH STATEMENT EXECUTE FUNCTION journal_events_append_only()
--;
CREATE TABLE list_state (
    id INTEGER NOT NULL,
    version BIGINT DEFAULT '0' NOT NULL,
    next_entry_id BIGINT DEFAULT '1' NOT NULL,
    change BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_list_state PRIMARY KEY (id),
    CONSTRAINT ck_list_state_one_row CHECK (id = 1),
    CONSTRAINT ck_list_state_four_bytes CHECK (next_entry_id <= 4294967296)
)
--;
CREATE FUNCTION list_state_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a version is used once and only rises' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER list_state_rises BEFORE UPDATE ON list_state
  FOR EACH ROW
  WHEN (NEW.version < OLD.version
    OR NEW.next_entry_id < OLD.next_entry_id
    OR NEW.change < OLD.change)
  EXECUTE FUNCTION list_state_refuse()
--;
CREATE TRIGGER list_state_no_delete BEFORE DELETE ON list_state
  FOR EACH ROW
  WHEN (true)
  EXECUTE FUNCTION list_state_refuse()
--;
CREATE TRIGGER list_state_no_truncate BEFORE TRUNCATE ON list_state
  FOR EACH STATEMENT EXECUTE FUNCTION list_state_refuse()
--;
INSERT INTO list_state (id) VALUES (1)
--;
CREATE TABLE organisations (
    id BIGSERIAL NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_organisations PRIMARY KEY (id),
    CONSTRAINT uq_organisations_name UNIQUE (name)
)
--;
CREATE TABLE publications (
    version BIGINT NOT NULL,
    form TEXT NOT NULL,
    state TEXT NOT NULL,
    file_name TEXT,
    file_sha256 BYTEA,
    file_size BIGINT,
    entry_count BIGINT NOT NULL,
    last_entry_id BIGINT NOT NULL,
    change BIGINT NOT NULL,
    changes_content BOOLEAN NOT NULL,
    restores BIGINT,
    published_by TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_publications PRIMARY KEY (version),
    CONSTRAINT ck_publications_form CHECK (form IN ('snapshot', 'delta')),
    CONSTRAINT ck_publications_state CHECK (state IN ('writing', 'published', 'abandoned'))
)
--;
CREATE FUNCTION publications_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a version is used once and only rises' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER publications_fixed BEFORE UPDATE ON publications
  FOR EACH ROW
  WHEN (NEW.version <> OLD.version
    OR (OLD.state <> 'writing' AND NEW.state <> OLD.state))
  EXECUTE FUNCTION publications_refuse()
--;
CREATE TRIGGER publications_no_delete BEFORE DELETE ON publications
  FOR EACH ROW
  WHEN (true)
  EXECUTE FUNCTION publications_refuse()
--;
CREATE TABLE organisation_keys (
    id BIGSERIAL NOT NULL,
    organisation_id BIGINT NOT NULL,
    public_key BYTEA NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_organisation_keys PRIMARY KEY (id),
    CONSTRAINT uq_organisation_keys_public_key UNIQUE (public_key),
    CONSTRAINT uq_organisation_keys_id_organisation_id UNIQUE (id, organisation_id),
    CONSTRAINT ck_organisation_keys_ed25519 CHECK (length(public_key) = 32),
    CONSTRAINT fk_organisation_keys_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
)
--;
CREATE FUNCTION organisation_keys_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a registered key is not moved, changed, deleted or reinstated' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER organisation_keys_fixed BEFORE UPDATE ON organisation_keys
  FOR EACH ROW
  WHEN (NEW.id IS DISTINCT FROM OLD.id
    OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id
    OR NEW.public_key IS DISTINCT FROM OLD.public_key
    OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at))
  EXECUTE FUNCTION organisation_keys_fixed()
--;
CREATE TRIGGER organisation_keys_no_delete BEFORE DELETE OR TRUNCATE ON organisation_keys
  FOR EACH STATEMENT EXECUTE FUNCTION organisation_keys_fixed()
--;
CREATE TABLE suppliers (
    id SERIAL NOT NULL,
    organisation_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    supplier_class TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_suppliers PRIMARY KEY (id),
    CONSTRAINT uq_suppliers_name UNIQUE (name),
    CONSTRAINT ck_suppliers_two_bytes CHECK (id BETWEEN 1 AND 65535),
    CONSTRAINT fk_suppliers_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
)
--;
CREATE TABLE batches (
    id BIGSERIAL NOT NULL,
    supplier_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    source_sha256 BYTEA NOT NULL,
    source_format TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    first_entry_id BIGINT,
    last_entry_id BIGINT,
    entry_count BIGINT DEFAULT '0' NOT NULL,
    root BYTEA,
    first_attestor BIGINT,
    first_key_id BIGINT,
    second_attestor BIGINT,
    second_key_id BIGINT,
    tested_at TIMESTAMP WITH TIME ZONE,
    known_good_count BIGINT,
    activated_at TIMESTAMP WITH TIME ZONE,
    held_reason TEXT,
    held_to_review BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_batches PRIMARY KEY (id),
    CONSTRAINT ck_batches_first_whole CHECK ((first_attestor IS NULL) = (first_key_id IS NULL)),
    CONSTRAINT ck_batches_second_whole CHECK ((second_attestor IS NULL) = (second_key_id IS NULL)),
    CONSTRAINT ck_batches_state CHECK (state IN ('importing', 'proposed', 'attested', 'active', 'withdrawn')),
    CONSTRAINT ck_batches_different_attestors CHECK (first_attestor <> second_attestor),
    CONSTRAINT ck_batches_active_needs_two CHECK (state <> 'active' OR (first_attestor IS NOT NULL AND second_attestor IS NOT NULL AND tested_at IS NOT NULL)),
    CONSTRAINT ck_batches_attested_needs_one CHECK (state NOT IN ('attested', 'active') OR first_attestor IS NOT NULL),
    CONSTRAINT ck_batches_root CHECK (state IN ('importing', 'withdrawn') OR length(root) = 32),
    CONSTRAINT fk_batches_supplier_id FOREIGN KEY(supplier_id) REFERENCES suppliers (id)
)
--;
CREATE INDEX ix_batches_supplier_source ON batches (supplier_id, source_sha256)
--;
CREATE FUNCTION batches_two_organisations() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  IF NEW.state = 'active'
  AND NOT (NEW.first_attestor <> NEW.second_attestor
  AND EXISTS (SELECT 1 FROM attestations a WHERE a.batch_id = NEW.id AND a.organisation_id = NEW.first_attestor
    AND a.key_id = NEW.first_key_id)
  AND EXISTS (SELECT 1 FROM attestations a WHERE a.batch_id = NEW.id AND a.organisation_id = NEW.second_attestor
    AND a.key_id = NEW.second_key_id)) THEN
  RAISE EXCEPTION 'an active batch has attestations of two different organisations' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NEW;
  END $$
--;
CREATE FUNCTION batches_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a batch keeps its supplier, root, attestors and test, and never goes back a state' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER batches_two_on_insert BEFORE INSERT ON batches
  FOR EACH ROW
  WHEN (NEW.state <> 'importing')
  EXECUTE FUNCTION batches_refuse()
--;
CREATE TRIGGER batches_two_on_update BEFORE UPDATE ON batches
  FOR EACH ROW EXECUTE FUNCTION batches_two_organisations()
--;
CREATE TRIGGER batches_fixed BEFORE UPDATE ON batches
  FOR EACH ROW
  WHEN (NEW.id IS DISTINCT FROM OLD.id
    OR NEW.supplier_id IS DISTINCT FROM OLD.supplier_id
    OR NEW.source_sha256 IS DISTINCT FROM OLD.source_sha256
    OR NEW.source_format IS DISTINCT FROM OLD.source_format
    OR NEW.opened_at IS DISTINCT FROM OLD.opened_at
    OR (OLD.first_attestor IS NOT NULL AND NEW.first_attestor IS DISTINCT FROM OLD.first_attestor)
    OR (OLD.second_attestor IS NOT NULL AND NEW.second_attestor IS DISTINCT FROM OLD.second_attestor)
    OR (OLD.tested_at IS NOT NULL AND NEW.tested_at IS DISTINCT FROM OLD.tested_at)
    OR (OLD.known_good_count IS NOT NULL AND NEW.known_good_count IS DISTINCT FROM OLD.known_good_count)
    OR (OLD.activated_at IS NOT NULL AND NEW.activated_at IS DISTINCT FROM OLD.activated_at)
    OR (CASE NEW.state WHEN 'importing' THEN 0 WHEN 'proposed' THEN 1 WHEN 'attested' THEN 2 WHEN 'active' THEN 3 ELSE 4 END)
      < (CASE OLD.state WHEN 'importing' THEN 0 WHEN 'proposed' THEN 1 WHEN 'attested' THEN 2 WHEN 'active' THEN 3 ELSE 4 END)
    OR (OLD.state <> 'importing' AND (NEW.first_entry_id IS DISTINCT FROM OLD.first_entry_id
    OR NEW.last_entry_id IS DISTINCT FROM OLD.last_entry_id
    OR NEW.entry_count IS DISTINCT FROM OLD.entry_count
    OR NEW.root IS DISTINCT FROM OLD.root)))
  EXECUTE FUNCTION batches_refuse()
--;
CREATE TRIGGER batches_no_delete BEFORE DELETE ON batches
  FOR EACH ROW
  WHEN (true)
  EXECUTE FUNCTION batches_refuse()
--;
CREATE TRIGGER batches_no_truncate BEFORE TRUNCATE ON batches
  FOR EACH STATEMENT EXECUTE FUNCTION batches_refuse()
--;
CREATE TABLE supplier_withdrawals (
    supplier_id INTEGER NOT NULL,
    ref TEXT NOT NULL,
    supplier_time BIGINT,
    origin TEXT NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_supplier_withdrawals PRIMARY KEY (supplier_id, ref),
    CONSTRAINT ck_supplier_withdrawals_origin CHECK (origin IN ('supplier', 'operator')),
    CONSTRAINT fk_supplier_withdrawals_supplier_id FOREIGN KEY(supplier_id) REFERENCES suppliers (id)
)
--;
CREATE TABLE attestations (
    batch_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    signature BYTEA NOT NULL,
    attested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_attestations PRIMARY KEY (batch_id, organisation_id, key_id),
    CONSTRAINT fk_attestations_key_id_organisation_id FOREIGN KEY(key_id, organisation_id) REFERENCES organisation_keys (id, organisation_id),
    CONSTRAINT ck_attestations_ed25519 CHECK (length(signature) = 64),
    CONSTRAINT fk_attestations_batch_id FOREIGN KEY(batch_id) REFERENCES batches (id),
    CONSTRAINT fk_attestations_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
)
--;
CREATE FUNCTION attestations_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'attestations are append only' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER attestations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attestations
  FOR EACH STATEMENT EXECUTE FUNCTION attestations_append_only()
--;
CREATE TABLE entries (
    id BIGINT NOT NULL,
    batch_id BIGINT NOT NULL,
    supplier_id INTEGER NOT NULL,
    ref TEXT NOT NULL,
    revision INTEGER NOT NULL,
    category SMALLINT NOT NULL,
    kinds SMALLINT NOT NULL,
    supplier_time BIGINT,
    md5 BYTEA,
    sha1 BYTEA,
    sha256 BYTEA,
    content BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    CONSTRAINT pk_entries PRIMARY KEY (id),
    CONSTRAINT uq_entries_supplier_id_ref_revision UNIQUE (supplier_id, ref, revision),
    CONSTRAINT fk_entries_batch_id FOREIGN KEY(batch_id) REFERENCES batches (id)
)
--;
CREATE INDEX ix_entries_revised ON entries (batch_id) WHERE revision > 1
--;
CREATE FUNCTION entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'an entry is added while its batch is imported, and never changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE FUNCTION entries_while_importing() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT batch_id FROM added) a JOIN batches b ON b.id = a.batch_id WHERE b.state <> 'importing') THEN
  RAISE EXCEPTION 'an entry is added while its batch is imported, and never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NULL;
  END $$
--;
CREATE TRIGGER entries_while_importing AFTER INSERT ON entries
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION entries_while_importing()
--;
CREATE TRIGGER entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
  FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse()
--;
CREATE TABLE publication_batches (
    version BIGINT NOT NULL,
    batch_id BIGINT NOT NULL,
    standing SMALLINT NOT NULL,
    CONSTRAINT pk_publication_batches PRIMARY KEY (version, batch_id),
    CONSTRAINT fk_publication_batches_version FOREIGN KEY(version) REFERENCES publications (version),
    CONSTRAINT fk_publication_batches_batch_id FOREIGN KEY(batch_id) REFERENCES batches (id)
)
--;
CREATE TABLE entry_marks (
    entry_id BIGINT NOT NULL,
    standing TEXT NOT NULL,
    reason TEXT NOT NULL,
    marked_by TEXT NOT NULL,
    marked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version BIGINT,
    CONSTRAINT pk_entry_marks PRIMARY KEY (entry_id),
    CONSTRAINT ck_entry_marks_standing CHECK (standing IN ('suspended', 'withdrawn', 'released')),
    CONSTRAINT fk_entry_marks_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id)
)
--;
CREATE INDEX ix_entry_marks_unsent ON entry_marks (entry_id) WHERE version IS NULL
--;
CREATE FUNCTION entry_marks_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a withdrawal is final' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER entry_marks_final BEFORE UPDATE ON entry_marks
  FOR EACH ROW
  WHEN (OLD.standing = 'withdrawn' AND (NEW.standing <> 'withdrawn'
    OR NEW.entry_id <> OLD.entry_id))
  EXECUTE FUNCTION entry_marks_refuse()
--;
CREATE TRIGGER entry_marks_no_delete BEFORE DELETE ON entry_marks
  FOR EACH ROW
  WHEN (true)
  EXECUTE FUNCTION entry_marks_refuse()
--;
CREATE TRIGGER entry_marks_no_truncate BEFORE TRUNCATE ON entry_marks
  FOR EACH STATEMENT EXECUTE FUNCTION entry_marks_refuse()
--;
ALTER TABLE batches ADD CONSTRAINT fk_batches_first_attestation FOREIGN KEY(id, first_attestor, first_key_id) REFERENCES attestations (batch_id, organisation_id, key_id)
--;
ALTER TABLE batches ADD CONSTRAINT fk_batches_second_attestation FOREIGN KEY(id, second_attestor, second_key_id) REFERENCES attestations (batch_id, organisation_id, key_id)
