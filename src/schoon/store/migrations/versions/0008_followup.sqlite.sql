CREATE TABLE followup_watches (
    item_id TEXT NOT NULL,
    anchor_at DATETIME NOT NULL,
    first_seen_at DATETIME NOT NULL,
    looked_at DATETIME,
    faults INTEGER NOT NULL,
    seen_at DATETIME,
    runs TEXT NOT NULL,
    addresses TEXT NOT NULL,
    strayed_at DATETIME,
    gone_at DATETIME,
    confirmed_at DATETIME,
    returned_at DATETIME,
    CONSTRAINT pk_followup_watches PRIMARY KEY (item_id),
    CONSTRAINT ck_followup_watches_confirmed CHECK ((gone_at IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT ck_followup_watches_returned CHECK (returned_at IS NULL OR confirmed_at IS NOT NULL)
)
 WITHOUT ROWID
--;
CREATE TABLE followup_clocks (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    item_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    hoster_id INTEGER NOT NULL,
    profile_id TEXT NOT NULL,
    first_seen_at DATETIME NOT NULL,
    sent_at DATETIME NOT NULL,
    delivered_at DATETIME,
    acknowledged_at DATETIME,
    started_at DATETIME,
    deadline DATETIME,
    last_step TEXT,
    paused_at DATETIME,
    disputed_at DATETIME,
    answered_at DATETIME,
    upheld BOOLEAN NOT NULL,
    seen_at DATETIME,
    gone_at DATETIME,
    confirmed_at DATETIME,
    ended_at DATETIME,
    "end" TEXT,
    CONSTRAINT ck_followup_clocks_started CHECK ((started_at IS NULL) = (deadline IS NULL)),
    CONSTRAINT ck_followup_clocks_answered CHECK (answered_at IS NULL OR disputed_at IS NOT NULL),
    CONSTRAINT ck_followup_clocks_upheld CHECK (answered_at IS NOT NULL OR NOT upheld),
    CONSTRAINT ck_followup_clocks_last_step CHECK (last_step IN ('notice_again', 'police', 'authority')),
    CONSTRAINT ck_followup_clocks_end CHECK ("end" IN ('inaccessible', 'moved', 'renewed', 'void')),
    CONSTRAINT ck_followup_clocks_ended CHECK ((ended_at IS NULL) = ("end" IS NULL)),
    CONSTRAINT ck_followup_clocks_confirmed CHECK (("end" IS NOT NULL AND "end" = 'inaccessible') = (confirmed_at IS NOT NULL)),
    CONSTRAINT ck_followup_clocks_gone CHECK ((gone_at IS NULL) = (confirmed_at IS NULL))
)
--;
CREATE INDEX ix_followup_clocks_deadline ON followup_clocks (deadline, number) WHERE ended_at IS NULL
--;
CREATE INDEX ix_followup_clocks_disputed ON followup_clocks (disputed_at, number) WHERE disputed_at IS NOT NULL AND answered_at IS NULL
--;
CREATE INDEX ix_followup_clocks_notice_id ON followup_clocks (notice_id)
--;
CREATE UNIQUE INDEX uq_followup_clocks_notice ON followup_clocks (item_id, notice_id)
--;
CREATE UNIQUE INDEX uq_followup_clocks_running ON followup_clocks (item_id, hoster_id) WHERE ended_at IS NULL
--;
CREATE TABLE followup_observations (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    item_id TEXT NOT NULL,
    at DATETIME NOT NULL,
    vantage TEXT NOT NULL,
    found TEXT NOT NULL,
    outcome TEXT NOT NULL,
    likeness TEXT NOT NULL,
    control_ok BOOLEAN NOT NULL,
    status INTEGER,
    size INTEGER,
    address TEXT NOT NULL,
    tls_fault TEXT,
    reason TEXT NOT NULL
)
--;
CREATE INDEX ix_followup_observations_item_id ON followup_observations (item_id, number)
--;
CREATE TABLE followup_steps (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    item_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    step TEXT NOT NULL,
    due_at DATETIME NOT NULL,
    taken_at DATETIME NOT NULL,
    CONSTRAINT ck_followup_steps_step CHECK (step IN ('notice_again', 'police', 'authority')),
    CONSTRAINT ck_followup_steps_taken_at CHECK (taken_at >= due_at)
)
--;
CREATE UNIQUE INDEX uq_followup_steps_once ON followup_steps (item_id, notice_id, step)
--;
CREATE TABLE authority_records (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    item_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    hoster_id INTEGER NOT NULL,
    profile_id TEXT NOT NULL,
    first_seen_at DATETIME NOT NULL,
    sent_at DATETIME NOT NULL,
    delivered_at DATETIME,
    acknowledged_at DATETIME,
    started_at DATETIME NOT NULL,
    deadline DATETIME NOT NULL,
    seen_at DATETIME,
    noticed_again_at DATETIME,
    police_at DATETIME,
    recorded_at DATETIME NOT NULL
)
--;
CREATE UNIQUE INDEX uq_authority_records_once ON authority_records (item_id, notice_id)
--;
CREATE TABLE followup_legal_bases (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    basis TEXT NOT NULL,
    signatory TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at DATETIME NOT NULL,
    ended_by TEXT,
    ended_at DATETIME,
    CONSTRAINT ck_followup_legal_bases_words CHECK (length(trim(basis)) > 0 AND length(trim(signatory)) > 0),
    CONSTRAINT ck_followup_legal_bases_ended CHECK ((ended_by IS NULL) = (ended_at IS NULL))
)
--;
CREATE UNIQUE INDEX uq_followup_legal_bases_one ON followup_legal_bases ((ended_at IS NULL)) WHERE ended_at IS NULL
--;
CREATE TRIGGER followup_clocks_go_on BEFORE UPDATE ON followup_clocks
  WHEN NEW.number IS NOT OLD.number
    OR NEW.item_id IS NOT OLD.item_id
    OR NEW.notice_id IS NOT OLD.notice_id
    OR NEW.hoster_id IS NOT OLD.hoster_id
    OR NEW.profile_id IS NOT OLD.profile_id
    OR NEW.first_seen_at IS NOT OLD.first_seen_at
    OR NEW.sent_at IS NOT OLD.sent_at
    OR (OLD.delivered_at IS NOT NULL AND NEW.delivered_at IS NOT OLD.delivered_at)
    OR (OLD.acknowledged_at IS NOT NULL AND NEW.acknowledged_at IS NOT OLD.acknowledged_at)
    OR (OLD.started_at IS NOT NULL AND NEW.started_at IS NOT OLD.started_at)
    OR (OLD.deadline IS NOT NULL AND NEW.deadline IS NOT OLD.deadline)
    OR (OLD.disputed_at IS NOT NULL AND NEW.disputed_at IS NOT OLD.disputed_at)
    OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS NOT OLD.answered_at)
    OR (OLD.answered_at IS NOT NULL AND NEW.upheld IS NOT OLD.upheld)
    OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at)
    OR (OLD."end" IS NOT NULL AND NEW."end" IS NOT OLD."end")
    OR (OLD.gone_at IS NOT NULL AND NEW.gone_at IS NOT OLD.gone_at)
    OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS NOT OLD.confirmed_at)
    OR CASE NEW.last_step WHEN 'notice_again' THEN 1 WHEN 'police' THEN 2 WHEN 'authority' THEN 3 ELSE 0 END
      < CASE OLD.last_step WHEN 'notice_again' THEN 1 WHEN 'police' THEN 2 WHEN 'authority' THEN 3 ELSE 0 END
  BEGIN SELECT RAISE(ABORT, 'a clock never starts anew, goes back a step, or runs again after its end'); END
