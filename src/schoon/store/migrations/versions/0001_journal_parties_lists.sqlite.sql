CREATE TABLE allowed_digests (
    tag BLOB NOT NULL,
    kind TEXT NOT NULL,
    sealed BLOB,
    reason TEXT NOT NULL,
    allowed_by TEXT NOT NULL,
    allowed_at DATETIME NOT NULL,
    CONSTRAINT pk_allowed_digests PRIMARY KEY (tag, kind),
    CONSTRAINT ck_allowed_digests_kind CHECK (kind IN ('md5', 'sha1', 'sha256', 'pdq'))
)
--;
CREATE TABLE journal_events (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at DATETIME NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
)
--;
CREATE INDEX ix_journal_events_subject ON journal_events (subject, id)
--;
CREATE TRIGGER journal_events_no_update BEFORE UPDATE ON journal_events
  BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END
--;
CREATE TRIGGER journal_events_no_delete BEFORE DELETE ON journal_events
  BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END
--;
CREATE TRIGGER journal_events_no_replace BEFORE INSERT ON journal_events
  WHEN EXISTS (SELECT 1 FROM journal_events WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END
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
CREATE TRIGGER list_state_rises BEFORE UPDATE ON list_state
  WHEN NEW.version < OLD.version
    OR NEW.next_entry_id < OLD.next_entry_id
    OR NEW.change < OLD.change
  BEGIN SELECT RAISE(ABORT, 'a version is used once and only rises'); END
--;
CREATE TRIGGER list_state_no_delete BEFORE DELETE ON list_state
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'a version is used once and only rises'); END
--;
INSERT INTO list_state (id) VALUES (1)
--;
CREATE TABLE organisations (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    added_at DATETIME NOT NULL,
    CONSTRAINT uq_organisations_name UNIQUE (name)
)
--;
CREATE TABLE publications (
    version BIGINT NOT NULL,
    form TEXT NOT NULL,
    state TEXT NOT NULL,
    file_name TEXT,
    file_sha256 BLOB,
    file_size BIGINT,
    entry_count BIGINT NOT NULL,
    last_entry_id BIGINT NOT NULL,
    change BIGINT NOT NULL,
    changes_content BOOLEAN NOT NULL,
    restores BIGINT,
    published_by TEXT NOT NULL,
    started_at DATETIME NOT NULL,
    published_at DATETIME,
    CONSTRAINT pk_publications PRIMARY KEY (version),
    CONSTRAINT ck_publications_form CHECK (form IN ('snapshot', 'delta')),
    CONSTRAINT ck_publications_state CHECK (state IN ('writing', 'published', 'abandoned'))
)
--;
CREATE TRIGGER publications_fixed BEFORE UPDATE ON publications
  WHEN NEW.version <> OLD.version
    OR (OLD.state <> 'writing' AND NEW.state <> OLD.state)
  BEGIN SELECT RAISE(ABORT, 'a version is used once and only rises'); END
--;
CREATE TRIGGER publications_no_delete BEFORE DELETE ON publications
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'a version is used once and only rises'); END
--;
CREATE TRIGGER publications_no_replace BEFORE INSERT ON publications
  WHEN EXISTS (SELECT 1 FROM publications WHERE version = NEW.version)
  BEGIN SELECT RAISE(ABORT, 'a version is used once and only rises'); END
--;
CREATE TABLE organisation_keys (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    added_at DATETIME NOT NULL,
    revoked_at DATETIME,
    CONSTRAINT uq_organisation_keys_public_key UNIQUE (public_key),
    CONSTRAINT uq_organisation_keys_id_organisation_id UNIQUE (id, organisation_id),
    CONSTRAINT ck_organisation_keys_ed25519 CHECK (length(public_key) = 32),
    CONSTRAINT fk_organisation_keys_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
)
--;
CREATE TRIGGER organisation_keys_fixed BEFORE UPDATE ON organisation_keys
  WHEN NEW.id IS NOT OLD.id
    OR NEW.organisation_id IS NOT OLD.organisation_id
    OR NEW.public_key IS NOT OLD.public_key
    OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at)
  BEGIN SELECT RAISE(ABORT, 'a registered key is not moved, changed, deleted or reinstated'); END
--;
CREATE TRIGGER organisation_keys_no_delete BEFORE DELETE ON organisation_keys
  BEGIN SELECT RAISE(ABORT, 'a registered key is not moved, changed, deleted or reinstated'); END
--;
CREATE TRIGGER organisation_keys_no_replace BEFORE INSERT ON organisation_keys
  WHEN EXISTS (SELECT 1 FROM organisation_keys WHERE id = NEW.id OR public_key = NEW.public_key)
  BEGIN SELECT RAISE(ABORT, 'a registered key is not moved, changed, deleted or reinstated'); END
