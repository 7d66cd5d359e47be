CREATE TABLE followup_watches (
    item_id TEXT NOT NULL,
    anchor_at TIMESTAMP WITH TIME ZONE NOT NULL,
    first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    looked_at TIMESTAMP WITH TIME ZONE,
    faults INTEGER NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE,
    runs TEXT NOT NULL,
    addresses TEXT NOT NULL,
    strayed_at TIMESTAMP WITH TIME ZONE,
    gone_at TIMESTAMP WITH TIME ZONE,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    returned_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_followup_watches PRIMARY KEY (item_id),
    CONSTRAINT ck_followup_watches_confirmed CHECK ((gone_at IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT ck_followup_watches_returned CHECK (returned_at IS NULL OR confirmed_at IS NOT NULL)
)
--;
CREATE TABLE followup_clocks (
    number BIGSERIAL NOT NULL,
    item_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    hoster_id BIGINT NOT NULL,
    profile_id TEXT NOT NULL,
    first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    started_at TIMESTAMP WITH TIME ZONE,
    deadline TIMESTAMP WITH TIME ZONE,
    last_step TEXT,
    paused_at TIMESTAMP WITH TIME ZONE,
    disputed_at TIMESTAMP WITH TIME ZONE,
    answered_at TIMESTAMP WITH TIME ZONE,
    upheld BOOLEAN NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE,
    gone_at TIMESTAMP WITH TIME ZONE,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    "end" TEXT,
    CONSTRAINT pk_followup_clocks PRIMARY KEY (number),
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
    number BIGSERIAL NOT NULL,
    item_id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    vantage TEXT NOT NULL,
    found TEXT NOT NULL,
    outcome TEXT NOT NULL,
    likeness TEXT NOT NULL,
    control_ok BOOLEAN NOT NULL,
    status INTEGER,
    size BIGINT,
    address TEXT NOT NULL,
    tls_fault TEXT,
    reason TEXT NOT NULL,
    CONSTRAINT pk_followup_observations PRIMARY KEY (number)
)
--;
CREATE INDEX ix_followup_observations_item_id ON followup_observations (item_id, number)
--;
CREATE TABLE followup_steps (
    number BIGSERIAL NOT NULL,
    item_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    step TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_followup_steps PRIMARY KEY (number),
    CONSTRAINT ck_followup_steps_step CHECK (step IN ('notice_again', 'police', 'authority')),
    CONSTRAINT ck_followup_steps_taken_at CHECK (taken_at >= due_at)
)
--;
CREATE UNIQUE INDEX uq_followup_steps_once ON followup_steps (item_id, notice_id, step)
--;
CREATE TABLE authority_records (
    number BIGSERIAL NOT NULL,
    item_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    hoster_id BIGINT NOT NULL,
    profile_id TEXT NOT NULL,
    first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    deadline TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE,
    noticed_again_at TIMESTAMP WITH TIME ZONE,
    police_at TIMESTAMP WITH TIME ZONE,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_authority_records PRIMARY KEY (number)
)
--;
CREATE UNIQUE INDEX uq_authority_records_once ON authority_records (item_id, notice_id)
--;
CREATE TABLE followup_legal_bases (
    number BIGSERIAL NOT NULL,
    basis TEXT NOT NULL,
    signatory TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_by TEXT,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_followup_legal_bases PRIMARY KEY (number),
    CONSTRAINT ck_followup_legal_bases_words CHECK (length(trim(basis)) > 0 AND length(trim(signatory)) > 0),
    CONSTRAINT ck_followup_legal_bases_ended CHECK ((ended_by IS NULL) = (ended_at IS NULL))
)
--;
CREATE UNIQUE INDEX uq_followup_legal_bases_one ON followup_legal_bases ((ended_at IS NULL)) WHERE ended_at IS NULL
--;
CREATE FUNCTION followup_clocks_go_on() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a clock never starts anew, goes back a step, or runs again after its end' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER followup_clocks_go_on BEFORE UPDATE ON followup_clocks
  FOR EACH ROW
  WHEN (NEW.number IS DISTINCT FROM OLD.number
    OR NEW.item_id IS DISTINCT FROM OLD.item_id
    OR NEW.notice_id IS DISTINCT FROM OLD.notice_id
    OR NEW.hoster_id IS DISTINCT FROM OLD.hoster_id
    OR NEW.profile_id IS DISTINCT FROM OLD.profile_id
    OR NEW.first_seen_at IS DISTINCT FROM OLD.first_seen_at
    OR NEW.sent_at IS DISTINCT FROM OLD.sent_at
    OR (OLD.delivered_at IS NOT NULL AND NEW.delivered_at IS DISTINCT FROM OLD.delivered_at)
    OR (OLD.acknowledged_at IS NOT NULL AND NEW.acknowledged_at IS DISTINCT FROM OLD.acknowledged_at)
    OR (OLD.started_at IS NOT NULL AND NEW.started_at IS DISTINCT FROM OLD.started_at)
    OR (OLD.deadline IS NOT NULL AND NEW.deadline IS DISTINCT FROM OLD.deadline)
    OR (OLD.disputed_at IS NOT NULL AND NEW.disputed_at IS DISTINCT FROM OLD.disputed_at)
    OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS DISTINCT FROM OLD.answered_at)
    OR (OLD.answered_at IS NOT NULL AND NEW.upheld IS DISTINCT FROM OLD.upheld)
    OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
    OR (OLD."end" IS NOT NULL AND NEW."end" IS DISTINCT FROM OLD."end")
    OR (OLD.gone_at IS NOT NULL AND NEW.gone_at IS DISTINCT FROM OLD.gone_at)
    OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at)
    OR CASE NEW.last_step WHEN 'notice_again' THEN 1 WHEN 'police' THEN 2 WHEN 'authority' THEN 3 ELSE 0 END
      < CASE OLD.last_step WHEN 'notice_again' THEN 1 WHEN 'police' THEN 2 WHEN 'authority' THEN 3 ELSE 0 END)
  EXECUTE FUNCTION followup_clocks_go_on()