--;
CREATE TRIGGER followup_clocks_no_delete BEFORE DELETE ON followup_clocks
  BEGIN SELECT RAISE(ABORT, 'a clock never starts anew, goes back a step, or runs again after its end'); END
--;
CREATE TRIGGER followup_clocks_no_replace BEFORE INSERT ON followup_clocks
  WHEN EXISTS (SELECT 1 FROM followup_clocks WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'a clock never starts anew, goes back a step, or runs again after its end'); END
--;
CREATE TRIGGER followup_observations_no_update BEFORE UPDATE ON followup_observations
  BEGIN SELECT RAISE(ABORT, 'what a look found is never changed'); END
--;
CREATE TRIGGER followup_observations_no_delete BEFORE DELETE ON followup_observations
  BEGIN SELECT RAISE(ABORT, 'what a look found is never changed'); END
--;
CREATE TRIGGER followup_observations_no_replace BEFORE INSERT ON followup_observations
  WHEN EXISTS (SELECT 1 FROM followup_observations WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what a look found is never changed'); END
--;
CREATE TRIGGER followup_steps_no_update BEFORE UPDATE ON followup_steps
  BEGIN SELECT RAISE(ABORT, 'a step that was taken stays taken'); END
--;
CREATE TRIGGER followup_steps_no_delete BEFORE DELETE ON followup_steps
  BEGIN SELECT RAISE(ABORT, 'a step that was taken stays taken'); END
--;
CREATE TRIGGER followup_steps_no_replace BEFORE INSERT ON followup_steps
  WHEN EXISTS (SELECT 1 FROM followup_steps WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'a step that was taken stays taken'); END
--;
CREATE TRIGGER authority_records_no_update BEFORE UPDATE ON authority_records
  BEGIN SELECT RAISE(ABORT, 'what was laid before the authority is never changed'); END
--;
CREATE TRIGGER authority_records_no_delete BEFORE DELETE ON authority_records
  BEGIN SELECT RAISE(ABORT, 'what was laid before the authority is never changed'); END
--;
CREATE TRIGGER authority_records_no_replace BEFORE INSERT ON authority_records
  WHEN EXISTS (SELECT 1 FROM authority_records WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what was laid before the authority is never changed'); END
--;
CREATE TRIGGER followup_legal_bases_fixed BEFORE UPDATE ON followup_legal_bases
  WHEN NEW.number IS NOT OLD.number
    OR NEW.basis IS NOT OLD.basis
    OR NEW.signatory IS NOT OLD.signatory
    OR NEW.recorded_by IS NOT OLD.recorded_by
    OR NEW.recorded_at IS NOT OLD.recorded_at
    OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT OLD.ended_at OR NEW.ended_by IS NOT OLD.ended_by))
  BEGIN SELECT RAISE(ABORT, 'a recorded legal basis is ended, never changed'); END
--;
CREATE TRIGGER followup_legal_bases_no_delete BEFORE DELETE ON followup_legal_bases
  BEGIN SELECT RAISE(ABORT, 'a recorded legal basis is ended, never changed'); END
--;
CREATE TRIGGER followup_legal_bases_no_replace BEFORE INSERT ON followup_legal_bases
  WHEN EXISTS (SELECT 1 FROM followup_legal_bases WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'a recorded legal basis is ended, never changed'); END
