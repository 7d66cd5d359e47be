CREATE TABLE people (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    organisation_id INTEGER NOT NULL,
    duties TEXT NOT NULL,
    added_at DATETIME NOT NULL,
    left_at DATETIME,
    CONSTRAINT uq_people_id UNIQUE (id),
    CONSTRAINT ck_people_duties CHECK (length(duties) > 0),
    CONSTRAINT fk_people_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
)
--;
CREATE UNIQUE INDEX uq_people_name ON people (organisation_id, name) WHERE left_at IS NULL
--;
CREATE TABLE person_tokens (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    created_at DATETIME NOT NULL,
    revoked_at DATETIME,
    CONSTRAINT pk_person_tokens PRIMARY KEY (id),
    CONSTRAINT uq_person_tokens_digest UNIQUE (digest),
    CONSTRAINT ck_person_tokens_sha256 CHECK (length(digest) = 32),
    CONSTRAINT fk_person_tokens_person_id FOREIGN KEY(person_id) REFERENCES people (id)
)
--;
CREATE INDEX ix_person_tokens_person_id ON person_tokens (person_id)
--;
CREATE TRIGGER people_police BEFORE INSERT ON people
  WHEN instr(NEW.duties, ',police,') > 0 AND NOT EXISTS (SELECT 1 FROM organisations WHERE id = NEW.organisation_id AND role = 'police')
  BEGIN SELECT RAISE(ABORT, 'a duty of the police belongs to an organisation of the police'); END
--;
CREATE TRIGGER people_hoster BEFORE INSERT ON people
  WHEN (NEW.duties = ',hoster,') <> EXISTS (SELECT 1 FROM organisations WHERE id = NEW.organisation_id AND role = 'member')
    OR (instr(NEW.duties, ',hoster,') > 0 AND NEW.duties <> ',hoster,')
  BEGIN SELECT RAISE(ABORT, 'people of a member have the duty of hoster, and nobody else has it'); END
--;
CREATE TRIGGER people_fixed BEFORE UPDATE ON people
  WHEN NEW.id IS NOT OLD.id OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.added_at IS NOT OLD.added_at
    OR (OLD.left_at IS NOT NULL)
    OR (instr(NEW.duties, ',police,') > 0 AND NOT EXISTS (SELECT 1 FROM organisations WHERE id = NEW.organisation_id AND role = 'police'))
    OR (NEW.duties = ',hoster,') <> EXISTS (SELECT 1 FROM organisations WHERE id = NEW.organisation_id AND role = 'member')
    OR (instr(NEW.duties, ',hoster,') > 0 AND NEW.duties <> ',hoster,')
  BEGIN SELECT RAISE(ABORT, 'an account keeps its organisation, is closed for good, and the duties of police and hoster belong to theirs'); END
--;
CREATE TRIGGER people_no_delete BEFORE DELETE ON people
  BEGIN SELECT RAISE(ABORT, 'an account is closed, not deleted'); END