--;
CREATE TRIGGER followup_clocks_no_delete BEFORE DELETE OR TRUNCATE ON followup_clocks
  FOR EACH STATEMENT EXECUTE FUNCTION followup_clocks_go_on()
--;
CREATE FUNCTION followup_observations_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what a look found is never changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER followup_observations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON followup_observations
  FOR EACH STATEMENT EXECUTE FUNCTION followup_observations_append_only()
--;
CREATE FUNCTION followup_steps_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a step that was taken stays taken' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER followup_steps_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON followup_steps
  FOR EACH STATEMENT EXECUTE FUNCTION followup_steps_append_only()
--;
CREATE FUNCTION authority_records_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what was laid before the authority is never changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER authority_records_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON authority_records
  FOR EACH STATEMENT EXECUTE FUNCTION authority_records_append_only()
--;
CREATE FUNCTION followup_legal_bases_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a recorded legal basis is ended, never changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER followup_legal_bases_fixed BEFORE UPDATE ON followup_legal_bases
  FOR EACH ROW
  WHEN (NEW.number IS DISTINCT FROM OLD.number
    OR NEW.basis IS DISTINCT FROM OLD.basis
    OR NEW.signatory IS DISTINCT FROM OLD.signatory
    OR NEW.recorded_by IS DISTINCT FROM OLD.recorded_by
    OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at
    OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS DISTINCT FROM OLD.ended_at OR NEW.ended_by IS DISTINCT FROM OLD.ended_by)))
  EXECUTE FUNCTION followup_legal_bases_fixed()
--;
CREATE TRIGGER followup_legal_bases_no_delete BEFORE DELETE OR TRUNCATE ON followup_legal_bases
  FOR EACH STATEMENT EXECUTE FUNCTION followup_legal_bases_fixed()