--;
CREATE TABLE suppliers (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    supplier_class TEXT NOT NULL,
    added_at DATETIME NOT NULL,
    CONSTRAINT uq_suppliers_name UNIQUE (name),
    CONSTRAINT ck_suppliers_two_bytes CHECK (id BETWEEN 1 AND 65535),
    CONSTRAINT fk_suppliers_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
)
--;
CREATE TABLE batches (
    id INTEGER NOT NULL,
    supplier_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    source_sha256 BLOB NOT NULL,
    source_format TEXT NOT NULL,
    opened_at DATETIME NOT NULL,
    first_entry_id BIGINT,
    last_entry_id BIGINT,
    entry_count BIGINT DEFAULT '0' NOT NULL,
    root BLOB,
    first_attestor INTEGER,
    first_key_id INTEGER,
    second_attestor INTEGER,
    second_key_id INTEGER,
    tested_at DATETIME,
    known_good_count BIGINT,
    activated_at DATETIME,
    held_reason TEXT,
    held_to_review BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_batches PRIMARY KEY (id),
    CONSTRAINT fk_batches_first_attestation FOREIGN KEY(id, first_attestor, first_key_id) REFERENCES attestations (batch_id, organisation_id, key_id),
    CONSTRAINT fk_batches_second_attestation FOREIGN KEY(id, second_attestor, second_key_id) REFERENCES attestations (batch_id, organisation_id, key_id),
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
CREATE TRIGGER batches_two_on_insert BEFORE INSERT ON batches
  WHEN NEW.state <> 'importing'
  BEGIN SELECT RAISE(ABORT, 'an active batch has attestations of two different organisations'); END
--;
CREATE TRIGGER batches_two_on_update BEFORE UPDATE ON batches
  WHEN NEW.state = 'active'
  AND NOT (NEW.first_attestor <> NEW.second_attestor
  AND EXISTS (SELECT 1 FROM attestations a WHERE a.batch_id = NEW.id AND a.organisation_id = NEW.first_attestor
    AND a.key_id = NEW.first_key_id)
  AND EXISTS (SELECT 1 FROM attestations a WHERE a.batch_id = NEW.id AND a.organisation_id = NEW.second_attestor
    AND a.key_id = NEW.second_key_id))
  BEGIN SELECT RAISE(ABORT, 'an active batch has attestations of two different organisations'); END
--;
CREATE TRIGGER batches_fixed BEFORE UPDATE ON batches
  WHEN NEW.id IS NOT OLD.id
    OR NEW.supplier_id IS NOT OLD.supplier_id
    OR NEW.source_sha256 IS NOT OLD.source_sha256
    OR NEW.source_format IS NOT OLD.source_format
    OR NEW.opened_at IS NOT OLD.opened_at
    OR (OLD.first_attestor IS NOT NULL AND NEW.first_attestor IS NOT OLD.first_attestor)
    OR (OLD.second_attestor IS NOT NULL AND NEW.second_attestor IS NOT OLD.second_attestor)
    OR (OLD.tested_at IS NOT NULL AND NEW.tested_at IS NOT OLD.tested_at)
    OR (OLD.known_good_count IS NOT NULL AND NEW.known_good_count IS NOT OLD.known_good_count)
    OR (OLD.activated_at IS NOT NULL AND NEW.activated_at IS NOT OLD.activated_at)
    OR (CASE NEW.state WHEN 'importing' THEN 0 WHEN 'proposed' THEN 1 WHEN 'attested' THEN 2 WHEN 'active' THEN 3 ELSE 4 END)
      < (CASE OLD.state WHEN 'importing' THEN 0 WHEN 'proposed' THEN 1 WHEN 'attested' THEN 2 WHEN 'active' THEN 3 ELSE 4 END)
    OR (OLD.state <> 'importing' AND (NEW.first_entry_id IS NOT OLD.first_entry_id
    OR NEW.last_entry_id IS NOT OLD.last_entry_id
    OR NEW.entry_count IS NOT OLD.entry_count
    OR NEW.root IS NOT OLD.root))
  BEGIN SELECT RAISE(ABORT, 'a batch keeps its supplier, root, attestors and test, and never goes back a state'); END
--;
CREATE TRIGGER batches_no_delete BEFORE DELETE ON batches
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'a batch keeps its supplier, root, attestors and test, and never goes back a state'); END
--;
CREATE TRIGGER batches_no_replace BEFORE INSERT ON batches
  WHEN EXISTS (SELECT 1 FROM batches WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'a batch is not replaced'); END
