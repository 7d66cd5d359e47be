CREATE TABLE reports (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    language TEXT NOT NULL,
    received_at DATETIME NOT NULL,
    sealed BLOB,
    items INTEGER NOT NULL,
    to_read BOOLEAN NOT NULL,
    status_tag TEXT NOT NULL,
    CONSTRAINT uq_reports_id UNIQUE (id),
    CONSTRAINT uq_reports_status_tag UNIQUE (status_tag)
)
--;
CREATE INDEX ix_reports_reference ON reports (reference) WHERE reference <> ''
--;
CREATE INDEX ix_reports_to_read ON reports (number) WHERE to_read = 1
--;
CREATE TABLE reporters (
    report_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    expires_at DATETIME NOT NULL,
    CONSTRAINT pk_reporters PRIMARY KEY (report_id),
    CONSTRAINT fk_reporters_report_id FOREIGN KEY(report_id) REFERENCES reports (id)
)
--;
CREATE TABLE report_keys (
    tag TEXT NOT NULL,
    report_id TEXT NOT NULL,
    body TEXT NOT NULL,
    until DATETIME,
    CONSTRAINT pk_report_keys PRIMARY KEY (tag),
    CONSTRAINT fk_report_keys_report_id FOREIGN KEY(report_id) REFERENCES reports (id) DEFERRABLE INITIALLY DEFERRED
)
--;
CREATE INDEX ix_report_keys_report_id ON report_keys (report_id)
--;
CREATE INDEX ix_report_keys_until ON report_keys (until) WHERE until IS NOT NULL
--;
CREATE TABLE items (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed BLOB NOT NULL,
    url_tag TEXT NOT NULL,
    key_tag TEXT NOT NULL,
    host_tag TEXT NOT NULL,
    site_tag TEXT NOT NULL,
    state TEXT NOT NULL,
    moves INTEGER NOT NULL,
    moved_at DATETIME NOT NULL,
    first_reported_at DATETIME NOT NULL,
    last_reported_at DATETIME NOT NULL,
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
    locked_until DATETIME,
    CONSTRAINT uq_items_id UNIQUE (id),
    CONSTRAINT uq_items_url_tag UNIQUE (url_tag),
    CONSTRAINT ck_items_state CHECK (state IN ('to_assess', 'to_notice', 'held', 'noticed', 'abroad', 'untraceable', 'inaccessible', 'not_illegal', 'ignored')),
    CONSTRAINT ck_items_judged CHECK (state = 'to_assess' OR judgement IS NOT NULL),
    CONSTRAINT ck_items_means CHECK ((judgement IS NULL) = (means IS NULL)),
    CONSTRAINT ck_items_inherited CHECK ((coalesce(means, '') = 'inherited') = (inherited_from IS NOT NULL)),
    CONSTRAINT ck_items_locked CHECK ((locked_by IS NULL) = (locked_until IS NULL))
)
--;
CREATE INDEX ix_items_disputed ON items (moved_at) WHERE disputed = 1
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
) WITHOUT ROWID
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
) WITHOUT ROWID
--;
CREATE INDEX ix_item_links_media_id ON item_links (media_id)
--;
CREATE TABLE item_digests (
    item_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed BLOB NOT NULL,
    CONSTRAINT pk_item_digests PRIMARY KEY (item_id, tag),
    CONSTRAINT fk_item_digests_item_id FOREIGN KEY(item_id) REFERENCES items (id)
) WITHOUT ROWID
--;
CREATE INDEX ix_item_digests_tag ON item_digests (tag)
--;
CREATE TABLE item_history (
    item_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    at DATETIME NOT NULL,
    "by" TEXT NOT NULL,
    sealed BLOB,
    CONSTRAINT pk_item_history PRIMARY KEY (item_id, number),
    CONSTRAINT ck_item_history_step CHECK (CASE WHEN number = 1 THEN from_state IS NULL AND to_state = 'to_assess' ELSE coalesce(from_state, '') || '>' || to_state IN ('to_assess>held', 'to_assess>ignored', 'to_assess>not_illegal', 'to_assess>to_notice', 'to_notice>abroad', 'to_notice>held', 'to_notice>inaccessible', 'to_notice>not_illegal', 'to_notice>noticed', 'to_notice>untraceable', 'held>abroad', 'held>ignored', 'held>not_illegal', 'held>to_notice', 'noticed>abroad', 'noticed>held', 'noticed>inaccessible', 'noticed>not_illegal', 'noticed>to_notice', 'inaccessible>to_notice', 'abroad>to_notice', 'untraceable>to_notice', 'not_illegal>to_assess', 'ignored>to_assess') END),
    CONSTRAINT fk_item_history_item_id FOREIGN KEY(item_id) REFERENCES items (id)
) WITHOUT ROWID
--;
CREATE TABLE assessments (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    item_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    judgement TEXT NOT NULL,
    means TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at DATETIME NOT NULL,
    counts BOOLEAN NOT NULL,
    vocabulary TEXT NOT NULL,
    sealed BLOB,
    inherited_from TEXT,
    CONSTRAINT fk_assessments_item_id FOREIGN KEY(item_id) REFERENCES items (id),
    CONSTRAINT fk_assessments_inherited_from FOREIGN KEY(inherited_from) REFERENCES items (id)
)
--;
CREATE INDEX ix_assessments_item_id ON assessments (item_id, round)
--;
CREATE UNIQUE INDEX uq_assessments_analyst ON assessments (item_id, round, "by") WHERE means = 'analyst'
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
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    version TEXT NOT NULL,
    document TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at DATETIME NOT NULL,
    CONSTRAINT uq_vocabularies_version UNIQUE (version)
)
--;
CREATE TABLE identity_requests (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    report_id TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at DATETIME NOT NULL,
    sealed BLOB NOT NULL,
    approved_by TEXT,
    approved_at DATETIME,
    ends_at DATETIME,
    read_at DATETIME,
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
    ends_at DATETIME NOT NULL,
    shown_at DATETIME,
    closed_at DATETIME,
    CONSTRAINT pk_viewings PRIMARY KEY (tag),
    CONSTRAINT ck_viewings_shown CHECK (closed_at IS NULL OR shown_at IS NOT NULL),
    CONSTRAINT fk_viewings_item_id FOREIGN KEY(item_id) REFERENCES items (id)
)
--;
CREATE TRIGGER items_begin_with_intake BEFORE INSERT ON items
  WHEN NEW.state <> 'to_assess' OR NEW.moves <> 1
  BEGIN SELECT RAISE(ABORT, 'an item begins where it is to be assessed'); END
