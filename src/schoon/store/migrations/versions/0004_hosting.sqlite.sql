CREATE TABLE hosting_answers (
    source TEXT NOT NULL,
    asked TEXT NOT NULL,
    text TEXT NOT NULL,
    found BOOLEAN NOT NULL,
    obtained_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    CONSTRAINT pk_hosting_answers PRIMARY KEY (source, asked)
)
--;
CREATE INDEX ix_hosting_answers_expires_at ON hosting_answers (expires_at)
--;
CREATE TABLE hosting_rules (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    domain TEXT NOT NULL,
    kind TEXT NOT NULL,
    valid_from DATETIME NOT NULL,
    valid_until DATETIME,
    organisation TEXT NOT NULL,
    email TEXT NOT NULL,
    country TEXT NOT NULL,
    origins TEXT NOT NULL,
    assessment TEXT,
    reason TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at DATETIME NOT NULL,
    ended_by TEXT NOT NULL,
    CONSTRAINT ck_hosting_rules_order CHECK (valid_until IS NULL OR valid_until >= valid_from),
    CONSTRAINT ck_hosting_rules_assessment CHECK ((kind = 'direct-assessment') = (assessment IS NOT NULL)),
    CONSTRAINT ck_hosting_rules_reason CHECK (length(trim(reason)) > 0)
)
--;
CREATE INDEX ix_hosting_rules_domain ON hosting_rules (domain)
--;
CREATE TABLE hosting_snapshots (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    dated DATE NOT NULL,
    sha256 TEXT NOT NULL,
    rows BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    content TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at DATETIME NOT NULL,
    complete BOOLEAN NOT NULL,
    CONSTRAINT ck_hosting_snapshots_kind CHECK (kind IN ('prefixes', 'rdap-dns', 'rdap-ipv4', 'rdap-ipv6'))
)
--;
CREATE UNIQUE INDEX uq_hosting_snapshots_once ON hosting_snapshots (kind, dated, sha256) WHERE complete
--;
CREATE TABLE hosting_traces (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    url_sha256 TEXT NOT NULL,
    traced_at DATETIME NOT NULL,
    asked_by TEXT NOT NULL,
    record TEXT NOT NULL
)
--;
CREATE INDEX ix_hosting_traces_url_sha256 ON hosting_traces (url_sha256, traced_at)
--;
CREATE UNIQUE INDEX uq_hosting_traces_id ON hosting_traces (id)
--;
CREATE TABLE hosting_routes (
    snapshot_id INTEGER NOT NULL,
    prefix TEXT NOT NULL,
    asn BIGINT,
    organisation TEXT NOT NULL,
    country TEXT NOT NULL,
    abuse TEXT NOT NULL,
    CONSTRAINT pk_hosting_routes PRIMARY KEY (snapshot_id, prefix),
    CONSTRAINT fk_hosting_routes_snapshot_id FOREIGN KEY(snapshot_id) REFERENCES hosting_snapshots (id)
)
 WITHOUT ROWID
--;
CREATE TRIGGER hosting_traces_no_update BEFORE UPDATE ON hosting_traces
  BEGIN SELECT RAISE(ABORT, 'a kept trace is never changed'); END
--;
CREATE TRIGGER hosting_traces_no_replace BEFORE INSERT ON hosting_traces
  WHEN EXISTS (SELECT 1 FROM hosting_traces WHERE number = NEW.number OR id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'a kept trace is never changed'); END