--;
CREATE TABLE supplier_withdrawals (
    supplier_id INTEGER NOT NULL,
    ref TEXT NOT NULL,
    supplier_time BIGINT,
    origin TEXT NOT NULL,
    withdrawn_at DATETIME NOT NULL,
    CONSTRAINT pk_supplier_withdrawals PRIMARY KEY (supplier_id, ref),
    CONSTRAINT ck_supplier_withdrawals_origin CHECK (origin IN ('supplier', 'operator')),
    CONSTRAINT fk_supplier_withdrawals_supplier_id FOREIGN KEY(supplier_id) REFERENCES suppliers (id)
)
--;
CREATE TABLE attestations (
    batch_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    signature BLOB NOT NULL,
    attested_at DATETIME NOT NULL,
    CONSTRAINT pk_attestations PRIMARY KEY (batch_id, organisation_id, key_id),
    CONSTRAINT fk_attestations_key_id_organisation_id FOREIGN KEY(key_id, organisation_id) REFERENCES organisation_keys (id, organisation_id),
    CONSTRAINT ck_attestations_ed25519 CHECK (length(signature) = 64),
    CONSTRAINT fk_attestations_batch_id FOREIGN KEY(batch_id) REFERENCES batches (id),
    CONSTRAINT fk_attestations_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
)
--;
CREATE TRIGGER attestations_no_update BEFORE UPDATE ON attestations
  BEGIN SELECT RAISE(ABORT, 'attestations are append only'); END
--;
CREATE TRIGGER attestations_no_delete BEFORE DELETE ON attestations
  BEGIN SELECT RAISE(ABORT, 'attestations are append only'); END
--;
CREATE TRIGGER attestations_no_replace BEFORE INSERT ON attestations
  WHEN EXISTS (SELECT 1 FROM attestations WHERE batch_id = NEW.batch_id AND organisation_id = NEW.organisation_id AND key_id = NEW.key_id)
  BEGIN SELECT RAISE(ABORT, 'attestations are append only'); END
--;
CREATE TABLE entries (
    id INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    supplier_id INTEGER NOT NULL,
    ref TEXT NOT NULL,
    revision INTEGER NOT NULL,
    category SMALLINT NOT NULL,
    kinds SMALLINT NOT NULL,
    supplier_time BIGINT,
    md5 BLOB,
    sha1 BLOB,
    sha256 BLOB,
    content BLOB NOT NULL,
    sealed BLOB NOT NULL,
    CONSTRAINT pk_entries PRIMARY KEY (id),
    CONSTRAINT uq_entries_supplier_id_ref_revision UNIQUE (supplier_id, ref, revision),
    CONSTRAINT fk_entries_batch_id FOREIGN KEY(batch_id) REFERENCES batches (id)
)
--;
CREATE INDEX ix_entries_revised ON entries (batch_id) WHERE revision > 1
--;
CREATE TRIGGER entries_while_importing BEFORE INSERT ON entries
  WHEN (SELECT state FROM batches WHERE id = NEW.batch_id) IS NOT 'importing'
    OR EXISTS (SELECT 1 FROM entries WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'an entry is added while its batch is imported, and never changed'); END
--;
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'an entry is added while its batch is imported, and never changed'); END
--;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'an entry is added while its batch is imported, and never changed'); END
--;
CREATE TABLE publication_batches (
    version BIGINT NOT NULL,
    batch_id INTEGER NOT NULL,
    standing SMALLINT NOT NULL,
    CONSTRAINT pk_publication_batches PRIMARY KEY (version, batch_id),
    CONSTRAINT fk_publication_batches_version FOREIGN KEY(version) REFERENCES publications (version),
    CONSTRAINT fk_publication_batches_batch_id FOREIGN KEY(batch_id) REFERENCES batches (id)
)
--;
CREATE TABLE entry_marks (
    entry_id INTEGER NOT NULL,
    standing TEXT NOT NULL,
    reason TEXT NOT NULL,
    marked_by TEXT NOT NULL,
    marked_at DATETIME NOT NULL,
    version BIGINT,
    CONSTRAINT pk_entry_marks PRIMARY KEY (entry_id),
    CONSTRAINT ck_entry_marks_standing CHECK (standing IN ('suspended', 'withdrawn', 'released')),
    CONSTRAINT fk_entry_marks_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id)
)
--;
CREATE INDEX ix_entry_marks_unsent ON entry_marks (entry_id) WHERE version IS NULL
--;
CREATE TRIGGER entry_marks_final BEFORE UPDATE ON entry_marks
  WHEN OLD.standing = 'withdrawn' AND (NEW.standing <> 'withdrawn'
    OR NEW.entry_id <> OLD.entry_id)
  BEGIN SELECT RAISE(ABORT, 'a withdrawal is final'); END
--;
CREATE TRIGGER entry_marks_no_delete BEFORE DELETE ON entry_marks
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'a withdrawal is final'); END
--;
CREATE TRIGGER entry_marks_no_replace BEFORE INSERT ON entry_marks
  WHEN EXISTS (SELECT 1 FROM entry_marks WHERE entry_id = NEW.entry_id)
  BEGIN SELECT RAISE(ABORT, 'a mark is changed, never replaced'); END
