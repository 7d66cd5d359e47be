CREATE TABLE agenda (
    number BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    free_at TIMESTAMP WITH TIME ZONE NOT NULL,
    lease TEXT,
    attempts INTEGER NOT NULL,
    lapses INTEGER NOT NULL,
    fault TEXT,
    CONSTRAINT pk_agenda PRIMARY KEY (number),
    CONSTRAINT ck_agenda_free_at CHECK (free_at >= due_at),
    CONSTRAINT ck_agenda_subject CHECK (length(subject) > 0)
)
--;
CREATE UNIQUE INDEX uq_agenda_kind ON agenda (kind, subject)
--;
CREATE INDEX ix_agenda_free_at ON agenda (kind, free_at, number)
--;
CREATE INDEX ix_agenda_fault ON agenda (due_at) WHERE fault IS NOT NULL