--;
CREATE TRIGGER items_no_replace BEFORE INSERT ON items
  WHEN EXISTS (SELECT 1 FROM items WHERE id = NEW.id OR number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'an item is not replaced'); END
--;
CREATE TRIGGER items_first_row AFTER INSERT ON items
  BEGIN
  INSERT INTO item_history (item_id, number, to_state, at, by) VALUES (NEW.id, 1, NEW.state, NEW.moved_at, 'intake');
  END
--;
CREATE TRIGGER items_follow_history BEFORE UPDATE OF id, number, url_tag, state, moves, moved_at ON items
  WHEN NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.url_tag <> OLD.url_tag
    OR ((NEW.state <> OLD.state OR NEW.moves <> OLD.moves OR NEW.moved_at <> OLD.moved_at) AND NOT EXISTS (
      SELECT 1 FROM item_history WHERE item_id = OLD.id AND number = NEW.moves AND number = OLD.moves + 1
        AND to_state = NEW.state AND at = NEW.moved_at))
  BEGIN SELECT RAISE(ABORT, 'an item keeps its address, and its state is the last of its history'); END
--;
CREATE TRIGGER items_no_delete BEFORE DELETE ON items
  BEGIN SELECT RAISE(ABORT, 'an item is not deleted'); END
--;
CREATE TRIGGER item_history_follows BEFORE INSERT ON item_history
  WHEN NOT EXISTS (
      SELECT 1 FROM items WHERE id = NEW.item_id AND (
        (NEW.number = 1 AND moves = 1 AND state = NEW.to_state) OR (NEW.number = moves + 1 AND state = NEW.from_state)))
    OR EXISTS (SELECT 1 FROM item_history WHERE item_id = NEW.item_id AND number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'a step begins where the last one ended'); END
