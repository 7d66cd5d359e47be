CREATE TABLE hosting_answers (
    source TEXT NOT NULL,
    asked TEXT NOT NULL,
    text TEXT NOT NULL,
    found BOOLEAN NOT NULL,
    obtained_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn BOOLEAN NOT NULL,
    CONSTRAINT pk_hosting_answers PRIMARY KEY (source, asked)
)
--;
CREATE INDEX ix_hosting_answers_expires_at ON hosting_answers (expires_at)
--;
CREATE TABLE hosting_rules (
    id BIGSERIAL NOT NULL,
    domain TEXT NOT NULL,
    kind TEXT NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_until TIMESTAMP WITH TIME ZONE,
    organisation TEXT NOT NULL,
    email TEXT NOT NULL,
    country TEXT NOT NULL,
    origins TEXT NOT NULL,
    assessment TEXT,
    reason TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_by TEXT NOT NULL,
    CONSTRAINT pk_hosting_rules PRIMARY KEY (id),
    CONSTRAINT ck_hosting_rules_order CHECK (valid_until IS NULL OR valid_until >= valid_from),
    CONSTRAINT ck_hosting_rules_assessment CHECK ((kind = 'direct-assessment') = (assessment IS NOT NULL)),
    CONSTRAINT ck_hosting_rules_reason CHECK (length(trim(reason)) > 0)
)
--;
CREATE INDEX ix_hosting_rules_domain ON hosting_rules (domain)
--;
CREATE TABLE hosting_snapshots (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    dated DATE NOT NULL,
    sha256 TEXT NOT NULL,
    rows BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    content TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    complete BOOLEAN NOT NULL,
    CONSTRAINT pk_hosting_snapshots PRIMARY KEY (id),
    CONSTRAINT ck_hosting_snapshots_kind CHECK (kind IN ('prefixes', 'rdap-dns', 'rdap-ipv4', 'rdap-ipv6'))
)
--;
CREATE UNIQUE INDEX uq_hosting_snapshots_once ON hosting_snapshots (kind, dated, sha256) WHERE complete
--;
CREATE TABLE hosting_traces (
    number BIGSERIAL NOT NULL,
    id TEXT NOT NULL,
    url_sha256 TEXT NOT NULL,
    traced_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT NOT NULL,
    record TEXT NOT NULL,
    CONSTRAINT pk_hosting_traces PRIMARY KEY (number)
)
--;
CREATE INDEX ix_hosting_traces_url_sha256 ON hosting_traces (url_sha256, traced_at)
--;
CREATE UNIQUE INDEX uq_hosting_traces_id ON hosting_traces (id)
--;
CREATE TABLE hosting_routes (
    snapshot_id BIGINT NOT NULL,
    prefix TEXT NOT NULL,
    asn BIGINT,
    organisation TEXT NOT NULL,
    country TEXT NOT NULL,
    abuse TEXT NOT NULL,
    CONSTRAINT pk_hosting_routes PRIMARY KEY (snapshot_id, prefix),
    CONSTRAINT fk_hosting_routes_snapshot_id FOREIGN KEY(snapshot_id) REFERENCES hosting_snapshots (id)
)
--;
CREATE FUNCTION hosting_traces_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a kept trace is never changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER hosting_traces_no_update BEFORE UPDATE ON hosting_traces
  FOR EACH STATEMENT EXECUTE FUNCTION hosting_traces_refuse()