--;
CREATE TRIGGER item_history_moves AFTER INSERT ON item_history
  WHEN NEW.number > 1
  BEGIN
  UPDATE items SET state = NEW.to_state, moves = NEW.number, moved_at = NEW.at WHERE id = NEW.item_id;
  END
--;
CREATE TRIGGER item_history_no_update BEFORE UPDATE ON item_history
  BEGIN SELECT RAISE(ABORT, 'history is not changed'); END
--;
CREATE TRIGGER item_history_no_delete BEFORE DELETE ON item_history
  BEGIN SELECT RAISE(ABORT, 'history is not changed'); END
--;
CREATE TRIGGER assessments_no_update BEFORE UPDATE ON assessments
  BEGIN SELECT RAISE(ABORT, 'a judgement is written down once'); END
--;
CREATE TRIGGER assessments_no_delete BEFORE DELETE ON assessments
  BEGIN SELECT RAISE(ABORT, 'a judgement is written down once'); END
--;
CREATE TRIGGER assessments_no_replace BEFORE INSERT ON assessments
  WHEN EXISTS (SELECT 1 FROM assessments WHERE number = NEW.number)
    OR EXISTS (SELECT 1 FROM assessments WHERE item_id = NEW.item_id AND round = NEW.round
      AND ((counts AND NEW.counts) OR (means = 'analyst' AND NEW.means = 'analyst' AND by = NEW.by)))
  BEGIN SELECT RAISE(ABORT, 'a judgement is written down once'); END
--;
CREATE TRIGGER vocabularies_no_update BEFORE UPDATE ON vocabularies
  BEGIN SELECT RAISE(ABORT, 'a version of a question set never changes'); END
--;
CREATE TRIGGER vocabularies_no_delete BEFORE DELETE ON vocabularies
  BEGIN SELECT RAISE(ABORT, 'a version of a question set never changes'); END
--;
CREATE TRIGGER vocabularies_no_replace BEFORE INSERT ON vocabularies
  WHEN EXISTS (SELECT 1 FROM vocabularies WHERE number = NEW.number OR version = NEW.version)
  BEGIN SELECT RAISE(ABORT, 'a version of a question set never changes'); END
--;
CREATE TRIGGER identity_requests_asked_first BEFORE INSERT ON identity_requests
  WHEN NEW.approved_by IS NOT NULL OR NEW.read_at IS NOT NULL OR EXISTS (SELECT 1 FROM identity_requests WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'a request is asked, then approved, then read, each once'); END
--;
CREATE TRIGGER identity_requests_once BEFORE UPDATE ON identity_requests
  WHEN NEW.number <> OLD.number OR NEW.report_id <> OLD.report_id OR NEW.asked_by <> OLD.asked_by OR NEW.asked_at <> OLD.asked_at
    OR NEW.sealed <> OLD.sealed
    OR (OLD.approved_by IS NOT NULL AND (NEW.approved_by IS NOT OLD.approved_by OR NEW.approved_at IS NOT OLD.approved_at
      OR NEW.ends_at IS NOT OLD.ends_at))
    OR (OLD.read_at IS NOT NULL AND NEW.read_at IS NOT OLD.read_at)
  BEGIN SELECT RAISE(ABORT, 'a request is asked, then approved, then read, each once'); END
--;
CREATE TRIGGER identity_requests_no_delete BEFORE DELETE ON identity_requests
  BEGIN SELECT RAISE(ABORT, 'a request is asked, then approved, then read, each once'); END
